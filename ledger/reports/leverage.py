"""Leverage (effet levier, §5.4.2): what specific credits of the État, the Région and the EPCI draw in from others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from ledger.core.field import Value, count, words
from ledger.core.money import ZERO, Money
from ledger.core.rate import rounded
from ledger.referential.vocabulary import LineNature
from ledger.reports.figures import payments as figures
from ledger.reports.listing import Listing
from ledger.reports.programme import ActionFigures

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


def ratio_text(ratio: Fraction, separator: str) -> str:
    """The ratio with four decimals, rounded half up: for showing, never for computing."""
    scaled = rounded(ratio, 4)
    return f"{scaled // 10_000}{separator}{scaled % 10_000:04d}"


def leverage(actions: Iterable[ActionFigures]) -> Leverage:
    """The leverage of what is granted to these actions; actions granted nothing count for nothing."""
    specific = droit_commun = others = ZERO
    for action in actions:
        if not action.granted:
            continue
        for line in action.lines:
            if line.nature == LineNature.OWN_FUNDS:
                others += line.own_funds
            elif line.nature == LineNature.DROIT_COMMUN:
                droit_commun += line.granted
            elif line.nature == LineNature.SPECIFIC and line.financeur_kind in _DRAWING_KINDS:
                specific += line.granted
            else:
                others += line.granted
    return Leverage(specific, droit_commun, others)


LEVERAGE_FIELDS = (
    count("exercice", "exercice", shown=False),
    figures.SPECIFIC.field(),
    figures.DROIT_COMMUN.field(),
    figures.OTHERS.field(),
    words(figures.LEVERAGE.name, figures.LEVERAGE.title, shown=False, width=12).but(optional=True),
)


def leverage_report(actions: Iterable[ActionFigures], year: int, of: str) -> Listing:
    """The leverage of the programme, on one row.

    of: the year and what is to be known of it, as the title says it.
    """
    found = leverage(actions)
    if found.ratio is None:
        said = "Aucun crédit spécifique accordé : pas d'effet levier."
    else:
        said = (
            f"1 € de crédits spécifiques entraîne {ratio_text(found.ratio, ',')} €"
            " de droit commun et d'autres financements."
        )
    row: dict[str, Value] = {
        "exercice": year,
        "specifique": found.specific,
        "droit_commun": found.droit_commun,
        "autres": found.others,
        "effet_levier": None if found.ratio is None else ratio_text(found.ratio, "."),
    }
    return Listing(title=f"Effet levier {of}, §5.4.2", fields=LEVERAGE_FIELDS, rows=(row,), notes=(said,))
