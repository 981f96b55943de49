"""The kinds of rule that controls ask: how near two titles are, what jump of a cost is told, what is structural.

They judge what is asked of an exercice: its millésime holds, so that a control run later finds the same things.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ledger.core.rate import french_rate
from ledger.rules.figures import OF_ACTIONS, Clock, Figures
from ledger.rules.typed_figures import Rate, Words


class TitleLikeness(Figures):
    """From which likeness two titles of one porteur are told to be perhaps the same action."""

    kind = "ressemblance"
    meaning = "ressemblance à partir de laquelle deux intitulés sont signalés"
    clock = Clock.MILLESIME
    scopes = OF_ACTIONS

    likeness: Rate = Field(alias="taux")

    def text(self) -> str:
        return f"à partir de {french_rate(self.likeness)} de ressemblance"


class CostJump(Figures):
    """Beyond which rise the cost of a renewed action is told."""

    kind = "hausse_cout"
    meaning = "hausse du coût d'une action reconduite au-delà de laquelle elle est signalée"
    clock = Clock.MILLESIME
    scopes = OF_ACTIONS

    rise: Rate = Field(alias="taux")

    def text(self) -> str:
        return f"au-delà de {french_rate(self.rise)} de hausse"


class StructuralCharges(Figures):
    """The accounts of charges that pay what a body needs anyway, with or without the action (M8)."""

    kind = "charges_structure"
    meaning = "comptes de charges qui relèvent du fonctionnement ordinaire d'une structure"
    clock = Clock.MILLESIME
    scopes = OF_ACTIONS

    accounts: Annotated[tuple[str, ...], Words] = Field(alias="comptes", min_length=1)

    def text(self) -> str:
        return f"comptes {', '.join(self.accounts)}"

    def holds(self, account: str) -> bool:
        """Whether this account, or one it belongs to, is structural."""
        return account.startswith(self.accounts)
