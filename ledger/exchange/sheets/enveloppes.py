"""Enveloppes: credits notified by the financeurs, line by line."""

from __future__ import annotations

from ledger.core.field import Choice, Kind
from ledger.exchange.declaration import Column, Sheet, column
from ledger.exchange.fields import CREDIT_LINE, EXERCICE
from ledger.journal.fields import AMOUNT_SIGNED, PIECE

ENVELOPPES = Sheet(
    name="Enveloppes",
    title="Enveloppes notifiées",
    key=("line", "year", "movement", "piece"),
    instructions=(
        "Une ligne par notification ou modification de crédits. La pièce (arrêté, délibération) identifie l'acte.",
        "Une notification ne se corrige pas : ajoutez une ligne « modification » avec la hausse ou la baisse.",
    ),
    columns=(
        column("line", CREDIT_LINE, required=True, aliases=("ligne",), width=26),
        column("year", EXERCICE, required=True, aliases=("année",), width=10),
        Column(
            "movement",
            "Mouvement",
            Kind.CHOICE,
            required=True,
            choices=(Choice("notification", "notification"), Choice("modification", "modification")),
        ),
        column(
            "amount",
            AMOUNT_SIGNED,
            required=True,
            summed=True,
            width=18,
            help="Au centime. Une baisse (modification) se saisit avec le signe -.",
        ),
        column(
            "piece",
            PIECE,
            required=True,
            aliases=("référence", "acte"),
            width=34,
            help="L'acte qui ouvre les crédits. Exemple : Arrêté du 12/02/2016.",
        ),
        Column("on", "Date", Kind.DAY, required=True, aliases=("date d'effet", "date de l'acte")),
    ),
)
