"""The EPCIs' common part (§5.4.3.3), to the cent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from ledger.allocation.engine.problem import EpciShare, epci_share
from tests.allocation.support import action, allocate, euros, lines, shipped_book

DAY = date(2016, 3, 4)


@pytest.mark.parametrize(
    ("public", "key", "caph", "cavm"),
    [
        ({}, "CAPH=30540|CAVM=35260", "9282.67", "10717.33"),
        ({}, "CAPH=29132|CAVM=34078", "9217.53", "10782.47"),
        ({"CAPH": 84, "CAVM": 116}, "CAPH=30540|CAVM=35260", "8400.00", "11600.00"),
        ({"CAPH": 0, "CAVM": 0}, "CAPH=30540|CAVM=35260", "9282.67", "10717.33"),
    ],
)
def test_both_shares_sum_to_the_common_part_by_count_else_by_key(
    public: Mapping[str, int], key: str, caph: str, cavm: str
) -> None:
    book = shipped_book(DAY, {"CLE-EPCI": {"populations": key}})
    shares = [epci_share(euros("20000"), epci, public, book) for epci in ("CAPH", "CAVM")]
    found = [share.own.plain() for share in shares if isinstance(share, EpciShare)]
    assert found == [caph, cavm]


def test_the_other_epci_s_share_is_explained_and_never_granted() -> None:
    asking = action(
        slices={"qpv": "36500"},
        asks={"DEPARTEMENT-DROIT-COMMUN": "6000", "CAPH-PDV": "20000", "PORTEUR-FONDS-PROPRES": "10500"},
        shared="CAPH-PDV",
    )
    known = lines(CAPH_PDV="50000", DEPARTEMENT_DROIT_COMMUN="6000", PORTEUR_FONDS_PROPRES="0")
    found = {each.line: each for each in allocate([asking], known, shipped_book(DAY))}
    assert found.keys() == {"DEPARTEMENT-DROIT-COMMUN", "CAPH-PDV"}
    share = found["CAPH-PDV"]
    assert (share.requested, share.granted, share.limited_by) == (euros("20000"), euros("9282.67"), "regle:CLE-EPCI")
    assert [step.amount.plain() for step in share.steps[0].steps] == ["20000.00", "-10717.33"]


def test_without_a_key_nothing_is_granted_on_a_common_part() -> None:
    book = shipped_book(date(2014, 1, 1))
    asking = action(slices={"qpv": "36500"}, asks={"CAPH-PDV": "20000"}, shared="CAPH-PDV")
    assert epci_share(euros("20000"), "REGION", {}, shipped_book(DAY)) is None
    assert not isinstance(epci_share(euros("20000"), "CAPH", {}, book), EpciShare)
    (found,) = allocate([asking], lines(CAPH_PDV="50000"), shipped_book(DAY, {"CLE-EPCI": {"populations": "A=1|B=2"}}))
    assert (found.granted, found.limited_by) == (euros("0"), "inconnu:cle_epci")
