"""The budget of a dossier deposited on the portal DAUPHIN: one row an account of the Cerfa 12156."""

from __future__ import annotations

from ledger.core.field import Kind
from ledger.exchange.declaration import Column, Sheet
from ledger.programming.vocabulary import PlanSide

DAUPHIN_BUDGET = Sheet(
    name="Plan de financement",
    title="Budget déposé",
    key=("side", "account"),
    instructions=("Budget d'un dossier DAUPHIN : une ligne par compte, chapitres et totaux compris.",),
    repeats=True,
    counted="amount",
    columns=(
        Column(
            "side",
            "cote",
            Kind.CHOICE,
            required=True,
            choices=tuple(PlanSide),
            aliases=("côté", "sens", "charges ou produits"),
        ),
        Column("account", "code_dauphin", Kind.TEXT, required=True, aliases=("compte", "code", "code dauphin")),
        Column("label", "libelle", Kind.TEXT, aliases=("intitulé", "libellé")),
        Column("amount", "montant", Kind.AMOUNT, aliases=("montant demandé", "montant en euros")),
    ),
)
