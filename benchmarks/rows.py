"""Rows of a base to be measured, written as an act writes its own."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from ledger.storage.base import Base


def add_rows(session: Session, entity: type[Base], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write these rows, by column; one left out has its default, else nothing."""
    declared = inspect.signature(entity).parameters.values()
    blank = {each.name: None for each in declared if each.default is inspect.Parameter.empty}
    session.add_all(entity(**{**blank, **row}) for row in rows)
    session.flush()
