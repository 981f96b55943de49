"""The closed lists of the book: what a contract was written in, its own acts, the acts that write in the book."""

from __future__ import annotations

from ledger.core.vocabulary import Word


class EntryKind(Word):
    """Which act wrote an entry; the words are hashed in seals and never change."""

    NOTIFICATION = "notification"
    MODIFICATION = "modification"
    VOTED_CHANGE = "decision_modificative"
    TRANSFER = "virement"
    ADVANCE = "avance_avant_budget"
    ADVANCE_TAKEN_BACK = "reprise_avance"
    GRANT = "programmation"
    AUTHORITY_GRANT = "constat_programmation"
    COMMITMENT = "engagement"
    RIGHT = "droit_acquis"
    AVENANT = "avenant"
    RIGHT_AVENANT = "avenant_droit"
    END = "resiliation"
    COMMITMENT_MOVED = "transfert_engagement"
    ORDER = "ordre_de_paiement"
    PAYMENT = "paiement"
    PAYMENT_ELSEWHERE = "constat_paiement"
    RELEASE = "degagement"
    BILAN = "bilan"
    FINAL_DECISION = "constat_bilan"
    TITRE = "titre"
    COLLECTION = "encaissement"
    WAIVED_TITRE = "remise"
    CANCELLED_TITRE = "annulation_titre"
    REMISSION = "remise_gracieuse"
    WRITE_OFF = "non_valeur"
    EXTINCTION = "creance_eteinte"
    SET_OFF = "compensation"
    FINANCEUR_RECOVERY = "constat_recuperation"
    RECEIPT = "recette"
    GIVEN_BACK = "rendu"
    GRANTED_AGAIN = "reprogrammation"
    ANNOUNCEMENT = "annonce"
    WITHDRAWAL = "retrait"
    CLOSING = "cloture"
    OPENING = "ouverture"
    REVERSAL = "annulation"


class AnnouncementKind(Word):
    """What a financeur says of credits before anything moves: it will take them back, or it freezes them."""

    LOWERING = "baisse", "baisse annoncée"
    FREEZE = "gel"


class ContractFrame(Word):
    """The national frame a contract was written in: the pillars of 2014, one base and a project a quartier, or none."""

    NONE = "", "aucun"
    PILLARS = "piliers"
    BASE = "socle", "socle transversal"


class ContractActKind(Word):
    """What changes a contract after its signature."""

    EXTENSION = "prolongation"
    AVENANT = "avenant"
    ANNEXE = "annexe"
