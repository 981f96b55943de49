"""Who benefits, place by place: the shares of the cost follow, and a quartier vécu counts as QPV only on evidence."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue
from ledger.core.money import Money, total
from ledger.programming.actions.forms import ActionForm
from ledger.programming.actions.read_actions import form_of
from ledger.programming.actions.record_action import change_action, record_action
from ledger.programming.publics.shares import (
    SLICE_KINDS,
    EpciCount,
    KindRole,
    PublicForm,
    check_publics,
    counted_as,
    slice_costs,
    slices_from,
)
from ledger.programming.queries import find_action
from ledger.referential.model import Territory
from tests.programming.support import changed, euros, with_porteur

HALF = Fraction(1, 2)
ROLES = {
    "qpv": KindRole("QPV", "qpv", on_evidence=False),
    "veille": KindRole("veille active", "veille", on_evidence=False),
    "vecu": KindRole("quartier vécu", "qpv", on_evidence=True),
    "hors": KindRole("hors territoires", "hors", on_evidence=False),
}
VECU = PublicForm("vecu", 10, qpv_headcount=6, evidence="feuilles d'émargement")


@pytest.fixture
def book(session: Session) -> Session:
    with_porteur(session)
    session.add(
        Territory(contract="CV195", code="VECU-STADE", name="Stade", kind="vecu", epci="CAPH", source="Liste 2016")
    )
    session.flush()
    return session


def serving(*publics: PublicForm) -> ActionForm:
    return changed(slices=(), territories=(), publics=publics)


@pytest.mark.parametrize(
    ("public", "beyond", "kind"),
    [
        (PublicForm("qpv", 4), HALF, "qpv"),
        (PublicForm("veille", 4), HALF, "veille"),
        (PublicForm("hors", 4), HALF, "hors"),
        (VECU, HALF, "qpv"),
        (replace(VECU, qpv_headcount=5), HALF, "hors"),
        (replace(VECU, qpv_headcount=None), HALF, "hors"),
        (replace(VECU, evidence=" "), HALF, "hors"),
        (VECU, Fraction(3, 5), "hors"),
        (VECU, None, "hors"),
    ],
)
def test_a_quartier_vecu_counts_as_qpv_only_when_its_inhabitants_come_first_and_it_is_shown(
    public: PublicForm, beyond: Fraction | None, kind: str
) -> None:
    assert counted_as(public, beyond, ROLES[public.kind]) == kind


def test_publics_make_the_shares_and_the_count_per_epci(book: Session) -> None:
    action = record_action(
        book,
        serving(
            PublicForm("qpv", 30, "DENAIN-CENTRE", counted=True),
            PublicForm("veille", 10, "VEILLE-ROEULX", "CAPH", counted=True),
            replace(VECU, territory="VECU-STADE", counted=True),
            PublicForm("hors", 50, epci="CAVM", counted=True),
        ),
    )
    shares = {each.kind: (each.headcount, each.cost) for each in action.slices}
    assert shares == {"qpv": (40, euros("1600")), "veille": (10, euros("400")), "hors": (50, euros("2000"))}
    assert form_of(action).counts == (EpciCount("CAPH", 50), EpciCount("CAVM", 50))
    assert [each.territory for each in action.territories] == ["DENAIN-CENTRE", "VECU-STADE", "VEILLE-ROEULX"]
    assert [each.epci for each in action.publics] == ["CAPH", "CAPH", "CAPH", "CAVM"]


def test_a_public_only_estimated_says_nothing_of_the_epcis(book: Session) -> None:
    action = record_action(book, serving(PublicForm("qpv", 30, "DENAIN-CENTRE", counted=True), PublicForm("qpv", 3)))
    assert form_of(action).counts == ()


def test_what_was_typed_of_the_public_is_what_is_held(book: Session) -> None:
    typed = serving(replace(VECU, territory="VECU-STADE", epci="CAPH"), PublicForm("hors", 5, epci="CAVM"))
    record_action(book, typed)
    book.expire_all()
    held = form_of(find_action(book, "2016-001"))
    assert held.publics == typed.publics
    change_action(book, replace(held, title="Autre"))
    assert form_of(find_action(book, "2016-001")).publics == typed.publics


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (serving(PublicForm("lune", 4)), "« lune » n'est pas un type de territoire"),
        (serving(PublicForm("qpv", -4)), "ne peut pas être négatif"),
        (serving(PublicForm("qpv", 4, "VEILLE-ROEULX")), "est de type veille active, pas QPV"),
        (serving(PublicForm("qpv", 4, epci="CUD")), "« CUD » n'est pas une agglomération"),
        (serving(replace(VECU, qpv_headcount=11)), "11 habitants de QPV sur 10 bénéficiaires"),
        (serving(PublicForm("qpv", 4), PublicForm("qpv", 5)), "est donné deux fois"),
        (changed(publics=(PublicForm("qpv", 4),)), "L'effectif QPV saisi (40) n'est pas celui du public détaillé (4)"),
        (
            replace(serving(PublicForm("qpv", 4, epci="CAPH", counted=True)), counts=(EpciCount("CAPH", 5),)),
            "compte 4 personnes de la CAPH",
        ),
    ],
)
def test_a_public_that_does_not_hold_together_is_refused(book: Session, form: ActionForm, said: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        record_action(book, form)
    assert said in refused.value.problem


PUBLICS = st.lists(
    st.builds(
        PublicForm,
        kind=st.sampled_from(("qpv", "veille", "vecu", "hors")),
        headcount=st.integers(0, 10_000),
        territory=st.uuids().map(str),
        qpv_headcount=st.none() | st.integers(0, 10_000),
        evidence=st.sampled_from(("", "liste")),
    ).map(lambda each: replace(each, qpv_headcount=min(each.headcount, each.qpv_headcount or 0))),
    min_size=1,
    max_size=8,
)


@given(eligible=st.integers(0, 10**12).map(Money), publics=PUBLICS, beyond=st.none() | st.fractions(0, 1))
def test_whatever_the_public_its_shares_sum_to_the_eligible_cost_and_lose_nobody(
    eligible: Money, publics: list[PublicForm], beyond: Fraction | None
) -> None:
    check_publics(publics)
    slices = slices_from(publics, beyond, ROLES)
    assert sum(each.headcount or 0 for each in slices) == sum(each.headcount for each in publics)
    assert [each.kind for each in slices] == [k for k in SLICE_KINDS if k in {each.kind for each in slices}]
    if any(each.headcount for each in publics):
        assert total(cost for _, cost in slice_costs(slices, eligible).values()) == eligible
