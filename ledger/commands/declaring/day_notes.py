"""What a command tells beside its result of days: those it left below zero, a clock behind, a past not kept."""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING

from ledger.commands.declaring.caller import warn
from ledger.commands.declaring.choices import act_around
from ledger.storage.vocabulary import ChangeKind

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from ledger.journal.as_of import Moment
    from ledger.journal.backdating import OverdraftOnDays

_noted: ContextVar[tuple[dict[str, str], ...]] = ContextVar("past days", default=())


def note_for_result(overdrafts: Sequence[OverdraftOnDays], retreat: dict[str, str] | None) -> None:
    """Keep what the result to be shown next must tell. retreat: what is told of the clock, where it was behind."""
    from ledger.journal.backdating import NEGATIVE_DAY

    days = [{"code": NEGATIVE_DAY, "objet": each.key.text(), "message": each.message} for each in overdrafts]
    _noted.set((*days, *([retreat] if retreat else [])))


def notes_on_days() -> tuple[dict[str, str], ...]:
    """What is to be told, once; inside another act nothing, since that act tells it."""
    if act_around() is not None:
        return ()
    notes = _noted.get()
    _noted.set(())
    return notes


def warn_before_history(session: Session, moment: Moment) -> None:
    """Say, on a base older than the history of its rows, that this moment is before it: rows are not what they were."""
    from ledger.core.period import french_day

    if act_around() is not None or not _has_unkept(session):
        return
    begun = _history_begun(session)
    if begun is not None:
        known = moment.known_at is None or moment.known_at >= begun
        if known and (moment.on is None or moment.on >= begun.astimezone().date()):
            return
    since, state = ("aujourd'hui", "d'aujourd'hui") if begun is None else (f"le {french_day(begun.date())}", "d'alors")
    warn(
        f"Attention : cette base garde l'historique de ses lignes depuis {since} ; avant, les montants du livre sont"
        f" ceux du jour demandé, mais plans, statuts, bilans et libellés sont ceux {state}."
    )


def _history_begun(session: Session) -> datetime | None:
    from sqlalchemy import func, select

    from ledger.storage.history_model import RowChange

    return session.scalar(select(func.min(RowChange.recorded_at)))


def _has_unkept(session: Session) -> bool:
    """Whether an action or a convention, of any contract, was written before what becomes of rows was kept."""
    from sqlalchemy import func, select

    from ledger.conventions.model import Convention
    from ledger.programming.actions.model import Action
    from ledger.storage.history_model import RowChange
    from ledger.storage.session import over_all_contracts

    for entity in (Action, Convention):
        of_table = RowChange.table_name == entity.__tablename__
        counts = select(RowChange.kind, func.count()).where(of_table).group_by(RowChange.kind)
        kept: dict[str, int] = {kind: many for kind, many in session.execute(counts)}  # noqa: C416 - a Result has keys()
        with over_all_contracts():
            there = session.scalar(select(func.count()).select_from(entity)) or 0
        if there > kept.get(ChangeKind.INSERT, 0) - kept.get(ChangeKind.DELETE, 0):
            return True
    return False
