"""The statuses of an action: which may follow which, by hand or because an act proves it. No session."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.core.errors import InvalidValue, LedgerError
from ledger.programming.vocabulary import ActionState

PATH = (
    ActionState.DEPOSITED,
    ActionState.ADMISSIBLE,
    ActionState.EXAMINED,
    ActionState.ARBITRATED,
    ActionState.GRANTED,
    ActionState.CONVENTIONED,
    ActionState.REALISED,
    ActionState.SETTLED,
)
"""What an action goes through when all goes well, in this order (§5.4.1 for the first steps)."""

_LEFT_ASIDE = (ActionState.REFUSED, ActionState.ADJOURNED, ActionState.REDIRECTED, ActionState.ABANDONED)
_MOVES: Mapping[str, tuple[str, ...]] = {
    ActionState.DEPOSITED: (ActionState.ADMISSIBLE, ActionState.REFUSED, ActionState.REDIRECTED, ActionState.ABANDONED),
    ActionState.ADMISSIBLE: (
        ActionState.EXAMINED,
        ActionState.DEPOSITED,
        ActionState.REDIRECTED,
        ActionState.ABANDONED,
    ),
    ActionState.EXAMINED: (
        ActionState.ARBITRATED,
        ActionState.ADMISSIBLE,
        ActionState.ADJOURNED,
        ActionState.REDIRECTED,
        ActionState.ABANDONED,
    ),
    ActionState.ARBITRATED: (
        ActionState.GRANTED,
        ActionState.REFUSED,
        ActionState.ADJOURNED,
        ActionState.REDIRECTED,
        ActionState.ABANDONED,
        ActionState.EXAMINED,
    ),
    ActionState.GRANTED: (ActionState.CONVENTIONED, ActionState.ARBITRATED, ActionState.ABANDONED),
    ActionState.CONVENTIONED: (ActionState.REALISED, ActionState.ABANDONED),
    ActionState.REALISED: (ActionState.SETTLED, ActionState.CONVENTIONED),
    ActionState.SETTLED: (ActionState.REALISED,),
    ActionState.REFUSED: (ActionState.EXAMINED,),
    ActionState.ADJOURNED: (ActionState.EXAMINED, ActionState.REDIRECTED, ActionState.ABANDONED),
    ActionState.REDIRECTED: (ActionState.DEPOSITED,),
    ActionState.ABANDONED: (),
}
_FREED = frozenset(
    {
        (ActionState.GRANTED, ActionState.ARBITRATED),
        (ActionState.GRANTED, ActionState.ABANDONED),
        (ActionState.CONVENTIONED, ActionState.ABANDONED),
    }
)


class MoveRefused(LedgerError):
    """The status of the action cannot change as asked."""

    code = "statut_refuse"


def read_status(text: str) -> str:
    """The status of this code or French word ("recevable", "Arbitrée").

    raises: InvalidValue.
    """
    found = ActionState.of_words(text)
    if found is None:
        known = ", ".join(ActionState.labels().values())
        raise InvalidValue(f"« {text.strip()} » n'est pas un statut d'action.", f"Valeurs possibles : {known}.")
    return found


def following_statuses(status: str) -> tuple[str, ...]:
    """The statuses that may follow this one by hand, the usual one first."""
    return _MOVES[status]


def owes_reason(before: str, after: str) -> bool:
    """Whether this move must say why: what sets an action aside or goes back, and what grants it (its piece)."""
    return after in _LEFT_ASIDE or after == ActionState.GRANTED or before in _LEFT_ASIDE or _goes_back(before, after)


def frees_credits(before: str, after: str) -> bool:
    """Whether this move asks that nothing be programmed, committed or ordered for the action any more."""
    return (before, after) in _FREED


def check_move(number: str, before: str, after: str, reason: str) -> None:
    """Check that the action of this number may move so. raises: MoveRefused, saying which way is open."""
    if after not in _MOVES[before]:
        raise MoveRefused(
            f"L'action {number} est {ActionState(before).label} :"
            f" elle ne peut pas devenir {ActionState(after).label} directement.",
            _way_out(number, before, after),
        )
    if owes_reason(before, after) and not reason.strip():
        raise MoveRefused(
            f"L'action {number} ne devient pas {ActionState(after).label} sans motif.",
            "Dites pourquoi, ou nommez la pièce : --motif.",
        )


def statuses_crossed(before: str, after: str) -> tuple[str, ...]:
    """The statuses an act makes an action cross to the one it proves; none when it is there, beyond, or set aside."""
    if before not in PATH or after not in PATH:
        return () if before == after or before not in PATH else (after,)
    return PATH[PATH.index(before) + 1 : PATH.index(after) + 1]


def _goes_back(before: str, after: str) -> bool:
    return before in PATH and after in PATH and PATH.index(after) < PATH.index(before)


def _way_out(number: str, before: str, after: str) -> str:
    first = _first_step(before, after)
    if first is not None and first != after:
        step = ActionState(first).label
        return f"Passez d'abord par « {step} » : cofiville action statut {number} {step}."
    if not _MOVES[before]:
        return "Ce statut est définitif : déposez une nouvelle action (cofiville action saisir ANNEE)."
    return f"Statuts possibles maintenant : {', '.join(ActionState(each).label for each in _MOVES[before])}."


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
