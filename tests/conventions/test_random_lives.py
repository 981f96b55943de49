"""Random lives of conventions: whatever the acts, what is granted, committed, ordered and paid keeps its laws."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from ledger.conventions.avenants.sign_avenant import record_avenant
from ledger.conventions.end_convention import cancel_convention, settle_convention
from ledger.conventions.forms import AvenantForm, ConventionForm
from ledger.conventions.model import Convention
from ledger.conventions.open_slice import open_slice
from ledger.conventions.schedule import parse_part
from ledger.core.errors import LedgerError
from ledger.core.money import ZERO, Money, total
from ledger.execution.bilans.read_bilan import BilanForm, slices_by_headcount
from ledger.execution.bilans.settle_bilan import settle_bilan
from ledger.execution.figures import state_of
from ledger.execution.payments.order_payment import order_payment
from ledger.execution.payments.record_payment import record_payment
from ledger.execution.payments.release_commitment import release_commitment
from ledger.execution.queries import bilans_of_conventions
from ledger.journal.audit import audit_book
from ledger.journal.balances import amount_moved, balances
from ledger.journal.enveloppes import notify_credits
from ledger.journal.exercices import open_exercice
from ledger.journal.positions import Position, line_state
from tests.conventions.support import LINE, add_action, signed
from tests.journal.trials import trials
from tests.reports.explained import explained, granted_in_plain_sql

KEY = ("2016-001", LINE)
PLANS = (
    (),
    tuple(parse_part(text) for text in ("70 %@signature", "solde@bilan")),
    tuple(parse_part(text) for text in ("1 000@signature", "30 %@2016-09-01", "solde@bilan")),
)
CHANGES = st.integers(-12_000_00, 12_000_00).filter(bool)


class Lives(RuleBasedStateMachine):
    """One convention of 8 000 € for an action that may get 10 000 €, foreseen again in 2017."""

    session: Session

    def __init__(self) -> None:
        super().__init__()
        self.step = self.session.begin_nested()
        self.day, self.count = date(2016, 4, 29), 0
        self.conventions: list[Convention] = []

    def teardown(self) -> None:
        self.step.rollback()
        self.session.expire_all()

    @initialize(plan=st.sampled_from(PLANS))
    def sign_it(self, plan: tuple[object, ...]) -> None:
        form = ConventionForm(plan=plan, later={(2017, LINE): Money(500_000)})  # type: ignore[arg-type]
        self.conventions = [signed(self.session, "8 000", form)]
        open_exercice(self.session, 2017)
        notify_credits(self.session, LINE, 2017, Money(600_000), piece="Budget 2017", on=date(2017, 1, 2))
        add_action(self.session, "2017-001")

    def attempt(self, act: object) -> None:
        """Do it, or be refused and leave everything as it was."""
        inner = self.session.begin_nested()
        try:
            act()  # type: ignore[operator]
            self.session.flush()
        except LedgerError:
            inner.rollback()
        else:
            inner.commit()
        self.count += 1

    @rule(cents=CHANGES)
    def amend(self, cents: int) -> None:
        change, piece = AvenantForm(amounts={KEY: Money(cents)}), f"Avenant {self.count}"
        done = set(bilans_of_conventions(self.session, self.first.number))
        self.attempt(lambda: record_avenant(self.session, self.first, change, piece=piece, on=self.day, settled=done))

    @rule(cents=st.none() | st.integers(1, 900_000))
    def order(self, cents: int | None) -> None:
        amount = None if cents is None else Money(cents)
        self.attempt(lambda: order_payment(self.session, self.first, amount, on=self.day, reference=f"M{self.count}"))

    @rule(share=st.integers(1, 2))
    def pay_it(self, share: int) -> None:
        state = state_of(self.session, self.first)
        waiting = Money((state.ordered - state.paid).cents // share)
        if waiting:
            self.attempt(
                lambda: record_payment(self.session, self.first, waiting, on=self.day, reference=f"B{self.count}")
            )

    @rule(cost=st.integers(0, 25_000_00))
    def settle_its_bilan(self, cost: int) -> None:
        slices = slices_by_headcount(self.session, "2016-001", Money(cost), {})
        self.attempt(
            lambda: settle_bilan(
                self.session,
                self.first,
                BilanForm("2016-001", slices=slices, other_funding=ZERO, piece="CRF", on=self.day),
            )
        )

    @rule()
    def release_it(self) -> None:
        self.attempt(lambda: release_commitment(self.session, self.first, motive="Fin", on=self.day))

    @rule()
    def cancel_it(self) -> None:
        self.attempt(
            lambda: cancel_convention(self.session, self.first, piece="Délibération", motive="Abandon", on=self.day)
        )

    @rule()
    def settle_it(self) -> None:
        missing = {"2016-001"} - set(bilans_of_conventions(self.session, self.first.number))
        self.attempt(lambda: settle_convention(self.session, self.first, missing=missing))

    @rule()
    def open_next_year(self) -> None:
        on = date(2017, 2, 1)
        self.attempt(lambda: open_slice(self.session, self.first, 2017, piece="Délibération 2017", on=on))

    @rule(days=st.integers(1, 60))
    def wait(self, days: int) -> None:
        self.day = min(self.day + timedelta(days=days), date(2017, 12, 31))

    @property
    def first(self) -> Convention:
        return self.conventions[0]

    @invariant()
    def paid_is_within_ordered_within_granted(self) -> None:
        for each in self.conventions:
            state = state_of(self.session, each)
            assert ZERO <= state.paid <= state.ordered
            if each.state != "annulee":
                assert state.ordered + self.committed(each) <= state.granted

    def committed(self, convention: Convention) -> Money:
        return total(balances(self.session, convention=convention.number, positions=(Position.ENGAGE,)).values())

    @invariant()
    def the_explanation_sums_to_what_the_book_grants(self) -> None:
        """F14"""
        for year in (2016, 2017):
            assert explained(self.session, year) == granted_in_plain_sql(self.session, year)

    @invariant()
    def what_is_in_force_is_what_was_signed_and_its_avenants(self) -> None:
        for each in self.conventions:
            for line in each.lines:
                changes = [row for avenant in each.avenants for row in avenant.lines]
                assert line.amount == line.amount_signed + total(r.amount_after - r.amount_before for r in changes)
            assert total(part.amount for part in each.instalments) == each.amount
            assert all(part.amount >= ZERO for part in each.instalments)

    @invariant()
    def what_is_granted_to_the_action_covers_what_is_committed(self) -> None:
        if not self.conventions or self.first.state == "annulee":
            return
        granted = amount_moved(self.session, into=Position.PROGRAMME, out_of=Position.DISPONIBLE, action="2016-001")
        assert self.first.amount <= total(granted.values()) <= Money(1_000_000)

    @invariant()
    def every_position_adds_up_to_what_was_notified(self) -> None:
        for year in (2016, 2017):
            assert line_state(balances(self.session, line=LINE, year=year)).gap == ZERO

    @invariant()
    def a_later_year_is_committed_only_once_opened(self) -> None:
        if self.conventions:
            opened = [each for each in self.first.slices if each.opened_as]
            engaged = balances(self.session, year=2017, positions=(Position.ENGAGE,))
            assert bool(engaged) == bool(opened)


def test_any_life_of_a_convention_keeps_its_laws(session: Session) -> None:
    machine = type("Life", (Lives,), {"session": session})
    checks = settings(
        max_examples=trials(12, 400),
        stateful_step_count=12,
        derandomize=trials(1, 0) == 1,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=checks)
    assert audit_book(session) == []
