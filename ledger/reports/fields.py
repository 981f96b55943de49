"""The fields of the reports that commands answer, said without the reports themselves."""

from __future__ import annotations

from ledger.core.field import Field, Kind, code, words
from ledger.journal.fields import LABEL, LINE, YEAR
from ledger.referential.fields import FINANCEUR, NATURE
from ledger.reports.figures.credits import AVAILABLE, BLOCKED, CARRIED_IN, LIFTED, NOTIFIED, SHOWN_POSITIONS
from ledger.reports.figures.payments import AMOUNT, TO_JUSTIFY

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

LATE = Field("retard", "en retard", Kind.YES_NO, width=10)
TASK = words("nature", "à faire", width=34)
TASK_SUBJECT = code("objet", "objet", width=26)
WAITS_FOR = code("attend", "attend", width=22)
DEADLINE = Field("echeance", "échéance", Kind.DAY, optional=True, width=12)
COMMAND = words("commande", "commande", shown=False, width=70)
AGENDA = (
    LATE,
    TASK,
    TASK_SUBJECT,
    WAITS_FOR,
    AMOUNT.field(summed=False).but(optional=True),
    TO_JUSTIFY.field(summed=False).but(optional=True),
    DEADLINE,
    COMMAND,
)
