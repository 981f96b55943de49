"""The laws of a closing, on random years: nothing is lost, nothing moves afterwards, what opens is what closed."""

from __future__ import annotations

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.closing.close_exercice import balance_digest, close_year, closing_balances, closing_findings, plan_closing
from ledger.closing.decide_remainder import WantedRemainder, decide_remainders
from ledger.core.money import ZERO, Money
from ledger.journal.audit import audit_book
from ledger.journal.balances import balances
from ledger.journal.exercices import open_exercice
from ledger.journal.positions import AccountKey, Position
from ledger.journal.queries import AccountLine, read_book, trial_balance
from tests.closing.random_years import LINES, STEPS, Step, held, play, settle
from tests.journal.trials import trials

P = Position
FATES = st.dictionaries(st.sampled_from(LINES), st.sampled_from(("annuler", "reporter_disponible")))
LAWS = settings(
    max_examples=trials(12, 300),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def decide_lines(session: Session, year: int, fates: dict[str, str]) -> None:
    for line, outcome in fates.items():
        if held(session, line, year, P.DISPONIBLE):
            wanted = WantedRemainder(line, str(P.DISPONIBLE))
            decide_remainders(session, year, wanted, outcome, reason="Essai", piece="COPIL", on=date(year, 12, 15))


@given(STEPS, FATES)
@LAWS
def test_what_was_notified_is_paid_cancelled_carried_over_or_given_back_line_by_line(
    session: Session, steps: list[Step], fates: dict[str, str]
) -> None:
    whole = session.begin_nested()
    open_exercice(session, 2016)
    play(session, 2016, steps)
    settle(session, 2016)
    decide_lines(session, 2016, fates)
    before = balances(session, year=2016)
    close_year(session, 2016, on=date(2017, 1, 31))
    after, opened = balances(session, year=2016), balances(session, year=2017)
    for line in LINES:
        ends = (P.VERSE, P.ANNULE, P.REPORTE, P.RENDU)
        assert held(session, line, 2016, P.NOTIFIE) == held(session, line, 2016, *ends)
        assert held(session, line, 2017, P.REPORT_ENTRANT) == held(session, line, 2016, P.REPORTE)
        kept = (
            before.get(AccountKey(P.DISPONIBLE, line, 2016), ZERO) if fates.get(line, "annuler") != "annuler" else ZERO
        )
        assert opened.get(AccountKey(P.DISPONIBLE, line, 2017), ZERO) == kept
    assert {key for key in after if key.position in (P.DISPONIBLE, P.PROGRAMME, P.ENGAGE)} == set()
    commitments = {key: amount for key, amount in before.items() if key.position is P.ENGAGE}
    assert {
        key._replace(year=2016): amount for key, amount in opened.items() if key.position is P.ENGAGE
    } == commitments
    paid = {key: amount for key, amount in before.items() if key.position is P.VERSE}
    assert {key: amount for key, amount in after.items() if key.position is P.VERSE} == paid
    assert audit_book(session) == []
    whole.rollback()


@given(STEPS, STEPS, st.integers(0, 800))
@LAWS
def test_the_situation_of_a_day_is_the_book_replayed_up_to_that_day(
    session: Session, steps: list[Step], more: list[Step], days: int
) -> None:
    whole = session.begin_nested()
    open_exercice(session, 2016)
    play(session, 2016, steps)
    close_year(session, 2016, on=date(2017, 1, 31))
    play(session, 2017, more)
    day = date.fromordinal(date(2016, 1, 1).toordinal() + days)
    lines = [line for entry in read_book(session) if entry.effect_on <= day for line in entry.lines]
    assert balances(session, on=day) == replayed(lines)
    assert {line.account: (line.debit, line.credit) for line in trial_balance(session, day)} == sides(lines)
    [kept] = closing_balances(session)
    first = [line for entry in read_book(session) if entry.sequence <= kept.entries for line in entry.lines]
    again = sorted(AccountLine(account, *sums) for account, sums in sides(first).items())
    assert (kept.accounts, kept.sha256) == (len(again), balance_digest(again))
    assert list(closing_findings(session)) == []
    whole.rollback()


def sides(lines: list[AccountLine]) -> dict[AccountKey, tuple[Money, Money]]:
    found: dict[AccountKey, tuple[Money, Money]] = {}
    for account, debit, credit in lines:
        before = found.get(account, (ZERO, ZERO))
        found[account] = (before[0] + debit, before[1] + credit)
    return found


def replayed(lines: list[AccountLine]) -> dict[AccountKey, Money]:
    found = {
        account: debit - credit if account.position.side == "D" else credit - debit
        for account, (debit, credit) in sides(lines).items()
    }
    return {account: amount for account, amount in sorted(found.items()) if amount}


@given(STEPS)
@LAWS
def test_the_simulation_shows_exactly_what_the_closing_writes(session: Session, steps: list[Step]) -> None:
    whole = session.begin_nested()
    open_exercice(session, 2016)
    play(session, 2016, steps)
    simulated = plan_closing(session, 2016, on=date(2017, 1, 31))
    closed = close_year(session, 2016, on=date(2017, 1, 31))
    assert (simulated.points, simulated.outcomes, simulated.drafts) == (closed.points, closed.outcomes, closed.drafts)
    again = close_year(session, 2016, on=date(2018, 1, 31))
    assert again.done_before
    shown = [(outcome.key, outcome.amount, outcome.fate, outcome.reason) for outcome in again.outcomes]
    assert sorted(shown) == sorted(
        (outcome.key, outcome.amount, outcome.fate, outcome.reason) for outcome in closed.outcomes
    )
    assert again.points == closed.points
    whole.rollback()
