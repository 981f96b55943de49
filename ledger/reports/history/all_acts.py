"""Every act sealed in the base, as a list of the whole journal names it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ledger.reports.history.declared import GENRES
from ledger.reports.history.titles import ROW_TITLES, UNTOLD_TITLES
from ledger.storage.act_model import LastAct, SealedAct
from ledger.storage.act_text import unpacked
from ledger.storage.act_under_way import SHARED
from ledger.storage.sealed_text import tables_touched
from ledger.storage.session import context

_TITLES = {**UNTOLD_TITLES, **ROW_TITLES, **{genre.table: genre.words for genre in GENRES.values()}}

_ELSEWHERE = "ce que tous les contrats partagent"
"""Said of an act that changed a row of another chain, and seals here that its past is kept."""

_TYPED = "trace de la commande"
"""Said of an act that wrote entries alone, which say the rest."""


class SealedActRead(NamedTuple):
    """An act: its number in its chain, whether that chain is the one all contracts share, what it touched in French."""

    number: int
    shared: bool
    recorded_at: datetime
    agent: str
    command: str
    database_role: str
    touched: str


def read_acts(session: Session) -> list[SealedActRead]:
    """The acts sealed of the contract's rows and of those that all share, in the order of record."""
    columns = (SealedAct.number, SealedAct.contract, SealedAct.recorded_at, SealedAct.agent, SealedAct.command)
    asked = select(*columns, SealedAct.database_role, SealedAct.changes).where(
        or_(SealedAct.contract == SHARED, SealedAct.contract == context(session).contract)
    )
    order = asked.order_by(SealedAct.recorded_at, SealedAct.contract, SealedAct.number)
    return [
        SealedActRead(number, chain == SHARED, at, agent, command, role, _touched(bytes(kept)))
        for number, chain, at, agent, command, role, kept in session.execute(order)
    ]


def _touched(kept: bytes) -> str:
    """What an act touched, by the titles of its rows; what cannot be read is left to the audit."""
    try:
        tables = tables_touched(unpacked(kept).decode("utf-8", "surrogateescape"))
    except ValueError:
        return "illisible"
    if tables == [LastAct.__tablename__]:
        return _TYPED
    return ", ".join(dict.fromkeys(_TITLES[name] for name in tables if name in _TITLES)) or _ELSEWHERE
