"""The handlers of an ordinary workbook and of a take-over, in the order their rows depend on one another."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.exchange.handlers.enveloppes import EnveloppeHandler
from ledger.exchange.handlers.porteurs import PorteurHandler
from ledger.exchange.handlers.programming import ProgrammingHandler
from ledger.exchange.handling import Handler

WORKBOOK: Sequence[Handler] = (PorteurHandler(), EnveloppeHandler(), ProgrammingHandler())
