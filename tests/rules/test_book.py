"""Which version answers for a subject on a day, and when none does."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.core.period import Period
from ledger.core.source import Source
from ledger.rules.book import NoRuleInForce, Rule, RuleBook
from ledger.rules.figures import Figures
from ledger.rules.kinds import Ceiling, read_figures
from ledger.rules.limit_kinds import PublicShare
from ledger.rules.scope import RuleSubject, bears_on, check_scope, precision
from ledger.rules.vocabulary import ScopeWord

QPV = RuleSubject(line="ETAT-PDV-DRE", territory="qpv", financeur="ETAT", line_nature="specifique")


def rule(code: str, scope: dict[str, str], rate: str, first: date, last: date | None = None) -> Rule[Figures]:
    return Rule(
        id=1,
        code=code,
        scope=scope,
        figures=read_figures("taux", {"taux": rate}),
        label=code,
        period=Period(first, last),
        source=Source("Texte", "article 1"),
        link="",
        to_confirm=False,
        verified_on=None,
    )


GENERAL = rule("GENERAL", {"financeur": "ETAT", "nature_ligne": "specifique"}, "80 %", date(2015, 1, 1))
PRECISE = rule("PRECISE", {"ligne": "ETAT-PDV-DRE", "territoire": "qpv"}, "65 %", date(2016, 1, 1), date(2017, 12, 31))


@pytest.mark.parametrize(
    ("day", "answer"),
    [
        (date(2015, 6, 1), "GENERAL"),
        (date(2016, 1, 1), "PRECISE"),
        (date(2017, 12, 31), "PRECISE"),
        (date(2018, 1, 1), NoRuleInForce("PRECISE", "PRECISE", date(2017, 12, 31))),
        (date(2014, 12, 31), NoRuleInForce("GENERAL", "GENERAL", None)),
    ],
)
def test_the_most_precise_version_answers_and_once_ended_leaves_a_gap(day: date, answer: str | NoRuleInForce) -> None:
    found = RuleBook(day, (GENERAL, PRECISE)).find(Ceiling, QPV)
    assert (found.code if isinstance(found, Rule) else found) == answer


def test_no_rule_of_the_kind_bears_on_the_subject() -> None:
    book = RuleBook(date(2016, 1, 1), (GENERAL, PRECISE))
    assert book.find(Ceiling, RuleSubject(line="CAPH-PDV", financeur="CAPH")) is None
    assert book.find(PublicShare, QPV) is None


def test_a_gap_says_since_when_in_french() -> None:
    assert NoRuleInForce("X", "Taux", date(2017, 12, 31)).text() == (
        "règle X (Taux) : plus de version en vigueur depuis le 31/12/2017"
    )


def test_two_different_scopes_never_have_the_same_precision() -> None:
    scopes = [
        check_scope({word: "x" for at, word in enumerate(ScopeWord) if chosen >> at & 1})
        for chosen in range(1 << len(ScopeWord))
    ]
    assert len({precision(scope) for scope in scopes}) == len(scopes)


def test_a_rule_may_name_several_lines_in_any_order() -> None:
    scope = check_scope({"lignes": "fse | etat-pdv-dre"})
    assert scope == {"lignes": "ETAT-PDV-DRE|FSE"}
    assert bears_on(scope, QPV)
    assert not bears_on(scope, RuleSubject(line="CAPH-PDV"))
