"""What partners send: DAUPHIN's budgets, the État's follow-up, the treasury's mandats, the ANCT's posts."""

from __future__ import annotations

from ledger.core.field import Choice, Kind
from ledger.exchange.declaration import Column, Sheet
from ledger.programming.vocabulary import PlanSide

DAUPHIN_BUDGET = Sheet(
    name="Plan de financement",
    title="Budget déposé",
    key=("side", "account"),
    instructions=("Budget d'un dossier DAUPHIN : une ligne par compte, chapitres et totaux compris.",),
    repeats=True,
    counted="amount",
    columns=(
        Column(
            "side",
            "cote",
            Kind.CHOICE,
            required=True,
            choices=tuple(PlanSide),
            aliases=("côté", "sens", "charges ou produits"),
        ),
        Column("account", "code_dauphin", Kind.TEXT, required=True, aliases=("compte", "code", "code dauphin")),
        Column("label", "libelle", Kind.TEXT, aliases=("intitulé", "libellé")),
        Column("amount", "montant", Kind.AMOUNT, aliases=("montant demandé", "montant en euros")),
    ),
)


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
