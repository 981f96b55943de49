"""When two titles name the same action, or one renewed, for all one can tell."""

from __future__ import annotations

import re

from ledger.core.identifiers import plain_words
from ledger.programming.controls.facts import Controlled, Earlier, Surroundings
from ledger.rules.book import Gap
from ledger.rules.control_kinds import TitleLikeness
from ledger.rules.scope import Subject

_YEAR = re.compile(r"20\d\d")


def likeness(around: Surroundings) -> int | None:
    """From which likeness, in hundredths, titles are near; None without a rule."""
    rule = around.book.find(TitleLikeness, Subject())
    if rule is None or isinstance(rule, Gap):
        return None
    return -(-100 * rule.figures.likeness.numerator // rule.figures.likeness.denominator)


def near(first: str, second: str, least: int) -> bool:
    """Whether two titles in plain words are near, in whatever order their words stand.

    least: in hundredths. Years apart, numbers that differ ("groupe 1", "groupe 2") tell two actions apart.
    """
    from rapidfuzz import fuzz

    if _numbers(first) != _numbers(second):
        return False
    return fuzz.token_sort_ratio(first, second, score_cutoff=least) >= least


def renewed_by_title(action: Controlled, around: Surroundings) -> Earlier | None:
    """The action of the same porteur last year whose title is near; None without one."""
    least = likeness(around)
    if least is None:
        return None
    words = plain_words(action.title)
    candidates = around.last_year.get(action.carrier.code, ())
    return next((each for each in candidates if near(words, plain_words(each.title), least)), None)


def _numbers(title: str) -> list[str]:
    words = [word for word in title.split() if any(character.isdigit() for character in word)]
    return sorted(word for word in words if not _YEAR.fullmatch(word))
