"""What became of an enveloppe: what entries did to its credits, what was announced and decided of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from ledger.journal.audit import recomputed_seals
from ledger.journal.enveloppe_moves import EnveloppeMoved, enveloppe_moves
from ledger.journal.positions import POSITION_LABELS
from ledger.reports.history.acts import CHANGED, ActInHistory, ChangedField, RowInHistory, object_history
from ledger.reports.history.declared import ENVELOPPE


@dataclass(frozen=True, slots=True)
class EnveloppeHistory:
    """acts: in the order of record. broken_at: the first entry of the book that its seal no longer says, if any."""

    acts: list[ActInHistory] = field(default_factory=list)
    broken_at: int | None = None


def enveloppe_history(session: Session, line: str, year: int) -> EnveloppeHistory:
    """What became of the credits of this line and year, and whether the book still is what was sealed."""
    acts = enveloppe_acts(session, line, year)
    numbers = [row.entry for act in acts for row in act.rows if row.entry is not None]
    last = max(numbers, default=0)
    sealed = len(recomputed_seals(session)) - 1
    return EnveloppeHistory(acts, sealed + 1 if last > sealed else None)


def enveloppe_acts(session: Session, line: str, year: int) -> list[ActInHistory]:
    """What became of the credits of this line and year, in the order of record.

    What an entry moved is told with the act that keeps what was announced or decided by it, where one does.
    """
    acts = object_history(session, ENVELOPPE, line, year=year)
    place = {row.entry: number for number, act in enumerate(acts) for row in act.rows if row.entry is not None}
    alone = []
    for each in enveloppe_moves(session, line, year):
        number = place.get(each.entry.sequence)
        if number is None:
            alone.append(_entered(each))
        else:
            acts[number] = acts[number]._replace(rows=(*acts[number].rows, _moved(each)))
    return sorted((*acts, *alone), key=lambda act: act.recorded_at)


def _entered(moved: EnveloppeMoved) -> ActInHistory:
    entry = moved.entry
    return ActInHistory(None, entry.recorded_at, entry.agent, entry.command, entry.motive, True, (_moved(moved),))


def _moved(moved: EnveloppeMoved) -> RowInHistory:
    entry = moved.entry
    fields = tuple(ChangedField(POSITION_LABELS[each.position], each.before, each.after) for each in moved.positions)
    piece = f" ({entry.piece})" if entry.piece else ""
    return RowInHistory(CHANGED, f"{entry.label}{piece}", fields, entry.effect_on, entry.sequence)
