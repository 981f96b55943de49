"""Avis: what each service thinks of each action."""

from __future__ import annotations

from ledger.core.field import Kind
from ledger.exchange.declaration import Column, Sheet, column
from ledger.exchange.fields import ACTION_NUMBER, CREDIT_LINE, INTITULE
from ledger.programming.fields import EXAMPLE, SERVICE
from ledger.programming.vocabulary import AvisVerdict
from ledger.reports.figures.plan import ADVISED, ASKED

AVIS = Sheet(
    name="Avis",
    title="Avis des services et des financeurs",
    key=("action", "service"),
    aliases=("avis des services",),
    instructions=(
        "Une ligne par action et par service. Une ligne sans avis n'est pas lue : laissez-la, ou remplissez-la.",
        "Des réserves, ou un complément demandé, s'expliquent dans les observations.",
    ),
    columns=(
        column("action", ACTION_NUMBER, required=True, aliases=("action", "n°"), width=11),
        column(
            "service",
            SERVICE,
            required=True,
            aliases=("financeur",),
            width=16,
            help="Le code du service, ou celui d'un financeur : ETAT, CAF…",
        ),
        column("title", INTITULE, informative=True, width=34),
        Column("porteur", "Porteur", Kind.TEXT, informative=True, width=28),
        column("requested", ASKED.field(), informative=True, width=16),
        Column("verdict", "Avis", Kind.CHOICE, choices=tuple(AvisVerdict), width=20),
        column(
            "line",
            CREDIT_LINE,
            width=26,
            help="La ligne du montant ; inutile si le financeur n'en a qu'une dans le plan.",
        ),
        column("amount_advised", ADVISED.field(title=ADVISED.also[0]), summed=True, width=16),
        Column("words", "Observations", Kind.TEXT, aliases=("observation", "commentaires"), width=44),
        Column("on", "Donné le", Kind.DAY, aliases=("date",), help="Le jour de l'avis ; celui de l'import sinon."),
        column("example", EXAMPLE, informative=True, width=9),
    ),
)
