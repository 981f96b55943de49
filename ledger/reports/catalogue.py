"""Every report on a year, by the name users type: what makes it, the filters it takes, one line that says it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy.orm import Session

from ledger.core.field import Field
from ledger.reports.listing import Listing
from ledger.reports.selection import Selection
from ledger.reports.vocabulary import Par, ParEcart

if TYPE_CHECKING:
    from ledger.reports.programme import ActionFigures


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


class YearReport(NamedTuple):
    """How a report is made, and the fields of its rows: one tuple for each shape they may have."""

    make: Callable[[Session, ReportAsked], Listing]
    shapes: tuple[tuple[Field, ...], ...]


def _actions(session: Session, asked: ReportAsked) -> list[ActionFigures]:
    from ledger.reports.programme import programme_figures

    whole = asked.programme
    if whole is None:
        whole = tuple(programme_figures(session, asked.selection.year, on=asked.selection.on))
    found = asked.selection.keep(whole)
    return [each for each in found if asked.action in ("", each.number)]


def _consumption() -> YearReport:
    from ledger.reports.consumption import consumption, consumption_report
    from ledger.reports.fields import CONSUMPTION

    def make(session: Session, asked: ReportAsked) -> Listing:
        wanted = asked.selection
        lines = consumption(session, wanted.year, on=wanted.on)
        return consumption_report([line for line in lines if wanted.financeur in ("", line.financeur)], asked.of)

    return YearReport(make, (CONSUMPTION,))


def _plan() -> YearReport:
    from ledger.reports.plan import PLAN_FIELDS, plan_report

    return YearReport(lambda session, asked: plan_report(_actions(session, asked), asked.of), (PLAN_FIELDS,))


def _requests() -> YearReport:
    from ledger.reports.synthesis import load_referential_facts, synthesis_fields, synthesis_report

    def make(session: Session, asked: ReportAsked) -> Listing:
        facts = load_referential_facts(session)
        return synthesis_report(_actions(session, asked), asked.by or Par.FINANCEUR, facts, asked.of)

    return YearReport(make, (synthesis_fields(Par.FINANCEUR),))


def _territories() -> YearReport:
    from ledger.reports.synthesis import load_referential_facts
    from ledger.reports.territories import TERRITORY_FIELDS, territories_report

    def make(session: Session, asked: ReportAsked) -> Listing:
        return territories_report(_actions(session, asked), load_referential_facts(session).territories, asked.of)

    return YearReport(make, (TERRITORY_FIELDS,))


def _leverage() -> YearReport:
    from ledger.referential.contracts import said_in
    from ledger.reports.plan import LEVERAGE_FIELDS, leverage_report

    def make(session: Session, asked: ReportAsked) -> Listing:
        paragraph = said_in(session, "levier")
        return leverage_report(_actions(session, asked), asked.selection.year, asked.of, paragraph)

    return YearReport(make, (LEVERAGE_FIELDS,))


def _gaps() -> YearReport:
    from ledger.reports import gaps
    from ledger.reports.synthesis import load_referential_facts

    def make(session: Session, asked: ReportAsked) -> Listing:
        on = asked.selection.on
        actions, costs = _actions(session, asked), gaps.real_costs(session, on)
        if asked.by not in ("", ParEcart.ACTION):
            return gaps.gap_groups_report(actions, asked.by, load_referential_facts(session), costs, asked.of)
        return gaps.gaps_report(gaps.gaps(actions, costs, gaps.justified(session, on)), asked.of)

    grouped = (gaps.gap_group_fields(by) for by in (ParEcart.AXE, ParEcart.FINANCEUR))
    return YearReport(make, (gaps.GAP_FIELDS, *grouped))


def _dre() -> YearReport:
    from ledger.reports.dre import PASSED_ON_FIELDS, dre_report

    return YearReport(lambda session, asked: dre_report(session, asked.selection, asked.of), (PASSED_ON_FIELDS,))


REPORTS: Mapping[str, Callable[[], YearReport]] = {
    "consommation": _consumption,
    "plan": _plan,
    "demandes": _requests,
    "territoires": _territories,
    "leviers": _leverage,
    "ecarts": _gaps,
    "dre": _dre,
}
"""What gives each report, which is loaded when it is asked for and not with the others."""


def make_report(session: Session, name: str, asked: ReportAsked) -> Listing:
    """The report of this name. raises: KeyError for a name that is not in REPORTS."""
    return REPORTS[name]().make(session, asked)
