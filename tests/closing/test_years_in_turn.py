"""Three years closed in turn: what opens is what closed, and the réussite éducative loses its veille in 2018."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.core.money import parse_money, total
from tests.conftest import Typist

LINE, COST = "ETAT-PDV-DRE", 10_000
# 65 % of the QPV half, and 50 % of the veille half until 2017 only (§5.2.5).
GRANTED = {2016: "5750.00", 2017: "5750.00", 2018: "3250.00"}
ENDS = ("disponible", "programme", "engage", "ordonne", "verse", "a_recouvrer", "annule", "reporte", "rendu")


def done(typist: Typist, *words: Any) -> Any:
    answer = typist("--json", *words)
    assert answer.code == 0, answer.err
    return answer.data


def line_of(typist: Typist, year: int) -> dict[str, str]:
    [found] = [row for row in done(typist, "enveloppe", "lister", year) if row["ligne"] == LINE]
    return dict(found)


def act(typist: Typist, year: int) -> str:
    """One action granted by the rules, signed, its first instalment paid; gives its convention."""
    done(typist, "enveloppe", "notifier", LINE, year, 8000, "--piece", f"Arrêté {year}", "--le", f"{year}-02-01")
    plan = ("--financement", f"{LINE}=6000", "--financement", "PORTEUR-FONDS-PROPRES=4000")
    public = ("--qpv", 20, "--veille", 20, "--dispositif", "dre", "--objectif", "5.1.2")
    words = ("--intitule", f"Parcours {year}", "--porteur", f"EX-{year}", "--cout", COST, *plan, *public)
    action = done(typist, "action", "saisir", year, *words, "--le", f"{year}-02-05")["action"]
    done(typist, "allocation", "proposer", year, "--scenario", f"S{year}", "--le", f"{year}-03-01")
    done(typist, "allocation", "valider", f"S{year}", "--piece", "COPIL", "--le", f"{year}-03-04", "--oui")
    right = ("--numero", f"ETAT-DRE-{year}", "--piece", "Arrêté attributif", "--le", f"{year}-04-20")
    done(typist, "convention", "recevoir", LINE, year, GRANTED[year], *right)
    drafted = done(typist, "convention", "saisir", action, "--payeur", "CAPH", "--le", f"{year}-04-25")
    number = str((drafted[0] if isinstance(drafted, list) else drafted)["convention"])
    done(typist, "convention", "signer", number, "--piece", "Délibération", "--le", f"{year}-04-29")
    done(typist, "versement", "ordonner", number, "--le", f"{year}-05-13")
    [state] = [row for row in done(typist, "convention", "lister", year) if row["convention"] == number]
    done(typist, "versement", "payer", number, state["ordonne"], "--reference", f"B{year}", "--le", f"{year}-05-20")
    return number


@pytest.mark.long
def test_three_years_close_in_turn_and_each_opens_on_what_the_one_before_carried(cofiville: Typist) -> None:
    for year in GRANTED:
        done(cofiville, "porteur", "ajouter", f"CCAS {year} (exemple)", "--type", "ccas", "--code", f"EX-{year}")
        done(cofiville, "exercice", "ouvrir", year)
    refused = cofiville("--json", "cloture", "executer", 2017, "--oui", "--le", "2018-02-01")
    assert (refused.code, refused.refusal["erreur"]) == (1, "cloture_refusee")
    assert "2016" in refused.refusal["probleme"]
    carried = parse_money("0")
    for year, granted in GRANTED.items():
        number = act(cofiville, year)
        [state] = [row for row in done(cofiville, "convention", "lister", year) if row["convention"] == number]
        assert state["accorde"] == granted
        simulated = done(cofiville, "cloture", "simuler", year, "--le", f"{year + 1}-02-01")
        closed = done(cofiville, "cloture", "executer", year, "--oui", "--le", f"{year + 1}-02-01")
        assert all(closed[name] == simulated[name] for name in simulated)
        line = line_of(cofiville, year)
        assert total(parse_money(line[name]) for name in ENDS) == parse_money(line["notifie"])
        assert line["disponible"] == line["programme"] == line["engage"] == "0.00"
        assert parse_money(line["reporte_entrant"]) == carried
        carried = parse_money(line["reporte"])
        assert parse_money(line_of(cofiville, year + 1)["engage"]) == carried > parse_money("0")
    assert done(cofiville, "base", "controler")["anomalies"] == []
    late = cofiville("--json", "enveloppe", "modifier", LINE, 2018, 5, "--piece", "Tard", "--le", "2018-12-31")
    assert late.refusal["erreur"] == "exercice_ferme"
