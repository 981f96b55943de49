"""The fields of a closing: the points that stand before it, and what becomes of each remainder."""

from __future__ import annotations

from ledger.closing.vocabulary import RemainderEnd, Weight
from ledger.core.field import Field, Kind
from ledger.journal.fields import ACTION, AMOUNT, CONVENTION, LINE, POSITION, YEAR

_SUBJECT = Field("objet", "objet", Kind.CODE)

POINT = (
    Field("niveau", "niveau", Kind.CHOICE, choices=tuple(Weight)),
    Field("code", "code", Kind.CODE, shown=False),
    _SUBJECT,
    AMOUNT.but(optional=True, help=""),
    Field("message", "constat", since="0.2"),
    Field("commande", "commande"),
)

REMAINDER = (
    LINE,
    YEAR.but(shown=False),
    POSITION,
    CONVENTION.but(shown=False),
    ACTION.but(shown=False),
    _SUBJECT.but(scripted=False),
    AMOUNT,
    Field("propose", "proposé", Kind.CHOICE, choices=tuple(RemainderEnd), shown=False),
    Field("devient", "devient", Kind.CHOICE, choices=tuple(RemainderEnd)),
    Field("decide", "décidé", Kind.YES_NO, shown=False),
    Field("decideur", "décideur", shown=False),
    Field("decision", "décidé", scripted=False),
    Field("motif", "pourquoi"),
)

CLOSING = (
    YEAR,
    Field("points", "points", Kind.RECORD, fields=POINT, many=True),
    Field("ecritures", "écritures", Kind.INTEGER, help="Le nombre d'écritures que la clôture passe."),
    Field("deja_clos", "déjà clos", Kind.YES_NO, since="0.2"),
    Field("restes", "restes", Kind.RECORD, fields=REMAINDER, many=True, since="0.2"),
)
TOTAL_ENTRIES = Field("total_ecritures", "écritures au livre", Kind.INTEGER)

ENDS = (LINE, REMAINDER[8], AMOUNT)
