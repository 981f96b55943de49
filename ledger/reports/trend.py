"""A financeur's credits over the years of the contract: opened, granted, paid, unspent (§5.5.1 for the État's)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.orm import Session

from ledger.core.errors import NotFound
from ledger.core.field import Value, count
from ledger.core.money import ZERO, Money, total
from ledger.journal.exercices import exercices
from ledger.journal.positions import Figure
from ledger.programming.actions.grants import granted_by_line
from ledger.referential.contracts import contract_of
from ledger.referential.vocabulary import LineNature
from ledger.reports.consumption import LineConsumption, added_up, consumption_of_years
from ledger.reports.figures.credits import (
    AVAILABLE,
    CANCELLED,
    CARRIED,
    CARRIED_IN,
    GRANTABLE,
    HELD_BACK,
    NOTIFIED,
    RETURNED,
)
from ledger.reports.figures.payments import PAID
from ledger.reports.figures.plan import GRANTED
from ledger.reports.listing import Bars, Listing

CARRIED_TWICE = "Un report compte deux fois : reporté dans l'année qui le quitte, notifié dans celle qui le reçoit."
TREND_FIELDS = (
    count("exercice", "exercice"),
    NOTIFIED.field(),
    CARRIED_IN.field(title="dont reporté"),
    GRANTED.field(),
    PAID.field(),
    AVAILABLE.field(shown=False),
    GRANTABLE.field(),
    HELD_BACK.field(),
    CANCELLED.field(),
    CARRIED.field(),
    RETURNED.field(),
)


def years_signed(session: Session) -> Sequence[int]:
    """The years of the contract as it was signed; those opened, where nobody has said its days. raises: NotFound."""
    contract = contract_of(session)
    if contract.starts_on is not None and contract.ends_on is not None:
        return range(contract.starts_on.year, contract.ends_on.year + 1)
    opened = [each.year for each in exercices(session)]
    if not opened:
        raise NotFound("Le contrat n'a ni période ni exercice.", "Donnez les années : --de 2024 --jusqua 2030.")
    return opened


def trend_report(session: Session, years: Iterable[int], financeur: str, of: str) -> Listing:
    """Year by year, the specific credits of a financeur; years without credits too.

    of: what is to be known of the years, as the title says it.
    """
    every = list(years)
    states = consumption_of_years(session, every)
    granted = granted_by_line(session, every)
    return Listing(
        title=f"Crédits spécifiques {financeur}{of}",
        fields=TREND_FIELDS,
        rows=tuple(
            {"exercice": year}
            | credits_added_up(
                [line for line in states[year] if line.financeur == financeur and line.nature == LineNature.SPECIFIC],
                granted,
            )
            for year in every
        ),
        notes=(CARRIED_TWICE,),
        bars=Bars("exercice", ("notifie", "accorde", "verse")),
    )


def credits_added_up(lines: Sequence[LineConsumption], granted: Mapping[tuple[int, str], Money]) -> dict[str, Value]:
    """What became of the credits of lines of one year, by the key of each figure.

    granted: by year and line (granted_by_line).
    """
    state = added_up(lines)
    return {
        "notifie": state[Figure.NOTIFIE],
        "reporte_entrant": state.carried_in,
        "accorde": total(granted.get((line.year, line.line), ZERO) for line in lines),
        "verse": state[Figure.VERSE] + state[Figure.A_RECOUVRER],
        "disponible": state[Figure.DISPONIBLE],
        "programmable": state.grantable,
        "dont_bloque": state.held_back,
        "annule": state[Figure.ANNULE],
        "reporte": state[Figure.REPORTE],
        "rendu": state[Figure.RENDU],
    }
