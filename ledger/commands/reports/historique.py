"""`cofiville historique`: who changed what of an object, when, from what to what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Annotated, NamedTuple

from ledger.commands.declaring.access import reading
from ledger.commands.declaring.group import single
from ledger.commands.declaring.options import argument, option
from ledger.commands.declaring.usage import WrongUsage
from ledger.commands.outcome import Outcome, Row, Sentence, several
from ledger.core.field import Choice, Field, Kind, code, count, words
from ledger.core.period import french_day
from ledger.core.words import enumeration
from ledger.journal.fields import AGENT, EFFECTIVE_ON, ENTRY, MOTIVE, YEAR

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.reports.history.acts import ActInHistory, RowInHistory

_OBJECT = Field(
    "objet",
    "objet",
    Kind.CODE,
    help="Le code d'une action, d'une convention, d'un porteur, d'une règle, d'une ligne… ; un exercice.",
    placeholder="OBJET",
)
_YEAR = YEAR.but(help="Avec le code d'une ligne : son enveloppe de cet exercice.", offers="")
_GENRE = Field("genre", "genre", help="Le genre d'objet, quand plusieurs ont ce code.", placeholder="GENRE")
_SINCE = Field("du", "du", Kind.DAY, help="Ce qui a été saisi depuis ce jour.", placeholder="JOUR")
_UNTIL = _SINCE.but(name="au", title="au", help="Ce qui a été saisi jusqu'à ce jour.")
_CHANGES = (
    EFFECTIVE_ON,
    Field("saisie", "saisie", Kind.INSTANT),
    AGENT,
    words("commande", "commande"),
    words("champ", "champ"),
    words("avant", "avant").but(optional=True),
    words("apres", "après").but(optional=True),
    ENTRY.but(optional=True),
    words("fait", "fait").but(
        choices=tuple(Choice(each, each) for each in ("ajout", "modification", "retrait", "état repris"))
    ),
    _GENRE.but(help=""),
    code("objet", "objet"),
    words("ligne", "ligne").but(help="Ce qui est touché de l'objet ; vide pour lui-même."),
    MOTIVE,
    count("acte", "acte").but(optional=True),
)

app = single()


class _Told(NamedTuple):
    """An object told: its genre as scripts read it and as a sentence says it, its code, what acts did to it.

    broken_at: the first entry of the book that its seal no longer says, of an enveloppe.
    """

    genre: str
    words: str
    code: str
    acts: list[ActInHistory]
    broken_at: int | None = None


@app.command("historique", answer=several(*_CHANGES))
def historique(
    objet: Annotated[str, argument(_OBJECT)],
    exercice: Annotated[int | None, argument(_YEAR)] = None,
    genre: Annotated[str, option(_GENRE)] = "",
    du: Annotated[date | None, option(_SINCE)] = None,
    au: Annotated[date | None, option(_UNTIL)] = None,
) -> Outcome:
    """Dit qui a changé quoi d'un objet, quand, de quoi à quoi, tel que le sceau le prouve ; le plus récent à la fin.

    Exemple : cofiville historique DRE-2016-A
    """
    with reading() as session:
        told = _objects(session, objet, genre) if exercice is None else [_enveloppe(session, objet, exercice, genre)]
    told = [each._replace(acts=[act for act in each.acts if _within(act, du, au)]) for each in told]
    rows = [
        row | {"genre": each.genre, "objet": each.code}
        for each in told
        for act in each.acts
        for done in act.rows
        for row in _rows(act, done)
    ]
    broken = tuple(each for one in told for each in _broken(one))
    shown = chain.from_iterable(_of_object(f"{each.words} {each.code}", each.acts) for each in told)
    return Outcome(rows, tuple(shown), broken, failed=bool(broken))


def _objects(session: Session, typed: str, genre: str) -> list[_Told]:
    from ledger.reports.history.acts import object_history
    from ledger.reports.history.declared import GENRES
    from ledger.reports.history.objects import codes_in_history, find_object

    if genre and genre not in GENRES:
        raise WrongUsage(f"« {genre} » n'est pas un genre d'objet.", f"Choisissez : {', '.join(GENRES)}.")
    found = find_object(session, typed, genre)
    return [
        _Told(found.genre.title, found.genre.words, code, object_history(session, found.genre, code))
        for code in codes_in_history(session, found)
    ]


def _enveloppe(session: Session, typed: str, year: int, genre: str) -> _Told:
    from ledger.referential.queries import find_line
    from ledger.reports.history.enveloppes import enveloppe_history

    if genre:
        raise WrongUsage(
            "Avec un exercice, c'est l'enveloppe d'une ligne qui est montrée.", "Retirez --genre, ou l'exercice."
        )
    line = find_line(session, typed).code
    found = enveloppe_history(session, line, year)
    return _Told("enveloppe", "enveloppe", f"{line} {year}", found.acts, found.broken_at)


def _broken(told: _Told) -> Iterator[str]:
    for act in told.acts:
        if not act.holds:
            yield f"L'acte {act.number} ({act.command}) ne correspond plus à son sceau : cofiville base controler."
    if told.broken_at is not None:
        yield f"À partir de l'écriture {told.broken_at}, le livre ne suit plus ses sceaux : cofiville base controler."


def _of_object(called: str, acts: list[ActInHistory]) -> Iterator[str | Sentence]:
    yield f"Historique : {called}"
    if not acts:
        yield f"Aucun acte n'a touché {called} dans ces jours."
    yield from _said(acts)


def _within(act: ActInHistory, since: date | None, until: date | None) -> bool:
    on = act.recorded_at.astimezone().date()
    return (since is None or on >= since) and (until is None or on <= until)


def _rows(act: ActInHistory, row: RowInHistory) -> Iterator[Row]:
    """What scripts read of a row: a record a field; one alone for a row that is nothing but its key."""
    from ledger.reports.history.values import scripts_read

    said = {
        "le": row.counts_from,
        "saisie": act.recorded_at,
        "agent": act.agent,
        "commande": act.command,
        "ecriture": row.entry,
        "fait": row.what,
        "ligne": row.row,
        "motif": act.motive,
        "acte": act.number,
    }
    for field in row.fields:
        yield said | {
            "champ": field.title,
            "avant": scripts_read(field.before),
            "apres": scripts_read(field.after),
        }
    if not row.fields:
        gone = row.what == "retrait"
        yield said | {"champ": "", "avant": row.row if gone else None, "apres": None if gone else row.row}


def _said(acts: list[ActInHistory]) -> Iterator[str | Sentence]:
    for act in acts:
        days = {row.counts_from for row in act.rows}
        at_once = len(days) == 1
        yield _heading(act, *days) if at_once else _heading(act)
        for row in act.rows:
            since = "" if at_once else f" (compte du {french_day(row.counts_from)})"
            yield Sentence(f"  {row.what:<13} ", _sentence(row) + since)


def _heading(act: ActInHistory, *days: date) -> str:
    at = act.recorded_at.astimezone()
    entries = list(dict.fromkeys(row.entry for row in act.rows if row.entry is not None))
    numbers = f", écriture {enumeration([str(each) for each in entries])}" if entries else ""
    since = "".join(f", compte du {french_day(each)}" for each in days if each != at.date())
    motive = f" — {act.motive}" if act.motive else ""
    return f"{at:%d/%m/%Y %H:%M}, {act.agent} : {act.command}{numbers}{since}{motive}"


def _sentence(row: RowInHistory) -> str:
    from ledger.reports.history.values import people_read

    told = [
        f"{each.title} {people_read(each.before)} → {people_read(each.after)}"
        if row.what == "modification"
        else f"{each.title} {people_read(each.after if each.before is None else each.before)}"
        for each in row.fields
    ]
    return " : ".join(filter(None, (row.row, " ; ".join(told))))
