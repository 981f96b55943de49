"""Days as typed, periods as the rules use them."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.core.errors import InvalidValue
from ledger.core.identifiers import check_code, code_from_name, next_number, plain_words
from ledger.core.period import FarDay, Period, check_year, french_day, parse_day


@pytest.mark.parametrize("typed", ["2016-02-29", "29/02/2016", " 29/02/2016 "])
def test_a_day_is_read_in_both_orders(typed: str) -> None:
    assert parse_day(typed) == date(2016, 2, 29)


@pytest.mark.parametrize("typed", ["29/02/2017", "03/04/16", "2016-13-01", "hier", "43655", "", "２０１６-02-29"])
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(InvalidValue):
        parse_day(typed)


@pytest.mark.parametrize("typed", ["0001-01-01", "31/12/1899", "2100-01-01", "31/12/9999"])
def test_a_day_too_far_to_be_counted_from_is_refused(typed: str) -> None:
    with pytest.raises(FarDay, match="trop loin"):
        parse_day(typed)


def test_a_period_includes_both_its_ends() -> None:
    until_2017 = Period(date(2015, 1, 1), date(2017, 12, 31))
    assert date(2017, 12, 31) in until_2017
    assert date(2018, 1, 1) not in until_2017
    assert until_2017.overlaps(Period(date(2017, 12, 31)))
    assert not until_2017.overlaps(Period(date(2018, 1, 1)))


def test_a_year_has_four_digits_of_this_century() -> None:
    assert check_year(2016) == 2016
    for year in (1999, 2100, 16):
        with pytest.raises(InvalidValue):
            check_year(year)


def test_a_day_is_shown_day_first() -> None:
    assert french_day(date(2016, 12, 31)) == "31/12/2016"


def test_codes_are_made_from_names_whatever_their_spelling() -> None:
    assert code_from_name("Caisse des écoles de Rœulx") == "CAISSE-DES-ECOLES-DE-ROEULX"
    assert plain_words("Rœulx") == plain_words("ROEULX")
    assert check_code(" etat-pdv-dre ", "la ligne") == "ETAT-PDV-DRE"
    with pytest.raises(InvalidValue):
        check_code("A B", "la ligne")


def test_the_next_number_follows_the_highest_one_whatever_its_length() -> None:
    assert next_number("C2016-", []) == "C2016-001"
    assert next_number("C2016-", ["C2016-007", "C2016-1000", "C2016-999", "C2017-5000", "C2016-A"]) == "C2016-1001"
