"""What a kind of rule is: named figures, the scopes it may take, how it reads in French."""

from __future__ import annotations

from abc import abstractmethod
from enum import StrEnum
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from ledger.rules.scope import ACTION_WORDS, SCOPE_WORDS

OF_ACTIONS = ACTION_WORDS
OF_SHARES = (*ACTION_WORDS, "statut")
ON_ONE_LINE = tuple(word for word in SCOPE_WORDS if word not in ("territoire", "statut"))
OF_LINES = tuple(word for word in ON_ONE_LINE if word != "innovation")
WITHOUT_INNOVATION = tuple(word for word in SCOPE_WORDS if word not in ("innovation", "statut"))


class Clock(StrEnum):
    """Which day decides the version of a rule that holds.

    MILLESIME: the day of the decision, kept inside the exercice whose money it is; what says how much is granted, and
    where, so that a paper typed later changes nothing. ACT: the day of the act that the rule bears on; what says how,
    and until when, something is done. BUDGET_YEAR: the last day of the exercice whose budget bears the operation.
    """

    MILLESIME = "millesime"
    ACT = "acte"
    BUDGET_YEAR = "exercice_budgetaire"


class Figures(BaseModel):
    """The figures of a rule, typed and stored under their French words.

    clock: which day decides the version that holds. scopes: the scope words a rule of this kind may take.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)
    kind: ClassVar[str]
    meaning: ClassVar[str]
    clock: ClassVar[Clock]
    scopes: ClassVar[tuple[str, ...]] = WITHOUT_INNOVATION

    @abstractmethod
    def text(self) -> str:
        """The figures as people read them."""

    def stored(self) -> dict[str, Any]:
        """The figures as kept in the base: words, whole numbers, lists."""
        return self.model_dump(mode="json", by_alias=True)
