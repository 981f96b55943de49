"""The handlers of a workbook, in the order their rows depend on one another."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.exchange.handlers.action_bilans import ActionBilanHandler
from ledger.exchange.handlers.avenants import AvenantHandler
from ledger.exchange.handlers.bilans import BilanHandler
from ledger.exchange.handlers.closing import ClosingHandler
from ledger.exchange.handlers.cofinanced_posts import CofinancedPostHandler
from ledger.exchange.handlers.committees import AvisHandler, CommitteeHandler
from ledger.exchange.handlers.contract_acts import ContractActHandler
from ledger.exchange.handlers.conventions import ConventionHandler
from ledger.exchange.handlers.framework import FrameworkHandler
from ledger.exchange.handlers.payments import PaymentHandler
from ledger.exchange.handlers.programming import ProgrammingHandler
from ledger.exchange.handlers.referential import EnveloppeHandler, PorteurHandler
from ledger.exchange.importing.handling import Handler

WORKBOOK: Sequence[Handler] = (
    PorteurHandler(),
    FrameworkHandler(),
    ContractActHandler(),
    EnveloppeHandler(),
    ProgrammingHandler(),
    CofinancedPostHandler(),
    AvisHandler(),
    CommitteeHandler(),
    ConventionHandler(),
    AvenantHandler(),
    PaymentHandler(),
    ActionBilanHandler(),
    BilanHandler(),
    ClosingHandler(),
)
