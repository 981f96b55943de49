"""The way of the paper: each stage on its day, from the délibération to the notification."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.followed_model import Stage
from ledger.conventions.model import Convention
from ledger.conventions.vocabulary import ConventionStage
from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.period import french_day


class StageRefused(LedgerError):
    """A stage that is not known, or that would come before one that leads to it."""

    code = "etape_refusee"


def record_stage(session: Session, convention: Convention, stage: str, *, on: date, remark: str = "") -> Stage:
    """The stage reached on this day; reached again the same day, it is the same row.

    raises: InvalidValue for a stage unknown, StageRefused before the day of an earlier stage.
    """
    if stage not in ConventionStage.labels():
        raise InvalidValue(f"« {stage} » n'est pas une étape.", f"Étapes connues : {', '.join(ConventionStage)}.")
    row = stage_reached(convention, stages_of(session, convention), stage, on=on, remark=remark)
    session.add(row)
    session.flush()
    return row


def stage_reached(convention: Convention, reached: Sequence[Stage], stage: str, *, on: date, remark: str = "") -> Stage:
    """As record_stage, still to be kept; reached: the stages of the convention."""
    order = list(ConventionStage)
    wanted = order.index(ConventionStage(stage))
    for each in reached:
        if (each.stage, each.reached_on) == (stage, on):
            return each
        if order.index(ConventionStage(each.stage)) < wanted and each.reached_on > on:
            raise StageRefused(
                f"La convention {convention.number} ne peut pas être « {order[wanted].label} » le {french_day(on)} :"
                f" elle n'est « {ConventionStage(each.stage).label} » que le {french_day(each.reached_on)}.",
                "Vérifiez la date : --le.",
            )
    return Stage(
        contract=convention.contract,
        convention=convention.number,
        rank=len(reached) + 1,
        stage=stage,
        reached_on=on,
        remark=remark.strip(),
    )


def stages_of(session: Session, convention: Convention) -> Sequence[Stage]:
    """The stages reached by the convention, in the order they were recorded."""
    return stages_of_all(session, [convention]).get(convention.number, [])


def stages_of_all(session: Session, conventions: Sequence[Convention]) -> dict[str, list[Stage]]:
    """By convention that has some, as stages_of."""
    query = select(Stage).where(Stage.convention.in_([each.number for each in conventions]))
    found: dict[str, list[Stage]] = {}
    for stage in session.scalars(query.order_by(Stage.convention, Stage.rank)):
        found.setdefault(stage.convention, []).append(stage)
    return found
