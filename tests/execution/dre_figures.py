"""The figures of the DRE year on whole cents alone, with nothing of the product: those of the worked case, or others.

At factor 1 they are the worked case's, step by step; at another, its amounts times the factor, cut down to the cent.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parent.parent / "golden" / "worked-cases.json"
CASE: dict[str, Any] = json.loads(GOLDEN.read_text(encoding="utf-8"))["cas"][0]
POSITIONS = [
    "notifie",
    "disponible",
    "programme",
    "engage",
    "ordonne",
    "verse",
    "a_recouvrer",
    "annule",
    "reporte",
    "rendu",
]
STATE, EPCI = "ETAT-PDV-DRE", "CAPH-DRE"
RATES = (Fraction(65, 100), Fraction(50, 100), Fraction(0))


def shared(amount: int, weights: Sequence[int]) -> list[int]:
    """By largest remainder, the first served at a tie."""
    exact = [Fraction(amount * weight, sum(weights)) for weight in weights]
    found = [int(each) for each in exact]
    ranks = sorted(range(len(weights)), key=lambda rank: (found[rank] - exact[rank], rank))
    for rank in ranks[: amount - sum(found)]:
        found[rank] += 1
    return found


class Grant:
    """What a structure asks, is granted, is paid in three times, justifies: State first, then EPCI."""

    def __init__(self, cost: int, publics: dict[str, int], epci: int, caf: int) -> None:
        self.cost, self.publics, self.caf = cost, publics, caf
        self.slices = shared(cost, list(publics.values()))
        self.lines = [sum(int(rate * part) for rate, part in zip(RATES, self.slices, strict=False)), epci]
        self.own = cost - sum(self.lines) - caf
        first = [line * 50 // 100 for line in self.lines]
        second = [line * 30 // 100 for line in self.lines]
        last = [line - a - b for line, a, b in zip(self.lines, first, second, strict=True)]
        self.instalments = (first, second, last)
        self.paid = [a + b for a, b in zip(first, second, strict=True)]

    def settle(self, cost: int, publics: dict[str, int]) -> None:
        """The final amounts of this real cost, what was paid above them, what is still due, what is given up."""
        slices = shared(cost, list(publics.values()))
        state = sum(int(rate * part) for rate, part in zip(RATES, slices, strict=False))
        epci = int(Fraction(self.lines[1], sum(self.slices[:2])) * sum(slices[:2]))
        self.real_cost, self.real_publics = cost, publics
        self.final = [min(self.lines[0], state), min(self.lines[1], epci)]
        self.over = [max(0, paid - final) for paid, final in zip(self.paid, self.final, strict=True)]
        self.due = [max(0, final - paid) for paid, final in zip(self.paid, self.final, strict=True)]
        self.released = [last - due for last, due in zip(self.instalments[2], self.due, strict=True)]


class DreFigures:
    """Every amount of the year in cents, and where the money stands after each of its 29 steps."""

    def __init__(self, factor: Fraction | int = 1) -> None:
        self._factor = Fraction(factor)
        given = CASE["donnees"]
        self.grants: dict[str, Grant] = {}
        for plan, bilan in zip(CASE["plan"], CASE["bilans"], strict=True):
            cost, epci, caf = (self._of(plan[name]) for name in ("cout_eligible", "caph", "caf_droit_commun"))
            grant = self.grants[plan["id"]] = Grant(cost, plan["parcours"], epci, caf)
            grant.settle(self._of(bilan["cout_reel"]), bilan["parcours"])
        self.common, self.common_spent = self._of(given["moyens_communs"]), self._of("11640.25")
        self.state = sum(each.lines[0] for each in self.grants.values())
        self.epci = sum(each.lines[1] for each in self.grants.values()) + self.common
        self.notified = self._of(given["enveloppe_etat"])
        self.receipts = (self.state * 80 // 100, self.state - self.state * 80 // 100)
        following = CASE["compensation_2017"]
        cost, epci = self._of(following["cout_2017"]), self._of(following["caph_brut"])
        self.next = Grant(cost, following["parcours"], epci, 0)
        self.set_off = self.grants["C"].lines[0] - self.grants["C"].final[0]
        self.net = self.next.lines[0] - self.set_off
        self.first_paid = sum(self.next.instalments[0]) - sum(self.grants["C"].over)
        self.collected = (self._of("3000"), sum(self.grants["B"].over) - self._of("3000"))
        self.returned = self.grants["B"].lines[0] - self.grants["B"].final[0]

    def _of(self, text: str) -> int:
        return int(Fraction(text) * 100 * self._factor)

    def after_each_step(self) -> Iterator[tuple[dict[str, dict[str, int]], dict[int, dict[str, int]]]]:
        """By line and millésime the positions, by millésime what was received, passed on and returned, after each."""
        self._held: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(POSITIONS, 0))
        self._passed = {year: {"recu": 0, "reverse": 0, "rendu": 0} for year in (2016, 2017)}
        for step in range(1, 30):
            getattr(self, f"_step_{step}", lambda: None)()
            yield (
                {name: dict(held) for name, held in self._held.items()},
                {year: self._stated(year) for year in self._passed},
            )

    def _stated(self, year: int) -> dict[str, int]:
        flow = self._passed[year]
        net = flow["recu"] - flow["reverse"] - flow["rendu"]
        found = flow | {"recu_non_reverse": max(net, 0), "reverse_non_recu": max(-net, 0)}
        if year == 2016:
            settled = self._held[f"{STATE} 2017"]["notifie"] and self._bilans_settled
            lost = self.set_off + self.returned if settled else 0
            found["non_consomme"] = self._held[f"{STATE} 2016"]["a_recouvrer"]
            found["a_rendre"] = max(0, flow["recu"] - (self.state - lost) - flow["rendu"])
        return found

    def _move(self, year: int, source: str, target: str, amounts: Sequence[int]) -> None:
        for line, amount in zip((STATE, EPCI), amounts, strict=True):
            held = self._held[f"{line} {year}"]
            held["notifie" if source == "" else source] += amount if source == "" else -amount
            held[target] += amount

    def _of_all(self, name: str) -> list[int]:
        return [sum(getattr(each, name)[rank] for each in self.grants.values()) for rank in (0, 1)]

    def _step_1(self) -> None:
        self._bilans_settled = False
        self._move(2016, "", "disponible", (self.notified, 0))

    def _step_2(self) -> None:
        self._move(2016, "disponible", "programme", (self.state, 0))

    def _step_3(self) -> None:
        self._move(2016, "", "disponible", (0, self.epci))

    def _step_4(self) -> None:
        self._move(2016, "disponible", "programme", (0, self.epci))

    def _step_6(self) -> None:
        self._move(2016, "programme", "engage", self._of_all("lines"))

    def _step_7(self) -> None:
        self._move(2016, "programme", "engage", (0, self.common))

    def _instalment(self, rank: int, source: str, target: str) -> None:
        amounts = [sum(each.instalments[rank][line] for each in self.grants.values()) for line in (0, 1)]
        self._move(2016, source, target, amounts)
        if target == "verse":
            self._passed[2016]["reverse"] += amounts[0]

    def _step_8(self) -> None:
        self._instalment(0, "engage", "ordonne")

    def _step_9(self) -> None:
        self._instalment(0, "ordonne", "verse")

    def _step_10(self) -> None:
        self._passed[2016]["recu"] += self.receipts[0]

    def _step_12(self) -> None:
        self._instalment(1, "engage", "ordonne")

    def _step_13(self) -> None:
        self._instalment(1, "ordonne", "verse")

    def _step_14(self) -> None:
        self._move(2016, "engage", "verse", (0, self.common_spent))
        self._move(2016, "engage", "disponible", (0, self.common - self.common_spent))

    def _step_15(self) -> None:
        self._passed[2016]["recu"] += self.receipts[1]

    def _step_17(self) -> None:
        held = [dict(self._held[f"{line} 2016"]) for line in (STATE, EPCI)]
        self._move(2016, "disponible", "annule", [each["disponible"] for each in held])
        self._move(2016, "engage", "reporte", [each["engage"] for each in held])
        self._move(2017, "", "engage", [each["engage"] for each in held])

    def _step_18(self) -> None:
        self._move(2017, "", "disponible", (0, self.next.lines[1]))

    def _step_19(self) -> None:
        self._bilans_settled = True
        self._move(2016, "verse", "a_recouvrer", self._of_all("over"))
        state, epci = self._of_all("released")
        self._move(2017, "engage", "disponible", (state, 0))
        self._move(2017, "engage", "annule", (0, epci))

    def _step_20(self) -> None:
        self._move(2017, "engage", "ordonne", self._of_all("due"))

    def _step_22(self) -> None:
        self._move(2017, "ordonne", "verse", self._of_all("due"))
        self._passed[2016]["reverse"] += self._of_all("due")[0]

    def _step_23(self) -> None:
        self._move(2017, "", "disponible", (self.net, 0))

    def _step_24(self) -> None:
        self._collect(shared(self.collected[0], self.grants["B"].over))

    def _step_25(self) -> None:
        over = self.grants["C"].over
        self._move(2016, "a_recouvrer", "reporte", over)
        self._move(2017, "", "disponible", over)
        self._move(2017, "disponible", "programme", self.next.lines)
        self._move(2017, "programme", "engage", self.next.lines)
        self._passed[2016]["reverse"] -= over[0]
        self._passed[2017]["reverse"] += over[0]

    def _step_26(self) -> None:
        first = self.next.instalments[0]
        self._move(2017, "engage", "verse", first)
        self._passed[2017]["reverse"] += first[0] - self.grants["C"].over[0]

    def _step_27(self) -> None:
        over = self.grants["B"].over
        early = shared(self.collected[0], over)
        self._collect([whole - part for whole, part in zip(over, early, strict=True)])
        self._move(2016, "disponible", "annule", (0, over[1]))

    def _step_28(self) -> None:
        self._passed[2016]["rendu"] += self.set_off
        self._passed[2017]["recu"] += self.next.lines[0]

    def _step_29(self) -> None:
        back = self.grants["B"].over[0]
        self._move(2016, "disponible", "rendu", (back, 0))
        self._move(2017, "disponible", "rendu", (self.returned - back, 0))
        self._passed[2016]["rendu"] += self.returned

    def _collect(self, amounts: Sequence[int]) -> None:
        self._move(2016, "a_recouvrer", "disponible", amounts)
        self._passed[2016]["reverse"] -= amounts[0]
