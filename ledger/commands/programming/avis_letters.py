"""`cofiville avis lettres`, `repondre`, `suivi`: telling porteurs what services think, awaiting their answers."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

from ledger.commands.declaring.access import reading_as_of, writing
from ledger.commands.declaring.documents_kept import usual_templates
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import Annee, AuJour, ConnuAu, Le, NumeroAction, day, option
from ledger.commands.declaring.parameters import Argument, Option
from ledger.commands.outcome import Outcome, one, several
from ledger.core.field import Field, Kind
from ledger.journal.fields import ACTION
from ledger.programming.fields import PORTEUR

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


@app.command("lettres", answer=one(Field("fichiers", "fichiers", many=True), ACTION.but(name="actions", many=True)))
def avis_lettres(
    annee: Annee,
    dossier: Annotated[Path, Argument(metavar="DOSSIER", parser=Path, help="Le dossier où les écrire.")],
    reponse_avant: Annotated[date, option(_AWAITED_ON, "--reponse-avant")],
    modeles: Annotated[
        Path | None,
        Option("--modeles", metavar="DOSSIER", envvar="COFIVILLE_MODELES", help="Le dossier de vos modèles."),
    ] = None,
    remplacer: Annotated[bool, Option("--remplacer", help="Remplace les fichiers du même nom.")] = False,
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
        template = read_template(AVIS.name, modeles or usual_templates())
        files = fill_documents(session, AVIS, keys, template=template, on=day(le))
        for key in keys:
            keep_document(session, AVIS, key, template=template, on=day(le))
        written = write_files(dossier, files, replace=remplacer) if files else []
        row = {"fichiers": [str(path) for path in written], "actions": [action.number for action in actions]}
    said = f"{len(written)} lettre(s) dans {dossier}, pour {len(actions)} action(s)."
    return Outcome(row, (said if written else "Aucun nouvel avis à envoyer.",))


@app.command("repondre", answer=one(ACTION, _SENT_ON, _ANSWERED_ON))
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
