"""Persons and IBANs stay outside the book; erased, they are nowhere in the base, and figures and seal are the same."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ledger.core.identifiers import masked
from ledger.journal.posting import contains_iban
from tests.commands.conftest import notify
from tests.conftest import Lived, Typist

IBAN = "FR76 3000 6000 0112 3456 7890 189"
COMPACT = IBAN.replace(" ", "")


@pytest.fixture
def known(in_2016: Typist, brought: Lived) -> Typist:

    @brought
    def live() -> None:
        notify(in_2016, "A")
        assert in_2016("porteur", "ajouter", "Association Élan", "--type", "association", "--code", "ELAN").code == 0
        answer = in_2016("--json", "porteur", "contact", "ELAN", "--nom", "Mme Dubois-Exemple", "--iban", IBAN)
        assert answer.data == {"porteur": "ELAN", "contact": "Mme Dubois-Exemple", "iban": "FR76 •••• 0189"}

    return in_2016


def test_a_contact_is_shown_with_its_iban_masked(known: Typist) -> None:
    shown = known("--json", "porteur", "montrer", "ELAN")
    assert (shown.data["contact"], shown.data["iban"]) == ("Mme Dubois-Exemple", "FR76 •••• 0189")
    changed = known("--json", "porteur", "contact", "ELAN", "--nom", "M. Exemple").data
    assert changed == {"porteur": "ELAN", "contact": "M. Exemple", "iban": "FR76 •••• 0189"}


def _book(typist: Typist) -> list[object]:
    """What is wrong with the base, the seal of its book and its entries."""
    found = typist("--json", "base", "controler").data
    return [found["anomalies"], found["sceau"], found["ecritures"], typist("--json", "journal", "lister").data]


def test_a_contact_erased_leaves_figures_and_seal(known: Typist) -> None:
    before = _book(known)
    assert known("porteur", "effacer-contact", "ELAN").code == 2
    assert known("--json", "porteur", "effacer-contact", "ELAN", "--oui").data["efface"] == ["contact", "iban"]
    assert _book(known) == before
    shown = known("--json", "porteur", "montrer", "ELAN").data
    assert (shown["contact"], shown["iban"]) == (None, None)
    assert known("porteur", "effacer-contact", "ELAN", "--oui").err.startswith("Rien n'est gardé sur une personne")
    assert known("porteur", "contact", "ELAN", "--nom", "M. Exemple").code == 0


def test_what_was_known_before_it_was_replaced_is_shown_on_a_past_instant(known: Typist) -> None:
    """F50: the RIB and the person of then, neither those of today nor nothing; once erased, neither."""
    instant = datetime.now(UTC).isoformat()
    changed = ("--nom", "M. Exemple", "--iban", "FR14 2004 1010 0505 0001 3M02 606")
    assert known("porteur", "contact", "ELAN", *changed).code == 0
    shown = known("--json", "porteur", "montrer", "ELAN").data
    assert (shown["contact"], shown["iban"]) == ("M. Exemple", "FR14 •••• 2606")
    then = known("--json", "porteur", "montrer", "ELAN", "--connu-au", instant).data
    assert (then["contact"], then["iban"]) == ("Mme Dubois-Exemple", "FR76 •••• 0189")
    assert known("--json", "porteur", "effacer-contact", "ELAN", "--oui").data["efface"] == ["contact", "iban"]
    then = known("--json", "porteur", "montrer", "ELAN", "--connu-au", instant).data
    assert (then["contact"], then["iban"]) == (None, None)


def test_the_same_iban_typed_again_is_one(known: Typist, engine: Engine) -> None:
    assert known("porteur", "contact", "ELAN", "--iban", COMPACT).code == 0
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM personal_datum").scalar() == 2


@pytest.mark.sqlite
def test_what_was_erased_is_in_no_byte_of_the_base(known: Typist, base: str) -> None:
    def bytes_kept() -> bytes:
        return b"".join(path.read_bytes() for path in Path(base).parent.glob(f"{Path(base).name}*"))

    assert known("porteur", "contact", "ELAN", "--nom", "M. Exemple").code == 0
    assert COMPACT.encode() in bytes_kept()
    assert b"Dubois-Exemple" in bytes_kept()
    assert known("porteur", "effacer-contact", "ELAN", "--oui").code == 0
    assert COMPACT.encode() not in bytes_kept()
    assert b"Dubois-Exemple" not in bytes_kept()


@pytest.mark.sqlite
def test_what_somebody_still_reads_is_told_and_erased_once_they_have_done(
    known: Typist, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.storage.backup._BUSY_SECONDS", 0)
    beside = Path(f"{base}-wal")
    with closing(sqlite3.connect(base)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM personal_datum").fetchone() == (2,)
        assert known("porteur", "contact", "ELAN", "--nom", "M. Exemple").code == 0
        told = known("porteur", "effacer-contact", "ELAN", "--oui")
        assert (told.code, "le fichier -wal" in told.err) == (0, True)
        assert b"M. Exemple" in beside.read_bytes()
    again = known("porteur", "effacer-contact", "ELAN", "--oui")
    assert again.err.startswith("Rien n'est gardé sur une personne")
    assert b"M. Exemple" not in Path(base).read_bytes() + (beside.read_bytes() if beside.exists() else b"")


def test_a_contact_belongs_to_one_contract(known: Typist) -> None:
    other = known("--contrat", "CV193", "--json", "porteur", "montrer", "ELAN").data
    assert (other["contact"], other["iban"]) == (None, None)


@pytest.mark.parametrize("wrong", ["FR76 3000 6000 0112 3456 7890 188", "FR76", "rib", "FR763000600001123456789018"])
def test_a_wrong_iban_is_refused_without_being_repeated(known: Typist, wrong: str) -> None:
    answer = known("porteur", "contact", "ELAN", "--iban", wrong)
    assert answer.code == 1
    assert answer.err.startswith("Cet IBAN n'est pas valable")
    assert wrong not in answer.err


def test_nothing_given_is_refused(known: Typist) -> None:
    assert "Ni nom ni IBAN" in known("porteur", "contact", "ELAN").err


def test_no_iban_enters_the_book(known: Typist) -> None:
    words = ("enveloppe", "notifier", "ETAT-PDV-DRE", 2016, 10, "--le", "2016-02-01", "--piece", f"RIB {IBAN}")
    assert known(*words).err.startswith("Un IBAN ne s'écrit pas dans le livre")
    reversed_ = known("journal", "annuler", 1, "--motif", f"faux RIB {COMPACT}", "--le", "2016-03-01", "--oui")
    assert reversed_.err.startswith("Un IBAN ne s'écrit pas dans le livre")
    assert COMPACT not in known("--json", "journal", "lister").out.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (IBAN, True),
        (COMPACT, True),
        (f"virement sur {COMPACT.lower()} du porteur", True),
        ("RIB : FR76-3000-6000-0112-3456-7890-189", True),
        ("BE68 5390 0754 7034", True),
        (f"RIB {IBAN} du porteur", True),
        ("FR1420041010050500013M02606", True),
        ("GB29 NWBK 6016 1331 9268 19", True),
        (f"{IBAN[:-1]}", False),
        ("FR76 3000 6000 0112 3456 7890 188", False),
        ("Arrêté FR2016 du 12 février 2016", False),
        ("Convention 2016-014, article 5.2.5", False),
        ("", False),
    ],
)
def test_an_iban_is_recognised_in_a_text(text: str, found: bool) -> None:
    assert contains_iban(text) is found


def test_an_iban_is_masked_but_for_its_ends() -> None:
    assert masked(COMPACT) == "FR76 •••• 0189"
