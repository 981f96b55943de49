"""Conventions: what is signed, one row a convention, action and line."""

from __future__ import annotations

from ledger.exchange.declaration import Column, Kind, Sheet

CONVENTIONS = Sheet(
    name="Conventions",
    title="Conventions",
    key=("number", "action", "line"),
    instructions=(
        "Une ligne par convention et par ligne de crédit ; une convention porte sur une action.",
        "Sans date de signature, la convention reste un brouillon. Une convention signée ne change que par avenant.",
    ),
    columns=(
        Column("number", "N° convention", Kind.CODE, required=True, aliases=("convention", "numéro"), width=18),
        Column("payer", "Payeur", Kind.CODE, required=True, list_name="financeurs", width=14),
        Column("action", "N° action", Kind.CODE, required=True, aliases=("action",), width=11),
        Column("line", "Ligne de crédit", Kind.CODE, required=True, list_name="lignes", aliases=("ligne",), width=28),
        Column("amount", "Montant", Kind.AMOUNT, required=True, summed=True, aliases=("accordé",), width=16),
        Column("purpose", "Objet", Kind.TEXT, width=40, help="L'intitulé de l'action si la cellule est vide."),
        Column("signed_on", "Signée le", Kind.DAY, aliases=("date de signature", "notifiée le")),
        Column("piece", "Pièce", Kind.TEXT, width=30, help="La délibération, l'arrêté ou la convention signée."),
        Column("year", "Exercice", Kind.INTEGER, informative=True, width=10),
        Column("beneficiary", "Bénéficiaire", Kind.CODE, informative=True, width=28),
        Column("kind", "Nature", Kind.TEXT, informative=True, width=16),
        Column("circuit", "Circuit", Kind.TEXT, informative=True, width=12),
        Column("state", "État", Kind.TEXT, informative=True, width=12),
        Column("ordered", "Ordonné", Kind.AMOUNT, informative=True, summed=True, width=16),
        Column("paid", "Versé", Kind.AMOUNT, informative=True, summed=True, width=16),
        Column("example", "Exemple", Kind.YES_NO, informative=True, width=9),
    ),
)
