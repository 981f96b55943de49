"""The kinds of rule that are followed over a year and refuse nothing: shares, targets, duties of those who are paid."""

from __future__ import annotations

from typing import Annotated

from ledger.core.rate import french_rate
from ledger.rules.figures import Figures, figure
from ledger.rules.scope import LINE_WORDS
from ledger.rules.typed_figures import Amount, Rate, Words
from ledger.rules.vocabulary import Clock, ScopeWord, WhatIsCounted


class EnveloppeShare(Figures):
    """How much of an enveloppe the grants of a line may take for some kinds of territory.

    enveloppe: a figure of others (a département's programme 147), entered by hand for each year; None until it is.
    kinds: of territory, as the contract codes them.
    """

    kind = "part_enveloppe"
    meaning = "part d'une enveloppe, saisie, que peuvent prendre des territoires d'un type (suivie, jamais bloquante)"
    clock = Clock.MILLESIME
    scopes = LINE_WORDS

    rate: Rate = figure("taux")
    kinds: Annotated[tuple[str, ...], Words] = figure("types", min_length=1)
    enveloppe: Amount | None = figure("enveloppe", default=None)

    def text(self) -> str:
        whole = "d'une enveloppe à saisir" if self.enveloppe is None else f"de {self.enveloppe.french()}"
        return f"{french_rate(self.rate)} au plus {whole}, pour les territoires {', '.join(self.kinds)}"


class PluriannualTarget(Figures):
    """What part of the conventions with some porteurs is to be pluriannual, counted in conventions or in euros."""

    kind = "cible_pluriannuelle"
    meaning = "part de conventions pluriannuelles à atteindre (cible suivie, jamais bloquante)"
    clock = Clock.MILLESIME
    scopes = (ScopeWord.STATUT, ScopeWord.PORTEUR)

    rate: Rate = figure("taux")
    counted: WhatIsCounted = figure("compte", default=WhatIsCounted.CONVENTIONS)

    def text(self) -> str:
        return f"{french_rate(self.rate)} au moins {self.counted.label}"


class AccountsThreshold(Figures):
    """Above which yearly public money a porteur deposits its certified accounts.

    All public bodies count together, which no book knows: what this base grants is only part of it.
    The day is the last of the year whose grants are added.
    """

    kind = "depot_comptes"
    meaning = "subventions publiques d'une année au-dessus desquelles les comptes certifiés sont déposés"
    clock = Clock.BUDGET_YEAR
    scopes = (ScopeWord.STATUT, ScopeWord.PORTEUR)

    threshold: Amount = figure("seuil")

    def text(self) -> str:
        return f"au-dessus de {self.threshold.french()} par an, toutes autorités publiques réunies"


class PaymentDelay(Figures):
    """How many days after its notification a grant is paid, where its convention sets no other date and no event.

    The day is that of the notification, from which it runs.
    """

    kind = "delai_paiement"
    meaning = "jours pour verser une subvention après sa notification, sauf autre date dans la convention"
    clock = Clock.ACT
    scopes = (ScopeWord.STATUT, ScopeWord.PORTEUR)

    days: int = figure("jours", ge=1, le=366)

    def text(self) -> str:
        return f"{self.days} jours après la notification, sauf autre date ou condition dans la convention"
