"""The declarative base of every table, and column types that hold our values exactly on both engines."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    Table,
    Text,
    inspect,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

from ledger.core.money import Money


class BigNumber(TypeDecorator[int]):
    """A whole number of 64 bits; PostgreSQL's SUM gives NUMERIC, which is turned back into int."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())

    def process_result_value(self, value: Any, dialect: Dialect) -> int | None:
        return None if value is None else int(value)


class MoneyColumn(TypeDecorator[Money]):
    """An amount as whole cents."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())

    def process_bind_param(self, value: Money | None, dialect: Dialect) -> int | None:
        return None if value is None else value.cents

    def process_result_value(self, value: Any, dialect: Dialect) -> Money | None:
        return None if value is None else Money(int(value))


class Day(TypeDecorator[date]):
    """A day: ISO text on SQLite (which has no date), DATE on PostgreSQL."""

    impl = Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Date())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return value.isoformat()

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        return date.fromisoformat(value) if isinstance(value, str) else value


class Instant(TypeDecorator[datetime]):
    """An instant in UTC to the microsecond: ISO text on SQLite, TIMESTAMPTZ on PostgreSQL."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("an instant carries its time zone")
        in_utc = value.astimezone(UTC)
        return in_utc.isoformat(timespec="microseconds") if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(UTC)


class Flag(TypeDecorator[bool]):
    """Yes or no: 0/1 on SQLite, BOOLEAN on PostgreSQL."""

    impl = Boolean
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else Boolean())

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return int(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:
        return None if value is None else bool(value)


class JsonText(TypeDecorator[Any]):
    """A small structure kept as canonical JSON text (sorted keys, no spaces), the same bytes on both engines."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


KEPT_BY_THE_BASE = "kept by the base"
UNTRACKED = "untracked"
"""A table whose changes are not kept by `history`: the book, which keeps its own, and what may be erased."""
SEALED_IN_THE_BOOK = "sealed in the book"
"""A table of the book, whose rows its own chain seals; or that chain of acts itself (see `sealing`)."""
WRITTEN_BESIDE = "written beside"
"""A table whose rows, of no contract, are written beside those of an act and never change: sealed with that act."""
SALT = "salt"
"""On the column of a value that may be erased: the column of its salt. Their digest alone is sealed."""
ACT_DAY = "act day"
"""A column that holds the day an act counts from, when the act sets it."""
_NAMED_IN_CONTRACT = "named in the contract"


def of_contract(target: str) -> dict[str, str]:
    """What a column says that holds the key, inside its own contract, of a row of another table ("credit_line.code").

    The table then has the foreign key fk_TABLE_COLUMN, contract first.
    """
    return {_NAMED_IN_CONTRACT: target}


_COLUMN_TYPES: dict[str, Any] = {
    f"Mapped[{name}{more}]": Mapped[kind | None if more else kind]  # type: ignore[misc]
    for name, kind in {"str": str, "int": int, "bool": bool, "date": date, "datetime": datetime, "Money": Money}.items()
    for more in ("", " | None")
}


def _read_once(annotations: dict[str, Any]) -> None:
    """Put the usual types of columns in the place of their words, which SQLAlchemy would read one by one, twice."""
    annotations.update({name: _COLUMN_TYPES.get(words, words) for name, words in annotations.items()})


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True, eq=False, repr=False):
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

    def __init_subclass__(cls, **options: Any) -> None:
        _read_once(cls.__annotations__)
        super().__init_subclass__(**options)

    @classmethod
    def __table_cls__(cls, name: str, *parts: Any, **options: Any) -> Table:
        keys = (
            ForeignKeyConstraint(
                ["contract", each.name], [f"{target.split('.')[0]}.contract", target], name=f"fk_{name}_{each.name}"
            )
            for each in parts
            if isinstance(each, Column) and (target := each.info.get(_NAMED_IN_CONTRACT))
        )
        return Table(name, *parts, *keys, sqlite_strict=True, **options)

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


class MistakableRow(ContractRow):
    """A row that may turn out to have been entered by mistake: no question finds it then, only its key does.

    mistake: why, once it is known to be one; what refers to the row stays, and its history too.
    """

    __abstract__ = True

    mistake: Mapped[str | None] = mapped_column(init=False, default=None, sort_order=95)


def tables_by_subject(package: str, subjects: Mapping[str, Sequence[str]]) -> Callable[[str], Any]:
    """What gives a package of models the entity of this name, and loads then the module of its subject and no other.

    subjects: the names of the entities of each module. The package takes it as its `__getattr__`.
    """
    modules = {name: f"{package}.{subject}" for subject, names in subjects.items() for name in names}

    def entity(name: str) -> Any:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found = getattr(import_module(modules[name]), name)
        setattr(sys.modules[package], name, found)
        return found

    return entity


_known: set[type[Any]] = set()


def know_targets(entity: type[Base]) -> None:
    """Load the models of the tables that rows of this entity, or what it holds, refer to.

    SQLAlchemy needs them to write these rows, not to read them: a module of models names, in REFERS_TO, those of other
    subjects that its foreign keys refer to, and imports none of them.
    """
    if entity in _known:
        return
    _known.add(entity)
    for name in getattr(sys.modules[entity.__module__], "REFERS_TO", ()):
        import_module(name)
    for each in inspect(entity).relationships:
        know_targets(each.entity.class_)
