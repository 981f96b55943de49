"""The closed lists of who and where."""

from __future__ import annotations

from ledger.core.vocabulary import Word


class ContractState(Word):
    """Where a contract stands on a day."""

    TO_COME = "a_venir", "à venir"
    RUNNING = "en_cours", "en cours"
    OVER = "echu", "échu"
    CLOSED = "clos"


class LineNature(Word):
    """Whose money a line is: of the politique de la ville alone, of everybody's law, or the porteur's own."""

    SPECIFIC = "specifique", "crédits spécifiques"
    DROIT_COMMUN = "droit_commun", "droit commun"
    OWN_FUNDS = "fonds_propres", "fonds propres"


class TerritorySlice(Word):
    """What the people of a place count as in rates and rules, whatever the contract calls its kind (§3.2)."""

    QPV = "qpv", "QPV"
    VEILLE = "veille", "veille active"
    OUTSIDE = "hors", "hors territoires"


class DispositifRole(Word):
    """What the program looks for in a dispositif, whatever the contract calls it."""

    NONE = "", "aucun"
    COMMON_MEANS = "moyens-communs", "moyens communs de la réussite éducative"
    ADULTES_RELAIS = "adultes-relais", "postes d'adultes-relais de l'État"
    FONJEP = "fonjep", "postes FONJEP de l'État"


class ScaleRole(Word):
    """What the program looks for in a scale of action (§5.4.3)."""

    NONE = "", "aucun"
    SEVERAL_EPCIS = "plusieurs-epci", "sert plusieurs EPCI"


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


class Law(Word):
    """Under which law a body lives; unknown while its statut is not said: never guessed."""

    PUBLIC = "public"
    PRIVATE = "prive", "privé"
    UNKNOWN = "inconnu", "à confirmer"


class Statut(Word):
    """The statut juridique of a porteur or a financeur, as stored and typed."""

    ASSOCIATION = "association"
    FONDATION = "fondation"
    COMMUNE = "commune"
    CCAS = "ccas", "CCAS"
    CAISSE_DES_ECOLES = "caisse_des_ecoles", "caisse des écoles"
    EPCI = "epci", "EPCI"
    DEPARTEMENT = "departement", "département"
    REGION = "region", "région"
    ETAT = "etat", "État"
    ETABLISSEMENT_PUBLIC = "etablissement_public", "établissement public"
    GIP = "gip", "GIP"
    OPH = "oph", "OPH"
    ESH = "esh", "ESH"
    COOPERATIVE_HLM = "cooperative_hlm", "coopérative HLM"
    SEM = "sem", "SEM"
    SPL = "spl", "SPL"
    ENTREPRISE = "entreprise"
    PERSONNE_PHYSIQUE = "personne_physique", "personne physique"
    UNION_EUROPEENNE = "union_europeenne", "Union européenne"

    @property
    def law(self) -> Law:
        """Public or private law: an OPH is a public body, an ESH, a SEM or a SPL a company."""
        return Law.PRIVATE if self in _OF_PRIVATE_LAW else Law.PUBLIC


_OF_PRIVATE_LAW = frozenset(
    {
        Statut.ASSOCIATION,
        Statut.FONDATION,
        Statut.ESH,
        Statut.COOPERATIVE_HLM,
        Statut.SEM,
        Statut.SPL,
        Statut.ENTREPRISE,
        Statut.PERSONNE_PHYSIQUE,
    }
)


class AccountOperation(Word):
    """What an account of the chart is asked for."""

    PAY = "verser"
    RECEIVE = "recevoir"
    WAIT = "constater"
    RECOVER = "recouvrer"
    GIVE_BACK = "rendre"
