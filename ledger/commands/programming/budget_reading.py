"""`cofiville action lire-budget`: the budget of a DAUPHIN dossier becomes the plan of an action."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.access import reading, writing
from ledger.commands.declaring.options import Fichier, Le, NumeroAction
from ledger.commands.declaring.parameters import Option
from ledger.commands.exchange.sums import sums_row, sums_said
from ledger.commands.outcome import Outcome, Row
from ledger.commands.programming.action_plans import with_budget
from ledger.commands.programming.plan_screen import BASES, BUDGET, bases_row, budget_shown, lines_rows
from ledger.core.errors import InvalidValue
from ledger.core.field import Field, Kind
from ledger.core.money import total
from ledger.journal.fields import ACTION, AMOUNT, LINE
from ledger.programming.vocabulary import PlanSide, PlanStage

if TYPE_CHECKING:
    from ledger.exchange.partners.sums import FileSums
    from ledger.programming.actions.model import Action
    from ledger.programming.plans.balance import Bases
    from ledger.programming.plans.versions import BudgetLine
    from ledger.reports.listing import Listing


_UNSETTLED = (Field("nom", "nom"), AMOUNT, LINE.but(name="lignes", many=True))
READ = (
    ACTION,
    *(AMOUNT.but(name=name, title=name, help="") for name in ("charges", "produits")),
    *BASES,
    BUDGET[-1],
    Field("a_preciser", "à préciser", Kind.RECORD, fields=_UNSETTLED, many=True),
    Field("ecrit", "écrit", Kind.YES_NO),
)


def action_lire_budget(
    action: NumeroAction,
    fichier: Fichier,
    ligne: Annotated[
        list[str] | None,
        Option("--ligne", metavar="NOM=LIGNE", help="La ligne de crédits d'une subvention du budget ; répétez."),
    ] = None,
    simuler: Annotated[bool, Option("--simuler", help="Lit et montre, sans rien écrire.")] = False,
    le: Le = None,
) -> Outcome:
    """Lit le budget d'un dossier DAUPHIN (csv, xlsx, ods) et en fait le plan de l'action, contrôlé et équilibré.

    Une subvention que plusieurs de nos lignes peuvent porter se précise par --ligne ; un commentaire « 5000 droit
    commun + 4000 cdv » fait deux lignes.

    Exemple : cofiville action lire-budget 2016-014 plan_de_financement.csv --ligne 74region=REGION-DSDT
    """
    from ledger.exchange.deposited_budget import (
        GrantOnLine,
        find_grant_line,
        plan_of_deposit,
        read_budget,
        refuse_unsettled,
    )
    from ledger.programming.actions.read_actions import form_of
    from ledger.programming.actions.record_action import change_action
    from ledger.programming.plans.balance import plan_bases_of
    from ledger.programming.plans.versions import budget_lines as whole_budget
    from ledger.programming.queries import find_action

    deposited = read_budget(Path(fichier))
    with (reading if simuler else writing)() as session:
        found = find_action(session, action)
        on_lines, unsettled = find_grant_line(session, deposited, _named(ligne))
        if not simuler:
            refuse_unsettled(unsettled)
        fundings, plan = plan_of_deposit(deposited, [*on_lines, *(GrantOnLine(each.asked, "") for each in unsettled)])
        if not simuler:
            form = with_budget(form_of(found), plan, fundings)
            change_action(session, form, on=le, reason=f"budget lu dans {Path(fichier).name}", stage=_stage(found))
        of = plan_bases_of(deposited.cost_total, deposited.contributions)
        lines = whole_budget(session, deposited.cost_total, fundings, plan)
        row = _read_row(found, of, lines) | {
            "a_preciser": [{"nom": e.asked.key, "montant": e.asked.amount, "lignes": list(e.lines)} for e in unsettled],
            "ecrit": not simuler,
            **sums_row(deposited.sums),
        }
    return Outcome(row, tuple(_read_shown(row, deposited.sums)))


def _stage(action: Action) -> str:
    """A budget read while nothing was adjusted is still the one deposited."""
    return (
        PlanStage.DEPOSITED if all(each.stage == PlanStage.DEPOSITED for each in action.plans) else PlanStage.ADJUSTED
    )


def _named(typed: list[str] | None) -> dict[str, str]:
    found = {}
    for text in typed or ():
        key, separator, line = text.rpartition("=")
        if not separator:
            raise InvalidValue(f"« {text} » n'est pas compris.", "Écrivez NOM=LIGNE : 74region=REGION-DSDT.")
        found[key.strip()] = line.strip()
    return found


def _read_row(action: Action, bases: Bases, lines: Sequence[BudgetLine]) -> Row:
    return (
        {
            "action": action.number,
            "charges": bases.with_contributions,
            "produits": total(each.amount for each in lines if each.side == PlanSide.PRODUITS),
        }
        | bases_row(bases)
        | {"lignes": lines_rows(lines, bases)}
    )


def _read_shown(row: Row, sums: FileSums) -> Iterator[str | Listing]:
    yield f"Budget équilibré : charges {row['charges'].french()}, produits {row['produits'].french()}."
    yield from budget_shown(row)
    for each in row["a_preciser"]:
        yield f"À préciser : {each['nom']} ({each['montant'].french()}) : {' ou '.join(each['lignes'])}"
    yield from sums_said(sums)
    if row["ecrit"]:
        yield f"Plan de l'action {row['action']} enregistré."
