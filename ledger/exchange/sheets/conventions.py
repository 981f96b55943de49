"""Conventions: what is signed, one row a convention, action and line."""

from __future__ import annotations

from ledger.exchange.declaration import Choice, Column, Kind, Sheet

CIRCUITS = (Choice("caph", "budget de la CAPH"), Choice("direct", "direct"))

CONVENTIONS = Sheet(
    name="Conventions",
    title="Conventions",
    key=("number", "action", "line"),
    instructions=(
        "Une ligne par convention, action et ligne de crédit. Une convention signée ne change que par avenant.",
        "Circuit direct : le financeur paie le porteur ; la CAPH enregistre le constat.",
    ),
    columns=(
        Column("number", "N° convention", Kind.CODE, required=True, aliases=("convention", "numéro"), width=18),
        Column("year", "Exercice", Kind.INTEGER, required=True, aliases=("année",), width=10),
        Column("payer", "Payeur", Kind.CODE, required=True, list_name="financeurs", width=14),
        Column("beneficiary", "Bénéficiaire", Kind.CODE, required=True, aliases=("porteur",), width=28),
        Column("object", "Objet", Kind.TEXT, width=40),
        Column("circuit", "Circuit", Kind.CHOICE, required=True, choices=CIRCUITS, width=18),
        Column("action", "N° action", Kind.CODE, required=True, aliases=("action",), width=11),
        Column("line", "Ligne de crédit", Kind.CODE, required=True, list_name="lignes", aliases=("ligne",), width=28),
        Column("amount", "Montant", Kind.AMOUNT, required=True, summed=True, aliases=("accordé",), width=16),
        Column("signed_on", "Signée le", Kind.DAY, required=True, aliases=("date de signature", "notifiée le")),
        Column("paid", "Versé", Kind.AMOUNT, informative=True, summed=True, width=16),
        Column("state", "État", Kind.TEXT, informative=True),
    ),
)
