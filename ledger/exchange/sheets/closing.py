"""Décisions de clôture: the fate of what is left, as the closing proposes it."""

from __future__ import annotations

from ledger.exchange.declaration import Column, Kind, Sheet

CLOSING = Sheet(
    name="Décisions de clôture",
    title="Clôture de l'exercice : points et décisions",
    key=("year", "code", "subject"),
    aliases=("cloture", "decisions de cloture"),
    instructions=(
        "Une ligne par point à examiner avant la clôture. Chaque point se règle par sa commande.",
        "Les points « bloquant » empêchent la clôture.",
    ),
    columns=(
        Column("year", "Exercice", Kind.INTEGER, required=True, width=10),
        Column("level", "Niveau", Kind.TEXT, required=True, width=14),
        Column("code", "Code", Kind.TEXT, required=True, width=26),
        Column("subject", "Objet", Kind.TEXT, required=True, width=36),
        Column("amount", "Montant", Kind.AMOUNT, summed=True, signed=True, width=16),
        Column("command", "Pour le régler", Kind.TEXT, width=60),
    ),
)
