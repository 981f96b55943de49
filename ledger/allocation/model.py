"""Tables of what is granted. Grants and direct grants are append-only, scenarios frozen: triggers of migration 0005."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

import ledger.journal.model  # noqa: F401 -- its tables are the targets of foreign keys
from ledger.core.money import Money
from ledger.storage.base import Base
from ledger.storage.columns import JsonText


class Scenario(Base):
    """A proposal for a year, frozen with what it was computed from; validated once, by the comité de pilotage.

    inputs: "enveloppes" (line → cents available), "actions" (number → digest of its facts), "regles" (id → code).
    """

    __tablename__ = "scenario"

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int]
    rules_on: Mapped[date]
    inputs: Mapped[dict[str, dict[str, Any]]] = mapped_column(JsonText)
    inputs_hash: Mapped[str]
    note: Mapped[str]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    validated_on: Mapped[date | None] = mapped_column(default=None)
    piece: Mapped[str | None] = mapped_column(default=None)


class ScenarioGrant(Base):
    """What a scenario grants an action on a line, with its explanation; `rank` keeps the order of the lines."""

    __tablename__ = "scenario_grant"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "scenario"], ["scenario.contract", "scenario.name"], name="fk_scenario_grant_scenario"
        ),
        Index("ix_scenario_grant_action", "contract", "action"),
    )

    contract: Mapped[str] = mapped_column(primary_key=True)
    scenario: Mapped[str] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int]
    requested: Mapped[Money]
    granted: Mapped[Money]
    limited_by: Mapped[str]
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JsonText)


class DirectGrant(Base):
    """What a délibération or an arrêté grants one action on one line, outside any scenario, with its explanation."""

    __tablename__ = "direct_grant"
    __table_args__ = (Index("ix_direct_grant_action", "contract", "action"),)

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    reference: Mapped[str] = mapped_column(primary_key=True)
    action: Mapped[str]
    line: Mapped[str]
    requested: Mapped[Money]
    granted: Mapped[Money]
    granted_on: Mapped[date]
    piece: Mapped[str]
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JsonText)
