"""The values of rows that acts seal, as people and scripts read them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from ledger.closing.vocabulary import RemainderEnd
from ledger.conventions.vocabulary import ConventionKind, ConventionStatus, ReferenceKind
from ledger.core.money import Money
from ledger.core.vocabulary import Word
from ledger.core.words import cell_text, one_line
from ledger.execution.vocabulary import DebtLossKind, RecoveryStep
from ledger.journal.vocabulary import AnnouncementKind, ContractActKind, ContractFrame
from ledger.programming.vocabulary import (
    ActionNature,
    ActionState,
    AppelKind,
    AvisVerdict,
    CommitteeKind,
    CommitteeOutcome,
    IndicatorKind,
    PlanSide,
    PlanStage,
    ReferenceSystem,
    Renewal,
    RequestState,
)
from ledger.referential.vocabulary import (
    DispositifRole,
    LineNature,
    PersonalKind,
    PorteurKind,
    ScaleRole,
    Statut,
    TerritorySlice,
)
from ledger.rules.vocabulary import Circuit, Condition, ConventionStage, PieceKind, ReminderLevel
from ledger.rules.written import pairs_text
from ledger.storage.base import Base, Day, Flag, Instant, JsonText, MoneyColumn

_LONG = "un texte long"
_PERSONAL = "donnée personnelle"
_IN_CENTS = frozenset({("bilan", "slices"), ("bilan", "accounts")})
WORDS: Mapping[tuple[str, str], type[Word]] = {
    ("action", "status"): ActionState,
    ("action", "nature"): ActionNature,
    ("action", "renewal"): Renewal,
    ("action_slice", "kind"): TerritorySlice,
    ("action_indicator", "kind"): IndicatorKind,
    ("action_reference", "kind"): ReferenceSystem,
    ("funding", "status"): RequestState,
    ("plan_version", "stage"): PlanStage,
    ("plan_line", "side"): PlanSide,
    ("plan_line", "status"): RequestState,
    ("avis", "verdict"): AvisVerdict,
    ("decision", "committee"): CommitteeKind,
    ("decision", "outcome"): CommitteeOutcome,
    ("closing_decision", "fate"): RemainderEnd,
    ("convention", "kind"): ConventionKind,
    ("convention", "circuit"): Circuit,
    ("convention", "state"): ConventionStatus,
    ("convention_stage", "stage"): ConventionStage,
    ("convention_reference", "kind"): ReferenceKind,
    ("instalment", "condition"): Condition,
    ("bilan_reminder", "level"): ReminderLevel,
    ("debt_loss", "kind"): DebtLossKind,
    ("financeur_recovery", "step"): RecoveryStep,
    ("porteur", "kind"): PorteurKind,
    ("porteur", "statut"): Statut,
    ("financeur", "statut"): Statut,
    ("personal_datum", "kind"): PersonalKind,
    ("porteur_document", "kind"): PieceKind,
    ("contract", "frame"): ContractFrame,
    ("contract_act", "kind"): ContractActKind,
    ("credit_announcement", "kind"): AnnouncementKind,
    ("credit_line", "nature"): LineNature,
    ("territory_kind", "served_as"): TerritorySlice,
    ("dispositif", "role"): DispositifRole,
    ("scale", "role"): ScaleRole,
    ("appel", "kind"): AppelKind,
}
"""The closed list of each column that has one."""


def read_value(table: str, column: str, sealed: Any) -> Any:
    """A value as an act says it, as the program holds it: an amount, a day, a word of a list by its label.

    A text that is not in the act and what is known of a person are said in words; None and "" for nothing.
    """
    if isinstance(sealed, list):
        return _PERSONAL if sealed[0] == "salted" else _LONG
    if sealed is None or sealed == "":
        return None
    kind = Base.metadata.tables[table].columns[column].type
    if (words := WORDS.get((table, column))) is not None:
        return words.labels().get(sealed, sealed)
    if isinstance(kind, MoneyColumn):
        return Money(sealed)
    if isinstance(kind, Day):
        return date.fromisoformat(sealed)
    if isinstance(kind, Instant):
        return datetime.fromisoformat(sealed).astimezone().date()
    if isinstance(kind, Flag):
        return bool(sealed)
    if not isinstance(kind, JsonText):
        return sealed
    held = json.loads(sealed)
    return _amounts(held) if (table, column) in _IN_CENTS else _structure(held)


def _amounts(held: Mapping[str, Any] | int) -> str:
    if isinstance(held, int):
        return Money(held).french()
    return ", ".join(f"{name} {_amounts(each)}" for name, each in held.items())


def _structure(held: Any) -> str | None:
    if isinstance(held, Mapping):
        return pairs_text(held) or None
    return ", ".join(map(str, held)) or None if isinstance(held, list) else str(held)


def people_read(value: Any) -> str:
    """The value as people read it, on one line; « vide » for nothing."""
    return "vide" if value is None else one_line(cell_text(value))


def scripts_read(value: Any) -> str | None:
    """The value as scripts read it: an amount with a point and two decimals, a day as AAAA-MM-JJ; None for nothing."""
    if isinstance(value, Money):
        return value.plain()
    return value.isoformat() if isinstance(value, date) else None if value is None else cell_text(value)
