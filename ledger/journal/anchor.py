"""A seal kept outside the base, against the book: without it a tail cut off or a book rewritten cannot be seen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue
from ledger.journal.findings import Finding
from ledger.journal.model import Entry
from ledger.journal.seal import GENESIS
from ledger.storage.session import over_all_contracts

_TYPED = re.compile(r"(?:([0-9]+):)?([0-9a-f]{12,64})…?")
_PRINTED = re.compile(r"\b([0-9]+):([0-9a-f]{64})\b|\"sceau\": *\"()([0-9a-f]{64})\"")


class Anchor(NamedTuple):
    """A seal, or how it begins, and how many entries the book held then; None when that was not said."""

    entries: int | None
    seal: str


def parse_anchor(text: str) -> Anchor:
    """The seal typed, N:HEX or HEX, of which 12 digits are enough. raises: InvalidValue."""
    found = _TYPED.fullmatch(text.strip().lower())
    if found is None:
        raise InvalidValue(
            f"« {text.strip()} » n'est pas un sceau.",
            "Donnez-le comme il est imprimé, nombre d'écritures puis sceau (123:ab12…), ou le fichier qui le porte.",
        )
    return Anchor(int(found[1]) if found[1] else None, found[2])


def printed_anchors(text: str) -> list[Anchor]:
    """Every seal that a closing, an export or a backup printed in this text. raises: InvalidValue without any."""
    found = [Anchor(int(a or b) if a or b else None, c or d) for a, c, b, d in _PRINTED.findall(text)]
    if not found:
        raise InvalidValue(
            "Ce fichier ne porte aucun sceau.", "Gardez ce qu'écrivent base sauvegarder, cloture executer ou l'export."
        )
    return list(dict.fromkeys(found))


def lost_anchors(session: Session, anchors: Sequence[Anchor]) -> list[Finding]:
    """The seals that no book of this base holds any more, at the place they name."""
    return [
        Finding(
            "sceau_absent",
            f"sceau {anchor.seal[:12]}…" if anchor.entries is None else f"écriture {anchor.entries}",
            "Aucun livre ne porte plus ce sceau : des écritures ont été retirées ou le livre a été réécrit.",
        )
        for anchor in anchors
        if not _held(session, anchor)
    ]


def _held(session: Session, anchor: Anchor) -> bool:
    if anchor.entries in (0, None) and GENESIS.startswith(anchor.seal):
        return True
    query = select(Entry.sequence).where(Entry.seal.startswith(anchor.seal, autoescape=True)).limit(1)
    if anchor.entries is not None:
        query = query.where(Entry.sequence == anchor.entries)
    with over_all_contracts():
        return session.scalar(query) is not None
