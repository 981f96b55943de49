"""What each remainder of a year becomes: decided from its position and the rule of its line, each with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ledger.core.money import Money
from ledger.journal.keys import AccountKey, Position
from ledger.journal.posting import Move

CANCEL, CARRY_COMMITMENT, CARRY_AVAILABLE = "annuler", "reporter", "reporter_disponible"
FATE_LABELS = {
    CANCEL: "annulé",
    CARRY_COMMITMENT: "reste à réaliser, reporté et ré-engagé",
    CARRY_AVAILABLE: "reporté, de nouveau disponible",
}


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of the money of one account at the end of its year, and why."""

    key: AccountKey
    amount: Money
    fate: str
    reason: str


def decide_fates(held: Mapping[AccountKey, Money], rule_of: Callable[[str], tuple[str, str]]) -> list[Fate]:
    """The fate of everything available, programmed or engaged at the end of the year.

    held: the year's balances. rule_of: for a line, the fate its rule gives to unspent credits ("annuler", "rendre",
    "reporter", "reprogrammer") and the rule's words. What is ordered stays: its payment keeps its true day; what is
    owed back or to be recovered stays until the acts that end it.
    """
    return [fate for key, amount in held.items() if (fate := _fate(key, amount, rule_of)) is not None]


def _fate(key: AccountKey, amount: Money, rule_of: Callable[[str], tuple[str, str]]) -> Fate | None:
    if key.position is Position.ENGAGE:
        return Fate(key, amount, CARRY_COMMITMENT, "Engagé, non mandaté au 31/12")
    if key.position not in (Position.DISPONIBLE, Position.PROGRAMME):
        return None
    rule, words = rule_of(key.line)
    if rule in ("reporter", "reprogrammer"):
        return Fate(key, amount, CARRY_AVAILABLE, words)
    not_received = " ; jamais reçu, rien à rendre" if rule == "rendre" else ""
    return Fate(key, amount, CANCEL, words + not_received)


def closing_moves(fates: Iterable[Fate]) -> list[Move]:
    """The moves of the closing entry, dated in the year."""
    moves = []
    for fate in fates:
        target = Position.ANNULE if fate.fate == CANCEL else Position.REPORTE
        moves.append(Move(AccountKey(target, fate.key.line, fate.key.year), fate.key, fate.amount))
    return moves


def opening_moves(fates: Iterable[Fate], year: int) -> list[Move]:
    """The moves of the opening entry of `year`: what was carried over comes in, re-committed where it was engaged."""
    moves = []
    for fate in fates:
        if fate.fate == CANCEL:
            continue
        source = AccountKey(Position.REPORT_ENTRANT, fate.key.line, year)
        engaged = fate.fate == CARRY_COMMITMENT
        target = fate.key._replace(year=year) if engaged else source._replace(position=Position.DISPONIBLE)
        moves.append(Move(target, source, fate.amount))
    return moves
