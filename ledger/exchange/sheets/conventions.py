"""Conventions, Versements, Bilans (by action, by convention, by account): what is signed, paid, justified."""

from __future__ import annotations

from ledger.conventions.fields import (
    BASE,
    BENEFICIARY,
    CIRCUIT,
    ENDS_ON,
    INSTALMENT,
    KIND,
    PAYER,
    PURPOSE,
    RANK,
    SIGNED_ON,
    STARTS_ON,
    STATE,
)
from ledger.conventions.final_amount import KIND_LABELS
from ledger.core.field import Choice, Kind
from ledger.exchange.declaration import Column, Sheet, column
from ledger.exchange.fields import ACTION_NUMBER, CONVENTION_NUMBER, CREDIT_LINE, EUROS, EXERCICE
from ledger.execution.fields import (
    HEADCOUNTS,
    OTHER_FUNDING,
    PAYMENT_REFERENCE,
    SPENT,
    TOTAL_CHARGES,
    TOTAL_PRODUITS,
    WHOLE_COST,
)
from ledger.journal.fields import EFFECTIVE_ON, PIECE, WAIVER
from ledger.programming.fields import EXAMPLE
from ledger.programming.vocabulary import PlanSide
from ledger.referential.fields import FINANCEUR
from ledger.reports.figures.payments import JUSTIFIED, ORDERED, PAID
from ledger.reports.figures.plan import GRANTED
from ledger.rules.vocabulary import Condition

CONVENTIONS = Sheet(
    name="Conventions",
    title="Conventions",
    key=("number", "action", "line"),
    version=2,
    instructions=(
        "Une ligne par convention, action et ligne de crédit ; une convention lie un payeur et un bénéficiaire.",
        "Sans date de signature, la convention reste un brouillon. Une convention signée ne change que par avenant.",
        "Le montant est celui de la signature ; les avenants sont sur leur feuille.",
    ),
    columns=(
        column("number", CONVENTION_NUMBER, required=True, aliases=("convention", "numéro"), width=18),
        column("payer", FINANCEUR, title=PAYER.heading, required=True, width=14),
        column("action", ACTION_NUMBER, required=True, aliases=("action",), width=11),
        column("line", CREDIT_LINE, required=True, aliases=("ligne",), width=28),
        column("amount", EUROS, required=True, summed=True, aliases=("accordé",), width=16),
        column("purpose", PURPOSE, width=40, help="L'intitulé de l'action si la cellule est vide."),
        column("signed_on", SIGNED_ON, aliases=("date de signature", "notifiée le")),
        column("piece", PIECE, width=30, help="La délibération, l'arrêté ou la convention signée."),
        column("starts_on", STARTS_ON, since=2, help="Le 1er janvier si la cellule est vide."),
        column("ends_on", ENDS_ON, since=2, help="Le 31 décembre si la cellule est vide."),
        column("amount_now", EUROS, title="Montant en vigueur", informative=True, summed=True, since=2, width=16),
        column("year", EXERCICE, informative=True, width=10),
        column("beneficiary", BENEFICIARY, informative=True, width=28),
        column("kind", KIND, kind=Kind.TEXT, choices=(), informative=True, width=16),
        column("circuit", CIRCUIT, kind=Kind.TEXT, choices=(), help="", informative=True, width=12),
        column("state", STATE, kind=Kind.TEXT, choices=(), informative=True, width=12),
        column("ordered", ORDERED.field(), informative=True, summed=True, width=16),
        column("paid", PAID.field(), informative=True, summed=True, width=16),
        column("example", EXAMPLE, informative=True, width=9),
    ),
)

SCHEDULES = Sheet(
    name="Échéances",
    title="Échéances des conventions",
    key=("convention", "rank"),
    aliases=("échéancier",),
    instructions=(
        "Une ligne par versement d'une convention, dans l'ordre. Sans ligne ici, l'échéancier vient de la règle.",
        "Donnez un taux ou un montant ; ni l'un ni l'autre : le versement est le solde, toujours le dernier.",
    ),
    columns=(
        column("convention", CONVENTION_NUMBER, required=True, aliases=("convention",), width=18),
        column("rank", RANK, required=True, width=8),
        Column("rate", "Taux", Kind.RATE, width=10),
        column("amount", EUROS, width=16),
        Column(
            "moment",
            "Moment",
            Kind.CHOICE,
            required=True,
            choices=(
                Choice(Condition.SIGNATURE, "à la signature"),
                Choice(Condition.DATE, "à une date"),
                Choice(Condition.BILAN, "sur bilan"),
            ),
            width=16,
        ),
        Column("due_on", "À partir du", Kind.DAY, help="Pour un versement à une date."),
    ),
)

AVENANTS = Sheet(
    name="Avenants",
    title="Avenants",
    key=("convention", "piece", "action", "line"),
    version=3,
    instructions=(
        "Une ligne par avenant, action et ligne de crédit ; la variation est la hausse, ou la baisse avec un signe -.",
        "Une action ou une ligne que la convention ne portait pas y est ajoutée par sa variation.",
        "Un avenant enregistré ne se corrige pas : il s'en signe un autre.",
    ),
    columns=(
        column("convention", CONVENTION_NUMBER, required=True, aliases=("convention",), width=18),
        column("piece", PIECE, required=True, width=30, help="L'avenant signé."),
        column(
            "action",
            ACTION_NUMBER,
            expected=True,
            aliases=("action",),
            width=11,
            help="Vide pour un droit acquis, dont seul le montant change.",
        ),
        column("line", CREDIT_LINE, required=True, aliases=("ligne",), width=28),
        column("signed_on", SIGNED_ON, title="Signé le", required=True),
        column("change", EUROS, title="Variation", signed=True, summed=True, width=16),
        column(
            "base",
            BASE,
            title="Nouvelle assiette",
            since=2,
            width=16,
            help="La dépense éligible retenue désormais.",
        ),
        column("starts_on", STARTS_ON, title="Nouveau début", help="", since=2),
        column("ends_on", ENDS_ON, title="Nouvelle fin", help=""),
        column("purpose", PURPOSE, title="Nouvel objet", help="", width=40),
        column(
            "plan",
            INSTALMENT,
            title="Nouvel échéancier",
            since=3,
            width=40,
            help="Tous ses versements, dans l'ordre : 70 %@signature ; 1000@2016-09-01 ; solde@bilan.",
        ),
        column("waiver", WAIVER, aliases=("malgré",), since=2, width=30),
    ),
)


PAYMENTS = Sheet(
    name="Versements",
    version=2,
    title="Versements",
    key=("convention", "reference"),
    aliases=("paiements",),
    instructions=(
        "Une ligne par versement. La référence (mandat, avis de paiement) est unique pour une convention.",
        "Un versement enregistré ne se corrige pas ici : il s'annule par une écriture inverse.",
    ),
    columns=(
        column("convention", CONVENTION_NUMBER, required=True, aliases=("convention",), width=18),
        column("reference", PAYMENT_REFERENCE, help="", required=True, aliases=("mandat", "n° de mandat"), width=24),
        column("amount", EUROS, required=True, summed=True, aliases=("montant versé",), width=16),
        Column(
            "ordered_on",
            "Ordonné le",
            Kind.DAY,
            aliases=("date du mandat",),
            help="À remplir si le paiement n'est pas encore ordonné : il l'est alors à ce jour.",
        ),
        Column(
            "waiver",
            "Malgré",
            Kind.TEXT,
            since=2,
            width=30,
            help="Pourquoi ordonner malgré un bilan en retard ou une pièce manquante ; le motif reste.",
        ),
        Column("paid_on", "Payé le", Kind.DAY, required=True, aliases=("date de paiement",)),
        Column("overruled", "Règle écartée", Kind.TEXT, informative=True, since=2, width=30),
        Column("beneficiary", "Bénéficiaire", Kind.CODE, informative=True, width=28),
        column("example", EXAMPLE, informative=True, width=9),
    ),
)


ACTION_BILANS = Sheet(
    name="Bilans par action",
    title="Comptes rendus financiers, une ligne par action",
    key=("action",),
    instructions=(
        "Une ligne par action : son bilan, donné une fois, arrête toutes ses conventions signées ce jour-là.",
        "Autres financements : reçus d'autres financeurs que ceux que le budget de l'EPCI paie.",
        "Les bilans donnés convention par convention, et les comptes, restent sur les feuilles Bilans et Comptes.",
    ),
    columns=(
        column("action", ACTION_NUMBER, required=True, aliases=("action",), width=11),
        column("cost_real", SPENT, title="Coût réel éligible", help="", signed=False, summed=True, width=16),
        *(column(f"headcount_{kind}", field, help="", summed=True, width=10) for kind, field in HEADCOUNTS.items()),
        *(
            Column(
                f"cost_{kind}", f"Dont {words}", Kind.AMOUNT, summed=True, width=14, help="Sinon d'après les publics."
            )
            for kind, words in KIND_LABELS.items()
        ),
        column("other_funding", OTHER_FUNDING, help="", signed=False, summed=True, width=16),
        column("received_on", EFFECTIVE_ON, title="Arrêté le", help="", required=True, aliases=("date du bilan",)),
        column("piece", PIECE, required=True, width=30, help="Le compte rendu financier."),
        column("whole_cost", WHOLE_COST, signed=False, width=16, help="Éligible ou non, s'il n'est pas tout éligible."),
        Column("conventions", "Conventions arrêtées", Kind.TEXT, informative=True, width=28),
        column("granted", GRANTED.field(), informative=True, summed=False, width=16),
        column("final", JUSTIFIED.field(), informative=True, summed=False, width=16),
        column("example", EXAMPLE, informative=True, width=9),
    ),
)

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
        column(
            "cost_real",
            SPENT,
            title="Coût réel éligible",
            help="",
            signed=False,
            summed=True,
            aliases=("coût réel", "réalisé"),
            width=16,
        ),
        *(column(f"headcount_{kind}", field, help="", summed=True, width=10) for kind, field in HEADCOUNTS.items()),
        column("other_funding", OTHER_FUNDING, help="", signed=False, summed=True, width=16),
        column(
            "received_on",
            EFFECTIVE_ON,
            title="Arrêté le",
            help="",
            required=True,
            aliases=("date du bilan", "reçu le"),
        ),
        column("piece", PIECE, required=True, width=30, help="Le compte rendu financier."),
        column("total_charges", TOTAL_CHARGES, signed=False, since=2, width=16, help="Tel qu'écrit, 86 compris."),
        column("total_produits", TOTAL_PRODUITS, signed=False, since=2, width=16, help="Tel qu'écrit, 87 compris."),
        column(
            "whole_cost",
            WHOLE_COST,
            signed=False,
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
