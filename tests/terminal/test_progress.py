"""A bar is shown on a terminal when an act lasts more than a second; Ctrl-C during a long one leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ledger.journal.posting import post_acts
from ledger.terminal.interrupting import interruptible
from ledger.terminal.progress import progress_bar
from tests.bases import ROOT, clean_environment
from tests.conftest import Typist
from tests.journal.trials import book, prepare, programmed

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no such terminal nor signal there")
ENTRIES = 6_000


@contextmanager
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Where what a terminal is sent on the error channel can be read."""
    screen, line = os.openpty()
    os.set_blocking(screen, False)
    monkeypatch.setenv("TERM", "xterm")
    with os.fdopen(line, "w") as channel:
        monkeypatch.setattr(sys, "stderr", channel)
        yield screen
    os.close(screen)


@pytest.mark.parametrize(("lasts", "seen"), [(0.0, False), (1.1, True)])
def test_a_bar_is_shown_after_a_second(monkeypatch: pytest.MonkeyPatch, lasts: float, seen: bool) -> None:
    sent = ""
    with terminal(monkeypatch) as screen:
        with progress_bar() as progress:
            progress("Sceaux", 10_000, 40_000)
            time.sleep(lasts)
            progress("Sceaux", 20_000, 40_000)
        with suppress(BlockingIOError):
            sent = os.read(screen, 100_000).decode()
    assert ("Sceaux" in sent) is ("20000/40000" in sent) is seen


class Finalised:
    """Something whose finaliser is when the interruption falls."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)


@pytest.fixture
def heeding_ctrl_c() -> Iterator[None]:
    """Ctrl-C raises, also where the tests run in the background, which ignores it."""
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, usual)


@pytest.mark.usefixtures("heeding_ctrl_c")
def test_an_interruption_that_falls_in_a_finaliser_is_heard_and_not_printed(capfd: pytest.CaptureFixture[str]) -> None:
    def act() -> None:
        with interruptible():
            Finalised()
            time.sleep(5)

    with pytest.raises(KeyboardInterrupt):
        act()
    assert capfd.readouterr().err == ""


@pytest.mark.long
@pytest.mark.sqlite
def test_a_base_migrated_and_interrupted_at_any_moment_is_whole_or_not_there(
    cofiville: Typist, typed: Typist, engine: Engine, base: str, tmp_path: Path
) -> None:
    prepare(base, ENTRIES, 2016)
    with book(engine) as session:
        post_acts(session, [programmed(f"P{number}") for number in range(ENTRIES)])
    engine.dispose()
    seal = cofiville("--json", "base", "controler").data["sceau"]
    before = Path(base).read_bytes()
    target = tmp_path / "neuve.db"
    words = [sys.executable, str(ROOT / "cli.py"), "base", "migrer", base, str(target)]
    begun = time.monotonic()
    subprocess.run(words, stdout=subprocess.DEVNULL, env=clean_environment(), check=True)
    lasted = time.monotonic() - begun
    for part in (0.4, 0.55, 0.7, 0.85):
        target.unlink(missing_ok=True)
        process = subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=clean_environment(), start_new_session=True
        )
        time.sleep(lasted * part)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=120)
        assert b"Traceback" not in said, said.decode()
        left = [each.name for each in tmp_path.iterdir() if each.name.startswith(target.name)]
        assert left in ([], [target.name])
        if left:
            assert b"rien n'a" not in said
            assert typed("--base", target, "--json", "base", "controler").data["sceau"] == seal
    assert Path(base).read_bytes() == before
