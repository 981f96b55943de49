"""A new right from which the financeur keeps back what an earlier convention left unspent (compensation N-1)."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from ledger.conventions.model import Convention
from ledger.conventions.rights import record_right
from ledger.core.money import Money
from ledger.execution.lookups import of_position
from ledger.execution.model import Compensation
from ledger.execution.passed_on import available_again
from ledger.execution.returns import ReturnRefused, unspent_share
from ledger.journal.balances import balances
from ledger.journal.keys import Position
from ledger.journal.posting import Move, Posted
from ledger.referential.model import CreditLine


def record_compensated_right(
    session: Session,
    number: str,
    line: CreditLine,
    year: int,
    gross: Money,
    earlier: Convention,
    *,
    piece: str,
    on: date,
) -> tuple[Posted, Money]:
    """The right, gross, and what is kept back from it for `earlier`: only the difference is new money.

    What the EPCI already holds blocked for that convention becomes available again under the new millésime; what its
    porteur has still to give back does as it comes (see WayBack).
    raises: ReturnRefused when nothing is unspent or the compensation exceeds the right, and what record_right raises.
    """
    existing = session.get(Compensation, (earlier.contract, number.strip().upper(), earlier.number))
    amount = existing.amount if existing else unspent_share(session, earlier, line.code)
    if not amount or amount > gross:
        raise ReturnRefused(
            f"La convention {earlier.number} laisse {amount.french()} non consommés sur {line.code} : "
            f"rien à compenser sur {gross.french()}.",
            "Vérifiez la convention désignée et le montant brut de l'arrêté.",
        )
    moves = () if existing else _unblock(session, earlier, line.code, year, amount)
    posted = record_right(session, number, line, year, gross, piece=piece, on=on, example=earlier.example, more=moves)
    if existing is None:
        session.add(
            Compensation(
                contract=earlier.contract,
                recette=number.strip().upper(),
                convention=earlier.number,
                amount=amount,
                entry_number=posted.sequence,
            )
        )
        session.flush()
    return posted, amount


def _unblock(session: Session, earlier: Convention, line: str, year: int, left: Money) -> tuple[Move, ...]:
    moves: list[Move] = []
    for key, held in of_position(balances(session, line=line, convention=earlier.number), Position.BLOQUE).items():
        if part := min(held, left):
            moves.extend(available_again(key, part, year))
            left -= part
    return tuple(moves)
