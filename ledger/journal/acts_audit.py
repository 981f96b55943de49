"""Do the rows hold? The chain of acts recomputed, its changes replayed, and every row compared with what they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, inspect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.core.period import french_day
from ledger.core.progress import Progress, silent
from ledger.core.sealing import GENESIS
from ledger.journal.findings import Finding, printable
from ledger.journal.stored import any_text, read_instant
from ledger.storage.act_model import SealedAct
from ledger.storage.act_text import (
    KEPT,
    ActStamp,
    KeptAnomaly,
    act_parts,
    act_seal,
    sealed_values,
    text_digest,
    unpacked,
)
from ledger.storage.act_under_way import (
    SHARED,
    columns_of,
    covered_as_found,
    covered_columns,
    covered_tables,
    erasable,
    hidden,
)
from ledger.storage.base import Base
from ledger.storage.driver import Question, ask_server, many_objects, on_postgresql, run_statement
from ledger.storage.replaying import Key, Replay, RowGap, SaidRows, row_gaps
from ledger.storage.session import over_all_contracts

_MOST_TOLD = 50
_MOST_SHOWN = 60


class ActsHead(NamedTuple):
    """How many acts a chain holds and the seal of the last one."""

    acts: int
    seal: str


class ActsReview(NamedTuple):
    """What the acts of a base say, by chain ("" for shared rows): the head of each, and what does not hold.

    seals: that of each act by its number, recomputed, up to the first that does not hold.
    """

    heads: Mapping[str, ActsHead]
    findings: Mapping[str, list[Finding]]
    seals: Mapping[str, Mapping[int, str]]


def review_acts(session: Session, progress: Progress = silent) -> ActsReview:
    """The chains of acts of the base, recomputed, and every covered row compared with what they say.

    Every table of the program must be known (see `know_every_table`).
    """
    return _reviewed(session, covered_tables(), progress)


def unsealed_before_raise(session: Session) -> list[Finding]:
    """What is wrong in the acts and rows of a base of an earlier version, whose tables have the columns of that time.

    None before acts were sealed. Every table of the program must be known (see `know_every_table`).
    """
    if not seals_acts(session.connection()):
        return []
    review = _reviewed(session, covered_as_found(session.connection()), silent)
    return [finding for found in review.findings.values() for finding in found]


def seals_acts(connection: Connection) -> bool:
    """Whether the base is of a version that seals what acts do to rows."""
    return inspect(connection).has_table(SealedAct.__tablename__)


def _reviewed(session: Session, tables: Sequence[Table], progress: Progress) -> ActsReview:
    with many_objects(), over_all_contracts():
        try:
            return _review(session, tables, progress)
        except DBAPIError:
            with any_text(session):
                return _review(session, tables, progress)


@over_all_contracts()
def kept_anomalies(session: Session) -> list[Finding]:
    """What was wrong in rows when the base was raised, and was kept for a motive."""
    acts = run_statement(session, "SELECT recorded_at, changes FROM sealed_act WHERE contract = '' ORDER BY number")
    found = []
    for stored_at, changes in acts:
        try:
            parts = act_parts(unpacked(bytes(changes)))
        except (ValueError, TypeError):
            continue
        rows = [KeptAnomaly(*row) for part in parts if part.kind == KEPT for row in part.rows]
        day = french_day(at.astimezone().date()) if rows and (at := read_instant(stored_at)) else ""
        found += [
            Finding(each.code, each.subject, f"{each.message} Gardé à la mise à niveau du {day} : « {each.motive} ».")
            for each in rows
        ]
    return found


@over_all_contracts()
def codes_without_contract(session: Session) -> dict[str, list[str]]:
    """The tables that have rows under a code that is no contract of the base, by that code."""
    there = readable_tables(session)
    names = sorted(each.name for each in Base.metadata.tables.values() if "contract" in each.columns)
    asked = [f"SELECT DISTINCT contract, '{name}' FROM {name}" for name in names if name in there]  # noqa: S608
    known = {SHARED, *(code for (code,) in run_statement(session, "SELECT code FROM contract"))}
    found: dict[str, list[str]] = {}
    for sql in asked:
        for code, table in run_statement(session, sql):
            if code not in known or (code == SHARED and table != SealedAct.__tablename__):
                found.setdefault(code, []).append(table)
    return found


def _review(session: Session, looked_at: Sequence[Table], progress: Progress) -> ActsReview:
    there = readable_tables(session)
    tables = {table.name: table for table in looked_at if table.name in there}
    key_names = {name: tuple(column.name for column in table.primary_key) for name, table in tables.items()}
    heads, replays, findings, seals = _chains(session, key_names, progress)
    whole = Replay(key_names)
    for replay in replays.values():
        whole.add(replay)
    for name, key in whole.unreadable:
        message = "Des actes se contredisent : l'un n'a pas trouvé cette ligne comme les précédents l'avaient laissée."
        _told(findings, _chain_of(tables[name], key), "acte_contredit", _subject(name, key), message)
    for place, (name, table) in enumerate(tables.items()):
        progress("Lignes et actes", place, len(tables))
        said = whole.tables.pop(name, None) or _nothing_said(table)
        gaps = list(row_gaps(name, said, _stored(session, name, said, table), _shown(session, table, said)))
        for code, subject, message, chain in _limited(gaps, table):
            _told(findings, chain, code, subject, message)
    return ActsReview(heads, findings, seals)


def _told(findings: dict[str, list[Finding]], chain: str, code: str, subject: str, message: str) -> None:
    findings.setdefault(chain, []).append(Finding(code, printable(subject), printable(message)))


def _chains(
    session: Session, key_names: Mapping[str, Sequence[str]], progress: Progress
) -> tuple[dict[str, ActsHead], dict[str, Replay], dict[str, list[Finding]], dict[str, dict[int, str]]]:
    """Recompute each chain, and do again what its acts say."""
    columns = (*ActStamp._fields, "changes", "digest", "seal")
    acts = run_statement(session, f"SELECT {', '.join(columns)} FROM sealed_act ORDER BY contract, number")  # noqa: S608
    books = _books(session)
    heads: dict[str, ActsHead] = {}
    replays: dict[str, Replay] = {}
    seals: dict[str, dict[int, str]] = {}
    findings: dict[str, list[Finding]] = {}
    for place, values in enumerate(acts):
        if place % 1000 == 0:
            progress("Actes", place, len(acts))
        act = columns_of(columns, values)
        chain = act["contract"]
        before = heads.get(chain, ActsHead(0, GENESIS))
        where = f"acte {act['number']}"
        if act["number"] != before.acts + 1:
            _told(findings, chain, "acte_manquant", f"acte {before.acts + 1}", "Cet acte manque ou a été renuméroté.")
        text = _text(act)
        if text is None or act["seal"] != _recomputed(before.seal, act):
            _told(findings, chain, "acte_altere", where, f"« {act['command']} » ne correspond plus à son sceau.")
        if act["entries"] and books.get((chain, act["entries"])) != act["entry_seal"]:
            message = f"L'écriture {act['entries']} du livre n'est plus celle que cet acte a trouvée."
            _told(findings, chain, "livre_autre", where, message)
        heads[chain] = ActsHead(act["number"], act["seal"])
        if chain not in findings:
            seals.setdefault(chain, {})[act["number"]] = act["seal"]
        if text is not None:
            try:
                replays.setdefault(chain, Replay(key_names)).apply(act_parts(text))
            except (ValueError, KeyError, IndexError):
                _told(findings, chain, "acte_altere", where, "Ce qu'il dit des lignes ne se lit plus.")
    return heads, replays, findings, seals


def _text(act: Mapping[str, Any]) -> bytes | None:
    """The text of this act; None when it is not the one its digest says."""
    try:
        text = unpacked(bytes(act["changes"]))
    except (ValueError, TypeError):
        return None
    return text if text_digest(text) == act["digest"] else None


def _recomputed(previous: str, act: Mapping[str, Any]) -> str | None:
    """The seal this act should have; None when what is stored can no longer be read."""
    at = read_instant(act["recorded_at"])
    if at is None:
        return None
    stamp: dict[str, Any] = {name: act[name] for name in ActStamp._fields}
    return act_seal(previous, ActStamp(**{**stamp, "recorded_at": at}), act["digest"])


def _books(session: Session) -> dict[tuple[str, int], str]:
    """The seal of every entry, by contract and number."""
    rows = run_statement(session, "SELECT contract, sequence, seal FROM entry")
    return {(contract, sequence): seal for contract, sequence, seal in rows}


def has_rows(session: Session) -> bool:
    """Whether the session's contract is one of the base, or was: it has a row, an act or an entry."""
    asked = (Question(f"SELECT 1 FROM {table} WHERE {column} = ? LIMIT 1") for table, column in _OF_A_CONTRACT)  # noqa: S608
    return any(ask_server(session, *asked))


_OF_A_CONTRACT = (("contract", "code"), ("sealed_act", "contract"), ("entry", "contract"))
_READABLE = """SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
 AND has_table_privilege(oid, 'SELECT')"""


def readable_tables(session: Session) -> set[str]:
    """The tables of the base that who reads it may read: on a server, persons are hidden from some."""
    if not on_postgresql(session):
        return set(inspect(session.connection()).get_table_names())
    return {name for (name,) in run_statement(session, _READABLE)}


def _nothing_said(table: Table) -> SaidRows:
    columns = covered_columns(table)
    return SaidRows(columns, tuple(columns.index(column.name) for column in table.primary_key))


def _stored(session: Session, name: str, said: SaidRows, table: Table) -> Sequence[Sequence[Any]]:
    read = table.columns.keys() if erasable(table) else said.columns
    names = ", ".join(f'"{each}"' if each in table.columns else "NULL" for each in read)
    return run_statement(session, f"SELECT {names} FROM {name}")  # noqa: S608 - names of our own tables


def _shown(session: Session, table: Table, said: SaidRows) -> Callable[[Sequence[Any]], list[Any]] | None:
    """How acts say a stored row of this table, where it is not mostly as the driver gives it."""
    if erasable(table):
        return partial(_hidden_row, table, said.columns)
    return sealed_values if on_postgresql(session) else None


def _hidden_row(table: Table, wanted: Sequence[str], row: Sequence[Any]) -> list[Any]:
    shown = hidden(table, columns_of(table.columns.keys(), row))
    return sealed_values(shown[name] for name in wanted)


def _chain_of(table: Table, key: Key) -> str:
    return str(key[0]) if "contract" in table.primary_key.columns else SHARED


def _subject(table: str, key: Key) -> str:
    return f"{table} {' / '.join(_brief(part) for part in key)}"


def _limited(gaps: Sequence[RowGap], table: Table) -> Iterator[tuple[str, str, str, str]]:
    """Code, subject, message and chain of each row that is not as acts say; first ones of a chain, then a count."""
    told: Counter[str] = Counter()
    for gap in gaps:
        chain = _chain_of(table, gap.key)
        told[chain] += 1
        if told[chain] <= _MOST_TOLD:
            yield (*_said_of(gap, table), chain)
    for chain, count in told.items():
        if count > _MOST_TOLD:
            message = f"Et {count - _MOST_TOLD} autres lignes de cette table ne sont pas ce qu'en disent les actes."
            yield "lignes_alterees", table.name, message, chain


def _said_of(gap: RowGap, table: Table) -> tuple[str, str, str]:
    subject = _subject(gap.table, gap.key)
    if gap.added:
        return "ligne_ajoutee", subject, "Cette ligne a été ajoutée sans acte de Cofiville."
    if not gap.columns:
        return "ligne_manquante", subject, "Cette ligne a été supprimée sans acte de Cofiville."
    if erasable(table):
        return "ligne_alteree", subject, f"Changé sans acte de Cofiville : {', '.join(gap.columns)}."
    told = " ; ".join(
        f"{name} : {_brief(was)} selon l'acte, {_brief(now)} dans la base" for name, (was, now) in gap.columns.items()
    )
    return "ligne_alteree", subject, f"Changé sans acte de Cofiville : {told}."


def _brief(value: Any) -> str:
    if value is None:
        return "vide"
    text = f"un texte long ({value[1][:12]}…)" if isinstance(value, list) else str(value)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"
