"""The closed lists of the rules: by whose budget money passes, when an instalment falls due, what a rule answers."""

from __future__ import annotations

from ledger.core.vocabulary import Word


class Circuit(Word):
    """Through whose budget a grant is paid: the EPCI's, or that of the financeur, who pays the beneficiary itself."""

    BUDGET = "budget", "par le budget de l'EPCI"
    DIRECT = "direct", "circuit direct"


class Condition(Word):
    """What makes an instalment fall due."""

    SIGNATURE = "signature"
    DATE = "date"
    BILAN = "bilan"


class Verdict(Word):
    """What a rule says of a fact. A missing datum is not a yes."""

    RESPECTED = "respectee", "respectée"
    BROKEN = "enfreinte"
    NOT_APPLICABLE = "sans_objet", "sans objet"
    UNKNOWN = "inconnue"


class ShippedState(Word):
    """What becomes of a rule shipped with the program in a contract."""

    ADDED = "ajoutee", "ajoutée"
    KEPT = "gardee", "la vôtre est gardée"
    TAKEN = "reprise", "remplace la vôtre"
    PUT_ASIDE = "ecartee", "non ajoutée"
