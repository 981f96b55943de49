"""Files made before a porteur was merged or took another code: its former code is read as the one it has now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from ledger.core.errors import Problem
from ledger.exchange.reading.messages import problem
from ledger.exchange.reading.rows import Row
from ledger.exchange.sheets.referential import PORTEURS
from ledger.exchange.workbook import Reading
from ledger.referential.porteurs import former_porteurs

_CARRIED_BY = "porteur"


def with_current_porteurs(session: Session, reading: Reading) -> Reading:
    """The reading with the codes that porteurs have now; the row of a former one is left out, which is told."""
    current = {code: porteur.code for code, porteur in former_porteurs(session).items()}
    if not current:
        return reading
    rows = {name: [_current(row, current) for row in held] for name, held in reading.rows.items()}
    told: list[Problem] = []
    if (own := reading.rows.get(PORTEURS.name)) is not None:
        rows[PORTEURS.name] = [row for row in own if str(row.values["code"]) not in current]
        for row in own:
            if (now := current.get(str(row.values["code"]))) is not None:
                told.append(problem("ancien_code", row.tab, row.cell("code"), row.values["code"] or "", now=now))
    return replace(reading, rows=rows, problems=[*reading.problems, *told])


def _current(row: Row, current: Mapping[str, str]) -> Row:
    now = current.get(str(row.values.get(_CARRIED_BY) or ""))
    return row if now is None else row.saying({**row.values, _CARRIED_BY: now})
