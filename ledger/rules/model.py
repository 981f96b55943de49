"""The table of rule versions. Append-only; overlapping versions are refused by a guard."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
)
from sqlalchemy.orm import Mapped, mapped_column

from ledger.storage.base import ACT_DAY, ContractRow, JsonText

REFERS_TO = ("ledger.journal.model.contracts",)


class RuleVersion(ContractRow):
    """What a text allowed over a period, as somebody entered it: kind, scope, figures, days, source.

    A version that another one supersedes no longer counts, from the instant that other one was recorded.
    """

    __tablename__ = "rule_version"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "supersedes"], ["rule_version.contract", "rule_version.id"], name="fk_rule_version_supersedes"
        ),
        CheckConstraint("source_text <> ''", name="has_a_source"),
        CheckConstraint("last_day IS NULL OR last_day >= first_day", name="days_in_order"),
        Index("ix_rule_version_code", "contract", "code"),
        Index("ix_rule_version_supersedes", "contract", "supersedes"),
    )

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    kind: Mapped[str]
    scope: Mapped[dict[str, str]] = mapped_column(JsonText)
    figures: Mapped[dict[str, Any]] = mapped_column(JsonText)
    label: Mapped[str]
    first_day: Mapped[date] = mapped_column(info={ACT_DAY: True})
    last_day: Mapped[date | None]
    source_text: Mapped[str]
    source_article: Mapped[str]
    source_link: Mapped[str]
    to_confirm: Mapped[bool]
    verified_on: Mapped[date | None]
    entered_by: Mapped[str]
    recorded_at: Mapped[datetime]
    supersedes: Mapped[int | None] = mapped_column(default=None)
