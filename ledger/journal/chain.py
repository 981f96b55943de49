"""The chain as stored, recomputed: each entry against its seal, its number, what it moves; then the head."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from ledger.core.progress import Progress
from ledger.journal.findings import Finding, Head, readable
from ledger.journal.keys import AccountKey
from ledger.journal.seal import GENESIS, Stamp, canonical, entry_seal, entry_text, said
from ledger.journal.stored import read_day, read_instant

_TOLD = 10_000


def chain_findings(
    contract: str,
    entries: Sequence[Any],
    transfers: Sequence[Sequence[Any]],
    keys: Mapping[int, AccountKey],
    head: Head,
    progress: Progress,
) -> Iterator[Finding]:
    """What is missing, altered or stray. entries, transfers: as stored, in order. keys: those that can be read."""
    moved = _texts(transfers, {account: canonical(key.key_text()) for account, key in keys.items()})
    previous, expected = GENESIS, 0
    for place, entry in enumerate(entries):
        if place % _TOLD == 0:
            progress("Sceaux", place, len(entries))
        expected += 1
        if entry.sequence != expected:
            yield Finding("ecriture_manquante", f"écriture {expected}", "Cette écriture manque ou a été renumérotée.")
            expected = entry.sequence
        if _seal(contract, previous, entry, moved.pop(entry.sequence, "")) != entry.seal:
            message = f"« {readable(entry.label)} » ne correspond plus à son sceau."
            yield Finding("ecriture_alteree", f"écriture {entry.sequence}", message)
        previous = entry.seal
    for stray in moved:
        message = "Des mouvements n'appartiennent à aucune écriture."
        yield Finding("mouvement_sans_ecriture", f"écriture {stray}", message)
    if head != (expected, previous):
        message = "Le sceau du livre n'est pas celui de sa dernière écriture."
        yield Finding("sceau_altere", f"écriture {head.entries}", message)


def _texts(transfers: Sequence[Sequence[Any]], accounts: Mapping[int, str]) -> dict[int, str | None]:
    """The canonical text of what each entry moves; None where ranks or accounts can no longer be read."""
    texts: dict[int, str | None] = {}
    last, expected, text = None, 0, ""
    for sequence, rank, debit, credit, amount in transfers:
        if sequence != last:
            last, expected, text = sequence, 0, ""
        expected += 1
        if texts.get(sequence, "") is None or rank != expected or debit not in accounts or credit not in accounts:
            texts[sequence] = None
            continue
        cents = str(amount)
        text = texts[sequence] = f"{text}{accounts[debit]}{accounts[credit]}{len(cents)}:{cents}"
    return texts


def _seal(contract: str, previous: str, entry: Any, moves: str | None) -> str | None:
    """The seal this entry should have; None when what is stored can no longer be read."""
    effect_on = read_day(entry.effect_on)
    stamp = _stamp(contract, entry.recorded_at, entry.agent, entry.command, entry.database_role)
    if moves is None or effect_on is None or stamp is None:
        return None
    _, words = said(entry.kind, entry.label, entry.piece, entry.motive, effect_on, entry.reverses)
    text, version = stamp
    try:
        covered = entry_text(entry.reference, words, entry.content_hash, text, moves)
        return entry_seal(previous, entry.sequence, covered, version)
    except UnicodeEncodeError:
        return None


@lru_cache(maxsize=4096)
def _stamp(contract: str, stored_at: Any, agent: str, command: str, role: str) -> tuple[str, str] | None:
    """What a stamp brings to a seal, and the seal's version; acts of one batch share it. None when it is unreadable."""
    recorded_at = read_instant(stored_at)
    if recorded_at is None:
        return None
    stamp = Stamp(contract, recorded_at, agent, command, role)
    return stamp.text(), stamp.version
