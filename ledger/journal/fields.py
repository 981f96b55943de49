"""The fields of the book: where an amount stands, and the entry that moved it."""

from __future__ import annotations

from ledger.core.field import Field, Kind

LINE = Field(
    "ligne",
    "ligne",
    Kind.CODE,
    help="Le code de la ligne de crédits.",
    placeholder="LIGNE",
    offers="lignes",
)
YEAR = Field(
    "exercice",
    "exercice",
    Kind.ORDINAL,
    help="L'exercice, par exemple 2016.",
    placeholder="ANNEE",
    offers="exercices",
)
POSITION = Field("position", "position", Kind.CODE, help="Où en est un crédit, de notifié à versé.")
CONVENTION = Field(
    "convention",
    "convention",
    Kind.CODE,
    help="Le numéro de la convention.",
    placeholder="CONVENTION",
    offers="conventions",
)
ACTION = Field(
    "action",
    "action",
    Kind.CODE,
    help="Le numéro de l'action, par exemple 2016-014.",
    placeholder="ACTION",
    offers="actions",
)
AMOUNT = Field("montant", "montant", Kind.AMOUNT, help="En euros, par exemple 1 234,56.", placeholder="MONTANT")
LINE_AMOUNT = AMOUNT.but(kind=Kind.TEXT, placeholder=f"{LINE.placeholder}={AMOUNT.placeholder}")
"""An amount on a credit line, typed in one word."""
AMOUNT_SIGNED = AMOUNT.but(signed=True, help="En euros ; négatif pour une baisse : -500.")
ENTRY = Field("ecriture", "écriture", Kind.ORDINAL, help="Le numéro de l'écriture au journal.")
ALREADY_RECORDED = Field(
    "deja_enregistre", "déjà enregistré", Kind.YES_NO, help="Si la même pièce l'avait déjà enregistré."
)
SEAL = Field("sceau", "sceau", Kind.CODE, help="Le dernier sceau du livre.")
ACTS_SEAL = Field(
    "sceau_actes",
    "sceau des actes",
    Kind.CODE,
    since="0.2",
    help="Le dernier acte du contrat et son sceau ; vide pour un jour passé.",
)
PIECE = Field("piece", "pièce", help="La pièce qui fonde l'acte (arrêté, délibération…).", placeholder="REFERENCE")
EFFECTIVE_ON = Field(
    "le", "jour", Kind.DAY, help="Le jour où l'acte compte, AAAA-MM-JJ ou JJ/MM/AAAA.", placeholder="JOUR"
)
WAIVER = Field(
    "malgre",
    "malgré la règle",
    help="Pourquoi passer outre une règle ; le motif reste, listé.",
    placeholder="MOTIF",
)
LABEL = Field("libelle", "libellé")
AGENT = Field("agent", "agent", help="Qui a agi.")
MOTIVE = Field("motif", "motif", placeholder="TEXTE")
ACCOUNT_KEY = Field("compte", "compte", Kind.CODE, help="La position, la ligne, l'exercice, la convention et l'action.")
DEBIT = Field("debit", "débit", Kind.AMOUNT)
CREDIT = Field("credit", "crédit", Kind.AMOUNT)
