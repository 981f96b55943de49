"""Figures of what is asked and decided, before any money is committed."""

from __future__ import annotations

from ledger.core.field import Kind
from ledger.journal.positions import Position
from ledger.reports.figures.entry import (
    CombinedFigure,
    DefinedFigure,
    MovedFigure,
    PlannedFigure,
    RatioFigure,
    RecordedFigure,
)

_GIVEN_UP = "et moins ce que les avenants et les annulations ont retiré de ce qui était engagé"

COST = DefinedFigure(
    "cout",
    "coût",
    "Le coût total des actions, tel que leur plan de financement le prévoit.",
    "Les contributions volontaires (86 et 87). Dans les rapports, les actions abandonnées qui n'ont rien reçu.",
    PlannedFigure("le total des charges 60 à 68"),
    also=("coût total",),
)
COST_ELIGIBLE = DefinedFigure(
    "cout_eligible",
    "coût éligible",
    "La part du coût des actions que les financeurs acceptent de soutenir.",
    "Ce qui n'est pas éligible.",
    PlannedFigure("le coût éligible déclaré"),
)
PLANNED = DefinedFigure(
    "prevu",
    "inscrit au plan",
    "Ce que le plan porte sur une ligne : demandes aux financeurs et fonds propres ensemble.",
    "Rien : une demande écartée y reste, au montant que le plan lui garde.",
    PlannedFigure("le montant de chaque ligne"),
)
ASKED = DefinedFigure(
    "demande",
    "demandé",
    "Ce que les porteurs demandent aux financeurs.",
    "Les fonds propres des porteurs ; les demandes non recevables, refusées ou seulement pressenties ;"
    " les actions abandonnées.",
    PlannedFigure("les demandes en cours, hors lignes de fonds propres"),
    also=("aides demandées", "demandé aux financeurs"),
)
OWN_FUNDS = DefinedFigure(
    "fonds_propres",
    "fonds propres",
    "Ce que les porteurs apportent eux-mêmes dans leurs plans de financement.",
    "Tout ce qui est demandé à un financeur ; les actions abandonnées.",
    PlannedFigure("les lignes de fonds propres"),
    since="0.2",
)
ADVISED = DefinedFigure(
    "conseille",
    "conseillé",
    "Le montant que les services instructeurs conseillent dans leurs avis, sur leurs lignes.",
    "Ce que les comités proposent ou décident.",
    RecordedFigure("le montant de l'avis en vigueur de chaque service ; vide tant qu'aucun n'en donne"),
    also=("montant conseillé",),
)
ASKED_STILL = DefinedFigure(
    "demande_en_lice",
    "demandé, en lice",
    "Ce que demandent les actions qui peuvent encore être retenues, ou l'ont été.",
    "En plus de ce que « demandé » laisse : les actions refusées ou redirigées.",
    PlannedFigure("les demandes en cours des actions ni refusées, ni redirigées"),
    key="demande",
)
BEYOND = DefinedFigure(
    "depassement",
    "demandé au-delà",
    "Ce que les actions en lice demandent de plus que les enveloppes notifiées des mêmes lignes ; jamais négatif.",
    "Les lignes sur lesquelles rien n'est notifié.",
    CombinedFigure(("demande_en_lice",), ("notifie",)),
)
PRESSURE = DefinedFigure(
    "taux",
    "demandé / notifié",
    "Les euros demandés par les actions en lice pour un euro notifié, sur les lignes notifiées.",
    "Les lignes sur lesquelles rien n'est notifié.",
    RatioFigure(("demande_en_lice",), "notifie"),
    Kind.RATE,
)
PROPOSED = DefinedFigure(
    "propose",
    "proposé",
    "Ce que le comité technique propose au comité de pilotage.",
    "Les avis des services (« conseillé ») et les scénarios de calcul (« retenu par le scénario »).",
    RecordedFigure("la dernière proposition du comité technique sur chaque action ; vide tant qu'il n'a rien dit"),
)
DECIDED = DefinedFigure(
    "decide",
    "décidé",
    "Ce que le comité de pilotage décide d'accorder, programmé ou pas encore.",
    "Ce qui n'est que proposé.",
    RecordedFigure("la dernière décision du comité de pilotage sur chaque action ; vide tant qu'il n'a rien dit"),
    also=("aides décidées",),
)
LEFT_OF_PROPOSED = DefinedFigure(
    "reste_propose",
    "notifié moins proposé",
    "Ce qui resterait des crédits notifiés si tout ce qui est proposé était accordé ; négatif quand il en manque.",
    "Ce qui est déjà accordé n'en est pas déduit à part.",
    CombinedFigure(("notifie",), ("propose",)),
    key="reste",
)
LEFT_OF_DECIDED = DefinedFigure(
    "reste_decide",
    "notifié moins décidé",
    "Ce qui reste des crédits notifiés après ce que le comité de pilotage a décidé ; négatif quand il en manque.",
    "Ce qui est programmé sans décision du comité.",
    CombinedFigure(("notifie",), ("decide",)),
    key="reste",
)
RETAINED = DefinedFigure(
    "retenu",
    "retenu par le scénario",
    "Ce qu'un scénario de calcul attribue, validé ou non.",
    "Ce qui est accordé : un scénario ne compte qu'une fois validé, par les écritures qu'il passe.",
    RecordedFigure("les montants gardés avec le scénario"),
    key="accorde",
)
SCENARIO_ASKED = DefinedFigure(
    "demande_scenario",
    "demandé au scénario",
    "Ce que le scénario avait à partager, le jour où il fut calculé.",
    "Les demandes changées ou déposées depuis ; celles que le scénario ne calcule pas.",
    RecordedFigure("les demandes gardées avec le scénario"),
    key="demande",
)
GRANTED = DefinedFigure(
    "accorde",
    "accordé",
    "Ce qui a été programmé pour les actions, quoi qu'il soit devenu depuis ; pour une convention, ce qu'elle porte.",
    "Ce qui fut repris avant signature, ou retiré par un avenant ou une annulation ; les conventions annulées ;"
    " les scénarios.",
    MovedFigure((Position.PROGRAMME,), (Position.DISPONIBLE,), _GIVEN_UP),
    also=("obtenu",),
)
GRANTED_BEFORE = DefinedFigure(
    "accorde_avant",
    "obtenu l'année précédente",
    "Ce qui fut accordé à l'action que celle-ci reconduit.",
    "Les actions nouvelles.",
    RecordedFigure("l'accordé de l'action reconduite"),
)
CONVENTIONED = DefinedFigure(
    "conventionne",
    "conventionné",
    "La part de l'accordé que les conventions et notifications signées engagent, avenants compris.",
    "Les brouillons ; les conventions annulées ; ce que l'EPCI a le droit de recevoir d'un financeur.",
    MovedFigure((Position.ENGAGE,), (Position.PROGRAMME,), _GIVEN_UP),
)
ACTIONS = DefinedFigure(
    "actions",
    "actions",
    "Le nombre d'actions que la ligne additionne ; une action servie sur plusieurs lignes compte dans chacune.",
    "Les actions abandonnées qui n'ont rien reçu.",
    RecordedFigure("le nombre d'actions distinctes"),
    Kind.INTEGER,
)
PEOPLE = DefinedFigure(
    "personnes",
    "personnes concernées",
    "L'effectif que les actions déclarent, tous territoires ensemble.",
    "Les actions qui ne le disent pas.",
    PlannedFigure("les effectifs par type de territoire"),
    Kind.INTEGER,
)
PLAN_FIGURES = (
    COST,
    COST_ELIGIBLE,
    PLANNED,
    ASKED,
    OWN_FUNDS,
    ASKED_STILL,
    BEYOND,
    PRESSURE,
    ADVISED,
    PROPOSED,
    DECIDED,
    LEFT_OF_PROPOSED,
    LEFT_OF_DECIDED,
    SCENARIO_ASKED,
    RETAINED,
    GRANTED,
    GRANTED_BEFORE,
    CONVENTIONED,
    ACTIONS,
    PEOPLE,
)
