"""Settling a bilan: final amounts, the balance released, what was overpaid becomes recoverable."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy.orm import Session

from ledger.conventions.final_amount import FinalAmount, Term, final_amounts
from ledger.conventions.freeing import lost_right, release_target
from ledger.conventions.granted import decision_days
from ledger.conventions.lookups import check_state, hold, is_passed_on
from ledger.conventions.model import Convention, ConventionLine
from ledger.core.errors import InvalidValue, LedgerError, NotFound
from ledger.core.money import Money, total
from ledger.execution.lookups import check_day, convention_balances, keep, of_position
from ledger.execution.model import Bilan, BilanLine
from ledger.execution.realised import Realised
from ledger.execution.whole_cost import check_contributions, check_known, real_cost_of
from ledger.journal.context import context
from ledger.journal.exercices import closed_years
from ledger.journal.keys import AccountKey, Position
from ledger.journal.posting import Draft, Move, Posted, written_by
from ledger.journal.reversal import record
from ledger.programming.lookups import find_action
from ledger.programming.model import Action
from ledger.programming.moving import reach
from ledger.referential.lookups import find_line, find_porteur
from ledger.rules.book import Rule, rulebook
from ledger.rules.execution_kinds import Shortage
from ledger.rules.figures import Clock
from ledger.rules.scope import Subject


class BilanRefused(LedgerError):
    """The bilan cannot be settled as asked."""

    code = "bilan_refuse"


def settle_bilan(
    session: Session,
    convention: Convention,
    action: str,
    *,
    slices: Mapping[str, Money],
    other_funding: Money,
    piece: str,
    on: date,
    realised: Realised | None = None,
    whole_cost: Money | None = None,
) -> tuple[Bilan, Posted]:
    """The bilan of one action, and its entry, which moves nothing when all is spent as granted.

    slices: the real eligible cost per territory kind. other_funding: paid by other financeurs, own funds apart.
    realised: charges and produits account by account; a surplus is kept, and opens an examination.
    whole_cost: what it cost in all, eligible or not; found by `real_cost_of` where it is not given.
    raises: WrongState, NotFound, BilanRefused when settled already or an order waits for its payment, DayClosed,
    WholeCostMissing where a final amount depends on it and nothing tells it.
    """
    signed = _check_settlable(session, convention, action, piece, on)
    found = find_action(session, action)
    terms = [Term(line.line, line.amount, line.terms, find_line(session, line.line).nature) for line in signed]
    check_contributions(found, terms, realised)
    order = _order(session, convention, found, {line.line for line in signed})
    real = real_cost_of(found, slices, whole_cost, realised)
    known = real or check_known(found, terms, slices, other_funding, order)
    finals = final_amounts(terms, known, other_funding, order)
    moves = _moves(session, convention, action, finals)
    draft = Draft(
        reference=f"BILAN {convention.number} {action}",
        kind="bilan",
        label=f"Bilan arrêté de l'action {action}, convention {convention.number}",
        piece=piece,
        effect_on=on,
        moves=tuple(moves),
    )
    posted = record(session, draft)
    bilan = _record(session, convention, action, slices, other_funding, piece, on, finals)
    bilan.entry_number = posted.sequence
    if realised is not None:
        bilan.accounts, bilan.surplus = realised.stored(), realised.surplus
    bilan.whole_cost = real.whole if real is not None else None
    session.flush()
    reach(session, [found], "realise", on=on, reason=piece)
    return bilan, posted


def _order(session: Session, convention: Convention, action: Action, lines: Collection[str]) -> str:
    kind = find_porteur(session, action.porteur).kind
    subject = Subject(dispositif=action.dispositif, porteur_kind=kind, nature=action.nature, financeur=convention.payer)
    days = decision_days(session, [action.number])
    day = max((decided for (_, line), decided in days.items() if line in lines), default=None)
    rule = rulebook(session, Clock.MILLESIME, exercice=convention.year, day=day).find(Shortage, subject)
    return rule.figures.order if isinstance(rule, Rule) else "prorata"


def _check_settlable(
    session: Session, convention: Convention, action: str, piece: str, on: date
) -> list[ConventionLine]:
    hold(session, [convention.number])
    check_state(convention, "signee")
    check_day(convention, on)
    signed = [line for line in convention.lines if line.action == action]
    if not signed:
        raise NotFound(
            f"L'action {action} n'est pas dans la convention {convention.number}.",
            f"Consultez-la : cofiville convention montrer {convention.number}.",
        )
    key = (context(session).contract, convention.number, action)
    existing = session.get(Bilan, key, populate_existing=True)
    if existing is not None and existing.undone_on is None:
        by = f", par {written_by(session, existing.entry_number)}" if existing.entry_number else ""
        raise BilanRefused(
            f"Le bilan de l'action {action} ({convention.number}) est déjà arrêté{by}.",
            f"Consultez-le : cofiville bilan montrer {convention.number}.",
        )
    if not piece.strip():
        raise InvalidValue("La pièce du bilan manque.", 'Nommez-la : --piece "Compte rendu financier du …".')
    return signed


def _moves(session: Session, convention: Convention, action: str, finals: list[FinalAmount]) -> list[Move]:
    held = {
        key: amount for key, amount in convention_balances(session, convention.number).items() if key.action == action
    }
    if waiting := total(of_position(held, Position.ORDONNE).values()):
        raise BilanRefused(
            f"{waiting.french()} sont ordonnés et pas encore payés sur la convention {convention.number}.",
            f"Enregistrez d'abord le paiement : cofiville versement payer {convention.number} {waiting.plain()}.",
        )
    moves: list[Move] = []
    for final in finals:
        mine = {key: amount for key, amount in held.items() if key.line == final.line}
        moves.extend(_line_moves(session, convention, final, mine))
    return moves


def _line_moves(
    session: Session, convention: Convention, final: FinalAmount, held: Mapping[AccountKey, Money]
) -> list[Move]:
    passed_on, closed = is_passed_on(session, convention, final.line), closed_years(session)
    paid, engaged = of_position(held, Position.VERSE), of_position(held, Position.ENGAGE)
    left = final.amount
    overpaid: dict[AccountKey, Money] = {}
    for key, amount in paid.items():
        kept = min(left, amount)
        left -= kept
        if amount != kept:
            overpaid[key] = amount - kept
    moves = [Move(key._replace(position=Position.A_RECOUVRER), key, amount) for key, amount in overpaid.items()]
    lost = total(overpaid.values())
    for key, amount in engaged.items():
        kept = min(left, amount)
        left -= kept
        if freed := amount - kept:
            moves.append(Move(release_target(convention, key, passed_on=passed_on, closed=closed), key, freed))
            lost += freed
    if passed_on and lost:
        moves.append(lost_right(convention, final.line, lost))
    return moves


def _record(
    session: Session,
    convention: Convention,
    action: str,
    slices: Mapping[str, Money],
    other_funding: Money,
    piece: str,
    on: date,
    finals: list[FinalAmount],
) -> Bilan:
    bilan = Bilan(
        contract=convention.contract,
        convention=convention.number,
        action=action,
        settled_on=on,
        real_cost=total(slices.values()),
        other_funding=other_funding,
        slices={kind: amount.cents for kind, amount in slices.items()},
        piece=piece,
    )
    bilan.lines.extend(
        BilanLine(
            contract=convention.contract,
            convention=convention.number,
            action=action,
            line=final.line,
            amount_final=final.amount,
            limited_by=final.limited_by,
            steps=list(final.steps),
        )
        for final in finals
    )
    keep(session, bilan)
    return bilan
