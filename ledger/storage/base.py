"""The declarative base of every table: typed dataclass entities, named constraints, STRICT tables on SQLite."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import Boolean, MetaData, Table, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column

from ledger.core.money import Money
from ledger.storage.columns import BigNumber, Day, Flag, Instant, MoneyColumn

KEPT_BY_THE_BASE = "kept by the base"
UNTRACKED = "untracked"
"""A table whose changes are not kept by `history`: the book, which keeps its own, and what may be erased."""
ACT_DAY = "act day"
"""A column that holds the day an act counts from, when the act sets it."""


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True, eq=False):
    """Every entity: constructed by keywords, compared by identity, held by a Session."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(referred_table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )

    @classmethod
    def __table_cls__(cls, name: str, *parts: Any, **options: Any) -> Table:
        return Table(name, *parts, sqlite_strict=True, **options)

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        int: BigNumber(),
        bool: Flag(),
        date: Day(),
        datetime: Instant(),
        Money: MoneyColumn(),
        Boolean: Flag(),
    }


class ContractRow(Base):
    """A row of one contract: whose code comes first in its key, and which a session reads only for its own contract."""

    __abstract__ = True

    contract: Mapped[str] = mapped_column(primary_key=True, sort_order=-1)
