"""A mistake is mended in one act: the entry reversed and the right one written, or neither."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.conftest import Typist
from tests.execution.lives import EPCI, carry, open_years


@pytest.fixture
def typed_on_it(session: Session, cofiville: Typist) -> Typist:
    """A base with one signed convention, C2016-001, whose first payment was ordered and paid 600 € instead of 6 000."""
    open_years(session, 2016, 2017)
    carry(session, "A", {EPCI: "12 000"})
    session.commit()
    cofiville("versement", "ordonner", "C2016-001", "--le", "2016-05-13")
    cofiville("versement", "payer", "C2016-001", "600", "--reference", "B12", "--le", "2016-05-20")
    return cofiville


def number_of(cofiville: Typist, label: str) -> int:
    [entry] = [e for e in cofiville("--json", "journal", "lister").data if e["libelle"].startswith(label)]
    return int(entry["ecriture"])


RIGHT = ("versement", "payer", "C2016-001", "6000", "--reference", "B12", "--le", "2016-05-20")


def test_a_correction_is_one_act_and_one_line(typed_on_it: Typist) -> None:
    wrong = number_of(typed_on_it, "Paiement B12")
    words = ("journal", "corriger", "--motif", "Un zéro manquait", "--le", "2016-05-23", "--oui", wrong, *RIGHT)
    done = typed_on_it("--json", *words)
    assert done.data["acte"]["montant"] == "6000.00"
    [payment] = typed_on_it("--json", "versement", "lister").data
    assert (payment["reference"], payment["montant"]) == ("B12", "6000.00")
    [line] = typed_on_it("--json", "journal", "corrections").data
    assert (line["ecriture"], line["annulation"], line["remplacee_par"]) == (wrong, wrong + 1, wrong + 2)
    entries = {entry["ecriture"]: entry for entry in typed_on_it("--json", "journal", "lister").data}
    assert entries[wrong + 2]["motif"] == f"Correction de l'écriture {wrong} : Un zéro manquait"
    assert typed_on_it("base", "controler").code == 0


@pytest.mark.parametrize(
    ("act", "refused"),
    [
        (("versement", "payer", "C2016-001", "6001", "--reference", "B12", "--le", "2016-05-20"), "paiement_refuse"),
        (("versement", "payer", "C2016-009", "6000", "--reference", "B12"), "introuvable"),
        (("versement", "payer", "C2016-001", "6000", "--referance", "B12"), "usage"),
        (("versement", "lister"), "usage"),
        (("base", "creer"), "usage"),
    ],
)
def test_when_the_right_act_is_refused_nothing_is_undone(
    typed_on_it: Typist, act: tuple[str, ...], refused: str
) -> None:
    wrong = number_of(typed_on_it, "Paiement B12")
    before = typed_on_it("--json", "journal", "lister").data
    answer = typed_on_it(
        "--json", "journal", "corriger", "--motif", "Erreur", "--le", "2016-06-01", "--oui", wrong, *act
    )
    assert answer.refusal["erreur"].startswith(refused)
    assert typed_on_it("--json", "journal", "lister").data == before


def test_what_replaces_an_entry_is_kept_not_read_in_a_motive(typed_on_it: Typist) -> None:
    """F11"""
    wrong = number_of(typed_on_it, "Paiement B12")
    undone = ("journal", "annuler", wrong, "--motif", "Erreur", "--le", "2016-05-23", "--oui")
    assert typed_on_it(*undone).code == 0
    motive = f"Correction de l'écriture {wrong} : Erreur"
    freed = ("convention", "degager", "C2016-001", "--motif", motive, "--le", "2016-05-24", "--oui")
    assert typed_on_it(*freed).code == 0, typed_on_it(*freed).err
    [line] = typed_on_it("--json", "journal", "corrections").data
    assert (line["ecriture"], line["remplacee_par"]) == (wrong, None)
