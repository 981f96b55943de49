"""The day that whoever acts gave to the act under way."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import date

typed_day: ContextVar[date | None] = ContextVar("typed day", default=None)
"""None when nobody typed one: the act then counts from today, as far as anything depends on it."""
