"""Credits notified by the financeurs, line by line and year by year."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue
from ledger.core.money import Money
from ledger.core.period import check_year
from ledger.journal.keys import AccountKey, Position
from ledger.journal.posting import Draft, Move, Posted
from ledger.journal.reversal import record


def notify(session: Session, line: str, year: int, amount: Money, *, piece: str, on: date) -> Posted:
    """The entry that opens credits: NOTIFIE → DISPONIBLE.

    amount: above zero. piece: the act that opens them, named on the entry.
    raises: InvalidValue without a piece or amount; DayClosed.
    """
    if amount.cents <= 0:
        raise InvalidValue(
            "Une notification porte un montant supérieur à zéro.", "Pour une baisse : cofiville enveloppe modifier."
        )
    _check_piece(piece)
    move = Move(
        AccountKey(Position.DISPONIBLE, line, check_year(year)), AccountKey(Position.NOTIFIE, line, year), amount
    )
    draft = Draft(
        reference=f"NOTIFICATION {line} {year} {piece}",
        kind="notification",
        label=f"Notification {line} {year}",
        piece=piece,
        effect_on=on,
        moves=(move,),
    )
    return record(session, draft)


def modify(
    session: Session, line: str, year: int, change: Money, *, piece: str, on: date, voted: bool = False
) -> Posted:
    """The entry that raises or lowers credits already notified, by a signed amount.

    voted: a décision modificative of the assembly, and not a modification by the financeur.
    raises: InvalidValue for zero or no piece; Overdraft when the fall exceeds what is available; DayClosed.
    """
    if not change:
        raise InvalidValue(
            "Une modification de 0,00 € ne change rien.", "Saisissez la hausse, ou la baisse avec un signe -."
        )
    _check_piece(piece)
    available, source = (
        AccountKey(Position.DISPONIBLE, line, check_year(year)),
        AccountKey(Position.NOTIFIE, line, year),
    )
    move = Move(available, source, change) if change.cents > 0 else Move(source, available, -change)
    draft = Draft(
        reference=f"MODIFICATION {line} {year} {piece}",
        kind="decision_modificative" if voted else "modification",
        label=f"Décision modificative, {line} {year}" if voted else f"Modification de l'enveloppe {line} {year}",
        piece=piece,
        effect_on=on,
        moves=(move,),
    )
    return record(session, draft)


def _check_piece(piece: str) -> None:
    if not piece.strip():
        raise InvalidValue(
            "La pièce qui ouvre ou modifie les crédits manque.", 'Nommez-la : --piece "Arrêté du 12/02/2016".'
        )
