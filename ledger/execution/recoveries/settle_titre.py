"""What ends a titre without money coming in: cancelled by decision, or set off against the next grant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from ledger.conventions.model import Convention
from ledger.conventions.queries import find_convention, is_passed_on, lock_conventions
from ledger.conventions.unused_commitment import right_lost
from ledger.core.errors import InvalidValue
from ledger.core.grouping import sums_by
from ledger.core.money import ZERO, Money, total
from ledger.execution.model import SetOff, Titre
from ledger.execution.passing_on.queries import MoneyWayBack, available_again
from ledger.execution.queries import Purses, keep_rows
from ledger.execution.recoveries.accounts import TitreClaim, admitted_claims, titre_claims
from ledger.execution.recoveries.issue_titre import (
    RecoveryRefused,
    check_collectable,
    check_own_money,
    debt_losses,
    last_collection,
    lock_titre,
    recoverable,
    titres,
    to_the_budget,
)
from ledger.journal.positions import AccountKey, Position
from ledger.journal.posting import Posted, post_acts
from ledger.journal.reversal import find_or_place, record_act
from ledger.journal.seal import Draft, Move
from ledger.journal.vocabulary import EntryKind


def cancel_titre(
    session: Session, titre: Titre, *, motive: str, piece: str, on: date, waived: bool
) -> tuple[Posted, Money]:
    """The entry that cancels what is left of a titre, by decision, and the amount.

    waived: the debt goes with the titre, by decision of who financed it: what was paid stays paid, and what is
    another financeur's is no longer owed back to it, so the decision is its own. Otherwise the debt stays, to be
    claimed again or set off.
    raises: InvalidValue without a motive or a piece, RecoveryRefused when nothing is left, DayClosed.
    """
    if not motive.strip() or not piece.strip():
        raise InvalidValue(
            "L'annulation d'un titre se fonde sur une décision et un motif.",
            'Donnez les deux : --piece "Délibération du …" --motif "Remise gracieuse".',
        )
    lock_titre(session, titre)
    check_collectable(session, titre, on)
    convention = find_convention(session, titre.convention)
    waiting = titre_claims(session, titre)
    _check_cancellable(session, titre, waiting)
    moves: list[Move] = []
    for key, account, amount in waiting:
        moves.append(Move(key._replace(position=Position.TITRE), account, amount))
        if waived:
            moves.append(Move(key._replace(position=Position.VERSE), key, amount))
            if is_passed_on(session, convention, key.line):
                lost = right_lost(convention, key.line, amount)
                moves.append(Move(lost.credit, lost.debit, amount))
    if waived:
        check_own_money(convention)
        moves.extend(to_the_budget(session, convention, []))
    draft = Draft(
        reference=f"ANNULATION DU TITRE {titre.reference}",
        kind=EntryKind.WAIVED_TITRE if waived else EntryKind.CANCELLED_TITRE,
        label=f"{'Remise' if waived else 'Annulation'} du titre {titre.reference}, convention {convention.number}",
        piece=piece.strip(),
        effect_on=on,
        moves=tuple(moves),
        motive=motive.strip(),
    )
    posted = record_act(session, draft)
    titre.cancellation_number = posted.sequence
    titre.cancelled_on, titre.cancellation, titre.cancellation_piece = on, motive.strip(), piece.strip()
    session.flush()
    return posted, total(claim.amount for claim in waiting)


def _check_cancellable(session: Session, titre: Titre, waiting: Sequence[TitreClaim]) -> None:
    if admitted := admitted_claims(session, titre):
        last = debt_losses(session, titre.reference)[-1].entry_number
        raise RecoveryRefused(
            f"{total(each.amount for each in admitted).french()} du titre {titre.reference} sont admis en non-valeur :"
            " ils s'encaissent sur ce titre.",
            f"Annulez d'abord leur admission : cofiville journal annuler {last} --motif MOTIF.",
        )
    if not waiting:
        raise RecoveryRefused(
            f"Le titre {titre.reference} est entièrement encaissé{last_collection(session, titre)} :"
            " il n'y a rien à annuler.",
            "Consultez-le : cofiville recouvrement lister.",
        )


def set_off(session: Session, convention: Convention, year: int, *, piece: str, on: date) -> tuple[Posted, Money]:
    """The entry that imputes what the convention was overpaid on the next grant of its porteur, and the amount.

    The payer's own money is carried to the millésime `year`, whose payments then count gross and are paid net.
    Another financeur's goes its way back (see MoneyWayBack): it serves again only where that financeur decided so.
    raises: InvalidValue, RecoveryRefused, DayClosed.
    """
    check_own_money(convention)
    if convention.beneficiary is None or year <= convention.year:
        raise InvalidValue(
            f"Le trop-versé de {convention.number} s'impute sur un exercice postérieur à {convention.year}.",
            "Donnez l'exercice qui suit : --exercice ANNEE.",
        )
    draft = Draft(
        reference=f"COMPENSATION {convention.number} {year}",
        kind=EntryKind.SET_OFF,
        label=f"Trop-versé de {convention.number} imputé sur {year}",
        piece=piece,
        effect_on=on,
        moves=(),
        facts=(convention.number, str(year)),
    )
    draft, earlier = find_or_place(session, draft)
    if earlier is not None:
        return earlier, ZERO
    lock_conventions(session, [convention.number])
    free = recoverable(session, convention, on)
    purses, way_back = Purses(session), MoneyWayBack(session, convention)
    moves: list[Move] = []
    for key, amount in free.items():
        if not is_passed_on(session, convention, key.line):
            moves.extend(available_again(key, amount, year))
        else:
            moves.extend(way_back.moves(key, amount))
            before = AccountKey(Position.REVERSE, key.line, convention.year)
            moves.extend(purses.of(key.line, convention.year, on).receive(before, amount))
            moves.extend(purses.of(key.line, year, on).spend(before._replace(year=year), amount))
    if not any(titre_claims(session, titre) for titre in titres(session, convention.number)):
        moves.extend(to_the_budget(session, convention, moves))
    posted = post_acts(session, [replace(draft, moves=tuple(moves))])[0]
    _record_set_off(session, convention, year, free, on, posted.sequence)
    return posted, total(free.values())


def _record_set_off(
    session: Session, convention: Convention, year: int, free: dict[AccountKey, Money], on: date, number: int
) -> None:
    by_line: dict[tuple[str, str], Money] = sums_by(((key.action, key.line), amount) for key, amount in free.items())
    assert convention.beneficiary is not None
    for (action, line), amount in by_line.items():
        keep_rows(
            session,
            SetOff(
                contract=convention.contract,
                convention=convention.number,
                action=action,
                line=line,
                year=year,
                beneficiary=convention.beneficiary,
                amount=amount,
                decided_on=on,
                entry_number=number,
            ),
        )
