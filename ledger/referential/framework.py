"""What a contract has of its own, as a whole: given to a new one, read from another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from ledger.referential.model import (
    Axis,
    Commune,
    ContractAccount,
    CreditLine,
    Dispositif,
    Epci,
    Financeur,
    PostKind,
    Scale,
    Territory,
    TerritoryCommune,
    TerritoryKind,
    TerritoryPopulation,
)
from ledger.storage.base import Base, ContractRow
from ledger.storage.history import Record, insert_records
from ledger.storage.session import acting_for

Framework: TypeAlias = Mapping[type[ContractRow], Sequence[Record]]
"""By entity, the values of each row by attribute, without its contract; those that have a default may be left out."""

WORDS: tuple[type[ContractRow], ...] = (TerritoryKind, Dispositif, Scale, PostKind)
"""What sorts places, actions and posts; each after what it names."""
OF_FRAMEWORK: tuple[type[ContractRow], ...] = (
    Epci,
    Financeur,
    *WORDS,
    Axis,
    Commune,
    CreditLine,
    Territory,
    TerritoryCommune,
    TerritoryPopulation,
    ContractAccount,
)


def record_framework(session: Session, contract: str, framework: Framework) -> None:
    """Give a contract these rows, each axis after the one it stands under. raises: DBAPIError on a code there already.

    It is what the contract begins with: its past is not kept.
    """
    rows: dict[type[Base], list[Record]] = {
        entity: [_whole(new_fact(entity, contract, values)) for values in records]
        for entity, records in framework.items()
    }
    with acting_for(session, ""):
        insert_records(session, rows)


def framework_of(session: Session, contract: str) -> Framework:
    """The rows of a contract of this base, as they can be given to another."""
    found: dict[type[ContractRow], list[Record]] = {}
    with acting_for(session, contract):
        for entity in OF_FRAMEWORK:
            rows = session.scalars(select(entity)).all()
            found[entity] = [{name: value for name, value in _whole(row).items() if name != "contract"} for row in rows]
    found[Axis] = parents_first(found[Axis])
    return found


def new_fact(entity: type[ContractRow], contract: str, values: Record) -> ContractRow:
    """The row of these values, by attribute, with its defaults; of no session yet."""
    days = {name: values[name] for name in ("starts_on", "ends_on") if name in values}
    row = entity(contract=contract, **{name: value for name, value in values.items() if name not in days})
    for name, day in days.items():
        setattr(row, name, day)
    return row


def parents_first(axes: Sequence[Record]) -> list[Record]:
    """The axes, each after the one it stands under."""
    above = {each["code"]: each.get("parent") for each in axes}

    def depth(code: str) -> int:
        steps = 0
        while (higher := above.get(code)) is not None:
            code, steps = higher, steps + 1
        return steps

    return sorted(axes, key=lambda each: (depth(each["code"]), each["rank"]))


def _whole(row: ContractRow) -> Record:
    return {each.key: getattr(row, each.key) for each in inspect(type(row)).column_attrs}
