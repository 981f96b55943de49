"""`cofiville action`: projects, their public and their plan de financement."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.commands.outcome import several
from ledger.commands.programming.action_controls import FINDING, INCOMPLETE, completer, controler_action
from ledger.commands.programming.action_details import chercher, indicateur, public, reference
from ledger.commands.programming.action_list import lister
from ledger.commands.programming.action_moves import avancer, deroger, historique, statut
from ledger.commands.programming.action_parts import action_row
from ledger.commands.programming.action_plans import arbitrer, budget, ligne, versions
from ledger.commands.programming.action_screen import montrer
from ledger.commands.programming.action_typing import (
    Annees,
    Contributions,
    CoutTotal,
    Debut,
    Dispositif,
    Echelle,
    Effectif,
    Eligible,
    Fin,
    Innovation,
    Lieux,
    Nature,
    Plan,
    PublicCompte,
    Publics,
    Reconduit,
    SansDroitCommun,
    complete,
    fundings_of,
    slices_of,
    with_typed,
)
from ledger.commands.programming.action_words import contributions_of, publics_of
from ledger.commands.programming.budget_reading import lire_budget
from ledger.commands.shell.access import writing
from ledger.commands.shell.options import Annee, Le, NumeroAction, day
from ledger.commands.shell.program import group
from ledger.commands.shell.screen import say, say_after, show

if TYPE_CHECKING:
    from datetime import date
    from typing import Any

    from ledger.programming.forms import ActionForm

app = group("Actions : les projets, leur public, leur plan de financement.")

app.command("lister")(lister)
app.command("montrer")(montrer)


@app.command("saisir")
def saisir(
    annee: Annee,
    intitule: Annotated[str | None, typer.Option(help="L'intitulé.")] = None,
    porteur: Annotated[str | None, typer.Option(metavar="CODE", help="Le code du porteur.")] = None,
    cout: CoutTotal = None,
    financement: Plan = None,
    eligible: Eligible = None,
    numero: Annotated[str, typer.Option(help="Le numéro ; le suivant sinon.")] = "",
    appel: Annotated[str, typer.Option(metavar="CODE", help="L'appel à projets.")] = "",
    objectif: Annotated[str | None, typer.Option(help="L'objectif opérationnel, par exemple 5.1.2.")] = None,
    echelle: Echelle = None,
    dispositif: Dispositif = None,
    nature: Nature = None,
    innovation: Innovation = None,
    qpv: Effectif = None,
    veille: Effectif = None,
    hors: Effectif = None,
    public: Publics = None,
    public_caph: PublicCompte = None,
    public_cavm: PublicCompte = None,
    territoire: Lieux = None,
    debut: Debut = None,
    fin: Fin = None,
    annees: Annees = None,
    reconduit: Reconduit = None,
    contribution: Contributions = None,
    sans_droit_commun: SansDroitCommun = None,
    exemple: Annotated[bool, typer.Option("--exemple", help="Étiquette l'action comme exemple.")] = False,
    le: Le = None,
) -> None:
    """Enregistre une action et son plan de financement équilibré ; dans un terminal, demande ce qui manque.

    Exemple : cofiville action saisir 2017 --intitule "Atelier santé" --porteur EX-CCAS-DENAIN --cout 4000
        --financement ETAT-PDV-ACTIONS=3000 --financement PORTEUR-FONDS-PROPRES=1000 --qpv 40
    """
    slices, publics = slices_of(qpv, veille, hors), publics_of(public)
    form = complete(annee, intitule, porteur, cout, objectif, financement, slices, counted=bool(slices or publics))
    form = with_typed(form, number=numero, appel=appel, scale=echelle, dispositif=dispositif, nature=nature)
    form = with_typed(form, cost_eligible=eligible, innovation_criteria=innovation, example=exemple, publics=publics)
    form = with_typed(form, public_caph=public_caph, public_cavm=public_cavm, territories=tuple(territoire or ()))
    form = with_typed(form, no_droit_commun_reason=sans_droit_commun, plan=contributions_of(contribution))
    form = with_typed(form, starts_on=debut, ends_on=fin, years=annees, renewed_from=reconduit)
    _record(form, day(le))


def _record(form: ActionForm, on: date) -> None:
    from ledger.programming.alerts import alerts
    from ledger.programming.operations import record_action

    with writing() as session:
        action = record_action(session, form, on=on)
        row = action_row(session, action) | {"alertes": alerts(session, action)}
    show(row, lambda: _said(row, "enregistrée"))


def _said(row: dict[str, Any], what: str) -> None:
    say(f"Action {row['action']} {what} : {row['intitule']}, {row['cout'].french()}.")
    for alert in row["alertes"]:
        say_after("À vérifier : ", alert)


@app.command("modifier")
def modifier(
    action: NumeroAction,
    intitule: Annotated[str | None, typer.Option(help="Le nouvel intitulé.")] = None,
    porteur: Annotated[str | None, typer.Option(metavar="CODE", help="Le nouveau porteur.")] = None,
    cout: CoutTotal = None,
    eligible: Eligible = None,
    financement: Plan = None,
    qpv: Effectif = None,
    veille: Effectif = None,
    hors: Effectif = None,
    objectif: Annotated[str | None, typer.Option(help="L'objectif opérationnel.")] = None,
    appel: Annotated[str | None, typer.Option(metavar="CODE", help="L'appel à projets.")] = None,
    echelle: Echelle = None,
    dispositif: Dispositif = None,
    nature: Nature = None,
    innovation: Innovation = None,
    sans_droit_commun: SansDroitCommun = None,
    territoire: Lieux = None,
    debut: Debut = None,
    fin: Fin = None,
    annees: Annees = None,
    reconduit: Reconduit = None,
    motif: Annotated[str, typer.Option(metavar="TEXTE", help="Pourquoi le plan change.")] = "",
    le: Le = None,
) -> None:
    """Corrige une action tant que rien ne lui est accordé ; ce qui n'est pas donné ne change pas.

    Les lignes de --financement remplacent tout le plan ; les effectifs, toute la répartition. La version d'avant reste.

    Exemple : cofiville action modifier 2016-014 --intitule "Atelier santé itinérant"
    """
    from ledger.programming.alerts import alerts
    from ledger.programming.filling import form_of
    from ledger.programming.lookups import find_action
    from ledger.programming.operations import change_action

    with writing() as session:
        now = form_of(find_action(session, action))
        kept = None if now.cost_eligible == now.cost_total else now.cost_eligible
        form = replace(now, cost_eligible=kept if eligible is None else eligible)
        form = with_typed(form, title=intitule, porteur=porteur, cost_total=cout, objective=objectif, appel=appel)
        form = with_typed(form, scale=echelle, dispositif=dispositif, nature=nature, innovation_criteria=innovation)
        form = with_typed(form, no_droit_commun_reason=sans_droit_commun, fundings=fundings_of(financement) or None)
        form = with_typed(form, territories=tuple(territoire or ()) or None, starts_on=debut, ends_on=fin)
        slices = slices_of(qpv, veille, hors) or None
        form = with_typed(form, years=annees, renewed_from=reconduit, slices=slices, publics=() if slices else None)
        found = change_action(session, form, on=le, reason=motif)
        row = action_row(session, found) | {"alertes": alerts(session, found)}
    show(row, lambda: _said(row, "corrigée"))


app.command("public")(public)
app.command("budget")(budget)
app.command("lire-budget")(lire_budget)
app.command("ligne")(ligne)
app.command("arbitrer")(arbitrer)
app.command("versions")(versions)
app.command("reference")(reference)
app.command("chercher")(chercher)
app.command("indicateur")(indicateur)
app.command("statut")(statut)
app.command("deroger")(deroger)
app.command("avancer")(avancer)
app.command("historique")(historique)
app.command("controler", answer=several(*FINDING))(controler_action)
app.command("completer", answer=several(*INCOMPLETE))(completer)
