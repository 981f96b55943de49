"""The fields of what is ordered, paid, justified and taken back."""

from __future__ import annotations

from ledger.core.field import Field, Kind

ORDER_REFERENCE = Field("mandat", "mandat", Kind.CODE, help="Le numéro du mandat.", placeholder="MANDAT")
PAYMENT_REFERENCE = Field("reference", "référence", help="La référence du comptable ; la même ne paie qu'une fois.")
ACCOUNT = Field("compte", "compte", Kind.CODE, help="Le compte d'imputation.")
WAIVED = Field("derogation", "dérogation", help="Le motif pour lequel une règle fut écartée.")
