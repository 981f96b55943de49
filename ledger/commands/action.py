"""`cofiville action`: projects, their public and their plan de financement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.access import reading, writing
from ledger.commands.action_moves import avancer, historique, moves_of, statut
from ledger.commands.action_typing import (
    CoutTotal,
    Dispositif,
    Echelle,
    Effectif,
    Eligible,
    Innovation,
    Lieux,
    Nature,
    Plan,
    PublicCompte,
    complete,
    fundings_of,
    slices_of,
)
from ledger.commands.options import Annee, Le, NumeroAction, day
from ledger.commands.origins import Origine, origins_of_action, say_origins
from ledger.commands.screen import say, show, table
from ledger.commands.shell import group
from ledger.core.money import ZERO, Money, total

if TYPE_CHECKING:
    from datetime import date

    from ledger.programming.forms import ActionForm
    from ledger.programming.model import Action

app = group("Actions : les projets, leur public, leur plan de financement.")

app.command("statut")(statut)
app.command("avancer")(avancer)
app.command("historique")(historique)


@app.command("lister")
def lister(annee: Annee) -> None:
    """Liste les actions d'une année : coût, demandé, accordé, statut.

    Exemple : cofiville action lister 2016
    """
    from ledger.programming.lookups import own_fund_lines, programme
    from ledger.programming.operations import granted_by_action

    with reading() as session:
        granted, own_funds = granted_by_action(session, annee), own_fund_lines(session)
        rows = [_row(action, granted.get(action.number, {}), own_funds) for action in programme(session, annee)]
    figures = ("cout", "demande", "accorde")
    show(
        rows,
        lambda: table(
            f"Actions {annee}" + (" (dont exemples)" if any(r["exemple"] for r in rows) else ""),
            ("Action", "Intitulé", "Porteur", "Objectif", "Coût", "Demandé", "Accordé", "Statut"),
            [tuple(r.values())[:8] for r in rows],
            ("Total", "", "", "", *(total(r[name] for r in rows) for name in figures), ""),
        ),
    )


def _row(action: Action, granted: dict[str, Money], own_funds: frozenset[str]) -> dict[str, Any]:
    from ledger.programming.lookups import requested
    from ledger.programming.model import STATUSES

    return {
        "action": action.number,
        "intitule": action.title,
        "porteur": action.porteur,
        "objectif": action.objective,
        "cout": action.cost_total,
        "demande": total(requested(action, own_funds).values()),
        "accorde": total(granted.values()),
        "statut": STATUSES[action.status],
        "dispositif": action.dispositif,
        "echelle": action.scale,
        "exemple": action.example,
    }


@app.command("montrer")
def montrer(action: NumeroAction, origine: Origine = False) -> None:
    """Montre une action : son coût, son public, son plan de financement demandé et accordé.

    Exemple : cofiville action montrer 2016-014
    """
    from ledger.programming.lookups import find_action, own_fund_lines
    from ledger.programming.model import FUNDING_STATUSES
    from ledger.programming.operations import granted_by_action

    with reading() as session:
        found = find_action(session, action)
        granted = granted_by_action(session, found.year).get(found.number, {})
        row = _row(found, granted, own_fund_lines(session)) | {
            "cout_eligible": found.cost_eligible,
            "territoires": [each.territory for each in found.territories],
            "public": [{"type": each.kind, "effectif": each.headcount, "cout": each.cost} for each in found.slices],
            "financements": [
                {
                    "ligne": each.line,
                    "demande": each.amount_requested,
                    "accorde": granted.get(each.line, ZERO),
                    "partage": each.shared,
                    "statut": each.status,
                }
                for each in found.fundings
            ],
            "historique": moves_of(session, found),
        }
        if origine:
            row["origine"] = origins_of_action(session, found.number)

    def render() -> None:
        say(f"{row['action']} : {row['intitule']} ({row['porteur']})" + (" — exemple" if row["exemple"] else ""))
        say(f"Coût {row['cout'].french()}, dont éligible {row['cout_eligible'].french()} ; {row['statut']}")
        table("Public", ("Type", "Effectif", "Part du coût éligible"), [tuple(p.values()) for p in row["public"]])
        plan = row["financements"]
        table(
            "Plan de financement",
            ("Ligne", "Demandé", "Accordé", "Part commune", "Statut"),
            [(*list(each.values())[:4], FUNDING_STATUSES[each["statut"]]) for each in plan],
            ("Total", total(p["demande"] for p in plan), total(p["accorde"] for p in plan), "", ""),
        )
        history = [tuple(each.values()) for each in row["historique"]]
        table("Historique", ("Le", "Statut", "Motif", "Agent"), history)
        if origine:
            say_origins(row["origine"])

    show(row, render)


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
    echelle: Echelle = "communale",
    dispositif: Dispositif = "action",
    nature: Nature = "fonctionnement",
    innovation: Innovation = 0,
    qpv: Effectif = None,
    veille: Effectif = None,
    hors: Effectif = None,
    public_caph: PublicCompte = None,
    public_cavm: PublicCompte = None,
    territoire: Lieux = None,
    sans_droit_commun: Annotated[str, typer.Option(help="Pourquoi aucun droit commun n'est demandé (M8).")] = "",
    exemple: Annotated[bool, typer.Option("--exemple", help="Étiquette l'action comme exemple.")] = False,
    le: Le = None,
) -> None:
    """Enregistre une action et son plan de financement équilibré ; dans un terminal, demande ce qui manque.

    Exemple : cofiville action saisir 2017 --intitule "Atelier santé" --porteur EX-CCAS-DENAIN --cout 4000
        --financement ETAT-PDV-ACTIONS=3000 --financement PORTEUR-FONDS-PROPRES=1000 --qpv 40
    """
    from dataclasses import replace

    form = complete(annee, intitule, porteur, cout, objectif, financement, slices_of(qpv, veille, hors))
    form = replace(form, number=numero, appel=appel, scale=echelle, dispositif=dispositif, nature=nature)
    form = replace(form, cost_eligible=eligible, innovation_criteria=innovation, example=exemple)
    form = replace(form, public_caph=public_caph, public_cavm=public_cavm, territories=tuple(territoire or ()))
    form = replace(form, no_droit_commun_reason=sans_droit_commun)
    _record(form, day(le))


def _record(form: ActionForm, on: date) -> None:
    from ledger.programming.lookups import own_fund_lines
    from ledger.programming.operations import record_action

    with writing() as session:
        row = _row(record_action(session, form, on=on), {}, own_fund_lines(session))
    show(row, lambda: say(f"Action {row['action']} enregistrée : {row['intitule']}, {row['cout'].french()}."))


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
    territoire: Lieux = None,
) -> None:
    """Corrige une action tant que rien ne lui est accordé ; ce qui n'est pas donné ne change pas.

    Les lignes données par --financement remplacent tout le plan ; les effectifs, toute la répartition.

    Exemple : cofiville action modifier 2016-014 --intitule "Atelier santé itinérant"
    """
    from dataclasses import replace

    from ledger.programming.lookups import find_action, own_fund_lines
    from ledger.programming.operations import change_action, form_of

    with writing() as session:
        now = form_of(find_action(session, action))
        kept = None if now.cost_eligible == now.cost_total else now.cost_eligible
        form = replace(
            now,
            title=now.title if intitule is None else intitule,
            porteur=now.porteur if porteur is None else porteur,
            cost_total=now.cost_total if cout is None else cout,
            cost_eligible=kept if eligible is None else eligible,
            objective=now.objective if objectif is None else objectif,
            slices=slices_of(qpv, veille, hors) or now.slices,
            territories=tuple(territoire) if territoire else now.territories,
            fundings=fundings_of(financement) or now.fundings,
        )
        row = _row(change_action(session, form), {}, own_fund_lines(session))
    show(row, lambda: say(f"Action {row['action']} corrigée : {row['intitule']}, {row['cout'].french()}."))
