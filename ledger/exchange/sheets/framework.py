"""What a contract has of its own: EPCI, communes, financeurs, lines, territories, axes, the words it sorts them by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ledger.conventions.fields import LINE_BUDGET, LINE_CEILING, LINE_PAYER, LINE_RECOVERER
from ledger.core.field import Choice, Kind
from ledger.exchange.declaration import Column, Sheet, column
from ledger.journal.fields import LABEL, PIECE
from ledger.journal.vocabulary import ContractActKind
from ledger.referential.fields import (
    ACCOUNT,
    ACCOUNT_PARTY,
    CODE,
    FINANCEUR,
    NAME,
    NATURE,
    NOMENCLATURE,
    OPERATION,
    SOURCE,
    STATUT,
    TERRITORIES,
    TO_CONFIRM,
)
from ledger.referential.vocabulary import AccountOperation, DispositifRole, ScaleRole, TerritorySlice
from ledger.rules.fields import SINCE, UNTIL

_FROM = column("starts_on", SINCE, title="Du", help="Le premier jour ; vide : celui du contrat.")
_TO = column("ends_on", UNTIL, title="Au", help="Le dernier jour ; vide : celui du contrat.")
_OPEN = column("to_confirm", TO_CONFIRM, default=False, help="Oui tant que personne ne l'a vérifié.")
_SOURCE = column("source", SOURCE, help="", required=True, width=40)
_RANK = Column("rank", "Rang", Kind.INTEGER, width=8, help="L'ordre dans les listes ; vide : à la suite.")
WHOSE_FRAMEWORK = "référentiel"
"""Where a workbook says of which contract it is the référentiel."""
_SERVED = tuple(Choice(each.value, each.value) for each in TerritorySlice)
_SAID = column("source", SOURCE, help="", width=40)
_FINANCEUR_WIDE = 40
"""The longest code that the national geography gives a financeur, a commune's, can be read whole."""


def _named(roles: type[DispositifRole] | type[ScaleRole]) -> tuple[Choice, ...]:
    """The roles by their own word; a blank cell is none."""
    return tuple(Choice(each.value, each.value) for each in roles if each)


def _of_words(title: str, *own: Column) -> tuple[Column, ...]:
    """The columns of a sheet of words, its own among them; title: that of their code."""
    code = Column("code", title, Kind.TEXT, required=True, width=18)
    return (code, column("label", LABEL, required=True, width=44), *own, _RANK, _SAID, _FROM, _TO)


EPCIS = Sheet(
    name="EPCI",
    title="EPCI du contrat",
    version=2,
    key=("code",),
    instructions=(
        "L'EPCI qui porte le contrat, et ceux avec qui une part commune se partage.",
        "Une phrase le nomme par son article et son nom court : « le » et « Grand Reims » donnent « le Grand Reims ».",
    ),
    columns=(
        column("code", CODE, required=True, width=26),
        Column("siren", "SIREN", Kind.TEXT, required=True, width=12),
        column("name", NAME, title="Nom officiel", required=True, width=60),
        Column("short_name", "Nom court", Kind.TEXT, required=True, width=40),
        Column("article", "Article", Kind.TEXT, width=8, help="la, le, l' ; vide pour un nom sans article."),
        replace(_FROM, since=2),
        replace(_TO, since=2),
    ),
)
COMMUNES = Sheet(
    name="Communes",
    title="Communes",
    key=("insee",),
    instructions=("Une ligne par commune de l'EPCI.",),
    columns=(
        Column("insee", "Code INSEE", Kind.TEXT, required=True, width=12),
        column("name", NAME, title="Commune", required=True, width=40),
        Column("siren", "SIREN", Kind.TEXT, width=12, help="Vide si vous ne l'avez pas."),
        Column("epci", "EPCI", Kind.CODE, required=True, width=26),
        Column("population", "Population municipale", Kind.INTEGER, required=True, width=12),
    ),
)
FINANCEURS = Sheet(
    name="Financeurs",
    title="Financeurs",
    key=("code",),
    instructions=("Une ligne par financeur ; chaque commune qui apporte des crédits est un financeur à elle seule.",),
    columns=(
        column("code", CODE, required=True, width=_FINANCEUR_WIDE),
        column("name", NAME, required=True, width=50),
        Column("kind", "Type", Kind.TEXT, required=True, help="etat, region, epci, commune, caf…"),
        Column("role", "Rôle", Kind.TEXT, required=True, help="credits_specifiques, droit_commun ou fonds_propres."),
        column("statut", STATUT, title="Statut juridique", help="", width=24),
        _SOURCE,
        _OPEN,
        _FROM,
        _TO,
    ),
)
ACCOUNT_COLUMNS: Mapping[str, AccountOperation] = {
    "account_paid": AccountOperation.PAY,
    "account_received": AccountOperation.RECEIVE,
    "account_recovered": AccountOperation.RECOVER,
    "account_given_back": AccountOperation.GIVE_BACK,
}
"""By column, the operation whose account of its own a line says there."""
MANAGED_SINCE = "managed_since"
MANAGED_SOURCE = "managed_source"
_MANAGEMENT = (
    column(
        "payer", LINE_PAYER, since=2, width=_FINANCEUR_WIDE, help="L'EPCI, par son budget, ou le financeur de la ligne."
    ),
    column("recoverer", LINE_RECOVERER, since=2, width=_FINANCEUR_WIDE, informative=True),
    column("budget", LINE_BUDGET, since=2, width=18, help="principal, ou le nom du budget annexe."),
    *(
        Column(
            field,
            f"Compte pour {operation}",
            Kind.TEXT,
            since=2,
            width=16,
            help="Un compte à elle ; vide : celui du plan de comptes.",
        )
        for field, operation in ACCOUNT_COLUMNS.items()
    ),
    column("ceiling", LINE_CEILING, since=2, width=18),
    Column(
        MANAGED_SINCE,
        "Gérée ainsi depuis",
        Kind.DAY,
        since=2,
        help="Le jour depuis lequel valent payeur, budget, comptes et plafond que vous changez ; vide : le début.",
    ),
    Column(
        MANAGED_SOURCE,
        "Source de la gestion",
        Kind.TEXT,
        since=2,
        width=40,
        help="Le texte qui fixe ce que vous changez ; vide : la source de la ligne.",
    ),
)
MANAGEMENT_FIELDS = tuple(each.field for each in _MANAGEMENT)
"""Of a line, the columns that rules of the contract say: who pays, which budget and accounts, how much at most."""
CREDIT_LINES = Sheet(
    name="Lignes de crédit",
    title="Lignes de crédit",
    key=("code",),
    version=2,
    instructions=(
        "Une ligne par ligne de crédits. Territoires : les types servis, séparés par « | » (qpv|veille).",
        "Payeur, budget, comptes et plafond sont des règles : ce que la feuille Règles dit d'une ligne s'y change.",
    ),
    columns=(
        column("code", CODE, required=True, width=44),
        column("label", LABEL, required=True, width=56),
        column("financeur", FINANCEUR, list_name="", help="", required=True, width=_FINANCEUR_WIDE),
        column("nature", NATURE, kind=Kind.CHOICE, required=True, width=18),
        column("territories", TERRITORIES, kind=Kind.TEXT, required=True, width=20),
        _SOURCE,
        _RANK,
        _OPEN,
        _FROM,
        _TO,
        *_MANAGEMENT,
    ),
)
TERRITORY_KINDS_SHEET = Sheet(
    name="Types de territoire",
    title="Types de territoire",
    key=("code",),
    version=2,
    instructions=("Chaque type compte, dans les taux et les règles, comme QPV, comme veille ou hors territoires.",),
    columns=(
        Column("code", "Type", Kind.TEXT, required=True, width=14),
        column("label", LABEL, required=True, width=30),
        Column("served_as", "Compte comme", Kind.CHOICE, required=True, choices=_SERVED),
        _RANK,
        Column(
            "on_evidence",
            "Sur justificatif",
            Kind.YES_NO,
            since=2,
            default=False,
            width=12,
            help="Oui : hors territoires, sauf où il est montré que des habitants de QPV en bénéficient d'abord.",
        ),
        replace(_FROM, since=2),
        replace(_TO, since=2),
    ),
)
DISPOSITIFS = Sheet(
    name="Dispositifs",
    title="Dispositifs",
    key=("code",),
    instructions=("Le premier est celui d'une action dont on ne dit rien. Rôle : ce que le programme y cherche.",),
    columns=_of_words(
        "Dispositif",
        Column("short_label", "Libellé court", Kind.TEXT, required=True, width=24, help="Celui des classeurs."),
        Column("role", "Rôle", Kind.CHOICE, choices=_named(DispositifRole), width=18),
    ),
)
SCALES = Sheet(
    name="Échelles",
    title="Échelles des actions",
    key=("code",),
    instructions=("La première est celle d'une action dont on ne dit rien. Rôle : ce que le programme y cherche.",),
    columns=_of_words(
        "Échelle",
        Column("role", "Rôle", Kind.CHOICE, choices=_named(ScaleRole), width=18),
    ),
)
POST_KINDS_SHEET = Sheet(
    name="Types de poste",
    title="Types de poste cofinancé",
    key=("code",),
    instructions=("Chaque type suit les règles d'un dispositif : population, groupes de communes.",),
    columns=_of_words(
        "Type",
        Column("dispositif", "Dispositif", Kind.TEXT, required=True, width=18),
    ),
)
TERRITORIES_SHEET = Sheet(
    name="Territoires",
    title="Territoires",
    key=("code",),
    instructions=("Une ligne par territoire. Communes : leurs noms, séparés par « ; ».",),
    columns=(
        column("code", CODE, required=True, width=40),
        column("name", NAME, required=True, width=50),
        Column("kind", "Type", Kind.TEXT, required=True, width=10),
        Column("epci", "EPCI pilote", Kind.CODE, required=True, width=26),
        _SOURCE,
        Column("communes", "Communes", Kind.TEXT, width=50),
        _OPEN,
        _FROM,
        _TO,
    ),
)
POPULATIONS = Sheet(
    name="Populations",
    title="Population des territoires, par EPCI",
    key=("territory", "epci", "commune"),
    instructions=(
        "Un quartier à cheval sur deux EPCI n'a pas de population publiée par EPCI : saisissez-la.",
        "Une population inconnue n'a pas de ligne : elle n'est jamais zéro. Commune vide : sans détail.",
    ),
    columns=(
        Column("territory", "Territoire", Kind.CODE, required=True, width=40),
        Column("epci", "EPCI", Kind.CODE, required=True, width=26),
        Column("commune", "Commune", Kind.TEXT, width=30),
        Column("population", "Population", Kind.INTEGER, required=True, summed=True, width=12),
        column("source", SOURCE, help="Vide : celle du territoire.", width=40),
        Column("vintage", "Année", Kind.INTEGER, width=8, help="Le millésime de la source."),
    ),
)
AXES = Sheet(
    name="Axes",
    title="Axes, priorités et objectifs",
    key=("code",),
    instructions=("Un arbre à autant d'étages qu'il faut : ce qui n'a rien au-dessous est un objectif.",),
    columns=(
        Column("code", "Axe", Kind.TEXT, required=True, width=12),
        column("label", LABEL, required=True, width=70),
        Column("parent", "Sous", Kind.TEXT, width=12, help="Vide pour un axe ; sinon le code au-dessus."),
        _RANK,
        _FROM,
        _TO,
    ),
)
ACCOUNTS_SHEET = Sheet(
    name="Comptes du budget",
    title="Comptes du budget, par opération",
    key=("operation", "party", "nomenclature", "starts_on"),
    instructions=(
        "Le compte que le comptable a donné : il l'emporte sur celui de la table livrée, pour des exercices entiers.",
        "Tiers : le statut ou le type de qui est payé, le financeur (son type, sa ligne) d'une recette ; sinon vide.",
    ),
    columns=(
        column("operation", OPERATION, kind=Kind.CHOICE, help="", required=True, width=14),
        column("party", ACCOUNT_PARTY, kind=Kind.TEXT, help="", width=24),
        column("nomenclature", NOMENCLATURE, kind=Kind.TEXT, required=True, width=18),
        column("account", ACCOUNT, kind=Kind.TEXT, required=True, width=12),
        _SOURCE,
        _OPEN,
        replace(_FROM, required=True, help="Le 1er janvier du premier exercice."),
        replace(_TO, help="Le 31 décembre du dernier ; vide : sans fin."),
    ),
)

FRAMEWORK = (
    EPCIS,
    COMMUNES,
    FINANCEURS,
    CREDIT_LINES,
    TERRITORY_KINDS_SHEET,
    TERRITORIES_SHEET,
    POPULATIONS,
    AXES,
    DISPOSITIFS,
    SCALES,
    POST_KINDS_SHEET,
    ACCOUNTS_SHEET,
)

CONTRACT_ACTS = Sheet(
    name="Actes du contrat",
    title="Prolongations, avenants et annexes",
    key=("kind", "decided_on", "piece"),
    instructions=(
        "Une ligne par acte qui change le contrat après sa signature ; un acte noté ne change plus.",
        "Jusqu'au : le nouveau dernier jour du contrat, d'une prolongation seule.",
    ),
    columns=(
        Column(
            "kind",
            "Genre",
            Kind.CHOICE,
            required=True,
            choices=tuple(Choice(each.value, each.value) for each in ContractActKind),
            width=16,
        ),
        Column("decided_on", "Décidé le", Kind.DAY, required=True),
        column("piece", PIECE, help="Ce que l'acte dit : avenant 1 du …, objet.", required=True, width=60),
        Column("ends_on", "Jusqu'au", Kind.DAY, help="D'une prolongation seule."),
        _OPEN,
    ),
)
