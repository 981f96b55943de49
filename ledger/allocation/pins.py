"""Amounts fixed by arbitration: each must hold within the request, the rates, every cap and the enveloppe."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.allocation.problem import Problem, asked_of
from ledger.core.errors import LedgerError
from ledger.core.money import Money

_SHOWN = 3


class ImpossiblePin(LedgerError):
    """Amounts fixed by arbitration break caps; `broken` names each, in French."""

    code = "montant_fixe_impossible"

    def __init__(self, broken: list[str]) -> None:
        more = f" ; et {len(broken) - _SHOWN} autres" if len(broken) > _SHOWN else ""
        super().__init__(
            f"Montants fixés impossibles : {' ; '.join(broken[:_SHOWN])}{more}.",
            "Changez-les (cofiville allocation fixer) ou libérez-les (cofiville allocation liberer).",
        )
        self.broken = broken


def check_pins(problem: Problem) -> None:
    """Nothing when every amount fixed can be granted. raises: ImpossiblePin."""
    broken = [*_alone(problem), *_caps(problem), *_porteurs(problem), *_lines(problem)]
    if broken:
        raise ImpossiblePin(broken)


def _alone(problem: Problem) -> Iterator[str]:
    for line, asking, requests in zip(problem.lines, problem.askings, problem.requests, strict=True):
        for place, bound, request in zip(asking.places, asking.bounds, requests, strict=True):
            if (amount := asking.pins.get(place, 0)) <= bound:
                continue
            action = problem.actions[place]
            asked = asked_of(action, line, request, problem.book).amount
            why = "la demande" if amount > asked.cents else "ce que les règles permettent"
            if not action.counts(request):
                why = "une demande écartée"
            yield (
                f"{Money(amount).french()} pour {action.number} sur {line.code} dépassent {why}"
                f" ({Money(min(bound, asked.cents)).french()})"
            )


def _caps(problem: Problem) -> Iterator[str]:
    fixed: dict[tuple[int, int], int] = {}
    for asking in problem.askings:
        for place, amount in asking.pins.items():
            for cap in asking.caps:
                fixed[cap, place] = fixed.get((cap, place), 0) + amount
    keys = {at: key for key, at in problem.cap_keys.items()}
    for (at, place), amount in fixed.items():
        limit = problem.limits[at][place]
        if amount > limit:
            action = problem.actions[place]
            [broken] = [each for each in problem.caps.of(action) if each.key == keys[at]]
            yield (
                f"{Money(amount).french()} pour {action.number} dépassent le plafond {broken.rule.code}"
                f" (reste {Money(limit).french()})"
            )


def _porteurs(problem: Problem) -> Iterator[str]:
    for line, asking in zip(problem.lines, problem.askings, strict=True):
        if asking.groups is None:
            continue
        fixed: dict[int, int] = {}
        for place, group in zip(asking.places, asking.groups.of, strict=True):
            fixed[group] = fixed.get(group, 0) + asking.pins.get(place, 0)
            most = asking.groups.ceilings.get(group)
            if most is not None and fixed[group] > most and place in asking.pins:
                yield (
                    f"{Money(fixed[group]).french()} pour le porteur {problem.actions[place].porteur} sur {line.code}"
                    f" dépassent son plafond ({Money(most).french()})"
                )


def _lines(problem: Problem) -> Iterator[str]:
    for line, asking in zip(problem.lines, problem.askings, strict=True):
        if (fixed := sum(asking.pins.values())) > asking.budget:
            yield (f"{Money(fixed).french()} sur {line.code} dépassent l'enveloppe ({Money(asking.budget).french()})")
