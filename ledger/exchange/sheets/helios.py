"""The treasury's export of payment orders: one row a line of mandat, with the day it was paid."""

from __future__ import annotations

from ledger.core.field import Kind
from ledger.exchange.declaration import Column, Sheet

MANDATS = Sheet(
    name="Mandats",
    title="Mandats payés par le comptable",
    key=("number",),
    instructions=("Fichier du comptable : une ligne de mandat par ligne.",),
    repeats=True,
    foreign=True,
    counted="amount",
    attribuant=("payer_id", "payer"),
    columns=(
        Column("number", "ID", Kind.TEXT, required=True),
        Column("payer", "COLLEC", Kind.TEXT),
        Column("payer_id", "CODE_INSEE_BC", Kind.TEXT),
        Column("nomenclature", "NOMENCLATURE", Kind.TEXT),
        Column("kind", "TYPE MANDAT", Kind.TEXT),
        Column("issued_on", "DATE_EMISSION", Kind.DAY),
        Column("mandat", "NUM_MANDAT", Kind.TEXT, required=True),
        Column("mandat_line", "NUMERO_LIGNE", Kind.TEXT),
        Column("account", "COMPTE_NATURE", Kind.TEXT),
        Column("purpose", "OBJET_MANDAT", Kind.TEXT),
        Column("amount", "MONTANT_PAIEMENT", Kind.AMOUNT, required=True, signed=True),
        Column("paid_on", "DATE_PAIEMENT", Kind.DAY, required=True),
        Column("legal_nature", "Nature JURIDIQUE", Kind.TEXT),
        Column("porteur", "NOM", Kind.TEXT, required=True),
        Column("siret_kind", "TYPE_IMMATRICULATION", Kind.TEXT),
        Column("siret", "IMMATRICULATION", Kind.TEXT),
    ),
)
