"""Two lists of amounts held against each other: every amount in one match, nothing guessed."""

from __future__ import annotations

from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from ledger.core.money import Money
from ledger.exchange.partners.matching import Item, Match, match, sum_of
from ledger.execution.vocabulary import Agreement


def item(key: str, cents: int | None, *, who: str = "CCAS", ej: str = "", day: int = 1) -> Item:
    amount = None if cents is None else Money(cents)
    references = frozenset({ej} - {""})
    return Item(key, who, 2016, amount, date(2016, 5, day), references)


def shown(matches: list[Match]) -> list[tuple[str, str, str]]:
    return [
        (" ".join(each.key for each in one.book), " ".join(each.key for each in one.file), str(one.state))
        for one in matches
    ]


def test_the_same_amount_of_one_body_agrees() -> None:
    assert shown(match([item("C1", 100)], [item("D1", 100)])) == [("C1", "D1", "rapproche")]


def test_one_left_on_each_side_is_a_difference() -> None:
    assert shown(match([item("C1", 100)], [item("D1", 90)])) == [("C1", "D1", "ecart")]


def test_another_body_never_answers() -> None:
    found = match([item("C1", 100)], [item("D1", 100, who="AUTRE")])
    assert shown(found) == [("C1", "", "absent_du_fichier"), ("", "D1", "absent_du_livre")]


def test_lines_under_one_ej_add_up_whatever_the_body() -> None:
    book = [item("C1", 100, ej="EJ1"), item("C2", 50, ej="EJ1")]
    file = [item("annuel", 120, ej="EJ1", who="AUTRE"), item("complémentaire", 30, ej="EJ1", who="AUTRE")]
    assert shown(match(book, file)) == [("C1 C2", "annuel complémentaire", "rapproche")]


def test_a_convention_under_two_ej_answers_for_both() -> None:
    both = Item("C1", "CCAS", 2016, Money(100), references=frozenset({"EJ1", "EJ2"}))
    file = [item("D1", 60, ej="EJ1"), item("D2", 40, ej="EJ2")]
    assert shown(match([both], file)) == [("C1", "D1 D2", "rapproche")]


def test_an_amount_that_could_not_be_read_is_to_confirm() -> None:
    assert shown(match([item("C1", 100, ej="EJ1")], [item("D1", None, ej="EJ1")])) == [("C1", "D1", "a_confirmer")]


def test_several_amounts_for_one_are_proposed_and_not_decided() -> None:
    assert shown(match([item("C1", 100)], [item("D1", 60), item("D2", 40)])) == [("C1", "D1 D2", "a_confirmer")]
    assert shown(match([item("C1", 60), item("C2", 40)], [item("D1", 100)])) == [("C1 C2", "D1", "a_confirmer")]


def test_payments_of_one_amount_agree_by_their_day_first() -> None:
    book = [item("P1", 100, day=3), item("P2", 100, day=9)]
    file = [item("M2", 100, day=9), item("M1", 100, day=3)]
    assert shown(match(book, file, dated=True)) == [("P1", "M1", "rapproche"), ("P2", "M2", "rapproche")]


def test_a_payment_on_another_day_is_to_confirm() -> None:
    found = match([item("P1", 100, day=3)], [item("M1", 100, day=9)], dated=True)
    assert shown(found) == [("P1", "M1", "a_confirmer")]


def test_two_payments_of_different_amounts_are_two_payments() -> None:
    found = match([item("P1", 100)], [item("M1", 90)], dated=True)
    assert shown(found) == [("P1", "", "absent_du_fichier"), ("", "M1", "absent_du_livre")]


ITEMS = st.lists(
    st.builds(
        item,
        st.just("x"),
        st.one_of(st.none(), st.integers(1, 6).map(lambda euros: euros * 100)),
        who=st.sampled_from(["A", "B"]),
        ej=st.sampled_from(["", "", "E1", "E2"]),
        day=st.integers(1, 3),
    ),
    max_size=8,
)


@given(ITEMS, ITEMS, st.booleans())
def test_every_amount_is_in_exactly_one_match_and_what_agrees_is_equal(
    book: list[Item], file: list[Item], dated: bool
) -> None:
    found = match(book, file, dated=dated)
    assert Counter(id(each) for one in found for each in one.book) == Counter(map(id, book))
    assert Counter(id(each) for one in found for each in one.file) == Counter(map(id, file))
    for one in found:
        if one.state is Agreement.MATCHED:
            assert sum_of(one.book) == sum_of(one.file) is not None
        if one.state is Agreement.DIFFERENT:
            assert sum_of(one.book) != sum_of(one.file)
