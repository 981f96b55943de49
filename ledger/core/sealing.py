"""What every chain of seals is made of: the canonical text of a few fields, and the seal before the first link."""

from __future__ import annotations

GENESIS = "0" * 64


def canonical(*fields: str) -> str:
    """The fields one after the other, each preceded by its length in characters and a colon."""
    return "".join([f"{len(field)}:{field}" for field in fields])
