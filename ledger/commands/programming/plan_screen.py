"""How a budget is shown: accounts, both bases, what part of each a line is; versions side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger.core.field import Field, Kind
from ledger.core.rate import two_decimals
from ledger.journal.fields import ACTION, AMOUNT, EFFECTIVE_ON, LINE
from ledger.programming.fields import AGENT, PLAN_MOTIVE
from ledger.programming.plans.balance import account_number
from ledger.programming.vocabulary import PlanSide, PlanStage
from ledger.reports.figures.plan import COST

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ledger.programming.actions.model import Action
    from ledger.programming.plans.balance import Bases
    from ledger.programming.plans.model import PlanVersion
    from ledger.programming.plans.versions import BudgetLine
    from ledger.reports.listing import Listing

_SIDE = Field("cote", "côté", Kind.CHOICE, choices=tuple(PlanSide), shown=False)
_ACCOUNT = Field("compte", "compte", Kind.CODE, shown=False)
_NUMBER = Field("numero", "compte", scripted=False)
_LABEL = Field("libelle", "libellé")
BUDGET_LINES = (
    _SIDE,
    _ACCOUNT,
    _NUMBER,
    _LABEL,
    AMOUNT.but(summed=True),
    LINE.but(optional=True),
    Field("statut", "statut", optional=True, shown=False),
    Field("part_hors", "part hors contributions", shown=False),
    Field("part_avec", "part avec contributions", shown=False),
    Field("pourcent_hors", "% hors 86/87", scripted=False),
    Field("pourcent_avec", "% avec 86/87", scripted=False),
)
BASES = (
    AMOUNT.but(name="hors_contributions", title="hors contributions", help="", since="0.2"),
    AMOUNT.but(name="contributions", title="contributions", help="", since="0.2"),
    AMOUNT.but(name="avec_contributions", title="avec contributions", help="", since="0.2"),
)
_LINES = Field("lignes", "lignes", Kind.RECORD, fields=BUDGET_LINES, many=True)
BUDGET = (ACTION, Field("detail", "détail", Kind.YES_NO), *BASES, _LINES)
VERSIONS = (
    Field("version", "version", Kind.ORDINAL),
    Field("etape", "étape"),
    EFFECTIVE_ON.but(title="le"),
    PLAN_MOTIVE,
    COST.field(summed=False),
    Field("contributions", "contributions", Kind.AMOUNT),
    AGENT.but(shown=False),
)
VERSION_ROWS = Field("versions", "versions", Kind.RECORD, fields=VERSIONS, many=True)
_COMPARED = (
    _SIDE,
    _ACCOUNT,
    _LABEL,
    LINE.but(optional=True),
    AMOUNT.but(name="montants", title="montants", many=True, optional=True),
    AMOUNT.but(name="ecart", title="écart", help="", summed=True),
)
COMPARED = (ACTION, VERSION_ROWS, Field("lignes", "lignes", Kind.RECORD, fields=_COMPARED, many=True))


def budget_json(action: Action) -> dict[str, Any]:
    """The budget asked, account by account; "detail" says whether more than the lines asked is known."""
    from ledger.programming.plans.versions import asked_plan, plan_bases, written_lines

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


def budget_shown(budget: dict[str, Any]) -> Iterator[str | Listing]:
    """The budget for people: one table a side."""
    from ledger.reports.listing import Listing

    for side in PlanSide:
        rows = tuple(
            each
            | {
                "numero": account_number(each["compte"]),
                "pourcent_hors": _percent(each["part_hors"]),
                "pourcent_avec": _percent(each["part_avec"]),
            }
            for each in budget["lignes"]
            if each["cote"] == side
        )
        yield Listing(f"Budget : {side}", BUDGET_LINES, rows)
    yield (
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
    from ledger.programming.plans.versions import side_by_side

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


def compared_shown(versions: list[dict[str, Any]], rows: list[dict[str, Any]]) -> Iterator[Listing]:
    """Versions side by side for people, one table a side."""
    from ledger.reports.listing import Listing

    names = {f"v{each['version']}": f"V{each['version']} {each['etape']}" for each in versions}
    amounts = (AMOUNT.but(name=name, title=title, summed=True) for name, title in names.items())
    fields = (_NUMBER, _LABEL, *amounts, _COMPARED[-1])
    for side in PlanSide:
        of_side = tuple(
            {"numero": account_number(each["compte"]), "libelle": each["ligne"] or each["libelle"]}
            | dict(zip(names, each["montants"], strict=True))
            | {"ecart": each["ecart"]}
            for each in rows
            if each["cote"] == side
        )
        yield Listing(f"Versions du plan : {side}", fields, of_side)
