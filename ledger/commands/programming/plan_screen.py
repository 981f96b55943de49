"""How a budget is shown: accounts, both bases, what part of each a line is; versions side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger.commands.shell.screen import say, table
from ledger.core.rate import two_decimals
from ledger.programming.cerfa import account_number
from ledger.programming.vocabulary import PlanSide, PlanStage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.core.money import Money
    from ledger.programming.balance import Bases
    from ledger.programming.model import Action
    from ledger.programming.plan_model import PlanVersion
    from ledger.programming.plans import BudgetLine


def budget_rows(action: Action) -> dict[str, Any]:
    """The budget asked, account by account; "detail" says whether more than the lines asked is known."""
    from ledger.programming.plans import asked_plan, plan_bases, written_lines

    version = asked_plan(action)
    if version is None:
        return {"detail": False, "lignes": []}
    lines = written_lines(version)
    detailed = any(each.account and not each.line for each in lines)
    return {"detail": detailed} | bases_row(plan_bases(version)) | {"lignes": lines_rows(lines, plan_bases(version))}


def bases_row(bases: Bases) -> dict[str, Any]:
    """The two bases of a plan."""
    return {
        "hors_contributions": bases.without,
        "contributions": bases.with_contributions - bases.without,
        "avec_contributions": bases.with_contributions,
    }


def lines_rows(lines: Sequence[BudgetLine], bases: Bases) -> list[dict[str, Any]]:
    """Each line of a budget, with the part of both bases that it is, in per cent to two decimals."""
    rows = []
    for each in lines:
        without, with_contributions = bases.shares(each.amount)
        rows.append(
            {
                "cote": each.side,
                "compte": each.account,
                "libelle": each.label,
                "montant": each.amount,
                "ligne": each.line or None,
                "statut": each.status or None,
                "part_hors": two_decimals(without),
                "part_avec": two_decimals(with_contributions),
            }
        )
    return rows


def render_budget(budget: dict[str, Any]) -> None:
    """The budget for people: one table a side."""
    for side in PlanSide:
        rows = [each for each in budget["lignes"] if each["cote"] == side]
        table(
            f"Budget : {side}",
            ("Compte", "Libellé", "Montant", "Ligne", "% hors 86/87", "% avec 86/87"),
            [
                (
                    account_number(r["compte"]),
                    r["libelle"],
                    r["montant"],
                    r["ligne"],
                    _percent(r["part_hors"]),
                    _percent(r["part_avec"]),
                )
                for r in rows
            ],
            ("Total", "", budget["avec_contributions"], "", "", ""),
        )
    say(
        f"Assiettes : {budget['hors_contributions'].french()} hors contributions volontaires, "
        f"{budget['avec_contributions'].french()} avec."
    )


def _percent(text: str) -> str:
    return f"{text.replace('.', ',')}\u00a0%"


def version_rows(action: Action) -> list[dict[str, Any]]:
    """Every version kept of the plan of an action, the first one first."""

    return [
        {
            "version": each.rank,
            "etape": PlanStage(each.stage).label,
            "le": each.on,
            "motif": each.reason,
            "cout": each.cost_total,
            "contributions": each.valued,
            "agent": each.agent,
        }
        for each in action.plans
    ]


def compared_rows(versions: Sequence[PlanVersion]) -> list[dict[str, Any]]:
    """Every line of these versions, their amounts side by side, and the change from the first to the last."""
    from ledger.core.money import ZERO
    from ledger.programming.plans import side_by_side

    return [
        {
            "cote": each.side,
            "compte": each.account,
            "libelle": each.label,
            "ligne": each.line or None,
            "montants": list(each.amounts),
            "ecart": (each.amounts[-1] or ZERO) - (each.amounts[0] or ZERO),
        }
        for each in side_by_side(versions)
    ]


def render_compared(versions: list[dict[str, Any]], rows: list[dict[str, Any]]) -> None:
    """Versions side by side for people, one table a side."""
    titles = [f"V{each['version']} {each['etape']}" for each in versions]
    for side in PlanSide:
        of_side = [each for each in rows if each["cote"] == side]
        table(
            f"Versions du plan : {side}",
            ("Compte", "Libellé", *titles, "Écart"),
            [(account_number(r["compte"]), r["ligne"] or r["libelle"], *r["montants"], r["ecart"]) for r in of_side],
            (
                "Total",
                "",
                *(_sum(r["montants"][i] for r in of_side) for i in range(len(titles))),
                _sum(r["ecart"] for r in of_side),
            ),
        )


def _sum(amounts: Any) -> Money:
    from ledger.core.money import total

    return total(each for each in amounts if each is not None)
