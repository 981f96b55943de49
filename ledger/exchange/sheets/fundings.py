"""Financements: what each action asks of each credit line."""

from __future__ import annotations

from ledger.core.field import Kind
from ledger.exchange.declaration import Column, Sheet, column
from ledger.exchange.fields import ACTION_NUMBER, CREDIT_LINE
from ledger.programming.fields import EXAMPLE
from ledger.programming.vocabulary import RequestState
from ledger.reports.figures.plan import GRANTED, PLANNED

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
            "Part commune CAPH/CAVM",
            Kind.YES_NO,
            default=False,
            width=12,
            help="Oui : le montant est la part commune des deux agglomérations (§5.4.3.3).",
        ),
        Column(
            "status",
            "Avis",
            Kind.CHOICE,
            choices=tuple(RequestState),
            default="demande",
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
