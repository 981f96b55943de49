"""Avis of the services, and the working papers of the committees."""

from __future__ import annotations

from ledger.core.field import Kind
from ledger.exchange.declaration import Column, Sheet, column
from ledger.exchange.fields import ACTION_NUMBER, CREDIT_LINE, INTITULE
from ledger.journal.fields import MOTIVE
from ledger.programming.fields import EXAMPLE, SERVICE
from ledger.programming.vocabulary import AvisVerdict, CommitteeOutcome
from ledger.reports.figures.plan import ADVISED, ASKED, DECIDED, PROPOSED

_SHOWN = (
    column("action", ACTION_NUMBER, required=True, aliases=("action", "n°"), width=10),
    column("title", INTITULE, informative=True, width=28),
    Column("porteur", "Porteur", Kind.TEXT, informative=True, width=22),
    Column("objective", "Objectif", Kind.CODE, informative=True, width=9),
    column("line", CREDIT_LINE, list_name="", required=True, aliases=("ligne",), width=25),
    column("requested", ASKED.field(), informative=True, summed=True, width=16),
    Column("opinions", "Avis", Kind.TEXT, informative=True, width=24),
    column("advised", ADVISED.field(), informative=True, summed=True, width=16),
)
_SAID = (
    Column(
        "outcome",
        "Suite",
        Kind.CHOICE,
        choices=tuple(CommitteeOutcome),
        width=12,
        help="Une seule fois par action, sur une de ses lignes.",
    ),
    column("reason", MOTIVE, width=24, help="Dû pour une action refusée, ajournée ou redirigée."),
    column("example", EXAMPLE, informative=True, width=9),
)

TECHNIQUE = Sheet(
    name="Comité technique",
    title="Comité technique : propositions",
    key=("action", "line"),
    instructions=(
        "Remplissez « Proposé » et, une fois par action, « Suite » et « Motif ». Une action vide ne change pas.",
        "Les totaux et la feuille « Par ligne » se recalculent : ce qui reste de chaque enveloppe s'y lit aussitôt.",
    ),
    columns=(*_SHOWN, column("amount", PROPOSED.field(), summed=True, width=16), *_SAID),
)

COPIL = Sheet(
    name="COPIL",
    title="Comité de pilotage : décisions",
    key=("action", "line"),
    aliases=("comité de pilotage",),
    instructions=(
        "Remplissez « Décidé » et, une fois par action, « Suite » et « Motif ». Une action vide ne change pas.",
        "Une action « accordée » reçoit ce qui est proposé sur ses lignes sans montant décidé ; 0 pour ne rien donner.",
    ),
    columns=(
        *_SHOWN,
        column("proposed", PROPOSED.field(), informative=True, summed=True, width=16),
        column("amount", DECIDED.field(), summed=True, width=16),
        *_SAID,
    ),
)
SHEET_OF = {"technique": TECHNIQUE, "copil": COPIL}


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
