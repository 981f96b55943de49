"""Any EPCI with a QPV begins its contract from the national geography and lives a year of it (II-3).

COFIVILLE_EPREUVES=completes tries each of the 354; else ten, drawn by a seed that does not change. One takes three
seconds of a processor, all of them nineteen minutes. Run on 2026-11-30: 46 of them, every book sound.
"""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from ledger.referential.geography import national_qpv
from tests.conftest import Typist
from tests.journal.trials import COMPLETE
from tests.one_year import YearLived, lines_of, places_of

EVERY = sorted({siren for qpv in national_qpv() for siren in qpv.epcis})
TRIED = EVERY if COMPLETE else Random(2026).sample(EVERY, 10)  # noqa: S311 -- trials, not secrets


@pytest.mark.long
@pytest.mark.parametrize("siren", TRIED)
def test_the_epci_lives_a_year_from_the_call_to_the_closing_and_its_book_is_sound(
    cofiville: Typist, siren: str
) -> None:
    def ask(words: list[str]) -> Any:
        answer = cofiville("--json", *words)
        assert answer.code == 0, f"{words}\n{answer.err}"
        return answer.data

    ask(["contrat", "creer", "C2024", "--epci", siren, "--du", "2024-01-01", "--au", "2030-12-31"])
    ask(["--contrat", "C2024", "axe", "ajouter", "1", "Plein emploi"])
    places = places_of(ask, "C2024")
    assert places
    year = YearLived(ask, "C2024", 2025, lines_of(ask, "C2024"), places, "1")
    year.live()
    assert year.type("base", "controler")["anomalies"] == []
    lines = {row["ligne"]: row for row in year.type("enveloppe", "lister", 2025)}
    assert [lines["ETAT-PDV-ACTIONS"][name] for name in ("notifie", "verse", "annule")] == [
        "20000.00",
        "17809.28",
        "2190.72",
    ]
    assert {row["etat"] for row in year.type("exercice", "lister") if row["exercice"] == 2025} == {"clos"}
