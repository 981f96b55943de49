"""A past day read while an act is under way, and what acts leave beside their entries: labels, files, documents."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from docx import Document
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from ledger.commands.declaring.access import as_of
from ledger.core.money import Money
from ledger.exchange.partners.keeping import last_rows
from ledger.journal.enveloppes import notify_credits
from ledger.referential.model import CreditLine
from ledger.storage.session import Context, ContractSession
from tests.commands.past_lives import settle
from tests.conftest import Typist

NAMES = "nomAttribuant;idAttribuant;dateConvention;referenceDecision;nomBeneficiaire;idBeneficiaire;objet;montant"
LINE = "DEP A;21310458100011;2016-04-13;D1;ASSO UNE;44137080600016;Action 1;24000,00"


def written(path: Path) -> str:
    """What a Word document says."""
    document = Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(each.text for each in document.paragraphs), *cells])


def test_a_past_day_is_read_inside_an_act_that_writes(session: Session) -> None:
    """F50: the copy of the base has what the act wrote so far, and never waits for the act to end."""
    from ledger.journal.exercices import open_exercice

    open_exercice(session, 2016)
    notify_credits(session, "CAPH-PDV", 2016, Money(100), piece="A", on=date(2016, 2, 1))
    notify_credits(session, "CAPH-PDV", 2016, Money(23), piece="B", on=date(2016, 3, 1))
    with as_of(session, date(2016, 2, 15)) as seen:
        assert seen is not session
        from ledger.journal.balances import balances

        assert list(balances(seen, line="CAPH-PDV", year=2016).values()) == [Money(100), Money(100)]


def test_a_numbered_export_of_a_past_day_ends(cofiville: Typist, tmp_path: Path) -> None:
    """F50: a sending reads the past inside the act that numbers it."""
    settle(cofiville)
    made = cofiville("excel", "exporter", "programmation", 2016, tmp_path / "envoi.xlsx", "--le", "2016-03-10")
    assert made.code == 0, made.err


@pytest.mark.parametrize("screen", [("lister", 2016), ("montrer", "CAPH-PDV", 2016)])
def test_a_past_enveloppe_keeps_the_label_its_line_had(
    cofiville: Typist, base: str, screen: tuple[str | int, ...]
) -> None:
    """F50: a line renamed today keeps, in the past, the name it had."""
    from ledger.storage.engine import open_engine

    settle(cofiville)
    then = ("--json", "enveloppe", *screen, "--le", "2016-03-01")
    known = ("--json", "enveloppe", *screen, "--connu-au", datetime.now(UTC).isoformat())
    before = cofiville(*then).data, cofiville(*known).data
    engine = open_engine(base)
    acting = Context("CV195", "test", "test")
    with engine.connect().execution_options(writing=True) as connection, ContractSession(connection, acting) as session:
        session.get_one(CreditLine, ("CV195", "CAPH-PDV")).label = "Autre nom"
        session.commit()
    engine.dispose()
    assert (cofiville(*then).data, cofiville(*known).data) == before


def test_a_partners_line_received_later_was_not_known_then(cofiville: Typist, base: str, tmp_path: Path) -> None:
    """F50: what a partner's file says is in the history of the base, as any other row."""
    from ledger.commands.declaring.access import opened

    file = tmp_path / "recu.csv"
    file.write_text(f"{NAMES}\n{LINE}\n", encoding="utf-8")
    before = datetime.now(UTC)
    assert cofiville("echange", "importer", "--profil", "scdl", file).code == 0
    with opened(base) as session:
        assert len(last_rows(session, "scdl")) == 1
        with as_of(session, None, before) as seen:
            assert last_rows(seen, "scdl") == []


def edited(cofiville: Typist, folder: Path, *more: str) -> tuple[str, str]:
    """What the convention printed says, and what is told of it."""
    answer = cofiville("--json", "document", "editer", "convention", "C2016-001", "--dossier", folder, *more)
    assert answer.code == 0, answer.err
    [file], [origin] = answer.data["fichiers"], answer.data["origines"]
    return written(Path(file)), origin["origine"]


def test_a_convention_whose_signature_is_undone_is_printed_as_the_draft_it_is(
    cofiville: Typist, tmp_path: Path
) -> None:
    """F14: the copy kept at a signature undone since is no longer the convention, and stays what it was before."""
    settle(cofiville)
    known = datetime.now(UTC).isoformat()
    signed = edited(cofiville, tmp_path / "a")
    assert signed[1] == "acte"
    assert cofiville("journal", "annuler", 5, "--motif", "erreur", "--oui", "--le", "2016-03-20").code == 0
    assert edited(cofiville, tmp_path / "b", "--le", "2016-03-25")[1] == "etat_du_livre"
    assert edited(cofiville, tmp_path / "c", "--le", "2016-03-15") == signed
    assert edited(cofiville, tmp_path / "d", "--connu-au", known) == signed
    assert cofiville("convention", "signer", "C2016-001", "--piece", "D1bis", "--le", "2016-03-21").code == 0
    assert edited(cofiville, tmp_path / "e", "--le", "2016-03-25")[1] == "acte"


def test_an_avenant_recorded_later_was_not_in_the_document_known_then(cofiville: Typist, tmp_path: Path) -> None:
    """F14, F50: what a document was at an instant does not know the avenant typed after it, whatever its day."""
    settle(cofiville)
    known = datetime.now(UTC).isoformat()
    before = edited(cofiville, tmp_path / "a", "--connu-au", known)
    avenant = ("convention", "avenant", "C2016-001", "--montant", "CAPH-PDV=-1000", "--piece", "A1")
    done = cofiville(*avenant, "--le", "2016-04-01")
    assert done.code == 0, done.err
    assert edited(cofiville, tmp_path / "b", "--connu-au", known) == before
    assert edited(cofiville, tmp_path / "c") != before


def without_history(base: str) -> None:
    """Make the base what it would be had it been made before rows had a history."""
    engine = create_engine(f"sqlite:///{base}")
    with engine.begin() as connection:
        triggers = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'row_change'")
        ).all()
        for name, _ in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql("DELETE FROM row_change")
        for _, definition in triggers:
            connection.exec_driver_sql(definition)
    engine.dispose()


@pytest.mark.sqlite
def test_a_base_older_than_the_history_of_its_rows_says_so_of_the_days_before(cofiville: Typist, base: str) -> None:
    """F50: what was not kept is said, once an older base is raised; what is kept from then on is right."""
    settle(cofiville)
    day = ("--json", "convention", "lister", 2016, "--le", "2016-03-10")
    assert cofiville(*day).err == ""
    without_history(base)
    noted = cofiville(*day)
    assert (noted.code, "depuis aujourd'hui" in noted.err) == (0, True)
    assert cofiville("porteur", "modifier", "ATELIERS", "--nom", "Rebaptisés").code == 0
    assert "plans, statuts, bilans et libellés sont ceux d'alors" in cofiville(*day).err
    known = cofiville("--json", "convention", "lister", 2016, "--connu-au", datetime.now(UTC).isoformat())
    assert (known.code, known.err) == (0, "")


def test_an_iban_given_later_was_not_among_the_papers_of_a_past_day(cofiville: Typist) -> None:
    """F50: what is known of a person has no history, since it may be erased; the instant it was typed is enough."""
    settle(cofiville)
    late = ("enveloppe", "notifier", "CAPH-PDV", 2016, 1, "--piece", "N2", "--le", "2016-12-20")
    assert cofiville(*late).code == 0
    day = ("--json", "convention", "circuit", 2016, "--le", "2016-03-20")
    known = ("--json", "convention", "circuit", 2016, "--connu-au", datetime.now(UTC).isoformat())
    before = cofiville(*day).data, cofiville(*known).data
    assert "RIB" in before[0][0]["pieces_manquantes"]
    given = cofiville("porteur", "contact", "ATELIERS", "--iban", "FR7630006000011234567890189")
    assert given.code == 0, given.err
    assert "RIB" not in cofiville("--json", "convention", "circuit", 2016).data[0]["pieces_manquantes"]
    assert (cofiville(*day).data, cofiville(*known).data) == before


def told(cofiville: Typist, *words: object) -> str:
    """What a screen says of the 1st of September."""
    return cofiville("--json", *words, "--le", "2016-09-01").out


def test_a_day_given_to_an_act_without_an_entry_is_the_day_it_counts_from(in_2016: Typist) -> None:
    """F50: a draft put aside in October, a plan changed in June: September knows the second and not the first."""
    for words in (
        ("enveloppe", "notifier", "CAPH-PDV", 2016, 50000, "--piece", "BP", "--le", "2016-02-01"),
        ("porteur", "ajouter", "Les Ateliers", "--type", "association", "--code", "AT"),
        *(
            (
                *("action", "saisir", 2016, "--intitule", f"A{rank}", "--porteur", "AT", "--objectif", "5.1.2"),
                *("--cout", 9000, "--financement", "CAPH-PDV=4000", "--financement", "PORTEUR-FONDS-PROPRES=5000"),
                *("--qpv", 40, "--le", "2016-01-15"),
            )
            for rank in (1, 2)
        ),
        ("allocation", "accorder", "2016-001", "CAPH-PDV", "3500,07", "--piece", "D1", "--le", "2016-03-30"),
        ("convention", "saisir", "2016-001", "--le", "2016-04-25"),
    ):
        done = in_2016(*words)
        assert done.code == 0, (words, done.err)
    before = told(in_2016, "convention", "lister", 2016)
    june = ("--financement", "CAPH-PDV=2000,02", "--financement", "PORTEUR-FONDS-PROPRES=6999,98")
    assert in_2016("action", "modifier", "2016-002", *june, "--le", "2016-06-12").code == 0
    asked = told(in_2016, "rapport", "demandes", 2016)
    assert '"demande": "6000.02"' in asked
    october = ("--financement", "CAPH-PDV=3000,01", "--financement", "PORTEUR-FONDS-PROPRES=5999,99")
    assert in_2016("action", "modifier", "2016-002", *october, "--le", "2016-10-12").code == 0
    assert in_2016("convention", "annuler", "C2016-001", "--le", "2016-10-10", "--oui").code == 0
    assert told(in_2016, "convention", "lister", 2016) == before
    assert told(in_2016, "rapport", "demandes", 2016) == asked
    assert in_2016("convention", "lister", 2016, "--le", "2016-10-10").out.count("annulée") == 1
