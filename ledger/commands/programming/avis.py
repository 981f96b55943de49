"""`cofiville avis`: what services think of actions, the letters that tell porteurs, and their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.programming.avis_letters import lettres, repondre, suivi
from ledger.commands.shell.access import reading, writing
from ledger.commands.shell.choices import may_ask
from ledger.commands.shell.dialogue import ask, given_or_asked, not_empty
from ledger.commands.shell.options import Annee, Le, NumeroAction, day
from ledger.commands.shell.program import group
from ledger.commands.shell.screen import say, show, table
from ledger.core.money import Money, parse_money
from ledger.programming.vocabulary import AvisVerdict

if TYPE_CHECKING:
    from ledger.programming.avis_model import Avis

app = group("Avis : ce que pensent les services et les financeurs, dit aux porteurs, et leurs réponses.")
app.command("lettres")(lettres)
app.command("repondre")(repondre)
app.command("suivi")(suivi)

Conseille = Annotated[
    Money | None, typer.Option(metavar="MONTANT", parser=parse_money, help="Le montant que le service conseille.")
]


@app.command("saisir")
def saisir(
    action: NumeroAction,
    service: Annotated[
        str | None, typer.Argument(metavar="SERVICE", help="Le code du service ou du financeur.")
    ] = None,
    avis: Annotated[
        str | None, typer.Option(metavar="AVIS", help="favorable, reserves, defavorable ou complement.")
    ] = None,
    montant: Conseille = None,
    ligne: Annotated[str, typer.Option(metavar="LIGNE", help="La ligne du montant, si elle ne se devine pas.")] = "",
    texte: Annotated[str | None, typer.Option(metavar="TEXTE", help="Ce que dit le service.")] = None,
    le: Le = None,
) -> None:
    """Enregistre l'avis d'un service sur une action ; dans un terminal, demande ce qui manque.

    Un nouvel avis du même service remplace le précédent, qui reste dans l'historique.

    Exemple : cofiville avis saisir 2016-014 ETAT --avis favorable --montant 8000 --le 2016-02-12
    """
    from ledger.programming.avis import AvisForm, read_verdict, record_avis

    asking = may_ask() and (service is None or avis is None)
    service = given_or_asked(service, "SERVICE", "Code du service ou du financeur", not_empty)
    avis = given_or_asked(avis, "--avis", "Avis (favorable, réserves, défavorable, complément)", read_verdict)
    if asking:
        if montant is None and avis != "defavorable":
            montant = ask("Montant conseillé (vide : aucun)", lambda text: parse_money(text) if text else None)
        texte = ask("Observations (vide : aucune)", str) if texte is None else texte
    with writing() as session:
        given = record_avis(session, AvisForm(action, service, avis, montant, ligne, texte or ""), on=day(le))
        row = _row(given)
    show(row, lambda: say(f"Avis {row['avis']} de {row['service']} enregistré sur l'action {row['action']}."))


def _row(avis: Avis) -> dict[str, Any]:

    return {
        "action": avis.action,
        "service": avis.service,
        "avis": AvisVerdict(avis.verdict).label,
        "ligne": avis.line,
        "montant": avis.amount_advised,
        "texte": avis.words,
        "le": avis.on,
    }


@app.command("lister")
def lister(
    annee: Annee,
    action: Annotated[str, typer.Option(metavar="ACTION", help="Ceux de cette action seulement.")] = "",
    service: Annotated[str, typer.Option(metavar="SERVICE", help="Ceux de ce service seulement.")] = "",
) -> None:
    """Liste les avis en vigueur sur les actions d'une année.

    Exemple : cofiville avis lister 2016 --service ETAT
    """
    from ledger.programming.avis import avis_of_year, find_service
    from ledger.programming.lookups import find_action

    with reading() as session:
        number = find_action(session, action).number if action else ""
        code = find_service(session, service).code if service else ""
        rows = [
            _row(each)
            for each in avis_of_year(session, annee)
            if number in ("", each.action) and code in ("", each.service)
        ]
    columns = ("Action", "Service", "Avis", "Ligne", "Conseillé", "Observations", "Le")
    show(rows, lambda: table(f"Avis {annee}", columns, [tuple(row.values()) for row in rows]))


@app.command("attendus")
def attendus(annee: Annee) -> None:
    """Liste les avis qui manquent : les financeurs sollicités qui n'ont rien dit d'une action.

    Exemple : cofiville avis attendus 2016
    """
    from ledger.programming.avis import awaited

    with reading() as session:
        rows = [
            {"action": action.number, "intitule": action.title, "service": financeur, "demande": amount}
            for action, financeur, amount in awaited(session, annee)
        ]
    columns = ("Action", "Intitulé", "Financeur", "Demandé")
    show(rows, lambda: table(f"Avis attendus {annee}", columns, [tuple(row.values()) for row in rows]))


@app.command("service")
def service(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Le code du service : lettres, chiffres et tirets.")],
    nom: Annotated[str, typer.Argument(metavar="NOM", help="Son nom complet.")],
    financeur: Annotated[str, typer.Option(metavar="CODE", help="Le financeur pour qui il parle.")] = "",
) -> None:
    """Crée ou renomme un service qui donne des avis ; un financeur en donne sous son propre code.

    Exemple : cofiville avis service DDCS "Direction départementale de la cohésion sociale" --financeur ETAT
    """
    from ledger.programming.avis import record_service

    with writing() as session:
        found = record_service(session, code, nom, financeur)
        row = {"service": found.code, "nom": found.name, "financeur": found.financeur}
    show(row, lambda: say(f"Service {row['service']} : {row['nom']}."))


@app.command("services")
def services() -> None:
    """Liste les services qui donnent des avis.

    Exemple : cofiville avis services
    """
    from ledger.programming.avis import services as known

    with reading() as session:
        rows = [{"service": each.code, "nom": each.name, "financeur": each.financeur} for each in known(session)]
    show(rows, lambda: table("Services", ("Service", "Nom", "Financeur"), [tuple(row.values()) for row in rows]))
