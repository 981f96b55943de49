"""Profile postes-etat: the adultes-relais and FONJEP posts, as the ANCT publishes them."""

from __future__ import annotations

from ledger.core.field import Choice, Kind
from ledger.exchange.declaration import Column, Sheet

POST_KINDS = (Choice("adultes-relais", "adulte-relais"), Choice("fonjep", "postes-fonjep"))

POSTS = Sheet(
    name="Postes",
    title="Postes adultes-relais et FONJEP financés par l'État",
    key=("kind", "year", "contract", "post"),
    instructions=("Fichier publié par l'ANCT : une ligne par poste et par année.",),
    repeats=True,
    counted="amount",
    columns=(
        Column("kind", "type", Kind.CHOICE, required=True, choices=POST_KINDS),
        Column("year", "annee", Kind.INTEGER, required=True),
        Column("contract", "code_cv", Kind.CODE, required=True),
        Column("post", "id_poste", Kind.CODE, required=True),
        Column("porteur_id", "code_tiers", Kind.TEXT, required=True),
        Column("porteur_name", "raison_sociale", Kind.TEXT, required=True),
        Column("amount", "montant", Kind.AMOUNT, required=True, summed=True),
        Column("departement", "insee_dep", Kind.CODE, informative=True),
        Column("region", "insee_reg", Kind.CODE, informative=True),
    ),
)
