"""The day it is where the contract is: what "today" means to its acts, wherever the machine stands."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from ledger.commands.declaring.choices import act_around, base_address, contract_code
from ledger.core.errors import LedgerError

_ALWAYS_BETWEEN = {"Europe/Paris": (timedelta(hours=1), timedelta(hours=2))}
"""Of the usual zone, what it adds to UTC in winter and in summer: most hours need no table of zones, slow to load."""


class UnknownTimeZone(LedgerError):
    """A time zone that no table of this machine holds."""

    code = "fuseau_inconnu"


def contract_today() -> date:
    """Today in the time zone of the contract chosen; on this machine where there is no contract yet.

    raises: UnknownTimeZone.
    """
    zone = _zone_of_contract()
    return today_in(zone) if zone else datetime.now().astimezone().date()


def today_in(zone: str) -> date:
    """Today in this time zone ("Indian/Reunion"). raises: UnknownTimeZone."""
    return day_in(zone, datetime.now(UTC))


def day_in(zone: str, now: datetime) -> date:
    """The day it is at this instant in this time zone. raises: UnknownTimeZone."""
    if days := {(now + ahead).date() for ahead in _ALWAYS_BETWEEN.get(zone, ())}:
        day, *other = days
        if not other:
            return day
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return now.astimezone(ZoneInfo(zone)).date()
    except (ZoneInfoNotFoundError, ValueError):
        raise UnknownTimeZone(
            f"Le fuseau horaire « {zone} » n'est pas connu de cette machine.",
            "Écrivez-le comme Europe/Paris ou Indian/Reunion ; s'il l'est, installez la table : pip install tzdata.",
        ) from None


def _zone_of_contract() -> str:
    """Asked of the base before any session is open; "" where nothing answers yet."""
    from sqlalchemy import text
    from sqlalchemy.exc import SQLAlchemyError

    from ledger.commands.declaring.access import existing_engine

    asked, contract = text("SELECT time_zone FROM contract WHERE code = :code"), {"code": contract_code()}
    try:
        if (around := act_around()) is not None:
            return str(around.session.scalar(asked, contract) or "")
        with existing_engine(base_address()) as engine, engine.connect() as connection:
            return str(connection.scalar(asked, contract) or "")
    except (LedgerError, SQLAlchemyError):
        return ""
