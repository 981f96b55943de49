"""Règles: what the texts allow, each version dated and sourced."""

from __future__ import annotations

from ledger.core.field import Kind
from ledger.exchange.declaration import Column, Sheet, column
from ledger.rules.fields import (
    ARTICLE,
    LINK,
    OPEN,
    RULE_CODE,
    RULE_KIND,
    RULE_LABEL,
    RULE_SOURCE,
    SCOPE,
    SINCE,
    UNTIL,
    VALUE,
    VERIFIED_ON,
)

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
        column("code", RULE_CODE, help="", required=True, width=30),
        column("label", RULE_LABEL, help="", required=True, width=44),
        column("kind", RULE_KIND, help="", required=True, width=22, since=2),
        column("scope", SCOPE, help="", width=40, since=2),
        Column("figures", "Chiffres", Kind.TEXT, width=36, since=2),
        column("value", VALUE, informative=True, width=36),
        column("first_day", SINCE, help="", required=True),
        column("last_day", UNTIL, help=""),
        column("source", RULE_SOURCE, help="", required=True, width=40),
        column("article", ARTICLE, help="", width=24, since=2),
        column("link", LINK, help="", width=24, since=2),
        column("to_confirm", OPEN, help="", since=2),
        column("verified_on", VERIFIED_ON, help=""),
    ),
)
