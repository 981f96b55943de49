"""Layout: rows show their text whole, pages are cut between columns that do not belong together."""

from __future__ import annotations

from ledger.core.field import Kind
from ledger.exchange.declaration import Column
from ledger.exchange.writing.styles import header_height, page_breaks, row_height

TITLE = Column("title", "Intitulé", Kind.TEXT, width=20)
AMOUNT = Column("amount", "Montant", Kind.AMOUNT, width=16)


def test_a_row_is_as_high_as_its_longest_text() -> None:
    assert row_height((TITLE, AMOUNT), ("Point santé mobile", None)) == 15
    assert row_height((TITLE, AMOUNT), ("Prévention des conduites addictives des jeunes", None)) == 45
    assert row_height((AMOUNT,), (None,)) == 15


def test_a_title_is_shown_whole_beside_its_filter_arrow() -> None:
    narrow = Column("shared", "Part commune CAPH/CAVM", Kind.YES_NO, width=12)
    assert header_height((AMOUNT,)) == 32
    assert header_height((AMOUNT, narrow)) == 47


def test_a_sheet_that_can_be_read_on_one_page_is_not_cut() -> None:
    assert page_breaks((TITLE, *[AMOUNT] * 12), 1) == []


def test_a_wide_sheet_is_cut_between_columns_and_never_inside_a_group() -> None:
    lines = [Column(f"{code} {step}", step, Kind.AMOUNT, width=16, group=code) for code in "ABCDEFG" for step in "123"]
    assert page_breaks((TITLE, *lines), 1) == [13]
