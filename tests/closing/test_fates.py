"""What each remainder becomes at the end of the year."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ledger.closing.remainders import (
    RemainderDecision,
    RemainderTerms,
    closing_moves,
    decide_outcomes,
    opening_moves,
    outcome_refusal,
)
from ledger.core.money import Money
from ledger.journal.positions import AccountKey, Position
from ledger.journal.seal import Move

LINE = "CAPH-PDV"
AVAILABLE = AccountKey(Position.DISPONIBLE, LINE, 2016)
PROGRAMMED = AccountKey(Position.PROGRAMME, LINE, 2016, action="2016-001")
ENGAGED = AccountKey(Position.ENGAGE, LINE, 2016, "C2016-001", "2016-002")
OTHERS = [
    AccountKey(position, LINE, 2016, "C2016-001", "2016-002")
    for position in (Position.ORDONNE, Position.VERSE, Position.A_RECOUVRER, Position.BLOQUE)
]
HELD = {AVAILABLE: Money(100), PROGRAMMED: Money(20), ENGAGED: Money(3)} | dict.fromkeys(OTHERS, Money(7))


def terms(rule: str, **more: Any) -> Callable[[AccountKey], RemainderTerms]:
    return lambda _key: RemainderTerms(rule, "règle", "CAPH", **more)


def test_credits_lapse_commitments_are_carried_over_and_what_is_owed_waits_for_its_acts() -> None:
    outcomes = decide_outcomes(HELD, terms("annuler"))
    assert [(outcome.key.position, outcome.fate) for outcome in outcomes] == [
        (Position.DISPONIBLE, "annuler"),
        (Position.PROGRAMME, "annuler"),
        (Position.ENGAGE, "reporter"),
        (Position.A_RECOUVRER, "recouvrer"),
        (Position.BLOQUE, "rendre"),
    ]
    cancelled, carried = AccountKey(Position.ANNULE, LINE, 2016), AccountKey(Position.REPORTE, LINE, 2016)
    assert closing_moves(outcomes) == [
        Move(cancelled, AVAILABLE, Money(100)),
        Move(cancelled, PROGRAMMED, Money(20)),
        Move(carried, ENGAGED, Money(3)),
    ]
    carried_in = AccountKey(Position.REPORT_ENTRANT, LINE, 2017)
    assert opening_moves(outcomes, 2017) == [Move(ENGAGED._replace(year=2017), carried_in, Money(3))]


def test_a_rule_of_carry_over_makes_credits_available_again() -> None:
    outcomes = decide_outcomes(HELD, terms("reporter"))
    carried_in, available = AccountKey(Position.REPORT_ENTRANT, LINE, 2017), AccountKey(Position.DISPONIBLE, LINE, 2017)
    assert Move(available, carried_in, Money(100)) in opening_moves(outcomes, 2017)


def test_an_enveloppe_past_its_last_day_is_not_carried_over() -> None:
    [outcome] = decide_outcomes({AVAILABLE: Money(1)}, terms("reporter", ended="échue le 31/12/2018"))
    assert (outcome.fate, outcome.reason) == ("annuler", "échue le 31/12/2018")
    assert (
        outcome_refusal(AVAILABLE, Money(1), "reporter_disponible", terms("reporter", ended="échue")(AVAILABLE))
        is not None
    )


def test_what_was_never_received_has_nothing_to_give_back() -> None:
    [outcome] = decide_outcomes({AVAILABLE: Money(1)}, terms("rendre"))
    assert outcome.fate == "annuler"
    assert "jamais reçu" in outcome.reason


def test_what_was_received_for_nobody_is_owed_back_once_and_the_rest_lapses() -> None:
    outcomes = decide_outcomes(
        {AVAILABLE: Money(100), PROGRAMMED: Money(20)}, terms("rendre", right="DRE", received=Money(110))
    )
    assert [(outcome.fate, outcome.owed) for outcome in outcomes] == [("rendre", Money(100)), ("rendre", Money(10))]
    owed = AccountKey(Position.BLOQUE, LINE, 2016, "DRE")
    lost, due = (AccountKey(position, LINE, 2016) for position in (Position.DROIT_PERDU, Position.A_RENDRE))
    assert closing_moves(outcomes) == [
        Move(owed, AVAILABLE, Money(100)),
        Move(lost, due, Money(100)),
        Move(owed, PROGRAMMED, Money(10)),
        Move(lost, due, Money(10)),
        Move(AccountKey(Position.ANNULE, LINE, 2016), PROGRAMMED, Money(10)),
    ]


def test_a_decision_stands_only_on_the_amount_it_was_taken_on() -> None:
    decision = RemainderDecision(Money(100), "reporter_disponible", "Reprogrammé", "COPIL du 12/12/2016")
    [outcome] = decide_outcomes({AVAILABLE: Money(100)}, terms("annuler"), {AVAILABLE: decision})
    assert (outcome.fate, outcome.proposed, outcome.decided) == ("reporter_disponible", "annuler", True)
    assert outcome.reason == "Reprogrammé (COPIL du 12/12/2016)"
    [outcome] = decide_outcomes({AVAILABLE: Money(99)}, terms("annuler"), {AVAILABLE: decision})
    assert (outcome.fate, outcome.decided, outcome.stale) == ("annuler", False, True)


@pytest.mark.parametrize(
    ("key", "fate", "more", "why"),
    [
        (ENGAGED, "annuler", {}, "ne convient pas"),
        (AVAILABLE, "reporter", {}, "ne convient pas"),
        (AVAILABLE, "rendre", {}, "jamais été reçu"),
        (AVAILABLE, "tranche", {}, "n'attend de tranche suivante"),
        (ENGAGED, "rattacher", {}, "ne se rattache pas"),
        (AVAILABLE, "rendre", {"received": Money(1)}, None),
        (AVAILABLE, "tranche", {"slices": ("C2016-009",)}, None),
        (OTHERS[2], "compenser", {}, None),
    ],
)
def test_each_position_takes_only_the_fates_that_suit_it(
    key: AccountKey, fate: str, more: dict[str, Any], why: str | None
) -> None:
    refused = outcome_refusal(key, Money(7), fate, terms("annuler", **more)(key))
    assert (refused is None) == (why is None)
    if refused is not None and why is not None:
        assert why in refused[0]
        assert refused[1]
