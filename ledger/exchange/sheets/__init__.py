"""Every declared sheet, one module each, and the workbooks they make up."""

from __future__ import annotations

from ledger.exchange.declaration import Sheet
from ledger.exchange.sheets.closing import CLOSING
from ledger.exchange.sheets.cofinanced_posts import COFINANCED_POSTS, POST_FUNDINGS
from ledger.exchange.sheets.committees import AVIS, COPIL, TECHNIQUE
from ledger.exchange.sheets.conventions import (
    ACTION_BILANS,
    AVENANTS,
    BILAN_ACCOUNTS,
    BILANS,
    CONVENTIONS,
    PAYMENTS,
    SCHEDULES,
)
from ledger.exchange.sheets.framework import CONTRACT_ACTS, FRAMEWORK
from ledger.exchange.sheets.programming import BUDGETS, FUNDINGS, INDICATORS, PROGRAMMING, PUBLICS
from ledger.exchange.sheets.referential import ENVELOPPES, PORTEURS, RULES

SHEETS: tuple[Sheet, ...] = (
    PORTEURS,
    *FRAMEWORK,
    CONTRACT_ACTS,
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
    ACTION_BILANS,
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
    "bilans": (ACTION_BILANS, BILANS, BILAN_ACCOUNTS),
    "cloture": (CLOSING,),
    "reprise": (PORTEURS, ENVELOPPES, PROGRAMMING, FUNDINGS, CONVENTIONS, SCHEDULES, AVENANTS, PAYMENTS),
}
