"""Finding what has a history by the code typed, whatever its genre."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import NamedTuple

from sqlalchemy.orm import Session

from ledger.core.errors import LedgerError, NotFound
from ledger.core.identifiers import code_from_name
from ledger.core.words import enumeration, typed_word
from ledger.referential.porteurs import codes_of_porteur
from ledger.reports.history.declared import GENRES, Genre
from ledger.storage.driver import run_statement
from ledger.storage.session import context


class SeveralObjects(LedgerError):
    """The code is that of things of several genres."""

    code = "objet_ambigu"


class FoundObject(NamedTuple):
    """What has a history: its genre, and its code as it is kept."""

    genre: Genre
    code: str


def find_object(session: Session, typed: str, genre: str = "") -> FoundObject:
    """The one object of this code, whatever its capitals and accents. genre: among those of this genre alone.

    raises: NotFound; SeveralObjects.
    """
    found = list(_of_code(session, typed, [GENRES[genre]] if genre else list(GENRES.values())))
    if not found:
        raise _unknown(session, typed, genre)
    if len(found) > 1:
        ways = [f"cofiville historique {typed_word(each.code)} --genre {each.genre.title}" for each in found]
        raise SeveralObjects(
            f"« {typed.strip()} » désigne {enumeration([each.genre.words for each in found])} : c'est ambigu.",
            f"Dites lequel : {' ou '.join(ways)}.",
        )
    return found[0]


def codes_in_history(session: Session, found: FoundObject) -> list[str]:
    """The codes its history is told under: those a porteur had, or that were merged into it, then its own."""
    if found.genre.title != "porteur":
        return [found.code]
    own, *former = codes_of_porteur(session, found.code)
    return [*former, own]


def _of_code(session: Session, typed: str, genres: list[Genre]) -> Iterator[FoundObject]:
    """What has this code in each genre: as typed where one is, else alike."""
    alike = typed.strip().lower(), code_from_name(typed).lower()
    for genre in genres:
        codes = _codes(session, genre, f" AND lower({_text_of(genre)}) IN (?, ?)", alike)
        exact = [code for code in codes if code == typed.strip()]
        yield from (FoundObject(genre, code) for code in exact or codes)


def _codes(session: Session, genre: Genre, more: str = "", values: tuple[str, ...] = ()) -> list[str]:
    """The codes of this genre in the session's contract."""
    own = "1 = 1" if genre.shared else "contract = ?" if genre.title != "contrat" else "code = ?"
    asked = f"SELECT DISTINCT {_text_of(genre)} FROM {genre.table} WHERE {own}{more}"  # noqa: S608 - our own tables
    contract = () if genre.shared else (context(session).contract,)
    return [code for (code,) in run_statement(session, asked, (*contract, *values))]


def _text_of(genre: Genre) -> str:
    return f"CAST({genre.column} AS TEXT)" if genre.numbered else genre.column


def _unknown(session: Session, typed: str, genre: str) -> NotFound:
    genres = [GENRES[genre]] if genre else list(GENRES.values())
    known = {code: each for each in genres for code in _codes(session, each)}
    near = get_close_matches(typed.strip().upper(), known, n=3)
    what = f"Aucun objet du genre {genre} n'a" if genre else "Rien n'a"
    where = GENRES[genre or "action"].listed.replace("ANNEE", "2016")
    remedy = f"Le plus proche : {enumeration(near)}." if near else f"Cherchez son code : cofiville {where}."
    return NotFound(f"{what} le code « {typed.strip()} » dans ce contrat.", remedy)
