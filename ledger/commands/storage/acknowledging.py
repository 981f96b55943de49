"""A base put back from a copy, or taken as it is: what it no longer has is written in it, with who accepted it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ledger.commands.declaring.access import opened, reading, writing
from ledger.commands.declaring.choices import base_address
from ledger.commands.declaring.older_base import keep_anew, keeping_no_anchor, known_ahead

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.storage.vocabulary import OriginKind


def seals_replaced(address: str) -> dict[str, str]:
    """The last seals of the base at this address, by chain; nothing when there is none, or none that can be read."""
    from ledger.core.errors import LedgerError
    from ledger.storage.heads import whole_state

    try:
        with opened(address) as session:
            found = whole_state(session)
    except LedgerError:
        return {}
    return {chain: seal.text for chain, seal in found.seals.items()} if found else {}


def seals_missing(session: Session, address: str, others: Mapping[str, str] | None = None) -> dict[str, str]:
    """The seals known of this base, by chain, that it does not have. others: those known otherwise than from here."""
    from ledger.storage.heads import whole_state

    found = whole_state(session)
    return known_ahead(session, address, found, others or {}) if found else {}


def settle_origin(kind: OriginKind, others: Mapping[str, str] | None = None, *, copy_name: str = "") -> list[str]:
    """Write in the base where it comes from now and what it no longer has, and keep it so; gives that, a seal each.

    others: seals of the base it replaced. copy_name: the file it was put back from.
    """
    from ledger.storage.heads import say_origin, whole_state

    address = base_address()
    with keeping_no_anchor(), writing() as session:
        found = whole_state(session)
        assert found is not None, "a base at the program's revision says which it is"
        ahead = _listed(known_ahead(session, address, found, others or {}))
        held = _listed({chain: seal.text for chain, seal in found.seals.items()})
        say_origin(session, kind, copy_name=copy_name, found=" ; ".join(held), ahead=" ; ".join(ahead))
    with reading() as session:
        now = whole_state(session)
    assert now is not None, "its origin was just written"
    keep_anew(address, now)
    return ahead


def ahead_text(ahead: Mapping[str, str]) -> str:
    """The seals a base no longer has, in a sentence."""
    return ", ".join(
        f"{chain} {seal.partition(':')[0]} ({seal.partition(':')[2][:12]}…)" for chain, seal in ahead.items()
    )


def ahead_sentences(ahead: list[str]) -> tuple[str, ...]:
    """What is told of the seals a base no longer has; nothing without any."""
    return (f"Elle n'a pas {', '.join(ahead)} : c'est noté dans la base, sous sceau.",) if ahead else ()


def _listed(seals: Mapping[str, str]) -> list[str]:
    return [f"{chain} {seal}" for chain, seal in seals.items()]
