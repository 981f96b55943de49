"""Whose act stands: what somebody who comes second to do the same is told."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import String, func, inspect, select, type_coerce
from sqlalchemy.orm import Session, object_session

from ledger.storage.base import Base
from ledger.storage.history import stored_key
from ledger.storage.session import context
from ledger.storage.vocabulary import ChangeKind


def standing_act(row: Base, column: str = "") -> str:
    """Who wrote this row, or set this column of it last, and when: " (par dupont, le 30/11/2026 à 18:20)".

    "" where no past of it is kept: it is there since the contract began.
    """
    from ledger.storage.history_model import RowChange

    session = object_session(row)
    assert session is not None
    key = stored_key(type(row), inspect(row).mapper.primary_key_from_instance(row))
    query = select(RowChange.kind, RowChange.before, RowChange.agent, RowChange.recorded_at).where(
        RowChange.table_name == row.__tablename__, RowChange.row_key == key
    )
    newest = query.order_by(RowChange.recorded_at.desc(), RowChange.act.desc(), RowChange.rank.desc())
    for kind, before, agent, at in session.execute(newest):
        if kind == ChangeKind.INSERT or (column and column in (before or {})):
            return f" ({signed_at(agent, at)})"
    return ""


def contract_made(session: Session, code: str) -> str:
    """Who made this contract and when, as standing_act says it; "" for one of a base made before acts were sealed."""
    from ledger.storage.act_model import SealedAct

    first = select(SealedAct.agent, SealedAct.recorded_at).where(
        SealedAct.contract == code, SealedAct.number == 1, SealedAct.command != "base mettre-a-niveau"
    )
    made = session.connection().execute(first).one_or_none()
    return f" ({signed_at(*made)})" if made is not None else ""


def last_act_on(session: Session, of: str, code: str, since: datetime) -> str:
    """Who last wrote a row of this object of the contract after this instant: ", dernière saisie par dupont, le …".

    of: what the object is called in the keys of its rows, which begin with its code: "action".
    """
    from ledger.storage.history_model import RowChange

    keys = {name: [each.name for each in table.primary_key] for name, table in Base.metadata.tables.items()}
    tables = [name for name, columns in keys.items() if name == of or columns[1:2] == [of]]
    start = json.dumps([context(session).contract, code], ensure_ascii=False, separators=(",", ":"))[:-1]
    beginning = func.substr(type_coerce(RowChange.row_key, String), 1, len(start))
    query = select(RowChange.agent, RowChange.recorded_at).where(
        RowChange.table_name.in_(tables), beginning == start, RowChange.recorded_at > since
    )
    last = session.execute(query.order_by(RowChange.recorded_at.desc()).limit(1)).one_or_none()
    return "" if last is None else f", dernière saisie {signed_at(*last)}"


def signed_at(agent: str, at: datetime) -> str:
    """By whom and when, as refusals say it: "par dupont, le 30/11/2026 à 18:20"."""
    return f"par {agent}, le {at.astimezone():%d/%m/%Y à %H:%M}"
