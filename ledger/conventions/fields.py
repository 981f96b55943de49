"""The fields of what is signed: between whom, for what, until when, and where its paper stands."""

from __future__ import annotations

from ledger.conventions.vocabulary import ConventionKind, ConventionStatus, ReferenceKind
from ledger.core.field import Choice, Field, Kind
from ledger.journal.fields import AMOUNT, CONVENTION
from ledger.rules.vocabulary import Circuit

NUMBER = CONVENTION.but(help="Le numéro de la convention, par exemple C2016-001.")
PAYER = Field("payeur", "payeur", Kind.CODE, help="Qui paie.", placeholder="FINANCEUR")
BENEFICIARY = Field("beneficiaire", "bénéficiaire", Kind.CODE)
STATE = Field("etat", "état", Kind.CHOICE, choices=tuple(Choice(each.label, each.label) for each in ConventionStatus))
KIND = Field("nature", "nature", Kind.CHOICE, choices=tuple(Choice(str(each), str(each)) for each in ConventionKind))
CIRCUIT = Field(
    "circuit",
    "circuit",
    Kind.CHOICE,
    help="direct ou budget ; celui de la ligne de crédits sinon.",
    placeholder="CIRCUIT",
    choices=tuple(Choice(str(each), str(each)) for each in Circuit),
)
PURPOSE = Field("objet", "objet", help="L'objet ; l'intitulé de l'action sinon.")
SIGNED_ON = Field("signee_le", "signée le", Kind.DAY, optional=True)
STARTS_ON = Field("debut", "début", Kind.DAY, help="Le premier jour d'effet.", placeholder="JOUR", optional=True)
ENDS_ON = STARTS_ON.but(name="fin", title="fin", help="Le dernier jour d'effet.")
INSTALMENT = Field(
    "echeance",
    "échéance",
    help='Un versement : "70 %@signature", "10 000@2016-09-01", "solde@bilan" ; la règle sinon.',
    placeholder="PART@MOMENT",
)
RANK = Field("rang", "rang", Kind.INTEGER)
BASE = AMOUNT.but(name="assiette", title="assiette", help="La dépense éligible retenue.", optional=True)
RIGHTS_AWAITED = Field("droit_attendu", "droit attendu", Kind.CODE, many=True, since="0.2")
STAGE = Field(
    "etape",
    "étape",
    help="deliberation, executoire, envoyee, retournee, parapheur, signee ou notifiee.",
    placeholder="ETAPE",
)
STAGE_REMARK = Field("remarque", "remarque", help="Ce qu'il faut en retenir.")
PIECES_MISSING = Field("pieces_manquantes", "documents manquants", many=True)
PAPER = Field("document", "document", Kind.CODE, help="rib ou statuts.", placeholder="DOCUMENT")
FILED_AT = Field("reference", "référence", help="Où il est rangé.", placeholder="REFERENCE")
REFERENCE_KIND = Field(
    "type", "type", Kind.CHOICE, choices=tuple(Choice(str(each), str(each).upper()) for each in ReferenceKind)
)
FINANCEUR_REFERENCE = Field("reference", "référence", Kind.CODE, help="L'EJ ou le dossier.", placeholder="NUMERO")
