"""Which credits may move: of an exercice that was opened; given, of one still open, and not announced as lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ledger.core.errors import LedgerError
from ledger.core.grouping import sums_by
from ledger.core.money import Money
from ledger.journal.positions import AccountKey, Position
from ledger.journal.seal import Draft, Move
from ledger.journal.vocabulary import EntryKind

GIVING = {
    Position.DISPONIBLE: frozenset({Position.NOTIFIE}),
    Position.PROGRAMME: frozenset({Position.DISPONIBLE}),
}
"""From where credits reach a position that lets them be granted, then spent."""


class ExerciceNotOpen(LedgerError):
    """Credits of a year that is no exercice, or of one that is closed."""

    code = "exercice_non_ouvert"


class CreditsAnnounced(LedgerError):
    """Credits granted or transferred that their financeur announced it takes back, or froze."""

    code = "credits_annonces"


def kept_moves(draft: Draft) -> list[Move]:
    """The moves of this act that what is announced or frozen holds back: what it grants, or transfers to another line.

    A reversal has none: it puts back what was.
    """
    if draft.reverses is not None:
        return []
    away = draft.kind == EntryKind.TRANSFER
    return [
        move
        for move in draft.moves
        if move.credit.position is Position.DISPONIBLE and (away or move.debit.position is Position.PROGRAMME)
    ]


def check_announced(
    drafts: Iterable[Draft], announced: Mapping[tuple[str, int], int], held: Mapping[AccountKey, int]
) -> None:
    """Check that these acts leave available what is announced or frozen on each line and year they grant from.

    announced: in cents, by line and year. held: in cents, what accounts hold once the acts are written.
    raises: CreditsAnnounced.
    """
    taken = sums_by((move.credit, move.amount) for draft in drafts for move in kept_moves(draft)) if announced else {}
    for key, asked in taken.items():
        kept = announced.get((key.line, key.year), 0)
        left = Money(max(0, held[key] + asked.cents - kept))
        if kept and left < asked:
            raise CreditsAnnounced(
                f"L'enveloppe {key.line} {key.year} ne peut pas donner {asked.french()} : {Money(kept).french()} sont"
                f" gelés, ou d'une baisse annoncée ; il reste {left.french()} à accorder.",
                f"Réduisez le montant de {(asked - left).french()} ; ce qui est annoncé : cofiville enveloppe"
                f" annonces {key.year}.",
            )


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
