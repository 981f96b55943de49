"""Using again, by its financeur's decision, money that was to go back to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue
from ledger.core.money import Money, total
from ledger.execution.returns import ReturnRefused, blocked_for
from ledger.journal.exercices import find_exercice
from ledger.journal.keys import AccountKey, Position
from ledger.journal.posting import Draft, Move, Posted, post
from ledger.journal.reversal import placed


def reprogram(session: Session, line: str, year: int, amount: Money, *, piece: str, on: date) -> Posted:
    """The entry that makes money blocked for its financeur available again, which is then no longer owed back.

    The exercice that holds it must be open: once closed, the financeur keeps it back from a new right instead.
    raises: InvalidValue without a piece, ReturnRefused above what is blocked or in a closed exercice, DayClosed.
    """
    if not piece.strip():
        raise InvalidValue("La décision du financeur manque.", 'Nommez-la : --piece "Courrier du préfet du …".')
    draft = Draft(
        reference=f"REPROGRAMMATION {line} {year} {piece.strip()}",
        kind="reprogrammation",
        label=f"Crédits à rendre reprogrammés, {line} {year}",
        piece=piece.strip(),
        effect_on=on,
        moves=(),
        facts=(line, str(year), amount.plain()),
    )
    draft, earlier = placed(session, draft)
    if earlier is not None:
        return earlier
    moves: list[Move] = []
    left = amount
    for key, held in _usable(session, line, year, amount).items():
        if part := min(held, left):
            moves.append(Move(AccountKey(Position.DISPONIBLE, key.line, key.year), key, part))
            left -= part
    moves.append(Move(AccountKey(Position.A_RENDRE, line, year), AccountKey(Position.DROIT_PERDU, line, year), amount))
    return post(session, [replace(draft, moves=tuple(moves))])[0]


def _usable(session: Session, line: str, year: int, amount: Money) -> dict[AccountKey, Money]:
    usable = {
        key: held
        for key, held in blocked_for(session, line, year).items()
        if find_exercice(session, key.year).closed_on is None
    }
    most = total(usable.values())
    if amount > most:
        raise ReturnRefused(
            f"Seuls {most.french()} de {line} {year} peuvent être reprogrammés ; {amount.french()} sont demandés.",
            "Ce qui est sur un exercice clos se retient sur le droit suivant :"
            " cofiville convention recevoir … --compense CONVENTION.",
        )
    return usable
