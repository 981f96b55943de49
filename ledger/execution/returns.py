"""Giving back to its financeur what was not spent (§5.2.5: the EPCI recovers what was not spent)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.accounts import return_account
from ledger.conventions.lookups import is_passed_on
from ledger.conventions.model import Convention
from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.money import ZERO, Money, total
from ledger.execution.lookups import Purses, charged, of_position
from ledger.execution.passed_on import kept_back, serving_again
from ledger.execution.states import reversement_state
from ledger.journal.balances import balances
from ledger.journal.keys import AccountKey, Position
from ledger.journal.posting import Draft, Move, Posted, post
from ledger.journal.reversal import placed


class ReturnRefused(LedgerError):
    """There is not as much to give back."""

    code = "rien_a_rendre"


def owed_back_moves(purses: Purses, line: str, year: int, amount: Money, on: date) -> list[Move]:
    """The moves of money owed back under a millésime and returned that day: from what is held, else advanced."""
    return purses.of(line, year, on).spend(AccountKey(Position.A_RENDRE, line, year), amount)


def blocked_for(session: Session, line: str, year: int) -> dict[AccountKey, Money]:
    """What is blocked for its financeur on the line, for conventions of this millésime, oldest budget year first."""
    query = select(Convention.number).where(Convention.year == year)
    numbers = set(session.scalars(query))
    held = of_position(balances(session, line=line), Position.BLOQUE)
    return {key: amount for key, amount in held.items() if key.convention in numbers}


def give_back(session: Session, line: str, year: int, amount: Money, *, piece: str, on: date) -> Posted:
    """The entry of a return for one line and millésime, out of what the EPCI holds, then out of its own money.

    What is blocked goes first (BLOQUE → RENDU); beyond it, the EPCI gives back what its porteurs still owe it.
    raises: InvalidValue without a piece, ReturnRefused above what is owed back, DayClosed.
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
    _check_owed(session, line, year, amount)
    moves: list[Move] = []
    left = amount
    for key, held in blocked_for(session, line, year).items():
        if part := min(held, left):
            moves.append(Move(AccountKey(Position.RENDU, key.line, key.year), key, part))
            left -= part
    moves.extend(owed_back_moves(Purses(session), line, year, amount, on))
    return post(session, [replace(draft, moves=tuple(moves))])[0]


def _check_owed(session: Session, line: str, year: int, amount: Money) -> None:
    state = reversement_state(session, year, line=line)
    most, awaited = state.to_pay_back, state.passing_on.awaited
    if amount <= most:
        return
    if most:
        remedy = f"Réduisez le montant de {(amount - most).french()}"
    elif state.kept_back:
        remedy = f"{state.kept_back.french()} seront retenus par le financeur sur un droit suivant"
    elif awaited:
        remedy = f"{awaited.french()} restent à recevoir du financeur : rien n'est à lui rendre d'ici là"
    else:
        remedy = "Arrêtez d'abord les bilans"
    raise ReturnRefused(
        f"Seuls {most.french()} de {line} {year} sont à rendre ; {amount.french()} sont demandés.",
        f"{remedy} ; l'état : cofiville reversement etat {year}.",
    )


def unspent_share(session: Session, convention: Convention, line: str) -> Money:
    """What this convention left unspent on the line, that its financeur may still keep back from a later right.

    Blocked or still to recover, less what was given back for its millésime or is kept back already; nothing where the
    money of the line is not passed on by it.
    """
    if not is_passed_on(session, convention, line):
        return ZERO
    held = balances(session, line=line, convention=convention.number)
    unspent = total(of_position(held, Position.BLOQUE, Position.A_RECOUVRER).values())
    unspent -= serving_again(session, convention, line)[1]
    owed = of_position(balances(session, line=line, year=convention.year), Position.A_RENDRE)
    return max(ZERO, min(unspent, total(owed.values()) - kept_back(session, convention.year, line)))
