"""IBANs recognised in a text, so that none enters what can never be erased."""

from __future__ import annotations

from ledger.core.iban import like_ibans

_SHORTEST, _LONGEST = 15, 34


def holds_iban(text: str) -> bool:
    """Whether an IBAN of France or of a country around stands in this text, whatever separates its digits.

    Its length, its structure and its key (ISO 13616) are those of its country.
    """
    found = like_ibans(text)
    if not found:
        return False
    from stdnum import iban  # only for what looks like one: it takes 20 ms to import

    return any(
        iban.is_valid(each[:length], check_country=False)
        for each in found
        for length in range(_SHORTEST, min(len(each), _LONGEST) + 1)
    )
