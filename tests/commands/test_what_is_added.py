"""Nobody adds either: what an adversary puts beside what is there is named, by audit and verifier (F70 to F73)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ledger.core.money import Money
from ledger.core.sealing import GENESIS
from ledger.journal.positions import AccountKey, Position
from ledger.journal.seal import Draft, EntryStamp, Move, content_hash, entry_seal, entry_text, moves_text, said_by
from ledger.storage.act_text import ActStamp, RowsDone, act_seal, act_text, packed, text_digest
from tests.commands.conftest import notify
from tests.commands.test_rows_sealed import without_guards
from tests.conftest import Typist
from tests.seals import verified

AT = datetime(2016, 2, 1, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.sqlite


def a_book_of_its_own(base: sqlite3.Connection) -> None:
    """A contract that nobody made, with a sound chain of entries."""
    base.execute("INSERT INTO contract SELECT 'CVX', name, epci, epci_financeur, " + rest(base))
    sealed(base, "CVX", 1, GENESIS)
    base.execute("INSERT INTO chain_head SELECT 'CVX', sequence, seal FROM entry WHERE contract = 'CVX'")


def rest(base: sqlite3.Connection) -> str:
    names = [name for (name,) in base.execute("SELECT name FROM pragma_table_info('contract')")][4:]
    return f"{', '.join(names)} FROM contract WHERE code = 'CV195'"


def sealed(base: sqlite3.Connection, contract: str, number: int, previous: str) -> None:
    """An entry of one euro with its two accounts, sealed after `previous`."""
    key = [AccountKey(position, "CAPH-PDV", 2016) for position in (Position.DISPONIBLE, Position.NOTIFIE)]
    draft = Draft(f"FAUX {number}", "notification", "Faux", "F", date(2016, 2, 1), (Move(key[0], key[1], Money(100)),))
    stamp, content = EntryStamp(contract, AT, "x", "x", "x"), content_hash(draft)
    text = entry_text(draft.reference, said_by(draft)[1], content, stamp.text(), moves_text(draft.moves))
    seal, at = entry_seal(previous, number, text, stamp.version), AT.isoformat(timespec="microseconds")
    for each, debit, credit in ((key[0], 100, 0), (key[1], 0, 100)):
        values = (
            contract,
            each.account_id(),
            each.position,
            each.position.side,
            each.line,
            each.year,
            "",
            "",
            debit,
            credit,
        )
        base.execute(f"INSERT INTO account VALUES ({', '.join('?' * len(values))})", values)
    entry = (
        contract,
        number,
        draft.reference,
        "notification",
        "Faux",
        "F",
        "",
        "2016-02-01",
        at,
        "x",
        "x",
        None,
        content,
    )
    base.execute(f"INSERT INTO entry VALUES ({', '.join('?' * 15)})", (*entry, seal, "x"))
    moved = (contract, number, 1, key[0].account_id(), key[1].account_id(), 100)
    base.execute("INSERT INTO transfer VALUES (?, ?, ?, ?, ?, ?)", moved)


def a_line_of_an_unknown_contract(base: sqlite3.Connection) -> None:
    names = [name for (name,) in base.execute("SELECT name FROM pragma_table_info('financeur')")][1:]
    base.execute(f"INSERT INTO financeur SELECT 'CVX', {', '.join(names)} FROM financeur WHERE code = 'CAF' LIMIT 1")


def an_act_out_of_its_place(base: sqlite3.Connection) -> None:
    """An act that says what it pleases, sealed after nothing."""
    text = act_text([RowsDone("insert", "porteur", ("code", "name", "kind"), [("X", "X", "association")])])
    stamp = ActStamp("", 99, AT, "x", "x", "x", 0, GENESIS)
    digest, at = text_digest(text), AT.isoformat(timespec="microseconds")
    values = (*stamp._replace(recorded_at=at), packed(text), digest, act_seal(GENESIS, stamp, digest))  # type: ignore[arg-type]
    base.execute(f"INSERT INTO sealed_act VALUES ({', '.join('?' * len(values))})", values)


def a_transfer_more(base: sqlite3.Connection) -> None:
    base.execute(
        "INSERT INTO transfer SELECT contract, sequence, rank + 1, debit_account, credit_account, 1 FROM transfer"
    )


def an_entry_after_the_last(base: sqlite3.Connection) -> None:
    """An entry of the book copied under the next number: its seal is that of another place."""
    names = [name for (name,) in base.execute("SELECT name FROM pragma_table_info('entry')")][3:]
    base.execute(f"INSERT INTO entry SELECT contract, sequence + 1, 'FAUX', {', '.join(names)} FROM entry")


def a_person(base: sqlite3.Connection) -> None:
    base.execute(
        "INSERT INTO personal_datum SELECT 'CV195', code, 'iban', 1, 'FR76', ?, NULL, 'ab' FROM porteur LIMIT 1",
        (AT.isoformat(timespec="microseconds"),),
    )


ADDED: tuple[tuple[Callable[[sqlite3.Connection], None], str], ...] = (
    (a_book_of_its_own, "ligne_ajoutee"),
    (a_line_of_an_unknown_contract, "contrat_inconnu"),
    (an_act_out_of_its_place, "acte_manquant"),
    (a_transfer_more, "ecriture_alteree"),
    (an_entry_after_the_last, "ecriture_alteree"),
    (a_person, "ligne_ajoutee"),
)


@pytest.mark.parametrize(("add", "code"), ADDED, ids=lambda each: getattr(each, "__name__", None))
def test_what_is_added_without_an_act_is_named(
    add: Callable[[sqlite3.Connection], None], code: str, in_2016: Typist, base: str
) -> None:
    notify(in_2016, "A")
    in_2016("porteur", "ajouter", "Azur", "--code", "AZUR", "--type", "association")
    without_guards(Path(base))
    with closing(sqlite3.connect(base)) as connection:
        add(connection)
        connection.commit()
    told = in_2016("--json", "base", "controler")
    assert told.code == 1
    assert code in {each["code"] for each in told.data["anomalies"]}
    assert code in {found for found, _ in verified(Path(base))}


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TRIGGER autre AFTER INSERT ON porteur BEGIN DELETE FROM avis; END",
        "CREATE UNIQUE INDEX autre ON porteur (name)",
    ],
)
def test_an_object_that_would_change_what_is_written_is_named_and_nothing_is_written(
    sql: str, in_2016: Typist, base: str
) -> None:
    with closing(sqlite3.connect(base)) as connection:
        connection.execute(sql)
        connection.commit()
    told = in_2016("--json", "base", "controler")
    assert [each["code"] for each in told.data["anomalies"]] == ["objet_etranger"]
    assert in_2016("exercice", "ouvrir", 2018).code == 1
