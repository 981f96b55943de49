"""The fields of what is proposed, explained and granted."""

from __future__ import annotations

from ledger.core.field import Field, Kind, code, words
from ledger.journal.fields import ACTION, AMOUNT, LINE, PIECE

SCENARIO = Field(
    "scenario",
    "scénario",
    Kind.CODE,
    help="Le nom du scénario, par exemple COPIL-2016.",
    placeholder="SCENARIO",
    offers="scenarios",
)
METHOD = Field(
    "methode",
    "méthode",
    help="Avec --optimal : reparation (le moins de centimes déplacés) ou equite (les moins servies d'abord).",
    placeholder="METHODE",
)
RULES_DAY = Field(
    "regles_du",
    "règles du",
    Kind.DAY,
    help="Les règles de ce jour, pour voir : elles ne se valident pas.",
    placeholder="JOUR",
)
NOTE = Field("note", "note", help="Une remarque gardée avec lui.", placeholder="TEXTE")
VALIDATED_ON = Field("valide_le", "validé le", Kind.DAY, optional=True)
VALIDATED_BY = PIECE.but(optional=True)
NUMBERS = Field("numeros", "numéros", Kind.ORDINAL, many=True, help="Les écritures passées.", since="0.2")

_RULE = code("regle", "règle")
_TEXT, _SOURCE = words("texte", "texte"), words("source", "source")
EXPLAINED_STEPS = Field(
    "etapes",
    "étapes",
    Kind.RECORD,
    help="Le calcul, étape par étape ; chacune a les siennes.",
    many=True,
    fields=(
        AMOUNT,
        _TEXT,
        _SOURCE,
        Field("etapes", "étapes", Kind.RECORD, many=True),
        *(
            each.but(since="0.2")
            for each in (
                _RULE,
                AMOUNT.but(name="reduction", title="réduction"),
                Field("le", "le", Kind.DAY),
                Field("citations", "mots du contrat", Kind.RECORD, many=True),
            )
        ),
    ),
)
REDUCTIONS = Field(
    "reductions",
    "réductions",
    Kind.RECORD,
    help="Les étapes qui ont réduit ce qui était demandé.",
    many=True,
    fields=(AMOUNT, _TEXT, _RULE, _SOURCE),
)
PLACE = (ACTION, LINE)
