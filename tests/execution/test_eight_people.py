"""Eight people at one act at once: one does it, the others are told whose act stands, and no motive is lost unsaid."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.commands.declaring.retrying import retried
from ledger.commands.declaring.troubles import in_french
from ledger.conventions.end_convention import cancel_convention
from ledger.conventions.queries import find_convention
from ledger.conventions.sign_convention import sign_convention
from ledger.core.errors import LedgerError
from ledger.core.money import ZERO, parse_money
from ledger.execution.audit import check_tied
from ledger.execution.bilans.read_bilan import BilanForm
from ledger.execution.bilans.settle_bilan import settle_bilan
from ledger.execution.payments.order_payment import find_order, order_payment, reject_order
from ledger.execution.payments.record_payment import record_payment
from ledger.execution.queries import orders_of, payments_of
from ledger.execution.recoveries.issue_titre import collect_titre, find_titre, issue_titre
from ledger.execution.recoveries.settle_titre import cancel_titre
from ledger.execution.undo_act import undo_act
from ledger.journal.audit import audit_book
from ledger.journal.model import Entry
from ledger.storage.engine import open_engine
from ledger.storage.session import context
from tests.execution.lives import EPCI, SIGNED_ON, carry, open_years
from tests.journal.trials import book

PEOPLE = 8
MAY, SETTLED, LATER = date(2016, 5, 13), date(2017, 6, 15), date(2017, 6, 20)
NUMBER = "C2016-001"
Act = Callable[[Session, int], object]


def _undo(session: Session, person: int) -> None:
    standing = [paid.entry_number for paid in payments_of(session, NUMBER)]
    [number] = standing or session.scalars(select(Entry.reverses).where(Entry.reverses > 0))
    assert number is not None
    undo_act(session, number, motive=f"Motif de {person}", on=MAY)


def _cancel(session: Session, person: int) -> None:
    titre = find_titre(session, "T 9 (bis)")
    cancel_titre(session, titre, motive=f"Motif de {person}", piece="Délibération", on=LATER, waived=False)


def _collect(session: Session, person: int) -> None:
    collect_titre(session, find_titre(session, "T 9 (bis)"), parse_money("6 000"), on=LATER, reference=f"P{person}")


def _issue(session: Session, person: int) -> None:
    issue_titre(session, find_convention(session, NUMBER), reference=f"T{person}", on=LATER)


def _reject(session: Session, person: int) -> None:
    reject_order(session, find_order(session, "M1"), motive=f"Motif de {person}", on=MAY)


def _pay(session: Session, person: int) -> None:
    record_payment(session, find_convention(session, NUMBER), parse_money("6 000"), on=MAY, reference=f"B{person}")


def _order(session: Session, person: int) -> None:
    order_payment(session, find_convention(session, NUMBER), parse_money("9 600"), on=MAY, reference=f"M{person}")


def _settle(session: Session, person: int) -> None:
    convention = find_convention(session, NUMBER)
    piece = f"Cerfa de {person}"
    settle_bilan(
        session, convention, BilanForm("2016-A", slices={"qpv": ZERO}, other_funding=ZERO, piece=piece, on=SETTLED)
    )


def _sign(session: Session, person: int) -> None:
    sign_convention(session, find_convention(session, NUMBER), piece=f"Délibération {person}", on=SIGNED_ON)


def _end(session: Session, person: int) -> None:
    convention = find_convention(session, NUMBER)
    cancel_convention(session, convention, piece=f"Délibération {person}", motive=f"Motif de {person}", on=MAY)


def _lived(session: Session, until: str) -> None:
    """A convention of 12 000 €, as far as this act."""
    open_years(session, 2016, 2017)
    [convention] = carry(session, "A", {EPCI: "12 000"})
    if until == "draft":
        assert convention.entry_number is not None
        undo_act(session, convention.entry_number, motive="Erreur", on=SIGNED_ON)
    if until in ("signed", "draft"):
        return
    order_payment(session, convention, None, on=MAY, reference="M1")
    if until == "ordered":
        return
    record_payment(session, convention, parse_money("6 000"), on=MAY, reference="B12")
    if until == "paid":
        return
    settle_bilan(
        session, convention, BilanForm("2016-A", slices={"qpv": ZERO}, other_funding=ZERO, piece="Cerfa", on=SETTLED)
    )
    if until == "titre":
        issue_titre(session, convention, reference="T 9 (bis)", on=LATER)


def _at_once(base: str, act: Act) -> list[LedgerError | None]:
    """What each is answered who does this at the same moment, each in a transaction of their own."""
    starting = Barrier(PEOPLE)

    def person(index: int) -> LedgerError | None:
        engine = open_engine(base)

        def command() -> None:
            with in_french(base), book(engine) as session:
                context(session).agent = f"agent{index}"
                act(session, index)

        try:
            starting.wait()
            retried(command)
        except LedgerError as refusal:
            return refusal
        else:
            return None
        finally:
            engine.dispose()

    with ThreadPoolExecutor(PEOPLE) as people:
        return list(people.map(person, range(PEOPLE)))


@pytest.mark.parametrize(
    ("until", "act"),
    [
        ("paid", _undo),
        ("titre", _cancel),
        ("titre", _collect),
        ("settled", _issue),
        ("ordered", _reject),
        ("ordered", _pay),
        ("signed", _order),
        ("draft", _sign),
        ("signed", _end),
        ("paid", _settle),
    ],
    ids=["undo", "cancel", "collect", "issue", "reject", "pay", "order", "sign", "end", "settle"],
)
def test_of_eight_people_one_does_the_act_and_seven_are_told_by_whom(
    base: str, session: Session, until: str, act: Act
) -> None:
    """F53"""
    _lived(session, until)
    session.commit()
    count = len(session.scalars(select(Entry.sequence)).all())
    session.close()
    answers = _at_once(base, act)
    assert answers.count(None) == 1, answers
    done = answers.index(None)
    for refused in answers:
        if refused is not None:
            assert f"par agent{done}" in refused.problem, refused.problem
            assert f"écriture {count + 1} du " in refused.problem
    engine = open_engine(base)
    with book(engine) as again:
        assert len(again.scalars(select(Entry.sequence)).all()) == count + 1
        assert (audit_book(again), check_tied(again)) == ([], [])
        assert len(orders_of(again, NUMBER)) <= 1
    engine.dispose()
