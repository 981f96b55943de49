"""The working papers of the committees: one row an action and line, to be filled in at the meeting and read back."""

from __future__ import annotations

from ledger.core.field import Kind
from ledger.exchange.declaration import Column, Sheet
from ledger.programming.vocabulary import CommitteeOutcome
from ledger.reports.figures.plan import ADVISED, ASKED, DECIDED, PROPOSED

_SHOWN = (
    Column("action", "N° action", Kind.CODE, required=True, aliases=("action", "n°"), width=10),
    Column("title", "Intitulé", Kind.TEXT, informative=True, width=28),
    Column("porteur", "Porteur", Kind.TEXT, informative=True, width=22),
    Column("objective", "Objectif", Kind.CODE, informative=True, width=9),
    Column("line", "Ligne de crédit", Kind.CODE, required=True, aliases=("ligne",), width=25),
    Column("requested", ASKED.heading, Kind.AMOUNT, informative=True, summed=True, width=16),
    Column("opinions", "Avis", Kind.TEXT, informative=True, width=24),
    Column("advised", ADVISED.heading, Kind.AMOUNT, informative=True, summed=True, width=16),
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
    Column("reason", "Motif", Kind.TEXT, width=24, help="Dû pour une action refusée, ajournée ou redirigée."),
    Column("example", "Exemple", Kind.YES_NO, informative=True, width=9),
)

TECHNIQUE = Sheet(
    name="Comité technique",
    title="Comité technique : propositions",
    key=("action", "line"),
    instructions=(
        "Remplissez « Proposé » et, une fois par action, « Suite » et « Motif ». Une action vide ne change pas.",
        "Les totaux et la feuille « Par ligne » se recalculent : ce qui reste de chaque enveloppe s'y lit aussitôt.",
    ),
    columns=(*_SHOWN, Column("amount", PROPOSED.heading, Kind.AMOUNT, summed=True, width=16), *_SAID),
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
        Column("proposed", PROPOSED.heading, Kind.AMOUNT, informative=True, summed=True, width=16),
        Column("amount", DECIDED.heading, Kind.AMOUNT, summed=True, width=16),
        *_SAID,
    ),
)
SHEET_OF = {"technique": TECHNIQUE, "copil": COPIL}
