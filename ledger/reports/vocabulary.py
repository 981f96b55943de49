"""The closed lists of what people look at: tasks, what a report adds up by, where a template comes from."""

from __future__ import annotations

from ledger.core.vocabulary import Word


class TaskNature(Word):
    """What a task asks, in the order of the year."""

    CLOSE = "cloturer", "Exercices à clore"
    EXAMINE = "instruire", "Actions à instruire"
    APPROVE = "valider", "Scénario à valider"
    CONVENTION = "conventionner", "Montants accordés à conventionner"
    SIGN = "signer", "Conventions à signer"
    ORDER = "verser", "Versements à ordonner ou à constater"
    PAY = "payer", "Ordres à payer"
    JUSTIFY = "justifier", "Bilans à recevoir"
    RECOVER = "recouvrer", "Trop-versés à recouvrer"
    COLLECT = "encaisser", "Titres à encaisser"
    CLAIM = "titrer", "Recettes à titrer"
    GIVE_BACK = "rendre", "Crédits à rendre"
    LOWER = "baisser", "Baisses annoncées"


class AttachmentKind(Word):
    """What a file filed with an object is."""

    RIB = "rib", "RIB"
    STATUTS = "statuts"
    ACCOUNTS = "comptes", "comptes certifiés"
    DELIBERATION = "deliberation", "délibération"
    SIGNED_CONVENTION = "convention_signee", "convention signée"
    SIGNED_AVENANT = "avenant_signe", "avenant signé"
    DECISION = "decision", "décision d'attribution"
    SUMMARY = "recapitulatif", "état récapitulatif"
    BILAN = "bilan", "compte rendu financier"
    LETTER = "courrier"
    OTHER = "autre"


class TemplateOrigin(Word):
    """Which Word template a document is filled in; the words are those that scripts read."""

    ACT = "acte"
    OTHER = "autre"
    NOT_KEPT = "non_garde"
    TODAY = "actuel"


class Par(Word):
    """How `rapport demandes` groups its rows."""

    ACTION = "action"
    PORTEUR = "porteur"
    TYPE_PORTEUR = "type-porteur", "type de porteur"
    AXE = "axe"
    PRIORITE = "priorite", "priorité"
    OBJECTIF = "objectif"
    PILIER = "pilier", "pilier"
    ECHELLE = "echelle", "échelle"
    DISPOSITIF = "dispositif"
    FINANCEUR = "financeur"
    LIGNE = "ligne", "ligne de crédits"
    NATURE = "nature", "nature des crédits"
    TERRITOIRE = "territoire"
    COMMUNE = "commune"


class ParEcart(Word):
    """How `rapport ecarts` groups its rows."""

    ACTION = "action"
    AXE = "axe"
    PRIORITE = "priorite", "priorité"
    PILIER = "pilier"
    TERRITOIRE = "territoire"
    FINANCEUR = "financeur"
