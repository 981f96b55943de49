"""The DRE of 2017 and 2018, step by step, to the cent; from 2018 the État pays nothing for veille active (§5.2.5)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ledger.execution.figures import reversement_state
from ledger.journal.audit import audit_book
from tests.execution.dre_following import FOLLOWING, DreFollowing
from tests.execution.test_dre_2016 import convention_figures, line_figures, passing_on_figures


def test_every_step_of_2017_and_2018_stands_to_the_cent(session: Session) -> None:
    years = DreFollowing(session)
    first = FOLLOWING["etapes"][0]["n"]
    for number in years.steps():
        step = FOLLOWING["etapes"][number - first]
        for name, expected in step["positions"].items():
            assert line_figures(session, name) == expected, (number, name)
        for millesime in (2017, 2018):
            expected = step.get(f"reversement_{millesime}", {})
            found = passing_on_figures(session, millesime)
            assert {name: found[name] for name in expected} == expected, (number, millesime)
        for expected in FOLLOWING["conventions"].get(step["date"], []):
            assert convention_figures(session, years, expected["id"]) == expected, number
    assert number == 46
    for year, figures in FOLLOWING["controle_final"].items():
        flow = reversement_state(session, int(year)).passing_on
        ended = {"recu": flow.received, "reverse": flow.passed_on, "rendu": flow.returned}
        assert {name: amount.plain() for name, amount in ended.items()} == figures
    assert audit_book(session) == []


def test_the_rate_for_veille_ends_with_2017(session: Session) -> None:
    years = DreFollowing(session)
    for _ in years.steps():
        pass
    rates = {
        code: next(line.terms["rates"] for line in years.conventions[code].lines if line.line == "ETAT-PDV-DRE")
        for code in ("C-2017", "C-2018")
    }
    assert rates == {"C-2017": {"qpv": "13/20", "veille": "1/2"}, "C-2018": {"qpv": "13/20"}}
