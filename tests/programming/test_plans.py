"""Plans balance in the structure of the Cerfa 12156, and every version stays as it was written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.money import Money, total
from ledger.programming.actions.model import Action
from ledger.programming.actions.read_actions import form_of
from ledger.programming.actions.record_action import change_action, record_action
from ledger.programming.plans.adjust_plan import arbitrate_plan, judge_line, with_own_share
from ledger.programming.plans.balance import FundingForm, PlanLineForm, UnbalancedPlan, check_plan, plan_bases_of
from ledger.programming.plans.model import PlanLine
from ledger.programming.plans.versions import check_plans, plan_bases, side_by_side, written_lines
from ledger.programming.queries import find_action
from tests.journal.trials import trials
from tests.programming.support import HEALTH, changed, euros, plan, with_porteur

DEPOSITED = date(2016, 1, 8)
DETAILED = changed(
    plan=(
        PlanLineForm("charges", "60", euros("1500")),
        PlanLineForm("charges", "641", euros("2500"), "Animatrice"),
        PlanLineForm("charges", "864", euros("800")),
        PlanLineForm("produits", "870", euros("800")),
        PlanLineForm("produits", "70", euros("200")),
    ),
    fundings=plan(ETAT_PDV_ACTIONS="3000", PORTEUR_FONDS_PROPRES="800"),
)


@pytest.fixture
def book(session: Session) -> Session:
    with_porteur(session)
    return session


def said(text: str) -> str:
    return text.replace("\xa0", " ")


def test_the_two_bases_of_a_plan_differ_by_its_contributions() -> None:
    whole = plan_bases_of(euros("141112"), euros("116000"))
    assert whole.with_contributions == euros("257112")
    without, with_contributions = whole.shares(euros("7000"))
    assert (round(without * 10000), round(with_contributions * 10000)) == (496, 272)


@pytest.mark.parametrize(
    ("fundings", "lines", "problem"),
    [
        (
            plan(CAPH_PDV="4000"),
            [PlanLineForm("charges", "60", euros("3999,99"))],
            "Les charges détaillées font 3 999,99 € et le coût total est de 4 000,00 €, écart 0,01 €.",
        ),
        (
            plan(CAPH_PDV="4000"),
            [PlanLineForm("produits", "70", euros("10"))],
            "charges 4 000,00 €, produits 4 010,00 €, écart 10,00 €.",
        ),
        (
            plan(CAPH_PDV="4000"),
            [PlanLineForm("charges", "864", euros("500")), PlanLineForm("produits", "870", euros("300"))],
            "emplois (86) 500,00 €, ressources (87) 300,00 €, écart 200,00 €.",
        ),
    ],
)
def test_a_plan_that_does_not_balance_is_refused_with_both_totals(
    fundings: tuple[FundingForm, ...], lines: list[PlanLineForm], problem: str
) -> None:
    with pytest.raises(UnbalancedPlan) as refused:
        check_plan(euros("4000"), fundings, lines)
    assert problem in said(refused.value.problem)
    assert refused.value.remedy


def test_contributions_in_kind_are_never_cash() -> None:
    with pytest.raises(UnbalancedPlan):
        check_plan(euros("4000"), plan(CAPH_PDV="3000"), [PlanLineForm("produits", "870", euros("1000"))])


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (PlanLineForm("charges", "99", euros("1")), "« 99 » n'est pas un compte de charges"),
        (PlanLineForm("dépenses", "60", euros("1")), "« dépenses » n'est pas un côté du plan"),
        (PlanLineForm("charges", "60", euros("-1")), "Le compte 60 est négatif"),
    ],
)
def test_an_account_that_is_not_of_the_form_is_refused(line: PlanLineForm, problem: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        check_plan(euros("4000"), plan(CAPH_PDV="4000"), [line])
    assert problem in refused.value.problem


def test_an_amount_on_a_line_set_aside_is_refused() -> None:
    aside = FundingForm("REGION-DSDT", euros("500"), status="non_recevable")
    with pytest.raises(InvalidValue) as refused:
        check_plan(euros("4500"), (*plan(CAPH_PDV="4000"), aside), ())
    assert said(refused.value.problem) == "La ligne REGION-DSDT est non recevable et porte 500,00 €."
    check_plan(euros("4000"), (*plan(CAPH_PDV="4000"), replace(aside, amount_requested=Money(0))), ())


def test_the_deposited_plan_is_kept_account_by_account(book: Session) -> None:
    action = record_action(book, DETAILED, on=DEPOSITED)
    book.expire_all()
    [version] = action.plans
    assert [(each.side, each.account, each.label, each.amount.plain(), each.line) for each in version.lines] == [
        ("charges", "60", "Achats", "1500.00", None),
        ("charges", "641", "Animatrice", "2500.00", None),
        ("charges", "864", "Personnel bénévole", "800.00", None),
        ("produits", "74etat", "Politique de la ville - actions", "3000.00", "ETAT-PDV-ACTIONS"),
        ("produits", "RESSPROPRES", "Fonds propres du porteur", "800.00", "PORTEUR-FONDS-PROPRES"),
        ("produits", "870", "Bénévolat", "800.00", None),
        ("produits", "70", "Vente de produits finis, marchandises, prestations", "200.00", None),
    ]
    assert (version.stage, version.on, plan_bases(version)) == (
        "depose",
        DEPOSITED,
        plan_bases_of(euros("4000"), euros("800")),
    )
    assert (action.cost_total, action.valued) == (euros("4000"), euros("800"))
    assert form_of(action).plan == DETAILED.plan


def test_an_adjusted_plan_stands_beside_the_deposited_one(book: Session) -> None:
    action = record_action(book, HEALTH, on=DEPOSITED)
    fewer = replace(
        form_of(action), cost_total=euros("3500"), cost_eligible=None, fundings=plan(ETAT_PDV_ACTIONS="3500")
    )
    change_action(book, fewer, on=date(2016, 2, 1), reason="avis de la DDCS")
    change_action(book, replace(fewer, title="Autre titre"), on=date(2016, 2, 2))
    assert [(each.rank, each.stage, each.on, each.reason) for each in action.plans] == [
        (1, "depose", DEPOSITED, ""),
        (2, "ajuste", date(2016, 2, 1), "avis de la DDCS"),
    ]
    rows = {
        each.line or each.label: [each and each.plain() for each in each.amounts] for each in side_by_side(action.plans)
    }
    assert rows == {
        "Charges": ["4000.00", "3500.00"],
        "ETAT-PDV-ACTIONS": ["3000.00", "3500.00"],
        "PORTEUR-FONDS-PROPRES": ["1000.00", None],
    }
    with pytest.raises(InvalidValue):
        change_action(book, replace(fewer, fundings=plan(CAPH_PDV="3500")), on=date(2016, 1, 31))


def test_the_same_lines_in_another_order_are_the_same_plan(book: Session) -> None:
    action = record_action(book, changed(fundings=plan(PORTEUR_FONDS_PROPRES="1000", ETAT_PDV_ACTIONS="3000")))
    book.expire_all()
    change_action(book, replace(form_of(action), title="Autre"))
    assert len(action.plans) == 1


def test_what_is_arbitrated_asks_nothing(book: Session) -> None:
    action = record_action(book, HEALTH, on=DEPOSITED)
    decided = with_own_share(HEALTH.cost_total, plan(ETAT_PDV_ACTIONS="2500"), Money(0))
    arbitrate_plan(book, action, cost_total=HEALTH.cost_total, fundings=decided, on=date(2016, 3, 4), reason="COPIL")
    assert [each.stage for each in action.plans] == ["depose", "arbitre"]
    assert {each.line: each.amount_requested for each in action.fundings} == {
        "ETAT-PDV-ACTIONS": euros("3000"),
        "PORTEUR-FONDS-PROPRES": euros("1000"),
    }
    assert {each.line: each.amount for each in action.plans[1].lines if each.line} == {
        "ETAT-PDV-ACTIONS": euros("2500"),
        "PORTEUR-FONDS-PROPRES": euros("1500"),
    }
    change_action(book, replace(form_of(action), title="Autre"))
    assert len(action.plans) == 2
    with pytest.raises(UnbalancedPlan):
        arbitrate_plan(book, action, cost_total=euros("1"), fundings=decided, on=date(2016, 3, 4))


def test_a_line_judged_non_recevable_falls_to_zero_and_stays_visible(book: Session) -> None:
    action = record_action(book, HEALTH, on=DEPOSITED)
    with pytest.raises(UnbalancedPlan):
        judge_line(book, "2016-001", "ETAT-PDV-ACTIONS", "non_recevable", on=date(2016, 1, 20))
    judge_line(
        book, "2016-001", "ETAT-PDV-ACTIONS", "non_recevable", on=date(2016, 1, 20), reason="hors QPV", own_share=True
    )
    book.expire_all()
    held = {each.line: (each.amount_requested.plain(), each.status, each.observation) for each in action.fundings}
    assert held == {
        "ETAT-PDV-ACTIONS": ("0.00", "non_recevable", "hors QPV"),
        "PORTEUR-FONDS-PROPRES": ("4000.00", "demande", ""),
    }
    assert [total(each.amount for each in version.lines if each.line).plain() for version in action.plans] == [
        "4000.00",
        "4000.00",
    ]
    with pytest.raises(LedgerError):
        judge_line(book, "2016-001", "CAPH-PDV", "accorde", on=DEPOSITED)


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE plan_version SET reason = 'x'",
        "DELETE FROM plan_version",
        "UPDATE plan_line SET amount = 0",
        "DELETE FROM plan_line",
    ],
)
def test_a_version_is_never_overwritten(book: Session, act: str) -> None:
    record_action(book, HEALTH, on=DEPOSITED)
    with pytest.raises(DatabaseError, match="append-only"):
        book.execute(text(act))


def test_the_audit_says_which_version_no_longer_makes_its_totals(book: Session) -> None:
    record_action(book, DETAILED, on=DEPOSITED)
    record_action(book, HEALTH, on=DEPOSITED)
    assert list(check_plans(book)) == []
    line = {"contract": "CV195", "action": "2016-002", "version": 1, "rank": 9, "label": "", "status": "", "line": None}
    book.add(PlanLine(**line, side="charges", account="60", amount=euros("1")))  # type: ignore[arg-type]
    book.flush()
    [found] = check_plans(book)
    assert (found.code, found.subject) == ("plan_altere", "2016-002, version 1")
    assert "charges font 4 001,00 €" in said(found.message)


MOVES = st.lists(
    st.tuples(
        st.sampled_from(("ajuster", "arbitrer", "ecarter", "renommer")),
        st.integers(1, 10**9),
        st.integers(0, 100),
    ),
    max_size=6,
)


@settings(max_examples=trials(12, 100), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_any_allowed_sequence_of_versions_keeps_every_version_and_every_total(
    book: Session, moves: list[tuple[str, int, int]]
) -> None:
    action = record_action(book, HEALTH, on=DEPOSITED)
    kept = [_frozen(action)]
    for day, (move, cents, part) in enumerate(moves, 1):
        _move(book, action, move, Money(cents), part, DEPOSITED + timedelta(day))
        book.flush()
        book.expire_all()
        seen = _frozen(action)
        assert seen[: len(kept[-1])] == kept[-1]
        kept.append(seen)
    for version in find_action(book, action.number).plans:
        sides = {
            side: total(each.amount for each in version.lines if each.side == side) for side in ("charges", "produits")
        }
        assert sides["charges"] == sides["produits"] == version.cost_total + version.valued
    asked = total(each.amount_requested for each in action.fundings)
    assert asked == action.cost_total
    assert [each.rank for each in action.plans] == list(range(1, len(action.plans) + 1))


def _move(book: Session, action: Action, move: str, cost: Money, part: int, on: date) -> None:
    number = action.number
    state = Money(cost.cents * part // 100)
    asked = with_own_share(cost, (FundingForm("ETAT-PDV-ACTIONS", state),), Money(0))
    form = form_of(action)
    if move == "ajuster":
        change_action(book, replace(form, cost_total=cost, cost_eligible=None, fundings=asked), on=on)
    elif move == "arbitrer":
        arbitrate_plan(book, action, cost_total=cost, fundings=asked, on=on)
    elif move == "ecarter":
        judge_line(book, number, "ETAT-PDV-ACTIONS", "non_recevable", on=on, own_share=True)
    else:
        change_action(book, replace(form, title=f"Titre {part}"), on=on)


def _frozen(action: Action) -> list[tuple[object, ...]]:
    return [(each.rank, each.stage, each.on, each.cost_total, *written_lines(each)) for each in action.plans]
