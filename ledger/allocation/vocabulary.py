"""The closed list of what keeps a grant from more, beside the rules."""

from __future__ import annotations

from ledger.core.vocabulary import Word


class GrantLimit(Word):
    """What keeps a grant from more, where no rule does."""

    REQUEST = "demande", "montant demandé"
    STATUS = "statut", "statut de la demande"
    ENVELOPPE = "enveloppe"
    PIN = "arbitrage"
    OPTIMUM = "optimum"
    PUBLIC = "public_compte", "public compté"


class RuleLimit(Word):
    """How a rule keeps a grant from more; the code of the rule follows, after a colon."""

    RULE = "regle"
    UNKNOWN = "inconnu"

    def coded(self, code: str) -> str:
        """The limit as kept: this word and the code of the rule."""
        return f"{self}:{code}"
