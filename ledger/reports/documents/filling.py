"""Word templates filled: those of others in a process of its own, which has only so much time and memory.

Run by its path, this file reads what to fill on standard input and writes what it made on standard output, as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

    from ledger.reports.documents.values import Fields, Value

SECONDS = 20
"""Of processor time, to load what fills and fill one template; and so many more for each hundred documents."""
MEMORY_BYTES = 1024**3
LONGEST_BYTES = 50_000_000
"""Of one document, and of one part of a template once unpacked."""
_PATIENCE = 6
"""How many times that, by the clock: other programs run too."""
_KILLED_FOR_TIME = -24


class Trouble(StrEnum):
    """Why a template was not filled."""

    ABSENT = "absent"
    MALFORMED = "malformed"
    UNREADABLE = "unreadable"
    LONG = "long"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class Filled:
    """The documents made, in order; else why there are none, and what is said of it."""

    documents: list[bytes] = field(default_factory=list)
    trouble: str = ""
    said: str = ""


def filled_apart(content: bytes, many: Sequence[Fields], *, seconds: int = SECONDS) -> Filled:
    """As `filled`, in another process: what asks for too much time or memory is ended."""
    from ledger.reports.documents.values import stored_field

    seconds += seconds * len(many) // 100
    asked = {
        "content": b64encode(content).decode("ascii"),
        "fields": [{name: stored_field(value) for name, value in fields.items()} for fields in many],
    }
    words = [sys.executable, "-I", __file__, json.dumps(sys.path), str(MEMORY_BYTES), str(seconds)]
    try:
        done = subprocess.run(  # noqa: S603 - our own file; the template is given on its standard input
            words, input=json.dumps(asked).encode(), capture_output=True, timeout=seconds * _PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return Filled(trouble=Trouble.LONG)
    if done.returncode:
        return Filled(trouble=Trouble.LONG if done.returncode == _KILLED_FOR_TIME else Trouble.LARGE)
    answer = json.loads(done.stdout)
    return Filled([b64decode(each) for each in answer["documents"]], answer["trouble"], answer["said"])


def filled(content: bytes, many: Sequence[Fields]) -> Filled:
    """The Word files made of this template, one for each of these sets of fields."""
    from jinja2 import TemplateError

    missing: list[str] = []
    made: list[bytes] = []
    try:
        _check_parts(content)
        for fields in many:
            made.append(_fill(content, fields, missing))
            if len(made[-1]) > LONGEST_BYTES:
                return Filled(trouble=Trouble.LARGE)
    except TemplateError as trouble:
        return Filled(trouble=Trouble.MALFORMED, said=trouble.message or "illisible")
    except (MemoryError, OverflowError):
        return Filled(trouble=Trouble.LARGE)
    except Exception:
        return Filled(trouble=Trouble.UNREADABLE)
    if missing:
        return Filled(trouble=Trouble.ABSENT, said=", ".join(f"« {name} »" for name in dict.fromkeys(missing)))
    return Filled(made)


def _check_parts(content: bytes) -> None:
    """Nothing for an archive whose parts are not too long once unpacked. raises: MemoryError, BadZipFile."""
    with ZipFile(BytesIO(content)) as archive:
        if any(part.file_size > LONGEST_BYTES for part in archive.infolist()):
            raise MemoryError


def _fill(content: bytes, fields: Fields, missing: list[str]) -> bytes:
    from docxtpl import DocxTemplate

    document = DocxTemplate(BytesIO(content))
    document.render({name: _safe(value) for name, value in fields.items()}, _environment(missing), autoescape=True)
    if missing:
        return b""
    made = BytesIO()
    document.save(made)
    return timeless(made)


def timeless(made: BytesIO) -> bytes:
    """The Word file without the instant of its making: the same words give the same bytes, whenever it is made."""
    settled = BytesIO()
    with ZipFile(made) as source, ZipFile(settled, "w", ZIP_DEFLATED) as target:
        for part in source.infolist():
            target.writestr(ZipInfo(part.filename), source.read(part), ZIP_DEFLATED)
    return settled.getvalue()


def _environment(missing: list[str]) -> SandboxedEnvironment:
    """Where templates are filled: no access to Python, and every absent field noted in `missing`."""
    from jinja2 import ChainableUndefined
    from jinja2.sandbox import SandboxedEnvironment

    class Absent(ChainableUndefined):
        def _note(self) -> None:
            if self._undefined_name is not None:
                missing.append(str(self._undefined_name))

        def __str__(self) -> str:
            self._note()
            return ""

        def __iter__(self) -> Any:
            self._note()
            return iter(())

        def __bool__(self) -> bool:
            self._note()
            return False

        __html__ = __str__

    return SandboxedEnvironment(undefined=Absent, autoescape=True)


def _safe(value: Value) -> Any:
    from ledger.reports.documents.values import AmountField, DayField, clean

    if isinstance(value, list):
        return [{name: _safe(each) for name, each in row.items()} for row in value]
    return value if isinstance(value, (AmountField, DayField)) else clean(value)


def _limit(memory: int, seconds: int) -> None:
    """Bound this process's memory and processor time, where the system knows how."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _main() -> None:
    """Arguments: where modules are looked for, bytes of memory, seconds."""
    places, memory, seconds = sys.argv[1:4]
    sys.path[:] = json.loads(places)
    _limit(int(memory), int(seconds))
    from ledger.reports.documents.values import revived_field

    asked = json.loads(sys.stdin.buffer.read())
    many = [{name: revived_field(value) for name, value in fields.items()} for fields in asked["fields"]]
    found = filled(b64decode(asked["content"]), many)
    documents = [b64encode(each).decode("ascii") for each in found.documents]
    answer = {"documents": documents, "trouble": found.trouble, "said": found.said}
    sys.stdout.buffer.write(json.dumps(answer).encode())


if __name__ == "__main__":
    _main()
