"""What each convention of one action finally grants: one real cost for all, and one surplus taken back once.

*Other funding received*, for a convention, is what the porteur received for the action from financeurs other than the
one that pays this convention, its own funds apart, as the day of the bilan knows it. So the conventions of one
financeur share what the others leave. The EPCI settles its own first. What another financeur pays itself is then
proposed: those conventions share what is left, and what the EPCI's own already gave up for money that one of them paid
is not taken back from it a second time. Source: §5.2.5; practice, §1 (final grant).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ledger.conventions.final_amount import FinalAmount, RealCost, Term, final_amounts, shared_shortage, step
from ledger.core.money import ZERO, Money, total
from ledger.core.split import split

BY_OTHERS = "excédent déjà repris par d'autres conventions de l'action"


@dataclass(frozen=True, slots=True)
class Granted:
    """What one line of one convention grants to the action, and what became of it.

    own: paid by the EPCI's budget. received: paid to the porteur so far. settled: its final amount, where it has one.
    decided: whether that amount is its financeur's own decision.
    """

    term: Term
    own: bool
    received: Money = ZERO
    settled: Money | None = None
    decided: bool = False


@dataclass(frozen=True, slots=True)
class Receipts:
    """The other funding of one action: for the EPCI's own conventions; and what no convention of the book pays."""

    of_own: Money
    outside: Money


def action_finals(
    granted: Sequence[Granted], real: RealCost, receipts: Receipts, order: str = "prorata"
) -> list[FinalAmount]:
    """The final amount of each line that has none yet, in the order given.

    order: who bears what is short, as in final_amounts, for lines and conventions alike.
    All together, with what is settled and the outside funding, never exceed the real cost; none exceeds what its grant
    can still reach.
    """
    own = [each for each in granted if each.own]
    theirs = [each for each in granted if not each.own]
    mine = final_amounts([each.term for each in own], real, receipts.of_own, order)
    given_up = total(final.wished - final.amount for final in mine)
    mine = _left_for(own, mine)
    kept = total(each.settled for each in own if each.settled is not None) + total(final.amount for final in mine)
    return mine + _proposed(theirs, real, receipts.outside + kept, given_up, order)


def _proposed(
    theirs: Sequence[Granted], real: RealCost, others: Money, given_up: Money, order: str
) -> list[FinalAmount]:
    """What the conventions that other financeurs pay would grant, once `others` is out of the real cost.

    given_up: what the EPCI's own conventions lost to other funding: a financeur takes its part of it back no more.
    """
    others += total(each.settled for each in theirs if each.settled is not None and each.decided)
    undecided = [each for each in theirs if not each.decided]
    finals = final_amounts([each.term for each in undecided], real, others, order)
    gaps = [
        max(ZERO, min(each.received, each.term.reachable) - final.amount)
        for each, final in zip(undecided, finals, strict=True)
    ]
    room = max(ZERO, real.whole - others) - total(final.amount for final in finals)
    if back := min(given_up, total(gaps), room):
        shares = split(back, [gap.cents for gap in gaps])
        finals = [_not_taken_twice(final, share) for final, share in zip(finals, shares, strict=True)]
    return _left_for(undecided, finals)


def _not_taken_twice(final: FinalAmount, share: Money) -> FinalAmount:
    if not share:
        return final
    amount = final.amount + share
    words = (
        f"{share.french()} que d'autres conventions de l'action ont déjà rendus : un excédent n'est repris qu'une fois"
    )
    return replace(final, amount=amount, limited_by=BY_OTHERS, steps=(*final.steps, step(amount, words)))


def _left_for(granted: Sequence[Granted], finals: Sequence[FinalAmount]) -> list[FinalAmount]:
    """Those of these final amounts that are still to settle, within what those settled earlier leave of the whole."""
    new = [final for each, final in zip(granted, finals, strict=True) if each.settled is None]
    earlier = total(each.settled for each in granted if each.settled is not None)
    room = max(ZERO, total(final.amount for final in finals) - earlier)
    shares = shared_shortage([final.amount for final in new], [""] * len(new), room, "prorata")
    return [_after_others(final, share, earlier) for final, share in zip(new, shares, strict=True)]


def _after_others(final: FinalAmount, share: Money, earlier: Money) -> FinalAmount:
    if share == final.amount:
        return final
    words = f"ce que laissent {earlier.french()} déjà arrêtés sur les autres conventions"
    return replace(final, amount=share, limited_by=BY_OTHERS, steps=(*final.steps, step(share, words)))
