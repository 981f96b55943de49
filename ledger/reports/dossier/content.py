"""What the dossier says: key figures, tables, the money's way, each action with its plan and why it got what it got."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from sqlalchemy.orm import Session

from ledger.allocation.scenarios import LineExplanation
from ledger.core.money import Money, total
from ledger.core.progress import Progress, silent
from ledger.core.rate import rounded
from ledger.journal.positions import Figure
from ledger.referential.vocabulary import LineNature
from ledger.reports.catalogue import ReportAsked, make_report
from ledger.reports.consumption import LineConsumption, added_up, consumption, consumption_report
from ledger.reports.deadlines import coming_payments
from ledger.reports.dossier.tables import MoneyFlow, money_flows, overdue_report, unspent_report, year_pace
from ledger.reports.explanations import explain_year
from ledger.reports.figures.credits import NOTIFIED
from ledger.reports.figures.entry import DefinedFigure
from ledger.reports.figures.payments import LEVERAGE
from ledger.reports.figures.plan import ASKED, GRANTED
from ledger.reports.listing import Listing
from ledger.reports.plan import leverage, plan_report, ratio_text
from ledger.reports.programme import ActionFigures, programme_figures
from ledger.reports.selection import Selection
from ledger.reports.synthesis import STEPS, ReferentialFacts, load_referential_facts
from ledger.reports.vocabulary import Par, ParEcart


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure at the head of the dossier: its name for scripts, its words, its value, what it is a part of."""

    name: str
    label: str
    value: str
    plain: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ActionSheet:
    """One action as the comité reads it: its facts, its plan de financement, the explanation of its grants."""

    action: ActionFigures
    objective: str
    places: tuple[str, ...]
    plan: Listing
    explanation: tuple[LineExplanation, ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """The whole dossier of a year, as of a day; `reports` by name, in the order of the page."""

    year: int
    note: str
    made_on: date
    on: date | None
    seal: str
    acts_seal: str
    figures: tuple[KeyFigure, ...]
    flows: tuple[MoneyFlow, ...]
    pace: Mapping[str, Sequence[tuple[date, Money]]]
    reports: Mapping[str, Listing]
    actions: tuple[ActionSheet, ...]
    facts: ReferentialFacts


def dossier_of_year(
    session: Session,
    year: int,
    *,
    today: date,
    note: str,
    seal: str,
    acts_seal: str = "",
    on: date | None = None,
    progress: Progress = silent,
) -> Dossier:
    """Everything the dossier of the year says.

    today: the day it is made. note: what is to be known of the year. on: the situation of that day.
    seal: the book's. acts_seal: the contract's acts'; "" for a past day.
    """
    progress("Lecture du programme")
    facts = load_referential_facts(session)
    actions, lines = programme_figures(session, year, on=on), consumption(session, year, on=on)
    asked = ReportAsked(Selection(year, on=on), note, programme=tuple(actions))
    progress("Explication des montants")
    why = explain_year(session, year)
    progress("Rapports")
    return Dossier(
        year=year,
        note=note,
        made_on=today,
        on=on,
        seal=seal,
        acts_seal=acts_seal,
        figures=_figures(lines, actions),
        flows=tuple(money_flows(actions, facts)),
        pace=year_pace(session, year, on=on),
        reports=_reports(session, asked, lines, today),
        actions=tuple(_sheet(action, facts, why.get(action.number, ())) for action in actions),
        facts=facts,
    )


def _reports(session: Session, asked: ReportAsked, lines: Sequence[LineConsumption], today: date) -> dict[str, Listing]:
    selection = asked.selection

    def by(group: str) -> Listing:
        return make_report(session, "demandes", replace(asked, by=group))

    day = selection.on or today
    return {
        "demandes-financeur": by(Par.FINANCEUR),
        "consommation": consumption_report(lines, asked.of),
        "demandes-axe": by(Par.AXE),
        "demandes-pilier": by(Par.PILIER),
        "ecarts-pilier": make_report(session, "ecarts", replace(asked, by=ParEcart.PILIER)),
        "demandes-nature": by(Par.NATURE),
        "leviers": make_report(session, "leviers", asked),
        "territoires": make_report(session, "territoires", asked),
        "demandes-type-porteur": by(Par.TYPE_PORTEUR),
        "demandes-echelle": by(Par.ECHELLE),
        "dre": make_report(session, "dre", asked),
        "non-consomme": unspent_report(lines, asked.of),
        "en-retard": overdue_report(
            session, coming_payments(session, day, day + timedelta(days=1), selection.year), day, asked.of
        ),
    }


def _figures(lines: Sequence[LineConsumption], actions: Sequence[ActionFigures]) -> tuple[KeyFigure, ...]:
    state = added_up(lines)
    asked = [line for action in actions for line in action.lines if line.nature != LineNature.OWN_FUNDS]
    sums = {
        name: total(getattr(line, name) for line in asked)
        for name in ("requested", "granted", "conventioned", "paid", "justified")
    }
    helped = [action for action in actions if action.granted]
    found = leverage(actions)
    opened = state[Figure.NOTIFIE]
    return (
        _amount(NOTIFIED, opened),
        _amount(ASKED, sums["requested"]),
        _amount(GRANTED, sums["granted"], _part(sums["granted"], sums["requested"], "du demandé")),
        *(
            _amount(STEPS[name], sums[name], _part(sums[name], sums["granted"], "de l'accordé"))
            for name in ("conventioned", "paid", "justified")
        ),
        _count("actions", "Actions financées", len(helped), f"sur {len(actions)} déposées"),
        _count("porteurs", "Porteurs financés", len({action.porteur for action in helped})),
        KeyFigure(
            LEVERAGE.name,
            LEVERAGE.heading,
            "—" if found.ratio is None else f"{ratio_text(found.ratio, ',')}\u00a0€",
            "" if found.ratio is None else ratio_text(found.ratio, "."),
            "pour 1\u00a0€ de crédits spécifiques",
        ),
    )


def _amount(figure: DefinedFigure, value: Money, note: str = "") -> KeyFigure:
    return KeyFigure(figure.script_key, figure.heading, value.french(), value.plain(), note)


def _count(name: str, label: str, value: int, note: str = "") -> KeyFigure:
    return KeyFigure(name, label, str(value), str(value), note)


def _part(part: Money, whole: Money, of: str) -> str:
    """The part in per cent, rounded half up to one decimal: for showing only."""
    if not whole:
        return ""
    tenths = rounded(Fraction(part.cents, whole.cents), 3)
    return f"{tenths // 10},{tenths % 10}\u00a0% {of}"


def _sheet(action: ActionFigures, facts: ReferentialFacts, why: Iterable[LineExplanation]) -> ActionSheet:
    objective = facts.objectives.get(action.objective, {}).get("objectif", ("", ""))
    return ActionSheet(
        action=action,
        objective=" ".join(objective).strip(),
        places=tuple(facts.territories[code][0] for code in action.territories),
        plan=plan_report([action], action.number),
        explanation=tuple(why),
    )
