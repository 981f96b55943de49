"""The fields of what is ordered, paid, justified and taken back."""

from __future__ import annotations

from collections.abc import Mapping

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
SPENT = AMOUNT.but(
    name="cout",
    title="coût réel éligible",
    signed=True,
    help="La dépense éligible réelle ; la somme des charges sinon.",
)
WHOLE_COST = SPENT.but(
    name="cout_total",
    title="coût total réel",
    help="Le coût total réel, éligible ou non ; la somme des charges sinon.",
)
OTHER_FUNDING = SPENT.but(
    name="autres",
    title="autres financements reçus",
    help="Reçu pour l'action d'autres financeurs que celui de la convention, fonds propres à part.",
)
BY_KIND = Field(
    "cout_type", "coût par type", help="La dépense d'un type de territoire : qpv=12000.", placeholder="TYPE=MONTANT"
)
CHARGE = Field("charge", "charge", help="Une charge réalisée (60 à 69, 86) ; à répéter.", placeholder="COMPTE=MONTANT")
PRODUIT = CHARGE.but(name="produit", title="produit", help="Un produit réalisé (70 à 79, 87) ; à répéter.")
TOTAL_CHARGES = SPENT.but(name="total_charges", title="total des charges", help="Le total écrit sur le bilan.")
TOTAL_PRODUITS = TOTAL_CHARGES.but(name="total_produits", title="total des produits")
HEADCOUNTS: Mapping[str, Field] = {
    kind: Field(kind, f"effectif {words}", Kind.INTEGER, help="Bénéficiaires habitant un tel territoire.")
    for kind, words in (("qpv", "QPV"), ("veille", "veille"), ("hors", "hors"))
}
