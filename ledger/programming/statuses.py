"""The statuses of an action: which may follow which, by hand or because an act proves it. No session."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.identifiers import plain_words
from ledger.programming.model import STATUSES

PATH = ("depose", "recevable", "instruit", "arbitre", "accorde", "conventionne", "realise", "solde")
"""What an action goes through when all goes well, in this order (§5.4.1 for the first steps)."""

_LEFT_ASIDE = ("refuse", "ajourne", "redirige", "abandonne")
_MOVES: Mapping[str, tuple[str, ...]] = {
    "depose": ("recevable", "refuse", "redirige", "abandonne"),
    "recevable": ("instruit", "depose", "redirige", "abandonne"),
    "instruit": ("arbitre", "recevable", "ajourne", "redirige", "abandonne"),
    "arbitre": ("accorde", "refuse", "ajourne", "redirige", "abandonne", "instruit"),
    "accorde": ("conventionne", "arbitre", "abandonne"),
    "conventionne": ("realise", "abandonne"),
    "realise": ("solde", "conventionne"),
    "solde": ("realise",),
    "refuse": ("instruit",),
    "ajourne": ("instruit", "redirige", "abandonne"),
    "redirige": ("depose",),
    "abandonne": (),
}
_FREED = frozenset({("accorde", "arbitre"), ("accorde", "abandonne"), ("conventionne", "abandonne")})


class MoveRefused(LedgerError):
    """The status of the action cannot change as asked."""

    code = "statut_refuse"


def read_status(text: str) -> str:
    """The status of this code or French word ("recevable", "Arbitrée").

    raises: InvalidValue.
    """
    word = plain_words(text)
    for code, label in STATUSES.items():
        if word in (code, plain_words(label)):
            return code
    raise InvalidValue(
        f"« {text.strip()} » n'est pas un statut d'action.", f"Valeurs possibles : {', '.join(STATUSES.values())}."
    )


def following(status: str) -> tuple[str, ...]:
    """The statuses that may follow this one by hand, the usual one first."""
    return _MOVES[status]


def owes_reason(before: str, after: str) -> bool:
    """Whether this move must say why: what sets an action aside or goes back, and what grants it (its piece)."""
    return after in _LEFT_ASIDE or after == "accorde" or before in _LEFT_ASIDE or _goes_back(before, after)


def frees_credits(before: str, after: str) -> bool:
    """Whether this move asks that nothing be programmed, committed or ordered for the action any more."""
    return (before, after) in _FREED


def check_move(number: str, before: str, after: str, reason: str) -> None:
    """Nothing when the action of this number may move so. raises: MoveRefused, saying which way is open."""
    if after not in _MOVES[before]:
        raise MoveRefused(
            f"L'action {number} est {STATUSES[before]} : elle ne peut pas devenir {STATUSES[after]} directement.",
            _way_out(number, before, after),
        )
    if owes_reason(before, after) and not reason.strip():
        raise MoveRefused(
            f"L'action {number} ne devient pas {STATUSES[after]} sans motif.",
            "Dites pourquoi, ou nommez la pièce : --motif.",
        )


def reached(before: str, after: str) -> tuple[str, ...]:
    """The statuses an act makes an action cross to the one it proves; none when it is there, beyond, or set aside."""
    if before not in PATH or after not in PATH:
        return () if before == after or before not in PATH else (after,)
    return PATH[PATH.index(before) + 1 : PATH.index(after) + 1]


def _goes_back(before: str, after: str) -> bool:
    return before in PATH and after in PATH and PATH.index(after) < PATH.index(before)


def _way_out(number: str, before: str, after: str) -> str:
    first = _first_step(before, after)
    if first is not None and first != after:
        return f"Passez d'abord par « {STATUSES[first]} » : cofiville action statut {number} {STATUSES[first]}."
    if not _MOVES[before]:
        return "Ce statut est définitif : déposez une nouvelle action (cofiville action saisir)."
    return f"Statuts possibles maintenant : {', '.join(STATUSES[each] for each in _MOVES[before])}."


def _first_step(before: str, after: str) -> str | None:
    """The first move of a shortest way from one status to another; None where there is no way."""
    queue: list[tuple[str, str | None]] = [(before, None)]
    seen = {before}
    while queue:
        status, first = queue.pop(0)
        for each in _MOVES[status]:
            if each == after:
                return first or each
            if each not in seen:
                seen.add(each)
                queue.append((each, first or each))
    return None
