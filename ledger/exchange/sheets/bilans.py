"""Bilans: what each action really cost; Comptes des bilans: its charges and produits (Cerfa 15059), one by one."""

from __future__ import annotations

from ledger.core.field import Kind
from ledger.exchange.declaration import Column, Sheet, column
from ledger.exchange.fields import ACTION_NUMBER, CONVENTION_NUMBER, EUROS
from ledger.journal.fields import PIECE
from ledger.programming.fields import EXAMPLE
from ledger.programming.vocabulary import PlanSide

BILANS = Sheet(
    name="Bilans",
    version=3,
    title="Comptes rendus financiers",
    key=("convention", "action"),
    instructions=(
        "Une ligne par convention et par action : ce que l'action a réellement coûté, et pour qui.",
        "Le bilan est celui de l'action : ses conventions disent le même coût, et se partagent ce qui manque.",
        "Autres financements : reçus d'autres financeurs que celui de la convention ; vide si le livre n'en sait rien.",
        "Sans coût réel, ce sont les charges de la feuille Comptes des bilans, contributions en nature (86) à part.",
        "Les totaux écrits sur le compte rendu, s'ils sont donnés, sont comparés à la somme des comptes.",
    ),
    columns=(
        column("convention", CONVENTION_NUMBER, required=True, aliases=("convention",), width=18),
        column("action", ACTION_NUMBER, required=True, aliases=("action",), width=11),
        Column(
            "cost_real",
            "Coût réel éligible",
            Kind.AMOUNT,
            summed=True,
            aliases=("coût réel", "réalisé"),
            width=16,
        ),
        Column("headcount_qpv", "Effectif QPV", Kind.INTEGER, summed=True, width=10),
        Column("headcount_veille", "Effectif veille", Kind.INTEGER, summed=True, width=10),
        Column("headcount_hors", "Effectif hors", Kind.INTEGER, summed=True, width=10),
        Column("other_funding", "Autres financements reçus", Kind.AMOUNT, summed=True, width=16),
        Column("received_on", "Arrêté le", Kind.DAY, required=True, aliases=("date du bilan", "reçu le")),
        column("piece", PIECE, required=True, width=30, help="Le compte rendu financier."),
        Column("total_charges", "Total des charges", Kind.AMOUNT, since=2, width=16, help="Tel qu'écrit, 86 compris."),
        Column(
            "total_produits", "Total des produits", Kind.AMOUNT, since=2, width=16, help="Tel qu'écrit, 87 compris."
        ),
        Column(
            "whole_cost",
            "Coût total réel",
            Kind.AMOUNT,
            since=3,
            width=16,
            help="Éligible ou non ; les autres financements s'en déduisent. Les charges le donnent aussi.",
        ),
        column("example", EXAMPLE, informative=True, width=9),
    ),
)

BILAN_ACCOUNTS = Sheet(
    name="Comptes des bilans",
    title="Comptes rendus financiers, compte par compte",
    key=("convention", "action", "side", "account"),
    aliases=("comptes rendus financiers", "cerfa 15059"),
    instructions=(
        "Une ligne par compte réalisé : charges 60 à 69 et 86, produits 70 à 79 et 87 (Cerfa 15059).",
        "Chaque bilan a aussi sa ligne sur la feuille Bilans. 86 est égal à 87 ; un excédent est gardé et s'examine.",
    ),
    columns=(
        column("convention", CONVENTION_NUMBER, required=True, aliases=("convention",), width=18),
        column("action", ACTION_NUMBER, required=True, aliases=("action",), width=11),
        Column("side", "Côté", Kind.CHOICE, required=True, choices=tuple(PlanSide), width=12),
        Column("account", "Compte", Kind.TEXT, required=True, aliases=("compte cerfa",), width=14),
        column("amount", EUROS, required=True, summed=True, width=16),
    ),
)
