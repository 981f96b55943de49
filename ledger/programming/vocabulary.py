"""The closed lists of what is asked."""

from __future__ import annotations

from ledger.core.vocabulary import Word


class ActionState(Word):
    """Where an action stands, from its deposit to its end."""

    DEPOSITED = "depose", "déposée"
    ADMISSIBLE = "recevable"
    EXAMINED = "instruit", "instruite"
    ARBITRATED = "arbitre", "arbitrée"
    GRANTED = "accorde", "accordée"
    REFUSED = "refuse", "refusée"
    ADJOURNED = "ajourne", "ajournée"
    REDIRECTED = "redirige", "redirigée"
    CONVENTIONED = "conventionne", "conventionnée"
    REALISED = "realise", "réalisée"
    SETTLED = "solde", "soldée"
    ABANDONED = "abandonne", "abandonnée"


class RequestState(Word):
    """Where what an action asks of one line stands."""

    EXPECTED = "pressenti"
    ASKED = "demande", "demandé"
    INADMISSIBLE = "non_recevable", "non recevable"
    PROPOSED = "propose", "proposé"
    GRANTED = "accorde", "accordé"
    REFUSED = "refuse", "refusé"


ASKED = frozenset({RequestState.ASKED, RequestState.PROPOSED, RequestState.GRANTED})
"""The states of a request that a financeur is asked for."""


class ActionNature(Word):
    """What an action spends on."""

    RUNNING = "fonctionnement"
    INVESTMENT = "investissement"


class Renewal(Word):
    """Whether an action goes on from the year before."""

    UNSAID = "", "non précisé"
    NEW = "nouvelle"
    RENEWED = "reconduite"


class CommitteeKind(Word):
    """The committee that examines, and the one that decides."""

    TECHNICAL = "technique", "comité technique"
    STEERING = "copil", "comité de pilotage"


class CommitteeOutcome(Word):
    """What a committee says of an action: each is a state that the action then takes."""

    GRANTED = "accorde", "accordée"
    REFUSED = "refuse", "refusée"
    ADJOURNED = "ajourne", "ajournée"
    REDIRECTED = "redirige", "redirigée"


class PlanStage(Word):
    """Which plan de financement a version is."""

    DEPOSITED = "depose", "déposé"
    ADJUSTED = "ajuste", "ajusté"
    ARBITRATED = "arbitre", "arbitré"


class PlanSide(Word):
    """The sides of a plan de financement."""

    CHARGES = "charges"
    PRODUITS = "produits"


class AvisVerdict(Word):
    """What a service thinks of an action."""

    FAVOURABLE = "favorable"
    RESERVED = "reserves", "favorable avec réserves"
    UNFAVOURABLE = "defavorable", "défavorable"
    INCOMPLETE = "complement", "complément demandé"


class AppelKind(Word):
    """An appel à projets of the year, or one on what remains."""

    YEARLY = "annuel"
    COMPLEMENTARY = "complementaire", "complémentaire"


class IndicatorKind(Word):
    """How an indicator of an action is told."""

    QUANTITATIVE = "quantitatif"
    QUALITATIVE = "qualitatif"


class ReferenceSystem(Word):
    """Where an action has another number."""

    DAUPHIN = "dauphin", "DAUPHIN"
    GISPRO = "gispro", "GISPRO"
    EJ = "ej", "EJ"
    OTHER = "autre"
