"""The part of a year that a report looks at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from ledger.core.errors import NotFound
from ledger.referential.queries import find_financeur, find_territory

if TYPE_CHECKING:
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


def known_in_referential(session: Session, selection: Selection) -> Selection:
    """The selection, its words as the référentiel spells them. raises: NotFound."""
    axis = selection.axis.strip()
    if axis and not _is_axis(session, axis):
        raise NotFound(
            f"L'axe, la priorité ou l'objectif « {axis} » n'existe pas.", "Consultez la liste : cofiville axe lister."
        )
    territory = find_territory(session, selection.territory).code if selection.territory else ""
    financeur = find_financeur(session, selection.financeur).code if selection.financeur else ""
    return Selection(selection.year, axis, territory, financeur, selection.on)


def _is_axis(session: Session, code: str) -> bool:
    from ledger.referential.axes import axis_tree

    return code in axis_tree(session).labels
