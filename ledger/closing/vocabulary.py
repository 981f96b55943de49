"""The closed lists of a closing: what a point does to it, what becomes of what is left."""

from __future__ import annotations

from ledger.core.vocabulary import Word


class RemainderEnd(Word):
    """What becomes, at the end of a year, of what is left of a line."""

    CANCEL = "annuler", "annulé", "annuler"
    GIVE_BACK = "rendre", "rendu au financeur", "rendre"
    CARRY_COMMITMENT = "reporter", "reste à réaliser, reporté et ré-engagé", "reste à réaliser"
    ATTACH = "rattacher", "rattaché à l'exercice, reste engagé", "rattacher"
    CARRY_AVAILABLE = "reporter_disponible", "reporté, de nouveau disponible", "reporter en disponible"
    SLICE = "tranche", "reporté pour la tranche suivante d'une convention pluriannuelle", "tranche suivante"
    RECOVER = "recouvrer", "à recouvrer par un titre de recettes", "recouvrer"
    COMPENSATE = "compenser", "à compenser sur l'exercice suivant", "compenser"
    TAKEN_BACK_ELSEWHERE = "constater", "récupéré par son financeur, constaté", "récupéré par son financeur"
    LIFT = "lever", "ouvert aux autres bénéficiaires, réserve levée", "ouvrir aux autres"
    KEEP = "garder", "gardé, programmé par l'autorité de gestion", "garder programmé"
    NOT_RECEIVED = "bloquer", "jamais reçu du financeur : reste bloqué, rien à rendre", "bloqué car jamais reçu"


class Weight(Word):
    """What a point does to the closing."""

    BLOCKING = "bloquant", "bloquant"
    TO_DECIDE = "a_decider", "à décider"
    INFORMATION = "information", "information"
