"""A post costs a twelfth a month to the cent, each line its part, and nothing while nobody holds it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.core.errors import LedgerError
from ledger.core.money import ZERO, Money, total
from ledger.programming.plans.balance import UnbalancedPlan
from ledger.programming.posts.costs import (
    MONTHS,
    check_months,
    months_occupied,
    months_of_post,
    whole_by_line,
    whole_cost,
)
from ledger.programming.posts.record_post import (
    PostForm,
    eligibility,
    find_post,
    groups_of,
    months_of,
    posts_of,
    record_absence,
    record_post,
)
from ledger.rules.vocabulary import Verdict
from tests.conftest import Typist
from tests.programming.support import euros, with_porteur

RAISMES = PostForm(
    year=2016,
    code="MOUS-RAISMES",
    kind="mous",
    label="Chargé de mission",
    porteur="CCAS",
    cost_yearly=euros("48000,01"),
    fundings=(
        ("ETAT-PDV-INGENIERIE", euros("20000")),
        ("CAPH-PDV", euros("14000")),
        ("COMMUNE-PDV", euros("14000,01")),
    ),
    communes=("Raismes",),
    population=4300,
)
FUNDINGS = st.lists((st.just(0) | st.integers(100, 10**9)).map(Money), min_size=1, max_size=6)


@pytest.fixture
def book(session: Session) -> Session:
    with_porteur(session)
    return session


@given(amounts=FUNDINGS, held=st.frozensets(st.sampled_from(MONTHS)))
def test_the_lines_always_make_the_cost_and_nothing_is_a_cent_away_from_its_twelfths(
    amounts: list[Money], held: frozenset[int]
) -> None:
    lines = [(str(rank), amount) for rank, amount in enumerate(amounts)]
    cost, months = total(amounts), months_of_post(lines, held)
    for each in months:
        assert total(each.by_line.values()) == each.cost
        assert all(amount >= ZERO for amount in each.by_line.values())
        assert each.held or not each.cost
    paid = whole_by_line(months)
    assert total(paid.values()) == whole_cost(months)
    assert abs(12 * whole_cost(months).cents - len(held) * cost.cents) < 12
    assert all(abs(12 * paid[line].cents - len(held) * amount.cents) < 12 for line, amount in lines)
    assert whole_by_line(months_of_post(lines, frozenset(MONTHS))) == dict(lines)


@given(amounts=FUNDINGS, held=st.frozensets(st.sampled_from(MONTHS), min_size=1))
def test_a_month_past_does_not_change_when_a_later_one_is_lost(amounts: list[Money], held: frozenset[int]) -> None:
    lines = [(str(rank), amount) for rank, amount in enumerate(amounts)]
    last = max(held)
    before, after = months_of_post(lines, held), months_of_post(lines, held - {last})
    assert before[: last - 1] == after[: last - 1]


def test_the_months_of_a_post_are_those_somebody_holds_it() -> None:
    assert months_occupied(2, 10, [(3, 5), (9, 12)]) == {2, 6, 7, 8}
    assert months_occupied(1, 12, []) == set(MONTHS)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (1, 13, "durerait 13 mois"),
        (6, 13, "durerait 8 mois à partir du mois 6"),
        (0, 5, "il n'y a pas de mois 0"),
        (5, 0, "il n'y a pas de mois 0"),
        (5, 4, "finit avant de commencer"),
    ],
)
def test_months_that_are_not_of_a_year_are_refused(first: int, last: int, said: str) -> None:
    with pytest.raises(LedgerError) as refused:
        check_months(first, last, "Le poste X")
    assert said in refused.value.problem


def test_a_vacancy_reduces_the_cost_and_every_line(book: Session) -> None:
    post = record_post(book, RAISMES)
    assert whole_by_line(months_of(post)) == dict(sorted(RAISMES.fundings))
    record_absence(book, post, 3, 5, "départ")
    book.expire_all()
    months = months_of(find_post(book, 2016, "mous-raismes"))
    assert whole_cost(months) == euros("36000")
    assert {line: amount.plain() for line, amount in whole_by_line(months).items()} == {
        "CAPH-PDV": "10500.00",
        "COMMUNE-PDV": "10500.00",
        "ETAT-PDV-INGENIERIE": "15000.00",
    }
    for first, last in ((5, 6), (1, 4)):
        with pytest.raises(LedgerError):
            record_absence(book, post, first, last)


def test_a_post_entered_again_is_corrected_and_keeps_its_vacancies(book: Session) -> None:
    record_absence(book, record_post(book, RAISMES), 3, 5)
    changed = record_post(book, replace(RAISMES, percent=50, label="Mi-temps"))
    assert (len(posts_of(book, 2016)), changed.percent, len(changed.absences)) == (1, 50, 1)
    with pytest.raises(LedgerError):
        record_absence(book, record_post(book, replace(RAISMES, code="B", first_month=4)), 1, 4)


@pytest.mark.parametrize(
    ("population", "verdict"), [(2001, Verdict.RESPECTED), (2000, Verdict.BROKEN), (None, Verdict.UNKNOWN)]
)
def test_a_mous_post_serves_more_inhabitants_than_the_rule_says(
    book: Session, population: int | None, verdict: Verdict
) -> None:
    assert eligibility(book, "mous", 2016, population).verdict is verdict
    assert eligibility(book, "adultes-relais", 2016, population).verdict is Verdict.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (replace(RAISMES, kind="stage"), "« stage » n'est pas un type de poste"),
        (replace(RAISMES, label=" "), "L'intitulé du poste manque"),
        (replace(RAISMES, percent=101), "Une quotité de 101 %"),
        (replace(RAISMES, population=2000), "n'est pas éligible"),
        (replace(RAISMES, last_month=13), "durerait 13 mois"),
        (replace(RAISMES, communes=("Paris",)), "La commune « Paris » n'existe pas"),
        (replace(RAISMES, fundings=RAISMES.fundings[:2]), "écart 14 000,01 €"),
        (replace(RAISMES, fundings=(("CAPH-PDV", euros("24000")), ("caph-pdv", euros("24000,01")))), "deux fois"),
    ],
)
def test_a_post_that_does_not_hold_is_refused(book: Session, form: PostForm, said: str) -> None:
    with pytest.raises(LedgerError) as refused:
        record_post(book, form)
    assert said in refused.value.problem.replace("\xa0", " ")
    if "écart" in said:
        assert isinstance(refused.value, UnbalancedPlan)


def test_the_seven_groups_of_communes_show_who_serves_them(book: Session) -> None:
    record_post(book, replace(RAISMES, percent=80))
    groups = groups_of(book, 2016)
    assert len(groups) == 7
    assert [(each.posts, each.percent) for each in groups if "Raismes" in each.communes] == [(["MOUS-RAISMES"], 80)]
    assert [each.communes for each in groups if "Denain" in each.communes] == [["Denain"]]


def test_posts_are_typed_listed_and_shown(cofiville: Typist) -> None:
    cofiville("porteur", "ajouter", "Ville de Raismes", "--type", "commune", "--code", "RAISMES")
    paid = ("--cout", "24000", "--financement", "ETAT-ADULTES-RELAIS=19000", "--financement", "COMMUNE-PDV=5000")
    typed = ("--type", "adultes-relais", "--porteur", "RAISMES", *paid)
    assert cofiville("poste", "saisir", 2016, "AR-1", *typed, "--de", 4, "--mois", 9).code == 0
    refused = cofiville("poste", "saisir", 2016, "AR-2", *typed, "--mois", 13)
    assert (refused.code, "durerait 13 mois" in refused.err) == (1, True)
    assert cofiville("poste", "vacance", 2016, "AR-1", "--de", 6, "--a", 6, "--motif", "congé").code == 0
    [row] = cofiville("--json", "poste", "lister", 2016).data
    assert (row["cout"], row["mois_tenus"]) == ("16000.00", [4, 5, 7, 8, 9, 10, 11, 12])
    assert row["financements"] == {"COMMUNE-PDV": "3333.33", "ETAT-ADULTES-RELAIS": "12666.67"}
    shown = cofiville("poste", "montrer", 2016, "AR-1").out
    assert "Mois sans personne" in shown
    assert len(cofiville("--json", "poste", "groupes", 2016).data) == 7
