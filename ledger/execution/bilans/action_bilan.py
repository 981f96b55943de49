"""The bilan of an action, read whole: its conventions, what each finally grants, and one surplus taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.final_amount import FinalAmount, RealCost, Term, final_amounts, shared_shortage, step
from ledger.conventions.model import Convention, ConventionLine
from ledger.conventions.queries import conventions
from ledger.conventions.vocabulary import ConventionKind, ConventionStatus
from ledger.core.errors import LedgerError
from ledger.core.grouping import sums_by
from ledger.core.money import ZERO, Money, total
from ledger.core.split import split
from ledger.execution.bilans.queries import final_decided_amounts
from ledger.execution.bilans.real_cost import Realised, stored_accounts
from ledger.execution.model import Bilan
from ledger.execution.payments.release_commitment import released_amounts
from ledger.execution.queries import standing_bilans
from ledger.journal.balances import balances
from ledger.journal.positions import Position
from ledger.referential.queries import find_line
from ledger.rules.vocabulary import Circuit, ShortageOrder

BY_OTHERS = "excédent déjà repris par d'autres conventions de l'action"


@dataclass(frozen=True, slots=True)
class GrantToSettle:
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
    granted: Sequence[GrantToSettle], real: RealCost, receipts: Receipts, order: str = ShortageOrder.PRORATA
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
    theirs: Sequence[GrantToSettle], real: RealCost, others: Money, given_up: Money, order: str
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
    remaining = max(ZERO, real.whole - others) - total(final.amount for final in finals)
    if back := min(given_up, total(gaps), remaining):
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


def _left_for(granted: Sequence[GrantToSettle], finals: Sequence[FinalAmount]) -> list[FinalAmount]:
    """Those of these final amounts that are still to settle, within what those settled earlier leave of the whole."""
    new = [final for each, final in zip(granted, finals, strict=True) if each.settled is None]
    earlier = total(each.settled for each in granted if each.settled is not None)
    remaining = max(ZERO, total(final.amount for final in finals) - earlier)
    shares = shared_shortage([final.amount for final in new], [""] * len(new), remaining, ShortageOrder.PRORATA)
    return [_after_others(final, share, earlier) for final, share in zip(new, shares, strict=True)]


def _after_others(final: FinalAmount, share: Money, earlier: Money) -> FinalAmount:
    if share == final.amount:
        return final
    words = f"ce que laissent {earlier.french()} déjà arrêtés sur les autres conventions"
    return replace(final, amount=share, limited_by=BY_OTHERS, steps=(*final.steps, step(share, words)))


_READ_AGAIN = {"populate_existing": True}
_RECEIVED = (Position.VERSE, Position.A_RECOUVRER)


class OtherFundingKnown(LedgerError):
    """The book knows what other financeurs paid for the action: it is confirmed or corrected, never left out."""

    code = "autres_financements_connus"

    def __init__(self, action: str, known: Mapping[str, Money]) -> None:
        self.amount = total(known.values())
        self.whose = ", ".join(f"{financeur} {amount.french()}" for financeur, amount in known.items())
        super().__init__(
            f"Le livre connaît {self.amount.french()} payés par d'autres financeurs à l'action {action} ({self.whose}),"
            " et le bilan n'en dit rien.",
            f"Confirmez-les : --autres {self.amount.plain()} ; ou donnez ce que le porteur a vraiment reçu"
            " (--autres MONTANT ; dans un classeur, la colonne « Autres financements reçus »).",
        )


@dataclass(frozen=True, slots=True)
class ActionBilan:
    """All that is known, on a day, of the bilan of one action: its conventions, their bilans, what each is paid.

    conventions: those signed by that day that grant it something, by number. bilans: those that stand, by convention.
    received: by convention and line, paid to the porteur; ordered counts for the EPCI's own. decided: the final amounts
    that financeurs decided of what they pay themselves. released: by convention and line, freed by acts of release,
    before its bilan where it has one.
    """

    action: str
    conventions: tuple[Convention, ...]
    bilans: Mapping[str, Bilan]
    received: Mapping[tuple[str, str], Money]
    decided: Mapping[tuple[str, str], Money]
    natures: Mapping[str, str]
    released: Mapping[tuple[str, str], Money]

    def realised(self) -> Realised | None:
        """The charges and produits that a bilan of the action says account by account; None where none does."""
        found = (each.accounts for each in self.bilans.values() if each.accounts is not None)
        accounts = next(found, None)
        return None if accounts is None else stored_accounts(accounts)

    def settled_jointly(self, convention: Convention) -> list[Convention]:
        """The conventions of the action that the same financeur pays: settled together, they share what is left."""
        return [each for each in self.conventions if payer_of_final(each) == payer_of_final(convention)]

    def unsettled(self, convention: Convention) -> list[Convention]:
        """Those of `together` whose bilan is not settled."""
        return [each for each in self.settled_jointly(convention) if each.number not in self.bilans]

    def given(self) -> Bilan | None:
        """The bilan given first for the action, whatever the convention; None before any."""
        return min(self.bilans.values(), key=lambda each: (each.settled_on, each.convention), default=None)

    def given_for(self, convention: Convention) -> Bilan | None:
        """A bilan settled for the same financeur; None before any."""
        found = (self.bilans[each.number] for each in self.settled_jointly(convention) if each.number in self.bilans)
        return next(found, None)

    def known_funding(self, convention: Convention) -> dict[str, Money]:
        """By financeur, what those that pay the porteur themselves paid for the action, this convention's apart."""
        found: dict[str, Money] = sums_by(
            (each.payer, self._counted(each))
            for each in self.conventions
            if each.circuit == Circuit.DIRECT and payer_of_final(each) != payer_of_final(convention)
        )
        return {payer: amount for payer, amount in sorted(found.items()) if amount}

    def _counted(self, convention: Convention) -> Money:
        """What the convention counts for in the other funding: its financeur's decision, else what was paid."""
        return total(
            self.decided.get((convention.number, line.line), self.received.get((convention.number, line.line), ZERO))
            for line in self._lines(convention)
        )

    def _lines(self, convention: Convention) -> list[ConventionLine]:
        return [line for line in convention.lines if line.action == self.action]

    def _own_counted(self) -> Money:
        """What the EPCI's own conventions paid or ordered, or finally grant where that is more."""
        found = ZERO
        for each in self.conventions:
            if each.circuit == Circuit.BUDGET:
                bilan = self.bilans.get(each.number)
                final = total(line.amount_final for line in bilan.lines) if bilan else ZERO
                found += max(final, self._counted(each))
        return found

    def to_confirm(self, convention: Convention) -> dict[str, Money]:
        """The known funding that a bilan typed for this convention confirms; none where an earlier one did."""
        own = any(each.circuit == Circuit.BUDGET and each.number in self.bilans for each in self.conventions)
        return {} if own or self.given_for(convention) is not None else self.known_funding(convention)

    def others_expected(self, convention: Convention) -> Money:
        """What conventions of the book may explain of its other funding: what they pay, and still may pay."""
        others = self._other_lines(convention)
        return total(map(self._most, others)) + self._own_part(convention)

    def others_known(self, convention: Convention) -> Money:
        """All that the book counts as other funding of this convention, the EPCI's own part included."""
        own = ZERO if convention.circuit == Circuit.BUDGET else self._own_counted()
        return total(self.known_funding(convention).values()) + own

    def others_now(self, convention: Convention, counted: Money) -> Money:
        """What a bilan counted as other funding of this convention, with what financeurs decided since in its place.

        The EPCI's own part is left out.
        """
        return self._others(convention, counted, self.outside() or ZERO)

    def _others(self, convention: Convention, counted: Money, outside: Money) -> Money:
        """What is counted above what is paid stands for what those conventions still may pay, by how much that is."""
        others = self._other_lines(convention)
        paid = [self.received.get(key, ZERO) for key in others]
        rooms = [self._most(key, decided=False) - amount for key, amount in zip(others, paid, strict=True)]
        extra = min(max(ZERO, counted - outside - self._own_part(convention) - total(paid)), total(rooms))
        shares = split(extra, [room.cents for room in rooms]) if extra else [ZERO] * len(others)
        found = zip(others, paid, shares, strict=True)
        return outside + total(self.decided.get(key, amount + share) for key, amount, share in found)

    def _of_own(self, convention: Convention, typed: Money | None, outside: Money) -> Money:
        """The other funding of the EPCI's own conventions, as the bilan of the action gives it, else as it is typed."""
        given, counted = self.given(), typed or ZERO
        if given is not None:
            counted = given.other_funding
            convention = next((each for each in self.conventions if each.number == given.convention), convention)
        if convention.circuit == Circuit.BUDGET:
            return counted
        its = total(self._counted(each) for each in self.settled_jointly(convention))
        return self._others(convention, counted, outside) + its

    def _own_part(self, convention: Convention) -> Money:
        """The most that the EPCI's own conventions can come to; nothing of the other funding of its own."""
        if convention.circuit == Circuit.BUDGET:
            return ZERO
        own = [each for each in self.conventions if each.circuit == Circuit.BUDGET and each.number not in self.bilans]
        unsettled = total(self._most((each.number, line.line)) for each in own for line in self._lines(each))
        return max(self._own_counted(), unsettled)

    def _other_lines(self, convention: Convention) -> list[tuple[str, str]]:
        """Convention and line of what other financeurs pay the porteur of the action themselves."""
        return [
            (each.number, line.line)
            for each in self.conventions
            if each.circuit == Circuit.DIRECT and payer_of_final(each) != payer_of_final(convention)
            for line in self._lines(each)
        ]

    def _most(self, key: tuple[str, str], *, decided: bool = True) -> Money:
        """The most this line can come to: what its financeur decided, else what it paid or still may pay."""
        if decided and (decision := self.decided.get(key)) is not None:
            return decision
        terms = (
            self.term(each, line) for each in self.conventions for line in self._lines(each) if each.number == key[0]
        )
        reachable = next(term.reachable for term in terms if term.line == key[1])
        return max(self.received.get(key, ZERO), reachable)

    def outside(self) -> Money | None:
        """What the bilan of the action says came from nobody in the book; None before any bilan."""
        given = self.given()
        if given is None:
            return None
        if given.outside_funding is not None:
            return given.outside_funding
        its = next((each for each in self.conventions if each.number == given.convention), None)
        return max(ZERO, given.other_funding - (self.others_expected(its) if its else ZERO))

    def receipts(self, convention: Convention, typed: Money | None) -> Receipts:
        """The other funding of the action, as the bilan of this convention gives it.

        typed: what the porteur received from other financeurs than this convention's; what earlier bilans say counts.
        raises: OtherFundingKnown when it is left out while the book knows some.
        """
        if (earlier := self.given_for(convention)) is not None:
            typed = earlier.other_funding
        elif typed is None and (known := self.to_confirm(convention)):
            raise OtherFundingKnown(self.action, known)
        outside = self.outside()
        if outside is None:
            outside = max(ZERO, (typed or ZERO) - self.others_expected(convention))
        if convention.circuit == Circuit.BUDGET and typed is not None:
            return Receipts(typed, outside)
        own = next(
            (each for each in self.conventions if each.circuit == Circuit.BUDGET and each.number in self.bilans), None
        )
        of_own = self._of_own(convention, typed, outside) if own is None else self.bilans[own.number].other_funding
        return Receipts(of_own, outside)

    def granted(self) -> list[GrantToSettle]:
        """Every line of every convention of the action, the EPCI's own first, by number."""
        return [
            GrantToSettle(
                self.term(each, line),
                own=each.circuit == Circuit.BUDGET,
                received=self.received.get((each.number, line.line), ZERO),
                settled=self._settled(each.number, line.line),
                decided=(each.number, line.line) in self.decided,
            )
            for each in sorted(self.conventions, key=lambda each: (each.circuit, each.number))
            for line in self._lines(each)
        ]

    def term(self, convention: Convention, line: ConventionLine) -> Term:
        """What this line of the convention grants the action, and what was released of it."""
        freed = self.released.get((convention.number, line.line), ZERO)
        return Term(line.line, line.amount, line.terms, self.natures[line.line], convention.number, freed)

    def _settled(self, number: str, line: str) -> Money | None:
        if (decision := self.decided.get((number, line))) is not None:
            return decision
        bilan = self.bilans.get(number)
        return next((each.amount_final for each in bilan.lines if each.line == line), None) if bilan else None


def payer_of_final(convention: Convention) -> tuple[str, str]:
    """Who decides the final amount of the convention: the EPCI of all that its budget pays, else the payer itself."""
    return (convention.circuit, "" if convention.circuit == Circuit.BUDGET else convention.payer)


def conventions_of(session: Session, action: str) -> list[str]:
    """The numbers of the conventions that grant the action something, whatever their state."""
    return list(session.scalars(select(ConventionLine.convention).where(ConventionLine.action == action).distinct()))


def action_bilan(session: Session, action: str, on: date | None = None) -> ActionBilan:
    """The bilan of the action as the book knows it, for conventions signed by this day (every one without a day)."""
    signed = [
        each
        for each in conventions(
            session, numbers=conventions_of(session, action), states=(ConventionStatus.SIGNED, ConventionStatus.SETTLED)
        )
        if each.kind != ConventionKind.RIGHT and (on is None or each.signed_on is None or each.signed_on <= on)
    ]
    query = select(Bilan).where(Bilan.action == action, *standing_bilans())
    lines = {line.line for each in signed for line in each.lines if line.action == action}
    bilans = {bilan.convention: bilan for bilan in session.scalars(query, execution_options=_READ_AGAIN)}
    return ActionBilan(
        action=action,
        conventions=tuple(signed),
        bilans=bilans,
        received=_received(session, action),
        decided={
            (number, line): amount
            for (number, _, line), amount in final_decided_amounts(session, action=action).items()
        },
        natures={line: find_line(session, line).nature for line in sorted(lines)},
        released=released_amounts(session, action, {number: bilan.entry_number for number, bilan in bilans.items()}),
    )


def _received(session: Session, action: str) -> dict[tuple[str, str], Money]:
    return sums_by(
        ((key.convention, key.line), amount)
        for key, amount in balances(session, action=action, positions=(*_RECEIVED, Position.ORDONNE)).items()
    )
