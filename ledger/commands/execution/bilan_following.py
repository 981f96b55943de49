"""`cofiville bilan`: the queue of bilans, more time, reminders, those the EPCI owes, examinations."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from ledger.commands.conventions.document import Modeles
from ledger.commands.declaring.access import reading, reading_as_of, writing
from ledger.commands.declaring.choices import contract_code
from ledger.commands.declaring.documents_kept import usual_templates
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import AnneeOuTout, ConnuAu, Le, Piece, argument, day, option
from ledger.commands.declaring.parameters import Option
from ledger.commands.outcome import Outcome, one, picked, several
from ledger.core.field import Field, Kind
from ledger.execution.vocabulary import BilanState
from ledger.journal.fields import ACTION, CONVENTION, EFFECTIVE_ON, MOTIVE, PIECE

if TYPE_CHECKING:
    from ledger.execution.bilans.queue import ExpectedBilan

Numero = Annotated[str, argument(CONVENTION)]
OneAction = Annotated[str | None, option(ACTION.but(help="L'action, si la convention en porte plusieurs.", offers=""))]


_SENT = (Field("niveau", "niveau", Kind.CODE), EFFECTIVE_ON)
_EXPECTED = (
    CONVENTION,
    ACTION,
    Field("doit", "doit", Kind.CODE),
    Field("a", "à", Kind.CODE),
    Field("du_le", "dû le", Kind.DAY, optional=True),
    Field("proroge_au", "prorogé au", Kind.DAY, optional=True),
    Field("etat", "état"),
    Field("retard", "retard (j)", Kind.INTEGER, scripted=False),
    Field("derniere_relance", "dernière relance", scripted=False),
    Field("du_par_la_caph", "dû par l'EPCI", Kind.YES_NO, shown=False),
    Field("rendu_le", "rendu le", Kind.DAY, optional=True, shown=False),
    Field("jours_de_retard", "jours de retard", Kind.INTEGER, shown=False),
    Field("relances", "relances", Kind.RECORD, fields=_SENT, many=True, shown=False),
)
_REMINDED = (
    Field(
        "relances",
        "relances",
        Kind.RECORD,
        fields=(CONVENTION, ACTION, Field("porteur", "porteur", Kind.CODE), _SENT[0]),
        many=True,
    ),
    Field("fichiers", "fichiers", many=True),
)
_TO_EXAMINE = (CONVENTION, ACTION, EFFECTIVE_ON.but(title="arrêté le"), Field("excedent", "excédent", Kind.AMOUNT))
_CONCLUSION = Field("conclusion", "conclusion", help="Ce que l'examen a conclu.", placeholder="TEXTE")
_UNTIL = Field("jusqu_au", "jusqu'au", Kind.DAY, help="Le nouveau dernier jour.", placeholder="JOUR")

app = group("Bilans : le coût réel des actions, le montant définitif de chaque ligne, ce qui reste dû ou à recouvrer.")


def _row(expected: ExpectedBilan, on: date) -> dict[str, Any]:
    late = expected.days_late(on)
    return {
        "convention": expected.convention.number,
        "action": expected.action,
        "doit": expected.owed_by,
        "a": expected.owed_to,
        "du_par_la_caph": expected.by_epci,
        "du_le": expected.due_on,
        "proroge_au": expected.until,
        "rendu_le": expected.given_on,
        "etat": BilanState(expected.state(on)).label,
        "jours_de_retard": late,
        "retard": late or None,
        "derniere_relance": expected.reminders[-1].level if expected.reminders else "",
        "relances": [{"niveau": each.level, "le": each.sent_on} for each in expected.reminders],
    }


@app.command("echeancier", answer=several(*_EXPECTED))
def bilan_echeancier(
    annee: AnneeOuTout = None,
    tous: Annotated[bool, Option("--tous", help="Montre aussi les bilans rendus.")] = False,
    le: Le = None,
    connu_au: ConnuAu = None,
) -> Outcome:
    """Montre les bilans attendus, par échéance : à venir, dus, prorogés, en retard ; ceux que doit l'EPCI aussi.

    Exemple : cofiville bilan echeancier 2016 --le 2017-07-31
    """
    from ledger.execution.bilans.queue import bilan_queue
    from ledger.reports.listing import Listing

    with reading_as_of(le, connu_au) as session:
        queue = bilan_queue(session, day(le), year=annee)
        rows = [_row(each, day(le)) for each in queue if tous or each.given_on is None]
    return Outcome(Listing("Bilans attendus", _EXPECTED, tuple(rows)))


@app.command("proroger", act=True, answer=several(*_EXPECTED))
def bilan_proroger(
    convention: Numero,
    jusqu_au: Annotated[date, option(_UNTIL)],
    motif: Annotated[str, option(MOTIVE.but(help="Pourquoi ce délai est accordé."))],
    le: Le = None,
) -> Outcome:
    """Accorde un délai pour remettre le bilan d'une convention.

    Exemple : cofiville bilan proroger C2016-001 --jusqu-au 2017-09-30 --motif "Comptes certifiés en septembre"
    """
    from ledger.conventions.queries import find_convention
    from ledger.execution.bilans.follow_bilan import extend_bilan

    with writing() as session:
        found = extend_bilan(session, find_convention(session, convention), jusqu_au, motive=motif, on=day(le))
        rows = [picked(_row(each, day(le)), _EXPECTED) for each in found]
    return Outcome(rows, (f"{len(rows)} bilan(s) attendu(s) le {jusqu_au:%d/%m/%Y}.",))


@app.command("relancer", act=True, answer=one(*_REMINDED))
def bilan_relancer(
    annee: AnneeOuTout = None,
    dossier: Annotated[
        Path,
        Option("--dossier", metavar="DOSSIER", parser=Path, help="Le dossier où écrire les courriers.", written=True),
    ] = Path("documents"),
    modeles: Modeles = None,
    le: Le = None,
) -> Outcome:
    """Écrit les courriers des bilans en retard (relance 1, relance 2, mise en demeure) et retient leur envoi.

    Exemple : cofiville bilan relancer 2016 --dossier courriers --le 2017-07-20
    """
    from ledger.execution.bilans.follow_bilan import remind_bilan, to_remind
    from ledger.reports.documents.editing import fill_documents, write_files
    from ledger.reports.documents.kept import keep_document
    from ledger.reports.documents.kinds import find_kind
    from ledger.reports.documents.template import read_template

    with writing() as session:
        due = to_remind(session, day(le), year=annee)
        files: dict[str, bytes] = {}
        for level in sorted({level for _, level in due}):
            keys = sorted({each.convention.number for each, of in due if of == level})
            template = read_template(level, modeles or usual_templates(), contract_code())
            files |= fill_documents(session, find_kind(level), keys, template=template, on=day(le))
            for key in keys:
                keep_document(session, find_kind(level), key, template=template, on=day(le))
        rows = [
            {"convention": each.convention.number, "action": each.action, "porteur": each.owed_by, "niveau": level}
            for each, level in due
        ]
        remind_bilan(session, due, on=day(le))
        written = write_files(dossier, files) if files else []
    data = {"relances": rows, "fichiers": [str(path) for path in written]}
    return Outcome(data, (f"{len(rows)} bilan(s) relancé(s), {len(written)} courrier(s) dans {dossier}.",))


@app.command("rendre", act=True, answer=one(CONVENTION, EFFECTIVE_ON, PIECE))
def bilan_rendre(convention: Numero, piece: Piece, le: Le = None) -> Outcome:
    """Retient que l'EPCI a rendu au financeur un bilan qu'il lui devait (réussite éducative, postes).

    Exemple : cofiville bilan rendre ETAT-DRE-2016 --piece "Bilan DRE 2016 du 28/06/2017" --le 2017-06-28
    """
    from ledger.conventions.queries import find_convention
    from ledger.execution.bilans.follow_bilan import send_own

    with writing() as session:
        sent = send_own(session, find_convention(session, convention), piece=piece, on=day(le))
        row = {"convention": sent.convention, "le": sent.sent_on, "piece": sent.piece}
    return Outcome(row, (f"Bilan de {row['convention']} rendu : {row['piece']}.",))


@app.command("examens", answer=several(*_TO_EXAMINE))
def bilan_examens() -> Outcome:
    """Liste les bilans en excédent dont l'examen n'est pas terminé.

    Exemple : cofiville bilan examens
    """
    from ledger.execution.bilans.follow_bilan import to_examine
    from ledger.reports.listing import Listing

    with reading() as session:
        rows = tuple(
            {"convention": each.convention, "action": each.action, "le": each.settled_on, "excedent": each.surplus}
            for each in to_examine(session)
        )
    return Outcome(Listing("Bilans en excédent à examiner", _TO_EXAMINE, rows))


@app.command("examiner", act=True, answer=one(CONVENTION, ACTION, _CONCLUSION))
def bilan_examiner(
    convention: Numero,
    conclusion: Annotated[str, option(_CONCLUSION)],
    action: OneAction = None,
    le: Le = None,
) -> Outcome:
    """Termine l'examen d'un bilan en excédent ; sa conclusion reste avec lui.

    Exemple : cofiville bilan examiner C2016-001 --conclusion "Excédent réaffecté à l'action 2017" --le 2017-10-02
    """
    from ledger.conventions.queries import find_convention
    from ledger.execution.bilans.follow_bilan import NotExpected, end_examination
    from ledger.execution.bilans.read_bilan import one_action
    from ledger.execution.queries import bilans_of_conventions

    with writing() as session:
        found = find_convention(session, convention)
        bilan = bilans_of_conventions(session, found.number).get(one_action(found, action))
        if bilan is None:
            raise NotExpected(f"Le bilan de {found.number} n'est pas arrêté.", "La liste : cofiville bilan examens.")
        end_examination(session, bilan, conclusion=conclusion, on=day(le))
        row = {"convention": bilan.convention, "action": bilan.action, "conclusion": bilan.examination}
    return Outcome(row, (f"Examen terminé : {row['conclusion']}.",))
