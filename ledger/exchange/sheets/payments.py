"""Versements: what was ordered and paid on each convention."""

from __future__ import annotations

from ledger.core.field import Kind
from ledger.exchange.declaration import Column, Sheet, column
from ledger.exchange.fields import CONVENTION_NUMBER, EUROS
from ledger.execution.fields import PAYMENT_REFERENCE
from ledger.programming.fields import EXAMPLE

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
        column("convention", CONVENTION_NUMBER, required=True, aliases=("convention",), width=18),
        column("reference", PAYMENT_REFERENCE, help="", required=True, aliases=("mandat", "n° de mandat"), width=24),
        column("amount", EUROS, required=True, summed=True, aliases=("montant versé",), width=16),
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
        column("example", EXAMPLE, informative=True, width=9),
    ),
)
