"""Tables of the book, a module a subject, loaded when one of them is asked for.

Their guards (append-only, balances, locked days) are triggers, in storage/guards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.storage.base import tables_by_subject

if TYPE_CHECKING:
    from ledger.journal.model.announcements import CreditAnnouncement as CreditAnnouncement
    from ledger.journal.model.chain import ChainHead as ChainHead
    from ledger.journal.model.contracts import Contract as Contract
    from ledger.journal.model.contracts import ContractAct as ContractAct
    from ledger.journal.model.entries import Account as Account
    from ledger.journal.model.entries import Entry as Entry
    from ledger.journal.model.entries import Transfer as Transfer
    from ledger.journal.model.exercices import Exercice as Exercice
    from ledger.journal.model.months import MonthKnown as MonthKnown
    from ledger.journal.model.months import MonthTotal as MonthTotal
    from ledger.journal.model.waivers import Correction as Correction
    from ledger.journal.model.waivers import RuleWaiver as RuleWaiver

__getattr__ = tables_by_subject(
    __name__,
    {
        "announcements": ("CreditAnnouncement",),
        "contracts": ("Contract", "ContractAct"),
        "exercices": ("Exercice",),
        "entries": ("Account", "Entry", "Transfer"),
        "waivers": ("RuleWaiver", "Correction"),
        "chain": ("ChainHead",),
        "months": ("MonthTotal", "MonthKnown"),
    },
)
