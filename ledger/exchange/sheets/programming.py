"""Programmation: the actions, one row each."""

from __future__ import annotations

from ledger.exchange.declaration import Choice, Column, Gap, Kind, Sheet, Sum
from ledger.programming.model import STATUSES

SCALES = (
    Choice("communale", "communale"),
    Choice("communautaire", "communautaire"),
    Choice("arrondissement", "arrondissement"),
)
DISPOSITIFS = (
    Choice("action", "action"),
    Choice("dre", "DRE"),
    Choice("ovv", "OVV"),
    Choice("fipd", "FIPD"),
    Choice("mous", "MOUS"),
    Choice("adultes-relais", "adultes-relais"),
    Choice("fonjep", "FONJEP"),
    Choice("moyens-communs", "moyens communs"),
)
NATURES = (Choice("fonctionnement", "fonctionnement"), Choice("investissement", "investissement"))
_STATUSES = tuple(Choice(value, label) for value, label in STATUSES.items())

PROGRAMMING = Sheet(
    name="Programmation",
    title="Programmation : les actions",
    key=("number",),
    aliases=("actions",),
    instructions=(
        "Une ligne par action. Le plan de financement de chaque action se saisit sur la feuille « Financements ».",
        "Publics : saisissez les effectifs (le coût éligible est réparti en proportion) ou les coûts par territoire.",
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
        Column("year", "Exercice", Kind.INTEGER, required=True, aliases=("année",), width=10),
        Column(
            "appel",
            "Appel à projets",
            Kind.CODE,
            aliases=("appel",),
            width=12,
            help="Code de l'appel à projets, s'il y en a un.",
        ),
        Column(
            "porteur",
            "Porteur",
            Kind.CODE,
            required=True,
            aliases=("code porteur",),
            width=28,
            help="Code du porteur (feuille Porteurs).",
        ),
        Column("title", "Intitulé", Kind.TEXT, required=True, aliases=("intitulé de l'action", "titre"), width=36),
        Column(
            "objective",
            "Objectif",
            Kind.CODE,
            list_name="objectifs",
            aliases=("objectif opérationnel",),
            width=10,
            help="Objectif du Contrat de ville, en texte. Exemple : 5.1.2.",
        ),
        Column("scale", "Échelle", Kind.CHOICE, required=True, choices=SCALES, width=15),
        Column("dispositif", "Dispositif", Kind.CHOICE, required=True, choices=DISPOSITIFS, width=13),
        Column("nature", "Nature", Kind.CHOICE, required=True, choices=NATURES),
        Column(
            "innovation_criteria",
            "Critères d'innovation",
            Kind.INTEGER,
            default=0,
            width=11,
            help="Nombre de critères remplis, de 0 à 4 (§5.1).",
        ),
        Column(
            "cost_total", "Coût total", Kind.AMOUNT, required=True, summed=True, aliases=("coût de l'action",), width=16
        ),
        Column(
            "cost_eligible",
            "Coût éligible",
            Kind.AMOUNT,
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
        Column("public_caph", "Public CAPH", Kind.INTEGER, width=10, help="Public compté à l'avance (§5.4.3.3)."),
        Column("public_cavm", "Public CAVM", Kind.INTEGER, width=10, help="Public compté à l'avance (§5.4.3.3)."),
        Column(
            "territories",
            "Territoires",
            Kind.CODES,
            list_name="territoires",
            aliases=("qpv / veille",),
            width=30,
            help="Codes séparés par un point-virgule.",
        ),
        Column(
            "no_droit_commun_reason",
            "Pourquoi pas de droit commun",
            Kind.TEXT,
            width=30,
            help="À remplir quand aucun droit commun n'est mobilisé (§5.4.1).",
        ),
        Column("example", "Exemple", Kind.YES_NO, default=False, width=9, help="Oui pour une action fictive."),
        Column(
            "plan",
            "Plan de financement",
            Kind.AMOUNT,
            formula=Sum("Financements", "action", "amount_requested"),
            summed=True,
            width=16,
        ),
        Column(
            "gap",
            "Écart",
            Kind.AMOUNT,
            formula=Gap("cost_total", "plan"),
            width=14,
            help="Doit être nul : coût total moins plan de financement.",
        ),
        Column("status", "Statut", Kind.CHOICE, choices=_STATUSES, informative=True),
        Column("origin", "Origine", Kind.TEXT, informative=True, width=20),
    ),
)
