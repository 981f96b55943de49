"""The example year's source data: balanced, on the scale of the contract, and true to the worked case."""

from __future__ import annotations

from collections import Counter

from ledger.commands.example import rows
from ledger.core.money import Money, parse_money, total

OWN_FUNDS = {"PORTEUR-FONDS-PROPRES", "BAILLEUR-FONDS-PROPRES"}
ACTIONS = rows("actions_2016.csv")
FUNDINGS = rows("financements_2016.csv")
ENVELOPPES = rows("enveloppes_2016.csv")


def money(text: str) -> Money:
    return parse_money(text)


def test_every_plan_de_financement_is_balanced_to_the_cent() -> None:
    for action in ACTIONS:
        asked = total(money(row["demande"]) for row in FUNDINGS if row["action"] == action["numero"])
        assert asked == money(action["cout_total"]), action["numero"]


def test_about_forty_actions_cover_the_seven_axes_and_many_objectives() -> None:
    assert 40 <= len(ACTIONS) <= 50
    assert {row["objectif"][0] for row in ACTIONS} == set("1234567")
    assert len({row["objectif"] for row in ACTIONS}) >= 30


def test_the_enveloppes_have_the_orders_of_magnitude_of_the_contract() -> None:
    notified = {row["ligne"]: money(row["montant"]) for row in ENVELOPPES}
    etat = total(amount for line, amount in notified.items() if line.startswith("ETAT-") and "COMMUN" not in line)
    caph = total(amount for line, amount in notified.items() if line.startswith("CAPH-"))
    assert etat == Money(134_333_000)
    assert caph == Money(80_000_000)
    asked = total(money(row["demande"]) for row in FUNDINGS)
    assert Money(450_000_000) < asked < Money(470_000_000)


def test_every_line_asked_for_has_an_enveloppe_except_own_funds() -> None:
    assert {row["ligne"] for row in FUNDINGS} - OWN_FUNDS == {row["ligne"] for row in ENVELOPPES}


def test_one_line_is_oversubscribed() -> None:
    notified = {row["ligne"]: money(row["montant"]) for row in ENVELOPPES}
    asked = {line: total(money(r["demande"]) for r in FUNDINGS if r["ligne"] == line) for line in notified}
    assert asked["REGION-DSDT"] > notified["REGION-DSDT"]


def test_an_action_asks_a_line_once_and_names_a_known_porteur() -> None:
    assert max(Counter((row["action"], row["ligne"]) for row in FUNDINGS).values()) == 1
    assert {row["porteur"] for row in ACTIONS} == {row["code"] for row in rows("porteurs.csv")}
    assert all("(exemple)" in row["nom"] for row in rows("porteurs.csv"))


def test_specific_credits_come_with_droit_commun_or_with_the_reason_of_its_absence() -> None:
    for action in ACTIONS:
        lines = {row["ligne"] for row in FUNDINGS if row["action"] == action["numero"]}
        assert any("DROIT-COMMUN" in line for line in lines) or action["sans_droit_commun"], action["numero"]


def test_the_reussite_educative_actions_are_those_of_the_worked_case() -> None:
    asked = {
        action["porteur"]: (
            action["cout_total"],
            (action["public_qpv"], action["public_veille"], action["public_hors"]),
            *(
                row["demande"]
                for line in ("ETAT-PDV-DRE", "CAPH-DRE", "CAF-DROIT-COMMUN", "PORTEUR-FONDS-PROPRES")
                for row in FUNDINGS
                if row["action"] == action["numero"] and row["ligne"] == line
            ),
        )
        for action in ACTIONS
        if action["dispositif"] == "dre"
    }
    assert asked == {
        "EX-CDE-DENAIN": ("148250.00", ("85", "25", "0"), "91308.52", "12000.00", "9000.00", "35941.48"),
        "EX-CCAS-ESCAUDAIN": ("62480.50", ("31", "22", "0"), "36722.03", "8000.00", "4500.00", "13258.47"),
        "EX-CCAS-RAISMES": ("54317.77", ("40", "17", "3"), "31232.71", "6500.00", "3000.00", "13585.06"),
        "EX-CDE-ROEULX": ("21905.33", ("7", "19", "0"), "11837.30", "6500.00", "1000.00", "2568.03"),
    }
