"""Décisions de clôture: what each remainder of a year becomes, to be edited and read back whole."""

from __future__ import annotations

from ledger.closing.remainders import CHOICES
from ledger.closing.vocabulary import RemainderEnd
from ledger.core.field import Choice, Kind
from ledger.exchange.declaration import Column, Sheet, column
from ledger.exchange.fields import CREDIT_LINE, EUROS, EXERCICE
from ledger.journal.fields import MOTIVE, PIECE
from ledger.journal.positions import POSITION_LABELS

_LAST = (RemainderEnd.TAKEN_BACK_ELSEWHERE, RemainderEnd.NOT_RECEIVED)
_OFFERED = sorted(RemainderEnd, key=lambda each: each in _LAST)

CLOSING = Sheet(
    name="Décisions de clôture",
    title="Clôture de l'exercice : ce que devient chaque reste",
    key=("year", "line", "position", "subject"),
    aliases=("cloture", "decisions de cloture"),
    version=3,
    instructions=(
        "Une ligne par reste. Changez « Décision » et écrivez le motif ; hors de la proposition, citez aussi la pièce.",
        "Renvoyez toutes les lignes, sans en ôter ni en ajouter : leurs montants sont ceux du livre.",
    ),
    columns=(
        column("year", EXERCICE, required=True, width=9),
        column("line", CREDIT_LINE, required=True, width=29),
        Column(
            "position",
            "Position",
            Kind.CHOICE,
            required=True,
            choices=tuple(Choice(str(position), POSITION_LABELS[position]) for position in CHOICES),
            width=13,
        ),
        Column("subject", "Objet", Kind.TEXT, required=True, width=24, help="La convention et l'action, s'il y en a."),
        column("amount", EUROS, required=True, summed=True, width=16),
        Column("lifted", "Dont ouvert aux autres", Kind.AMOUNT, since=3, informative=True, summed=True, width=16),
        Column("proposed", "Proposé", Kind.TEXT, informative=True, width=21),
        Column(
            "fate",
            "Décision",
            Kind.CHOICE,
            required=True,
            choices=tuple(Choice(each.value, each.short) for each in _OFFERED),
            width=22,
        ),
        column("reason", MOTIVE, width=34),
        column("piece", PIECE, help="", width=24),
        Column("decider", "Qui en décide", Kind.TEXT, informative=True, width=14),
        Column("why", "Pourquoi c'est proposé", Kind.TEXT, informative=True, width=60),
    ),
)
