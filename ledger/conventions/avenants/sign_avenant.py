"""Avenants: signed changes of a signed convention, with what they commit or give up. Nothing signed is edited."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from ledger.allocation.grant_directly import AboveTheRules, grant_directly
from ledger.conventions.actions_held import follow_conventions_undone
from ledger.conventions.avenants.changes import (
    AvenantRefused,
    add_lines,
    added_keys,
    check_added,
    check_base,
    check_change,
    rebased,
    rules_passed,
)
from ledger.conventions.avenants.facts import facts_to_keep, read_facts
from ledger.conventions.deliberations.enforceable import check_deliberated
from ledger.conventions.fields import STANDING
from ledger.conventions.forms import AvenantForm
from ledger.conventions.granted import left_of_action
from ledger.conventions.model import Avenant, AvenantLine, Convention
from ledger.conventions.queries import check_state, is_passed_on
from ledger.conventions.rights import change_right
from ledger.conventions.schedule import LineKey, reschedule_instalments, set_schedule
from ledger.conventions.unused_commitment import commitment_given_up
from ledger.conventions.vocabulary import ConventionKind, ConventionStatus
from ledger.core.errors import require_words
from ledger.core.money import ZERO, Money, total
from ledger.journal.balances import balances
from ledger.journal.exercices import closed_years
from ledger.journal.positions import ORDERED_POSITIONS, AccountKey, Position
from ledger.journal.posting import Posted, post_acts, recorded_act
from ledger.journal.seal import Draft, Move
from ledger.journal.vocabulary import EntryKind
from ledger.journal.waivers import PutAside, record_waivers, waiver_words
from ledger.programming.queries import find_action
from ledger.storage.history import count_from
from ledger.storage.standing import standing_act


def commit_change(
    session: Session,
    convention: Convention,
    change: AvenantForm,
    rank: int,
    piece: str,
    on: date,
    *,
    waiver: str = "",
    aside: Mapping[LineKey, PutAside] | None = None,
) -> Posted | None:
    """The entry of the amounts changed, or of the rules put aside; None when there is neither.

    waiver: why what the avenant itself grants may pass a rule. aside: by line, the rule that its new rate passes.
    raises: AvenantRefused, AboveTheRules, Overdraft.
    """
    aside = aside or {}
    moves: list[Move] = []
    for (action, line), amount in sorted(change.amounts.items()):
        if amount.cents > 0:
            grown = _Growth(action, line, amount, change.bases.get((action, line)), (action, line) in aside)
            moves.append(_grown(session, convention, grown, piece, on, waiver))
        elif amount:
            moves.extend(_shrunk(session, convention, action, line, -amount))
    if not moves and not aside:
        return None
    draft = change_draft(convention, change, rank, piece, on, tuple(moves))
    posted = post_acts(session, [replace(draft, motive=waiver_words(aside.values()))])[0]
    for (action, line), each in sorted(aside.items()):
        record_waivers(session, posted.sequence, (each,), convention=convention.number, action=action, line=line)
    return posted


def change_draft(
    convention: Convention,
    change: AvenantForm,
    rank: int,
    piece: str,
    on: date,
    moves: tuple[Move, ...],
) -> Draft:
    """The act of the book that an avenant makes: what it commits more, or gives up."""
    return Draft(
        reference=f"AVENANT {convention.number} {rank}",
        kind=EntryKind.AVENANT,
        label=f"Avenant {rank} à la convention {convention.number}",
        piece=piece,
        effect_on=on,
        moves=moves,
        facts=tuple(f"{action} {line} {amount.plain()}" for (action, line), amount in sorted(change.amounts.items())),
    )


@dataclass(frozen=True, slots=True)
class _Growth:
    """A line that grows; base: its new eligible cost, where it changes. decided: whether its rule is put aside."""

    action: str
    line: str
    amount: Money
    base: Money | None
    decided: bool


def _grown(session: Session, convention: Convention, grown: _Growth, piece: str, on: date, waiver: str) -> Move:
    """From what is programmed and in no draft; the avenant itself grants what is missing first, if the rules allow."""
    action, line, amount = grown.action, grown.line, grown.amount
    programmed = AccountKey(Position.PROGRAMME, line, convention.year, action=action)
    missing = amount - min(amount, left_of_action(session, find_action(session, action)).get(line, ZERO))
    if missing:
        try:
            grant_directly(
                session,
                action,
                line,
                missing,
                on=on,
                piece=piece,
                waiver=waiver,
                base=grown.base,
                decided=grown.decided,
                convention=convention.number,
            )
        except AboveTheRules as refused:
            raise _too_much(convention, grown, amount - missing, refused) from None
    return Move(AccountKey(Position.ENGAGE, line, convention.year, convention.number, action), programmed, amount)


def _too_much(convention: Convention, grown: _Growth, programmed: Money, refused: AboveTheRules) -> AboveTheRules:
    """As it was refused, with what may be typed for the avenant instead."""
    most = programmed + refused.left
    ways = [f"réduisez la hausse (--montant {grown.line}=+{most.plain()})"] if most else []
    ways.append(
        "dites pourquoi passer outre : --malgre MOTIF"
        if refused.asked
        else f"saisissez le complément comme une autre action (cofiville action saisir {convention.year}), accordée"
        f" puis ajoutée par avenant : cofiville convention avenant {convention.number} --action ACTION"
        f" --montant {grown.line}=+MONTANT --piece PIECE"
    )
    remedy = ", ou ".join(ways)
    return AboveTheRules(refused.problem, f"{remedy[0].upper()}{remedy[1:]}.", left=refused.left, asked=refused.asked)


def _shrunk(session: Session, convention: Convention, action: str, line: str, amount: Money) -> list[Move]:
    held = {
        key: left
        for key, left in balances(session, convention=convention.number, action=action, line=line).items()
        if key.position in (*ORDERED_POSITIONS, Position.ENGAGE)
    }
    engaged = {key: left for key, left in held.items() if key.position is Position.ENGAGE}
    if amount > total(engaged.values()):
        ordered = total(left for key, left in held.items() if key.position in ORDERED_POSITIONS)
        raise AvenantRefused(
            f"La convention {convention.number} a déjà {ordered.french()} ordonnés sur {line} :"
            f" elle ne peut pas baisser de plus de {total(engaged.values()).french()}.",
            f"Réduisez la baisse de {(amount - total(engaged.values())).french()},"
            " ou recouvrez le trop-versé après le bilan.",
        )
    passed_on, closed = is_passed_on(session, convention, line), closed_years(session)
    moves: list[Move] = []
    for key, left in sorted(engaged.items(), key=lambda item: -item[0].year):
        if part := min(left, amount):
            moves.extend(commitment_given_up(convention, key, part, passed_on=passed_on, closed=closed))
            amount -= part
    return moves


def record_avenant(
    session: Session,
    convention: Convention,
    change: AvenantForm,
    *,
    piece: str,
    on: date,
    settled: Collection[str] = (),
    waiver: str = "",
) -> tuple[Avenant, Posted | None]:
    """The avenant, and its entry when amounts change: the commitment grows from what is granted, or is given up.

    The same piece records the same avenant once. settled: actions whose bilan is settled. waiver: why a rule is passed.
    raises: WrongState, InvalidValue, ScheduleRefused, NotDeliberated, and as commit_change.
    """
    check_state(convention, ConventionStatus.SIGNED)
    if convention.kind == ConventionKind.RIGHT:
        return _amend_right(session, convention, change, piece, on)
    require_words(piece, "La pièce de l'avenant manque.", 'Nommez-la : --piece "Avenant 1 du 12/09/2016".')
    piece = piece.strip()
    for earlier in convention.avenants:
        if earlier.piece == piece:
            return _again(session, convention, earlier, change, on)
    check_change(convention, change, on, settled)
    check_added(session, convention, change)
    check_deliberated(session, convention, change.amounts, on)
    count_from(session, on)
    rank = len(convention.avenants) + 1
    before, amounts_before = facts_to_keep(convention, plan_given=bool(change.plan)), _amounts(convention)
    aside = rules_passed(session, convention, change, on, waiver)
    posted = commit_change(session, convention, change, rank, piece, on, waiver=waiver, aside=aside)
    added = added_keys(convention, change)
    add_lines(session, convention, added, change, on)
    _apply(convention, change, added)
    avenant = Avenant(
        contract=convention.contract,
        convention=convention.number,
        rank=rank,
        signed_on=on,
        purpose=change.purpose,
        piece=piece,
        facts_before=before,
        facts_after=facts_to_keep(convention, plan_given=bool(change.plan)),
        entry_number=None if posted is None else posted.sequence,
    )
    avenant.lines.extend(_changed_lines(convention, change, rank, amounts_before))
    convention.avenants.append(avenant)
    session.flush()
    follow_conventions_undone(session, _lowered(change), on=on, reason=f"Avenant à {convention.number}")
    return avenant, posted


def _lowered(change: AvenantForm) -> set[str]:
    return {action for (action, _), amount in change.amounts.items() if amount < ZERO}


def _changed_lines(
    convention: Convention, change: AvenantForm, rank: int, before: Mapping[LineKey, Money]
) -> Iterator[AvenantLine]:
    for (action, line), amount in _amounts(convention).items():
        if (action, line) in change.amounts:
            yield AvenantLine(
                contract=convention.contract,
                convention=convention.number,
                rank=rank,
                action=action,
                line=line,
                amount_before=before.get((action, line), ZERO),
                amount_after=amount,
            )


def _amend_right(
    session: Session, right: Convention, change: AvenantForm, piece: str, on: date
) -> tuple[Avenant, Posted | None]:
    key = (right.lines[0].action, right.lines[0].line)
    if AvenantForm(amounts=change.amounts) != change or set(change.amounts) != {key}:
        raise AvenantRefused(
            f"{right.number} est un droit acquis sur {right.payer} : seul son montant change, sur {key[1]}.",
            f"Donnez-le : --montant {key[1]}=±MONTANT.",
        )
    return change_right(session, right, change.amounts[key], piece=piece, on=on)


def _again(
    session: Session, convention: Convention, earlier: Avenant, change: AvenantForm, on: date
) -> tuple[Avenant, Posted | None]:
    changed = {(each.action, each.line): each.amount_after - each.amount_before for each in earlier.lines}
    if changed != dict(change.amounts) or earlier.signed_on != on or not _left_in_force(earlier.facts_after, change):
        raise AvenantRefused(
            f"La pièce « {earlier.piece} » est déjà celle de l'avenant {earlier.rank} de {convention.number}"
            f"{standing_act(earlier)}, avec un autre contenu.",
            f"Donnez une autre pièce, ou consultez-le : cofiville convention montrer {convention.number}.",
        )
    if earlier.entry_number is None and not changed:
        return earlier, None
    return earlier, recorded_act(session, change_draft(convention, change, earlier.rank, earlier.piece, on, ()))


def _left_in_force(facts: Mapping[str, Any], change: AvenantForm) -> bool:
    """Whether what this change gives, amounts apart, is what the avenant left in force.

    A schedule of an avenant recorded without its plan is not compared.
    """
    left = read_facts(facts)
    told = ((getattr(change, name), getattr(left, name)) for name in STANDING if name != "amount")
    return (
        all(left.bases.get(key, base) == base for key, base in change.bases.items())
        and all(not given or given == now for given, now in told)
        and (not (left.plan and change.plan) or left.plan == change.plan)
    )


def _amounts(convention: Convention) -> dict[LineKey, Money]:
    return {(line.action, line.line): line.amount for line in convention.lines}


def _apply(convention: Convention, change: AvenantForm, added: Collection[LineKey]) -> None:
    for line in convention.lines:
        key = (line.action, line.line)
        if key not in added:
            line.amount_change += change.amounts.get(key, ZERO)
        if key in change.bases:
            line.terms_amended = rebased(convention, line, change.bases[key])
        check_base(convention, line)
    convention.starts_on = change.starts_on or convention.starts_on
    convention.ends_on = change.ends_on or convention.ends_on
    convention.purpose = change.purpose or convention.purpose
    if change.plan:
        set_schedule(convention, dict.fromkeys(_amounts(convention), change.plan))
    elif change.amounts:
        reschedule_instalments(convention)
