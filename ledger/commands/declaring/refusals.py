"""The last refusals met by this user: which, by which command and when, without a word of what was typed."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from ledger.commands.declaring.choices import command_typed
from ledger.commands.declaring.configuration import state_folder

_MOST_KEPT = 30


def _file() -> Path:
    return state_folder() / "refus.json"


def note_refusal(code: str) -> None:
    """Keep that the command under way was refused so; nothing where nothing is kept for this user yet."""
    command, file = command_typed(), _file()
    if command and file.parent.is_dir():
        at = datetime.now().astimezone().isoformat(timespec="seconds")
        kept = [*last_refusals(), {"le": at, "commande": command, "code": code}][-_MOST_KEPT:]
        with suppress(OSError):
            file.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")


def last_refusals() -> list[dict[str, Any]]:
    """The refusals kept, the first one first: day and hour, command, code."""
    with suppress(OSError, ValueError):
        found: list[dict[str, Any]] = json.loads(_file().read_bytes())
        return found
    return []
