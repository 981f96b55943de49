"""The fields of common facts: who brings money, on which lines, who carries actions, where."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.core.field import Choice, Field, Kind
from ledger.referential.vocabulary import AccountOperation, Law, LineNature, PorteurKind, Statut

CODE = Field("code", "code", Kind.CODE)
NAME = Field("nom", "nom")
SOURCE = Field("source", "source", help="Le texte ou le fichier d'où vient ce qui est dit.")
TO_CONFIRM = Field("a_confirmer", "à confirmer", Kind.YES_NO)
FINANCEUR = Field("financeur", "financeur", Kind.CODE, placeholder="FINANCEUR", offers="financeurs", width=14)
FINANCEUR_KIND = Field(
    "financeur_type",
    "type de financeur",
    Kind.CODE,
    choices=(
        *PorteurKind,
        Choice("etat", "État"),
        Choice("region", "région"),
        Choice("departement", "département"),
        Choice("caf", "Caf"),
        Choice("cpam", "CPAM"),
        Choice("ars", "agence régionale de santé"),
        Choice("anru", "ANRU"),
        Choice("cdc", "Caisse des dépôts"),
        Choice("europe", "Union européenne"),
    ),
    others_too=True,
)
NATURE = Field("nature", "nature", Kind.CODE, choices=tuple(LineNature), width=14)
FIRST_DAY = Field(
    "du",
    "du",
    Kind.DAY,
    help="Le jour depuis lequel il vaut ; depuis le début du contrat sinon.",
    placeholder="JOUR",
    optional=True,
    shown=False,
    since="0.2",
)
LAST_DAY = Field("au", "au", Kind.DAY, help="Son dernier jour.", optional=True, shown=False, since="0.2")
NEW_NAME = NAME.but(help="Le nouveau nom, depuis le jour --le ; l'ancien reste connu.", placeholder="NOM")
TERRITORY = Field("territoire", "territoire", Kind.CODE, placeholder="TERRITOIRE", offers="territoires")
AXIS = Field(
    "axe",
    "axe",
    Kind.CODE,
    help="Un axe (5), une priorité (5.1) ou un objectif (5.1.2).",
    placeholder="AXE",
    offers="axes",
)
OPERATION = Field(
    "operation",
    "opération",
    Kind.CODE,
    help="verser, recevoir, constater, recouvrer ou rendre.",
    placeholder="OPERATION",
    choices=tuple(AccountOperation),
    since="0.2",
)
ACCOUNT_PARTY = Field(
    "tiers",
    "tiers",
    Kind.CODE,
    help="À qui l'on verse (statut ou type : ccas, association, bailleur…) ou de qui l'on reçoit (financeur, son type"
    " ou sa ligne) ; rien pour constater, recouvrer et rendre.",
    placeholder="TIERS",
    since="0.2",
)
ACCOUNT = Field("compte", "compte", Kind.CODE, help="Son numéro, 65748.", placeholder="NUMERO", since="0.2")
NOMENCLATURE = Field(
    "nomenclature",
    "nomenclature",
    Kind.CODE,
    help="M14 ou M57 ; M57-developpee ou M57-abregee pour une variante seule.",
    placeholder="NOMENCLATURE",
    since="0.2",
)
TERRITORIES = Field("territoires", "territoires", Kind.CODE, many=True)
PORTEUR = Field("porteur", "porteur", Kind.CODE, help="Le code du porteur.", placeholder="CODE", offers="porteurs")
PORTEUR_KIND = Field(
    "type",
    "type",
    Kind.CHOICE,
    help="Le type : commune, ccas, caisse_des_ecoles, association, bailleur, epci, etablissement_public ou autre ;"
    " celui du statut sinon.",
    placeholder="TYPE",
    choices=tuple(PorteurKind),
)
STATUT = Field(
    "statut",
    "statut",
    Kind.CHOICE,
    help="Le statut juridique, que le type ne dit pas pour un bailleur ou un « autre » : oph, esh, sem, spl, gip,"
    " entreprise, departement, region… Il dit le droit public ou privé.",
    placeholder="STATUT",
    choices=tuple(Choice(each.value, each.label) for each in Statut),
    optional=True,
    since="0.2",
)
LAW = Field("droit", "droit", Kind.CHOICE, choices=tuple(Choice(each.value, each.label) for each in Law), since="0.2")
SIRET = Field("siret", "SIRET", Kind.SIRET, help="Les 14 chiffres du SIRET.", optional=True)
RNA = Field("rna", "RNA", Kind.CODE, help="Le numéro RNA d'une association (W…).", optional=True)
COMMUNE = Field(
    "commune", "commune", Kind.CODE, help="Le code INSEE de sa commune.", placeholder="INSEE", optional=True
)
CONTACT = Field("contact", "contact", help="La personne à joindre.", placeholder="NOM", optional=True, personal=True)
IBAN = Field(
    "iban",
    "IBAN",
    Kind.CODE,
    help="L'IBAN du RIB ; montré en partie seulement.",
    placeholder="IBAN",
    optional=True,
    personal=True,
)
PORTEUR_TYPED: Mapping[str, Field] = {
    "code": CODE,
    "name": NAME,
    "kind": PORTEUR_KIND,
    "siret": SIRET,
    "rna": RNA,
    "commune": COMMUNE,
    "to_confirm": TO_CONFIRM,
    "statut": STATUT,
}
"""Of what is typed of a porteur (`PorteurForm`), the field that options, columns and rows are views of."""
PORTEUR_FIELDS = (*PORTEUR_TYPED.values(), LAW.but(shown=False))
