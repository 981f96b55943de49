"""The closed lists of the rules: by whose budget money passes, when an instalment falls due."""

from __future__ import annotations

from ledger.core.vocabulary import Word


class Circuit(Word):
    """Through whose budget a grant is paid: the EPCI's, or that of the financeur, who pays the beneficiary itself."""

    BUDGET = "budget", "par le budget de la CAPH"
    DIRECT = "direct", "circuit direct"


class Condition(Word):
    """What makes an instalment fall due."""

    SIGNATURE = "signature"
    DATE = "date"
    BILAN = "bilan"
