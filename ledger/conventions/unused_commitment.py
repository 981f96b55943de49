"""What becomes of a commitment that is no longer needed: the one rule that avenants, releases and bilans share."""

from __future__ import annotations

from collections.abc import Collection

from ledger.conventions.model import Convention
from ledger.core.money import Money
from ledger.journal.positions import AccountKey, Position
from ledger.journal.seal import Move


def release_target(convention: Convention, key: AccountKey, *, passed_on: bool, closed: Collection[int]) -> AccountKey:
    """Where money released from this account goes.

    Another financeur's money is blocked: it is owed back. The payer's own goes back to the enveloppe in its own
    millésime while that is open; once carried over, or left on a millésime that is closed (rattachement, order
    rejected since), it may serve nothing else, and is cancelled (practice: restes à réaliser, §1).
    closed: the millésimes closed.
    """
    if passed_on:
        return key._replace(position=Position.BLOQUE, action="")
    if _serves_again(convention, key, closed):
        return AccountKey(Position.DISPONIBLE, key.line, key.year)
    return AccountKey(Position.ANNULE, key.line, key.year)


def _serves_again(convention: Convention, key: AccountKey, closed: Collection[int]) -> bool:
    return key.year == convention.year and key.year not in closed


def right_lost(convention: Convention, line: str, amount: Money) -> Move:
    """The move that says a passed-on grant will not be spent: it is owed back to its financeur."""
    return Move(
        AccountKey(Position.DROIT_PERDU, line, convention.year),
        AccountKey(Position.A_RENDRE, line, convention.year),
        amount,
    )


def commitment_given_up(
    convention: Convention, key: AccountKey, amount: Money, *, passed_on: bool, closed: Collection[int]
) -> list[Move]:
    """The moves of a commitment given up by an act of the parties (avenant, cancellation), before any bilan.

    In its own millésime, still open, it is available again, and no longer counts as granted to the action. Once carried
    over or closed, as a release.
    """
    if _serves_again(convention, key, closed):
        programmed = AccountKey(Position.PROGRAMME, key.line, key.year, action=key.action)
        available = AccountKey(Position.DISPONIBLE, key.line, key.year)
        return [Move(programmed, key, amount), Move(available, programmed, amount)]
    moves = [Move(release_target(convention, key, passed_on=passed_on, closed=closed), key, amount)]
    return [*moves, right_lost(convention, key.line, amount)] if passed_on else moves
