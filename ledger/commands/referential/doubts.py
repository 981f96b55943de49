"""What lists of the référentiel say under their rows: which of them nobody has confirmed."""

from __future__ import annotations

from collections.abc import Iterable

_NAMED = 8


def doubts_said(facts: Iterable[tuple[str, bool]]) -> tuple[str, ...]:
    """A sentence that counts and names, by code, the facts to be confirmed; none where none is."""
    found = list(facts)
    codes = [code for code, to_confirm in found if to_confirm]
    more = ", …" if len(codes) > _NAMED else ""
    return (f"À confirmer : {len(codes)} sur {len(found)} ({', '.join(codes[:_NAMED])}{more}).",) if codes else ()
