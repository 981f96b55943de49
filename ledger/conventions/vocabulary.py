"""The closed lists of what is signed."""

from __future__ import annotations

from ledger.core.vocabulary import Word


class ConventionKind(Word):
    """What a convention is: signed by both, a grant notified alone, the EPCI's own order, the right it acquires."""

    CONVENTION = "convention"
    NOTIFICATION = "notification", "notification (sans convention)"
    ORDER = "commande"
    RIGHT = "recette", "recette (arrêté attributif reçu)"


class ConventionStatus(Word):
    """Where a convention stands."""

    DRAFT = "brouillon"
    SIGNED = "signee", "signée"
    SETTLED = "soldee", "soldée"
    CANCELLED = "annulee", "annulée"


class ReferenceKind(Word):
    """Whose number of a convention: the State's accounting, or the file of a partner."""

    EJ = "ej", "engagement juridique (EJ)"
    FILE = "dossier"


class CoverKind(Word):
    """What a grant is when its credits are announced as lost, in the order in which it may be asked to cover them."""

    GRANT = "programme", "accordé, sans convention"
    DRAFT = "brouillon", "convention non signée"
    SIGNED = "signee", "convention signée"
