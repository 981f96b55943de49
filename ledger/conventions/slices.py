"""The years of a pluriannual convention: firm for the year opened, forecast for those that follow."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from ledger.conventions.followed_model import Slice
from ledger.conventions.granted import payer_of
from ledger.conventions.model import Convention
from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.money import Money


class SliceRefused(LedgerError):
    """A later year of a convention cannot be foreseen, or made firm, as asked."""

    code = "tranche_refusee"


def forecast(session: Session, convention: Convention, later: Mapping[tuple[int, str], Money]) -> None:
    """Keep what the convention foresees for later years: nothing of it is committed.

    later: by (year, line), above zero. raises: SliceRefused, InvalidValue.
    """
    for (year, line), amount in sorted(later.items()):
        if year <= convention.year or (convention.ends_on is not None and year > convention.ends_on.year):
            raise SliceRefused(
                f"La tranche {year} est hors de la convention {convention.number}.",
                f"Les tranches suivantes vont de {convention.year + 1} à l'année de sa fin (--fin).",
            )
        payer, _ = payer_of(session, line, year, convention.circuit)
        if payer != convention.payer:
            raise InvalidValue(
                f"La ligne {line} est payée par {payer}, et non par {convention.payer}.",
                "Mettez cette tranche dans la convention de ce payeur.",
            )
        row = Slice(contract=convention.contract, convention=convention.number, year=year, line=line, amount=amount)
        convention.slices.append(row)
    session.flush()
