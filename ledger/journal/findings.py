"""What an audit tells: findings, and the head of the book they are about."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """Something the audit refuses: a stable code, the object it is about, a French sentence."""

    code: str
    subject: str
    message: str


class Head(NamedTuple):
    """How many entries the book holds and the seal of the last one."""

    entries: int
    seal: str

    @property
    def text(self) -> str:
        """The *sceau* as it is printed and typed: 123:ab12…, 64 digits after the colon."""
        return f"{self.entries}:{self.seal}"


def readable(text: str) -> str:
    """The text without what no screen can write."""
    return text.encode("utf-8", "replace").decode()
