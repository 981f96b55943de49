"""`cofiville historique`: who changed what of an object, when, from what to what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.access import reading
from ledger.commands.declaring.group import single
from ledger.commands.declaring.options import argument, option
from ledger.commands.declaring.usage import WrongUsage
from ledger.commands.outcome import Outcome, Row, Sentence, several
from ledger.core.field import Choice, Field, Kind, code, count, words
from ledger.core.period import french_day
from ledger.core.words import enumeration
from ledger.journal.fields import AGENT, EFFECTIVE_ON, ENTRY, MOTIVE

if TYPE_CHECKING:
    from ledger.reports.history.acts import ActInHistory, RowInHistory

_OBJECT = Field(
    "objet",
    "objet",
    Kind.CODE,
    help="Le code d'une action, d'une convention, d'un porteur, d'une règle, d'un territoire, d'une ligne…",
    placeholder="OBJET",
)
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
    count("acte", "acte"),
)

app = single()


@app.command("historique", answer=several(*_CHANGES))
def historique(
    objet: Annotated[str, argument(_OBJECT)],
    genre: Annotated[str, option(_GENRE)] = "",
    du: Annotated[date | None, option(_SINCE)] = None,
    au: Annotated[date | None, option(_UNTIL)] = None,
) -> Outcome:
    """Dit qui a changé quoi d'un objet, quand, de quoi à quoi, tel que le sceau le prouve ; le plus récent à la fin.

    Exemple : cofiville historique DRE-2016-A
    """
    from ledger.reports.history.acts import object_history
    from ledger.reports.history.declared import GENRES
    from ledger.reports.history.objects import codes_in_history, find_object

    if genre and genre not in GENRES:
        raise WrongUsage(f"« {genre} » n'est pas un genre d'objet.", f"Choisissez : {', '.join(GENRES)}.")
    with reading() as session:
        found = find_object(session, objet, genre)
        told = {
            code: [each for each in object_history(session, found.genre, code) if _within(each, du, au)]
            for code in codes_in_history(session, found)
        }
    rows = [
        row | {"genre": found.genre.title, "objet": code}
        for code, acts in told.items()
        for act in acts
        for each in act.rows
        for row in _rows(act, each)
    ]
    broken = tuple(
        f"L'acte {act.number} ({act.command}) ne correspond plus à son sceau : cofiville base controler."
        for acts in told.values()
        for act in acts
        if not act.holds
    )
    shown = chain.from_iterable(_of_object(f"{found.genre.words} {code}", acts) for code, acts in told.items())
    return Outcome(rows, tuple(shown), broken, failed=bool(broken))


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
