"""What reports add up by, as users type it; a test holds that the reports know the same words."""

from __future__ import annotations

from enum import StrEnum


class Par(StrEnum):
    """How `rapport demandes` groups its rows."""

    ACTION = "action"
    PORTEUR = "porteur"
    TYPE_PORTEUR = "type-porteur"
    AXE = "axe"
    PRIORITE = "priorite"
    OBJECTIF = "objectif"
    PILIER = "pilier"
    ECHELLE = "echelle"
    DISPOSITIF = "dispositif"
    FINANCEUR = "financeur"
    LIGNE = "ligne"
    NATURE = "nature"
    TERRITOIRE = "territoire"
    COMMUNE = "commune"


class ParEcart(StrEnum):
    """How `rapport ecarts` groups its rows."""

    ACTION = "action"
    AXE = "axe"
    PRIORITE = "priorite"
    PILIER = "pilier"
    TERRITOIRE = "territoire"
    FINANCEUR = "financeur"
