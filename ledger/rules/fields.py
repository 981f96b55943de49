"""The fields of a rule: what it says, from when to when, on which text it stands, and how a plan answers it."""

from __future__ import annotations

from ledger.core.field import Field, Kind
from ledger.journal.fields import LABEL
from ledger.referential.fields import CODE, SOURCE, TO_CONFIRM
from ledger.rules.vocabulary import Verdict

RULE_CODE = CODE.but(help="Le code de la règle, par exemple NOMENCLATURE.", placeholder="CODE", offers="regles")
VALUE = Field("valeur", "valeur")
SINCE = Field("du", "du", Kind.DAY, help="Le premier jour où la règle vaut.", placeholder="JOUR")
UNTIL = Field("au", "au", Kind.DAY, help="Le dernier jour où la règle vaut.", placeholder="JOUR", optional=True)
VERIFIED_ON = Field(
    "verifiee_le",
    "vérifiée le",
    Kind.DAY,
    help="Le jour où le texte a été relu ; aujourd'hui sinon.",
    placeholder="JOUR",
    optional=True,
)
RULE_KIND = Field("genre", "genre", help="Le genre de règle : taux, territoires, cle_epci…", placeholder="GENRE")
SCOPE = Field("portee", "portée", help="À quoi elle s'applique : ligne=…, territoire=…", placeholder="NOM=VALEUR")
RULE_LABEL = LABEL.but(help="Ce que dit la règle, en une ligne.", placeholder="TEXTE")
RULE_SOURCE = SOURCE.but(help="Le texte d'où vient la règle.", placeholder="TEXTE")
ARTICLE = Field("article", "article", help="Le § ou l'article.", placeholder="TEXTE")
LINK = Field("lien", "lien", help="L'adresse du texte.", placeholder="ADRESSE")
OPEN = TO_CONFIRM.but(help="Le texte laisse le chiffre ouvert.")
RULE = (
    RULE_CODE,
    VALUE,
    SINCE,
    UNTIL,
    RULE_SOURCE,
    VERIFIED_ON,
    SCOPE,
    RULE_LABEL,
    RULE_KIND.but(shown=False),
    OPEN.but(shown=False),
)
VERDICT = Field("verdict", "verdict", Kind.CHOICE, choices=tuple(Verdict))
CRITERIA_SHOWN = (
    Field("critere", "critère", Kind.CODE, since="0.2"),
    Field("paragraphe", "paragraphe", since="0.2"),
    Field("mots", "mots", since="0.2"),
)
"""A criterion that a rule counts, as JSON carries it."""
