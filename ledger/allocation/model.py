"""Tables of what is granted: scenarios frozen, all the rest append-only, by triggers of the migrations."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ledger.core.money import Money
from ledger.storage.base import ACT_DAY, ContractRow, JsonText, of_contract

REFERS_TO = ("ledger.journal.model.contracts", "ledger.programming.actions.model", "ledger.referential.model.lines")


class Scenario(ContractRow):
    """A proposal for a year, frozen with what it was computed from; validated once, by the comité de pilotage.

    inputs: "enveloppes" (line → cents available), "actions" (number → digest of its facts), "regles" (id → code),
    "fixes" (action and line → cents), "suppositions" (line → cents instead of those available), "calcul" ("methode").
    """

    __tablename__ = "scenario"
    __table_args__ = (CheckConstraint("(validated_on IS NULL) = (piece IS NULL)", name="validated_with_a_piece"),)

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int]
    rules_on: Mapped[date]
    inputs: Mapped[dict[str, dict[str, Any]]] = mapped_column(JsonText)
    inputs_hash: Mapped[str]
    note: Mapped[str]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    validated_on: Mapped[date | None] = mapped_column(default=None, info={ACT_DAY: True})
    piece: Mapped[str | None] = mapped_column(default=None)


class ScenarioGrant(ContractRow):
    """What a scenario grants an action on a line, with its explanation; `rank` keeps the order of the lines.

    claimed: what it had in the sharing of its line, under every cap; the amount itself where it was fixed.
    """

    __tablename__ = "scenario_grant"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "scenario"], ["scenario.contract", "scenario.name"], name="fk_scenario_grant_scenario"
        ),
        CheckConstraint("granted BETWEEN 0 AND requested", name="within_the_request"),
        Index("ix_scenario_grant_action", "contract", "action"),
    )

    scenario: Mapped[str] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int]
    requested: Mapped[Money]
    granted: Mapped[Money]
    limited_by: Mapped[str]
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JsonText)
    claimed: Mapped[Money | None] = mapped_column(default=None)


class ScenarioEntry(ContractRow):
    """The entry by which what a scenario validated grants on a line became the programmation."""

    __tablename__ = "scenario_entry"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "scenario"], ["scenario.contract", "scenario.name"], name="fk_scenario_entry_scenario"
        ),
    )

    scenario: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(primary_key=True)
    entry_number: Mapped[int] = mapped_column(primary_key=True)


class LineCertificate(ContractRow):
    """How a scenario shares a line: with it and its claim, any grant is found again.

    budget: what was to share, amounts fixed apart. claims: their sum. threshold, last_action: the smallest remainder
    that got a cent left over, and the last action that got one at it. A proposal of the optimum has claims alone.
    """

    __tablename__ = "line_certificate"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "scenario"], ["scenario.contract", "scenario.name"], name="fk_line_certificate_scenario"
        ),
        CheckConstraint("(threshold IS NULL) = (last_action IS NULL)", name="threshold_with_its_action"),
    )

    scenario: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int]
    budget: Mapped[Money]
    fixed: Mapped[Money]
    claims: Mapped[Money]
    granted: Mapped[Money]
    threshold: Mapped[int | None]
    last_action: Mapped[str | None]


class Pin(ContractRow):
    """An amount fixed by arbitration for an action on a line, before any sharing; None: no longer fixed."""

    __tablename__ = "pin"
    __table_args__ = (
        ForeignKeyConstraint(["contract", "action"], ["action.contract", "action.number"], name="fk_pin_action"),
        CheckConstraint("amount IS NULL OR amount >= 0", name="amount_not_negative"),
    )

    action: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(info=of_contract("credit_line.code"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[Money | None]
    reason: Mapped[str]
    decided_on: Mapped[date] = mapped_column(info={ACT_DAY: True})
    agent: Mapped[str]
    recorded_at: Mapped[datetime]


class AuthorityProgramming(ContractRow):
    """What the managing authority of a line (the Région, for the ITI) decided to programme for one action: a constat.

    A line's decisions add up: `amount` is what each one programmes, below zero for what it takes out again.
    """

    __tablename__ = "authority_programming"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract", "action"], ["action.contract", "action.number"], name="fk_authority_programming_action"
        ),
        UniqueConstraint("contract", "entry_number"),
        CheckConstraint("amount <> 0", name="amount_not_zero"),
        CheckConstraint("(undone_on IS NULL) = (reversal_number IS NULL)", name="undone"),
    )

    action: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(info=of_contract("credit_line.code"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[Money]
    decided_on: Mapped[date] = mapped_column(info={ACT_DAY: True})
    piece: Mapped[str]
    entry_number: Mapped[int]
    reversal_number: Mapped[int | None] = mapped_column(default=None)
    undone_on: Mapped[date | None] = mapped_column(default=None, info={ACT_DAY: True})


class DirectGrant(ContractRow):
    """What a délibération or an arrêté grants one action on one line, outside any scenario, with its explanation.

    reference: that of its entry, whose number is entry_number.
    """

    __tablename__ = "direct_grant"
    __table_args__ = (
        CheckConstraint("granted > 0 AND granted <= requested", name="within_the_request"),
        Index("ix_direct_grant_action", "contract", "action"),
    )

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    reference: Mapped[str] = mapped_column(primary_key=True)
    action: Mapped[str]
    line: Mapped[str]
    requested: Mapped[Money]
    granted: Mapped[Money]
    granted_on: Mapped[date] = mapped_column(info={ACT_DAY: True})
    piece: Mapped[str]
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JsonText)
    entry_number: Mapped[int | None] = mapped_column(default=None)
