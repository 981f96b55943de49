"""What a base holds that no act of the program says: nothing, whatever was typed."""

from __future__ import annotations

import re

from ledger.journal.acts_audit import review_acts
from ledger.journal.findings import Finding
from ledger.storage.engine import open_engine
from ledger.storage.every_table import know_every_table
from ledger.storage.session import Context, ContractSession


def unsealed_rows(address: str) -> list[str]:
    """What does not hold between the acts of the base at this address and its rows, in words."""
    return [f"{chain} {each.code} {each.subject} : {each.message}" for chain, each in row_findings(address)]


def row_findings(address: str) -> list[tuple[str, Finding]]:
    """The same as the audit finds it, each with its chain."""
    know_every_table()
    engine = open_engine(address)
    try:
        with engine.connect() as connection, ContractSession(connection, Context("CV195")) as session:
            found = review_acts(session).findings
    finally:
        engine.dispose()
    return [(chain, each) for chain, mine in found.items() for each in mine]


def unsigned(problem: str) -> str:
    """What a refusal says, without whose act stands and since when."""
    return re.sub(r" \(par [^)]+, le \d\d/\d\d/\d{4} à \d\d:\d\d\)", "", problem)
