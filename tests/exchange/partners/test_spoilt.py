"""Partners' files spoilt at random: never a crash, never a part written, whether imported or reconciled.

COFIVILLE_EPREUVES=completes tries 4 000 of them, COFIVILLE_GRAINE starts from another seed. Run whole on 2026-11-26,
from seed 2016: nothing was found.
"""

from __future__ import annotations

import csv
import os
import random
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.core.errors import LedgerError, Level
from ledger.exchange.importing.handling import RowsOrigin
from ledger.exchange.importing.importer import import_file
from ledger.exchange.model import ImportedFile, PartnerRow
from ledger.exchange.partners.reconciling import reconcile
from ledger.exchange.profiles import PROFILES, Profile
from ledger.exchange.workbook import read_workbook
from ledger.journal.exercices import open_exercice
from ledger.journal.model import Entry
from ledger.storage.facts import FactsRead
from ledger.storage.session import context
from tests.exchange.books import book, open_document
from tests.exchange.fuzzing import spoilt
from tests.exchange.partners.conftest import ASSOCIATION, CCAS, csv_file, dossiers, mandats

COUNT = 4_000 if os.environ.get("COFIVILLE_EPREUVES") == "completes" else 120
SEED = int(os.environ.get("COFIVILLE_GRAINE", "2016"))
SCDL = ("nomAttribuant", "idAttribuant", "dateConvention", "nomBeneficiaire", "idBeneficiaire", "objet", "montant")
POSTS = ("type", "annee", "code_cv", "id_poste", "code_tiers", "raison_sociale", "montant", "insee_dep", "insee_reg")


def sources(folder: Path) -> list[tuple[Profile, Path]]:
    """A sound file of each profile, the État's also as workbooks."""
    state = dossiers(folder / "etat.csv", *({"number": f"OS{n}", "granted": 10 * n, "advance": 5} for n in range(4)))
    paid = mandats(folder / "helios.csv", *({"amount": 100 + n, "day": f"{n + 10}/05/2016"} for n in range(4)))
    grant = ("Région", "20005374200017", "2016-06-01", "ATELIERS", ASSOCIATION, "Chantier", "12000,50")
    published = csv_file(folder / "scdl.csv", [SCDL, grant, (*grant[:4], CCAS, "Jardin", "900")])
    post = ("adulte-relais", 2020, "CV195", "59V1", CCAS, "COM DENAIN", "100.5", 59, 32)
    posts = csv_file(folder / "postes.csv", [POSTS, post])
    with state.open(encoding="utf-8", newline="") as stream:
        rows: Sequence[Sequence[Any]] = list(csv.reader(stream, delimiter=";"))
    return [
        (PROFILES["etat-dossiers"], state),
        (PROFILES["etat-dossiers"], book(folder / "etat.xlsx", {"Suivi": rows})),
        (PROFILES["etat-dossiers"], open_document(folder / "etat.ods", "Suivi", rows)),
        (PROFILES["helios"], paid),
        (PROFILES["scdl"], published),
        (PROFILES["postes-etat"], posts),
    ]


def held(session: Session) -> list[int]:
    return [session.scalar(select(func.count()).select_from(each)) or 0 for each in (Entry, ImportedFile, PartnerRow)]


def use(session: Session, profile: Profile, path: Path, before: list[int]) -> None:
    """Import the file, then reconcile it. raises: LedgerError."""
    reading = read_workbook(path, (profile.sheet,), by_header=True)
    found = import_file(session, reading, profile.handlers, RowsOrigin(path.name, date(2016, 12, 1)))
    errors = any(problem.level is Level.ERROR for problem in found.problems)
    assert found.written is False or not errors
    assert found.written or held(session) == before
    if profile.sheet.name in reading.rows:
        reconcile(profile.sides(session, reading.rows[profile.sheet.name]), profile.orders(session))


def use_and_forget(session: Session, profile: Profile, path: Path, before: list[int]) -> None:
    whole = session.begin_nested()
    try:
        use(session, profile, path, before)
    finally:
        whole.rollback()
        session.expunge_all()
        context(session).forget(FactsRead)


@pytest.mark.long
def test_no_spoilt_file_of_a_partner_crashes_or_is_half_written(session: Session, tmp_path: Path) -> None:
    open_exercice(session, 2016)
    files, before, noted = sources(tmp_path), held(session), [True]
    for profile, source in files:
        use_and_forget(session, profile, source, before)
    for number in range(COUNT):
        chance = random.Random(f"partenaires-{SEED}-{number}")  # noqa: S311 — the same files for the same seed
        profile, source = chance.choice(files)
        path = tmp_path / f"essai{source.suffix}"
        path.write_bytes(spoilt(source, chance))
        try:
            use_and_forget(session, profile, path, before)
        except LedgerError as refused:
            noted.append(bool(refused.problem and refused.remedy))
        except Exception as crash:
            raise AssertionError(f"{SEED}-{number}: {profile.name}, {source.name}") from crash
    assert all(noted)
