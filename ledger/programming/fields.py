"""The fields of what is asked: calls, actions, opinions, committees, posts."""

from __future__ import annotations

from ledger.core.field import Field, Kind
from ledger.programming.vocabulary import ActionNature, AppelKind, PostKind

PORTEUR = Field("porteur", "porteur", Kind.CODE, help="Le code du porteur.", placeholder="CODE", offers="porteurs")
TITLE = Field("intitule", "intitulé", help="L'intitulé.")
STATUS = Field("statut", "statut")
APPEL = Field("appel", "appel", Kind.CODE, help="Le code de l'appel, par exemple 2016 ou 2016-C.", placeholder="APPEL")
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
POST = Field("poste", "poste", Kind.CODE, help="Le code du poste, par exemple MOUS-DENAIN.", placeholder="POSTE")
POST_KIND = Field(
    "type", "type", Kind.CHOICE, help="mous ou adultes-relais.", placeholder="TYPE", choices=tuple(PostKind)
)
EMPLOYER = PORTEUR.but(name="employeur", title="employeur", help="L'employeur.")
EXAMPLE = Field("exemple", "exemple", Kind.YES_NO)
OBJECTIVE = Field("objectif", "objectif", Kind.CODE, help="L'objectif opérationnel, par exemple 5.1.2.", optional=True)
DISPOSITIF = Field(
    "dispositif",
    "dispositif",
    Kind.CODE,
    help="action (sinon), dre, ovv, fipd, mous, adultes-relais, fonjep ou moyens-communs.",
)
SCALE = Field("echelle", "échelle", Kind.CODE, help="communale (sinon), communautaire ou arrondissement.")
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
PLAN_MOTIVE = Field("motif", "motif", help="Pourquoi le plan change.", placeholder="TEXTE")
AGENT = Field("agent", "agent", help="Qui a agi.")
