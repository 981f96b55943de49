"""`cofiville avis`: what services think of actions, the letters that tell porteurs, and their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from ledger.commands.declaring.access import reading, writing
from ledger.commands.declaring.options import Annee, Le, NumeroAction, argument, day, option
from ledger.commands.declaring.usage import needed
from ledger.commands.outcome import Outcome, one, several
from ledger.commands.programming.avis_letters import app
from ledger.core.field import Field, Kind
from ledger.core.money import Money
from ledger.journal.fields import ACTION, AMOUNT, EFFECTIVE_ON, LINE
from ledger.programming.fields import SERVICE, TITLE
from ledger.programming.vocabulary import AvisVerdict
from ledger.reports.figures.plan import ASKED

if TYPE_CHECKING:
    from ledger.programming.opinions.model import Avis

_VERDICT = Field("avis", "avis", help="favorable, reserves, defavorable ou complement.", placeholder="AVIS")
_ADVISED = AMOUNT.but(title="conseillé", help="Le montant que le service conseille.", signed=True, optional=True)
_WORDS = Field("texte", "observations", help="Ce que dit le service.", placeholder="TEXTE")
_AVIS = (ACTION, SERVICE, _VERDICT, LINE.but(optional=True), _ADVISED, _WORDS, EFFECTIVE_ON.but(title="le"))
_AWAITED = (ACTION, TITLE, SERVICE.but(title="financeur"), ASKED.field(summed=False))
_FINANCEUR = Field(
    "financeur", "financeur", Kind.CODE, help="Le financeur pour qui il parle.", placeholder="CODE", optional=True
)
_NAME = Field("nom", "nom", help="Son nom complet.", placeholder="NOM")
_SERVICE = (SERVICE, _NAME, _FINANCEUR)


@app.command("saisir", answer=one(*_AVIS))
def avis_saisir(
    action: NumeroAction,
    service: Annotated[str | None, argument(SERVICE)] = None,
    avis: Annotated[str | None, option(_VERDICT)] = None,
    montant: Annotated[Money | None, option(_ADVISED)] = None,
    ligne: Annotated[str, option(LINE.but(help="La ligne du montant, si elle ne se devine pas.", offers=""))] = "",
    texte: Annotated[str | None, option(_WORDS)] = None,
    le: Le = None,
) -> Outcome:
    """Enregistre l'avis d'un service sur une action ; dans un terminal, demande ce qui manque.

    Un nouvel avis du même service remplace le précédent, qui reste dans l'historique.

    Exemple : cofiville avis saisir 2016-014 ETAT --avis favorable --montant 8000 --le 2016-02-12
    """
    from ledger.programming.opinions.record_avis import AvisForm, record_avis

    form = AvisForm(action, needed(service, "SERVICE"), needed(avis, "--avis"), montant, ligne, texte or "")
    with writing() as session:
        row = _row(record_avis(session, form, on=day(le)))
    return Outcome(row, (f"Avis {row['avis']} de {row['service']} enregistré sur l'action {row['action']}.",))


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


@app.command("lister", answer=several(*_AVIS))
def avis_lister(
    annee: Annee,
    action: Annotated[str, option(ACTION.but(help="Ceux de cette action seulement.", offers=""))] = "",
    service: Annotated[str, option(SERVICE.but(help="Ceux de ce service seulement."))] = "",
) -> Outcome:
    """Liste les avis en vigueur sur les actions d'une année.

    Exemple : cofiville avis lister 2016 --service ETAT
    """
    from ledger.programming.opinions.record_avis import avis_of_year, find_service
    from ledger.programming.queries import find_action
    from ledger.reports.listing import Listing

    with reading() as session:
        number = find_action(session, action).number if action else ""
        code = find_service(session, service).code if service else ""
        rows = tuple(
            _row(each)
            for each in avis_of_year(session, annee)
            if number in ("", each.action) and code in ("", each.service)
        )
    return Outcome(Listing(f"Avis {annee}", _AVIS, rows))


@app.command("attendus", answer=several(*_AWAITED))
def avis_attendus(annee: Annee) -> Outcome:
    """Liste les avis qui manquent : les financeurs sollicités qui n'ont rien dit d'une action.

    Exemple : cofiville avis attendus 2016
    """
    from ledger.programming.opinions.record_avis import financeurs_without_avis
    from ledger.reports.listing import Listing

    with reading() as session:
        rows = tuple(
            {"action": action.number, "intitule": action.title, "service": financeur, "demande": amount}
            for action, financeur, amount in financeurs_without_avis(session, annee)
        )
    return Outcome(Listing(f"Avis attendus {annee}", _AWAITED, rows))


@app.command("service", answer=one(*_SERVICE))
def avis_service(
    code: Annotated[
        str, argument(SERVICE.but(placeholder="CODE", help="Le code du service : lettres, chiffres et tirets."))
    ],
    nom: Annotated[str, argument(_NAME)],
    financeur: Annotated[str, option(_FINANCEUR)] = "",
) -> Outcome:
    """Crée ou renomme un service qui donne des avis ; un financeur en donne sous son propre code.

    Exemple : cofiville avis service DDCS "Direction départementale de la cohésion sociale" --financeur ETAT
    """
    from ledger.programming.opinions.record_avis import record_service

    with writing() as session:
        found = record_service(session, code, nom, financeur)
        row = {"service": found.code, "nom": found.name, "financeur": found.financeur}
    return Outcome(row, (f"Service {row['service']} : {row['nom']}.",))


@app.command("services", answer=several(*_SERVICE))
def avis_services() -> Outcome:
    """Liste les services qui donnent des avis.

    Exemple : cofiville avis services
    """
    from ledger.programming.opinions.record_avis import services_of_contract as known
    from ledger.reports.listing import Listing

    with reading() as session:
        rows = tuple({"service": each.code, "nom": each.name, "financeur": each.financeur} for each in known(session))
    return Outcome(Listing("Services", _SERVICE, rows))
