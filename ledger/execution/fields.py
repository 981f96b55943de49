"""The fields of what is ordered, paid, justified and taken back."""

from __future__ import annotations

from ledger.core.field import Field, Kind
from ledger.journal.fields import AMOUNT

ORDER_REFERENCE = Field("mandat", "mandat", Kind.CODE, help="Le numéro du mandat.", placeholder="MANDAT")
PAYMENT_REFERENCE = Field("reference", "référence", help="La référence du comptable ; la même ne paie qu'une fois.")
ACCOUNT = Field("compte", "compte", Kind.CODE, help="Le compte d'imputation.")
WAIVED = Field("derogation", "dérogation", help="Le motif pour lequel une règle fut écartée.")
ACCOUNTANT_REFERENCE = Field("reference", "référence", help="La référence du comptable.")
TITRE = Field("titre", "titre", Kind.CODE, help="Le numéro du titre.", placeholder="TITRE")
STEP = Field(
    "etapes",
    "étapes",
    Kind.RECORD,
    help="Le calcul, étape par étape ; chacune a les siennes.",
    many=True,
    fields=(AMOUNT, Field("texte", "texte")),
)
