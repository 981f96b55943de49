"""Who a row of a partner's file is about: a SIRET that can be trusted, else a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ledger.core.errors import Level, Problem
from ledger.core.identifiers import plain_words
from ledger.exchange.reading.messages import problem
from ledger.exchange.reading.rows import Row
from ledger.referential.siret import read_siret

_THIRTEEN = re.compile(r"[1-9]\d{12}")


def siret_of(row: Row, field: str = "siret") -> str:
    """The 14 digits of the row's SIRET; "" when it has none or when they cannot be trusted."""
    return read_siret(str(row.values.get(field) or ""))[0]


def who(siret: str, name: str) -> str:
    """What two mentions of one body share: its SIRET, else the bare words of its name."""
    return siret or plain_words(name)


def siret_remarks(rows: Sequence[Row], field: str = "siret") -> Iterator[Problem]:
    """One alert for each row whose SIRET cannot be trusted, the attribuant's as the beneficiary's."""
    known: dict[str, str] = {}
    for row in rows:
        typed = str(row.values.get(field) or "")
        if not typed:
            continue
        if typed not in known:
            known[typed] = siret_trouble(typed)
        if code := known[typed]:
            column = row.sheet.column(field)
            found = problem(code, row.tab, row.cell(field), typed, title=column.title, kind=column.kind.value)
            yield replace(found, level=Level.ALERT)


def siret_trouble(typed: str) -> str:
    """The code of what is wrong with a SIRET as written; "" when it can be trusted."""
    code = read_siret(typed)[1]
    digits = re.sub(r"[.,]0+$", "", typed.strip())
    lost = code == "siret_invalide" and _THIRTEEN.fullmatch(digits) and not read_siret(f"0{digits}")[1]
    return "siret_zero_perdu" if lost else code
