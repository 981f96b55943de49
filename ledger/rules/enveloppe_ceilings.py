"""What a line may open over several exercices together, and what it has opened of it (M33, §5.5.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import LedgerError
from ledger.core.grouping import sums_by
from ledger.core.money import ZERO, Money, total
from ledger.journal.balances import balances
from ledger.journal.positions import Position
from ledger.referential.model import CreditLine
from ledger.rules.book import Rule, rulebook
from ledger.rules.limit_kinds import EnveloppeCeiling
from ledger.rules.scope import RuleSubject
from ledger.rules.vocabulary import Clock


class AboveTheCeiling(LedgerError):
    """Credits would be opened above what the line may open in all."""

    code = "plafond_enveloppe"


@dataclass(frozen=True, slots=True)
class CeilingState:
    """A line's ceiling, what each exercice it covers has opened of it, and what is left to open."""

    line: str
    rule: Rule[EnveloppeCeiling]
    opened: Mapping[int, Money]

    @property
    def left(self) -> Money:
        """What may still be opened; never below zero."""
        return max(ZERO, self.rule.figures.amount - total(self.opened.values()))


def ceiling_state(session: Session, line: str, year: int) -> CeilingState | None:
    """The ceiling of this line that covers the exercice, as the rule of its 1 January sets it; None without one.

    What was carried over was opened once; what opened to others when a reserve was lifted no longer counts.
    """
    book = rulebook(session, Clock.MILLESIME, exercice=year)
    rule = book.find(EnveloppeCeiling, RuleSubject(line=line))
    if not isinstance(rule, Rule) or not rule.figures.covers(year):
        return None
    held = balances(session, line=line, positions=(Position.NOTIFIE, Position.RESERVE_LEVEE))
    opened = sums_by(
        (key.year, amount if key.position is Position.NOTIFIE else -amount)
        for key, amount in held.items()
        if rule.figures.covers(key.year)
    )
    return CeilingState(line, rule, dict(sorted(opened.items())))


def ceilings(session: Session, year: int) -> list[CeilingState]:
    """The ceilings that cover this exercice, by line."""
    lines = session.scalars(select(CreditLine.code).order_by(CreditLine.code))
    found = (ceiling_state(session, line, year) for line in lines)
    return [each for each in found if each is not None]


def check_ceiling(session: Session, line: str, year: int) -> None:
    """Nothing while what the line has opened, this exercice counted, is within its ceiling. raises: AboveTheCeiling."""
    state = ceiling_state(session, line, year)
    if state is None:
        return
    rule, opened = state.rule, total(state.opened.values())
    if opened > rule.figures.amount:
        raise AboveTheCeiling(
            f"{line} ne peut ouvrir que {rule.figures.amount.french()} en tout ({rule.label}, {rule.source}) ;"
            f" {opened.french()} le seraient.",
            f"Ouvrez {(opened - rule.figures.amount).french()} de moins, ici ou ailleurs ;"
            f" ce qui est ouvert : cofiville enveloppe plafonds {year}.",
        )
