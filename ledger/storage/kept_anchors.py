"""The last anchors of a base kept where the base is not: a small file of the user's own, named by the base's UUID."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ledger.storage.heads import ChainSeal
from ledger.storage.whole_files import PRIVATE

_SEAL = re.compile(r"\d+:[0-9a-f]{64}")
_MOST_PLACES = 12
_PRIVATE_FOLDER = 0o700


@dataclass(slots=True)
class PlaceKept:
    """What is known of a base at one place (a file, a server): when it was last written from here, and its seals then.

    seals: "12:ab34…" by the name of the chain. ahead: those that an older base put back there no longer has.
    copied_on: the day of its last copy by itself. rehearsal: how the last one tried went (file, day, what was wrong).
    """

    at: str = ""
    seals: dict[str, str] = field(default_factory=dict)
    ahead: dict[str, str] = field(default_factory=dict)
    copied_on: str = ""
    rehearsal: dict[str, Any] = field(default_factory=dict)


def anchors_file(folder: Path, uuid: str) -> Path:
    """The file where the anchors of this base are kept."""
    return folder / "ancres" / f"{uuid}.json"


def places_kept(file: Path) -> dict[str, PlaceKept]:
    """What this file knows, by place; nothing where it is not there or says nothing that can be read."""
    with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
        found = {where: PlaceKept(**each) for where, each in json.loads(file.read_bytes())["lieux"].items()}
        for each in found.values():
            each.seals, each.ahead = _legible(each.seals), _legible(each.ahead)
        return found
    return {}


def _legible(seals: Mapping[str, str]) -> dict[str, str]:
    return {chain: seal for chain, seal in seals.items() if _SEAL.fullmatch(seal)}


def keep_places(file: Path, places: Mapping[str, PlaceKept]) -> None:
    """Write the places last written, for their owner alone, in one move. raises: OSError.

    Nothing waits for the disk: after a power cut an older anchor, or none, is there, which says less but nothing false.
    """
    last = sorted(places.items(), key=lambda one: one[1].at)[-_MOST_PLACES:]
    content = json.dumps({"lieux": {where: asdict(each) for where, each in last}}, ensure_ascii=False).encode()
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        opened = _opened(draft)
    except FileNotFoundError:
        file.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        opened = _opened(draft)
    try:
        with os.fdopen(opened, "wb") as written:
            written.write(content)
        draft.replace(file)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def _opened(draft: Path) -> int:
    return os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, PRIVATE)


def seal_kept(text: str) -> ChainSeal:
    """The seal that was kept as this text."""
    count, _, seal = text.partition(":")
    return ChainSeal(int(count), seal)
