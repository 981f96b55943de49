"""Giving back to its financeur what was not spent (§5.2.5: the EPCI recovers what was not spent)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.accounts import return_account
from ledger.conventions.model import Convention
from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.money import Money, total
from ledger.execution.lookups import Purses, charged, of_position
from ledger.journal.balances import balances
from ledger.journal.context import context
from ledger.journal.keys import AccountKey, Position
from ledger.journal.posting import Draft, Move, Posted, post
from ledger.journal.reversal import placed


class ReturnRefused(LedgerError):
    """There is not as much to give back."""

    code = "rien_a_rendre"


def owed_back_moves(purses: Purses, line: str, year: int, amount: Money) -> list[Move]:
    """The moves of money owed back under a millésime and now returned: from what is held, else advanced."""
    return purses.of(line, year).spend(AccountKey(Position.A_RENDRE, line, year), amount)


def blocked_for(session: Session, line: str, year: int) -> dict[AccountKey, Money]:
    """What is blocked for its financeur on the line, for conventions of this millésime, oldest budget year first."""
    contract = context(session).contract
    query = select(Convention.number).where(Convention.contract == contract, Convention.year == year)
    numbers = set(session.scalars(query))
    held = of_position(balances(session, line=line), Position.BLOQUE)
    return {key: amount for key, amount in held.items() if key.convention in numbers}


def give_back(session: Session, line: str, year: int, amount: Money, *, piece: str, on: date) -> Posted:
    """The entry of a return for one line and millésime: BLOQUE → RENDU, out of what the EPCI holds.

    raises: InvalidValue without a piece, ReturnRefused above what is blocked, Overdraft above what is owed, DayClosed.
    """
    if not piece.strip():
        raise InvalidValue("La pièce du reversement à l'État manque.", 'Nommez-la : --piece "Titre de perception …".')
    draft = Draft(
        reference=f"RENDU {line} {year} {piece.strip()}",
        kind="rendu",
        label=f"Crédits non consommés rendus, {line} {year}{charged(return_account(session, on.year))}",
        piece=piece.strip(),
        effect_on=on,
        moves=(),
        facts=(line, str(year), amount.plain()),
    )
    draft, earlier = placed(session, draft)
    if earlier is not None:
        return earlier
    blocked = blocked_for(session, line, year)
    most = total(blocked.values())
    if amount > most:
        raise ReturnRefused(
            f"Seuls {most.french()} de {line} {year} peuvent être rendus ; {amount.french()} sont demandés.",
            f"Réduisez le montant de {(amount - most).french()}, ou encaissez d'abord les titres en cours.",
        )
    moves: list[Move] = []
    left = amount
    for key, held in blocked.items():
        if part := min(held, left):
            moves.append(Move(AccountKey(Position.RENDU, key.line, key.year), key, part))
            left -= part
    moves.extend(owed_back_moves(Purses(session), line, year, amount))
    return post(session, [replace(draft, moves=tuple(moves))])[0]


def unspent_share(session: Session, convention: Convention, line: str) -> Money:
    """What this convention left unspent on the line and has neither been returned nor set off: blocked + to recover."""
    held = balances(session, line=line, convention=convention.number)
    return total(of_position(held, Position.BLOQUE, Position.A_RECOUVRER).values())
