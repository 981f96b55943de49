"""`cofiville action budget`, `ligne`, `arbitrer`, `versions`: plans, and how they change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.programming.action_asking import ask_budget
from ledger.commands.programming.action_typing import (
    Charges,
    Contributions,
    CoutTotal,
    Plan,
    Produits,
    Saisir,
    fundings_of,
)
from ledger.commands.programming.action_words import accounts_of, contributions_of
from ledger.commands.programming.plan_screen import (
    budget_rows,
    compared_rows,
    render_budget,
    render_compared,
    version_rows,
)
from ledger.commands.shell.access import reading, writing
from ledger.commands.shell.completion import ACTIONS, LINES
from ledger.commands.shell.dialogue import given_or_asked, not_empty
from ledger.commands.shell.options import Le, NumeroAction, day
from ledger.commands.shell.screen import say, say_after, show
from ledger.commands.shell.usage import WrongUsage
from ledger.core.errors import LedgerError
from ledger.core.money import total
from ledger.programming.vocabulary import PlanSide, RequestState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from ledger.core.money import Money
    from ledger.programming.forms import ActionForm, FundingForm, PlanLineForm
    from ledger.programming.model import Action

Motif = Annotated[str, typer.Option("--motif", metavar="TEXTE", help="Pourquoi le plan change.")]
ResteAuPorteur = Annotated[
    bool, typer.Option("--reste-au-porteur", help="Les fonds propres du porteur portent ce qui manque.")
]


def budget(
    action: NumeroAction,
    charge: Charges = None,
    produit: Produits = None,
    contribution: Contributions = None,
    financement: Plan = None,
    saisir: Saisir = False,
    motif: Motif = "",
    le: Le = None,
) -> None:
    """Montre le budget compte par compte, ou le saisit : les charges données font le coût, tout reste équilibré.

    Chaque genre d'option remplace ce qui était saisi du même genre ; la version d'avant est gardée.

    Exemple : cofiville action budget 2016-014 --charge 60=25067,37 --charge 641=60000 --contribution benevolat=800
    """
    from ledger.programming.filling import form_of
    from ledger.programming.lookups import find_action
    from ledger.programming.operations import change_action

    if not (charge or produit or contribution or financement or saisir):
        with reading() as session:
            row = {"action": action} | budget_rows(find_action(session, action))
        show(row, lambda: render_budget(row) if row["lignes"] else say("Aucun budget n'est saisi."))
        return
    asked = ask_budget(_form_of(action)) if saisir else None
    with writing() as session:
        form = form_of(find_action(session, action))
        typed = asked or (
            (
                *(accounts_of(PlanSide.CHARGES, charge) or _kept(form, PlanSide.CHARGES)),
                *(accounts_of(PlanSide.PRODUITS, produit) or _kept(form, PlanSide.PRODUITS)),
                *(contributions_of(contribution) or (each for each in form.plan if each.in_kind)),
            ),
            fundings_of(financement) or form.fundings,
        )
        found = change_action(session, with_budget(form, *typed), on=le, reason=motif)
        row = {"action": found.number} | budget_rows(found)
    show(row, lambda: render_budget(row))


def _form_of(number: str) -> ActionForm:
    from ledger.programming.filling import form_of
    from ledger.programming.lookups import find_action

    with reading() as session:
        return form_of(find_action(session, number))


def _kept(form: ActionForm, side: str) -> tuple[PlanLineForm, ...]:
    return tuple(each for each in form.plan if each.side == side and not each.in_kind)


def with_budget(form: ActionForm, plan: Sequence[PlanLineForm], fundings: Any) -> ActionForm:
    """The form with this budget: detailed charges make the cost; an eligible cost equal to the whole stays so."""
    from dataclasses import replace

    charges = [each.amount for each in plan if each.side == PlanSide.CHARGES and not each.in_kind]
    cost = total(charges) if charges else form.cost_total
    eligible = None if form.eligible == form.cost_total else form.cost_eligible
    return replace(form, cost_total=cost, cost_eligible=eligible, fundings=tuple(fundings), plan=tuple(plan))


def ligne(
    action: NumeroAction,
    ligne: Annotated[str, typer.Argument(metavar="LIGNE", autocompletion=LINES, help="Une ligne demandée.")],
    statut: Annotated[
        str, typer.Argument(metavar="STATUT", help="pressenti, demande, non_recevable, propose, accorde ou refuse.")
    ],
    motif: Motif = "",
    reste_au_porteur: ResteAuPorteur = False,
    le: Le = None,
) -> None:
    """Note où en est une ligne du plan ; jugée non recevable, elle tombe à zéro et reste visible.

    Exemple : cofiville action ligne 2016-014 REGION-DSDT non_recevable --motif "hors délai" --reste-au-porteur
    """
    from ledger.programming.adjusting import judge_line

    word = statut.strip().lower().replace(" ", "_").replace("é", "e")
    with writing() as session:
        found = judge_line(session, action, ligne, word, on=day(le), reason=motif, own_share=reste_au_porteur)
        row: dict[str, Any] = {
            "action": found.number,
            "financements": [
                {"ligne": each.line, "demande": each.amount_requested, "statut": each.status} for each in found.fundings
            ],
            "versions": version_rows(found),
        }
    show(row, lambda: say(f"Action {row['action']}, ligne {ligne.upper()} : {RequestState(word).label}."))


def arbitrer(
    action: Annotated[
        str | None, typer.Argument(metavar="ACTION", autocompletion=ACTIONS, help="Le numéro de l'action.")
    ] = None,
    financement: Plan = None,
    cout: CoutTotal = None,
    motif: Motif = "",
    reste_au_porteur: ResteAuPorteur = False,
    toutes: Annotated[
        int | None,
        typer.Option(
            "--toutes", metavar="ANNEE", help="Toutes celles de l'année qui ont un accordé et pas de plan arbitré."
        ),
    ] = None,
    le: Le = None,
) -> None:
    """Garde le plan arbitré à côté de celui qui était demandé, qui ne change pas ; sans montants, prend l'accordé.

    Un plan qui ne s'équilibre pas avec l'accordé est laissé de côté, avec la raison : le porteur revoit son coût, ou
    ses fonds propres portent le reste (--reste-au-porteur).

    Exemple : cofiville action arbitrer 2016-014 --reste-au-porteur --motif "COPIL du 04/03/2016" --le 2016-03-04
    """
    from ledger.programming.arbitrating import to_arbitrate
    from ledger.programming.lookups import find_action

    if toutes is None:
        action = given_or_asked(action, "ACTION", "Numéro de l'action", not_empty)
        with writing() as session:
            row = _arbitrated(
                session, find_action(session, action), cout, fundings_of(financement), reste_au_porteur, motif, day(le)
            )
        show(row, lambda: say(f"Plan arbitré de l'action {row['action']} gardé : version {row['version']}."))
        return
    if action or financement or cout is not None:
        raise WrongUsage("--toutes prend l'accordé de chaque action.", "Retirez l'action, ses lignes et son coût.")
    rows = []
    with writing() as session:
        for each in to_arbitrate(session, toutes):
            try:
                rows.append(_arbitrated(session, each, None, (), reste_au_porteur, motif, day(le)))
            except LedgerError as refusal:
                rows.append({"action": each.number, "refus": refusal.problem, "remede": refusal.remedy})
    show(rows, lambda: _say_arbitrated(rows))


def _arbitrated(
    session: Session,
    action: Action,
    cost: Money | None,
    fundings: Sequence[FundingForm],
    own_share: bool,
    reason: str,
    on: date,
) -> dict[str, Any]:
    from ledger.programming.adjusting import other_resources, with_own_share
    from ledger.programming.arbitrating import arbitrate, granted_plan
    from ledger.programming.plans import detail_of

    whole = action.cost_total if cost is None else cost
    plan = [
        each
        for each in detail_of(action)
        if whole == action.cost_total or each.in_kind or each.side != PlanSide.CHARGES
    ]
    lines = fundings or granted_plan(session, action)
    if own_share:
        lines = with_own_share(whole, lines, other_resources(plan))
    version = arbitrate(session, action, cost_total=whole, fundings=lines, on=on, reason=reason, plan=plan)
    return {"action": action.number, "version": version.rank, "versions": version_rows(action)}


def _say_arbitrated(rows: list[dict[str, Any]]) -> None:
    left = [row for row in rows if "refus" in row]
    say(f"{len(rows) - len(left)} plan(s) arbitré(s) gardé(s).")
    for row in left:
        say_after(f"{row['action']} laissée de côté : ", row["refus"])
    if left:
        say("Revoyez leur coût (action arbitrer ACTION --cout MONTANT), ou ajoutez --reste-au-porteur.")


def versions(action: NumeroAction) -> None:
    """Compare côte à côte les versions gardées du plan : déposée, ajustées, arbitrée.

    Exemple : cofiville action versions 2016-014
    """
    from ledger.programming.lookups import find_action

    with reading() as session:
        found = find_action(session, action)
        row: dict[str, Any] = {
            "action": found.number,
            "versions": version_rows(found),
            "lignes": compared_rows(found.plans),
        }
    show(row, lambda: render_compared(row["versions"], row["lignes"]))
