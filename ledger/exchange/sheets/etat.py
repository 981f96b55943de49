"""The État's own follow-up exports: one row a dossier, or one row an action; titles on two rows, a row of totals."""

from __future__ import annotations

from ledger.core.field import Kind
from ledger.exchange.declaration import Column, Sheet

_FOLLOWED = (
    Column("service", "Service", Kind.TEXT),
    Column("year", "Exercice Début", Kind.INTEGER, required=True),
    Column("financing", "Sous-Type financement", Kind.TEXT),
    Column("programme", "N° programme / Type financement", Kind.TEXT),
    Column("portal_number", "N° Dossier Compte Asso", Kind.TEXT),
    Column("ej", "N° EJ", Kind.TEXT),
    Column("state", "Etat Dossier", Kind.TEXT),
    Column("siret", "N° Siret", Kind.TEXT),
    Column("rna", "N° RNA", Kind.TEXT),
)
_DECIDED = (
    Column("proposed", "Proposé", Kind.AMOUNT, signed=True),
    Column("granted", "Accordé", Kind.AMOUNT, required=True, signed=True),
    Column("awarded", "Montant Total Attribué", Kind.AMOUNT, signed=True),
    Column("realised", "Réalisé", Kind.AMOUNT, signed=True),
)

DOSSIERS = Sheet(
    name="Suivi des dossiers",
    title="Suivi des dossiers de l'État",
    key=("number", "financing"),
    instructions=("Fichier de l'État : un dossier par ligne.",),
    repeats=True,
    foreign=True,
    counted="granted",
    attribuant=("service",),
    columns=(
        Column("number", "N° Dossier Osiris", Kind.TEXT, required=True, aliases=("Dossier > N° Dossier Osiris",)),
        *_FOLLOWED,
        Column("porteur", "Association > Nom", Kind.TEXT, required=True, aliases=("Nom de l'association",)),
        Column("cost", "Coût (Total des Charges)", Kind.AMOUNT, signed=True),
        Column("requested", "Demandé", Kind.AMOUNT, signed=True),
        *_DECIDED,
        Column("set_off", "Compensation N-1", Kind.AMOUNT, signed=True),
        Column("advance", "Acompte", Kind.AMOUNT, signed=True),
        Column("balance", "Solde", Kind.AMOUNT, signed=True),
        Column("additional", "Complémentaire", Kind.AMOUNT, signed=True),
        Column("given_back", "Reversement/Compensation", Kind.AMOUNT, signed=True),
    ),
)

ACTIONS = Sheet(
    name="Suivi des actions",
    title="Suivi des actions de l'État",
    key=("number", "financing"),
    instructions=("Fichier de l'État : une action par ligne.",),
    repeats=True,
    foreign=True,
    counted="granted",
    attribuant=("service",),
    columns=(
        Column("number", "Numero Action Osiris", Kind.TEXT, required=True),
        *_FOLLOWED,
        Column("porteur", "Bénéficiaire > Nom", Kind.TEXT, required=True, aliases=("Nom du bénéficiaire",)),
        Column("title", "Intitulé", Kind.TEXT),
        Column("cost", "Coût (total charges)", Kind.AMOUNT, signed=True),
        Column("requested", "Montants et versements > Demandé", Kind.AMOUNT, signed=True, aliases=("Demandé",)),
        *_DECIDED,
        Column("set_off", "Compensation", Kind.AMOUNT, signed=True),
        Column("cofinanceurs", "Cofinanceurs > Noms", Kind.TEXT, aliases=("Noms des cofinanceurs",)),
        Column("cofinanced", "Cofinanceurs > Montants demandés", Kind.TEXT, aliases=("Montants demandés",)),
    ),
)
