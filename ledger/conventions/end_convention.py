"""How a convention ends: cancelled before any payment, or settled once nothing is left to pay or to take back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy.orm import Session

from ledger.conventions.actions_held import follow_conventions_undone
from ledger.conventions.model import Convention
from ledger.conventions.queries import check_state, is_passed_on, lock_conventions
from ledger.conventions.unused_commitment import commitment_given_up
from ledger.conventions.vocabulary import ConventionKind, ConventionStatus
from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.money import Money, total
from ledger.journal.balances import balances
from ledger.journal.exercices import closed_years
from ledger.journal.model import Entry
from ledger.journal.positions import ORDERED_POSITIONS, POSITION_LABELS, Position
from ledger.journal.posting import Posted, post_acts
from ledger.journal.seal import Draft, Move
from ledger.journal.vocabulary import EntryKind

_OPEN = (Position.ENGAGE, Position.ORDONNE, Position.A_RECOUVRER, Position.A_ENCAISSER, Position.A_RECEVOIR)


class EndRefused(LedgerError):
    """The convention cannot end so: money was ordered, or is still due one way or the other."""

    code = "fin_refusee"


def cancel_convention(
    session: Session, convention: Convention, *, piece: str, motive: str, on: date
) -> tuple[Posted, Money]:
    """The entry that gives up all that the convention committed, and the amount; it is then cancelled.

    Its signature stays among its stages. raises: WrongState unless signed, InvalidValue without a piece or a motive,
    EndRefused once anything was ordered, DayClosed.
    """
    lock_conventions(session, [convention.number])
    check_state(convention, ConventionStatus.SIGNED)
    if not piece.strip() or not motive.strip():
        raise InvalidValue(
            "La décision qui annule la convention, ou son motif, manque.",
            'Donnez-les : --piece "Délibération du 12/09/2016" --motif "Action abandonnée".',
        )
    held = balances(session, convention=convention.number)
    paid = total(amount for key, amount in held.items() if key.position in ORDERED_POSITIONS)
    if paid or convention.kind == ConventionKind.RIGHT:
        raise EndRefused(
            f"La convention {convention.number} a déjà {paid.french()} ordonnés ou versés : elle ne s'annule plus."
            if paid
            else f"{convention.number} est un droit acquis : il ne s'annule pas.",
            f"Libérez son solde (cofiville convention degager {convention.number} --motif MOTIF), puis arrêtez"
            " son bilan."
            if convention.kind != ConventionKind.RIGHT
            else f"Une baisse s'y enregistre : cofiville convention avenant {convention.number}"
            f" --montant {convention.lines[0].line}=-MONTANT --piece PIECE.",
        )
    engaged = {key: amount for key, amount in held.items() if key.position is Position.ENGAGE}
    moves: list[Move] = []
    closed = closed_years(session)
    for key, amount in engaged.items():
        passed_on = is_passed_on(session, convention, key.line)
        moves.extend(commitment_given_up(convention, key, amount, passed_on=passed_on, closed=closed))
    draft = Draft(
        reference=f"RESILIATION {convention.number}",
        kind=EntryKind.END,
        label=f"Annulation de la convention {convention.number}",
        piece=piece.strip(),
        effect_on=on,
        moves=tuple(moves),
        motive=motive.strip(),
    )
    posted = post_acts(session, [draft])[0]
    convention.ending_number = posted.sequence
    convention.state, convention.signed_on = "annulee", None
    session.flush()
    follow_conventions_undone(session, {line.action for line in convention.lines}, on=on, reason=motive.strip())
    return posted, total(engaged.values())


def cancellation_moves(session: Session, convention: Convention) -> Entry | None:
    """The entry that cancelled the convention: the parties' decision, or the reversal of the right it recorded.

    None for a convention that stands, and for a draft put aside, which committed nothing.
    """
    number = convention.ending_number or convention.reversal_number
    if convention.state != ConventionStatus.CANCELLED or number is None:
        return None
    return session.get_one(Entry, (convention.contract, number))


def settle_convention(session: Session, convention: Convention, *, missing: Collection[str]) -> None:
    """Nothing is left to do on the convention: no act is possible on it any more.

    missing: its actions whose bilan is not settled.
    raises: WrongState unless signed, EndRefused with what is left.
    """
    check_state(convention, ConventionStatus.SIGNED)
    left = {
        key: amount
        for key, amount in balances(session, convention=convention.number, positions=_OPEN).items()
        if amount
    }
    if left:
        words = ", ".join(f"{amount.french()} {POSITION_LABELS[key.position]}" for key, amount in left.items())
        raise EndRefused(
            f"La convention {convention.number} n'est pas soldée : {words}.",
            f"Consultez ce qui reste à faire : cofiville convention montrer {convention.number}.",
        )
    if missing and convention.kind not in (ConventionKind.RIGHT, ConventionKind.ORDER):
        raise EndRefused(
            f"Le bilan de l'action {', '.join(sorted(missing))} ({convention.number}) n'est pas arrêté.",
            f"Saisissez-le : cofiville bilan saisir {convention.number} --action {min(missing)} --cout MONTANT"
            " --piece PIECE.",
        )
    convention.state = ConventionStatus.SETTLED
    session.flush()
