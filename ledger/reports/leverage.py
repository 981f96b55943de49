"""Leverage (effet levier, §5.4.2): what specific credits of the État, the Région and the EPCI draw in from others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from ledger.core.money import ZERO, Money
from ledger.reports.programme import DROIT_COMMUN, OWN_FUNDS, SPECIFIC, ActionFigures

_DRAWING_KINDS = frozenset({"etat", "region", "epci"})


@dataclass(frozen=True, slots=True)
class Leverage:
    """specific: what the drawing financeurs' specific credits grant; the two others: what they draw in.

    others: communes and every other grant, and the own funds the plans of granted actions count on.
    """

    specific: Money
    droit_commun: Money
    others: Money

    @property
    def ratio(self) -> Fraction | None:
        """Euros drawn in for one euro of specific credits; None when there is none."""
        if not self.specific:
            return None
        return Fraction(self.droit_commun.cents + self.others.cents, self.specific.cents)

    def row(self) -> dict[str, str | None]:
        """The figures as scripts read them; the ratio cut down to four decimals."""
        return {
            "specifique": self.specific.plain(),
            "droit_commun": self.droit_commun.plain(),
            "autres": self.others.plain(),
            "effet_levier": None if self.ratio is None else ratio_text(self.ratio, "."),
        }


def ratio_text(ratio: Fraction, separator: str) -> str:
    """The ratio with four decimals, cut down: for showing, never for computing."""
    scaled = ratio.numerator * 10_000 // ratio.denominator
    return f"{scaled // 10_000}{separator}{scaled % 10_000:04d}"


def leverage(actions: Iterable[ActionFigures]) -> Leverage:
    """The leverage of what is granted to these actions; actions granted nothing count for nothing."""
    specific = droit_commun = others = ZERO
    for action in actions:
        if not action.granted:
            continue
        for line in action.lines:
            if line.nature == OWN_FUNDS:
                others += line.requested
            elif line.nature == DROIT_COMMUN:
                droit_commun += line.granted
            elif line.nature == SPECIFIC and line.financeur_kind in _DRAWING_KINDS:
                specific += line.granted
            else:
                others += line.granted
    return Leverage(specific, droit_commun, others)
