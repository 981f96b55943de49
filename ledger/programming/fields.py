"""The fields of what is asked: calls, actions, opinions, committees, posts."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.core.field import Field, Kind
from ledger.journal.fields import ACTION, LINE_AMOUNT
from ledger.programming.vocabulary import ActionNature, AppelKind

PORTEUR = Field("porteur", "porteur", Kind.CODE, help="Le code du porteur.", placeholder="CODE", offers="porteurs")
TITLE = Field("intitule", "intitulé", help="L'intitulé.")
STATUS = Field("statut", "statut")
APPEL = Field(
    "appel",
    "appel",
    Kind.CODE,
    help="Le code de l'appel, par exemple 2016 ou 2016-C.",
    placeholder="APPEL",
    offers="appels",
)
APPEL_KIND = Field(
    "type",
    "type",
    Kind.CHOICE,
    help="annuel ou complementaire.",
    placeholder="TYPE",
    choices=tuple(AppelKind),
)
LAUNCHED_ON = Field("lance_le", "lancé le", Kind.DAY)
CLOSES_ON = Field(
    "clos_le", "clos le", Kind.DAY, help="Le dernier jour pour déposer.", placeholder="JOUR", optional=True
)
SERVICE = Field("service", "service", Kind.CODE, help="Le code du service ou du financeur.", placeholder="SERVICE")
POST = Field("poste", "poste", Kind.CODE, help="Le code du poste, par exemple COORDINATION-1.", placeholder="POSTE")
POST_KIND = Field(
    "type",
    "type",
    Kind.CHOICE,
    help="Un type du contrat (type-poste lister).",
    placeholder="TYPE",
    offers="types_de_poste",
)
EMPLOYER = PORTEUR.but(name="employeur", title="employeur", help="L'employeur.")
EXAMPLE = Field("exemple", "exemple", Kind.YES_NO)
OBJECTIVE = Field(
    "objectif", "objectif", Kind.CODE, help="L'objectif opérationnel, par exemple 5.1.2.", optional=True, offers="axes"
)
DISPOSITIF = Field(
    "dispositif",
    "dispositif",
    Kind.CODE,
    help="Un dispositif du contrat (dispositif lister) ; le premier sinon.",
    offers="dispositifs",
)
SCALE = Field(
    "echelle",
    "échelle",
    Kind.CODE,
    help="Une échelle du contrat (echelle lister) ; la première sinon.",
    offers="echelles",
)
NATURE = Field(
    "nature",
    "nature",
    Kind.CHOICE,
    help="fonctionnement (sinon) ou investissement.",
    choices=tuple(ActionNature),
)
STARTS_ON = Field("debut", "début", Kind.DAY, help="Le premier jour.", placeholder="JOUR", optional=True)
ENDS_ON = STARTS_ON.but(name="fin", title="fin", help="Le dernier jour.")
YEARS = Field("annees", "années", Kind.INTEGER, help="Nombre d'années demandées (1 sinon).", placeholder="N")
COST_TOTAL = Field("cout", "coût total", Kind.AMOUNT, help="Le coût total.", placeholder="MONTANT", signed=True)
COST_ELIGIBLE = COST_TOTAL.but(name="eligible", title="coût éligible", help="Le coût éligible ; le total sinon.")
INNOVATION = Field("innovation", "critères d'innovation", Kind.INTEGER, help="Critères d'innovation justifiés.")
CRITERIA = Field(
    "critere",
    "critères",
    Kind.CODE,
    help="Un critère d'innovation justifié, par son code ; répétez : leur nombre s'en déduit.",
    placeholder="CODE",
    since="0.2",
)
COUNTED_IN_TOTAL = {name.removeprefix("public_").upper(): name for name in ("public_caph", "public_cavm")}
"""By EPCI of the first contracts, the option, the column and the key that its public counted in total keeps."""
PUBLIC_COUNTED = {
    name: Field(name, f"public {code}", Kind.INTEGER, help="Public compté d'avance dans cet EPCI.")
    for code, name in COUNTED_IN_TOTAL.items()
}
PUBLIC_BY_EPCI = Field(
    "public_epci",
    "public compté par EPCI",
    help="Public compté d'avance dans un EPCI du contrat ; répétez.",
    placeholder="EPCI=NOMBRE",
    since="0.2",
)
SERVED = Field(
    "territoire",
    "territoires",
    Kind.CODE,
    help="Un territoire servi ; répétez.",
    placeholder="CODE",
    offers="territoires",
)
NO_DROIT_COMMUN = Field(
    "sans_droit_commun",
    "pourquoi pas de droit commun",
    help="Pourquoi aucun droit commun n'est demandé.",
)
RENEWED_FROM = ACTION.but(
    name="reconduit",
    title="reconduit l'action",
    help="L'action d'une année antérieure qu'elle reconduit ; CONTRAT:NUMERO si elle est d'un autre contrat.",
    offers="",
)
NUMBER = Field("numero", "numéro", help="Le numéro ; le suivant sinon.")
FUNDING = LINE_AMOUNT.but(
    name="financement",
    title="financement",
    help="Une ligne du plan ; répétez l'option. LIGNE=MONTANT:partage pour la part commune des EPCI,"
    " :pressenti, :non_recevable ou :refuse pour son statut.",
)
PUBLIC = Field(
    "public",
    "public",
    help="Un public ; répétez. LIEU : territoire, qpv, veille ou hors ; puis :compte, :EPCI (son code), :qpv=N et"
    " :preuve=TEXTE pour un quartier vécu.",
    placeholder="LIEU=EFFECTIF",
)
IN_KIND = Field(
    "contribution",
    "contribution",
    help="Une contribution volontaire, valorisée à part : benevolat, locaux, prestations, dons ou tfpb ; répétez.",
    placeholder="GENRE=MONTANT",
)
ACTION_TYPED: Mapping[str, Field] = {
    "title": TITLE,
    "porteur": PORTEUR,
    "cost_total": COST_TOTAL,
    "cost_eligible": COST_ELIGIBLE,
    "number": NUMBER,
    "appel": APPEL,
    "objective": OBJECTIVE,
    "scale": SCALE,
    "dispositif": DISPOSITIF,
    "nature": NATURE,
    "innovation_criteria": INNOVATION,
    "criteria": CRITERIA,
    "counts": PUBLIC_BY_EPCI,
    "no_droit_commun_reason": NO_DROIT_COMMUN,
    "example": EXAMPLE,
    "territories": SERVED,
    "fundings": FUNDING,
    "starts_on": STARTS_ON,
    "ends_on": ENDS_ON,
    "years": YEARS,
    "renewed_from": RENEWED_FROM,
    "plan": IN_KIND,
    "publics": PUBLIC,
}
"""Of what is typed of an action (`ActionForm`), the field that options, questions and columns are views of."""
PLAN_MOTIVE = Field("motif", "motif", help="Pourquoi le plan change.", placeholder="TEXTE")
AGENT = Field("agent", "agent", help="Qui a agi.")
