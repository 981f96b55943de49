"""Every report on a year, by the name users type: what makes it, the filters it takes, one line that says it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy.orm import Session

from ledger.core.field import Field
from ledger.reports.consumption import consumption, consumption_report
from ledger.reports.dre import PASSED_ON_FIELDS, dre_report
from ledger.reports.fields import CONSUMPTION
from ledger.reports.gaps import (
    GAP_FIELDS,
    gap_group_fields,
    gap_groups_report,
    gaps,
    gaps_report,
    justified,
    real_costs,
)
from ledger.reports.listing import Listing
from ledger.reports.plan import LEVERAGE_FIELDS, PLAN_FIELDS, leverage_report, plan_report
from ledger.reports.programme import ActionFigures, Selection, programme_figures
from ledger.reports.synthesis import load_referential_facts, synthesis_fields, synthesis_report
from ledger.reports.territories import TERRITORY_FIELDS, territories_report
from ledger.reports.vocabulary import Par, ParEcart


@dataclass(frozen=True, slots=True)
class ReportAsked:
    """What a report is asked for: the part of the year, the grouping or the action where there is one.

    note: what is to be known of the year (" (exemple)"), for the title. by: "" for the usual grouping. programme: the
    year's actions, already read.
    """

    selection: Selection
    note: str = ""
    by: str = ""
    action: str = ""
    programme: tuple[ActionFigures, ...] | None = None

    @property
    def of(self) -> str:
        """The year, what narrows it, what is to be known of it."""
        return f"{self.action or self.selection.year}{self.selection.words}{self.note}"


def _actions(session: Session, asked: ReportAsked) -> list[ActionFigures]:
    whole = asked.programme
    if whole is None:
        whole = tuple(programme_figures(session, asked.selection.year, on=asked.selection.on))
    found = asked.selection.keep(whole)
    return [each for each in found if asked.action in ("", each.number)]


def _consumption(session: Session, asked: ReportAsked) -> Listing:
    wanted = asked.selection
    lines = consumption(session, wanted.year, on=wanted.on)
    return consumption_report([line for line in lines if wanted.financeur in ("", line.financeur)], asked.of)


def _gaps(session: Session, asked: ReportAsked) -> Listing:
    on = asked.selection.on
    actions, costs = _actions(session, asked), real_costs(session, on)
    if asked.by not in ("", ParEcart.ACTION):
        return gap_groups_report(actions, asked.by, load_referential_facts(session), costs, asked.of)
    return gaps_report(gaps(actions, costs, justified(session, on)), asked.of)


class YearReport(NamedTuple):
    """How a report is made, and the fields of its rows: one tuple for each shape they may have."""

    make: Callable[[Session, ReportAsked], Listing]
    shapes: tuple[tuple[Field, ...], ...]


REPORTS: Mapping[str, YearReport] = {
    "consommation": YearReport(_consumption, (CONSUMPTION,)),
    "plan": YearReport(lambda session, asked: plan_report(_actions(session, asked), asked.of), (PLAN_FIELDS,)),
    "demandes": YearReport(
        lambda session, asked: synthesis_report(
            _actions(session, asked), asked.by or Par.FINANCEUR, load_referential_facts(session), asked.of
        ),
        (synthesis_fields(Par.FINANCEUR),),
    ),
    "territoires": YearReport(
        lambda session, asked: territories_report(
            _actions(session, asked), load_referential_facts(session).territories, asked.of
        ),
        (TERRITORY_FIELDS,),
    ),
    "leviers": YearReport(
        lambda session, asked: leverage_report(_actions(session, asked), asked.selection.year, asked.of),
        (LEVERAGE_FIELDS,),
    ),
    "ecarts": YearReport(_gaps, (GAP_FIELDS, gap_group_fields(ParEcart.AXE), gap_group_fields(ParEcart.FINANCEUR))),
    "dre": YearReport(lambda session, asked: dre_report(session, asked.selection, asked.of), (PASSED_ON_FIELDS,)),
}


def make_report(session: Session, name: str, asked: ReportAsked) -> Listing:
    """The report of this name. raises: KeyError for a name that is not in REPORTS."""
    return REPORTS[name].make(session, asked)
