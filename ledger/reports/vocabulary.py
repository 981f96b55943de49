"""The closed list of what is to be done."""

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
