"""`cofiville action budget`, `ligne`, `arbitrer`, `versions`: plans, and how they change."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any

from ledger.commands.declaring.access import reading, writing
from ledger.commands.declaring.options import Le, NumeroAction, argument, day, option
from ledger.commands.declaring.parameters import Option
from ledger.commands.declaring.usage import WrongUsage, needed
from ledger.commands.outcome import Outcome, Row, Sentence
from ledger.commands.programming.action_parts import FUNDINGS
from ledger.commands.programming.action_typing import Charges, Contributions, CoutTotal, Plan, Produits, Saisir
from ledger.commands.programming.plan_screen import (
    VERSION_ROWS,
    VERSIONS,
    budget_json,
    budget_shown,
    compared_rows,
    compared_shown,
    version_rows,
)
from ledger.core.errors import LedgerError
from ledger.core.field import Field, Kind
from ledger.core.money import total
from ledger.journal.fields import ACTION, LINE
from ledger.programming.fields import PLAN_MOTIVE
from ledger.programming.vocabulary import PlanSide, RequestState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from ledger.core.money import Money
    from ledger.programming.actions.forms import ActionForm
    from ledger.programming.actions.model import Action
    from ledger.programming.plans.balance import FundingForm, PlanLineForm

_ARBITRATED = "Toutes celles de l'année qui ont un accordé et pas de plan arbitré."
ARBITRATED = (
    ACTION,
    VERSIONS[0].but(since="0.2"),
    VERSION_ROWS.but(since="0.2"),
    Field("refus", "refus", since="0.2"),
    Field("remede", "remède", since="0.2"),
)
_STATE = FUNDINGS[-2].but(placeholder="STATUT", help="pressenti, demande, non_recevable, propose, accorde ou refuse.")
JUDGED = (
    ACTION,
    Field("financements", "financements", Kind.RECORD, fields=(LINE, FUNDINGS[2], _STATE), many=True),
    VERSION_ROWS,
)

Motif = Annotated[str, option(PLAN_MOTIVE)]
ResteAuPorteur = Annotated[
    bool, Option("--reste-au-porteur", help="Les fonds propres du porteur portent ce qui manque.")
]


def action_budget(
    action: NumeroAction,
    charge: Charges = None,
    produit: Produits = None,
    contribution: Contributions = None,
    financement: Plan = None,
    saisir: Saisir = False,
    motif: Motif = "",
    le: Le = None,
) -> Outcome:
    """Montre le budget compte par compte, ou le saisit : les charges données font le coût, tout reste équilibré.

    Chaque genre d'option remplace ce qui était saisi du même genre ; la version d'avant est gardée.

    Exemple : cofiville action budget 2016-014 --charge 60=25067,37 --charge 641=60000 --contribution benevolat=800
    """
    from ledger.programming.actions.read_actions import form_of
    from ledger.programming.actions.record_action import change_action
    from ledger.programming.queries import find_action

    if not (charge or produit or contribution or financement):
        with reading() as session:
            row = {"action": action} | budget_json(find_action(session, action))
        return Outcome(row, tuple(budget_shown(row)) if row["lignes"] else ("Aucun budget n'est saisi.",))
    with writing() as session:
        form = form_of(find_action(session, action))
        plan = (
            *(charge or _kept(form, PlanSide.CHARGES)),
            *(produit or _kept(form, PlanSide.PRODUITS)),
            *(chain(*contribution) if contribution else (each for each in form.plan if each.in_kind)),
        )
        changed = with_budget(form, plan, tuple(financement or ()) or form.fundings)
        found = change_action(session, changed, on=le, reason=motif)
        row = {"action": found.number} | budget_json(found)
    return Outcome(row, tuple(budget_shown(row)))


def _kept(form: ActionForm, side: str) -> tuple[PlanLineForm, ...]:
    return tuple(each for each in form.plan if each.side == side and not each.in_kind)


def with_budget(form: ActionForm, plan: Sequence[PlanLineForm], fundings: Any) -> ActionForm:
    """The form with this budget: detailed charges make the cost; an eligible cost equal to the whole stays so."""
    from dataclasses import replace

    charges = [each.amount for each in plan if each.side == PlanSide.CHARGES and not each.in_kind]
    cost = total(charges) if charges else form.cost_total
    eligible = None if form.eligible == form.cost_total else form.cost_eligible
    return replace(form, cost_total=cost, cost_eligible=eligible, fundings=tuple(fundings), plan=tuple(plan))


def action_ligne(
    action: NumeroAction,
    ligne: Annotated[str, argument(LINE.but(help="Une ligne demandée."))],
    statut: Annotated[str, argument(_STATE)],
    motif: Motif = "",
    reste_au_porteur: ResteAuPorteur = False,
    le: Le = None,
) -> Outcome:
    """Note où en est une ligne du plan ; jugée non recevable, elle tombe à zéro et reste visible.

    Exemple : cofiville action ligne 2016-014 REGION-DSDT non_recevable --motif "hors délai" --reste-au-porteur
    """
    from ledger.programming.plans.adjust_plan import judge_line

    word = statut.strip().lower().replace(" ", "_").replace("é", "e")
    with writing() as session:
        found = judge_line(session, action, ligne, word, on=day(le), reason=motif, own_share=reste_au_porteur)
        row: Row = {
            "action": found.number,
            "financements": [
                {"ligne": each.line, "demande": each.amount_requested, "statut": each.status} for each in found.fundings
            ],
            "versions": version_rows(found),
        }
    return Outcome(row, (f"Action {row['action']}, ligne {ligne.upper()} : {RequestState(word).label}.",))


def action_arbitrer(
    action: Annotated[str | None, argument(ACTION.but(help="Le numéro de l'action."))] = None,
    financement: Plan = None,
    cout: CoutTotal = None,
    motif: Motif = "",
    reste_au_porteur: ResteAuPorteur = False,
    toutes: Annotated[int | None, Option("--toutes", metavar="ANNEE", help=_ARBITRATED)] = None,
    le: Le = None,
) -> Outcome:
    """Garde le plan arbitré à côté de celui qui était demandé, qui ne change pas ; sans montants, prend l'accordé.

    Un plan qui ne s'équilibre pas avec l'accordé est laissé de côté, avec la raison : le porteur revoit son coût, ou
    ses fonds propres portent le reste (--reste-au-porteur).

    Exemple : cofiville action arbitrer 2016-014 --reste-au-porteur --motif "COPIL du 04/03/2016" --le 2016-03-04
    """
    from ledger.programming.plans.adjust_plan import to_arbitrate
    from ledger.programming.queries import find_action

    if toutes is None:
        action = needed(action, "ACTION")
        with writing() as session:
            row = _arbitrated(
                session, find_action(session, action), cout, tuple(financement or ()), reste_au_porteur, motif, day(le)
            )
        return Outcome(row, (f"Plan arbitré de l'action {row['action']} gardé : version {row['version']}.",))
    if action or financement or cout is not None:
        raise WrongUsage("--toutes prend l'accordé de chaque action.", "Retirez l'action, ses lignes et son coût.")
    rows = []
    with writing() as session:
        for each in to_arbitrate(session, toutes):
            try:
                rows.append(_arbitrated(session, each, None, (), reste_au_porteur, motif, day(le)))
            except LedgerError as refusal:
                rows.append({"action": each.number, "refus": refusal.problem, "remede": refusal.remedy})
    return Outcome(rows, tuple(_arbitrated_words(rows)))


def _arbitrated(
    session: Session,
    action: Action,
    cost: Money | None,
    fundings: Sequence[FundingForm],
    own_share: bool,
    reason: str,
    on: date,
) -> dict[str, Any]:
    from ledger.programming.plans.adjust_plan import arbitrate_plan, granted_plan, other_resources, with_own_share
    from ledger.programming.plans.versions import detail_of

    whole = action.cost_total if cost is None else cost
    plan = [
        each
        for each in detail_of(action)
        if whole == action.cost_total or each.in_kind or each.side != PlanSide.CHARGES
    ]
    lines = fundings or granted_plan(session, action)
    if own_share:
        lines = with_own_share(whole, lines, other_resources(plan))
    version = arbitrate_plan(session, action, cost_total=whole, fundings=lines, on=on, reason=reason, plan=plan)
    return {"action": action.number, "version": version.rank, "versions": version_rows(action)}


def _arbitrated_words(rows: list[Row]) -> Iterator[str | Sentence]:
    left = [row for row in rows if "refus" in row]
    yield f"{len(rows) - len(left)} plan(s) arbitré(s) gardé(s)."
    for row in left:
        yield Sentence(f"{row['action']} laissée de côté : ", row["refus"])
    if left:
        yield "Revoyez leur coût (action arbitrer ACTION --cout MONTANT), ou ajoutez --reste-au-porteur."


def action_versions(action: NumeroAction) -> Outcome:
    """Compare côte à côte les versions gardées du plan : déposée, ajustées, arbitrée.

    Exemple : cofiville action versions 2016-014
    """
    from ledger.programming.queries import find_action

    with reading() as session:
        found = find_action(session, action)
        row: Row = {
            "action": found.number,
            "versions": version_rows(found),
            "lignes": compared_rows(found.plans),
        }
    return Outcome(row, tuple(compared_shown(row["versions"], row["lignes"])))
