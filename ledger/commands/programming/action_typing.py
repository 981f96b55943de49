"""How an action is typed: its options, each read as the form that the act takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any

from ledger.commands.declaring.choices import may_ask
from ledger.commands.declaring.options import filled_by, option
from ledger.commands.declaring.parameters import Option
from ledger.commands.declaring.usage import WrongUsage
from ledger.commands.programming.action_words import (
    read_charge,
    read_contribution,
    read_count,
    read_funding,
    read_produit,
    read_public,
)
from ledger.core.field import Field, Kind
from ledger.core.money import Money
from ledger.programming.fields import (
    ACTION_TYPED,
    COST_ELIGIBLE,
    COST_TOTAL,
    COUNTED_IN_TOTAL,
    CRITERIA,
    DISPOSITIF,
    ENDS_ON,
    FUNDING,
    IN_KIND,
    INNOVATION,
    NATURE,
    NO_DROIT_COMMUN,
    PUBLIC,
    PUBLIC_BY_EPCI,
    PUBLIC_COUNTED,
    RENEWED_FROM,
    SCALE,
    SERVED,
    STARTS_ON,
    YEARS,
)

if TYPE_CHECKING:
    from ledger.programming.publics.shares import EpciCount, SliceForm

_HEADCOUNT = Field("effectif", "effectif", Kind.INTEGER, help="Bénéficiaires.")
_CHARGE = Field("charge", "charge", help="Une charge (60 à 69) ; répétez.", placeholder="COMPTE=MONTANT")
_PRODUIT = _CHARGE.but(name="produit", title="produit", help="Un produit demandé à personne (70, 75…) ; répétez.")

# Each option of these is read as the form that the act takes.
Plan = Annotated[list[Any] | None, option(FUNDING, parser=read_funding)]
Publics = Annotated[list[Any] | None, option(PUBLIC, parser=read_public)]
Charges = Annotated[list[Any] | None, option(_CHARGE, parser=read_charge)]
Produits = Annotated[list[Any] | None, option(_PRODUIT, parser=read_produit)]
Contributions = Annotated[list[Any] | None, option(IN_KIND, parser=read_contribution)]
Lieux = Annotated[list[str] | None, option(SERVED)]
Effectif = Annotated[int | None, Option(min=0, help=_HEADCOUNT.help)]
CoutTotal = Annotated[Money | None, option(COST_TOTAL)]
Eligible = Annotated[Money | None, option(COST_ELIGIBLE)]
Echelle = Annotated[str | None, option(SCALE)]
Dispositif = Annotated[str | None, option(DISPOSITIF)]
Nature = Annotated[str | None, option(NATURE)]
Innovation = Annotated[int | None, option(INNOVATION, min=0, max=4)]
Criteres = Annotated[list[str] | None, option(CRITERIA)]
SansDroitCommun = Annotated[str | None, option(NO_DROIT_COMMUN)]
PublicCaph = Annotated[int | None, option(PUBLIC_COUNTED["public_caph"], min=0, hidden=True)]
PublicCavm = Annotated[int | None, option(PUBLIC_COUNTED["public_cavm"], min=0, hidden=True)]
PublicEpci = Annotated[list[Any] | None, option(PUBLIC_BY_EPCI, parser=read_count)]
Debut = Annotated[date | None, option(STARTS_ON)]
Fin = Annotated[date | None, option(ENDS_ON)]
Annees = Annotated[int | None, option(YEARS)]
Reconduit = Annotated[str | None, option(RENEWED_FROM)]


def _in_a_terminal(wanted: bool) -> bool:
    if wanted and not may_ask():
        raise WrongUsage(
            "--saisir pose des questions, et personne n'est là pour répondre.", "Tapez les autres options."
        )
    return wanted


Saisir = Annotated[
    bool,
    Option(
        "--saisir",
        callback=_in_a_terminal,
        help="Demande, dans un terminal, chaque chose à saisir, jusqu'à une réponse vide.",
    ),
]


def typed_of_action(words: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed of an action, by attribute of its form, what was not left out. words: by name of the option."""
    from ledger.programming.actions.criteria import criteria_in_order

    found = filled_by(ACTION_TYPED, words)
    if "plan" in found:
        found["plan"] = tuple(chain(*found["plan"]))
    if "criteria" in found:
        found["criteria"] = named = criteria_in_order(found["criteria"])
        found.setdefault("innovation_criteria", len(named))
    elif found.get("innovation_criteria") == 0:
        found["criteria"] = ()
    slices = slices_of(words["qpv"], words["veille"], words["hors"])
    counts = (*found.get("counts", ()), *_counts_of(words))
    return found | ({"slices": slices} if slices else {}) | ({"counts": counts} if counts else {})


def _counts_of(words: Mapping[str, Any]) -> tuple[EpciCount, ...]:
    """The public counted in total, typed by the options of the EPCI that have their own."""
    from ledger.programming.publics.shares import EpciCount

    typed = {code: words.get(name) for code, name in COUNTED_IN_TOTAL.items()}
    return tuple(EpciCount(code, people) for code, people in typed.items() if people is not None)


def slices_of(qpv: int | None, veille: int | None, hors: int | None) -> tuple[SliceForm, ...]:
    """The publics counted, by kind of territory; those not typed are left out."""
    from ledger.programming.publics.shares import SliceForm

    counts = (("qpv", qpv), ("veille", veille), ("hors", hors))
    return tuple(SliceForm(kind, headcount=count) for kind, count in counts if count is not None)
