"""Every declared sheet, one module each, and the workbooks they make up."""

from __future__ import annotations

from ledger.exchange.declaration import Sheet
from ledger.exchange.sheets.avis import AVIS
from ledger.exchange.sheets.bilans import BILAN_ACCOUNTS, BILANS
from ledger.exchange.sheets.budgets import BUDGETS
from ledger.exchange.sheets.closing import CLOSING
from ledger.exchange.sheets.cofinanced_posts import COFINANCED_POSTS, POST_FUNDINGS
from ledger.exchange.sheets.committees import COPIL, TECHNIQUE
from ledger.exchange.sheets.conventions import AVENANTS, CONVENTIONS, SCHEDULES
from ledger.exchange.sheets.enveloppes import ENVELOPPES
from ledger.exchange.sheets.fundings import FUNDINGS
from ledger.exchange.sheets.payments import PAYMENTS
from ledger.exchange.sheets.porteurs import PORTEURS
from ledger.exchange.sheets.programming import PROGRAMMING
from ledger.exchange.sheets.publics import INDICATORS, PUBLICS
from ledger.exchange.sheets.rules import RULES

SHEETS: tuple[Sheet, ...] = (
    PORTEURS,
    ENVELOPPES,
    RULES,
    PROGRAMMING,
    FUNDINGS,
    PUBLICS,
    BUDGETS,
    INDICATORS,
    COFINANCED_POSTS,
    POST_FUNDINGS,
    AVIS,
    TECHNIQUE,
    COPIL,
    CONVENTIONS,
    SCHEDULES,
    AVENANTS,
    PAYMENTS,
    BILANS,
    BILAN_ACCOUNTS,
    CLOSING,
)

TEMPLATES: dict[str, tuple[Sheet, ...]] = {
    "porteurs": (PORTEURS,),
    "enveloppes": (ENVELOPPES,),
    "regles": (RULES,),
    "programmation": (PORTEURS, PROGRAMMING, FUNDINGS, PUBLICS, BUDGETS, INDICATORS),
    "postes": (PORTEURS, COFINANCED_POSTS, POST_FUNDINGS),
    "avis": (AVIS,),
    "conventions": (CONVENTIONS, SCHEDULES, AVENANTS),
    "versements": (PAYMENTS,),
    "bilans": (BILANS, BILAN_ACCOUNTS),
    "cloture": (CLOSING,),
    "reprise": (PORTEURS, ENVELOPPES, PROGRAMMING, FUNDINGS, CONVENTIONS, SCHEDULES, AVENANTS, PAYMENTS),
}
