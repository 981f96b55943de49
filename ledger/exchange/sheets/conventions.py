"""Conventions: what is signed, one row a convention, action and line."""

from __future__ import annotations

from ledger.conventions.fields import BENEFICIARY, ENDS_ON, PAYER, PURPOSE, RANK, SIGNED_ON, STARTS_ON
from ledger.core.field import Choice, Kind
from ledger.exchange.declaration import Column, Sheet, column
from ledger.exchange.fields import ACTION_NUMBER, CONVENTION_NUMBER, CREDIT_LINE, EUROS, EXERCICE
from ledger.journal.fields import PIECE, WAIVER
from ledger.programming.fields import EXAMPLE
from ledger.referential.fields import FINANCEUR
from ledger.reports.figures.payments import ORDERED, PAID

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
        Column("amount_now", "Montant en vigueur", Kind.AMOUNT, informative=True, summed=True, since=2, width=16),
        column("year", EXERCICE, informative=True, width=10),
        column("beneficiary", BENEFICIARY, informative=True, width=28),
        Column("kind", "Nature", Kind.TEXT, informative=True, width=16),
        Column("circuit", "Circuit", Kind.TEXT, informative=True, width=12),
        Column("state", "État", Kind.TEXT, informative=True, width=12),
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
                Choice("signature", "à la signature"),
                Choice("date", "à une date"),
                Choice("bilan", "sur bilan"),
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
    version=2,
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
        Column("signed_on", "Signé le", Kind.DAY, required=True),
        Column("change", "Variation", Kind.AMOUNT, signed=True, summed=True, width=16),
        Column(
            "base",
            "Nouvelle assiette",
            Kind.AMOUNT,
            since=2,
            width=16,
            help="La dépense éligible retenue désormais.",
        ),
        Column("starts_on", "Nouveau début", Kind.DAY, since=2),
        Column("ends_on", "Nouvelle fin", Kind.DAY),
        Column("purpose", "Nouvel objet", Kind.TEXT, width=40),
        column("waiver", WAIVER, aliases=("malgré",), since=2, width=30),
    ),
)
