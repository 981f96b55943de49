"""The two descriptions of a convention: what is typed, and what is read; those of its avenants. No session."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any

from ledger.conventions.schedule import LineKey, Plan
from ledger.core.money import ZERO, Money, total


@dataclass(frozen=True, slots=True)
class AmendableFacts:
    """What a convention says that an avenant may say otherwise; left empty, it follows, or stays.

    plan: the instalments that all its lines follow.
    """

    purpose: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    plan: Plan = ()


@dataclass(frozen=True, slots=True)
class ConventionForm(AmendableFacts):
    """All that is typed of a convention; left empty, it follows from the grant and the rules.

    grants: by action then line, what it is to grant. payer: a financeur; "" for a convention of each one that pays.
    circuit: a Circuit. cascade_reference: what allows an association to pay. later: by (year, line), what is foreseen
    for the years that follow. signed_on, piece: left empty for a draft.
    """

    grants: Mapping[str, Mapping[str, Money]] = field(default_factory=dict)
    number: str = ""
    payer: str = ""
    circuit: str = ""
    cascade_reference: str = ""
    later: Mapping[tuple[int, str], Money] = field(default_factory=dict)
    signed_on: date | None = None
    piece: str = ""


@dataclass(frozen=True, slots=True)
class AvenantForm(AmendableFacts):
    """All that is typed of an avenant: what it changes of its convention.

    amounts: signed, by (action, line); one that the convention does not carry is added to it. bases: the eligible
    cost on which the rate is taken from now on.
    """

    amounts: Mapping[LineKey, Money] = field(default_factory=dict)
    bases: Mapping[LineKey, Money] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self != AvenantForm()


@dataclass(frozen=True, slots=True)
class ReadInstalment:
    """One payment of a schedule, for one line of one action. condition, due_on: as in Instalment."""

    rank: int
    action: str
    line: str
    amount: Money
    condition: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class StandingFacts(AmendableFacts):
    """What an avenant may change of a convention, as it stood at one moment.

    amount: of all its lines. bases: the eligible cost retained for each line that has one. plan: () where its lines
    follow several. plan_kept: whether an avenant that gives another schedule kept it.
    """

    amount: Money = ZERO
    bases: Mapping[LineKey, Money] = field(default_factory=dict)
    instalments: tuple[ReadInstalment, ...] = ()
    plan_kept: bool = False


@dataclass(frozen=True, slots=True)
class AmendedAmount:
    """What an avenant makes of the amount of one line of one action."""

    action: str
    line: str
    before: Money
    after: Money

    @property
    def change(self) -> Money:
        """What is added, below zero for what is taken off."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class ReadAvenant:
    """An avenant as it was recorded: what stood before it, what it left in force, the lines whose amount it changes."""

    rank: int
    signed_on: date
    piece: str
    before: StandingFacts
    after: StandingFacts
    lines: tuple[AmendedAmount, ...]

    def changed(self, name: str) -> Any:
        """What it makes of a fact (starts_on, ends_on, purpose); None where it leaves it as it was."""
        return None if getattr(self.before, name) == getattr(self.after, name) else getattr(self.after, name)

    def new_bases(self) -> Iterator[tuple[LineKey, Money, Money]]:
        """The lines whose eligible cost changed, with both; that of a line added comes with it."""
        for key, base in self.after.bases.items():
            if (earlier := self.before.bases.get(key, base)) != base:
                yield key, earlier, base

    @property
    def rescheduled(self) -> bool:
        """Whether it gave a schedule; one recorded without it shows by amounts that change at the same total."""
        before, after = self.before, self.after
        return bool(after.plan) or (before.amount == after.amount and before.instalments != after.instalments)


@dataclass(frozen=True, slots=True)
class ReadLine:
    """What one credit line grants to one action, avenants included; amount_signed, terms: as in ConventionLine."""

    action: str
    line: str
    amount: Money
    amount_signed: Money
    terms: Mapping[str, Any]

    @property
    def base(self) -> Money | None:
        """The eligible cost retained; None where the rate is fixed by territory."""
        return Money(self.terms["base"]) if "base" in self.terms else None

    @property
    def rate(self) -> Fraction | None:
        """The conventioned rate: what is granted on its base; None without one."""
        return Fraction(self.amount.cents, self.terms["base"]) if self.terms.get("base") else None


@dataclass(frozen=True, slots=True)
class ReadConvention(ConventionForm):
    """A convention as it stands: what would be typed to record it so, and what the base made of it.

    beneficiary: None for a right acquired. opened_as: of `later`, the convention that made each firm.
    """

    year: int = 0
    kind: str = ""
    beneficiary: str | None = None
    state: str = ""
    example: bool = False
    lines: tuple[ReadLine, ...] = ()
    instalments: tuple[ReadInstalment, ...] = ()
    avenants: tuple[ReadAvenant, ...] = ()
    opened_as: Mapping[tuple[int, str], str] = field(default_factory=dict)

    @property
    def amount(self) -> Money:
        """The sum of its lines, avenants included."""
        return total(line.amount for line in self.lines)

    @property
    def standing(self) -> StandingFacts:
        """What an avenant may change of it, as it stands."""
        bases = {(each.action, each.line): each.base for each in self.lines if each.base is not None}
        return StandingFacts(
            self.purpose, self.starts_on, self.ends_on, self.plan, self.amount, bases, self.instalments
        )

    @property
    def as_signed(self) -> StandingFacts:
        """What its avenants changed of it, as it was signed."""
        if not self.avenants:
            return self.standing
        plan = next((each.before.plan for each in self.avenants if each.before.plan_kept), self.plan)
        return replace(self.avenants[0].before, plan=plan)
