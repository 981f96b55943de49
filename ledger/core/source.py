"""Where a figure or a rule comes from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """The text and the place in it (§, article) that a rule rests on."""

    text: str
    article: str = ""

    def __str__(self) -> str:
        return f"{self.text}, {self.article}" if self.article else self.text
