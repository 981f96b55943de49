"""One word, one figure, one value: whatever report, workbook, page or listing shows it (F12, F13, F15, F52)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from random import Random

import pytest
from sqlalchemy.orm import Session

from ledger.core.field import Kind
from ledger.core.money import Money
from ledger.reports.figures.catalogue import FIGURES, glossary
from tests.glossary import GLOSSARY
from tests.journal.trials import trials
from tests.reports.awkward import Awkward
from tests.reports.observing import Seen, everything_seen
from tests.reports.second_formulas import second_values

TODAY = date(2017, 12, 31)
WITHOUT_SECOND = {
    "conseille": "the avis in force is a choice between services, tried with the avis",
    "retenu": "kept with the scenario, row by row",
    "demande_scenario": "kept with the scenario, row by row",
    "demande_en_lice": "shown by one screen only",
    "depassement": "shown by one screen only",
    "taux": "shown by one screen only",
    "accorde_avant": "the grant of another action",
    "cout_eligible": "typed, and shown as typed",
    "non_consomme": "tried to the cent in the worked cases",
    "encaisse": "a row's own",
    "reste_a_encaisser": "a row's own",
    "brut": "a row's own",
    "impute": "a row's own",
    "net": "a row's own",
    "paye": "a row's own",
    "a_verser": "depends on the days looked at",
    "a_justifier": "depends on the day",
    "montant": "a row's own",
}
NOT_COMPARED = frozenset({"montant", "a_verser", "a_justifier", "paye"})
"""Amounts whose extent each screen says: a row's own, or those of the days looked at."""


def test_the_glossary_is_the_catalogue_of_figures() -> None:
    assert GLOSSARY.read_text(encoding="utf-8") == glossary(), "run: make glossaire"


def test_no_two_figures_share_a_word() -> None:
    words = [word for each in FIGURES.values() for word in (each.title, *each.also)]
    assert sorted(words) == sorted(set(words))


def values(seen: Iterable[Seen]) -> dict[tuple[str, str], dict[Money, list[str]]]:
    """By figure and subject, the values shown and where each stands."""
    found: dict[tuple[str, str], dict[Money, list[str]]] = {}
    for each in seen:
        if each.figure not in NOT_COMPARED:
            found.setdefault((each.figure, each.subject), {}).setdefault(each.amount, []).append(each.where)
    return found


@pytest.mark.long
@pytest.mark.parametrize("seed", range(trials(10, 200)))
def test_the_same_figure_has_the_same_value_wherever_it_appears(session: Session, seed: int) -> None:
    life = Awkward(session, Random(seed))  # noqa: S311 -- trials, not secrets
    life.live()
    for year in (2016, 2017):
        shown = values(everything_seen(session, year, TODAY))
        several = {key: places for key, places in shown.items() if len(places) > 1}
        assert several == {}, life.refused
        second = second_values(session, year)
        wrong = {
            key: (amount, second[key], places)
            for key, found in shown.items()
            for amount, places in found.items()
            if key in second and amount != second[key]
        }
        assert wrong == {}, life.refused
        missing = {each.name for each in FIGURES.values() if each.kind is Kind.AMOUNT} - {name for name, _ in second}
        assert missing <= set(WITHOUT_SECOND)
