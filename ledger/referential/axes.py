"""The tree of axes of a contract: axes, priorities, objectives, or as many levels as it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import NotFound
from ledger.referential.model import Axis
from ledger.storage.session import context


@dataclass(frozen=True, slots=True)
class AxisTree:
    """The labels of each code, and the code it stands under (None at the top)."""

    labels: Mapping[str, str]
    parents: Mapping[str, str | None]

    def path(self, code: str) -> tuple[str, ...]:
        """From the top down to this code, both included."""
        found = [code]
        while (above := self.parents[found[-1]]) is not None:
            found.append(above)
        return tuple(reversed(found))

    def top_label(self, code: str | None) -> str:
        """The label of the axis at the top of this code's branch; "" for no code."""
        return self.labels[self.path(code)[0]] if code else ""

    @property
    def tops(self) -> tuple[str, ...]:
        """The axes at the top, by code."""
        return tuple(sorted(code for code, above in self.parents.items() if above is None))

    @property
    def objectives(self) -> tuple[str, ...]:
        """What actions aim at, by code: those under which nothing stands."""
        above = set(self.parents.values())
        return tuple(sorted(code for code in self.labels if code not in above))

    def under(self, code: str) -> Iterator[str]:
        """The objectives of this branch; the code itself when it is one."""
        return (each for each in self.objectives if code in self.path(each))


def find_axis(session: Session, code: str) -> Axis:
    """The axis, priority or objective of this code. raises: NotFound."""
    found = session.get(Axis, (context(session).contract, code.strip()))
    if found is None:
        raise NotFound(f"L'axe « {code.strip()} » n'existe pas.", "Consultez la liste : cofiville axe lister.")
    return found


def axis_tree(session: Session) -> AxisTree:
    """The tree of the contract."""
    rows = session.execute(select(Axis.code, Axis.label, Axis.parent)).all()
    return AxisTree({row.code: row.label for row in rows}, {row.code: row.parent for row in rows})
