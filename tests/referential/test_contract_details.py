"""What a contract says of itself is used: its time zone, its letter heading, its own templates, its acts (M34)."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ledger.commands.declaring import contract_day
from ledger.commands.declaring.contract_day import UnknownTimeZone, today_in
from ledger.reports.documents.template import SHIPPED, find_template
from tests.conftest import Typist


class At(datetime):
    """A clock stopped at the last hours of 30 November in Paris."""

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override] # a zone is all it is asked for
        return datetime(2026, 11, 30, 20, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Paris", date(2026, 11, 30)),
        ("Indian/Reunion", date(2026, 12, 1)),
        ("Pacific/Tahiti", date(2026, 11, 30)),
        ("Pacific/Noumea", date(2026, 12, 1)),
    ],
)
def test_today_is_that_of_the_time_zone(monkeypatch: pytest.MonkeyPatch, zone: str, day: date) -> None:
    monkeypatch.setattr(contract_day, "datetime", At)
    assert today_in(zone) == day


def test_a_time_zone_that_no_table_holds_is_refused_with_the_way_to_have_it() -> None:
    with pytest.raises(UnknownTimeZone, match="n'est pas connu de cette machine") as refused:
        today_in("Pacific/Nulle-Part")
    assert "pip install tzdata" in refused.value.remedy


def test_an_act_without_a_day_is_of_today_where_the_contract_is(
    cofiville: Typist, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cofiville("contrat", "modifier", "CV195", "--fuseau", "Indian/Reunion").code == 0
    refused = cofiville("--json", "contrat", "modifier", "CV195", "--fuseau", "Indian/Nulle-Part").refusal
    assert refused["probleme"] == "« Indian/Nulle-Part » n'est pas un fuseau horaire."
    monkeypatch.setattr(contract_day, "datetime", At)
    noted = cofiville("--json", "contrat", "acte", "CV195", "annexe", "--piece", "Annexe 3").data
    assert noted["actes"][-1]["le"] == "2026-12-01"
    assert noted["fuseau"] == "Indian/Reunion"
    in_paris = cofiville(
        "--json", "--contrat", "CV193", "contrat", "acte", "CV193", "annexe", "--piece", "Annexe 3"
    ).data
    assert in_paris["actes"][-1]["le"] == "2026-11-30"


def test_avenants_and_annexes_stand_among_the_acts_and_prolong_nothing(cofiville: Typist) -> None:
    act = ("contrat", "acte", "CV195", "avenant", "--piece", "Avenant 1", "--le", "2017-03-10")
    assert cofiville(*act).code == 0
    shown = cofiville("--json", "contrat", "montrer", "CV195").data
    assert [(each["genre"], each["le"], each["au"], each["a_confirmer"]) for each in shown["actes"]] == [
        ("prolongation", "2018-12-28", "2022-12-31", True),
        ("prolongation", "2021-12-30", "2023-12-31", True),
        ("avenant", "2017-03-10", None, False),
    ]
    assert shown["au"] == "2023-12-31"
    again = cofiville("--json", *act).refusal["probleme"]
    assert again.startswith("Avenant « Avenant 1 » du 10/03/2017 : c'est noté déjà (par ")
    other = cofiville("--json", "contrat", "acte", "CV195", "prolongation", "--piece", "Avenant 2").refusal
    assert "contrat prolonger" in other["remede"]


def test_letters_bear_the_heading_of_the_contract_and_its_own_templates_come_first(
    cofiville: Typist, tmp_path: Path
) -> None:
    headed = ("contrat", "modifier", "CV195", "--en-tete", "Pôle politique de la ville")
    assert cofiville("--json", *headed).data["en_tete"] == "Pôle politique de la ville"
    assert "en_tete" in cofiville("document", "champs", "relance1").out
    (tmp_path / "CV195").mkdir()
    shutil.copy(SHIPPED / "titre.docx", tmp_path / "CV195" / "titre.docx")
    shutil.copy(SHIPPED / "titre.docx", tmp_path / "titre.docx")
    assert find_template("titre", tmp_path, "CV195").parent == tmp_path / "CV195"
    assert find_template("titre", tmp_path, "CV193").parent == tmp_path
    assert find_template("ordre", tmp_path, "CV195").parent == SHIPPED
