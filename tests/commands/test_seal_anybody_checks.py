"""The seal is specified, and verified without the program: the page gives the bytes, the verifier finds the same."""

from __future__ import annotations

import ast
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ledger.core.money import Money
from ledger.core.sealing import GENESIS, canonical
from ledger.journal.positions import AccountKey, Position
from ledger.journal.seal import Draft, EntryStamp, Move, content_hash, entry_seal, entry_text, moves_text, said_by
from ledger.storage.act_text import ActStamp, RowsDone, act_seal, act_text, salted, text_digest
from ledger.storage.act_under_way import covered_tables, erasable
from ledger.storage.base import KEPT_BY_THE_BASE, SEALED_IN_THE_BOOK, Base
from ledger.storage.every_table import know_every_table
from tests.acts import row_findings
from tests.bases import ROOT
from tests.commands.conftest import notify
from tests.commands.moments import END
from tests.commands.test_rows_sealed import Tampering, added, changes, drawn_row, subject, where, without_guards
from tests.conftest import Typist
from tests.journal.test_tampering import altered, cells
from tests.journal.trials import COMPLETE
from tests.seals import VERIFIER, verified, verifier

SEED = 20161231
PAGE = ROOT / "docs" / "sceau.md"

pytestmark = pytest.mark.sqlite


def blocks(title: str) -> list[str]:
    """The texts that stand under this title of the page, U+001F put back."""
    part = PAGE.read_text(encoding="utf-8").split(f"### {title}\n")[1].split("\n### ")[0]
    return [text.replace("␟", "\x1f") for text in re.findall(r"^```\w+\n(.*?)\n```$", part, re.MULTILINE | re.DOTALL)]


def digests(title: str) -> list[str]:
    """The digests that the page gives under this title, outside its blocks."""
    part = PAGE.read_text(encoding="utf-8").split(f"### {title}\n")[1].split("\n### ")[0]
    return re.findall(r"[0-9a-f]{64}", re.sub(r"```.*?```", "", part, flags=re.DOTALL))


def example_entry() -> tuple[Draft, EntryStamp]:
    opened = AccountKey(Position.DISPONIBLE, "CAPH-PDV", 2016)
    notified = AccountKey(Position.NOTIFIE, "CAPH-PDV", 2016)
    draft = Draft(
        "NOTIFICATION CAPH-PDV 2016 Délibération 12",
        "notification",
        "Enveloppe notifiée",
        "Délibération 12",
        date(2016, 2, 15),
        (Move(opened, notified, Money(1_200_000)),),
    )
    at = datetime(2016, 2, 15, 9, 30, 0, 250_000, tzinfo=UTC)
    return draft, EntryStamp("CV195", at, "anne", "enveloppe notifier", "anne")


def test_the_entry_of_the_page_is_sealed_so() -> None:
    draft, stamp = example_entry()
    content, text = blocks("Une écriture")
    content_digest, seal = digests("Une écriture")
    assert sha256(content.encode()).hexdigest() == content_digest == content_hash(draft)
    covered = entry_text(draft.reference, said_by(draft)[1], content_digest, stamp.text(), moves_text(draft.moves))
    assert text == f"{stamp.version}{canonical(GENESIS, '1')}{covered}"
    assert sha256(text.encode()).hexdigest() == seal == entry_seal(GENESIS, 1, covered, stamp.version)
    page = PAGE.read_text(encoding="utf-8")
    assert f"de {len(text.encode())} octets" in page
    for key in (draft.moves[0].debit, draft.moves[0].credit):
        assert f"`{key.account_id()}`" in page


def test_the_act_of_the_page_is_sealed_so() -> None:
    text, sealed = blocks("Un acte")
    digest, seal = digests("Un acte")
    given = ("CV195", "AZUR", "rib", date(2016, 2, 15), "GED 2016-117")
    columns = ("contract", "porteur", "kind", "received_on", "reference")
    renamed = [["CV195", "2016-001"], ["Jardins"], ["Jardins partagés"]]
    done = (
        RowsDone("insert", "porteur_document", columns, [given]),
        RowsDone("update", "action", ("title",), [renamed]),
    )
    assert act_text(done) == text.encode()
    assert text_digest(text.encode()) == digest
    entry = digests("Une écriture")[1]
    at = datetime(2016, 2, 15, 9, 31, 7, tzinfo=UTC)
    stamp = ActStamp("CV195", 1, at, "anne", "action modifier", "anne", 1, entry)
    assert sha256(sealed.encode()).hexdigest() == seal == act_seal(GENESIS, stamp, digest)


def test_the_person_of_the_page_is_hidden_so() -> None:
    [text], [digest] = blocks("Une personne"), digests("Une personne")
    assert sha256(text.encode()).hexdigest() == digest
    assert salted("Jeanne Martin", "5f0c2b8e9a7d4c1fb3e6a0d2948571cc") == ["salted", digest]


def test_the_verifier_knows_the_tables_that_the_page_leaves_to_the_book() -> None:
    know_every_table()
    known = Base.metadata.tables.values()
    check = verifier()
    assert set(check.BOOK) == {each.name for each in known if SEALED_IN_THE_BOOK in each.info}
    assert set(check.COUNTED) == {each.name for each in known if KEPT_BY_THE_BASE in each.info}
    assert set(check.SALTS) == {each.name for each in covered_tables() if erasable(each)}
    assert set(check.CREDIT_SIDE) == {each.value for each in Position if each.side == "C"}


def test_the_verifier_is_one_file_of_the_standard_library_for_python_3_9() -> None:
    tree = ast.parse(VERIFIER.read_text(encoding="utf-8"), feature_version=(3, 9))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


def check(*words: str | Path) -> tuple[int, str]:
    """The verifier run by itself, without anything installed: its exit code and what it says."""
    command = [sys.executable, "-I", "-S", VERIFIER, *words]
    ran = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    return ran.returncode, ran.stdout + ran.stderr


def test_the_verifier_says_in_french_whether_a_base_is_intact(in_2016: Typist, base: str, tmp_path: Path) -> None:
    notify(in_2016, "A")
    copy = tmp_path / "sauvegarde.db"
    printed = in_2016("base", "sauvegarder", copy).out
    seal = in_2016("--json", "base", "controler").data["sceau"]
    for path in (Path(base), copy):
        code, said = check(path)
        assert code == 0, said
        assert f"CV195 : 1 écritures, sceau 1:{seal}" in said
        assert "\nIntact : " in said
    (tmp_path / "gardé.txt").write_text(printed, encoding="utf-8")
    for anchor in (f"1:{seal}", seal, tmp_path / "gardé.txt"):
        assert check(copy, "--sceau", anchor)[0] == 0
    code, said = check(copy, "--sceau", f"2:{seal}")
    assert code == 1
    assert "(sceau_absent)" in said
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("UPDATE financeur SET name = 'Autre' WHERE contract = 'CV195' AND code = 'CAF'")
        connection.commit()
    code, said = check(copy)
    assert code == 1
    assert "financeur CV195 / CAF : Changé sans acte : name : " in said
    assert check(tmp_path / "rien.db")[0] == 2
    assert check(tmp_path / "gardé.txt")[0] == 2


def both(base: Path) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """What the audit and the verifier find wrong of acts and rows, by code and subject."""
    audit = {(each.code, each.subject) for _, each in row_findings(str(base))}
    return audit, {each for each in verified(base) if each[0] != "contrat_inconnu"}


@pytest.fixture
def year(moments: dict[str, Path], tmp_path: Path) -> Path:
    """The base at the end of the example year, without any guard."""
    base = Path(shutil.copy(moments[END] / "cofiville.db", tmp_path / "annee.db"))
    without_guards(base)
    return base


def tampered(base: Path, every: list[Tampering]) -> Path:
    """A copy of the base with all this done to it."""
    copy = Path(shutil.copy(base, base.with_name("altere.db")))
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for each in every:
            try:
                connection.execute(each.sql)
            except sqlite3.IntegrityError:
                continue
        connection.commit()
    return copy


@pytest.mark.xdist_group("moments")
def test_the_verifier_finds_what_the_audit_finds_in_every_column_of_every_table(year: Path) -> None:
    know_every_table()
    assert verified(year) == []
    draw = Random(SEED)  # noqa: S311 - the same rows for the same seed
    found = 0
    with closing(sqlite3.connect(year)) as connection:
        tables = covered_tables()
        most = max(len(table.columns) for table in tables)
        places = range(most) if COMPLETE else [0, 1, *draw.sample(range(2, most), 4)]
        every = [list(changes(connection, place, draw)) for place in places]
        every.append([added(connection, table, draw) for table in tables])
        rows = [(table, row) for table in tables if (row := drawn_row(connection, table, draw))]
        every.append([Tampering(f"DELETE FROM {t.name} WHERE {where(t, row)}", subject(t, row)) for t, row in rows])
    for together in every:
        audit, alone = both(tampered(year, together))
        assert alone == audit
        found += len(alone)
    assert found > 300


@pytest.mark.xdist_group("moments")
def test_the_verifier_finds_an_act_changed_taken_away_or_forged(year: Path) -> None:
    one = "contract = 'CV195' AND number = 3"
    text = ("agent", "command", "contract", "database_role", "digest", "entry_seal", "recorded_at", "seal")
    for sql in (
        *(f"UPDATE sealed_act SET {name} = {name} || '0' WHERE {one}" for name in text),
        f"UPDATE sealed_act SET changes = zeroblob(10) WHERE {one}",
        f"UPDATE sealed_act SET number = number + 7000 WHERE {one}",
        f"UPDATE sealed_act SET entries = entries + 1 WHERE {one}",
        f"DELETE FROM sealed_act WHERE {one}",
    ):
        audit, alone = both(tampered(year, [Tampering(sql, "")]))
        assert audit
        assert alone >= audit, sql


def forged(base: Path, forge: Callable[[list[Any]], None]) -> None:
    """Rewrite what the last act on shared rows says, and seal it again as who has the file can."""
    last = "contract = '' ORDER BY number DESC"
    with closing(sqlite3.connect(base)) as connection:
        connection.row_factory = sqlite3.Row
        act, before = (dict(row) for row in connection.execute(f"SELECT * FROM sealed_act WHERE {last} LIMIT 2"))
        said = json.loads(zlib.decompress(act["changes"]))
        forge(said)
        text = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
        act |= {"changes": zlib.compress(text), "digest": sha256(text).hexdigest()}
        values = (act["changes"], act["digest"], verifier().act_seal(before["seal"], act), act["number"])
        connection.execute(
            "UPDATE sealed_act SET changes = ?, digest = ?, seal = ? WHERE contract = '' AND number = ?", values
        )
        connection.commit()


def _another_before(said: list[Any]) -> None:
    _, _, columns, [[_, before, _]] = next(part for part in said if part[:2] == ["update", "porteur"])
    before[columns.index("name")] = "Autre"


def _another_row(said: list[Any]) -> None:
    _, _, _, [[key, _, _]] = next(part for part in said if part[:2] == ["update", "porteur"])
    key[0] = "INCONNU"


@pytest.mark.parametrize("forge", [_another_before, _another_row])
def test_an_act_that_found_other_values_than_the_acts_before_left_contradicts_them(
    in_2016: Typist, base: str, forge: Callable[[list[Any]], None]
) -> None:
    """F70. Its seal recomputed, the chain holds: what it says that it found is compared with what was left."""
    in_2016("porteur", "ajouter", "Azur", "--code", "AZUR", "--type", "association")
    in_2016("porteur", "modifier", "AZUR", "--nom", "Azur et Or")
    without_guards(Path(base))
    assert both(Path(base)) == (set(), set())
    forged(Path(base), forge)
    subject_told = "porteur AZUR" if forge is _another_before else "porteur INCONNU"
    for found in both(Path(base)):
        assert ("acte_contredit", subject_told) in found
    told = in_2016("--json", "base", "controler").data["anomalies"]
    assert ("acte_contredit", subject_told) in {(each["code"], each["objet"]) for each in told}


def test_the_verifier_finds_what_the_audit_finds_in_every_column_of_the_book(
    in_2016: Typist, base: str, tmp_path: Path, typed: Typist
) -> None:
    notify(in_2016, "A")
    notify(in_2016, "B")
    without_guards(Path(base))
    draw = Random(SEED)  # noqa: S311 - the same values for the same seed
    with closing(sqlite3.connect(base)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        by_column = {(each.table, each.column): each for each in cells(connection) if each.table != "exercice"}
    tried = 0
    copy = tmp_path / "altere.db"
    for cell in by_column.values():
        for change in (f"UPDATE {cell.table} SET {cell.column} = {draw.choice(list(altered(cell.value)))}", "DELETE"):
            sql = f"{change} WHERE {cell.row}" if change != "DELETE" else f"DELETE FROM {cell.table} WHERE {cell.row}"
            shutil.copy(base, copy)
            with closing(sqlite3.connect(copy)) as connection:
                connection.execute("PRAGMA ignore_check_constraints = ON")
                try:
                    connection.execute(sql)
                except sqlite3.IntegrityError:
                    continue
                connection.commit()
            tried += 1
            assert verified(copy), sql
    assert tried > 40


def test_the_verifier_reads_nothing_that_is_not_there(tmp_path: Path) -> None:
    unreadable: Callable[[Path], object] = verifier().read_base
    empty = tmp_path / "vide.db"
    empty.write_bytes(b"")
    with pytest.raises(verifier().Unreadable):
        unreadable(empty)
