"""Règles: what the texts allow, each version dated and sourced."""

from __future__ import annotations

from ledger.exchange.declaration import Column, Kind, Sheet

RULES = Sheet(
    name="Règles",
    title="Règles en vigueur",
    key=("code", "first_day"),
    aliases=("regles",),
    instructions=(
        "Une ligne par version d'une règle, avec sa source. Cette feuille se lit ; une règle se change par :",
        "cofiville regle ajouter, ou cofiville regle remplacer.",
    ),
    columns=(
        Column("code", "Code", Kind.CODE, required=True, width=30),
        Column("label", "Libellé", Kind.TEXT, required=True, width=44),
        Column("figures", "Valeur", Kind.TEXT, required=True, width=30),
        Column("first_day", "Du", Kind.DAY, required=True),
        Column("last_day", "Au", Kind.DAY),
        Column("source", "Source", Kind.TEXT, required=True, width=40),
        Column("verified_on", "Vérifiée le", Kind.DAY),
    ),
)
