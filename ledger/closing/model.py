"""The tables of a closing: decisions on what is left, and what was closed with; none ever changes."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ledger.closing.vocabulary import RemainderEnd, Weight
from ledger.core.money import Money
from ledger.storage.base import ACT_DAY, ContractRow, of_contract

REFERS_TO = ("ledger.journal.model.exercices", "ledger.referential.model.lines")

_OUTCOMES = RemainderEnd.check("fate")


def _of_exercice(name: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["contract", "year"], ["exercice.contract", "exercice.year"], name=f"fk_{name}_exercice"
    )


class Remainder(ContractRow):
    """What was left of a line at the end of a year, for one commitment or for none, and its fate (a RemainderEnd)."""

    __tablename__ = "closing_remainder"
    __table_args__ = (
        _of_exercice("remainder"),
        CheckConstraint("amount > 0", name="amount_above_zero"),
        CheckConstraint(_OUTCOMES, name="fate"),
    )

    year: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[str] = mapped_column(primary_key=True)
    convention: Mapped[str] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(primary_key=True)
    amount: Mapped[Money]
    fate: Mapped[str]
    reason: Mapped[str]


class ClosingDecision(ContractRow):
    """What somebody decided of what is left on one account, before the closing; the last one counts.

    amount: what was left then; a decision on another amount no longer stands. piece: the act that decides, where the
    fate is not the one the rules propose.
    """

    __tablename__ = "closing_decision"
    __table_args__ = (
        _of_exercice("closing_decision"),
        CheckConstraint("amount > 0", name="amount_above_zero"),
        CheckConstraint("reason <> ''", name="has_a_reason"),
        CheckConstraint(_OUTCOMES, name="fate"),
    )

    year: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(info=of_contract("credit_line.code"), primary_key=True)
    position: Mapped[str] = mapped_column(primary_key=True)
    convention: Mapped[str] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[Money]
    fate: Mapped[str]
    reason: Mapped[str]
    piece: Mapped[str]
    decided_on: Mapped[date] = mapped_column(info={ACT_DAY: True})
    agent: Mapped[str]


class KeptPoint(ContractRow):
    """A point that a check found and that still stood when the year was closed: none of them blocked."""

    __tablename__ = "closing_point"
    __table_args__ = (
        _of_exercice("closing_point"),
        CheckConstraint(Weight.check("weight", but=(Weight.BLOCKING,)), name="weight"),
    )

    year: Mapped[int] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    weight: Mapped[str]
    code: Mapped[str]
    subject: Mapped[str]
    amount: Mapped[Money]
    message: Mapped[str]
    command: Mapped[str]


class ClosingBalance(ContractRow):
    """The trial balance of the book when the year was closed: how many accounts, their total, its SHA-256."""

    __tablename__ = "closing_balance"
    __table_args__ = (_of_exercice("closing_balance"),)

    year: Mapped[int] = mapped_column(primary_key=True)
    entries: Mapped[int]
    accounts: Mapped[int]
    total: Mapped[Money]
    sha256: Mapped[str]
