"""Versements: what was ordered and paid on each convention."""

from __future__ import annotations

from ledger.core.field import Kind
from ledger.exchange.declaration import Column, Sheet

PAYMENTS = Sheet(
    name="Versements",
    version=2,
    title="Versements",
    key=("convention", "reference"),
    aliases=("paiements",),
    instructions=(
        "Une ligne par versement. La référence (mandat, avis de paiement) est unique pour une convention.",
        "Un versement enregistré ne se corrige pas ici : il s'annule par une écriture inverse.",
    ),
    columns=(
        Column("convention", "N° convention", Kind.CODE, required=True, aliases=("convention",), width=18),
        Column("reference", "Référence", Kind.TEXT, required=True, aliases=("mandat", "n° de mandat"), width=24),
        Column("amount", "Montant", Kind.AMOUNT, required=True, summed=True, aliases=("montant versé",), width=16),
        Column(
            "ordered_on",
            "Ordonné le",
            Kind.DAY,
            aliases=("date du mandat",),
            help="À remplir si le paiement n'est pas encore ordonné : il l'est alors à ce jour.",
        ),
        Column(
            "waiver",
            "Malgré",
            Kind.TEXT,
            since=2,
            width=30,
            help="Pourquoi ordonner malgré un bilan en retard ou une pièce manquante ; le motif reste.",
        ),
        Column("paid_on", "Payé le", Kind.DAY, required=True, aliases=("date de paiement",)),
        Column("overruled", "Règle écartée", Kind.TEXT, informative=True, since=2, width=30),
        Column("beneficiary", "Bénéficiaire", Kind.CODE, informative=True, width=28),
        Column("example", "Exemple", Kind.YES_NO, informative=True, width=9),
    ),
)
