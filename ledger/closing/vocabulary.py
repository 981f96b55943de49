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


class PointKind(Word):
    """What a point before a closing is about; those of the audit of the base are not here."""

    STALE_DECISION = "decision_perimee", "décisions qui ne correspondent plus"
    AVAILABLE = "enveloppe_disponible", "crédits disponibles"
    PROGRAMMED = "programme_non_conventionne", "programmé, non conventionné"
    COMMITTED = "reste_a_realiser", "engagé, pas encore ordonné ou payé"
    LOWERING_ANNOUNCED = "baisse_annoncee", "baisses annoncées, pas encore enregistrées"
    FROZEN = "gel_en_cours", "gels ni levés ni confirmés"
    PAST_LIMIT = "enveloppe_echue", "crédits à échéance"
    RESERVE_LIFTED = "reserve_levee", "réserves levées"
    NOT_PASSED_ON = "recu_non_reverse", "reçu, pas encore reversé aux porteurs"
    PASSED_ON_FIRST = "reverse_non_recu", "reversé, pas encore reçu : avancé par l'EPCI"
    OWED_BACK = "a_rendre", "dû au financeur, pas encore restitué"
    STILL_AWAITED = "encore_attendu", "encore attendu du financeur"
    UNFINISHED_YEAR = "annee_non_finie", "année non finie"
    YEAR_BEFORE_OPEN = "exercice_precedent_ouvert", "exercice précédent ouvert"
    LATE_ORDERS = "journee_complementaire", "journée complémentaire"
    ORDER_TOO_LATE = "mandat_hors_delai", "mandats hors délai"
    GAP = "ecart_rapprochement", "écarts avec le fichier du comptable"
    UNSIGNED = "convention_non_signee", "conventions non signées"
    RIGHT_NOT_ACQUIRED = "droit_non_acquis", "droits non acquis"
    DUE_NOT_ORDERED = "echeance_non_ordonnee", "échéances dues, non ordonnées"
    BALANCE_DUE = "solde_non_verse", "soldes non versés"
    ORDERED_UNPAID = "ordonne_non_paye", "ordonné, non payé"
    BILAN_LATE = "bilan_en_retard", "bilans en retard"
    BILAN_EXPECTED = "bilan_attendu", "bilans attendus"
    PIECES_MISSING = "pieces_manquantes", "pièces manquantes au dossier"
    ORDERED_BY_WAIVER = "ordonne_par_derogation", "ordonné par dérogation motivée"
    TAKEN_BACK_BY_FINANCEUR = "recuperation_financeur", "trop-perçus que leur financeur récupère"
    RECOVERY_OPEN = "recouvrement_ouvert", "trop-perçus à recouvrer"
    TITRE_UNCOLLECTED = "titre_non_encaisse", "titres non encaissés"
    DEBT_WRITTEN_OFF = "creance_admise", "créances admises en non-valeur"
    TITRE_FOR_ANOTHER = "titre_pour_un_autre", "titres pour un autre financeur"
    SLICE_TO_OPEN = "tranche_a_ouvrir", "tranches à ouvrir"
