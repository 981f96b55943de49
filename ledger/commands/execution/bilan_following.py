"""`cofiville bilan`: the queue of bilans, more time, reminders, those the EPCI owes, examinations."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.conventions.document import Modeles, Remplacer
from ledger.commands.shell.access import reading, reading_as_of, writing
from ledger.commands.shell.completion import CONVENTIONS
from ledger.commands.shell.options import AnneeOuTout, ConnuAu, Le, Piece, day
from ledger.commands.shell.screen import say, show, table
from ledger.core.period import parse_day
from ledger.execution.vocabulary import BilanState

if TYPE_CHECKING:
    from ledger.execution.bilan_queue import Expected

Numero = Annotated[
    str, typer.Argument(metavar="CONVENTION", autocompletion=CONVENTIONS, help="Le numéro de la convention.")
]


def _row(expected: Expected, on: date) -> dict[str, Any]:

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
        "jours_de_retard": expected.days_late(on),
        "relances": [{"niveau": each.level, "le": each.sent_on} for each in expected.reminders],
    }


def echeancier(
    annee: AnneeOuTout = None,
    tous: Annotated[bool, typer.Option("--tous", help="Montre aussi les bilans rendus.")] = False,
    le: Le = None,
    connu_au: ConnuAu = None,
) -> None:
    """Montre les bilans attendus, par échéance : à venir, dus, prorogés, en retard ; ceux que doit la CAPH aussi.

    Exemple : cofiville bilan echeancier 2016 --le 2017-07-31
    """
    from ledger.execution.bilan_queue import bilan_queue

    with reading_as_of(le, connu_au) as session:
        queue = bilan_queue(session, day(le), year=annee)
        rows = [_row(each, day(le)) for each in queue if tous or each.given_on is None]
    columns = ("Convention", "Action", "Doit", "À", "Dû le", "Prorogé au", "État", "Retard (j)", "Dernière relance")
    shown = [
        (
            *(row[name] for name in ("convention", "action", "doit", "a", "du_le", "proroge_au", "etat")),
            row["jours_de_retard"] or None,
            row["relances"][-1]["niveau"] if row["relances"] else "",
        )
        for row in rows
    ]
    show(rows, lambda: table("Bilans attendus", columns, shown))


def proroger(
    convention: Numero,
    jusqu_au: Annotated[
        date, typer.Option("--jusqu-au", metavar="JOUR", parser=parse_day, help="Le nouveau dernier jour.")
    ],
    motif: Annotated[str, typer.Option("--motif", metavar="TEXTE", help="Pourquoi ce délai est accordé.")],
    le: Le = None,
) -> None:
    """Accorde un délai pour remettre le bilan d'une convention.

    Exemple : cofiville bilan proroger C2016-001 --jusqu-au 2017-09-30 --motif "Comptes certifiés en septembre"
    """
    from ledger.conventions.lookups import find_convention
    from ledger.execution.bilan_following import extend

    with writing() as session:
        found = extend(session, find_convention(session, convention), jusqu_au, motive=motif, on=day(le))
        rows = [_row(each, day(le)) for each in found]
    show(rows, lambda: say(f"{len(rows)} bilan(s) attendu(s) le {jusqu_au:%d/%m/%Y}."))


def relancer(
    annee: AnneeOuTout = None,
    dossier: Annotated[
        Path, typer.Option("--dossier", metavar="DOSSIER", parser=Path, help="Le dossier où écrire les courriers.")
    ] = Path("documents"),
    modeles: Modeles = None,
    remplacer: Remplacer = False,
    le: Le = None,
) -> None:
    """Écrit les courriers des bilans en retard (relance 1, relance 2, mise en demeure) et retient leur envoi.

    Exemple : cofiville bilan relancer 2016 --dossier courriers --le 2017-07-20
    """
    from ledger.execution.bilan_following import remind, to_remind
    from ledger.reports.documents.editing import fill_documents, write_files
    from ledger.reports.documents.kept import keep
    from ledger.reports.documents.kinds import find_kind

    with writing() as session:
        due = to_remind(session, day(le), year=annee)
        files: dict[str, bytes] = {}
        for level in sorted({level for _, level in due}):
            keys = sorted({each.convention.number for each, of in due if of == level})
            files |= fill_documents(session, find_kind(level), keys, own=modeles, on=day(le))
            for key in keys:
                keep(session, find_kind(level), key, on=day(le))
        rows = [
            {"convention": each.convention.number, "action": each.action, "porteur": each.owed_by, "niveau": level}
            for each, level in due
        ]
        remind(session, due, on=day(le))
        written = write_files(dossier, files, replace=remplacer) if files else []
    data = {"relances": rows, "fichiers": [str(path) for path in written]}
    show(data, lambda: say(f"{len(rows)} bilan(s) relancé(s), {len(written)} courrier(s) dans {dossier}."))


def rendre(convention: Numero, piece: Piece, le: Le = None) -> None:
    """Retient que la CAPH a rendu au financeur un bilan qu'elle lui devait (DRE, postes MOUS).

    Exemple : cofiville bilan rendre ETAT-DRE-2016 --piece "Bilan DRE 2016 du 28/06/2017" --le 2017-06-28
    """
    from ledger.conventions.lookups import find_convention
    from ledger.execution.bilan_following import send_own

    with writing() as session:
        sent = send_own(session, find_convention(session, convention), piece=piece, on=day(le))
        row = {"convention": sent.convention, "le": sent.sent_on, "piece": sent.piece}
    show(row, lambda: say(f"Bilan de {row['convention']} rendu : {row['piece']}."))


def examens() -> None:
    """Liste les bilans en excédent dont l'examen n'est pas terminé.

    Exemple : cofiville bilan examens
    """
    from ledger.execution.bilan_following import to_examine

    with reading() as session:
        rows = [
            {"convention": each.convention, "action": each.action, "le": each.settled_on, "excedent": each.surplus}
            for each in to_examine(session)
        ]
    columns = ("Convention", "Action", "Arrêté le", "Excédent")
    show(rows, lambda: table("Bilans en excédent à examiner", columns, [tuple(row.values()) for row in rows]))


def examiner(
    convention: Numero,
    conclusion: Annotated[str, typer.Option("--conclusion", metavar="TEXTE", help="Ce que l'examen a conclu.")],
    action: Annotated[
        str | None, typer.Option(metavar="ACTION", help="L'action, si la convention en porte plusieurs.")
    ] = None,
    le: Le = None,
) -> None:
    """Termine l'examen d'un bilan en excédent ; sa conclusion reste avec lui.

    Exemple : cofiville bilan examiner C2016-001 --conclusion "Excédent réaffecté à l'action 2017" --le 2017-10-02
    """
    from ledger.conventions.lookups import find_convention
    from ledger.execution.bilan_following import NotExpected, end_examination
    from ledger.execution.bilan_input import one_action
    from ledger.execution.lookups import bilans

    with writing() as session:
        found = find_convention(session, convention)
        bilan = bilans(session, found.number).get(one_action(found, action))
        if bilan is None:
            raise NotExpected(f"Le bilan de {found.number} n'est pas arrêté.", "La liste : cofiville bilan examens.")
        end_examination(session, bilan, conclusion=conclusion, on=day(le))
        row = {"convention": bilan.convention, "action": bilan.action, "conclusion": bilan.examination}
    show(row, lambda: say(f"Examen terminé : {row['conclusion']}."))
