"""Settling a bilan: final amounts, the balance released, what was overpaid becomes recoverable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from ledger.conventions.final_amount import KIND_LABELS, FinalAmount, RealCost
from ledger.conventions.granted import decision_days
from ledger.conventions.model import Convention
from ledger.conventions.queries import check_state, is_passed_on, lock_conventions
from ledger.conventions.unused_commitment import release_target, right_lost
from ledger.conventions.vocabulary import ConventionStatus
from ledger.core.errors import LedgerError, NotFound, require_words
from ledger.core.money import ZERO, Money, total
from ledger.core.split import drawn
from ledger.execution.bilans.action_bilan import ActionBilan, Receipts, action_bilan, action_finals, conventions_of
from ledger.execution.bilans.queries import standing_final_decisions
from ledger.execution.bilans.read_bilan import BilanForm, ReadBilan
from ledger.execution.bilans.real_cost import (
    check_contributions,
    check_known,
    contributions_used,
    real_cost_of,
)
from ledger.execution.model import Bilan, BilanLine
from ledger.execution.queries import check_day, convention_balances, keep_rows, of_position
from ledger.journal.exercices import closed_years
from ledger.journal.model import Entry
from ledger.journal.positions import AccountKey, Position
from ledger.journal.posting import Posted, written_by
from ledger.journal.reversal import record_act
from ledger.journal.seal import Draft, Move
from ledger.journal.vocabulary import EntryKind
from ledger.programming.actions.move_status import raise_status
from ledger.programming.queries import find_action
from ledger.programming.vocabulary import ActionState
from ledger.referential.queries import find_porteur
from ledger.rules.book import Rule, rulebook
from ledger.rules.execution_kinds import Shortage
from ledger.rules.scope import RuleSubject
from ledger.rules.vocabulary import Circuit, Clock, ShortageOrder


class BilanRefused(LedgerError):
    """The bilan cannot be settled as form."""

    code = "bilan_refuse"


def settle_bilan(session: Session, convention: Convention, form: BilanForm) -> tuple[Bilan, Posted]:
    """The bilan of one action as it settles this convention, and its entry, which moves nothing when all is spent.

    The bilan belongs to the action: with it are settled the other conventions that the same financeur pays for it, each
    by an entry of its own; those of another financeur, later, from the same real cost. Said again alike, it stands.
    raises: WrongState, NotFound, OtherFundingKnown, BilanRefused for another real cost than the action's or an order
    that waits for its payment, DayClosed, WholeCostMissing where a final amount depends on it and nothing tells it.
    """
    _check_settlable(convention, form)
    lock_conventions(session, conventions_of(session, form.action))
    known = action_bilan(session, form.action, form.on)
    check_alike(session, known, convention, form)
    if (standing := known.bilans.get(convention.number)) is not None:
        return standing, _posted_already(session, known, convention, standing, form.piece)
    receipts = known.receipts(convention, form.other_funding)
    real, whole = _real_cost(session, known, form, receipts)
    finals = final_amounts_of(session, known, real, receipts)
    settled_now = known.unsettled(convention)
    others = other_funding_of(known, convention, receipts, finals, form.other_funding)
    kept = []
    for each in settled_now:
        posted = record_act(session, _draft(session, each, form, finals[each.number]))
        bilan = _record(session, each, form, others, finals[each.number])
        bilan.entry_number, bilan.whole_cost, bilan.outside_funding = posted.sequence, whole, receipts.outside
        if each is convention and form.realised is not None:
            bilan.accounts, bilan.surplus = form.realised.stored(), form.realised.surplus
        kept.append((bilan, posted))
    session.flush()
    raise_status(session, [find_action(session, form.action)], ActionState.REALISED, on=form.on, reason=form.piece)
    return kept[settled_now.index(convention)]


def _check_settlable(convention: Convention, form: BilanForm) -> None:
    check_state(convention, ConventionStatus.SIGNED)
    check_day(convention, form.on)
    if form.action not in {line.action for line in convention.lines}:
        raise NotFound(
            f"L'action {form.action} n'est pas dans la convention {convention.number}.",
            f"Consultez-la : cofiville convention montrer {convention.number}.",
        )
    require_words(form.piece, "La pièce du bilan manque.", 'Nommez-la : --piece "Compte rendu financier du …".')


def _posted_already(session: Session, known: ActionBilan, convention: Convention, bilan: Bilan, piece: str) -> Posted:
    """Where the entry of this bilan stands in the book. raises: BilanRefused where another piece settled it alone."""
    if bilan.entry_number is None or (bilan.piece != piece.strip() and len(known.settled_jointly(convention)) == 1):
        by = f", par {written_by(session, bilan.entry_number)}" if bilan.entry_number else ""
        raise BilanRefused(
            f"Le bilan de l'action {bilan.action} ({bilan.convention}) est déjà arrêté{by}.",
            f"Consultez-le : cofiville bilan montrer {bilan.convention}.",
        )
    return Posted(bilan.entry_number, session.get_one(Entry, (bilan.contract, bilan.entry_number)).reference, False)


def _real_cost(
    session: Session, known: ActionBilan, form: BilanForm, receipts: Receipts
) -> tuple[RealCost, Money | None]:
    """What the action really cost, and the whole of it where it is known: as typed, else as its bilan said first."""
    action, given = find_action(session, form.action), known.given()
    realised = form.realised or known.realised()
    whole = form.whole_cost if form.whole_cost is not None or given is None else given.whole_cost
    check_contributions(action, [each.term for each in known.granted()], realised)
    real = real_cost_of(action, form.slices, whole, realised)
    if real is not None:
        return real, real.whole

    def amounts(cost: RealCost) -> list[Money]:
        found = final_amounts_of(session, known, cost, receipts)
        return [final.amount for finals in found.values() for final in finals]

    return check_known(action, form.slices, receipts.of_own, amounts), None


def final_amounts_of(
    session: Session, known: ActionBilan, real: RealCost, receipts: Receipts
) -> dict[str, list[FinalAmount]]:
    """By convention, the final amounts that the bilan of the action gives to what is not settled yet."""
    action = find_action(session, known.action)
    kind = find_porteur(session, action.porteur).kind
    subject = RuleSubject(dispositif=action.dispositif, porteur_kind=kind, nature=action.nature)
    lines = {line.line for each in known.conventions for line in each.lines if line.action == known.action}
    days = decision_days(session, [known.action])
    day = max((decided for (_, line), decided in days.items() if line in lines), default=None)
    rule = rulebook(session, Clock.MILLESIME, exercice=action.year, day=day).find(Shortage, subject)
    order = rule.figures.order if isinstance(rule, Rule) else ShortageOrder.PRORATA
    found: dict[str, list[FinalAmount]] = {each.number: [] for each in known.conventions}
    for final in action_finals(known.granted(), real, receipts, order):
        found[final.convention].append(final)
    return found


def proposed_amounts(session: Session, known: ActionBilan, bilan: ReadBilan) -> dict[str, Money]:
    """By convention of the action, what this bilan would give to those that it settled not; the others get nothing."""
    its = next((each for each in known.conventions if each.number == bilan.convention), None)
    if its is None:
        return {each.number: ZERO for each in known.conventions}
    whole = bilan.cost if bilan.whole_cost is None else bilan.whole_cost
    real = RealCost(bilan.slices, whole, contributions_used(known.realised()))
    finals = final_amounts_of(session, known, real, known.receipts(its, bilan.other_funding))
    return {number: total(final.amount for final in found) for number, found in finals.items()}


def other_funding_of(
    known: ActionBilan,
    convention: Convention,
    receipts: Receipts,
    finals: Mapping[str, Sequence[FinalAmount]],
    typed: Money | None,
) -> Money:
    """The other funding of this convention: as typed or as earlier bilans say, else what the book counts."""
    if (earlier := known.given_for(convention)) is not None:
        return earlier.other_funding
    if typed is not None:
        return typed
    if convention.circuit == Circuit.BUDGET:
        return receipts.of_own
    own = [each for each in known.conventions if each.circuit == Circuit.BUDGET]
    settled = total(line.amount_final for each in own for line in _lines_of(known, each))
    new = total(final.amount for each in own for final in finals[each.number])
    return receipts.outside + total(known.known_funding(convention).values()) + settled + new


def _lines_of(known: ActionBilan, convention: Convention) -> Sequence[BilanLine]:
    bilan = known.bilans.get(convention.number)
    return bilan.lines if bilan is not None else ()


def check_alike(session: Session, known: ActionBilan, convention: Convention, form: BilanForm) -> None:
    """Nothing when what is typed says what the bilan of the action said already, if it did.

    convention: whose other financeurs the form tells. raises: BilanRefused with both figures and the correction.
    """
    given = known.given()
    if given is not None and (differs := _difference(known, given, convention, form)):
        before, now = differs
        by = f", {written_by(session, given.entry_number)}" if given.entry_number is not None else ""
        raise BilanRefused(
            f"Le bilan de l'action {form.action} est déjà donné ({given.convention}{by}) : {before} ; {now} annoncés.",
            _correction(session, given, convention, form),
        )


def _difference(known: ActionBilan, given: Bilan, convention: Convention, form: BilanForm) -> tuple[str, str] | None:
    """What the bilan of the action said and what is typed instead; None when they agree."""
    if given.real_cost != form.cost:
        return f"coût réel {given.real_cost.french()}", form.cost.french()
    said = {kind: cents for kind, cents in given.slices.items() if cents}
    typed = {kind: cost.cents for kind, cost in form.slices.items() if cost}
    if said != typed:
        return _slices_words(said), _slices_words(typed)
    if form.whole_cost is not None and given.whole_cost not in (None, form.whole_cost):
        return f"coût total {(given.whole_cost or ZERO).french()}", form.whole_cost.french()
    if form.other_funding is None:
        return None
    if (earlier := known.given_for(convention)) is not None:
        same = earlier.other_funding == form.other_funding
        return None if same else (f"autres financements {earlier.other_funding.french()}", form.other_funding.french())
    outside, counted = known.outside() or ZERO, known.others_expected(convention)
    if max(ZERO, form.other_funding - counted) != outside:
        whole = counted + outside
        return f"autres financements {whole.french()} pour {convention.number}", form.other_funding.french()
    return None


def _slices_words(slices: Mapping[str, int]) -> str:
    return ", ".join(f"{Money(cents).french()} ({KIND_LABELS[kind]})" for kind, cents in slices.items())


def _correction(session: Session, given: Bilan, convention: Convention, form: BilanForm) -> str:
    """How the bilan of the action is corrected, for all its conventions together."""
    command = f'cofiville journal corriger --motif "MOTIF" {given.entry_number} {form.command(convention.number)}'
    for decision in standing_final_decisions(session, numbers=[given.convention], action=form.action):
        return (
            "Le financeur a décidé d'après ce bilan : annulez d'abord ce constat (cofiville journal annuler"
            f" {decision.entry_number} --motif MOTIF), puis corrigez le bilan : {command}"
        )
    return f"Reprenez les mêmes chiffres, ou corrigez-les pour toutes les conventions de l'action : {command}"


def _draft(session: Session, convention: Convention, form: BilanForm, finals: Sequence[FinalAmount]) -> Draft:
    held = {
        key: amount
        for key, amount in convention_balances(session, convention.number).items()
        if key.action == form.action
    }
    if waiting := total(of_position(held, Position.ORDONNE).values()):
        raise BilanRefused(
            f"{waiting.french()} sont ordonnés et pas encore payés sur la convention {convention.number}.",
            f"Enregistrez d'abord le paiement : cofiville versement payer {convention.number} {waiting.plain()}"
            " --reference REFERENCE.",
        )
    amounts = {final.line: final.amount for final in finals}
    return Draft(
        reference=f"BILAN {convention.number} {form.action}",
        kind=EntryKind.BILAN,
        label=f"Bilan arrêté de l'action {form.action}, convention {convention.number}",
        piece=form.piece,
        effect_on=form.on,
        moves=tuple(final_moves(session, convention, amounts, held)),
    )


def final_moves(
    session: Session, convention: Convention, amounts: Mapping[str, Money], held: Mapping[AccountKey, Money]
) -> list[Move]:
    """What moves so that the convention grants no more than these final amounts, by line.

    held: what its accounts of the action hold. What was paid beyond is to be recovered; what is left engaged is freed.
    """
    moves: list[Move] = []
    for line, amount in amounts.items():
        mine = {key: held_amount for key, held_amount in held.items() if key.line == line}
        moves.extend(_line_moves(session, convention, line, amount, mine))
    return moves


def _line_moves(
    session: Session, convention: Convention, line: str, final: Money, held: Mapping[AccountKey, Money]
) -> list[Move]:
    passed_on, closed = is_passed_on(session, convention, line), closed_years(session)
    paid, engaged = of_position(held, Position.VERSE), of_position(held, Position.ENGAGE)
    kept = drawn(paid | engaged, final)
    beyond = {key: amount - kept.get(key, ZERO) for key, amount in (paid | engaged).items()}
    lost = total(beyond.values())
    moves = [
        Move(
            key._replace(position=Position.A_RECOUVRER)
            if key.position is Position.VERSE
            else release_target(convention, key, passed_on=passed_on, closed=closed),
            key,
            amount,
        )
        for key, amount in beyond.items()
        if amount
    ]
    if passed_on and lost:
        moves.append(right_lost(convention, line, lost))
    return moves


def _record(
    session: Session,
    convention: Convention,
    form: BilanForm,
    other_funding: Money,
    finals: Sequence[FinalAmount],
) -> Bilan:
    bilan = Bilan(
        contract=convention.contract,
        convention=convention.number,
        action=form.action,
        settled_on=form.on,
        real_cost=form.cost,
        other_funding=other_funding,
        slices={kind: amount.cents for kind, amount in form.slices.items()},
        piece=form.piece.strip(),
    )
    bilan.lines.extend(
        BilanLine(
            contract=convention.contract,
            convention=convention.number,
            action=form.action,
            line=final.line,
            amount_final=final.amount,
            limited_by=final.limited_by,
            steps=list(final.steps),
        )
        for final in finals
    )
    keep_rows(session, bilan)
    return bilan
