"""The plan de financement of the programme or of one action, and the leverage of specific credits (§5.4.2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from ledger.core.field import Value, code, count, words
from ledger.core.grouping import grouped
from ledger.core.money import ZERO, Money, total
from ledger.core.rate import rounded
from ledger.referential.vocabulary import LineNature
from ledger.reports.figures import payments as figures
from ledger.reports.figures.payments import PAID
from ledger.reports.figures.plan import ACTIONS, ASKED, GRANTED, OWN_FUNDS
from ledger.reports.listing import Bars, Listing
from ledger.reports.programme import ActionFigures, LineFigures


@dataclass(frozen=True, slots=True)
class PlanReportLine:
    """One credit line over the actions asked for: sums of its figures, and how many actions it serves."""

    line: str
    financeur: str
    nature: str
    requested: Money
    own_funds: Money
    granted: Money
    paid: Money
    actions: int


def plan_lines(actions: Iterable[ActionFigures]) -> list[PlanReportLine]:
    """One row a credit line met in these actions, in the order of the référentiel.

    With no request set aside and no other resource, what is asked and the own funds add up to the actions' costs: a
    plan is balanced (§5.4.1).
    """
    by_line: dict[str, list[LineFigures]] = grouped((line.line, line) for action in actions for line in action.lines)
    return [
        PlanReportLine(
            line=name,
            financeur=found[0].financeur,
            nature=found[0].nature,
            requested=total(line.requested for line in found),
            own_funds=total(line.own_funds for line in found),
            granted=total(line.granted for line in found),
            paid=total(line.paid for line in found),
            actions=len(found),
        )
        for name, found in sorted(by_line.items(), key=lambda item: (item[1][0].rank, item[0]))
    ]


PLAN_FIELDS = (
    code("ligne", "ligne"),
    code("financeur", "financeur", shown=False, width=14),
    code("nature", "nature", width=14),
    ACTIONS.field(summed=False),
    ASKED.field(),
    OWN_FUNDS.field(),
    GRANTED.field(),
    PAID.field(),
)


def plan_report(actions: Iterable[ActionFigures], of: str) -> Listing:
    """The plan de financement, a row a line.

    of: the year or the action, and what is to be known of it, as the title says it.
    """
    return Listing(
        title=f"Plan de financement {of}",
        fields=PLAN_FIELDS,
        rows=tuple(
            {
                "ligne": row.line,
                "financeur": row.financeur,
                "nature": row.nature,
                "actions": row.actions,
                "demande": row.requested,
                "fonds_propres": row.own_funds,
                "accorde": row.granted,
                "verse": row.paid,
            }
            for row in plan_lines(actions)
        ),
        bars=Bars("ligne", ("demande", "accorde", "verse")),
    )


_DRAWING_KINDS = frozenset({"etat", "region", "epci"})


@dataclass(frozen=True, slots=True)
class Leverage:
    """What specific credits draw in (effet levier, §5.4.2).

    specific: what they grant themselves; the two others: what they draw in.

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


def leverage_report(actions: Iterable[ActionFigures], year: int, of: str, paragraph: str = "") -> Listing:
    """The leverage of the programme, on one row.

    of: the year and what is to be known of it, as the title says it. paragraph: where the contract speaks of it.
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
    return Listing(title=f"Effet levier {of}{paragraph}", fields=LEVERAGE_FIELDS, rows=(row,), notes=(said,))
