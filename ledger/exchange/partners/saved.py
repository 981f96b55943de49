"""Layouts that a user matched with one of ours; and a file that its profile does not read, recognised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, Problem
from ledger.core.identifiers import code_from_name, plain_words
from ledger.exchange.declaration import Column, Sheet
from ledger.exchange.model import SavedProfile
from ledger.exchange.opening.grid import Grid
from ledger.exchange.opening.limits import parse_limits
from ledger.exchange.opening.open_file import open_file
from ledger.exchange.profiles import PROFILES, Profile, find_profile
from ledger.exchange.reading.cells import is_blank
from ledger.exchange.reading.header import columns_named, find_header, title_names
from ledger.exchange.reading.messages import problem
from ledger.storage.instants import instant_of_record
from ledger.storage.session import context

_LOOKED_AT = 40


def titles_of(grid: Grid) -> list[str]:
    """The titles of the file's columns: among its first forty rows, that with the most known titles, then words."""
    rows = [[cell for cell in row if isinstance(cell, str) and not is_blank(cell)] for row in grid.rows[:_LOOKED_AT]]
    best = max(rows, key=lambda row: (_most_known(row), len(row)), default=[])
    return [" ".join(title.split()) for title in best]


def _most_known(titles: Sequence[str]) -> int:
    return max(len(matched(profile.sheet, titles)) for profile in PROFILES.values())


def matched(sheet: Sheet, titles: Sequence[str]) -> dict[str, str]:
    """By field, the title of the file that is already one of the sheet's own."""
    names = title_names(sheet)
    found: dict[str, str] = {}
    unsure = []
    for title in titles:
        columns = columns_named(names, title)
        if len(columns) == 1:
            found.setdefault(columns[0].field, title)
        elif columns:
            unsure.append((title, columns))
    for title, columns in unsure:
        free = [column for column in columns if column.field not in found]
        if len(free) == 1:
            found[free[0].field] = title
    return found


def _names(column: Column) -> tuple[str, ...]:
    return tuple(plain_words(name) for name in (column.title, *column.aliases))


def column_named(sheet: Sheet, title: str) -> Column:
    """The column of ours that bears this title. raises: InvalidValue with those that exist."""
    found = next((column for column in sheet.columns if plain_words(title) in _names(column)), None)
    if found is None:
        raise InvalidValue(
            f"« {title} » n'est pas une colonne de ce profil.",
            f"Colonnes : {', '.join(column.title for column in sheet.columns)}.",
        )
    return found


def titles_in(path: Path, limits: Sequence[str] = ()) -> list[str]:
    """The titles of every sheet of the file. limits: as typed. raises: FileRefused, InvalidValue."""
    return [title for grid in open_file(path, parse_limits(limits)).grids for title in titles_of(grid)]


def title_named(titles: Sequence[str], text: str) -> str:
    """The title of the file meant by this text. raises: InvalidValue with those that were read."""
    found = next((title for title in titles if plain_words(title) == plain_words(text)), None)
    if found is None:
        raise InvalidValue(f"« {text} » n'est pas un titre de ce fichier.", f"Titres lus : {', '.join(titles)}.")
    return found


def titles_matched(sheet: Sheet, there: Sequence[str], typed: Iterable[str]) -> dict[str, str]:
    """By field, the title of the file: those of ours that it has, and those typed, COLONNE=TITRE.

    there: the titles of the file. raises: InvalidValue.
    """
    found = matched(sheet, there)
    for text in typed:
        column, mark, title = text.partition("=")
        if not mark:
            raise InvalidValue(
                f"« {text} » ne rattache rien.", 'Écrivez --colonne "Colonne du modèle=titre du fichier".'
            )
        found[column_named(sheet, column).field] = title_named(there, title)
    return found


def save_profile(session: Session, name: str, model: str, titles: Mapping[str, str]) -> SavedProfile:
    """The layout kept under this name, as its next version when it says something else.

    titles: by field of the model, the title in the partner's file.
    raises: InvalidValue without a name, for the name of a profile of ours, or when a required column has no title.
    """
    code = code_from_name(name).lower()
    if not code or code in PROFILES:
        raise InvalidValue(f"« {name} » ne peut pas nommer votre profil.", "Choisissez un autre nom, en lettres.")
    profile = find_profile(model)
    missing = [
        column.title
        for column in profile.sheet.columns
        if (column.required or column.expected) and column.field not in titles
    ]
    if missing:
        raise InvalidValue(
            f"Il manque la colonne du fichier qui dit : {', '.join(missing)}.",
            f'Rattachez-la : --colonne "{missing[0]}=titre dans le fichier".',
        )
    contract, agent, _ = context(session).signature
    last = _last(session, code)
    if last is not None and (last.model, last.titles) == (profile.name, dict(titles)):
        return last
    saved = SavedProfile(
        contract=contract,
        name=code,
        version=(last.version if last else 0) + 1,
        model=profile.name,
        titles=dict(titles),
        recorded_at=instant_of_record(session),
        agent=agent,
    )
    session.add(saved)
    session.flush()
    return saved


def saved_profiles(session: Session) -> list[SavedProfile]:
    """The last version of each, by name."""
    query = select(SavedProfile)
    rows = session.scalars(query.order_by(SavedProfile.name, SavedProfile.version))
    return list({saved.name: saved for saved in rows}.values())


def profile_named(session: Session, name: str) -> Profile:
    """The profile of this name: the user's own, else one of ours. raises: UnknownProfile."""
    saved = _last(session, code_from_name(name).lower())
    if saved is None:
        return find_profile(name)
    model = find_profile(saved.model)
    columns = tuple(_retitled(column, saved.titles) for column in model.sheet.columns)
    return replace(model, sheet=replace(model.sheet, columns=columns), expected=dict(saved.titles), saved_as=saved.name)


def _retitled(column: Column, titles: Mapping[str, str]) -> Column:
    if column.field not in titles:
        return column
    return replace(column, title=titles[column.field], aliases=())


def _last(session: Session, name: str) -> SavedProfile | None:
    return session.scalar(
        select(SavedProfile).where(SavedProfile.name == name).order_by(SavedProfile.version.desc()).limit(1)
    )


def drift(profile: Profile, grids: Sequence[Grid]) -> Iterator[Problem]:
    """One alert for each title the user's profile expects and that the file no longer has."""
    there = {plain_words(title) for grid in grids for title in titles_of(grid)}
    model = find_profile(profile.name).sheet
    for field, title in profile.expected.items():
        if plain_words(title) not in there:
            words = {"title": model.column(field).title}
            yield problem("titre_disparu", grids[0].name if grids else "", "", title, **words)


UNREAD = frozenset({"feuille_absente", "entete_introuvable", "colonne_manquante", "titre_ambigu"})
_SHOWN = 12


def recognised(path: Path, profile: Profile, grids: Sequence[Grid], problems: Sequence[Problem]) -> list[Problem]:
    """The problems of a reading, those of titles said as one that shows the way out."""
    if not any(each.code in UNREAD for each in problems):
        return list(problems)
    others = [each for each in problems if each.code not in UNREAD and each.code != "colonne_ignoree"]
    return [_not_recognised(path, profile, grids), *others]


class _Nearness(NamedTuple):
    """How a sheet of the file answers to a profile: how many of its columns, and which they are."""

    score: int
    profile: Profile
    grid: Grid
    there: Mapping[str, str]


def _not_recognised(path: Path, profile: Profile, grids: Sequence[Grid]) -> Problem:
    filled = [(grid, titles) for grid in grids if (titles := titles_of(grid))]
    if not filled:
        return problem("fichier_vide", path.name)
    all_near = [_near(each, grid, titles) for each in (profile, *PROFILES.values()) for grid, titles in filled]
    best = max(all_near, key=lambda each: each.score)
    titles = titles_of(best.grid)
    columns = best.profile.sheet.columns
    missing = [each for each in columns if (each.required or each.expected) and each.field not in best.there]
    free = [title for title in titles if title not in best.there.values()]
    return problem(
        "fichier_inconnu",
        best.grid.name,
        titles="« " + " », « ".join(titles[:_SHOWN]) + " »" + (", …" if len(titles) > _SHOWN else ""),
        nearest=f"{best.profile.name} ({best.score} titre(s) reconnu(s) sur {len(titles)})",
        missing=_missing(missing),
        command=_way_out(path, best.profile, profile, missing, free),
    )


def _near(profile: Profile, grid: Grid, titles: Sequence[str]) -> _Nearness:
    """By the header where there is one (it may stand on two rows), else by the titles alone."""
    header = find_header(profile.sheet, grid)
    there = matched(profile.sheet, titles)
    if header is not None and len(header.columns) >= len(there):
        there = {column.field: there.get(column.field, column.title) for column in header.columns.values()}
    return _Nearness(len(there), profile, grid, there)


def _missing(columns: Sequence[Column]) -> str:
    if not columns:
        return "aucun titre n'y manque"
    names = " », « ".join(column.title for column in columns)
    return f"il y manque « {names} »"


def _way_out(path: Path, nearest: Profile, profile: Profile, missing: Sequence[Column], free: Sequence[str]) -> str:
    """The command that reads the file: the nearest profile as it is, else one of the user's own."""
    if not missing and nearest is not profile:
        return f'cofiville echange importer --profil {nearest.name} "{path}"'
    titles = _proposed(missing, free)
    columns = " ".join(f'--colonne "{column.title}={titles.get(column.field, "TITRE")}"' for column in missing)
    name = plain_words(path.stem).split(" ")[0] or "partenaire"
    name = f"profil-{name}" if name in PROFILES else name
    return f'cofiville echange adapter {name} "{path}" --modele {nearest.name} {columns}'.rstrip()


def _proposed(missing: Sequence[Column], free: Sequence[str]) -> Mapping[str, str]:
    """By field, the only title left that may say it: the one with a word of the column's own titles, else the last."""
    found: dict[str, str] = {}
    for column in missing:
        words = {
            word for name in (column.title, *column.aliases) for word in plain_words(name).split() if len(word) > 3
        }
        left = [title for title in free if title not in found.values()]
        near = [title for title in left if words & set(plain_words(title).split())]
        if len(near) == 1:
            found[column.field] = near[0]
        elif len(left) == 1:
            found[column.field] = left[0]
    return found
