"""Which base this is, and the last seal of each of its chains: what is kept outside to know it again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.sealing import GENESIS
from ledger.storage.act_under_way import SHARED
from ledger.storage.driver import run_statement
from ledger.storage.instants import instant_of_record
from ledger.storage.session import context, over_all_contracts
from ledger.storage.vocabulary import OriginKind

if TYPE_CHECKING:
    from ledger.storage.model import BaseOrigin

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ACTS, _BOOK = "actes", "livre"
_ORIGIN = """SELECT base_origin.uuid, base_origin.recorded_at, shared.number, shared.seal, mine.number, mine.seal,
 book.sequence, book.seal FROM base_origin
 LEFT JOIN (SELECT number, seal FROM sealed_act WHERE sealed_act.contract = '' ORDER BY number DESC LIMIT 1) AS shared
 ON 1 = 1
 LEFT JOIN (SELECT number, seal FROM sealed_act WHERE sealed_act.contract = ? ORDER BY number DESC LIMIT 1) AS mine
 ON 1 = 1
 LEFT JOIN (SELECT sequence, seal FROM chain_head WHERE chain_head.contract = ?) AS book ON 1 = 1
 ORDER BY base_origin.number DESC LIMIT 1"""
_LAST_ACTS = """SELECT sealed_act.contract, number, seal FROM sealed_act JOIN (
 SELECT sealed_act.contract AS chain, max(number) AS last FROM sealed_act GROUP BY sealed_act.contract) AS heads
 ON sealed_act.contract = chain AND number = last ORDER BY sealed_act.contract"""
_BOOKS = "SELECT chain_head.contract, sequence, seal FROM chain_head ORDER BY chain_head.contract"
_HEAD = "SELECT sequence, seal FROM chain_head WHERE chain_head.contract = ?"
_LAST_ACT = "SELECT number, seal FROM sealed_act WHERE sealed_act.contract = ? ORDER BY number DESC LIMIT 1"
_ACT = "SELECT seal FROM sealed_act WHERE sealed_act.contract = ? AND number = ?"
_ENTRY = "SELECT seal FROM entry WHERE entry.contract = ? AND sequence = ?"


class ChainSeal(NamedTuple):
    """How many acts or entries a chain holds, and the seal of the last one."""

    number: int
    seal: str

    @property
    def text(self) -> str:
        """As it is printed and typed: 12:ab34…, 64 digits after the colon."""
        return f"{self.number}:{self.seal}"


class BaseState(NamedTuple):
    """A base as it is known again: its UUID, the day it was made or put back, the last seal of each chain by its name.

    The chains are those of the shared rows ("actes"), of the contract's acts ("actes CODE") and book ("livre CODE").
    """

    uuid: str
    since: datetime
    seals: Mapping[str, ChainSeal]


@dataclass(slots=True)
class SealsWritten:
    """The last seals that the transaction under way wrote in this session, by the name of their chain."""

    seals: dict[str, ChainSeal] = field(default_factory=dict)


def acts_chain(contract: str) -> str:
    """The name of the chain of acts of this contract; "" for the shared rows."""
    return _ACTS if contract == SHARED else f"{_ACTS} {contract}"


def book_chain(contract: str) -> str:
    """The name of the chain of entries of this contract."""
    return f"{_BOOK} {contract}"


def base_state(session: Session) -> BaseState | None:
    """Which base this is and where its chains stand, in one question; None for one that does not say which it is.

    A row of origin that somebody wrote by hand says nothing: its UUID would name any file, its instant none.
    """
    contract = context(session).contract
    found = run_statement(session, _ORIGIN, (contract, contract))
    if not found:
        return None
    uuid, stored, *heads = found[0]
    since = read_instant_of(stored)
    if since is None or not _UUID.fullmatch(str(uuid)):
        return None
    names = (acts_chain(SHARED), acts_chain(contract), book_chain(contract))
    seals = {
        name: ChainSeal(heads[2 * place] or 0, heads[2 * place + 1] or GENESIS) for place, name in enumerate(names)
    }
    return BaseState(uuid, since, seals)


def read_instant_of(stored: object) -> datetime | None:
    """The instant that the driver gives of a column; None for what is no instant with its time zone."""
    if isinstance(stored, str):
        try:
            stored = datetime.fromisoformat(stored)
        except ValueError:
            return None
    return stored if isinstance(stored, datetime) and stored.tzinfo is not None else None


def acts_seal(session: Session) -> str:
    """The last act of the session's contract as it is printed ("12:ab34…"); "" on a past day, which shows no act."""
    acting = context(session)
    if acting.present is not None:
        return ""
    last = run_statement(session, _LAST_ACT, (acting.contract,))
    return (ChainSeal(*last[0]) if last else ChainSeal(0, GENESIS)).text


@over_all_contracts()
def whole_state(session: Session) -> BaseState | None:
    """As base_state, with the chains of every contract."""
    found = base_state(session)
    if found is None:
        return None
    acts = run_statement(session, _LAST_ACTS)
    books = run_statement(session, _BOOKS)
    seals = {acts_chain(contract): ChainSeal(number, seal) for contract, number, seal in acts}
    return found._replace(
        seals=seals | {book_chain(contract): ChainSeal(count, seal) for contract, count, seal in books}
    )


def note_seals(session: Session, contract: str, act: ChainSeal, book: ChainSeal) -> None:
    """Keep that this session wrote this act last in the chain of this contract, whose book stood there then."""
    seals = context(session).kept(SealsWritten).seals
    seals[acts_chain(contract)] = act
    if contract != SHARED:
        seals[book_chain(contract)] = book


def state_written(session: Session, before: BaseState) -> BaseState:
    """The state once what this session wrote is committed; to be asked before it is, its acts sealed.

    before: the state in which the session found the base.
    """
    contract, written = context(session).contract, context(session).kept(SealsWritten).seals
    seals = {**before.seals, **written}
    if book_chain(contract) not in written:
        found = run_statement(session, _HEAD, (contract,))
        seals[book_chain(contract)] = ChainSeal(*found[0]) if found else ChainSeal(0, GENESIS)
    return before._replace(seals=seals)


def is_in_chain(session: Session, chain: str, seal: ChainSeal) -> bool:
    """Whether this chain of the base has this seal at its place."""
    kind, _, contract = chain.partition(" ")
    if not seal.number:
        return True
    found = run_statement(session, _ENTRY if kind == _BOOK else _ACT, (contract, seal.number))
    return bool(found) and found[0][0] == seal.seal


def last_origin(session: Session) -> BaseOrigin | None:
    """What the base says last of where it comes from; None for one that says nothing yet."""
    from ledger.storage.model import BaseOrigin

    return session.scalar(select(BaseOrigin).order_by(BaseOrigin.number.desc()).limit(1))


def say_origin(session: Session, kind: OriginKind, *, copy_name: str = "", found: str = "", ahead: str = "") -> None:
    """Write where the base comes from: a new UUID for one that has none yet. Sealed with the act under way.

    copy_name, found, ahead: as `BaseOrigin` has them.
    """
    from uuid import uuid4

    from ledger.storage.model import BaseOrigin

    last = last_origin(session)
    session.add(
        BaseOrigin(
            number=last.number + 1 if last else 1,
            uuid=last.uuid if last else str(uuid4()),
            kind=kind.value,
            copy_name=copy_name,
            found=found,
            ahead=ahead,
            recorded_at=instant_of_record(session),
            agent=context(session).agent,
        )
    )
