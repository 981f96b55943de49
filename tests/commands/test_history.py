"""Whatever object is asked about, its history says who changed what, when, from what to what, as the seal proves it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from ledger.reports.history.declared import GENRES, UNTOLD
from ledger.reports.history.titles import COLUMN_TITLES, ROW_TITLES, SILENT, SILENT_HERE, TITLES_HERE
from ledger.storage.act_text import act_parts, unpacked
from ledger.storage.act_under_way import covered_tables
from ledger.storage.base import Base
from ledger.storage.engine import open_engine
from ledger.storage.every_table import know_every_table
from ledger.storage.sealed_text import DoneToRow, rows_naming
from ledger.storage.session import Context, ContractSession
from ledger.storage.stating import state_rows
from tests.commands.moments import END
from tests.commands.test_rows_sealed import without_guards
from tests.conftest import Typist
from tests.execution.lives import EPCI, carry, open_years


@pytest.fixture
def paid(session: Session, cofiville: Typist) -> Typist:
    """A base with one signed convention, C2016-001 of the action 2016-A, whose first payment of 6 000 € was paid."""
    open_years(session, 2016, 2017)
    carry(session, "A", {EPCI: "12 000"})
    session.commit()

    def type_line(*words: Any) -> Any:
        return cofiville("--agent", "Nadia", *words)

    type_line("versement", "ordonner", "C2016-001", "--le", "2016-05-13")
    type_line("versement", "payer", "C2016-001", "6000", "--reference", "B12", "--le", "2016-05-20")
    return type_line


def changes(type_line: Typist, *words: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = type_line("--json", "historique", *words).data
    return found


def said(rows: list[dict[str, Any]]) -> list[tuple[str, str, str, str | None, str | None]]:
    return [(row["fait"], row["ligne"], row["champ"], row["avant"], row["apres"]) for row in rows]


def test_a_change_is_told_from_what_to_what_by_whom_and_since_when(paid: Typist) -> None:
    done = paid("porteur", "modifier", "EX-A", "--nom", "Association A")
    assert done.code == 0, done.err
    *_, last = changes(paid, "ex-a")
    assert (last["champ"], last["avant"], last["apres"]) == ("nom", "CCAS A (exemple)", "Association A")
    assert (last["agent"], last["commande"], last["le"]) == ("Nadia", "porteur modifier", last["saisie"][:10])
    assert (last["fait"], last["genre"], last["objet"], last["ecriture"]) == ("modification", "porteur", "EX-A", None)
    assert "nom CCAS A (exemple) → Association A" in paid("historique", "EX-A").out


def test_payments_of_a_convention_are_told_with_their_amount_their_entry_and_why_they_were_undone(
    paid: Typist,
) -> None:
    [payment] = [
        row for row in changes(paid, "c2016-001") if row["ligne"] == "versement B12" and "montant" in row["champ"]
    ]
    assert (payment["avant"], payment["apres"], payment["le"]) == (None, "6000.00", "2016-05-20")
    undone = paid(
        "--json", "journal", "annuler", payment["ecriture"], "--motif", "Lu deux fois", *("--le", "2016-05-25"), "--oui"
    )
    *_, last = [row for row in changes(paid, "C2016-001") if row["ligne"] == "versement B12"]
    assert (last["champ"], last["avant"], last["motif"]) == ("annulé le", None, "Lu deux fois")
    assert last["ecriture"] == undone.data["ecriture"]
    shown = " ".join(paid("historique", "C2016-001").out.split())
    assert "versement B12 : payé le 20/05/2016 ; montant payé 6 000,00 €" in shown


def test_rows_beside_an_action_are_told_added_changed_and_taken_out(paid: Typist) -> None:
    asked = ("--financement", "CAPH-PDV=400", "--financement", "PORTEUR-FONDS-PROPRES=600", "--numero", "2016-E")
    words = (
        "action",
        "saisir",
        2016,
        "--intitule",
        "Essai",
        "--porteur",
        "EX-A",
        "--objectif",
        "5.1.2",
        "--cout",
        1000,
    )
    assert paid(*words, *asked).code == 0
    for places in (("DENAIN-CENTRE=40", "hors=5"), ("qpv=12",)):
        publics = [word for place in places for word in ("--public", place)]
        assert paid("action", "public", "2016-E", *publics).code == 0
    told = said(changes(paid, "2016-E"))
    assert ("ajout", "financement CAPH-PDV", "montant demandé", None, "400.00") in told
    assert ("ajout", "financement CAPH-PDV", "statut", None, "demandé") in told
    assert ("modification", "public 1", "effectif", "40", "12") in told
    assert ("retrait", "public 2", "effectif", "5", None) in told
    assert "retrait       public 2 : lieu hors ; effectif 5" in paid("historique", "2016-E").out


def test_a_person_is_never_shown(paid: Typist) -> None:
    iban = "FR7630006000011234567890189"
    assert paid("porteur", "contact", "EX-A", "--nom", "Jeanne Martin", "--iban", iban).code == 0
    assert paid("porteur", "effacer-contact", "EX-A", "--oui").code == 0
    answer = paid("--json", "historique", "EX-A")
    assert "Jeanne" not in answer.out
    assert iban not in answer.out
    rows = [row for row in answer.data if row["ligne"].startswith("donnée personnelle")]
    assert ("donnée personnelle contact", "valeur", None, "donnée personnelle") in {each[1:] for each in said(rows)}
    assert rows[-1]["commande"] == "porteur effacer-contact"
    assert ("valeur", "donnée personnelle", None) in {each[2:] for each in said(rows)}


@pytest.mark.sqlite
def test_what_is_told_is_what_was_sealed_and_not_what_was_put_there(paid: Typist, base: str) -> None:
    without_guards(Path(base))
    with closing(sqlite3.connect(base)) as connection:
        connection.execute("UPDATE porteur SET name = 'Truand' WHERE code = 'EX-A'")
        connection.commit()
    answer = paid("historique", "EX-A")
    assert answer.code == 0
    assert "Truand" not in answer.out
    with closing(sqlite3.connect(base)) as connection:
        connection.execute("UPDATE sealed_act SET agent = 'Truand' WHERE contract = ''")
        connection.commit()
    answer = paid("historique", "EX-A")
    assert answer.code == 1
    assert "ne correspond plus à son sceau" in answer.err


def test_a_code_of_two_things_is_asked_about_and_one_of_nothing_is_refused(paid: Typist) -> None:
    assert paid("porteur", "ajouter", "Autre", "--code", "CAPH-PDV", "--type", "association").code == 0
    answer = paid("historique", "caph-pdv")
    assert answer.code == 1
    assert "désigne porteur et ligne" in answer.err
    assert paid("--json", "historique", "caph-pdv", "--genre", "ligne").data[0]["genre"] == "ligne"
    assert paid("historique", "RIEN-DE-TEL").code == 1
    assert paid("historique", "EX-A", "--genre", "chose").code == 2


def test_only_what_was_recorded_between_two_days_is_told(paid: Typist) -> None:
    assert changes(paid, "EX-A") != []
    assert changes(paid, "EX-A", "--au", "2001-01-01") == []
    assert "Aucun acte" in paid("historique", "EX-A", "--du", "2090-01-01").out


def test_a_base_raised_begins_with_the_rows_it_had(session: Session, base: str, cofiville: Typist) -> None:
    session.rollback()
    session.close()
    engine = open_engine(base)
    with (
        engine.connect().execution_options(writing=True) as connection,
        ContractSession(connection, Context()) as raised,
    ):
        state_rows(raised)
        raised.commit()
    engine.dispose()
    rows = changes(cofiville, "CAPH-PDV", "--genre", "ligne")
    assert {row["fait"] for row in rows} == {"ajout"}


def test_screens_of_an_object_say_its_last_act_and_where_all_of_them_are(paid: Typist) -> None:
    shown = " ".join(paid("convention", "montrer", "C2016-001").out.split())
    assert "par Nadia (versement payer). Tout voir : cofiville historique C2016-001" in shown
    assert "cofiville historique 2016-A" in paid("action", "montrer", "2016-A").out
    assert paid("porteur", "ajouter", "Autre", "--code", "CAPH-PDV", "--type", "association").code == 0
    shown = " ".join(paid("ligne", "montrer", "CAPH-PDV").out.split())
    assert "cofiville historique CAPH-PDV --genre ligne" in shown
    assert "cofiville historique" in paid("porteur", "montrer", "EX-A").out
    assert "cofiville historique" not in paid("porteur", "montrer", "EX-A", "--le", "2016-03-01").out
    assert "cofiville historique CV195" in paid("contrat", "montrer", "CV195").out
    assert "cofiville historique" not in paid("contrat", "montrer", "CV193").out


def test_an_enveloppe_is_told_by_what_moved_its_credits_and_what_was_announced(paid: Typist) -> None:
    first = changes(paid, "CAPH-PDV", 2017)
    words = ("CAPH-PDV", 2017, "--piece")
    assert paid("enveloppe", "notifier", *words[:2], 900, "--piece", "Vote", "--le", "2017-02-01").code == 0
    assert paid("enveloppe", "annoncer", *words[:2], 200, "--piece", "Courrier", "--le", "2017-03-01").code == 0
    assert paid("enveloppe", "modifier", *words[:2], "-200", "--piece", "Courrier", "--le", "2017-04-01").code == 0
    told = changes(paid, "caph-pdv", 2017)[len(first) :]
    assert {(row["genre"], row["objet"], row["agent"]) for row in told} == {("enveloppe", "CAPH-PDV 2017", "Nadia")}
    available = [(row["avant"], row["apres"], row["le"]) for row in told if row["champ"] == "disponible"]
    assert available == [("0.00", "900.00", "2017-02-01"), ("900.00", "700.00", "2017-04-01")]
    announced = [row for row in told if row["ligne"].startswith("baisse annoncée")]
    assert {row["commande"] for row in announced} == {"enveloppe annoncer", "enveloppe modifier"}
    lowered = {row["ecriture"] for row in told if row["commande"] == "enveloppe modifier"}
    assert len(lowered) == 1
    shown = " ".join(paid("enveloppe", "montrer", *words[:2]).out.split())
    assert "par Nadia (enveloppe modifier). Tout voir : cofiville historique CAPH-PDV 2017" in shown
    assert "cofiville historique" not in paid("enveloppe", "montrer", *words[:2], "--le", "2017-03-02").out
    assert "disponible 900,00 € → 700,00 €" in " ".join(paid("historique", "CAPH-PDV", 2017).out.split())
    assert paid("historique", "CAPH-PDV", 2017, "--genre", "ligne").code == 2


@pytest.mark.sqlite
def test_an_enveloppe_whose_entry_was_changed_from_outside_is_not_told_as_sealed(paid: Typist, base: str) -> None:
    assert paid("enveloppe", "notifier", "CAPH-PDV", 2017, 900, "--piece", "Vote", "--le", "2017-02-01").code == 0
    without_guards(Path(base))
    with closing(sqlite3.connect(base)) as connection:
        connection.execute("UPDATE entry SET label = 'Autre' WHERE sequence = (SELECT max(sequence) FROM entry)")
        connection.commit()
    answer = paid("historique", "CAPH-PDV", 2017)
    assert answer.code == 1
    assert "le livre ne suit plus ses sceaux" in answer.err


def test_an_exercice_is_told_from_its_opening_to_its_closing(paid: Typist) -> None:
    opened = changes(paid, 2015) if paid("exercice", "ouvrir", 2015).code == 0 else []
    assert [(row["fait"], row["genre"], row["objet"], row["agent"]) for row in opened] == [
        ("ajout", "exercice", "2015", "Nadia")
    ]
    assert "ajout         exercice" in paid("historique", 2015).out
    assert "cofiville historique 2017" in paid("exercice", "lister").out
    closed = paid("cloture", "executer", 2015, "--le", "2016-01-31", "--oui")
    assert closed.code == 0, closed.err
    told = {(row["champ"], row["avant"], row["apres"]) for row in changes(paid, "2015")[1:]}
    assert ("clos le", None, "2016-01-31") in told
    assert {"sceau de clôture", "écritures à la clôture"} <= {champ for champ, _, _ in told}


def test_the_whole_journal_lists_entries_and_acts_by_instant(paid: Typist) -> None:
    assert paid("porteur", "modifier", "EX-A", "--nom", "Association A").code == 0
    entries = paid("--json", "journal", "lister").data
    everything = paid("--json", "journal", "lister", "--tout").data
    assert [row["ecriture"] for row in everything if row["ecriture"] is not None] == [
        entry["ecriture"] for entry in entries
    ]
    instants = [row["saisie"] for row in everything]
    assert instants == sorted(instants)
    [last, beside] = everything[-2:]
    assert (last["ecriture"], last["commun"], last["lignes"]) == (None, True, None)
    assert (last["agent"], last["commande"], last["libelle"]) == ("Nadia", "porteur modifier", "porteur")
    assert (beside["commun"], beside["libelle"]) == (False, "ce que tous les contrats partagent")
    paying = [row for row in everything if row["commande"] == "versement payer"]
    assert [(row["ecriture"] is None, row["acte"] is None) for row in paying] == [(False, True), (True, False)]
    shown = paid("journal", "lister", "--tout").out
    assert "porteur modifier" in shown
    assert "porteur modifier" not in paid("journal", "lister").out


@pytest.mark.sqlite
@pytest.mark.xdist_group("moments")
def test_the_rows_found_in_a_text_are_those_that_reading_all_of_it_finds(moments: dict[str, Path]) -> None:
    with closing(sqlite3.connect(moments[END] / "cofiville.db")) as connection:
        texts = [unpacked(text) for (text,) in connection.execute("SELECT changes FROM sealed_act")]
        codes = {
            code for (code,) in connection.execute("SELECT number FROM action UNION SELECT number FROM convention")
        }
        codes |= {code for (code,) in connection.execute("SELECT code FROM territory UNION SELECT code FROM porteur")}
    wanted = {name for genre in GENRES.values() for name in genre.rows}
    told = 0
    for text in texts:
        sought = {code for place, code in enumerate(sorted(codes)) if place % 7 == len(text) % 7}
        expected = [done for done in everything(text) if done.table in wanted and sought & set(values(done))]
        found = list(rows_naming(text.decode(), sought, wanted))
        assert found == expected
        told += len(found)
    assert told > 500


def everything(text: bytes) -> Iterator[DoneToRow]:
    for part in act_parts(text):
        for row in part.rows:
            if part.kind == "update":
                key, before, after = (tuple(each) for each in row)
                was, now = (dict(zip(part.columns, each, strict=True)) for each in (before, after))
                yield DoneToRow(part.kind, part.table, key, was, now)
            else:
                named = dict(zip(part.columns, row, strict=True))
                gone = part.kind == "delete"
                yield DoneToRow(part.kind, part.table, (), named if gone else {}, {} if gone else named)


def values(done: DoneToRow) -> list[str]:
    held = (*done.key, *done.before.values(), *done.after.values())
    return [each for each in held if isinstance(each, str)]


@pytest.mark.one_engine
def test_every_covered_table_is_told_with_an_object_or_said_to_be_untold() -> None:
    know_every_table()
    told = {name for genre in GENRES.values() for name in genre.rows}
    known = {table.name for table in covered_tables()}
    assert told | UNTOLD == known
    assert not told & UNTOLD
    modules = {mapper.class_.__tablename__: mapper.class_.__module__ for mapper in Base.registry.mappers}
    for genre in GENRES.values():
        assert {modules[name] for name in genre.rows} == {f"ledger.{name}" for name in genre.models}
        assert genre.shared == ("contract" not in Base.metadata.tables[genre.table].columns) or genre.title == "contrat"


@pytest.mark.one_engine
def test_every_column_told_has_a_title_and_every_title_is_used() -> None:
    know_every_table()
    told = {name for genre in GENRES.values() for name in genre.rows}
    codes = {(genre.table, genre.column) for genre in GENRES.values()}
    columns = {(name, column.name) for name in told for column in Base.metadata.tables[name].columns}
    silent = {(name, column) for name, column in columns if column in SILENT} | SILENT_HERE
    needed = {column for name, column in columns - silent - codes - TITLES_HERE.keys()}
    assert needed <= COLUMN_TITLES.keys()
    assert COLUMN_TITLES.keys() <= {column for _, column in columns}
    assert columns >= SILENT_HERE
    assert TITLES_HERE.keys() <= columns
    assert ROW_TITLES.keys() <= told
