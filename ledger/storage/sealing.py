"""The second chain: when a transaction ends, what it did to rows is sealed in it, after the act before.

Each contract has its chain, and the rows that all share have theirs (""). `history` calls this when a session commits;
`ledger/journal/acts_audit.py` recomputes what the rows must be.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from ledger.core.sealing import GENESIS
from ledger.storage.act_text import ActStamp, RowsDone, act_seal, act_text, packed, text_digest
from ledger.storage.driver import Question, ask_server, on_postgresql, put_rows, stored_value
from ledger.storage.heads import ChainSeal, note_seals
from ledger.storage.identity import database_role
from ledger.storage.instants import instant_of_record, note_recorded
from ledger.storage.session import acting_for, context

_LOCK = "SELECT pg_advisory_xact_lock(hashtext('cofiville_acts'), hashtext(?))"
_LAST = "SELECT number, seal, recorded_at FROM sealed_act WHERE contract = ? ORDER BY number DESC LIMIT 1"
_BOOK = "SELECT sequence, seal FROM chain_head WHERE contract = ?"
_LAST_ENTRY = "SELECT recorded_at FROM entry WHERE contract = ? ORDER BY sequence DESC LIMIT 1"


def seal_act(session: Session, chain: str, done: Sequence[RowsDone]) -> None:
    """Write the act of this chain that says this was done to its rows; others wait until this transaction ends."""
    from ledger.storage.act_model import SealedAct

    acting = context(session)
    text = act_text(done)
    digest = text_digest(text)
    with acting_for(session, chain):
        locked = [Question(_LOCK)] if on_postgresql(session) else []
        *_, last, book, recorded = ask_server(session, *locked, Question(_LAST), Question(_BOOK), Question(_LAST_ENTRY))
    for *_, instant in (*last, *recorded):
        note_recorded(session, instant)
    number, previous = last[0][:2] if last else (0, GENESIS)
    entries, entry_seal = book[0] if book else (0, GENESIS)
    connection = session.connection()
    at, role = instant_of_record(session), database_role(connection)
    stamp = ActStamp(chain, number + 1, at, acting.agent, acting.command, role, entries, entry_seal)
    stored = stamp._replace(recorded_at=stored_value(SealedAct, "recorded_at", connection.dialect)(at))
    seal = act_seal(previous, stamp, digest)
    put_rows(session, SealedAct, [(*stored, packed(text), digest, seal)])
    note_seals(session, chain, ChainSeal(number + 1, seal), ChainSeal(entries, entry_seal))
