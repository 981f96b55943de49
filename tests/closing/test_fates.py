"""What each remainder becomes at the end of the year."""

from __future__ import annotations

from ledger.closing.fates import closing_moves, decide_fates, opening_moves
from ledger.core.money import Money
from ledger.journal.keys import AccountKey, Position
from ledger.journal.posting import Move

LINE = "CAPH-PDV"
AVAILABLE = AccountKey(Position.DISPONIBLE, LINE, 2016)
PROGRAMMED = AccountKey(Position.PROGRAMME, LINE, 2016, action="2016-001")
ENGAGED = AccountKey(Position.ENGAGE, LINE, 2016, "C2016-001", "2016-002")
OTHERS = [
    AccountKey(position, LINE, 2016, "C2016-001", "2016-002")
    for position in (Position.ORDONNE, Position.VERSE, Position.A_RECOUVRER, Position.BLOQUE)
]
HELD = {AVAILABLE: Money(100), PROGRAMMED: Money(20), ENGAGED: Money(3)} | dict.fromkeys(OTHERS, Money(7))


def test_credits_lapse_and_commitments_are_carried_over() -> None:
    fates = decide_fates(HELD, lambda _line: ("annuler", "règle"))
    assert [(fate.key, fate.fate) for fate in fates] == [
        (AVAILABLE, "annuler"),
        (PROGRAMMED, "annuler"),
        (ENGAGED, "reporter"),
    ]
    cancelled, carried = AccountKey(Position.ANNULE, LINE, 2016), AccountKey(Position.REPORTE, LINE, 2016)
    assert closing_moves(fates) == [
        Move(cancelled, AVAILABLE, Money(100)),
        Move(cancelled, PROGRAMMED, Money(20)),
        Move(carried, ENGAGED, Money(3)),
    ]
    carried_in = AccountKey(Position.REPORT_ENTRANT, LINE, 2017)
    assert opening_moves(fates, 2017) == [Move(ENGAGED._replace(year=2017), carried_in, Money(3))]


def test_a_rule_of_carry_over_makes_credits_available_again() -> None:
    fates = decide_fates(HELD, lambda _line: ("reporter", "règle"))
    carried_in, available = AccountKey(Position.REPORT_ENTRANT, LINE, 2017), AccountKey(Position.DISPONIBLE, LINE, 2017)
    assert Move(available, carried_in, Money(100)) in opening_moves(fates, 2017)


def test_what_was_never_received_has_nothing_to_give_back() -> None:
    fates = decide_fates({AVAILABLE: Money(1)}, lambda _line: ("rendre", "règle"))
    assert fates[0].fate == "annuler"
    assert "jamais reçu" in fates[0].reason
