"""What part of a year a report looks at: an axis, a territory, a financeur, a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from ledger.reports.programme import ActionFigures


@dataclass(frozen=True, slots=True)
class Selection:
    """A year, and the part of it wanted; an empty word wants everything.

    axis: an axis ("5"), a priority ("5.1") or an objective ("5.1.2"). on: the situation of this day; None for all.
    """

    year: int
    axis: str = ""
    territory: str = ""
    financeur: str = ""
    on: date | None = None

    @property
    def words(self) -> str:
        """What narrows the year, as titles say it: "", or " — axe 5, financeur ETAT"."""
        kept = (("axe", self.axis), ("territoire", self.territory), ("financeur", self.financeur))
        said = [f"{name} {word}" for name, word in kept if word]
        return f" — {', '.join(said)}" if said else ""

    def keep(self, actions: Iterable[ActionFigures]) -> list[ActionFigures]:
        """The actions wanted, with only the lines of the financeur wanted; one left without a line is left out.

        An action that serves the territory is kept whole, whatever else it serves.
        """
        kept = [action for action in actions if self._wants(action)]
        if not self.financeur:
            return kept
        narrowed = (
            replace(action, lines=tuple(line for line in action.lines if line.financeur == self.financeur))
            for action in kept
        )
        return [action for action in narrowed if action.lines]

    def _wants(self, action: ActionFigures) -> bool:
        under = not self.axis or action.objective == self.axis or action.objective.startswith(f"{self.axis}.")
        return under and (not self.territory or self.territory in action.territories)
