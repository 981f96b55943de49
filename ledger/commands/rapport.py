"""`cofiville rapport`: what people look at, each figure as `ledger.reports` defines it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ledger.commands.access import reading
from ledger.commands.options import Annee, AuJour
from ledger.commands.screen import say, show, table
from ledger.commands.shell import group
from ledger.core.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.programming.model import Action
    from ledger.reports.consumption import LineConsumption
    from ledger.reports.gaps import Gap
    from ledger.reports.plan import PlanLine
    from ledger.reports.territories import TerritoryFigures

app = group("Rapports : consommation, plan de financement, écarts, effet levier, territoires.")

_EXAMPLE = "(exemple)"


@app.command("consommation")
def consommation(annee: Annee, le: AuJour = None) -> None:
    """Montre où en sont les crédits de chaque ligne ; chaque ligne additionne ce qui a été notifié.

    Exemple : cofiville rapport consommation 2016
    """
    from ledger.exchange.export.example import example_note
    from ledger.reports.consumption import consumption

    with reading() as session:
        lines = consumption(session, annee, on=le)
        note = example_note(session, annee)
    show([line.row() for line in lines], lambda: show_consumption(f"{annee}{note}", lines))


def show_consumption(of: str, lines: Sequence[LineConsumption]) -> None:
    """The state of consumption as a table, with its totals.

    of: the year and what is to be known of it, as the title shows them.
    """
    from ledger.journal.positions import FIGURE_LABELS, Figure
    from ledger.reports.consumption import added_up

    totals = added_up(lines)
    table(
        f"Consommation des crédits {of}",
        ["ligne", *FIGURE_LABELS.values()],
        [[line.line, *(line.state[figure] for figure in Figure)] for line in lines],
        ["Total", *(totals[figure] for figure in Figure)],
    )


@app.command("plan")
def plan(
    annee: Annee,
    action: Annotated[str, typer.Option("--action", metavar="ACTION", help="Une seule action.")] = "",
    le: AuJour = None,
) -> None:
    """Montre le plan de financement de la programmation, ou d'une action : demandé, accordé, versé par ligne.

    Exemple : cofiville rapport plan 2016
    """
    from ledger.exchange.export.example import example_note
    from ledger.programming.lookups import find_action
    from ledger.reports.plan import plan as plan_of
    from ledger.reports.programme import programme

    with reading() as session:
        wanted = _of_year(find_action(session, action), annee) if action else ""
        actions = programme(session, annee, on=le)
        note = example_note(session, annee)
    lines = plan_of(each for each in actions if wanted in ("", each.number))
    show([line.row() for line in lines], lambda: _show_plan(f"{wanted or annee}{note}", lines))


def _of_year(action: Action, year: int) -> str:
    if action.year != year:
        raise InvalidValue(
            f"L'action {action.number} est de l'exercice {action.year}.",
            f"Tapez : cofiville rapport plan {action.year} --action {action.number}",
        )
    return action.number


def _show_plan(of: str, lines: Sequence[PlanLine]) -> None:
    from ledger.core.money import total

    table(
        f"Plan de financement {of}",
        ["ligne", "nature", "actions", "demandé", "accordé", "versé"],
        [[line.line, line.nature, line.actions, line.requested, line.granted, line.paid] for line in lines],
        [
            "Total",
            "",
            "",
            total(line.requested for line in lines),
            total(line.granted for line in lines),
            total(line.paid for line in lines),
        ],
    )


@app.command("ecarts")
def ecarts(annee: Annee, le: AuJour = None) -> None:
    """Compare le prévu et le réalisé de chaque action, d'après son bilan.

    Exemple : cofiville rapport ecarts 2016
    """
    from ledger.reports.gaps import gaps, justified, real_costs
    from ledger.reports.programme import programme

    with reading() as session:
        found = gaps(programme(session, annee, on=le), real_costs(session), justified(session))
    show([gap.row() for gap in found], lambda: _show_gaps(annee, found))


def _show_gaps(year: int, found: Sequence[Gap]) -> None:
    from ledger.core.money import total

    table(
        f"Écarts entre prévu et réalisé {year}",
        ["action", "intitulé", "coût prévu", "coût réel", "écart", "accordé", "justifié", "versé"],
        [
            [
                gap.action,
                f"{gap.title} {_EXAMPLE}" if gap.example else gap.title,
                gap.cost_forecast,
                gap.cost_actual,
                gap.cost_gap,
                gap.granted,
                gap.justified,
                gap.paid,
            ]
            for gap in found
        ],
        [
            "Total",
            "",
            total(gap.cost_forecast for gap in found),
            total(gap.cost_actual for gap in found if gap.cost_actual is not None),
            total(gap.cost_gap for gap in found if gap.cost_gap is not None),
            total(gap.granted for gap in found),
            total(gap.justified for gap in found if gap.justified is not None),
            total(gap.paid for gap in found),
        ],
    )


@app.command("leviers")
def leviers(annee: Annee, le: AuJour = None) -> None:
    """Montre ce que les crédits spécifiques entraînent de droit commun et d'autres financements.

    Exemple : cofiville rapport leviers 2016
    """
    from ledger.exchange.export.example import example_note
    from ledger.reports.leverage import leverage, ratio_text
    from ledger.reports.programme import programme

    with reading() as session:
        found = leverage(programme(session, annee, on=le))
        note = example_note(session, annee)

    def render() -> None:
        table(
            f"Effet levier {annee}{note}, §5.4.2",
            ["crédits spécifiques", "droit commun", "autres financements"],
            [[found.specific, found.droit_commun, found.others]],
        )
        if found.ratio is None:
            say("Aucun crédit spécifique accordé : pas d'effet levier.")
        else:
            say(
                f"1 € de crédits spécifiques entraîne {ratio_text(found.ratio, ',')} €"
                " de droit commun et d'autres financements."
            )

    show([{"exercice": annee, **found.row()}], render)


@app.command("territoires")
def territoires(annee: Annee, le: AuJour = None) -> None:
    """Montre ce qui va à chaque territoire : actions, coût, montants accordés.

    Exemple : cofiville rapport territoires 2016
    """
    from sqlalchemy import select

    from ledger.exchange.export.example import example_note
    from ledger.referential.model import Territory
    from ledger.reports.programme import programme
    from ledger.reports.territories import by_territory

    with reading() as session:
        names = {row.code: (row.name, row.kind) for row in session.scalars(select(Territory))}
        found = by_territory(programme(session, annee, on=le), names)
        note = example_note(session, annee)
    show([row.row() for row in found], lambda: _show_territories(f"{annee}{note}", found))


def _show_territories(of: str, found: Sequence[TerritoryFigures]) -> None:
    from ledger.core.money import total

    table(
        f"Territoires {of}",
        ["territoire", "type", "actions", "coût", "accordé"],
        [[row.name, row.kind, len(row.actions), row.cost, row.granted] for row in found],
        ["Total", "", "", total(row.cost for row in found), total(row.granted for row in found)],
    )
    say("Une action va à ses territoires au prorata de son public, puis à parts égales entre ceux d'un même type.")
