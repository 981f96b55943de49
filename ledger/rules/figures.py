"""What a kind of rule is: named figures, the scopes it may take, how it reads in French."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from ledger.rules.scope import ACTION_WORDS
from ledger.rules.vocabulary import Clock, ScopeWord

OF_ACTIONS = ACTION_WORDS
OF_SHARES = (*ACTION_WORDS, ScopeWord.STATUT)
ON_ONE_LINE = tuple(word for word in ScopeWord if word not in (ScopeWord.TERRITORY, ScopeWord.STATUT))
OF_LINES = tuple(word for word in ON_ONE_LINE if word != ScopeWord.INNOVATION)
WITHOUT_INNOVATION = tuple(word for word in ScopeWord if word not in (ScopeWord.INNOVATION, ScopeWord.STATUT))


class Figures(BaseModel):
    """The figures of a rule, typed and stored under their French words.

    clock: which day decides the version that holds. scopes: the scope words a rule of this kind may take.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)
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
