"""`cofiville rapport semaine`: the week in a workbook, decided in it, and read back as acts."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from ledger.commands.declaring.access import reading_as_of, writing
from ledger.commands.declaring.options import ConnuAu, Le, argument, day
from ledger.commands.declaring.parameters import Option
from ledger.commands.declaring.usage import WrongUsage
from ledger.commands.exchange.imports import problem_row
from ledger.commands.outcome import Outcome, one, several
from ledger.commands.reports.rapport_dossier import app as app
from ledger.commands.reports.reporting import WRITTEN
from ledger.core.errors import LedgerError, Level, Problem
from ledger.core.field import Field, Kind, count, words
from ledger.core.period import french_day
from ledger.exchange.fields import FILE, MESSAGE, PROBLEMS, WRITTEN_DOWN
from ledger.reports.fields import AGENDA, COMMAND, TASK_SUBJECT
from ledger.reports.listing import Listing
from ledger.reports.vocabulary import TaskNature

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy.orm import Session

    from ledger.exchange.reading.rows import Row
    from ledger.reports.agenda import Task

_FAR = 366
_ACT = (TASK_SUBJECT, COMMAND.but(shown=True))
_TO_MEND = (words("ou", "où"), MESSAGE)


_WEEK = one(*WRITTEN.fields, count("en_retard", "en retard"))
_READ_BACK = one(Field("actes", "actes", Kind.RECORD, fields=_ACT, many=True), PROBLEMS, WRITTEN_DOWN)


@app.command("semaine", answer=several(*AGENDA) | _WEEK | _READ_BACK)
def rapport_semaine(
    classeur: Annotated[
        Path | None,
        argument(
            FILE.but(placeholder="CLASSEUR", help="Le classeur à écrire, ou à relire."),
            show_default="l'écran",
            written=True,
        ),
    ] = None,
    jours: Annotated[int, Option("--jours", min=1, max=366, help="Jusqu'à quand regarder.")] = 7,
    relire: Annotated[
        bool, Option("--relire", help="Enregistre les actes décidés dans le classeur, tous ou aucun.")
    ] = False,
    simuler: Annotated[
        bool, Option("--simuler", help="Avec --relire : dit ce qui serait enregistré, sans rien écrire.")
    ] = False,
    le: Le = None,
    connu_au: ConnuAu = None,
) -> Outcome:
    """Montre la semaine : ce qui est dû, en retard, qui on attend ; en classeur, on y décide et on le relit.

    Dans le classeur, écrivez « oui » dans la colonne Faire, le jour, et la référence ou la pièce ; la commande de
    chaque ligne se complète d'elle-même. Puis relisez-le : tout est enregistré, ou rien.

    Exemple : cofiville rapport semaine ma_semaine.xlsx
    """
    today = day(le)
    if relire:
        if connu_au is not None:
            raise WrongUsage("Ce qui est décidé s'enregistre aujourd'hui.", "Retirez --connu-au.")
        if classeur is None:
            raise WrongUsage("Il manque le classeur à relire.", "Écrivez : cofiville rapport semaine CLASSEUR --relire")
        return _read_back(classeur, simuler, today)
    from ledger.reports.agenda import agenda, agenda_report

    with reading_as_of(le, connu_au) as session:
        tasks = agenda(session, today, jours)
    report = agenda_report(tasks, f"Ma semaine, du {french_day(today)} et des {jours} jours qui suivent")
    if classeur is None:
        return Outcome(report)
    from ledger.exchange.export.report import week_table
    from ledger.exchange.writing.writer import write_workbook

    write_workbook(classeur, [week_table(tasks, report.title)])
    row = {"fichier": str(classeur), "lignes": len(tasks), "en_retard": sum(task.late for task in tasks)}
    return Outcome(row, (f"{classeur} écrit : {len(tasks)} choses à faire, {row['en_retard']} en retard.",))


class NoLongerDue(LedgerError):
    """What was decided is not to be done any more."""

    code = "plus_a_faire"


class _NothingWritten(Exception):
    """Leaves the session as it was."""


def _read_back(path: Path, simulate: bool, today: date) -> Outcome:
    from ledger.exchange.sheets.week import WEEK
    from ledger.exchange.workbook import read_workbook

    content = read_workbook(path, [WEEK])
    decided = [row for row in content.rows.get(WEEK.name, []) if row.values.get("decided") is True]
    problems = [each for each in content.problems if each.level is Level.ERROR]
    done: list[dict[str, Any]] = []
    if not problems:
        _play_all(decided, simulate, today, done, problems)
    written = not problems and not simulate and bool(done)
    data = {"actes": done, "problemes": [problem_row(each) for each in problems], "ecrit": written}
    return Outcome(data, _said(done, problems, written), failed=bool(problems))


def _play_all(
    decided: list[Row],
    simulate: bool,
    today: date,
    done: list[dict[str, Any]],
    problems: list[Problem],
) -> None:
    """Record every decision, each tried; left unwritten when one has a problem, or when it is only simulated."""
    from ledger.reports.agenda import agenda

    try:
        with writing() as session:
            due = {(task.subject, TaskNature(task.nature).label): task for task in agenda(session, today, _FAR)}
            for row in decided:
                _play_one(session, row, due, done, problems)
            if problems or simulate:
                raise _NothingWritten
    except _NothingWritten:
        pass


def _play_one(
    session: Session,
    row: Row,
    due: Mapping[tuple[str, str], Task],
    done: list[dict[str, Any]],
    problems: list[Problem],
) -> None:
    """Record one decision in the session; what refuses it is a problem of its row, and the others are still tried."""
    from ledger.commands.declaring.playing import play
    from ledger.exchange.sheets.week import WEEK, completed_command

    subject, nature = str(row.values["subject"]), str(row.values["nature"])
    try:
        task = due.get((subject, nature))
        if task is None:
            raise NoLongerDue(f"« {nature} » n'est plus à faire pour {subject}.", "Effacez « oui » sur cette ligne.")
        words = completed_command(task.command, task.amount, row.values)
        with session.begin_nested():
            play(session, words[1:])
        done.append({"objet": subject, "commande": shlex.join(words)})
    except LedgerError as refusal:
        message = f"{refusal.problem} {refusal.remedy}"
        problems.append(Problem(WEEK.name, row.cell("decided"), Level.ERROR, refusal.code, subject, "", message))


def _said(done: list[dict[str, Any]], problems: list[Problem], written: bool) -> tuple[str | Listing, ...]:
    if problems:
        rows = tuple({"ou": f"{each.sheet}, {each.cell}", "message": each.message} for each in problems)
        return Listing("À corriger", _TO_MEND, rows), "Rien n'a été écrit."
    acts = Listing("Actes" if written else "Actes qui seraient enregistrés", _ACT, tuple(done))
    said = f"{len(done)} acte(s) enregistré(s)." if written else "Rien n'a été écrit."
    return (acts, said) if done else (said,)
