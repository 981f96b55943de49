"""The kinds of rule about what is asked: pillars, quartiers vécus, posts, and what controls look for."""

from __future__ import annotations

from typing import Annotated, Literal

from ledger.core.rate import french_rate
from ledger.rules.figures import OF_ACTIONS, Figures, figure
from ledger.rules.typed_figures import Rate, Words
from ledger.rules.vocabulary import Clock

PILLAR_LABELS = {
    "cohesion_sociale": "Cohésion sociale",
    "cadre_de_vie": "Cadre de vie et renouvellement urbain",
    "emploi": "Développement économique et emploi",
    "citoyennete": "Valeurs de la République et citoyenneté",
}


class Pillar(Figures):
    """The national pillar (§3.1) under which actions are shown."""

    kind = "pilier"
    meaning = "pilier national dont relève une action"
    clock = Clock.MILLESIME
    scopes = OF_ACTIONS

    pillar: Literal["cohesion_sociale", "cadre_de_vie", "emploi", "citoyennete"] = figure("pilier")

    def text(self) -> str:
        return PILLAR_LABELS[self.pillar]


class QpvFirst(Figures):
    """Beyond which part of the people served in a quartier vécu QPV inhabitants come first (§3.2)."""

    kind = "quartier_vecu"
    meaning = "part d'habitants de QPV au-delà de laquelle un quartier vécu compte comme QPV"
    clock = Clock.MILLESIME
    scopes = OF_ACTIONS

    beyond: Rate = figure("part")

    def text(self) -> str:
        return f"plus de {french_rate(self.beyond)} d'habitants de QPV parmi les bénéficiaires"


class PopulationThreshold(Figures):
    """How many inhabitants the communes of a post must exceed for it to be cofinanced."""

    kind = "seuil_population"
    meaning = "population à dépasser pour être éligible"
    clock = Clock.MILLESIME
    scopes = OF_ACTIONS

    beyond: int = figure("habitants", ge=0)

    def text(self) -> str:
        return f"plus de {self.beyond:,} habitants".replace(",", "\u00a0")


class CommuneGroups(Figures):
    """The groups of communes that share a post, each written "Commune + Commune"."""

    kind = "groupes_communes"
    meaning = "groupes de communes qui partagent un poste"
    clock = Clock.MILLESIME
    scopes = OF_ACTIONS

    groups: Annotated[tuple[str, ...], Words] = figure("groupes", min_length=1)

    def text(self) -> str:
        return f"{len(self.groups)} groupes : {' ; '.join(self.groups)}"

    def communes(self) -> list[list[str]]:
        """The names of the communes of each group."""
        return [[name.strip() for name in group.split("+")] for group in self.groups]


class TitleLikeness(Figures):
    """From which likeness two titles of one porteur are told to be perhaps the same action."""

    kind = "ressemblance"
    meaning = "ressemblance à partir de laquelle deux intitulés sont signalés"
    clock = Clock.MILLESIME
    scopes = OF_ACTIONS

    likeness: Rate = figure("taux")

    def text(self) -> str:
        return f"à partir de {french_rate(self.likeness)} de ressemblance"


class CostJump(Figures):
    """Beyond which rise the cost of a renewed action is told."""

    kind = "hausse_cout"
    meaning = "hausse du coût d'une action reconduite au-delà de laquelle elle est signalée"
    clock = Clock.MILLESIME
    scopes = OF_ACTIONS

    rise: Rate = figure("taux")

    def text(self) -> str:
        return f"au-delà de {french_rate(self.rise)} de hausse"


class StructuralCharges(Figures):
    """The accounts of charges that pay what a body needs anyway, with or without the action (M8)."""

    kind = "charges_structure"
    meaning = "comptes de charges qui relèvent du fonctionnement ordinaire d'une structure"
    clock = Clock.MILLESIME
    scopes = OF_ACTIONS

    accounts: Annotated[tuple[str, ...], Words] = figure("comptes", min_length=1)

    def text(self) -> str:
        return f"comptes {', '.join(self.accounts)}"

    def holds(self, account: str) -> bool:
        """Whether this account, or one it belongs to, is structural."""
        return account.startswith(self.accounts)
