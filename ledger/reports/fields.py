"""The fields of the reports that commands answer, said without the reports themselves."""

from __future__ import annotations

from ledger.journal.fields import LABEL, LINE, YEAR
from ledger.referential.fields import FINANCEUR, NATURE
from ledger.reports.figures.credits import AVAILABLE, BLOCKED, CARRIED_IN, LIFTED, NOTIFIED, SHOWN_POSITIONS

_NEW = frozenset({"programmable", "dont_bloque", "reserve_levee"})
CONSUMPTION = tuple(
    each.but(since="0.2") if each.name in _NEW else each
    for each in (
        LINE,
        *(each.but(shown=False) for each in (FINANCEUR, LABEL, NATURE, YEAR)),
        NOTIFIED.field(),
        AVAILABLE.field(shown=False),
        *(each.field() for each in SHOWN_POSITIONS),
        CARRIED_IN.field(shown=False),
        BLOCKED.field(shown=False),
        LIFTED.field(shown=False),
    )
)
