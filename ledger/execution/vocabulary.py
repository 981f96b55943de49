"""The closed lists of what is paid, justified and taken back."""

from __future__ import annotations

from ledger.core.vocabulary import Word
from ledger.journal.vocabulary import EntryKind


class BrouillonState(Word):
    """Where an act that is typed and not yet played stands."""

    PENDING = "brouillon"
    PLAYED = "valide", "validé"
    ABANDONED = "abandonne", "abandonné"


class BilanState(Word):
    """Where a bilan that is expected stands, on a day."""

    TO_COME = "a_venir", "à venir"
    DUE = "du", "dû"
    PROLONGED = "proroge", "prorogé"
    LATE = "en_retard", "en retard"
    GIVEN = "rendu"
    WITHOUT_RULE = "sans_regle", "délai inconnu"


class FinalNature(Word):
    """Who made the definitive amount of a convention what it is."""

    SETTLED = "arrete", "arrêté"
    PROPOSED = "propose", "proposé"
    DECIDED = "decide", "décidé par son financeur"
    TO_COME = "a_venir", "à venir"


class Agreement(Word):
    """What became of one amount held against the other side."""

    MATCHED = "rapproche", "rapproché"
    DIFFERENT = "ecart", "écart"
    NOT_IN_BOOK = "absent_du_livre", "absent du livre"
    NOT_IN_FILE = "absent_du_fichier", "absent du fichier"
    TO_CONFIRM = "a_confirmer", "à confirmer"


class DebtLossKind(Word):
    """How a debt that a titre claims is lost: forgiven, written off and still owed, or extinguished by a judgment."""

    REMISSION = "remise", "remise gracieuse"
    WRITE_OFF = "non_valeur", "admission en non-valeur"
    EXTINCTION = "eteinte", "créance éteinte"

    @property
    def entry(self) -> EntryKind:
        """The kind of the entry that it writes."""
        return {
            DebtLossKind.REMISSION: EntryKind.REMISSION,
            DebtLossKind.WRITE_OFF: EntryKind.WRITE_OFF,
            DebtLossKind.EXTINCTION: EntryKind.EXTINCTION,
        }[self]


class RecoveryStep(Word):
    """What a financeur does to take back what it overpaid itself."""

    ASKED = "demande", "demandé au porteur"
    RECEIVED = "recu", "reçu du porteur"
    SET_OFF = "impute", "imputé sur un versement suivant"
    WAIVED = "abandon", "abandonné par le financeur"
