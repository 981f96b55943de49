"""A file that its profile does not read: which titles it has, which profile is nearest, what is missing, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ledger.core.errors import Problem
from ledger.core.identifiers import plain_words
from ledger.exchange.declaration import Column
from ledger.exchange.opening.grid import Grid
from ledger.exchange.partners.saved import matched, titles_of
from ledger.exchange.profiles import PROFILES, Profile
from ledger.exchange.reading.header import find_header
from ledger.exchange.reading.messages import problem

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
