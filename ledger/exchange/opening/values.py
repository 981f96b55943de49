"""Reading the values of a workbook in a process of its own, so that a file made to harm harms nothing else."""

from __future__ import annotations

import marshal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any

from ledger.exchange.opening.grid import RawValue
from ledger.exchange.opening.limits import MEGABYTE, FileRefused, Limits, over_limit
from ledger.exchange.opening.precheck import protected

_CHILD = Path(__file__).with_name("child.py")
_MAKERS: Mapping[str, Any] = {
    "instant": datetime,
    "day": date,
    "time": time,
    "span": lambda days, seconds, microseconds: timedelta(days, seconds, microseconds),
}


@dataclass(frozen=True, slots=True)
class SheetValues:
    """One sheet as the reader gives it: its name, whether it is hidden, its merged ranges, its cells."""

    name: str
    hidden: bool
    merges: list[tuple[int, int, int, int]]
    rows: list[list[RawValue]]


class ValuesReading:
    """A reading under way; the program may do something else before it asks for what was read."""

    def __init__(self, name: str, content: bytes, limits: Limits) -> None:
        self._name, self._limits = name, limits
        installed = find_spec("python_calamine")
        assert installed is not None
        assert installed.origin is not None
        words = [sys.executable, "-I", "-S", str(_CHILD), str(Path(installed.origin).parent.parent)]
        self._process = subprocess.Popen(  # noqa: S603 — our own script; the file is given on its standard input
            [*words, str(limits.memory_bytes), str(limits.seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._answer = b""
        self._late = False
        self._talk = Thread(target=self._exchange, args=(content,), daemon=True)
        self._talk.start()

    def _exchange(self, content: bytes) -> None:
        try:
            self._answer, _ = self._process.communicate(content, timeout=self._limits.seconds)
        except subprocess.TimeoutExpired:
            self._late = True
            self._process.kill()
            self._process.wait()
        finally:
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    with suppress(OSError):
                        stream.close()

    def stop(self) -> None:
        """End the reading, whatever it has done."""
        if self._process.poll() is None:
            self._process.kill()
        self._talk.join()

    def result(self) -> list[SheetValues]:
        """Every worksheet of the file.

        raises: FileRefused when it is damaged, protected, or took too long or too much memory.
        """
        self._talk.join()
        if self._late or self._process.returncode == -24:
            raise over_limit(
                self._name,
                "demande trop de temps à lire, en secondes",
                "secondes",
                self._limits.seconds,
                "Copiez les lignes utiles dans un nouveau classeur.",
            )
        answer = marshal.loads(self._answer) if self._process.returncode == 0 else {"trouble": self._why()}  # noqa: S302
        match answer.get("trouble"):
            case "password":
                raise protected(self._name)
            case "damaged":
                raise damaged(self._name)
            case "memory":
                raise over_limit(
                    self._name,
                    "demande trop de mémoire à lire, en Mo",
                    "memoire",
                    self._limits.memory_bytes // MEGABYTE,
                    "Copiez les lignes utiles dans un nouveau classeur.",
                )
        return [_decoded(*each) for each in answer["sheets"]]

    def _why(self) -> str:
        """A reader that raises ends with 1; one that is refused memory is ended by the system."""
        return "damaged" if self._process.returncode == 1 else "memory"


def damaged(name: str) -> FileRefused:
    """The refusal of a file that no reader understands."""
    return FileRefused(
        f"« {name} » est endommagé ou tronqué, ou n'est pas un classeur.",
        "Rouvrez-le dans Excel ou LibreOffice et enregistrez-le à nouveau au format .xlsx.",
    )


def _decoded(
    name: str,
    hidden: bool,
    merges: list[tuple[int, int, int, int]],
    special: list[tuple[int, int, str, tuple[int, ...]]],
    rows: list[list[RawValue]],
) -> SheetValues:
    for row, place, kind, numbers in special:
        rows[row][place] = _MAKERS[kind](*numbers)
    return SheetValues(name, hidden, merges, rows)
