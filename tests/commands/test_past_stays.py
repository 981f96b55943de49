"""The past stays: a screen of a day, or of what was known at an instant, does not change with what is done later."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

from ledger.commands.declaring.access import sharing
from tests.commands.past_lives import FIRST, LAST, SCREENS, Life, differences, readable, settle, shown_at, some_screens
from tests.commands.test_tree import LEAVES
from tests.conftest import Typist
from tests.journal.trials import trials

DAYS = (date(2016, 5, 20), date(2016, 9, 1))


def _with_a_day() -> dict[tuple[str, ...], Any]:
    return {path: command for path, command in LEAVES.items() if any("--le" in each.opts for each in command.params)}


def _writes(function: Callable[..., Any], seen: set[str] | None = None) -> bool:
    """Whether a command, or what it calls among the commands, opens a session to write."""
    seen = set() if seen is None else seen
    own = inspect.unwrap(function)
    if own.__qualname__ in seen:
        return False
    seen.add(own.__qualname__)
    if "writing()" in inspect.getsource(own):
        return True
    called = (own.__globals__.get(name) for name in own.__code__.co_names)
    return any(
        isinstance(each, FunctionType) and each.__module__.startswith("ledger.commands.") and _writes(each, seen)
        for each in called
    )


def test_every_screen_that_takes_a_day_takes_the_instant_it_was_known_at() -> None:
    """F50: whoever adds a screen with --le gives it --connu-au, and its place among the screens tried here."""
    known = {p for p, command in _with_a_day().items() if any("--connu-au" in each.opts for each in command.params)}
    acts = {path for path, command in _with_a_day().items() if path not in known and _writes(command.callback)}
    assert set(_with_a_day()) - known - acts == set()
    assert known == set(SCREENS)


@pytest.mark.parametrize("seed", range(trials(10, 200)))
def test_whatever_is_done_later_a_past_screen_shows_what_it_showed(
    cofiville: Typist, tmp_path: Path, seed: int
) -> None:
    """F50: acts that count later change no screen of the day; with the instant, no act at all does."""
    with sharing():
        settle(cofiville)
        life = Life(cofiville, seed)
        chosen = some_screens(life.draw, trials(8, 30))
        for _ in range(10):
            life.act(FIRST, LAST)
        day, known = DAYS[seed % len(DAYS)], datetime.now(UTC).isoformat()
        of_the_day = shown_at(cofiville, tmp_path, chosen, "--le", day)
        known_then = shown_at(cofiville, tmp_path, chosen, "--connu-au", known)
        cofiville("enveloppe", "notifier", "CAPH-PDV", 2016, 1, "--piece", "Plus tard", "--le", LAST)
        for _ in range(5):
            life.act(day + timedelta(days=1), LAST)
            life.undated_act()
        _same(life, of_the_day, shown_at(cofiville, tmp_path, chosen, "--le", day))
        for _ in range(6):
            life.act(FIRST, LAST)
        _same(life, of_the_day, shown_at(cofiville, tmp_path, chosen, "--le", day, "--connu-au", known))
        _same(life, known_then, shown_at(cofiville, tmp_path, chosen, "--connu-au", known))


def _same(life: Life, before: dict[str, Any], after: dict[str, Any]) -> None:
    found = differences(before, after)
    assert not found, (life.done, readable(found))
