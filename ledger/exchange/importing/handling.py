"""What an importer asks of each sheet's handler, and what it gives it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy.orm import Session

from ledger.core.errors import Problem
from ledger.exchange.declaration import Sheet
from ledger.exchange.importing.diff import RowDiff, SheetDiff
from ledger.exchange.reading.rows import Row
from ledger.exchange.vocabulary import State


@dataclass(frozen=True, slots=True)
class RowsOrigin:
    """Where rows come from, and the day acts without a day of their own count for.

    takeover: the piece named by opening entries when a year under way is taken over; empty for an ordinary import.
    sender: who sends a partner's file, where its rows do not say; empty where that is not known either.
    """

    file: str
    on: date
    takeover: str = ""
    sender: str = ""


@dataclass(frozen=True, slots=True)
class ImportAct:
    """Something to do in the base for these rows: all of it, or none."""

    rows: tuple[RowDiff, ...]
    run: Callable[[], object]


@dataclass(frozen=True, slots=True)
class ImportBatch:
    """Acts of an import that do not wait for one another, done in one go.

    run: does what it can and says, for each act, whether it is done; those left aside are run one by one.
    """

    acts: tuple[ImportAct, ...]
    run: Callable[[], Sequence[bool]]


class Handler:
    """How rows of some sheets become acts."""

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets it knows."""
        raise NotImplementedError

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: RowsOrigin) -> list[SheetDiff]:
        """The rows of each of its sheets found in the file, against the base."""
        raise NotImplementedError

    def acts(
        self, session: Session, diffs: Sequence[SheetDiff], origin: RowsOrigin
    ) -> Iterator[ImportAct | ImportBatch]:
        """What to do, in order, nothing for rows that change nothing: by itself, one act a row new or changed."""
        for diff in diffs[0].rows:
            if diff.state is not State.SAME:
                yield ImportAct((diff,), partial(self.record, session, diff, origin))

    def record(self, session: Session, diff: RowDiff, origin: RowsOrigin) -> object:
        """Do what one row says, where rows are acted on one by one."""
        raise NotImplementedError

    def remarks(
        self, session: Session, rows: Mapping[str, Sequence[Row]], diffs: Sequence[SheetDiff], origin: RowsOrigin
    ) -> Iterator[Problem]:
        """Findings over the rows as a whole, or that only the base reveals; asked before any act of this handler.

        rows: those of every sheet of the file, so that what an earlier sheet says counts though its act was refused.
        """
        return iter(())
