"""Who a row of a partner's file is about: a SIRET that can be trusted, else a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ledger.core.errors import Level, Problem
from ledger.core.identifiers import plain_words
from ledger.exchange.reading.messages import problem
from ledger.exchange.reading.rows import Row
from ledger.referential.siret import read_siret


def siret_of(row: Row, field: str = "siret") -> str:
    """The 14 digits of the row's SIRET; "" when it has none or when they cannot be trusted."""
    return read_siret(str(row.values.get(field) or ""))[0]


def who(siret: str, name: str) -> str:
    """What two mentions of one body share: its SIRET, else the bare words of its name."""
    return siret or plain_words(name)


def siret_remarks(rows: Sequence[Row], field: str = "siret") -> Iterator[Problem]:
    """One alert for each SIRET of the file that cannot be trusted; rows without any say nothing."""
    seen: Counter[str] = Counter()
    for row in rows:
        typed = str(row.values.get(field) or "")
        _, code = read_siret(typed) if typed else ("", "")
        seen[typed] += 1
        if code and seen[typed] == 1:
            column = row.sheet.column(field)
            found = problem(code, row.tab, row.cell(field), typed, title=column.title, kind=column.kind.value)
            yield Problem(found.sheet, found.cell, Level.ALERT, found.code, found.found, found.expected, found.message)
