"""Granting outside any scenario, under the same rules: by a délibération, or as the comité de pilotage decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import NamedTuple

from sqlalchemy.orm import Session

from ledger.allocation.engine.facts import ActionFacts, Request, on_base
from ledger.allocation.engine.problem import limits_porteurs
from ledger.allocation.engine.reading import limit_words, ruled_by
from ledger.allocation.engine.share_lines import Grant, grant_beside_others
from ledger.allocation.engine.steps import Step, information, steps_as_data
from ledger.allocation.engine.terms import TermsBook
from ledger.allocation.model import DirectGrant
from ledger.allocation.queries import EngineFacts, engine_facts_of_action, engine_facts_of_year
from ledger.allocation.vocabulary import GrantLimit
from ledger.core.errors import InvalidValue, LedgerError, require_words
from ledger.core.money import ZERO, Money
from ledger.journal.positions import AccountKey, Position
from ledger.journal.posting import Posted, post_acts
from ledger.journal.reversal import find_or_place
from ledger.journal.seal import Draft, Move
from ledger.journal.vocabulary import EntryKind
from ledger.journal.waivers import PutAside, put_aside_rule, record_waivers, waiver_words
from ledger.programming.actions.grants import granted_by_action
from ledger.programming.actions.model import Action
from ledger.programming.actions.move_status import raise_status, raise_status_by_proof
from ledger.programming.committees.record_decision import last_decisions
from ledger.programming.queries import find_action
from ledger.programming.vocabulary import ActionState, CommitteeKind, CommitteeOutcome, RequestState
from ledger.referential.change_facts import check_grants
from ledger.referential.end_porteur import check_not_ended
from ledger.referential.queries import find_line, find_porteur
from ledger.referential.vocabulary import LineNature
from ledger.rules.book import Rule, rulebook
from ledger.rules.figures import Figures
from ledger.rules.vocabulary import Clock
from ledger.storage.session import context

_OPEN = ActionState.DEPOSITED


class AboveTheRules(LedgerError):
    """A grant above what was asked or what the rules let it be.

    left: what the line may still give. asked: whether it is within what is asked, so that a motive may pass it.
    """

    code = "plafond_depasse"

    def __init__(self, problem: str, remedy: str, *, left: Money, asked: bool) -> None:
        super().__init__(problem, remedy)
        self.left, self.asked = left, asked


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the rules of the day let a line give an action, beside what other lines give it.

    requested: what it asks. allowed: the most in all, what it is granted `already` included.
    limit: the rule that keeps it from more; None where it is none.
    """

    requested: Money
    allowed: Grant
    already: Money
    limit: Rule[Figures] | None = None

    def limit_words(self) -> str:
        """What keeps it from more, as people read it."""
        return limit_words(self.allowed.limited_by, "" if self.limit is None else self.limit.words())


def ruling(session: Session, action: str, line: str, *, on: date, base: Money, asked: Money) -> Ruling:
    """What the rules let the line give the action once an avenant retains this eligible cost, whatever its status.

    asked: what the convention would come to; the request does not limit it here, and is told as it is.
    raises: NotFound, InvalidValue when nothing is asked of the line.
    """
    found, facts = engine_facts_of_action(session, action)
    first = facts.actions[0]
    requests = tuple(
        replace(each, amount=max(each.amount, asked), status=RequestState.ASKED) if each.line == line else each
        for each in first.requests
    )
    open_facts = replace(facts, actions=(replace(first, status=_OPEN, requests=requests),))
    ruled = _ruling(session, found, open_facts, line, on, base)
    return replace(ruled, requested=_request(session, found, first, line).amount)


def _ruling(session: Session, found: Action, facts: EngineFacts, line: str, on: date, base: Money | None) -> Ruling:
    asking = facts.actions[0]
    request = _request(session, found, asking, line)
    others = {other: granted for other, granted in asking.granted.items() if other != line}
    book = rulebook(session, Clock.MILLESIME, exercice=found.year, day=on)
    beside = facts.actions if not limits_porteurs(book) else engine_facts_of_year(session, found.year).actions
    if base is not None:
        terms = TermsBook(book).of(asking, facts.lines[line])
        asking = on_base(asking, [kind for kind in terms.rates if kind], base)
    allowed = grant_beside_others(asking, request, facts.lines, book, others, beside)
    return Ruling(request.amount, allowed, asking.granted.get(line, ZERO), book.coded(ruled_by(allowed.limited_by)))


def rulings_put_aside(allowed: Grant, motive: str, base: Money | None = None) -> PutAside:
    """The rule that keeps the grant from more, put aside for this reason."""
    rule = ruled_by(allowed.limited_by)
    of = f" d'une assiette de {base.french()}" if base is not None else ""
    despite = f"{f'la règle {rule}' if rule else 'les règles'} ({allowed.granted.french()} au plus{of})"
    return put_aside_rule(rule, despite, motive)


def grant_directly(
    session: Session,
    action: str,
    line: str,
    amount: Money,
    *,
    on: date,
    piece: str,
    waiver: str = "",
    base: Money | None = None,
    decided: bool = False,
    convention: str = "",
) -> Posted:
    """The entry that programmes the amount: DISPONIBLE → PROGRAMME; its explanation is kept beside it.

    amount: above zero. The same grant by the same piece is written once. waiver: why the committee grants more than
    a rule lets it be, never more than what is asked; kept with the entry. base: the eligible cost that an avenant
    retains instead of the plan's. decided: whether the act that grants puts the rule aside itself, and says so.
    convention: the one whose avenant grants it; a rule put aside is then kept as that avenant's.
    raises: NotFound, InvalidValue (no piece, nothing asked of this line), AboveTheRules, Overdraft, DayClosed.
    """
    if amount.cents <= 0:
        raise InvalidValue("Une attribution porte un montant supérieur à zéro.", "Saisissez un montant positif.")
    require_words(piece, "La pièce de l'attribution manque.", 'Nommez-la : --piece "Délibération du 11/04/2016".')
    found, facts = engine_facts_of_action(session, action)
    granting = find_line(session, line)
    check_grants(granting)
    check_not_ended([find_porteur(session, found.porteur)], on, found.number)
    code = granting.code
    draft, _ = find_or_place(session, _draft(found, code, amount, on, piece))
    if session.get(DirectGrant, (context(session).contract, draft.reference)) is not None:
        return post_acts(session, [draft])[0]
    ruled = _ruling(session, found, facts, code, on, base)
    aside = _passed(found, code, amount, ruled, waiver, base, decided=decided)
    draft = replace(draft, motive=waiver_words(aside))
    posted = post_acts(session, [draft])[0]
    record_waivers(session, posted.sequence, aside, convention=convention)
    session.add(_kept(session, draft, posted, ruled))
    raise_status(session, [found], ActionState.GRANTED, on=on, reason=piece)
    session.flush()
    return posted


class NewGrant(NamedTuple):
    """What a line is to give an action, and the piece that decides it."""

    action: str
    line: str
    amount: Money
    piece: str


def grant_several(session: Session, year: int, grants: Sequence[NewGrant], *, on: date) -> list[Posted]:
    """Grant one line of each of several actions, none granted before, as grant_directly does: all, or none.

    raises: as grant_directly.
    """
    facts = engine_facts_of_year(session, year)
    asking = {each.number: replace(each, pins={}) for each in facts.actions}
    drafts, rulings = [], []
    for number, line, amount, piece in grants:
        found, code = find_action(session, number), find_line(session, line).code
        check_not_ended([find_porteur(session, found.porteur)], on, found.number)
        ruled = _ruling(session, found, EngineFacts((asking[number],), facts.lines), code, on, None)
        _passed(found, code, amount, ruled, "", None, decided=False)
        drafts.append(_draft(found, code, amount, on, piece))
        rulings.append(ruled)
    posted = post_acts(session, drafts)
    session.add_all(map(partial(_kept, session), drafts, posted, rulings))
    raise_status_by_proof(
        session, [(find_action(session, each.action), each.piece) for each in grants], ActionState.GRANTED, on=on
    )
    session.flush()
    return posted


def _kept(session: Session, draft: Draft, posted: Posted, ruled: Ruling) -> DirectGrant:
    """The grant as it is kept beside its entry, with what explains it."""
    [move] = draft.moves
    return DirectGrant(
        contract=context(session).contract,
        reference=draft.reference,
        action=move.debit.action,
        line=move.debit.line,
        requested=ruled.requested,
        granted=move.amount,
        granted_on=draft.effect_on,
        piece=draft.piece,
        steps=steps_as_data(_steps(ruled.allowed, move.amount, ruled.already, draft.piece)),
        entry_number=posted.sequence,
    )


def _passed(
    action: Action, line: str, amount: Money, ruled: Ruling, waiver: str, base: Money | None, *, decided: bool
) -> tuple[PutAside, ...]:
    """The rule that this grant puts aside; none where it holds, or where the act that asks says so itself."""
    allowed, already = ruled.allowed, ruled.already
    if amount <= allowed.granted - already:
        return ()
    asked_more, motive = amount + already > ruled.requested, waiver.strip()
    if not (motive or decided) or asked_more or allowed.limited_by == GrantLimit.STATUS:
        raise _above(action, line, amount, ruled)
    return () if decided else (rulings_put_aside(allowed, waiver, base),)


def _draft(action: Action, line: str, amount: Money, on: date, piece: str) -> Draft:
    return Draft(
        reference=f"ATTRIBUTION {action.number} {line} {piece}",
        kind=EntryKind.GRANT,
        label=f"Attribution de {line} {action.year} à l'action {action.number}",
        piece=piece,
        effect_on=on,
        moves=(
            Move(
                AccountKey(Position.PROGRAMME, line, action.year, action=action.number),
                AccountKey(Position.DISPONIBLE, line, action.year),
                amount,
            ),
        ),
    )


def _request(session: Session, action: Action, facts: ActionFacts, line: str) -> Request:
    for request in facts.requests:
        if request.line == line:
            return request
    way = f"Complétez son plan de financement : cofiville action modifier {action.number} --financement {line}=MONTANT."
    if any(facts.granted.values()):
        way = f"Déposez cette demande comme une autre action : cofiville action saisir {action.year}."
        if find_line(session, line).nature == LineNature.DROIT_COMMUN:
            way = (
                f"Ajoutez ce droit commun à son plan : cofiville action droit-commun {action.number} {line} MONTANT"
                " --piece PIECE."
            )
    raise InvalidValue(f"L'action {action.number} ne demande rien sur {line}.", way)


def _above(action: Action, line: str, amount: Money, ruled: Ruling) -> AboveTheRules:
    allowed, already = ruled.allowed, ruled.already
    left = max(ZERO, allowed.granted - already)
    before = f" dont {already.french()} déjà accordés" if already else ""
    asked = amount + already <= ruled.requested and allowed.limited_by != GrantLimit.STATUS
    less = f"Réduisez le montant à {left.french()}" if left else f"Consultez : cofiville regle essayer {action.number}"
    if asked:
        less += ", ou dites pourquoi le COPIL passe outre : --malgre MOTIF"
    elif allowed.limited_by != GrantLimit.STATUS:
        less = f"Réduisez le montant à {left.french()}, ou saisissez" if left else "Saisissez"
        less += f" le complément comme une autre action : cofiville action saisir {action.year}"
    return AboveTheRules(
        f"L'action {action.number} peut recevoir {allowed.granted.french()} sur {line}{before} ({_why(ruled)}) ;"
        f" {amount.french()} sont demandés.",
        f"{less}.",
        left=left,
        asked=asked,
    )


def _why(ruled: Ruling) -> str:
    if not ruled.allowed.granted:
        return ruled.allowed.steps[-1].text
    return f"limite : {ruled.limit_words()}"


def _steps(allowed: Grant, amount: Money, already: Money, piece: str) -> tuple[Step, ...]:
    decided = f"accordé par décision : {piece}"
    if already:
        decided += f" ; {already.french()} accordés auparavant"
    if amount == allowed.granted:
        return (*allowed.steps, information(decided))
    return (*allowed.steps, Step(amount - allowed.granted, decided))


@dataclass(frozen=True, slots=True)
class GrantRefused:
    """An amount decided that cannot be granted, and why."""

    action: str
    line: str
    amount: Money
    refusal: LedgerError


def to_programme(session: Session, year: int) -> dict[tuple[str, str], Money]:
    """By action and line, what is decided and not granted yet; nothing where as much or more is granted."""
    granted = granted_by_action(session, year)
    decided = {
        (action, part.line): part.amount
        for (action, committee), decision in last_decisions(session, year=year).items()
        if committee == CommitteeKind.STEERING and decision.outcome == CommitteeOutcome.GRANTED
        for part in decision.amounts
    }
    left = {
        (action, line): amount - granted.get(action, {}).get(line, ZERO) for (action, line), amount in decided.items()
    }
    return {key: amount for key, amount in sorted(left.items()) if amount > ZERO}


def programme_decided(
    session: Session, year: int, *, on: date, piece: str, waiver: str = ""
) -> tuple[list[Posted], list[GrantRefused]]:
    """The entries of what was decided and not granted yet; with one amount refused, none is kept.

    waiver: why the committee passes the rules that some amounts do not hold in. raises: InvalidValue without a piece.
    """
    posted: list[Posted] = []
    refused: list[GrantRefused] = []
    whole = session.begin_nested()
    for (action, line), amount in to_programme(session, year).items():
        step = session.begin_nested()
        try:
            posted.append(grant_directly(session, action, line, amount, on=on, piece=piece, waiver=waiver))
            session.flush()
        except LedgerError as refusal:
            step.rollback()
            refused.append(GrantRefused(action, line, amount, refusal))
        else:
            step.commit()
    if refused:
        whole.rollback()
        return [], refused
    whole.commit()
    return posted, []
