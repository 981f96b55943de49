"""Publics: who benefits from each action, place by place; Indicateurs: what is expected of it."""

from __future__ import annotations

from ledger.core.field import Choice, Kind
from ledger.exchange.declaration import Column, Sheet, column
from ledger.exchange.fields import ACTION_NUMBER
from ledger.programming.vocabulary import IndicatorKind

UNKNOWN_EPCI = "inconnue"
EPCIS = (Choice("CAPH", "CAPH"), Choice("CAVM", "CAVM"), Choice(UNKNOWN_EPCI, "inconnue"))

PUBLICS = Sheet(
    name="Publics",
    title="Publics des actions, lieu par lieu",
    key=("action", "place", "epci"),
    aliases=("public détaillé",),
    instructions=(
        "Une ligne par action, par lieu et par agglomération : les effectifs de la feuille Programmation en découlent.",
        "Lieu : le code d'un territoire, ou QPV, VEILLE ou HORS quand le territoire n'est pas connu.",
        "Quartier vécu : il compte comme QPV si l'effectif des QPV domine et si un justificatif le montre (§3.2).",
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
            help="Oui : compté avant l'action. Non : estimé (§5.4.3.3).",
        ),
        Column("qpv_headcount", "Dont habitants de QPV", Kind.INTEGER, width=12, help="Pour un quartier vécu."),
        Column("evidence", "Justificatif", Kind.TEXT, width=36, help="Ce qui montre l'effectif des QPV."),
    ),
)

INDICATORS = Sheet(
    name="Indicateurs",
    title="Indicateurs des actions",
    key=("action", "label"),
    instructions=("Une ligne par indicateur. Le réalisé se saisit au bilan : cofiville action indicateur.",),
    columns=(
        column("action", ACTION_NUMBER, required=True, aliases=("action", "n°", "numéro"), width=11),
        Column("label", "Indicateur", Kind.TEXT, required=True, width=40),
        Column("kind", "Genre", Kind.CHOICE, required=True, choices=tuple(IndicatorKind), width=14),
        Column("expected", "Attendu", Kind.TEXT, required=True, width=24),
        Column("realised", "Réalisé", Kind.TEXT, informative=True, width=24),
    ),
)
