"""Enveloppes: credits notified by the financeurs, line by line."""

from __future__ import annotations

from ledger.core.field import Choice, Kind
from ledger.exchange.declaration import Column, Sheet

ENVELOPPES = Sheet(
    name="Enveloppes",
    title="Enveloppes notifiées",
    key=("line", "year", "movement", "piece"),
    instructions=(
        "Une ligne par notification ou modification de crédits. La pièce (arrêté, délibération) identifie l'acte.",
        "Une notification ne se corrige pas : ajoutez une ligne « modification » avec la hausse ou la baisse.",
    ),
    columns=(
        Column("line", "Ligne de crédit", Kind.CODE, required=True, list_name="lignes", aliases=("ligne",), width=26),
        Column("year", "Exercice", Kind.INTEGER, required=True, aliases=("année",), width=10),
        Column(
            "movement",
            "Mouvement",
            Kind.CHOICE,
            required=True,
            choices=(Choice("notification", "notification"), Choice("modification", "modification")),
        ),
        Column(
            "amount",
            "Montant",
            Kind.AMOUNT,
            required=True,
            signed=True,
            summed=True,
            width=18,
            help="Au centime. Une baisse (modification) se saisit avec le signe -.",
        ),
        Column(
            "piece",
            "Pièce",
            Kind.TEXT,
            required=True,
            aliases=("référence", "acte"),
            width=34,
            help="L'acte qui ouvre les crédits. Exemple : Arrêté du 12/02/2016.",
        ),
        Column("on", "Date", Kind.DAY, required=True, aliases=("date d'effet", "date de l'acte")),
    ),
)
