"""The closed lists of the rules: what decides a version, what a rule bears on, the words of its figures and answers."""

from __future__ import annotations

from ledger.core.vocabulary import Word


class Circuit(Word):
    """Through whose budget a grant is paid: the EPCI's, or that of the financeur, who pays the beneficiary itself."""

    BUDGET = "budget", "par le budget de l'EPCI"
    DIRECT = "direct", "circuit direct"


class Condition(Word):
    """What makes an instalment fall due."""

    SIGNATURE = "signature"
    DATE = "date"
    BILAN = "bilan"


class Verdict(Word):
    """What a rule says of a fact. A missing datum is not a yes."""

    RESPECTED = "respectee", "respectée"
    BROKEN = "enfreinte"
    NOT_APPLICABLE = "sans_objet", "sans objet"
    UNKNOWN = "inconnue"


class ShippedState(Word):
    """What becomes of a rule shipped with the program in a contract."""

    ADDED = "ajoutee", "ajoutée"
    KEPT = "gardee", "la vôtre est gardée"
    TAKEN = "reprise", "remplace la vôtre"
    PUT_ASIDE = "ecartee", "non ajoutée"


class Clock(Word):
    """Which day decides the version of a rule that holds.

    MILLESIME: the day of the decision, kept inside the exercice whose money it is; what says how much is granted, and
    where, so that a paper typed later changes nothing. ACT: the day of the act that the rule bears on; what says how,
    and until when, something is done. BUDGET_YEAR: the last day of the exercice whose budget bears the operation.
    """

    MILLESIME = "millesime"
    ACT = "acte"
    BUDGET_YEAR = "exercice_budgetaire"


class CostBase(Word):
    """What a rate is taken of."""

    ELIGIBLE = "eligible", "de la dépense éligible"
    TOTAL = "total", "du coût total"
    PUBLIC = "public", "des financements publics, les siens compris,"


class MoneyOrigin(Word):
    """Whose money a line of a plan is."""

    OWN = "propre", "part propre du porteur"
    PUBLIC = "public", "argent public"
    PRIVATE = "prive", "argent privé"


class RateMode(Word):
    """Whether a rate is the most, or the only one."""

    CEILING = "plafond"
    FIXED = "fixe"


class UnspentFate(Word):
    """What a rule makes of the credits left at the end of a year."""

    CANCEL = "annuler"
    CARRY = "reporter"
    GIVE_BACK = "rendre"
    PROGRAM_AGAIN = "reprogrammer"


class MissingLevel(Word):
    """What is made of specific credits asked without droit commun and without a reason."""

    WARN = "avertir"
    REFUSE = "refuser"


class SpareCents(Word):
    """What becomes of the cents that a division leaves."""

    LARGEST_REMAINDER = "plus_fort_reste", "au plus fort reste"
    ENVELOPPE = "enveloppe", "laissés dans l'enveloppe"


class WhatIsCounted(Word):
    """In what a part of conventions is counted."""

    CONVENTIONS = "conventions", "des conventions"
    AMOUNTS = "montants", "des montants conventionnés"


class ShortageOrder(Word):
    """Which lines bear what is missing when the real cost does not suffice."""

    PRORATA = "prorata", "au prorata de leurs montants"
    DROIT_COMMUN_KEPT = "droit_commun_preserve", "le droit commun préservé"


class TimeStart(Word):
    """From when a time limit runs."""

    NEXT_YEAR = "premier_janvier_suivant", "le 1er janvier suivant"
    SAME_DAY = "jour_meme", "ce jour"


class EnveloppeEffect(Word):
    """What the last day of an enveloppe does."""

    CANCELLED = "annulation"
    OPENED = "ouverture"


class Rounding(Word):
    """How a share is brought to the cent."""

    DOWN = "inferieur"
    NEAREST = "plus_proche"


class PieceKind(Word):
    """What a porteur gives before it is paid, or because of what it is paid; its SIRET is read in the referential."""

    RIB = "rib", "RIB"
    STATUTS = "statuts"
    ACCOUNTS = "comptes", "comptes certifiés"
    SIRET = "siret", "numéro SIRET"


class ChartOfAccounts(Word):
    """The official charts of accounts."""

    M14 = "M14"
    M57 = "M57"


class ChartVariant(Word):
    """Which edition of a chart."""

    OVER_3500 = "SUP3500", "(plus de 3 500 habitants)"
    DEVELOPED = "developpee", "développée"
    ABRIDGED = "abregee", "abrégée"


class ReminderLevel(Word):
    """The letters about a bilan that is late, in their order."""

    FIRST = "relance1"
    SECOND = "relance2"
    FORMAL = "mise_en_demeure"


class ConventionStage(Word):
    """The way of a convention's paper, from the assembly to whom it grants."""

    DECIDED = "deliberation", "délibération"
    ENFORCEABLE = "executoire", "exécutoire"
    SENT = "envoyee", "envoyée"
    RETURNED = "retournee", "retournée"
    TO_SIGN = "parapheur", "au parapheur"
    SIGNED = "signee", "signée"
    NOTIFIED = "notifiee", "notifiée"


class ScopeWord(Word):
    """What a rule may bear on, the most precise first."""

    LINE = "ligne"
    LINES = "lignes"
    DISPOSITIF = "dispositif"
    STATUT = "statut"
    PORTEUR = "porteur"
    TERRITORY = "territoire"
    AXIS = "axe"
    NATURE = "nature"
    FINANCEUR = "financeur"
    LINE_NATURE = "nature_ligne"
    INNOVATION = "innovation"
