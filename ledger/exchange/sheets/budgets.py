"""Budgets: the accounts of a plan (Cerfa 12156) that ask nothing of a credit line."""

from __future__ import annotations

from ledger.core.field import Kind
from ledger.exchange.declaration import Column, Sheet, column
from ledger.exchange.fields import ACTION_NUMBER, EUROS
from ledger.journal.fields import LABEL
from ledger.programming.vocabulary import PlanSide

BUDGETS = Sheet(
    name="Budgets",
    title="Budgets compte par compte",
    key=("action", "side", "account", "label"),
    aliases=("budget", "comptes"),
    instructions=(
        "Une ligne par compte : charges 60 à 69, produits qui ne sont demandés à personne, contributions 86 et 87.",
        "Les charges détaillées font le coût total ; 86 est égal à 87. Une ligne mise à zéro est retirée du budget.",
    ),
    columns=(
        column("action", ACTION_NUMBER, required=True, aliases=("action", "n°", "numéro"), width=11),
        Column("side", "Côté", Kind.CHOICE, required=True, choices=tuple(PlanSide), width=12),
        Column("account", "Compte", Kind.TEXT, required=True, aliases=("compte cerfa",), width=14),
        column("label", LABEL, required=True, aliases=("intitulé",), width=44),
        column("amount", EUROS, required=True, width=16),
    ),
)
