"""Bilans: what each action really cost."""

from __future__ import annotations

from ledger.exchange.declaration import Column, Kind, Sheet

BILANS = Sheet(
    name="Bilans",
    title="Comptes rendus financiers",
    key=("convention", "action"),
    instructions=(
        "Une ligne par convention et par action : ce que l'action a réellement coûté, et pour qui.",
        "Les autres financements reçus comptent dans le calcul de la subvention définitive.",
    ),
    columns=(
        Column("convention", "N° convention", Kind.CODE, required=True, aliases=("convention",), width=18),
        Column("action", "N° action", Kind.CODE, required=True, aliases=("action",), width=11),
        Column(
            "cost_real",
            "Coût réel éligible",
            Kind.AMOUNT,
            required=True,
            summed=True,
            aliases=("coût réel", "réalisé"),
            width=16,
        ),
        Column("headcount_qpv", "Effectif QPV", Kind.INTEGER, summed=True, width=10),
        Column("headcount_veille", "Effectif veille", Kind.INTEGER, summed=True, width=10),
        Column("headcount_hors", "Effectif hors", Kind.INTEGER, summed=True, width=10),
        Column("other_funding", "Autres financements reçus", Kind.AMOUNT, summed=True, width=16),
        Column("received_on", "Arrêté le", Kind.DAY, required=True, aliases=("date du bilan", "reçu le")),
        Column("piece", "Pièce", Kind.TEXT, required=True, width=30, help="Le compte rendu financier."),
        Column("example", "Exemple", Kind.YES_NO, informative=True, width=9),
    ),
)
