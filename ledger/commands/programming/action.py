"""`cofiville action`: projects, their public and their plan de financement."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from ledger.commands.conventions.convention_moving import MOVED as HANDED_OVER
from ledger.commands.conventions.convention_moving import action_transferer
from ledger.commands.declaring.access import writing
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import Annee, Le, NumeroAction, day, option
from ledger.commands.declaring.parameters import Option
from ledger.commands.declaring.usage import needed
from ledger.commands.outcome import Answer, Outcome, Row, Sentence, Shape, either, one, several
from ledger.commands.programming.action_controls import FINDING, INCOMPLETE, action_completer, action_controler_action
from ledger.commands.programming.action_details import (
    ALERTS,
    EXPECTED,
    REFERRED,
    SERVED,
    action_chercher,
    action_indicateur,
    action_public,
    action_reference,
)
from ledger.commands.programming.action_droit_commun import DROIT_COMMUN, action_droit_commun
from ledger.commands.programming.action_list import LISTED, action_lister
from ledger.commands.programming.action_mistakes import TAKEN_OUT, action_annuler_saisie
from ledger.commands.programming.action_moves import (
    ADVANCED,
    DEROGATED,
    MOVED,
    MOVES,
    action_avancer,
    action_deroger,
    action_historique,
    action_statut,
)
from ledger.commands.programming.action_parts import action_row
from ledger.commands.programming.action_plans import (
    ARBITRATED,
    JUDGED,
    action_arbitrer,
    action_budget,
    action_ligne,
    action_versions,
)
from ledger.commands.programming.action_screen import WHOLE, action_montrer
from ledger.commands.programming.action_typing import (
    Annees,
    Contributions,
    CoutTotal,
    Criteres,
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
    PublicCaph,
    PublicCavm,
    PublicEpci,
    Publics,
    Reconduit,
    SansDroitCommun,
    typed_of_action,
)
from ledger.commands.programming.budget_reading import READ, action_lire_budget
from ledger.commands.programming.plan_screen import BUDGET, COMPARED
from ledger.programming.fields import APPEL, NUMBER, OBJECTIVE, PLAN_MOTIVE, PORTEUR, TITLE

if TYPE_CHECKING:
    from datetime import date

    from ledger.programming.actions.forms import ActionForm

_APPEL = APPEL.but(placeholder="CODE", help="L'appel à projets.")

app = group("Actions : les projets, leur public, leur plan de financement.")

_WRITTEN = one(*LISTED, ALERTS)

app.command("lister", answer=several(*LISTED))(action_lister)
app.command("montrer", answer=one(*WHOLE))(action_montrer)


@app.command("saisir", act=True, answer=_WRITTEN)
def action_saisir(
    annee: Annee,
    intitule: Annotated[str | None, option(TITLE)] = None,
    porteur: Annotated[str | None, option(PORTEUR)] = None,
    cout: CoutTotal = None,
    financement: Plan = None,
    eligible: Eligible = None,
    numero: Annotated[str, option(NUMBER)] = "",
    appel: Annotated[str, option(_APPEL)] = "",
    objectif: Annotated[str | None, option(OBJECTIVE)] = None,
    echelle: Echelle = None,
    dispositif: Dispositif = None,
    nature: Nature = None,
    innovation: Innovation = None,
    critere: Criteres = None,
    qpv: Effectif = None,
    veille: Effectif = None,
    hors: Effectif = None,
    public: Publics = None,
    public_caph: PublicCaph = None,
    public_cavm: PublicCavm = None,
    public_epci: PublicEpci = None,
    territoire: Lieux = None,
    debut: Debut = None,
    fin: Fin = None,
    annees: Annees = None,
    reconduit: Reconduit = None,
    contribution: Contributions = None,
    sans_droit_commun: SansDroitCommun = None,
    exemple: Annotated[bool, Option("--exemple", help="Étiquette l'action comme exemple.")] = False,
    le: Le = None,
) -> Outcome:
    """Enregistre une action et son plan de financement équilibré ; dans un terminal, demande ce qui manque.

    Exemple : cofiville action saisir 2017 --intitule "Atelier santé" --porteur EX-CCAS-DENAIN --cout 4000
        --financement ETAT-PDV-ACTIONS=3000 --financement PORTEUR-FONDS-PROPRES=1000 --qpv 40
    """
    typed = typed_of_action(locals())
    from ledger.programming.actions.forms import ActionForm

    for word, option_name in ((porteur, "--porteur"), (intitule, "--intitule"), (cout, "--cout")):
        needed(word, option_name)
    form = ActionForm(year=annee, **typed)
    return _record(form, day(le))


def _record(form: ActionForm, on: date) -> Outcome:
    from ledger.programming.actions.completeness import alerts
    from ledger.programming.actions.read_actions import read_action
    from ledger.programming.actions.record_action import record_action

    with writing() as session:
        action = read_action(session, record_action(session, form, on=on))
        row = action_row(session, action) | {"alertes": alerts(session, action)}
    return _outcome(row, "enregistrée")


def _outcome(row: Row, what: str) -> Outcome:
    said = f"Action {row['action']} {what} : {row['intitule']}, {row['cout'].french()}."
    return Outcome(row, (said, *(Sentence("À vérifier : ", alert) for alert in row["alertes"])))


@app.command("modifier", act=True, answer=_WRITTEN)
def action_modifier(
    action: NumeroAction,
    intitule: Annotated[str | None, option(TITLE.but(help="Le nouvel intitulé."))] = None,
    porteur: Annotated[str | None, option(PORTEUR.but(help="Le nouveau porteur."))] = None,
    cout: CoutTotal = None,
    eligible: Eligible = None,
    financement: Plan = None,
    qpv: Effectif = None,
    veille: Effectif = None,
    hors: Effectif = None,
    objectif: Annotated[str | None, option(OBJECTIVE.but(help="L'objectif opérationnel."))] = None,
    appel: Annotated[str | None, option(_APPEL)] = None,
    echelle: Echelle = None,
    dispositif: Dispositif = None,
    nature: Nature = None,
    innovation: Innovation = None,
    critere: Criteres = None,
    sans_droit_commun: SansDroitCommun = None,
    territoire: Lieux = None,
    debut: Debut = None,
    fin: Fin = None,
    annees: Annees = None,
    reconduit: Reconduit = None,
    motif: Annotated[str, option(PLAN_MOTIVE)] = "",
    le: Le = None,
) -> Outcome:
    """Corrige une action tant que rien ne lui est accordé ; ce qui n'est pas donné ne change pas.

    Les lignes de --financement remplacent tout le plan ; les effectifs, toute la répartition. La version d'avant reste.

    Exemple : cofiville action modifier 2016-014 --intitule "Atelier santé itinérant"
    """
    typed = typed_of_action(locals())
    from ledger.programming.actions.completeness import alerts
    from ledger.programming.actions.read_actions import form_of, read_action
    from ledger.programming.actions.record_action import change_action
    from ledger.programming.queries import find_action

    with writing() as session:
        now = form_of(find_action(session, action))
        kept = None if now.cost_eligible == now.cost_total else now.cost_eligible
        publics = () if "slices" in typed else now.publics
        form = replace(now, **{"cost_eligible": kept, "publics": publics, **typed})
        found = read_action(session, change_action(session, form, on=le, reason=motif))
        row = action_row(session, found) | {"alertes": alerts(session, found)}
    return _outcome(row, "corrigée")


app.command("public", act=True, answer=one(*SERVED))(action_public)
app.command("budget", act=True, answer=one(*BUDGET))(action_budget)
app.command("lire-budget", act=True, answer=one(*READ))(action_lire_budget)
app.command("ligne", act=True, answer=one(*JUDGED))(action_ligne)
app.command("arbitrer", act=True, answer=either(*ARBITRATED), asks=("action|toutes",))(action_arbitrer)
app.command("versions", answer=one(*COMPARED))(action_versions)
app.command("reference", act=True, answer=one(*REFERRED))(action_reference)
app.command("chercher", answer=Answer(shape=Shape.WORDS))(action_chercher)
app.command("indicateur", act=True, answer=one(*EXPECTED))(action_indicateur)
app.command("statut", act=True, answer=one(*MOVED))(action_statut)
app.command("deroger", act=True, answer=one(*DEROGATED))(action_deroger)
app.command("droit-commun", act=True, answer=one(*DROIT_COMMUN))(action_droit_commun)
app.command("annuler-saisie", act=True, answer=one(*TAKEN_OUT))(action_annuler_saisie)
app.command("transferer", act=True, answer=several(*HANDED_OVER), asks=("piece",))(action_transferer)
app.command("avancer", act=True, answer=one(*ADVANCED))(action_avancer)
app.command("historique", answer=several(*MOVES))(action_historique)
app.command("controler", answer=several(*FINDING))(action_controler_action)
app.command("completer", answer=several(*INCOMPLETE))(action_completer)
