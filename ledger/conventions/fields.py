"""The fields of what is signed: between whom, for what, until when, and where its paper stands."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.conventions.vocabulary import ConventionKind, ConventionStatus, ReferenceKind
from ledger.core.field import Choice, Field, Kind
from ledger.journal.fields import ACTION, AMOUNT, CONVENTION, EFFECTIVE_ON, LINE, LINE_AMOUNT, PIECE, YEAR
from ledger.programming.fields import EXAMPLE
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
GIVEN_NUMBER = NUMBER.but(name="numero", placeholder="NUMERO", help="Le numéro à donner ; le suivant sinon.", offers="")
LATER = LINE_AMOUNT.but(
    name="tranche",
    title="tranche",
    help="Ce qui est prévu pour une année suivante.",
    placeholder=f"{YEAR.placeholder}:{LINE_AMOUNT.placeholder}",
)
CASCADE = Field(
    "autorisation",
    "autorisation de reverser",
    help="Ce qui autorise une association à payer (CGCT, L1611-4).",
    placeholder="REFERENCE",
)
AMENDABLE: Mapping[str, Field] = {"purpose": PURPOSE, "starts_on": STARTS_ON, "ends_on": ENDS_ON, "plan": INSTALMENT}
CONVENTION_TYPED: Mapping[str, Field] = {
    "number": GIVEN_NUMBER,
    "payer": PAYER.but(help="Le payeur ; tous ceux de l'action sinon."),
    "grants": LINE_AMOUNT.but(help="Moins que ce qui est accordé, ligne par ligne."),
    "circuit": CIRCUIT,
    **AMENDABLE,
    "later": LATER,
    "cascade_reference": CASCADE,
}
"""Of what is typed to draft a convention (`ConventionForm`), the field that options, columns and keys are views of."""
AVENANT_TYPED: Mapping[str, Field] = {
    "amounts": LINE_AMOUNT.but(placeholder="LIGNE=±MONTANT", help="De combien la ligne monte ou baisse."),
    "bases": LINE_AMOUNT.but(name="assiette", title="assiette", help="La nouvelle dépense éligible retenue."),
    **AMENDABLE,
    "purpose": PURPOSE.but(help="Le nouvel objet."),
}
"""Of what is typed of an avenant (`AvenantForm`), the field of each: those of the convention that it changes."""
RANK = Field("rang", "rang", Kind.INTEGER)
CONDITION = Field("condition", "condition")
INSTALMENT_READ: Mapping[str, Field] = {
    "rank": RANK,
    "action": ACTION,
    "line": LINE,
    "amount": AMOUNT,
    "condition": CONDITION,
    "due_on": EFFECTIVE_ON,
}
"""Of one payment of a schedule, the field of each thing kept and read."""
STANDING: Mapping[str, Field] = {"amount": AMOUNT, "starts_on": STARTS_ON, "ends_on": ENDS_ON, "purpose": PURPOSE}
"""Of what an avenant keeps before and after it, schedule and bases apart."""
IDENTITY: Mapping[str, Field] = {
    "number": CONVENTION,
    "payer": PAYER,
    "beneficiary": BENEFICIARY,
    "year": YEAR,
    "kind": KIND,
    "circuit": CIRCUIT,
    "example": EXAMPLE,
}
"""Of what tells a convention from another."""
CONVENTION_READ: Mapping[str, Field] = {
    **IDENTITY,
    **STANDING,
    "signed_on": SIGNED_ON,
    "piece": PIECE,
    "cascade_reference": CASCADE,
}
"""Of a convention as it is read (`ReadConvention`), the field that screens, keys and documents are views of."""
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
LINE_PAYER = PAYER.but(
    help="Qui paie ses subventions : l'EPCI, par son budget, ou son financeur.",
    shown=False,
    since="0.2",
)
LINE_RECOVERER = LINE_PAYER.but(
    name="recouvreur", title="recouvreur", help="Qui reprend le trop-versé : celui qui a payé."
)
LINE_BUDGET = Field(
    "budget",
    "budget",
    help="Le budget de l'EPCI où elle passe : principal, ou le nom du budget annexe.",
    placeholder="BUDGET",
    shown=False,
    since="0.2",
)
LINE_ACCOUNT = Field(
    "compte",
    "compte",
    help="Un compte à elle, par opération : verser, recevoir, recouvrer ou rendre ; répétez.",
    placeholder="OPERATION=COMPTE",
    since="0.2",
)
LINE_CEILING = Field(
    "plafond",
    "plafond",
    Kind.AMOUNT,
    help="Ce qu'elle peut ouvrir au plus, tous ses exercices ensemble.",
    placeholder="MONTANT",
    optional=True,
    shown=False,
    since="0.2",
)
