"""The table of cases of CGCT L1111-10 III that a finance assistant reads, replayed (F03)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from ledger.allocation.engine.facts import ActionFacts, LineFacts, Request
from ledger.allocation.engine.share_lines import share_lines
from ledger.allocation.optimum.proposals import make_fair, repair
from ledger.core.money import Money, parse_money, total
from ledger.core.rate import parse_rate
from ledger.referential.model import CreditLine, Financeur
from ledger.referential.seed import shipped_framework
from ledger.referential.statuts import law_of
from ledger.referential.vocabulary import Law
from tests.allocation.support import allocate, local_rule, shipped_book

TABLE = Path(__file__).parents[1] / "golden" / "part-du-maitre-d-ouvrage.md"
BOOK = shipped_book(date(2016, 3, 4))
PLENTY = Money(10**9)
OWNERS = {
    "commune": ("commune", "commune", "COMMUNES"),
    "CAPH": ("epci", "epci", "CAPH"),
    "CAVM": ("epci", "epci", "CAVM"),
    "departement": ("autre", "departement", "DEPARTEMENT"),
    "association": ("association", "association", ""),
    "ccas": ("ccas", "ccas", ""),
    "OPH": ("bailleur", "oph", ""),
    "ESH": ("bailleur", "esh", ""),
}


def rows() -> list[dict[str, str]]:
    """The rows of the table, by title."""
    lines = [line.strip("|").split("|") for line in TABLE.read_text(encoding="utf-8").splitlines() if line[:1] == "|"]
    titles, _, *found = [[cell.strip() for cell in line] for line in lines]
    return [dict(zip(titles, row, strict=True)) for row in found]


def amounts_of(text: str) -> dict[str, Money]:
    return {line: parse_money(amount) for line, _, amount in (part.partition("=") for part in text.split())}


def known_lines(landlord: str) -> dict[str, LineFacts]:
    """The credit lines shipped, each with plenty; the landlords have this statut."""
    facts = shipped_framework()
    statuts = {each["code"]: each["statut"] for each in facts[Financeur]}
    statuts["BAILLEURS"] = landlord or None
    laws = {code: "" if law_of(statut) is Law.UNKNOWN else law_of(statut).value for code, statut in statuts.items()}
    return {
        line["code"]: LineFacts(
            line["code"], line["financeur"], line["nature"], line["rank"], PLENTY, laws[line["financeur"]]
        )
        for line in facts[CreditLine]
    }


def facts_of(row: dict[str, str], lines: dict[str, LineFacts]) -> ActionFacts:
    kind, statut, own = OWNERS[row["maître d'ouvrage"]]
    cost, plan = parse_money(row["coût"]), amounts_of(row["plan"])
    assert total(plan.values()) == cost
    return ActionFacts(
        number="2016-001",
        porteur_kind=kind,
        porteur_statut=statut,
        own_financeur=own,
        dispositif="action",
        nature=row["nature"],
        axis="6",
        status="depose",
        innovation_criteria=0,
        cost_total=cost,
        cost_eligible=cost,
        slices={"qpv": cost},
        public={},
        requests=tuple(Request(line, amount) for line, amount in plan.items() if lines[line].nature != "fonds_propres"),
        resources=plan,
        own_share=parse_rate(row["dérogation"]) if row["dérogation"] else None,
    )


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['n°']} {row['pourquoi']}")
def test_every_case_of_the_table_is_granted_as_it_says(row: dict[str, str]) -> None:
    """F03: line after line, to the cent; the steps of each explanation sum to the grant."""
    lines = known_lines(row["bailleur"])
    found = allocate([facts_of(row, lines)], lines, BOOK)
    assert {each.line: each.granted for each in found} == amounts_of(row["accordé"])
    for each in found:
        assert total(step.amount for step in each.steps) == each.granted


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['n°']} {row['pourquoi']}")
def test_the_optimum_and_equity_count_the_same_shares(row: dict[str, str]) -> None:
    """F03: no method grants the other public bodies more; all of it goes to somebody."""
    lines = known_lines(row["bailleur"])
    outcome = share_lines([facts_of(row, lines)], lines, BOOK)
    whole = total(amounts_of(row["accordé"]).values())
    for method in (repair, make_fair):
        assert total(each.granted for each in method(outcome).grants()) == whole


def test_own_share_of_public_financing_is_never_under_its_rate_and_never_a_cent_too_much() -> None:
    """F03: own ≥ 20 % of public financing, and one cent more to the others would break it, for every cost."""
    lines = known_lines("esh")
    for cents in range(100_000, 100_060):
        cost, landlord = Money(cents), Money(cents // 7)
        row = {
            "maître d'ouvrage": "commune",
            "nature": "investissement",
            "coût": cost.plain(),
            "plan": f"ANRU-NPNRU={(cost - landlord).plain()} BAILLEUR-FONDS-PROPRES={landlord.plain()}",
            "dérogation": "",
        }
        (found,) = allocate([facts_of(row, lines)], lines, BOOK)
        public = cost - landlord
        own = public - found.granted
        assert Fraction(own.cents) >= Fraction(public.cents, 5) > own.cents - 1


@pytest.mark.parametrize(("base", "granted"), [("public", "560"), ("total", "500"), ("eligible", "540")])
def test_a_share_names_its_base(base: str, granted: str) -> None:
    """F03: 20 % of the public 700, of the total 1 000, of the eligible 800; 300 of a private landlord."""
    lines = known_lines("esh")
    row = {
        "maître d'ouvrage": "association",
        "nature": "fonctionnement",
        "coût": "1000",
        "plan": "DEPARTEMENT-DROIT-COMMUN=700 BAILLEUR-FONDS-PROPRES=300",
        "dérogation": "",
    }
    asking = facts_of(row, lines)
    changed = {"taux": "20 %", "assiette": base}
    book = shipped_book(date(2016, 3, 4), None, local_rule("PART", "part_porteur", changed, porteur="association"))
    asking = replace(asking, cost_eligible=parse_money("800"), slices={"qpv": parse_money("800")})
    (found,) = allocate([asking], lines, book)
    assert found.granted == parse_money(granted)
