"""The working papers of the committees: one row an action and line, to be filled in at the meeting and read back."""

from __future__ import annotations

from ledger.core.field import Kind
from ledger.exchange.declaration import Column, Sheet, column
from ledger.exchange.fields import ACTION_NUMBER, CREDIT_LINE, INTITULE
from ledger.journal.fields import MOTIVE
from ledger.programming.fields import EXAMPLE
from ledger.programming.vocabulary import CommitteeOutcome
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
