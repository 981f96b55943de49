"""Whose money it is: who recovers what was overpaid, what is owed back to a financeur and still awaited from it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.closing.close_exercice import plan_closing
from ledger.closing.vocabulary import RemainderEnd
from ledger.conventions.model import Convention
from ledger.core.errors import LedgerError
from ledger.core.money import ZERO, Money, parse_money, total
from ledger.execution.bilans.read_bilan import BilanForm
from ledger.execution.bilans.settle_bilan import settle_bilan
from ledger.execution.figures import reversement_state, state_of
from ledger.execution.model import Titre
from ledger.execution.passing_on.record_receipt import record_receipt
from ledger.execution.passing_on.return_unspent import ReturnRefused, record_compensated_right, return_to_financeur
from ledger.execution.payments.order_payment import order_payment
from ledger.execution.payments.record_payment import record_payment
from ledger.execution.queries import DateOutside
from ledger.execution.recoveries.financeur_recoveries import (
    record_financeur_recovery,
    recovered_by_financeur,
)
from ledger.execution.recoveries.issue_titre import RecoveryRefused, collect_titre, issue_titre
from ledger.execution.recoveries.settle_titre import cancel_titre, set_off
from ledger.execution.undo_act import undo_act
from ledger.execution.vocabulary import RecoveryStep
from ledger.journal.audit import audit_book
from ledger.journal.balances import balances
from ledger.journal.enveloppes import notify_credits
from ledger.journal.positions import AccountKey, Position, owed_and_awaited
from ledger.referential.queries import find_line
from ledger.reports.agenda import agenda
from ledger.reports.documents.payments import RECOVERY
from tests.execution.lives import REGION, STATE, carry, open_years, passed_on

MAY, SETTLED, LATER = date(2016, 5, 13), date(2016, 12, 5), date(2016, 12, 20)


def settle(session: Session, convention: Convention, cost: str, on: date = SETTLED) -> None:
    slices = {"qpv": parse_money(cost)}
    action = convention.lines[0].action
    settle_bilan(session, convention, BilanForm(action, slices=slices, other_funding=ZERO, piece="Cerfa 15059", on=on))


def held(session: Session, *positions: Position, line: str = STATE) -> Money:
    return total(amount for key, amount in balances(session, line=line).items() if key.position in positions)


# F06: the financeur that pays recovers


@pytest.fixture
def overpaid_elsewhere(session: Session) -> Convention:
    """A convention that the Région pays itself: 10 000 € paid, 5 000 € kept once settled."""
    open_years(session, 2016, 2017)
    [convention] = carry(session, "R", {REGION: "10 000"}, kind="association", dispositif="action", cost="20 000")
    record_payment(session, convention, parse_money("10 000"), on=MAY, reference="Virement Région")
    settle(session, convention, "10 000")
    assert state_of(session, convention).to_recover == parse_money("5 000")
    return convention


def test_no_titre_nor_set_off_of_the_epci_claims_what_another_financeur_paid(
    session: Session, overpaid_elsewhere: Convention
) -> None:
    """F06."""
    with pytest.raises(RecoveryRefused, match="REGION paie") as refused:
        issue_titre(session, overpaid_elsewhere, reference="T-1", on=LATER)
    assert "cofiville recouvrement constater" in refused.value.remedy
    with pytest.raises(RecoveryRefused, match="REGION paie"):
        set_off(session, overpaid_elsewhere, 2017, piece="Convention 2017", on=LATER)
    assert held(session, Position.TRESOR, Position.A_ENCAISSER, line=REGION) == ZERO


def test_what_a_financeur_takes_back_itself_is_a_constat_and_no_money_of_the_epci(
    session: Session, overpaid_elsewhere: Convention
) -> None:
    """F06."""
    steps = (
        (RecoveryStep.ASKED, "5 000"),
        (RecoveryStep.RECEIVED, "1 500"),
        (RecoveryStep.SET_OFF, "2 000"),
        (RecoveryStep.WAIVED, "500"),
    )
    for step, amount in steps:
        record_financeur_recovery(
            session, overpaid_elsewhere, parse_money(amount), step=step, piece=f"OR {step}", on=LATER
        )
    [found] = recovered_by_financeur(session, 2016)
    assert (found.asked, found.received, found.set_off, found.waived, found.left) == tuple(
        map(parse_money, ("5 000", "1 500", "2 000", "500", "1 000"))
    )
    assert held(session, Position.TRESOR, Position.BLOQUE, line=REGION) == ZERO
    assert held(session, Position.RENDU, line=REGION) == parse_money("3 500")
    assert state_of(session, overpaid_elsewhere).paid == parse_money("6 500")
    assert state_of(session, overpaid_elsewhere).to_recover == parse_money("1 000")
    with pytest.raises(RecoveryRefused, match=r"Il ne reste que 1\s000,00"):
        record_financeur_recovery(
            session, overpaid_elsewhere, parse_money("1 000,01"), step=RecoveryStep.RECEIVED, piece="x", on=LATER
        )
    with pytest.raises(DateOutside):
        record_financeur_recovery(
            session, overpaid_elsewhere, parse_money("1"), step=RecoveryStep.RECEIVED, piece="x", on=MAY
        )
    assert audit_book(session) == []


def test_a_constat_of_the_financeur_is_recorded_once_and_undone_by_its_entry(
    session: Session, overpaid_elsewhere: Convention
) -> None:
    """F06."""
    act = {"step": RecoveryStep.RECEIVED, "piece": "OR 12", "on": LATER}
    fact, posted = record_financeur_recovery(session, overpaid_elsewhere, parse_money("1 500"), **act)  # type: ignore[arg-type]
    again, same = record_financeur_recovery(session, overpaid_elsewhere, parse_money("1 500"), **act)  # type: ignore[arg-type]
    assert (again, same.new, fact.entry_number) == (fact, False, posted.sequence)
    undoing = undo_act(session, posted.sequence, motive="Mal saisi", on=LATER)
    assert (fact.undone_on, fact.reversal_number) == (LATER, undoing.sequence)
    assert recovered_by_financeur(session)[0].left == parse_money("5 000")
    third, _ = record_financeur_recovery(session, overpaid_elsewhere, parse_money("1 500"), **act)  # type: ignore[arg-type]
    assert third.rank == 2
    assert audit_book(session) == []


def test_the_closing_the_agenda_and_the_letters_leave_it_to_that_financeur(
    session: Session, overpaid_elsewhere: Convention
) -> None:
    """F06."""
    closing = plan_closing(session, 2016, on=date(2017, 1, 31))
    [outcome] = [each for each in closing.outcomes if each.key.position is Position.A_RECOUVRER]
    assert (outcome.fate, outcome.decider) == (RemainderEnd.TAKEN_BACK_ELSEWHERE, "REGION")
    [point] = [each for each in closing.points if each.code == "recuperation_financeur"]
    assert point.command.startswith("cofiville recouvrement constater")
    [task] = [each for each in agenda(session, LATER) if each.nature == "recouvrer"]
    assert (task.waits_for, task.amount) == ("REGION", parse_money("5 000"))
    old = Titre(
        contract=overpaid_elsewhere.contract,
        reference="T-OLD",
        convention=overpaid_elsewhere.number,
        issued_on=LATER,
        amount=parse_money("5 000"),
        account="773",
    )
    session.add(old)
    session.flush()
    assert list(RECOVERY.keys(session, 2016, LATER)) == []
    with pytest.raises(RecoveryRefused):
        RECOVERY.read_fields(session, "T-OLD", LATER)
    with pytest.raises(RecoveryRefused, match="n'en encaisse rien"):
        collect_titre(session, old, parse_money("1"), on=LATER, reference="P503 1")


def test_the_epci_recovers_by_titre_what_it_paid_and_by_no_constat(session: Session) -> None:
    """F06."""
    open_years(session, 2016)
    [convention] = carry(session, "A", {"CAPH-DRE": "12 000"})
    with pytest.raises(RecoveryRefused, match="c'est lui qui recouvre"):
        record_financeur_recovery(
            session, convention, parse_money("1"), step=RecoveryStep.RECEIVED, piece="x", on=LATER
        )


def test_what_a_titre_claims_is_to_be_collected_and_no_more_to_be_claimed(session: Session) -> None:
    """5 000 € paid, 2 500 € kept: claimed by a titre, 1 000 € came in; every command said can be typed."""
    open_years(session, 2016)
    [convention] = carry(session, "B", {"CAPH-DRE": "10 000"})
    order, _ = order_payment(session, convention, None, on=MAY)
    record_payment(session, convention, order.gross, on=MAY, reference="B1 M1")
    settle(session, convention, "25 000")
    owed = state_of(session, convention).to_recover
    assert owed == parse_money("2 500")
    [task] = [each for each in agenda(session, LATER) if each.nature in ("recouvrer", "encaisser")]
    assert (task.nature, task.amount) == ("recouvrer", owed)
    titre, _ = issue_titre(session, convention, reference="T 9", on=LATER)
    collect_titre(session, titre, parse_money("1 000"), on=LATER, reference="P503 7")
    [task] = [each for each in agenda(session, LATER) if each.nature in ("recouvrer", "encaisser")]
    assert (task.nature, task.subject, task.amount) == ("encaisser", "T 9", parse_money("1 500"))
    assert task.waits_for == convention.beneficiary
    assert task.command.startswith('cofiville recouvrement encaisser "T 9" MONTANT')
    points = {each.code: each for each in plan_closing(session, 2016, on=date(2017, 1, 31)).points}
    assert "recouvrement_ouvert" not in points
    assert points["titre_non_encaisse"].amount == parse_money("1 500")
    assert points["pieces_manquantes"].amount == state_of(session, convention).ordered == parse_money("4 000")


# F08: what is owed back to the État


@pytest.mark.parametrize(
    ("right", "lost", "received", "returned", "owed", "awaited"),
    [
        ("200 000", "19 811,55", "150 000", "0", "0", "30 188,45"),
        ("200 000", "19 811,55", "200 000", "0", "19 811,55", "0"),
        ("200 000", "19 811,55", "185 000", "0", "4 811,55", "0"),
        ("200 000", "19 811,55", "185 000", "4 811,55", "0", "0"),
        ("200 000", "0", "150 000", "0", "0", "50 000"),
        ("0", "5 000", "0", "0", "0", "0"),
        ("3 000", "5 000", "3 000", "0", "3 000", "0"),
    ],
)
def test_what_is_owed_back_never_counts_money_never_received(
    right: str, lost: str, received: str, returned: str, owed: str, awaited: str
) -> None:
    """F08: max(0, received − (right − lost)) − returned, beside what is still awaited."""
    found = owed_and_awaited(*map(parse_money, (right, lost, received, returned)))
    assert found == (parse_money(owed), parse_money(awaited))


def underspent(session: Session, received: str) -> Convention:
    """40 000 € of the État passed on: 20 000 paid, 13 000 kept by the bilan; 27 000 of the right are lost."""
    open_years(session, 2016, 2017)
    right = passed_on(session, "40 000")
    [convention] = carry(session, "A", {STATE: "40 000"}, public={"qpv": 1})
    order_payment(session, convention, None, on=MAY)
    record_payment(session, convention, parse_money("20 000"), on=MAY, reference="B12")
    if received:
        record_receipt(session, right, parse_money(received), on=MAY, reference="P503 1")
    settle(session, convention, "20 000")
    return convention


@pytest.mark.parametrize(
    ("received", "owed", "awaited"),
    [("", "0", "13 000"), ("10 000", "0", "3 000"), ("13 000", "0", "0"), ("30 000", "17 000", "0")],
)
def test_the_screen_the_act_and_the_closing_say_the_same_of_what_is_owed_back(
    session: Session, received: str, owed: str, awaited: str
) -> None:
    """F08."""
    underspent(session, received)
    flow = reversement_state(session, 2016).passing_on
    assert (flow.right, flow.lost) == (parse_money("40 000"), parse_money("27 000"))
    assert (flow.owed_back, flow.awaited) == (parse_money(owed), parse_money(awaited))
    closing = plan_closing(session, 2016, on=date(2017, 1, 31))
    points = {each.code: each.amount for each in closing.points}
    assert points.get("a_rendre", ZERO) == flow.owed_back
    assert points.get("encore_attendu", ZERO) == flow.awaited
    blocked = [each for each in closing.outcomes if each.key.position is Position.BLOQUE]
    assert {each.fate for each in blocked} == {"rendre" if flow.owed_back else RemainderEnd.NOT_RECEIVED}
    tasks = {each.nature: each.amount for each in agenda(session, LATER)}
    assert tasks.get("rendre", ZERO) == flow.owed_back
    with pytest.raises(ReturnRefused):
        return_to_financeur(session, STATE, 2016, flow.owed_back + Money(1), piece="Titre 88", on=LATER)
    assert audit_book(session) == []


def test_what_is_lost_may_be_given_back_before_the_porteur_pays_it_back_out_of_the_epci_own_money(
    session: Session,
) -> None:
    """F08: with everything received, 27 000 are owed; 7 000 of them are still with the porteur."""
    convention = underspent(session, "40 000")
    return_to_financeur(session, STATE, 2016, parse_money("27 000"), piece="Titre 88", on=LATER)
    flow = reversement_state(session, 2016).passing_on
    assert (flow.returned, flow.owed_back, flow.advanced) == tuple(map(parse_money, ("27 000", "0", "7 000")))
    assert held(session, Position.RENDU) == parse_money("20 000")
    titre, _ = issue_titre(session, convention, reference="T-1", on=LATER)
    collect_titre(session, titre, parse_money("3 000"), on=LATER, reference="P503 2")
    collect_titre(session, titre, parse_money("4 000"), on=LATER, reference="P503 3")
    state = reversement_state(session, 2016)
    assert (state.passing_on.advanced, state.recovered, state.unspent) == (ZERO, parse_money("7 000"), ZERO)
    assert (held(session, Position.RENDU), held(session, Position.BLOQUE)) == (parse_money("27 000"), ZERO)
    assert audit_book(session) == []


def test_an_overpayment_set_off_without_the_etat_is_owed_back_and_not_granted_again(session: Session) -> None:
    """F08: compensated money is counted once."""
    convention = underspent(session, "40 000")
    set_off(session, convention, 2017, piece="Convention 2017", on=LATER)
    assert AccountKey(Position.DISPONIBLE, STATE, 2017) not in balances(session, line=STATE)
    state = reversement_state(session, 2016)
    assert (state.passing_on.owed_back, state.to_pay_back) == (parse_money("27 000"), parse_money("27 000"))
    assert held(session, Position.BLOQUE) == parse_money("27 000")
    line, gross = find_line(session, STATE), parse_money("30 000")
    _, kept = record_compensated_right(session, "E17", line, 2017, gross, convention, piece="A", on=date(2017, 9, 4))
    assert kept == parse_money("27 000")
    assert balances(session, line=STATE)[AccountKey(Position.DISPONIBLE, STATE, 2017)] == parse_money("27 000")
    state = reversement_state(session, 2016)
    assert (state.kept_back, state.to_pay_back) == (parse_money("27 000"), ZERO)
    with pytest.raises(ReturnRefused, match="Seuls 0,00"):
        return_to_financeur(session, STATE, 2016, Money(1), piece="Titre 88", on=date(2017, 9, 5))
    assert audit_book(session) == []


def test_what_a_porteur_pays_back_serves_again_where_the_etat_keeps_it_back(session: Session) -> None:
    """F08: 20 000 blocked serve again at once, 7 000 as the porteur pays them back, none of it twice."""
    convention = underspent(session, "40 000")
    line, gross, on = find_line(session, STATE), parse_money("30 000"), date(2017, 9, 4)
    record_compensated_right(session, "E17", line, 2017, gross, convention, piece="A", on=on)
    again = AccountKey(Position.DISPONIBLE, STATE, 2017)
    assert balances(session, line=STATE)[again] == parse_money("20 000")
    titre, _ = issue_titre(session, convention, reference="T-1", on=on)
    collect_titre(session, titre, parse_money("7 000"), on=on, reference="P503 2")
    assert balances(session, line=STATE)[again] == parse_money("27 000")
    assert held(session, Position.BLOQUE) == ZERO
    assert audit_book(session) == []


def test_a_debt_of_the_financeur_is_not_waived_by_the_epci(session: Session, overpaid_elsewhere: Convention) -> None:
    """F06: an old titre of the EPCI may be annulled, the debt stays with the financeur."""
    old = Titre(
        contract=overpaid_elsewhere.contract,
        reference="T-OLD",
        convention=overpaid_elsewhere.number,
        issued_on=LATER,
        amount=parse_money("5 000"),
        account="773",
    )
    session.add(old)
    session.flush()
    with pytest.raises(RecoveryRefused):
        cancel_titre(session, old, motive="Remise", piece="Délibération", on=LATER, waived=True)


@dataclass
class DreLife:
    """Two millésimes of DRE money among three porteurs, and a plain count of what happened beside the book."""

    session: Session
    chance: random.Random
    acts: int = 0
    received: int = 0
    returned: int = 0
    lost: int = 0
    realised: int = 0
    conventions: list[Convention] = field(default_factory=list)
    settled: set[str] = field(default_factory=set)
    titres: list[Titre] = field(default_factory=list)

    def __post_init__(self) -> None:
        open_years(self.session, 2016, 2017)
        amounts = [self.chance.randint(100_000, 2_000_000) for _ in range(3)]
        self.right = sum(amounts)
        self.recette = passed_on(self.session, Money(self.right).plain())
        for code, cents in zip("ABC", amounts, strict=True):
            self.conventions += carry(self.session, code, {STATE: Money(cents).plain()}, public={"qpv": 1})

    def reference(self) -> str:
        self.acts += 1
        return f"R{self.acts}"

    def receive(self) -> None:
        amount = self.chance.randint(1, max(1, self.right - self.received))
        record_receipt(self.session, self.recette, Money(amount), on=LATER, reference=self.reference())
        self.received += amount

    def pay(self) -> None:
        convention = self.chance.choice(self.conventions)
        order, _ = order_payment(self.session, convention, None, on=LATER)
        record_payment(self.session, convention, order.gross - order.set_off, on=LATER, reference=self.reference())

    def settle(self) -> None:
        convention = self.chance.choice(self.conventions)
        settle(self.session, convention, Money(self.chance.randint(0, 4_000_000)).plain(), on=LATER)
        self.settled.add(convention.number)
        self.lost += (convention.amount - state_of(self.session, convention).justified).cents

    def claim(self) -> None:
        convention = self.chance.choice(self.conventions)
        self.titres.append(issue_titre(self.session, convention, reference=self.reference(), on=LATER)[0])

    def collect(self) -> None:
        if self.titres:
            titre = self.chance.choice(self.titres)
            amount = Money(self.chance.randint(1, titre.amount.cents))
            collect_titre(self.session, titre, amount, on=LATER, reference=self.reference())

    def set_off(self) -> None:
        set_off(self.session, self.chance.choice(self.conventions), 2017, piece=self.reference(), on=LATER)

    def keep_back(self) -> None:
        notify_credits(self.session, STATE, 2017, Money(1), piece=self.reference(), on=date(2017, 1, 2))
        earlier, line = self.chance.choice(self.conventions), find_line(self.session, STATE)
        number = f"E17-{self.reference()}"
        gross = Money(9_000_000)
        record_compensated_right(self.session, number, line, 2017, gross, earlier, piece=number, on=LATER)

    def give_back(self) -> None:
        most = reversement_state(self.session, 2016).to_pay_back.cents
        amount = self.chance.randint(1, max(1, most))
        return_to_financeur(self.session, STATE, 2016, Money(amount), piece=self.reference(), on=LATER)
        self.returned += amount

    def check(self) -> None:
        state = reversement_state(self.session, 2016)
        flow = state.passing_on
        owed = max(0, max(0, self.received - (self.right - self.lost)) - self.returned)
        assert flow.owed_back.cents == owed
        assert flow.received.cents == self.received
        assert flow.returned.cents == self.returned
        assert flow.received - flow.passed_on - flow.returned == flow.held - flow.advanced
        assert not (flow.owed_back and flow.awaited)
        again = total(
            amount
            for key, amount in balances(self.session, line=STATE, year=2017).items()
            if key.position is Position.REPORT_ENTRANT
        )
        assert again + Money(self.returned) + state.to_pay_back <= Money(self.lost)
        with pytest.raises(LedgerError):
            return_to_financeur(self.session, STATE, 2016, state.to_pay_back + Money(1), piece="Trop", on=LATER)


@pytest.mark.parametrize("seed", range(3))
def test_over_any_dre_life_what_is_owed_back_follows_the_plain_formula(session: Session, seed: int) -> None:
    """F08."""
    life = DreLife(session, random.Random(f"dre-{seed}"))  # noqa: S311 - lives to try, nothing secret
    acts: list[Callable[[], None]] = [
        *([life.receive, life.pay, life.settle] * 2),
        *(life.claim, life.collect, life.set_off, life.keep_back, life.give_back),
    ]
    for _ in range(45):
        kept = (life.received, life.returned, life.lost, set(life.settled), list(life.titres))
        savepoint = session.begin_nested()
        try:
            life.chance.choice(acts)()
        except LedgerError:
            savepoint.rollback()
            life.received, life.returned, life.lost, life.settled, life.titres = kept
            continue
        savepoint.commit()
        life.check()
    assert audit_book(session) == []
