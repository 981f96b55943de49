"""`cofiville chercher`: finds by words or an amount, and says by which command each thing found is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.access import reading
from ledger.commands.declaring.group import single
from ledger.commands.declaring.options import argument, option
from ledger.commands.declaring.usage import WrongUsage
from ledger.commands.outcome import Outcome, Sentence, several
from ledger.core.field import Field, code, words
from ledger.core.identifiers import plain_words
from ledger.core.words import typed_word
from ledger.journal.fields import AMOUNT, YEAR
from ledger.reports.listing import Listing

if TYPE_CHECKING:
    from ledger.reports.search.find import FoundThing

_WORDS = Field(
    "mots",
    "mots",
    help='Des mots, un numéro, une pièce, un montant ("3 500") : tous doivent s\'y trouver.',
    placeholder="MOTS",
)
_GENRE = Field("genre", "genre", help="Ce genre seul, en entier : action, convention, mandat…", placeholder="GENRE")
_FOUND = tuple(
    each.but(since="0.2", help="")
    for each in (
        _GENRE,
        code("code", "code"),
        YEAR.but(optional=True, offers=""),
        words("libelle", "libellé"),
        AMOUNT.but(optional=True),
        words("nature_montant", "ce qu'est le montant"),
        words("commande", "pour le voir"),
        Field("trouve_dans", "trouvé dans", many=True),
    )
)
_FEW = 5

app = single()


@app.command("chercher", answer=several(*_FOUND))
def chercher(
    mots: Annotated[list[str], argument(_WORDS)],
    genre: Annotated[str, option(_GENRE)] = "",
) -> Outcome:
    """Cherche des mots ou un montant dans les actions, porteurs, conventions, mandats, titres, pièces et écritures.

    Accents et majuscules n'importent pas. Chaque trouvaille dit où les mots s'y trouvent, entre crochets, et la
    commande qui la montre.

    Exemple : cofiville chercher réussite Denain
    """
    from ledger.reports.search.find import MOST_FOUND, find_things
    from ledger.reports.search.tables import SEARCHED_GENRES
    from ledger.reports.search.terms import search_terms

    genres = [each for each in SEARCHED_GENRES if plain_words(each) == plain_words(genre)]
    if genre and not genres:
        raise WrongUsage(f"« {genre} » n'est pas un genre.", f"Choisissez : {', '.join(SEARCHED_GENRES)}.")
    with reading() as session:
        terms = search_terms(mots)
        found = find_things(session, terms, genres)
    rows = tuple(dict(zip((each.name for each in _FOUND), row, strict=True)) for row in found)
    asked = " ".join(mots)
    counts = Counter(each.genre for each in found)
    many = [each for each, count in counts.items() if count >= MOST_FOUND]
    cut = (f"Il y en a plus de {MOST_FOUND} ({', '.join(many)}) : les dernières seules sont données ; ajoutez un mot.",)
    return Outcome(Listing("", _FOUND, rows), tuple(_said(found, asked, whole=bool(genre))), cut if many else ())


def _said(found: list[FoundThing], asked: str, *, whole: bool) -> Iterator[str | Sentence]:
    if not found:
        yield f"Rien ne répond à « {asked} » dans ce contrat."
        yield "Essayez moins de mots, ou le début d'un mot ; un montant se tape comme 3 500 ou 3 500,25."
        return
    yield f"{len(found)} réponse{'s' if len(found) > 1 else ''} à « {asked} »"
    for genre, things in groupby(found, key=lambda each: each.genre):
        of_genre = list(things)
        yield f"\n{genre.capitalize()}{f's : {len(of_genre)}' if len(of_genre) > 1 else ''}"
        shown = of_genre if whole else of_genre[:_FEW]
        for each in shown:
            yield Sentence("  ", _sentence(each))
            yield f"    {each.command}"
        if left := len(of_genre) - len(shown):
            more = f"cofiville chercher {' '.join(map(typed_word, asked.split()))} --genre {plain_words(genre)}"
            yield f"  … et {left} autre{'s' if left > 1 else ''} : {more}"


def _sentence(found: FoundThing) -> str:
    year = f" ({found.year})" if found.year and str(found.year) not in found.code else ""
    amount = f" — {found.amount.french()}{f' {found.what}' if found.what else ''}" if found.amount else ""
    said = ", ".join(each for each in found.found_in if not (found.amount and each == found.what))
    where = f" [{said}]" if said else ""
    return f"{found.code}{year} : {found.title}{amount}{where}"
