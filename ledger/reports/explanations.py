"""What each line of an action holds today, and why: its grants, then every act that moved them since, each dated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from ledger.allocation.engine.steps import Step, information
from ledger.allocation.scenarios import (
    GrantDecision,
    LineExplanation,
    LinesExplained,
    decisions_of_actions,
    explanation_of_scenario,
    grant_decisions,
    latest_proposed,
)
from ledger.conventions.model import Avenant, AvenantLine
from ledger.core.errors import NotFound
from ledger.core.money import ZERO, Money, total
from ledger.core.period import french_day
from ledger.journal.model import Account, Entry, Transfer
from ledger.journal.positions import Position
from ledger.journal.vocabulary import EntryKind
from ledger.journal.waivers import Waiver, waivers_in, waivers_on
from ledger.programming.actions.grants import GIVEN_UP, GIVING_UP
from ledger.programming.actions.model import Action
from ledger.programming.actions.read_actions import read_action
from ledger.programming.queries import find_action

_HELD = (Position.PROGRAMME, Position.ENGAGE)
_LEFT = (Position.DISPONIBLE, Position.BLOQUE, Position.ANNULE, Position.RENDU, Position.REPORTE)


@dataclass(slots=True)
class GrantedMove:
    """What an entry that stands changes of an action's grant on a line.

    granted: signed, of the amount granted (see granted_by_action). freed: what leaves what is programmed or engaged
    without changing that amount.
    """

    action: str
    line: str
    entry: Entry
    granted: Money = ZERO
    freed: Money = ZERO


class AmendedLine(NamedTuple):
    """What an avenant changes, signed, of what its convention commits for an action on a line; lines: in all."""

    action: str
    line: str
    avenant: Avenant
    entry: Entry
    change: Money
    lines: int

    @property
    def name(self) -> str:
        """How a sentence names it."""
        return f"avenant {self.avenant.rank} à la convention {self.avenant.convention}"


def granted_moves(session: Session, numbers: Select[str]) -> list[GrantedMove]:
    """What entries changed of the grants of the actions so numbered, without what was undone nor what undid it.

    By action and line, the `granted` sum to what it is granted today.
    """
    found: dict[tuple[str, str, int], GrantedMove] = {}
    for entering in (True, False):
        crossing = _crossing(numbers, entering=entering)
        for mine, other, amount, entry in session.execute(crossing):
            if (mine.position, other) == (Position.ENGAGE, Position.REPORTE):
                continue
            move = found.setdefault(
                (mine.action, mine.line, entry.sequence), GrantedMove(mine.action, mine.line, entry)
            )
            signed = amount if entering else -amount
            if _grants(mine.position, other, entry.kind):
                move.granted += signed
            else:
                move.freed -= signed
    return list(found.values())


def _grants(mine: str, other: str, kind: str) -> bool:
    """Whether what passes between these positions changes the amount granted, by the one definition of it."""
    if mine == Position.PROGRAMME:
        return other == Position.DISPONIBLE
    return other in GIVEN_UP and kind in GIVING_UP


def _crossing(numbers: Select[str], *, entering: bool) -> Select[Account, str, Money, Entry]:
    """The transfers that enter what is programmed or engaged for the actions, or leave it; between entries that stand.

    Named by their ids, the accounts are looked up first, and not for every transfer of the book.
    """
    mine, other, undoing = aliased(Account), aliased(Account), aliased(Entry)
    own, facing = Transfer.debit_account, Transfer.credit_account
    if not entering:
        own, facing = facing, own
    ids = select(Account.id).where(Account.position.in_(map(str, _HELD)), Account.action.in_(numbers))
    undone = select(undoing.sequence).where(undoing.reverses == Entry.sequence).exists()
    return (
        select(mine, other.position, Transfer.amount, Entry)
        .select_from(Transfer)
        .join(mine, mine.id == own)
        .join(other, other.id == facing)
        .join(Entry, Entry.sequence == Transfer.sequence)
        .where(own.in_(ids), other.position.in_(map(str, _LEFT)))
        .where(Entry.reverses.is_(None), ~undone)
    )


def amended_lines(session: Session, numbers: Select[str]) -> list[AmendedLine]:
    """What each avenant changed of the amounts of the actions so numbered."""
    counted = aliased(AvenantLine)
    lines = (
        select(func.count())
        .where(counted.convention == Avenant.convention, counted.rank == Avenant.rank)
        .scalar_subquery()
    )
    query = (
        select(AvenantLine, Avenant, Entry, lines)
        .join(
            Avenant,
            (Avenant.convention == AvenantLine.convention) & (Avenant.rank == AvenantLine.rank),
        )
        .join(Entry, Entry.sequence == Avenant.entry_number)
        .where(AvenantLine.action.in_(numbers))
    )
    return [
        AmendedLine(changed.action, changed.line, avenant, entry, changed.amount_after - changed.amount_before, count)
        for changed, avenant, entry, count in session.execute(query)
    ]


@dataclass(slots=True)
class _Acts:
    """What bears on one line of an action: the grants decided; by entry, what moves them, avenants, rules put aside."""

    decided: list[GrantDecision] = field(default_factory=list)
    moves: dict[int, GrantedMove] = field(default_factory=dict)
    amended: dict[int, AmendedLine] = field(default_factory=dict)
    waived: defaultdict[int, list[Waiver]] = field(default_factory=lambda: defaultdict(list))


def explain(
    session: Session, number: str, line: str | None = None, scenario: str | None = None
) -> list[LineExplanation]:
    """The explanation of every line of the action (or of one), in the order of the lines.

    Of the scenario named, as it was calculated; else of what stands in the book, whose steps sum to what is granted
    today; else of the latest proposal.
    raises: NotFound when no scenario or grant says anything of it.
    """
    action = find_action(session, number)
    numbers = select(Action.number).where(Action.number == action.number)
    if scenario is not None:
        found = explanation_of_scenario(session, scenario, decisions_of_actions(numbers))
    else:
        found = _explained(session, numbers)
    by_line = found.get(action.number, {})
    if line is not None:
        code = line.strip().upper()
        by_line = {code: by_line[code]} if code in by_line else {}
    if not by_line:
        where = f" sur {line}" if line else ""
        raise NotFound(
            f"Aucune proposition ne porte sur l'action {action.number}{where}.",
            f"Proposez d'abord : cofiville allocation proposer {action.year} --scenario NOM.",
        )
    return list(by_line.values())


def explain_year(session: Session, year: int) -> dict[str, list[LineExplanation]]:
    """By action of the year, as explain; an action of which nothing says anything is left out."""
    numbers = select(Action.number).where(Action.year == year)
    return {number: list(of.values()) for number, of in _explained(session, numbers).items()}


def _explained(session: Session, numbers: Select[str]) -> LinesExplained:
    """What stands in the book of these actions; of one on which nothing was decided, its latest proposal."""
    acts: defaultdict[tuple[str, str], _Acts] = defaultdict(_Acts)
    for decision in grant_decisions(session, decisions_of_actions(numbers)):
        acts[decision.action, decision.line].decided.append(decision)
    for move in granted_moves(session, numbers):
        acts[move.action, move.line].moves[move.entry.sequence] = move
    for amended in amended_lines(session, numbers):
        acts[amended.action, amended.line].amended[amended.entry.sequence] = amended
    _add_waivers(session, acts, numbers)
    standing: LinesExplained = {}
    for (action, line), of_line in acts.items():
        # A grant that the book alone knows answers what the plan asks.
        asked = of_line.decided[-1].requested if of_line.decided else _planned(session, action, line)
        steps = _steps(of_line)
        said = LineExplanation(line, asked, total(step.amount for step in steps), steps)
        standing.setdefault(action, {})[line] = said
    return latest_proposed(session, decisions_of_actions(numbers)) | standing


def _add_waivers(session: Session, acts: Mapping[tuple[str, str], _Acts], numbers: Select[str]) -> None:
    """The rules put aside by the grants and the avenants, each beside what it bears on: one line of an avenant.

    An avenant that changes an eligible cost alone moves nothing: its rules name the action and the line themselves.
    """
    by_entry: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for of, of_line in acts.items():
        for number in {*of_line.moves, *of_line.amended, *(each.entry for each in of_line.decided if each.entry)}:
            by_entry[number].append(of)
    for waiver in waivers_in(session, by_entry):
        for action, line in by_entry[waiver.sequence]:
            if waiver.kind != EntryKind.AVENANT:
                acts[action, line].waived[waiver.sequence].append(waiver)
    for waiver in waivers_on(session, numbers):
        if waiver.kind == EntryKind.AVENANT and (waiver.action, waiver.line) in acts:
            acts[waiver.action, waiver.line].waived[waiver.sequence].append(waiver)


def _planned(session: Session, action: str, line: str) -> Money:
    return read_action(session, find_action(session, action), parts=("fundings",)).requested.get(line, ZERO)


def _steps(acts: _Acts) -> tuple[Step, ...]:
    """Those of the first grant, the request among them, then one by act that followed, by day.

    Of decisions that grant nothing, the last one says why.
    """
    grants = {each.entry: each for each in acts.decided if each.entry is not None}
    days = {number: found[0].effect_on for number, found in acts.waived.items()}
    days |= {number: move.entry.effect_on for number, move in acts.moves.items()}
    days |= {number: amended.entry.effect_on for number, amended in acts.amended.items()}
    avenants = _avenants_granting(acts, grants)
    steps: list[Step] = []
    for number in sorted(days, key=lambda each: (days[each], each)):
        if number in grants:
            grant = grants[number]
            by = avenants.get(number)
            steps += _further(grant, by, steps) if steps else _first(grant, by)
        elif number in acts.amended:
            own = total(grants[each].granted for each, by in avenants.items() if by.entry.sequence == number)
            steps += _amended(acts.amended[number], own)
        elif number in acts.moves:
            steps.append(_moved(acts.moves[number]))
        else:
            steps += [_in_one_sentence(each) for each in acts.waived.pop(number)]
        steps += [_put_aside(each) for each in acts.waived[number]]
    return tuple(steps) or _first(acts.decided[-1], None)


def _avenants_granting(acts: _Acts, grants: dict[int, GrantDecision]) -> dict[int, AmendedLine]:
    """By the entry of a grant, the avenant that granted it itself: the same piece and day, written with it."""
    return {
        number: amended
        for number, grant in grants.items()
        for last, amended in acts.amended.items()
        if last - amended.lines <= number < last
        and not grant.scenario
        and (grant.piece, grant.on) == (amended.avenant.piece, amended.avenant.signed_on)
    }


def _put_aside(waiver: Waiver) -> Step:
    return replace(information(f"malgré {waiver.required} : {waiver.reason}", rule=waiver.rule), on=waiver.effect_on)


def _in_one_sentence(waiver: Waiver) -> Step:
    """An act that moves nothing, by the rule it puts aside."""
    step = _put_aside(waiver)
    return replace(step, text=f"{waiver.label}, du {french_day(waiver.effect_on)} ; {step.text}")


def _said(grant: GrantDecision, avenant: AmendedLine | None) -> str:
    how = "par décision"
    if avenant is not None:
        how = f"par l'{avenant.name}"
    elif grant.scenario:
        how = f"par le scénario {grant.scenario}"
    return f"{grant.granted.french()} accordés le {french_day(grant.on)} {how} : {grant.piece}"


def _first(grant: GrantDecision, avenant: AmendedLine | None) -> tuple[Step, ...]:
    """The steps kept with it, which begin with the request; the last says the act."""
    text = _said(grant, avenant)
    if grant.scenario:
        return (*grant.steps, replace(information(text), on=grant.on))
    *rules, decided = grant.steps
    if decided.amount:
        than = "de moins" if decided.amount < ZERO else "de plus"
        text += f", {abs(decided.amount).french()} {than} que ce que permettent les règles"
    return (*rules, replace(decided, text=text, on=grant.on))


def _further(grant: GrantDecision, avenant: AmendedLine | None, said: Sequence[Step]) -> tuple[Step, ...]:
    """One step, under which stand the rules not said yet: the request was counted with the first grant."""
    known = {(step.text, step.source) for each in said for step in (each, *each.steps)}
    rules = [
        information(step.text, step.source, step.steps, step.rule)
        for step in grant.steps
        if (step.rule or step.source) and (step.text, step.source) not in known
    ]
    own = (Step(grant.granted, "montant de cet acte"), *rules) if rules else ()
    return (Step(grant.granted, _said(grant, avenant), steps=own, on=grant.on),)


def _amended(amended: AmendedLine, granted: Money) -> tuple[Step, ...]:
    """What the avenant gives up, or commits of what was granted before; what it grants itself has a step of its own.

    granted: that.
    """
    on = amended.avenant.signed_on
    act = f"{amended.name}, du {french_day(on)} : {amended.avenant.piece}"
    if amended.change < ZERO:
        return (Step(amended.change, f"{act} ; {(-amended.change).french()} retirés", on=on),)
    taken = amended.change - granted
    if not taken:
        return ()
    return (replace(information(f"{act} ; {taken.french()} engagés en plus, déjà accordés auparavant"), on=on),)


def _moved(move: GrantedMove) -> Step:
    """What another act takes from the grant, or frees of it without changing what was granted."""
    entry = move.entry
    said = " ; ".join(words for words in (entry.piece, entry.motive) if words)
    text = f"{entry.label}, le {french_day(entry.effect_on)}" + (f" : {said}" if said else "")
    if move.freed:
        text += f" ; {move.freed.french()} libérés, sans changer ce qui fut accordé"
    return Step(move.granted, text, on=entry.effect_on)
