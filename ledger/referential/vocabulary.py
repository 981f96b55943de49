"""The closed lists of who and where."""

from __future__ import annotations

from ledger.core.vocabulary import Word


class LineNature(Word):
    """Whose money a line is: of the politique de la ville alone, of everybody's law, or the porteur's own."""

    SPECIFIC = "specifique", "crédits spécifiques"
    DROIT_COMMUN = "droit_commun", "droit commun"
    OWN_FUNDS = "fonds_propres", "fonds propres"


class PorteurKind(Word):
    """What sort of body a porteur is."""

    COMMUNE = "commune"
    CCAS = "ccas", "CCAS"
    CAISSE_DES_ECOLES = "caisse_des_ecoles", "caisse des écoles"
    ASSOCIATION = "association"
    BAILLEUR = "bailleur", "bailleur social", "bailleur"
    EPCI = "epci", "EPCI"
    ETABLISSEMENT_PUBLIC = "etablissement_public", "établissement public"
    OTHER = "autre"


class PersonalKind(Word):
    """What is kept of a person, outside the book."""

    CONTACT = "contact"
    IBAN = "iban"
