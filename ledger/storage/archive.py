"""A contract taken out of its base for good: its tables as CSV, and what verifies them without the program."""

from __future__ import annotations

import tomllib
from base64 import b64decode
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from runpy import run_path
from typing import Any, NamedTuple
from zlib import decompress

from sqlalchemy import Table
from sqlalchemy.orm import Session

from ledger.core.errors import LedgerError
from ledger.core.sealing import GENESIS
from ledger.storage.act_text import act_parts, unpacked
from ledger.storage.act_under_way import SHARED, columns_of, covered_columns, erasable, hidden
from ledger.storage.base import SALT, WRITTEN_BESIDE, Base
from ledger.storage.driver import run_statement
from ledger.storage.every_table import know_every_table
from ledger.storage.replaying import Replay
from ledger.storage.schema import resource
from ledger.storage.session import over_all_contracts
from ledger.storage.whole_files import write_whole_file

VERIFIER = "verifier_sceau.py"
"""The file that verifies a base or an archive by itself, shipped with the program and with what it writes."""

_PAGE = "sceau.md"
_FIRST_PAGE = "LISEZMOI.txt"
_CONTENTS = "sommaire.csv"
_CONTENTS_OF = "archived_tables.toml"
_HEADING = ("fichier", "contenu", "table", "cle", "lignes", "octets", "sha256")
_WITHHELD = "_empreinte"


class ArchiveNotSound(LedgerError):
    """An archive that the verifier does not find intact."""

    code = "archive_alteree"


class ArchivedTable(NamedTuple):
    """A table as an archive keeps it: its columns, those of its key, its rows."""

    name: str
    columns: list[str]
    key: list[str]
    rows: list[list[Any]]


class WrittenArchive(NamedTuple):
    """What an archive holds: tables, rows, the head of the chain of entries, that of each chain of acts."""

    tables: int
    rows: int
    book: tuple[int, str]
    acts: tuple[tuple[str, int, str], ...]


@over_all_contracts()
def write_archive(session: Session, contract: str, folder: Path, words: Sequence[str]) -> WrittenArchive:
    """Fill this empty folder with the archive of a contract; the verifier has found it intact.

    words: what its first page says above its seals. raises: ArchiveNotSound, OSError.
    """
    know_every_table()
    tables = list(_archived_tables(session, contract))
    contents = tomllib.loads((Path(__file__).parent / _CONTENTS_OF).read_text(encoding="utf-8"))
    listed: list[tuple[Any, ...]] = []
    (folder / "tables").mkdir()
    for table in tables:
        content = csv_bytes([table.columns, *table.rows])
        name = f"tables/{table.name}.csv"
        (folder / name).write_bytes(content)
        key = " ".join(table.key)
        listed.append((name, contents[table.name], table.name, key, len(table.rows), *_print_of(content)))
    for name, said, content in _attached_files(session, contract):
        (folder / "pieces").mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
        listed.append((name, said, "", "", None, *_print_of(content)))
    for name, said in ((_PAGE, "Comment recalculer les sceaux"), (VERIFIER, "Le vérificateur")):
        content = resource(f"docs/{name}").read_bytes()
        (folder / name).write_bytes(content)
        listed.append((name, said, "", "", None, *_print_of(content)))
    listing = csv_bytes([_HEADING, *listed])
    (folder / _CONTENTS).write_bytes(listing)
    by_name = {table.name: table for table in tables}
    written = _written(by_name, contract)
    (folder / _FIRST_PAGE).write_text(_first_page(words, written, _print_of(listing)[1]), encoding="utf-8")
    _check(folder)
    return written


def _attached_files(session: Session, contract: str) -> Iterator[tuple[str, str, bytes]]:
    """The path, the heading and the bytes of each file kept; not those about a person, nor those erased."""
    asked = (
        "SELECT genre, code, rank, name, sha256, content, personal FROM attached_file"
        " WHERE attached_file.contract = ? AND content IS NOT NULL ORDER BY genre, code, rank"
    )
    written = set()
    for genre, code, rank, name, digest, content, personal in run_statement(session, asked, (contract,)):
        suffix = "".join(each for each in Path(name).suffix if each.isascii() and (each.isalnum() or each == "."))
        path = f"pieces/{digest}{suffix}"
        if not personal and path not in written:
            written.add(path)
            yield path, f"Pièce {rank} de {genre} {code} : {name}", decompress(b64decode(content))


def put_verifier_beside(copy: Path) -> Path | None:
    """Put the verifier in the folder of this copy; None where something else bears its name, or none can be written."""
    content = resource(f"docs/{VERIFIER}").read_bytes()
    target = copy.with_name(VERIFIER)
    try:
        ours = target.is_file() and target.read_bytes().splitlines()[:2] == content.splitlines()[:2]
        write_whole_file(target, content, replace=ours)
    except OSError:
        return None
    return target


def _archived_tables(session: Session, contract: str) -> Iterator[ArchivedTable]:
    """Every table: the rows of this contract, and those that all contracts share."""
    said = _said_beside(session, contract)
    for table in Base.metadata.sorted_tables:
        names = table.columns.keys()
        listed = ", ".join(f'{table.name}."{name}"' for name in names)
        chains = (contract, SHARED) if "contract" in names else ()
        only = f" WHERE {table.name}.contract IN (?, ?)" if chains else ""
        found = run_statement(session, f"SELECT {listed} FROM {table.name}{only}", chains)  # noqa: S608 - our own tables
        key = [column.name for column in table.primary_key]
        rows = [[_stored(value) for value in row] for row in found]
        if WRITTEN_BESIDE in table.info:
            rows = [row for row in rows if tuple(columns_of(names, row)[name] for name in key) in said[table.name]]
        columns, rows = _withheld(table, rows) if erasable(table) else (names, rows)
        places = [columns.index(name) for name in key]
        yield ArchivedTable(table.name, columns, key, sorted(rows, key=lambda row: [row[place] for place in places]))


def _said_beside(session: Session, contract: str) -> dict[str, set[tuple[Any, ...]]]:
    """The keys of the rows, of no contract, that the chains of this one and of shared rows say, by table."""
    beside = [table for table in Base.metadata.sorted_tables if WRITTEN_BESIDE in table.info]
    found: dict[str, set[tuple[Any, ...]]] = {table.name: set() for table in beside}
    sql = "SELECT changes FROM sealed_act WHERE sealed_act.contract = ? ORDER BY number"
    for chain in (contract, SHARED):
        replay = Replay({table.name: [column.name for column in table.primary_key] for table in beside})
        for (changes,) in run_statement(session, sql, (chain,)):
            replay.apply(act_parts(unpacked(bytes(changes))))
        for name, said in replay.tables.items():
            found[name].update(said.rows)
    return found


def _withheld(table: Table, rows: Sequence[Sequence[Any]]) -> tuple[list[str], list[list[Any]]]:
    """The columns and rows of a table of persons, with the digest of each value in its place and without its salt."""
    names = table.columns.keys()
    erased = {column.name for column in table.columns if SALT in column.info}
    shown = [hidden(table, columns_of(names, row)) for row in rows]
    kept = [[value[1] if isinstance(value, list) else value for value in row.values()] for row in shown]
    return [f"{name}{_WITHHELD}" if name in erased else name for name in covered_columns(table)], kept


def _stored(value: Any) -> Any:
    """A value as SQLite stores it, whichever engine gives it."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return bytes(value) if isinstance(value, (bytes, memoryview)) else value


def csv_bytes(rows: Sequence[Sequence[Any]]) -> bytes:
    """Rows as a CSV (RFC 4180) read back exactly: texts are quoted, numbers are not, nothing is an empty cell."""
    return "".join(",".join(map(_cell, row)) + "\r\n" for row in rows).encode("utf-8", "surrogateescape")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    return str(value) if isinstance(value, int) else '"' + value.replace('"', '""') + '"'


def _print_of(content: bytes) -> tuple[int, str]:
    """How many bytes, and their SHA-256."""
    return len(content), sha256(content).hexdigest()


def _written(tables: dict[str, ArchivedTable], contract: str) -> WrittenArchive:
    def last(name: str, chain: str, number: str) -> tuple[int, str]:
        table = tables[name]
        rows = (columns_of(table.columns, row) for row in table.rows)
        return max(((row[number], row["seal"]) for row in rows if row["contract"] == chain), default=(0, GENESIS))

    rows = sum(len(table.rows) for table in tables.values())
    acts = tuple((chain, *last("sealed_act", chain, "number")) for chain in (contract, SHARED))
    return WrittenArchive(len(tables), rows, last("chain_head", contract, "sequence"), acts)


def _first_page(words: Sequence[str], written: WrittenArchive, contents: str) -> str:
    """What somebody reads first: the seals, how to verify them, what the rest is."""
    (_, acts, mark), (_, shared, shared_mark) = written.acts
    entries, seal = written.book
    lines = (
        *words,
        "",
        f"Sceau des écritures        {entries}:{seal}",
        f"Sceau des actes            {acts}:{mark}",
        f"Sceau des lignes communes  {shared}:{shared_mark}",
        f"SHA-256 de {_CONTENTS}    {contents}",
        "",
        "Gardez une copie de cette page ailleurs que l'archive : qui réécrirait tout le dossier la réécrirait aussi.",
        "",
        "Pour vérifier que rien n'a changé, avec Python 3.9 ou plus récent et rien d'autre, dans ce dossier :",
        "",
        f"    python3 {VERIFIER} .",
        "",
        f"{_CONTENTS}  ce que contient chaque fichier : table, clé, lignes, octets, SHA-256",
        f"tables/       {written.tables} tables, {written.rows} lignes : CSV (RFC 4180), UTF-8. Un texte est entre",
        "              guillemets, un nombre non (les montants sont en centimes), une cellule vide est une absence.",
        "pieces/       les fichiers gardés avec ce qu'ils concernent, nommés par leur SHA-256",
        f"{_PAGE}      comment les sceaux se recalculent, pour qui n'a pas confiance dans ce vérificateur",
        "",
        "Des personnes (contacts, IBAN), cette archive ne contient que des empreintes : rien n'y est à effacer.",
    )
    return "\n".join(lines) + "\n"


def _check(folder: Path) -> None:
    """Nothing when the verifier finds this archive intact. raises: ArchiveNotSound."""
    verdict = run_path(str(folder / VERIFIER))["verify"](folder)
    if verdict.findings:
        first = verdict.findings[0]
        raise ArchiveNotSound(
            f"L'archive ne serait pas intacte ({len(verdict.findings)} anomalie(s)) : {first.subject}, {first.message}",
            "Rien n'a été écrit. Voyez ce qui a changé dans la base : cofiville base controler.",
        )
