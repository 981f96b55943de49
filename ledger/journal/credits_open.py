"""Of which years credits may move: an exercice that was opened; opened or granted, one that is not closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ledger.core.errors import LedgerError
from ledger.journal.positions import AccountKey, Position
from ledger.journal.seal import Draft, Move

GIVING = {
    Position.DISPONIBLE: frozenset({Position.NOTIFIE}),
    Position.PROGRAMME: frozenset({Position.DISPONIBLE}),
}
"""From where credits reach a position that lets them be granted, then spent."""


class ExerciceNotOpen(LedgerError):
    """Credits of a year that is no exercice, or of one that is closed."""

    code = "exercice_non_ouvert"


def check_credits_open(drafts: Iterable[Draft], closed: Mapping[int, Any]) -> None:
    """Check that every move of these acts is of an exercice that exists, and gives credits of none that is closed.

    A reversal is not one of these acts: what was accepted may always be undone.
    closed: by exercice, the day it was closed; None when it is open. raises: ExerciceNotOpen.
    """
    for draft in drafts:
        for move in draft.moves:
            for key in (move.debit, move.credit):
                if key.year not in closed:
                    raise _unknown(key)
            if closed[move.debit.year] is not None and _gives(move):
                raise _closed(move.debit)


def _gives(move: Move) -> bool:
    return move.credit.position in GIVING.get(move.debit.position, ())


def _unknown(key: AccountKey) -> ExerciceNotOpen:
    return ExerciceNotOpen(
        f"L'exercice {key.year} n'est pas ouvert : {key.line} {key.year} ne reçoit ni crédits ni actes.",
        f"Ouvrez-le : cofiville exercice ouvrir {key.year}, ou corrigez l'année.",
    )


def _closed(key: AccountKey) -> ExerciceNotOpen:
    return ExerciceNotOpen(
        f"L'exercice {key.year} est clos : plus rien n'y est notifié ni attribué ({key.line} {key.year}).",
        "Choisissez un exercice ouvert : cofiville exercice lister.",
    )
