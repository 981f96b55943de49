"""`cofiville avis`: what services think of actions, the letters that tell porteurs, and their answers."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from ledger.commands.declaring.access import reading, reading_as_of, writing
from ledger.commands.declaring.choices import contract_code
from ledger.commands.declaring.documents_kept import usual_templates
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import Annee, AuJour, ConnuAu, Le, NumeroAction, argument, day, option
from ledger.commands.declaring.parameters import Argument, Option
from ledger.commands.declaring.usage import needed
from ledger.commands.outcome import Outcome, one, several
from ledger.core.field import Field, Kind
from ledger.core.money import Money
from ledger.journal.fields import ACTION, AMOUNT, EFFECTIVE_ON, LINE
from ledger.programming.fields import PORTEUR, SERVICE, TITLE
from ledger.programming.vocabulary import AvisVerdict
from ledger.reports.figures.plan import ASKED

if TYPE_CHECKING:
    from ledger.programming.opinions.model import Avis


_SENT_ON = Field("envoye_le", "envoyé le", Kind.DAY)
_AWAITED_ON = Field(
    "attendu_le",
    "attendu le",
    Kind.DAY,
    help="Le jour jusqu'auquel la réponse est attendue.",
    placeholder="JOUR",
    optional=True,
)
_ANSWERED_ON = Field("repondu_le", "répondu le", Kind.DAY, optional=True)
_FOLLOWED = (
    ACTION,
    PORTEUR,
    _SENT_ON,
    _AWAITED_ON,
    _ANSWERED_ON,
    Field("retard", "jours de retard", Kind.INTEGER),
    Field("reponse", "réponse"),
)

app = group("Avis : ce que pensent les services et les financeurs, dit aux porteurs, et leurs réponses.")


@app.command(
    "lettres", act=True, answer=one(Field("fichiers", "fichiers", many=True), ACTION.but(name="actions", many=True))
)
def avis_lettres(
    annee: Annee,
    dossier: Annotated[Path, Argument(metavar="DOSSIER", parser=Path, help="Le dossier où les écrire.", written=True)],
    reponse_avant: Annotated[date, option(_AWAITED_ON, "--reponse-avant")],
    modeles: Annotated[
        Path | None,
        Option("--modeles", metavar="DOSSIER", envvar="COFIVILLE_MODELES", help="Le dossier de vos modèles."),
    ] = None,
    le: Le = None,
) -> Outcome:
    """Écrit une lettre par porteur dont des actions ont reçu des avis qu'il ne connaît pas, et en garde la date.

    Toutes, ou aucune si l'une est refusée.

    Exemple : cofiville avis lettres 2016 courriers --reponse-avant 2016-02-20 --le 2016-02-05
    """
    from ledger.programming.opinions.letters import send_letters, to_send
    from ledger.reports.documents.editing import fill_documents, write_files
    from ledger.reports.documents.kept import keep_document
    from ledger.reports.documents.letters import AVIS, letter_key
    from ledger.reports.documents.template import read_template

    with writing() as session:
        actions = to_send(session, annee)
        send_letters(session, actions, on=day(le), due_on=reponse_avant)
        keys = [letter_key(code, annee) for code in sorted({action.porteur for action in actions})]
        template = read_template(AVIS.name, modeles or usual_templates(), contract_code())
        files = fill_documents(session, AVIS, keys, template=template, on=day(le))
        for key in keys:
            keep_document(session, AVIS, key, template=template, on=day(le))
        written = write_files(dossier, files) if files else []
        row = {"fichiers": [str(path) for path in written], "actions": [action.number for action in actions]}
    said = f"{len(written)} lettre(s) dans {dossier}, pour {len(actions)} action(s)."
    return Outcome(row, (said if written else "Aucun nouvel avis à envoyer.",))


@app.command("repondre", act=True, answer=one(ACTION, _SENT_ON, _ANSWERED_ON))
def avis_repondre(
    action: NumeroAction,
    texte: Annotated[str, Option(metavar="TEXTE", help="Ce que répond le porteur, en quelques mots.")] = "",
    le: Le = None,
) -> Outcome:
    """Enregistre la réponse d'un porteur aux avis qu'on lui a envoyés sur une action.

    Exemple : cofiville avis repondre 2016-014 --texte "Budget ajusté reçu" --le 2016-02-18
    """
    from ledger.programming.opinions.letters import answer_letter
    from ledger.programming.queries import find_action

    with writing() as session:
        letter = answer_letter(session, find_action(session, action), texte, on=day(le))
        row = {"action": letter.action, "envoye_le": letter.sent_on, "repondu_le": letter.answered_on}
    return Outcome(row, (f"Réponse enregistrée sur l'action {row['action']}.",))


@app.command("suivi", answer=several(*_FOLLOWED))
def avis_suivi(annee: Annee, le: AuJour = None, connu_au: ConnuAu = None) -> Outcome:
    """Montre les lettres envoyées, les réponses reçues et les retards ; les plus en retard d'abord.

    Exemple : cofiville avis suivi 2016 --le 2016-02-25
    """
    from ledger.programming.opinions.letters import follow_up
    from ledger.reports.listing import Listing

    with reading_as_of(le, connu_au) as session:
        rows = tuple(
            {
                "action": each.action.number,
                "porteur": each.action.porteur,
                "envoye_le": each.letter.sent_on,
                "attendu_le": each.letter.due_on,
                "repondu_le": each.letter.answered_on,
                "retard": each.days_late,
                "reponse": each.letter.answer,
            }
            for each in follow_up(session, annee, today=day(le))
        )
    return Outcome(Listing(f"Réponses aux avis {annee}", _FOLLOWED, rows))


_VERDICT = Field("avis", "avis", help="favorable, reserves, defavorable ou complement.", placeholder="AVIS")
_ADVISED = AMOUNT.but(title="conseillé", help="Le montant que le service conseille.", signed=True, optional=True)
_WORDS = Field("texte", "observations", help="Ce que dit le service.", placeholder="TEXTE")
_AVIS = (ACTION, SERVICE, _VERDICT, LINE.but(optional=True), _ADVISED, _WORDS, EFFECTIVE_ON.but(title="le"))
_AWAITED = (ACTION, TITLE, SERVICE.but(title="financeur"), ASKED.field(summed=False))
_FINANCEUR = Field(
    "financeur",
    "financeur",
    Kind.CODE,
    help="Le financeur pour qui il parle.",
    placeholder="CODE",
    offers="financeurs",
    optional=True,
)
_NAME = Field("nom", "nom", help="Son nom complet.", placeholder="NOM")
_SERVICE = (SERVICE, _NAME, _FINANCEUR)


@app.command("saisir", act=True, answer=one(*_AVIS))
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


@app.command("service", act=True, answer=one(*_SERVICE))
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
