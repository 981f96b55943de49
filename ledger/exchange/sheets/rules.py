"""Règles: what the texts allow, each version dated and sourced."""

from __future__ import annotations

from ledger.core.field import Kind
from ledger.exchange.declaration import Column, Sheet, column
from ledger.journal.fields import LABEL

RULES = Sheet(
    name="Règles",
    title="Règles en vigueur",
    key=("code", "first_day"),
    aliases=("regles",),
    version=2,
    instructions=(
        "Une ligne par version d'une règle, avec sa source. Rien ne s'efface : une valeur changée corrige la version,",
        "une ligne de même code et d'un premier jour plus tardif la change à partir de ce jour. Chiffres et portée :",
        "NOM=VALEUR, séparés par « ; » (taux=65 % ; mode=fixe). Les genres et leurs chiffres : cofiville regle genres.",
    ),
    columns=(
        Column("code", "Code", Kind.CODE, required=True, width=30),
        column("label", LABEL, required=True, width=44),
        Column("kind", "Genre", Kind.TEXT, required=True, width=22, since=2),
        Column("scope", "Portée", Kind.TEXT, width=40, since=2),
        Column("figures", "Chiffres", Kind.TEXT, width=36, since=2),
        Column("value", "Valeur", Kind.TEXT, informative=True, width=36),
        Column("first_day", "Du", Kind.DAY, required=True),
        Column("last_day", "Au", Kind.DAY),
        Column("source", "Source", Kind.TEXT, required=True, width=40),
        Column("article", "Article", Kind.TEXT, width=24, since=2),
        Column("link", "Lien", Kind.TEXT, width=24, since=2),
        Column("to_confirm", "À confirmer", Kind.YES_NO, since=2),
        Column("verified_on", "Vérifiée le", Kind.DAY),
    ),
)
