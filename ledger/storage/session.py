"""The session on a base: who acts, on which contract, and the reading of the rows of that contract alone.

The filter stands here and nowhere else: a question asked through a session finds the rows of its contract only, whether
they are read, joined, counted or changed in bulk. SQL written by hand says its contract (see `own_rows`, `driver.ask`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Connection, Engine, FromClause, event, func, select
from sqlalchemy.orm import InstrumentedAttribute, ORMExecuteState, Session, UOWTransaction, with_loader_criteria
from sqlalchemy.orm.attributes import instance_state

from ledger.storage.base import ContractRow, MistakableRow, know_targets

Kept = TypeVar("Kept")

_BY_KEY = {"looked_for_by_key": True}
_made: WeakKeyDictionary[Any, tuple[str, Any]] = WeakKeyDictionary()
_over_all: ContextVar[bool] = ContextVar("over all contracts", default=False)


@dataclass(slots=True)
class Context:
    """What a session knows of its user: the contract whose book is open, the agent who acts and the command typed.

    contract: "" until one is chosen: no row of a contract can be read then. motive: why acts are written, where they
    say nothing of it. present: the session on the base as it stands, of which this one shows a past day.
    """

    contract: str = ""
    agent: str = ""
    command: str = ""
    motive: str = ""
    present: Session | None = None
    _kept: dict[type[Any], Any] = field(default_factory=dict, repr=False)

    @property
    def signature(self) -> tuple[str, str, str]:
        """What an act written here is signed with: contract, agent, command."""
        return self.contract, self.agent, self.command

    def kept(self, kind: type[Kept]) -> Kept:
        """What a room keeps in this session, of the kind it declares for that: made empty when first asked for."""
        found: Kept = self._kept.setdefault(kind, kind()) if kind not in self._kept else self._kept[kind]
        return found

    def forget(self, kind: type[Any]) -> None:
        """Keep nothing more of this kind."""
        self._kept.pop(kind, None)


class ContractSession(Session):
    """A session that reads the rows of one contract alone, that of its context, unless told `over_all_contracts`."""

    def __init__(self, bind: Connection | Engine, acting: Context) -> None:
        super().__init__(bind, info={Context: acting})

    def get(self, entity: Any, ident: Any, *, execution_options: Any = _BY_KEY, **options: Any) -> Any:
        """The row of this key; None for one of another contract, also when it is at hand."""
        key = ident if isinstance(ident, tuple) else (ident,)
        if issubclass(entity, ContractRow) and not _over_all.get() and key[0] != context(self).contract:
            return None
        held = None if options else self.identity_map.get((entity, key, None))
        if held is not None and not instance_state(held).expired:
            return held
        return super().get(entity, ident, execution_options={**execution_options, **_BY_KEY}, **options)


def context(session: Session) -> Context:
    """Who acts in this session, on which contract, and what rooms keep there."""
    found: Context = session.info[Context]
    return found


def present(session: Session) -> Session:
    """The session on the base as it stands, of which this one may show a past day; else this one.

    The chain of seals is only whole there.
    """
    return context(session).present or session


@contextmanager
def acting_for(session: Session, contract: str) -> Iterator[None]:
    """What is read and written inside is of this contract."""
    acting = context(session)
    before, acting.contract = acting.contract, contract
    try:
        yield
    finally:
        acting.contract = before


@contextmanager
def over_all_contracts() -> Iterator[None]:
    """What is read inside is of every contract: the base itself looked at, copied or moved, and nothing else."""
    token = _over_all.set(True)
    try:
        yield
    finally:
        _over_all.reset(token)


def reads_all_contracts() -> bool:
    """Whether what is read here is of every contract (see over_all_contracts)."""
    return _over_all.get()


def next_rank(session: Session, rank: InstrumentedAttribute[int], *of: ColumnElement[bool]) -> int:
    """The rank, from 1, that follows those of these rows."""
    return (session.scalar(select(func.max(rank)).where(*of)) or 0) + 1


def own_rows(session: Session, table: FromClause) -> ColumnElement[bool]:
    """The condition that a table, or an alias of one, asked without its entity, gives rows of the contract alone."""
    return table.c.contract == context(session).contract


@event.listens_for(ContractSession, "do_orm_execute")
def _keep_to_the_contract(asked: ORMExecuteState) -> None:
    """Add the contract to what is asked of entities.

    What a relationship loads, or a key finds, is of its owner's contract: it stands in every foreign key.
    """
    if (asked.is_insert or asked.is_update or asked.is_delete) and asked.bind_mapper is not None:
        know_targets(asked.bind_mapper.class_)
    if not asked.is_orm_statement or asked.is_insert or asked.is_relationship_load or asked.is_column_load:
        return
    if not (_over_all.get() or _BY_KEY.items() <= asked.execution_options.items()):
        asked.statement = _held_to(asked.statement, context(asked.session).contract)


@event.listens_for(ContractSession, "before_flush")
def _know_what_is_referred_to(session: Session, _flush: UOWTransaction, _objects: Any) -> None:
    for each in (*session.new, *session.dirty, *session.deleted):
        know_targets(type(each))


def _held_to(statement: Any, contract: str) -> Any:
    """The statement with the condition; made once for one that rooms keep, whose place in the cache is then known."""
    made = _made.get(statement)
    if made is None or made[0] != contract:
        made = _made[statement] = contract, statement.options(*_of_contract(contract))
    return made[1]


@lru_cache(maxsize=16)
def _of_contract(contract: str) -> tuple[Any, ...]:
    """The conditions on every entity of a contract; its code is a bound value: statements are compiled once."""
    aliased = {"include_aliases": True, "propagate_to_loaders": False}
    return (
        with_loader_criteria(ContractRow, lambda row: row.contract == contract, **aliased),
        with_loader_criteria(MistakableRow, lambda row: row.mistake.is_(None), **aliased),
    )
