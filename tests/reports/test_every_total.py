"""The totals of every report are the journal's, on any year; filters cut reports without losing a cent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.commands.declaring.access import as_of
from ledger.conventions.queries import conventions
from ledger.core.money import ZERO, Money, total
from ledger.execution.bilans.read_bilan import BilanForm
from ledger.execution.bilans.settle_bilan import settle_bilan
from ledger.execution.model import Bilan
from ledger.execution.passing_on.record_receipt import record_receipt
from ledger.execution.payments.order_payment import order_payment
from ledger.execution.payments.record_payment import record_payment
from ledger.execution.undo_act import undo_act
from ledger.journal.balances import amount_moved, balances
from ledger.journal.enveloppes import notify_credits
from ledger.journal.positions import PAID_POSITIONS, Figure, Position
from ledger.journal.queries import trial_balance
from ledger.reports.catalogue import REPORTS, ReportAsked, make_report
from ledger.reports.deadlines import coming_payments
from ledger.reports.listing import Listing
from ledger.reports.selection import Selection
from ledger.reports.trend import trend_report
from ledger.reports.vocabulary import Par, ParEcart
from ledger.storage.engine import open_engine
from ledger.storage.session import Context, ContractSession, context
from tests.bases import PostgresqlBases, SqliteBases
from tests.execution.lives import STATE, carry, open_years, passed_on
from tests.journal.trials import trials
from tests.reports.random_year import OBJECTIVES, YEARS, Drawn, ask, live, play

ANY_YEAR = settings(
    max_examples=trials(6, 60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def of(session: Session, name: str, by: str = "", **wanted: str) -> Listing:
    return make_report(session, name, ReportAsked(Selection(2016, **wanted), by=by))  # type: ignore[arg-type]


def every_report(session: Session) -> dict[str, object]:
    made = {name: of(session, name).rows for name in REPORTS}
    return {**made, "tendance": trend_report(session, range(2015, 2018), "ETAT", "").rows}


def position(session: Session, *wanted: Position) -> Money:
    """What the trial balance says of these positions."""
    return total(
        line.debit - line.credit if line.account.position.side == "D" else line.credit - line.debit
        for line in trial_balance(session)
        if line.account.position in wanted
    )


def granted(session: Session) -> Money:
    return total(amount_moved(session, into=Position.PROGRAMME, out_of=Position.DISPONIBLE, year=2016).values())


def justified(session: Session) -> Money:
    """What the accounts of the actions whose bilan is settled hold or still owe, overpayments apart."""
    settled = {(bilan.convention, bilan.action) for bilan in session.scalars(select(Bilan))}
    held = balances(session, positions=(Position.ENGAGE, Position.ORDONNE, Position.VERSE))
    return total(amount for key, amount in held.items() if (key.convention, key.action) in settled)


def conventioned(session: Session) -> Money:
    return total(amount_moved(session, into=Position.ENGAGE, out_of=Position.PROGRAMME, year=2016).values())


@given(drawn=YEARS)
@ANY_YEAR
def test_the_totals_of_every_report_are_the_journal_s(session: Session, drawn: list[Drawn]) -> None:
    try:
        play(session, drawn)
        consumption = of(session, "consommation").totals()
        assert consumption[str(Figure.NOTIFIE)] == position(session, Position.NOTIFIE)
        for figure in (Figure.DISPONIBLE, Figure.PROGRAMME, Figure.ENGAGE, Figure.ORDONNE, Figure.VERSE):
            assert consumption[str(figure)] == position(session, Position(figure.name))
        book = {"accorde": granted(session), "verse": position(session, *PAID_POSITIONS)}
        for name in ("plan", "ecarts", "territoires"):
            totals = of(session, name).totals()
            assert {figure: totals[figure] for figure in book} == book, name
        for by in set(ParEcart) - {ParEcart.ACTION}:
            totals = of(session, "ecarts", by).totals()
            assert {figure: totals[figure] for figure in (*book, "justifie")} == {
                **book,
                "justifie": justified(session),
            }, by
        for group in Par:
            totals = of(session, "demandes", group).totals()
            assert totals["justifie"] == justified(session), group
            assert {figure: totals[figure] for figure in book} == book, group
            assert totals["conventionne"] == conventioned(session), group
        leverage = of(session, "leviers").rows[0]
        plan = of(session, "plan").rows
        own = total(row["fonds_propres"] for row in plan if granted(session))
        drawn_in = [leverage[name] for name in ("specifique", "droit_commun", "autres")]
        assert book["accorde"] <= total(drawn_in) <= book["accorde"] + own
    finally:
        session.rollback()


@given(drawn=YEARS)
@ANY_YEAR
def test_the_axes_and_the_financeurs_cut_every_report_without_losing_a_cent(
    session: Session, drawn: list[Drawn]
) -> None:
    try:
        play(session, drawn)
        financeurs = ("CAPH", "CAF", "DEPARTEMENT", "ASSOCIATIONS")
        for name in ("plan", "demandes", "territoires"):
            whole = of(session, name).totals()
            by_axis = [of(session, name, axis=code[0]).totals() for code in OBJECTIVES]
            by_payer = [of(session, name, financeur=code).totals() for code in financeurs]
            for figure in ("accorde", "verse"):
                for parts in (by_axis, by_payer):
                    assert total(part[figure] for part in parts) == whole[figure], name  # type: ignore[misc]
    finally:
        session.rollback()


@given(drawn=YEARS)
@ANY_YEAR
def test_what_is_still_committed_is_what_is_to_be_paid(session: Session, drawn: list[Drawn]) -> None:
    try:
        play(session, drawn)
        found = coming_payments(session, date(2016, 12, 31), date(2017, 12, 31))
        assert total(row.amount for row in found) == total(balances(session, positions=[Position.ENGAGE]).values())
    finally:
        session.rollback()


@given(
    right=st.integers(200, 90_000_00),
    received=st.integers(0, 90_000_00),
    granted_cents=st.integers(200, 90_000_00),
    life=st.integers(0, 2),
    cost=st.integers(1, 200_000_00),
)
@ANY_YEAR
def test_the_money_passed_on_and_the_trend_are_the_journal_s(
    session: Session, right: int, received: int, granted_cents: int, life: int, cost: int
) -> None:
    """life: 0 the convention signed, 1 its first instalment paid, 2 its bilan settled at this cost."""
    try:
        open_years(session, 2016)
        acquired = passed_on(session, Money(right).plain())
        if came := min(right, received):
            record_receipt(session, acquired, Money(came), on=date(2016, 5, 2), reference="P503")
        [convention] = carry(session, "A", {STATE: Money(min(right, granted_cents)).plain()}, cost="200 000")
        if life:
            order, _ = order_payment(session, convention, None, on=date(2016, 6, 1))
            record_payment(session, convention, order.gross, on=date(2016, 6, 8), reference="B 1")
        if life > 1:
            slices, on = {"qpv": Money(cost)}, date(2016, 12, 1)
            settle_bilan(session, convention, BilanForm("2016-A", slices=slices, other_funding=ZERO, piece="B", on=on))
        totals = of(session, "dre").totals()
        assert totals["recu"] == position(session, Position.DROIT_ACQUIS) - position(session, Position.A_RECEVOIR)
        assert totals["reverse"] == position(session, Position.REVERSE)
        owed = position(session, Position.A_RENDRE) - position(session, Position.A_RECEVOIR)
        assert (totals["a_rendre"], totals["reste_attendu"]) == (max(ZERO, owed), max(ZERO, -owed))
        in_hand = position(session, Position.DETENU) - position(session, Position.AVANCE)
        assert (totals["recu_non_reverse"], totals["reverse_non_recu"]) == (max(ZERO, in_hand), max(ZERO, -in_hand))
        trend = trend_report(session, range(2015, 2018), "ETAT", "").totals()
        assert trend["notifie"] == position(session, Position.NOTIFIE)
        assert trend["accorde"] == granted(session) == convention.amount
        assert trend["verse"] == position(session, *PAID_POSITIONS)
    finally:
        session.rollback()


def test_every_report_of_a_year_without_anything_is_empty_and_adds_up_to_nothing(session: Session) -> None:
    for name in REPORTS:
        report = of(session, name)
        assert all(value in (ZERO, 0) for value in report.totals().values()), name


def test_the_trend_adds_up_the_years_of_one_financeur(session: Session) -> None:
    play(session, [Drawn(900_00, (1, 1, 1, 1), (1, 0, 0), frozenset(), "ccas", "5.1.2", "communale", 1)])
    report = trend_report(session, range(2015, 2018), "CAPH", "")
    assert [row["notifie"] for row in report.rows] == [ZERO, Money(90_000_000_00), ZERO]
    assert report.totals()["notifie"] == Money(90_000_000_00)


def test_a_bilan_undone_justifies_nothing_any_more(session: Session) -> None:
    drawn = Drawn(900_00, (1, 1, 1, 1), (1, 0, 0), frozenset(), "ccas", "5.1.2", "communale", 4)
    play(session, [drawn])
    paid = next(each for each in conventions(session) if each.circuit == "direct")
    slices = {"qpv": Money(900_00)}
    posted = settle_bilan(
        session, paid, BilanForm("2016-001", slices=slices, other_funding=ZERO, on=date(2016, 12, 1), piece="P")
    )
    assert of(session, "demandes").totals()["justifie"] != ZERO
    assert of(session, "ecarts").rows[0]["cout_reel"] == Money(900_00)
    undo_act(session, posted[1].sequence, motive="Erreur", on=date(2016, 12, 2))
    assert of(session, "demandes").totals()["justifie"] == ZERO
    assert of(session, "ecarts").rows[0]["cout_reel"] is None


@contextmanager
def a_base(bases: SqliteBases | PostgresqlBases, folder: Path) -> Iterator[Session]:
    """A writing session on a base of its own, whose acts can be committed: a past base is copied from them."""
    address = bases.new(folder)
    engine = open_engine(address)
    acting = Context("CV195", "test", "test")
    try:
        with (
            engine.connect().execution_options(writing=True) as connection,
            ContractSession(connection, acting) as session,
        ):
            yield session
    finally:
        engine.dispose()
        bases.drop(address)


@given(drawn=YEARS, first=st.integers(0, 4))
@ANY_YEAR
def test_every_report_is_made_again_as_it_was_known_whatever_was_entered_since(
    bases: SqliteBases | PostgresqlBases, tmp_path_factory: pytest.TempPathFactory, drawn: list[Drawn], first: int
) -> None:
    """Read as every command reads what was known then: the book and the facts of that instant."""
    with a_base(bases, tmp_path_factory.mktemp("base")) as session:
        ask(session, drawn)
        live(session, drawn[:first])
        before = every_report(session)
        session.commit()
        instant = datetime.now(UTC)
        live(session, drawn, after=first)
        notify_credits(session, "ETAT-PDV-ACTIONS", 2016, Money(1), piece="Antidatée", on=date(2016, 1, 2))
        standing = select(Bilan.entry_number).where(Bilan.reversal_number.is_(None)).limit(1)
        while (settled := session.scalar(standing)) is not None:
            undo_act(session, settled, motive="Erreur", on=date(2016, 12, 2))
        session.commit()
        engine = session.connection().engine
        session.rollback()
        # A base is copied by a connection that does not write.
        with (
            ContractSession(engine, Context(*context(session).signature)) as reader,
            as_of(reader, None, instant) as then,
        ):
            assert every_report(then) == before
