"""A base raised: one act a chain says every row there is, since migrations changed them where no act was seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, inspect

from ledger.storage.act_text import KEPT, STATE, KeptAnomaly, RowsDone
from ledger.storage.act_under_way import SHARED, columns_of, covered_columns, covered_tables, hidden
from ledger.storage.base import WRITTEN_BESIDE
from ledger.storage.driver import run_statement
from ledger.storage.every_table import know_every_table
from ledger.storage.sealing import seal_act
from ledger.storage.session import ContractSession, over_all_contracts


@over_all_contracts()
def state_rows(session: ContractSession, kept: Sequence[KeptAnomaly] = ()) -> None:
    """Seal, in the chain of each contract and in that of the rows that all share, every row there is.

    kept: what was wrong in these rows before, which the act of the shared rows says for ever.
    """
    know_every_table()
    codes = [code for (code,) in run_statement(session, "SELECT code FROM contract ORDER BY code")]
    there = set(inspect(session.connection()).get_table_names())
    said: dict[str, list[RowsDone]] = {chain: [] for chain in (SHARED, *codes)}
    if kept:
        said[SHARED].append(RowsDone(KEPT, "", KeptAnomaly._fields, kept))
    for table in covered_tables():
        if table.name in there:
            columns = covered_columns(table)
            for chain, rows in _by_chain(session, table, codes).items():
                said[chain].append(RowsDone(STATE, table.name, columns, rows))
    for chain, done in said.items():
        seal_act(session, chain, done)


def _by_chain(session: ContractSession, table: Table, codes: Sequence[str]) -> dict[str, list[list[Any]]]:
    """The rows of this table as acts say them, by the chain that says them."""
    names = table.columns.keys()
    listed = ", ".join(f'"{name}"' for name in names)
    of_contracts, beside = "contract" in table.primary_key.columns, WRITTEN_BESIDE in table.info
    chains = codes if of_contracts else (SHARED, *codes) if beside else (SHARED,)
    found: dict[str, list[list[Any]]] = {chain: [] for chain in chains}
    for row in run_statement(session, f"SELECT {listed} FROM {table.name}"):  # noqa: S608 - names of our own tables
        values = columns_of(names, row)
        owner = values["contract"] if of_contracts else _named(values, codes) if beside else SHARED
        found[owner].append(list(hidden(table, values).values()))
    return found


def _named(values: dict[str, Any], codes: Sequence[str]) -> str:
    """The contract named first in the key that this row keeps."""
    return next((code for code in codes if values["row_key"].startswith(f'["{code}"')), SHARED)
