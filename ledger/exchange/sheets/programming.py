"""Programmation and its companions: actions, Financements, Publics, Indicateurs, Budgets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain

from ledger.core.field import Choice, Kind
from ledger.exchange.declaration import Column, LiveDifference, LiveSum, Sheet, column
from ledger.exchange.fields import ACTION_NUMBER, CREDIT_LINE, EUROS, EXERCICE, INTITULE
from ledger.exchange.sheets.choices import word_column
from ledger.journal.fields import LABEL
from ledger.programming.fields import (
    APPEL,
    COST_ELIGIBLE,
    COST_TOTAL,
    COUNTED_IN_TOTAL,
    CRITERIA,
    DISPOSITIF,
    ENDS_ON,
    EXAMPLE,
    INNOVATION,
    NATURE,
    NO_DROIT_COMMUN,
    OBJECTIVE,
    PUBLIC_COUNTED,
    RENEWED_FROM,
    SCALE,
    SERVED,
    STARTS_ON,
    YEARS,
)
from ledger.programming.vocabulary import ActionState, IndicatorKind, PlanSide, Renewal, RequestState
from ledger.referential.fields import PORTEUR
from ledger.reports.figures.plan import GRANTED, PLANNED

PROGRAMMING = Sheet(
    name="Programmation",
    title="Programmation : les actions",
    key=("number",),
    version=3,
    aliases=("actions",),
    instructions=(
        "Une ligne par action. Le plan de financement de chaque action se saisit sur la feuille « Financements ».",
        "Publics : les effectifs (le coût éligible est réparti au prorata), ou les coûts, ou la feuille « Publics ».",
    ),
    columns=(
        Column(
            "number",
            "N°",
            Kind.CODE,
            required=True,
            aliases=("numéro", "n° action", "action"),
            width=11,
            help="Exercice et numéro d'ordre. Exemple : 2016-014.",
        ),
        column("year", EXERCICE, required=True, aliases=("année",), width=10),
        column(
            "appel",
            APPEL,
            title="Appel à projets",
            aliases=("appel",),
            width=12,
            help="Code de l'appel à projets, s'il y en a un.",
        ),
        column(
            "porteur",
            PORTEUR,
            required=True,
            aliases=("code porteur",),
            width=28,
            help="Code du porteur (feuille Porteurs).",
        ),
        column("title", INTITULE, required=True, aliases=("intitulé de l'action", "titre"), width=36),
        column(
            "objective",
            OBJECTIVE,
            list_name="objectifs",
            aliases=("objectif opérationnel",),
            width=10,
            help="Objectif du Contrat de ville, en texte. Exemple : 5.1.2.",
        ),
        word_column("scale", SCALE, "echelles", width=15),
        word_column("dispositif", DISPOSITIF, "dispositifs", width=13),
        column("nature", NATURE, help="", required=True),
        column(
            "innovation_criteria",
            INNOVATION,
            default=0,
            width=11,
            help="Nombre de critères remplis, de 0 à 4.",
        ),
        column(
            "criteria",
            CRITERIA,
            kind=Kind.CODES,
            since=3,
            width=24,
            help="Codes séparés par un point-virgule ; leur nombre s'en déduit. Exemple : BESOIN ; ACTEURS.",
        ),
        column(
            "cost_total",
            COST_TOTAL,
            help="",
            signed=False,
            required=True,
            summed=True,
            aliases=("coût de l'action",),
            width=16,
        ),
        column(
            "cost_eligible",
            COST_ELIGIBLE,
            help="",
            signed=False,
            required=True,
            summed=True,
            aliases=("dépenses éligibles",),
            width=16,
        ),
        Column("headcount_qpv", "Effectif QPV", Kind.INTEGER, summed=True, width=10),
        Column("headcount_veille", "Effectif veille", Kind.INTEGER, summed=True, width=10),
        Column("headcount_hors", "Effectif hors", Kind.INTEGER, summed=True, width=10),
        Column("cost_qpv", "Coût QPV", Kind.AMOUNT, summed=True, width=16),
        Column("cost_veille", "Coût veille", Kind.AMOUNT, summed=True, width=16),
        Column("cost_hors", "Coût hors", Kind.AMOUNT, summed=True, width=16),
        *(column(name, field, width=10, help="Public compté à l'avance.") for name, field in PUBLIC_COUNTED.items()),
        column(
            "territories",
            SERVED,
            kind=Kind.CODES,
            list_name="territoires",
            aliases=("qpv / veille",),
            width=30,
            help="Codes séparés par un point-virgule.",
        ),
        column(
            "no_droit_commun_reason",
            NO_DROIT_COMMUN,
            width=30,
            help="À remplir quand aucun droit commun n'est mobilisé.",
        ),
        Column("deposited_on", "Déposée le", Kind.DAY, since=2, aliases=("date de dépôt",), width=12),
        column("starts_on", STARTS_ON, help="", since=2, width=12),
        column("ends_on", ENDS_ON, help="", since=2, width=12),
        column("years", YEARS, since=2, default=1, width=9, help="Nombre d'années demandées, de 1 à 6."),
        Column(
            "renewal", "Nouvelle / reconduite", Kind.CHOICE, since=2, choices=(Renewal.NEW, Renewal.RENEWED), width=14
        ),
        column(
            "renewed_from",
            RENEWED_FROM,
            since=2,
            across=True,
            width=16,
            help="Le numéro de l'action d'une année antérieure ; CONTRAT:NUMERO si elle est d'un autre contrat.",
        ),
        Column(
            "references",
            "Références",
            Kind.TEXT,
            since=2,
            aliases=("n° dauphin",),
            width=30,
            help="dauphin=16023456 ; ej=2101987654:2017 (l'année si elle diffère).",
        ),
        Column(
            "share_source",
            "Origine des parts",
            Kind.TEXT,
            since=2,
            width=26,
            help="D'où viennent les effectifs ou les coûts par territoire.",
        ),
        column("example", EXAMPLE, default=False, width=9, help="Oui pour une action fictive."),
        Column(
            "plan",
            "Plan de financement",
            Kind.AMOUNT,
            formula=LiveSum("Financements", "action", "amount_requested"),
            summed=True,
            width=16,
        ),
        Column(
            "gap",
            "Écart",
            Kind.AMOUNT,
            formula=LiveDifference("cost_total", "plan"),
            width=14,
            help="Doit être nul : coût total moins plan de financement.",
        ),
        Column("valued", "Contributions volontaires", Kind.AMOUNT, since=2, informative=True, summed=True, width=16),
        Column("status", "Statut", Kind.CHOICE, choices=tuple(ActionState), informative=True),
        Column("origin", "Origine", Kind.TEXT, informative=True, width=20),
    ),
)


FUNDINGS = Sheet(
    name="Financements",
    title="Plans de financement",
    key=("action", "line"),
    aliases=("plans de financement",),
    instructions=(
        "Une ligne par action et par ligne de crédit. Les fonds propres du porteur vont sur PORTEUR-FONDS-PROPRES.",
        "Le total d'une action est égal au coût total de l'action, au centime.",
    ),
    columns=(
        column("action", ACTION_NUMBER, required=True, aliases=("action", "n°", "numéro"), width=11),
        column(
            "line",
            CREDIT_LINE,
            required=True,
            aliases=("ligne", "financeur"),
            width=28,
        ),
        column(
            "amount_requested",
            PLANNED.field(),
            required=True,
            summed=True,
            aliases=("demandé", "sollicité", "montant demandé"),
            width=16,
            help="Ce qui est demandé au financeur ; pour les fonds propres, ce que le porteur apporte.",
        ),
        Column(
            "shared",
            f"Part commune {'/'.join(COUNTED_IN_TOTAL)}",
            Kind.YES_NO,
            default=False,
            width=12,
            help="Oui : le montant est la part commune des deux agglomérations.",
        ),
        Column(
            "status",
            "Avis",
            Kind.CHOICE,
            choices=tuple(RequestState),
            default=RequestState.ASKED,
            aliases=("statut",),
            width=15,
            help="Une ligne non recevable est à zéro et reste visible ; refusée, elle ne compte plus.",
        ),
        Column("observation", "Observations", Kind.TEXT, aliases=("observation", "commentaires"), width=36),
        column(
            "granted",
            GRANTED.field(),
            informative=True,
            summed=True,
            aliases=("montant accordé", "obtenu"),
            width=16,
            help="Lu seulement à la reprise d'un exercice en cours.",
        ),
        Column(
            "granted_on",
            "Accordé le",
            Kind.DAY,
            informative=True,
            help="Lu seulement à la reprise : le jour du comité de pilotage ou de la délibération.",
        ),
        column("example", EXAMPLE, informative=True, width=9),
    ),
)


UNKNOWN_EPCI = "inconnue"
EPCIS = (*(Choice(code, code) for code in COUNTED_IN_TOTAL), Choice(UNKNOWN_EPCI, "inconnue"))

PUBLICS = Sheet(
    name="Publics",
    title="Publics des actions, lieu par lieu",
    key=("action", "place", "epci"),
    aliases=("public détaillé",),
    instructions=(
        "Une ligne par action, par lieu et par agglomération : les effectifs de la feuille Programmation en découlent.",
        "Lieu : le code d'un territoire, ou QPV, VEILLE ou HORS quand le territoire n'est pas connu.",
        "Quartier vécu : il compte comme QPV si l'effectif des QPV domine et si un justificatif le montre.",
    ),
    columns=(
        column("action", ACTION_NUMBER, required=True, aliases=("action", "n°", "numéro"), width=11),
        Column("place", "Lieu", Kind.CODE, required=True, list_name="territoires", aliases=("territoire",), width=30),
        Column("epci", "Agglomération", Kind.CHOICE, required=True, choices=EPCIS, aliases=("epci",), width=15),
        Column("headcount", "Effectif", Kind.INTEGER, required=True, summed=True, width=10),
        Column(
            "counted",
            "Compté d'avance",
            Kind.YES_NO,
            default=False,
            width=12,
            help="Oui : compté avant l'action. Non : estimé.",
        ),
        Column("qpv_headcount", "Dont habitants de QPV", Kind.INTEGER, width=12, help="Pour un quartier vécu."),
        Column("evidence", "Justificatif", Kind.TEXT, width=36, help="Ce qui montre l'effectif des QPV."),
    ),
)

INDICATORS = Sheet(
    name="Indicateurs",
    title="Indicateurs des actions",
    key=("action", "label"),
    instructions=("Une ligne par indicateur. Le réalisé se saisit au bilan : cofiville action indicateur ACTION.",),
    columns=(
        column("action", ACTION_NUMBER, required=True, aliases=("action", "n°", "numéro"), width=11),
        Column("label", "Indicateur", Kind.TEXT, required=True, width=40),
        Column("kind", "Genre", Kind.CHOICE, required=True, choices=tuple(IndicatorKind), width=14),
        Column("expected", "Attendu", Kind.TEXT, required=True, width=24),
        Column("realised", "Réalisé", Kind.TEXT, informative=True, width=24),
    ),
)


BUDGETS = Sheet(
    name="Budgets",
    title="Budgets compte par compte",
    key=("action", "side", "account", "label"),
    aliases=("budget", "comptes"),
    instructions=(
        "Une ligne par compte : charges 60 à 69, produits qui ne sont demandés à personne, contributions 86 et 87.",
        "Les charges détaillées font le coût total ; 86 est égal à 87. Une ligne mise à zéro est retirée du budget.",
    ),
    columns=(
        column("action", ACTION_NUMBER, required=True, aliases=("action", "n°", "numéro"), width=11),
        Column("side", "Côté", Kind.CHOICE, required=True, choices=tuple(PlanSide), width=12),
        Column("account", "Compte", Kind.TEXT, required=True, aliases=("compte cerfa",), width=14),
        column("label", LABEL, required=True, aliases=("intitulé",), width=44),
        column("amount", EUROS, required=True, width=16),
    ),
)


_COUNTED = "public_"


def column_of_epci(code: str) -> str:
    """The field of the column of Programmation where the public of this EPCI is counted in total."""
    return f"{_COUNTED}{code.lower()}"


def epci_of_column(field: str) -> str:
    """The code of the EPCI whose public is counted in this column; "" for any other."""
    return field.removeprefix(_COUNTED).upper() if field.startswith(_COUNTED) else ""


def for_epcis(sheet: Sheet, epcis: Mapping[str, str]) -> Sheet:
    """The sheet as a contract of these EPCI has it: a column a piece, and the choices that name them.

    epcis: the short name of each by code.
    """
    if set(epcis) == set(COUNTED_IN_TOTAL) or sheet.name not in (PROGRAMMING.name, FUNDINGS.name, PUBLICS.name):
        return sheet
    return replace(sheet, columns=tuple(chain.from_iterable(_named(each, epcis) for each in sheet.columns)))


def _named(of_sheet: Column, epcis: Mapping[str, str]) -> Iterator[Column]:
    first, *others = COUNTED_IN_TOTAL.values()
    match of_sheet.field:
        case "shared":
            aliases = (*of_sheet.aliases, of_sheet.title)
            title = f"Part commune {'/'.join(epcis.values())}"
            yield replace(of_sheet, title=title, aliases=aliases, help="Oui : le montant est la part commune des EPCI.")
        case "epci":
            yield replace(of_sheet, choices=tuple(Choice(code, code) for code in (*epcis, UNKNOWN_EPCI)))
        case field if field == first:
            for code, name in epcis.items():
                title, others_said = f"Public {name}", (f"Public {code}",)
                yield replace(of_sheet, field=column_of_epci(code), title=title, aliases=others_said, width=14)
        case field if field in others:
            return
        case _:
            yield of_sheet
