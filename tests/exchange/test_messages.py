"""The catalogue of findings: every code keeps its level and its words."""

from __future__ import annotations

from pathlib import Path

from ledger.exchange.reading.messages import CATALOGUE

GOLDEN = Path(__file__).parent / "messages.txt"


def test_every_message_is_the_one_that_was_reread() -> None:
    shown = "".join(f"{code} [{m.level}] {m.expected or '—'} | {m.sentence}\n" for code, m in sorted(CATALOGUE.items()))
    assert shown == GOLDEN.read_text(encoding="utf-8")
