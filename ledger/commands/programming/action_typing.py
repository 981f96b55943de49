"""How an action is typed: its options, each read as the form that the act takes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.programming.action_words import (
    read_charge,
    read_contribution,
    read_funding,
    read_produit,
    read_public,
)
from ledger.commands.shell.choices import may_ask
from ledger.commands.shell.options import option
from ledger.commands.shell.usage import WrongUsage
from ledger.core.field import Field, Kind
from ledger.core.money import Money
from ledger.journal.fields import ACTION, AMOUNT
from ledger.programming.fields import DISPOSITIF, ENDS_ON, NATURE, SCALE, STARTS_ON, YEARS

if TYPE_CHECKING:
    from ledger.programming.actions.forms import ActionForm
    from ledger.programming.publics.shares import SliceForm

_PLAN = Field(
    "financement",
    "financement",
    help="Une ligne du plan ; répétez l'option. LIGNE=MONTANT:partage pour la part commune des EPCI,"
    " :pressenti, :non_recevable ou :refuse pour son statut.",
    placeholder="LIGNE=MONTANT",
)
_PLACE = Field("territoire", "territoire", Kind.CODE, help="Un territoire servi ; répétez.", placeholder="CODE")
_HEADCOUNT = Field("effectif", "effectif", Kind.INTEGER, help="Bénéficiaires.")
_COST = AMOUNT.but(name="cout", signed=True, help="Le coût total.")
_ELIGIBLE = _COST.but(name="eligible", help="Le coût éligible ; le total sinon.")
_CRITERIA = Field("innovation", "innovation", Kind.INTEGER, help="Critères d'innovation justifiés (§5.1).")
_COUNTED = Field("public", "public", Kind.INTEGER, help="Public compté d'avance dans cet EPCI (§5.4.3.3).")
_RENEWED = ACTION.but(name="reconduit", help="L'action d'une année antérieure qu'elle reconduit.", offers="")
_PUBLIC = Field(
    "public",
    "public",
    help="Un public ; répétez. LIEU : territoire, qpv, veille ou hors ; puis :compte, :CAPH ou :CAVM, :qpv=N et"
    " :preuve=TEXTE pour un quartier vécu.",
    placeholder="LIEU=EFFECTIF",
)
_CHARGE = Field("charge", "charge", help="Une charge (60 à 69) ; répétez.", placeholder="COMPTE=MONTANT")
_PRODUIT = _CHARGE.but(name="produit", title="produit", help="Un produit demandé à personne (70, 75…) ; répétez.")
_IN_KIND = Field(
    "contribution",
    "contribution",
    help="Une contribution volontaire, valorisée à part : benevolat, locaux, prestations, dons ou tfpb ; répétez.",
    placeholder="GENRE=MONTANT",
)

# Each option of these is read as the form that the act takes.
Plan = Annotated[list[Any] | None, option(_PLAN, parser=read_funding)]
Publics = Annotated[list[Any] | None, option(_PUBLIC, parser=read_public)]
Charges = Annotated[list[Any] | None, option(_CHARGE, parser=read_charge)]
Produits = Annotated[list[Any] | None, option(_PRODUIT, parser=read_produit)]
Contributions = Annotated[list[Any] | None, option(_IN_KIND, parser=read_contribution)]
Lieux = Annotated[list[str] | None, option(_PLACE)]
Effectif = Annotated[int | None, typer.Option(min=0, help=_HEADCOUNT.help)]
CoutTotal = Annotated[Money | None, option(_COST)]
Eligible = Annotated[Money | None, option(_ELIGIBLE)]
Echelle = Annotated[str | None, option(SCALE)]
Dispositif = Annotated[str | None, option(DISPOSITIF)]
Nature = Annotated[str | None, option(NATURE)]
Innovation = Annotated[int | None, typer.Option(min=0, max=4, help=_CRITERIA.help)]
SansDroitCommun = Annotated[str | None, typer.Option(help="Pourquoi aucun droit commun n'est demandé (§5.4.1).")]
PublicCompte = Annotated[int | None, typer.Option(min=0, help=_COUNTED.help)]
Debut = Annotated[date | None, option(STARTS_ON)]
Fin = Annotated[date | None, option(ENDS_ON)]
Annees = Annotated[int | None, option(YEARS)]
Reconduit = Annotated[str | None, option(_RENEWED)]


def _in_a_terminal(wanted: bool) -> bool:
    if wanted and not may_ask():
        raise WrongUsage(
            "--saisir pose des questions, et personne n'est là pour répondre.", "Tapez les autres options."
        )
    return wanted


Saisir = Annotated[
    bool,
    typer.Option(
        "--saisir",
        callback=_in_a_terminal,
        help="Demande, dans un terminal, chaque chose à saisir, jusqu'à une réponse vide.",
    ),
]


def with_typed(form: ActionForm, **typed: Any) -> ActionForm:
    """The form with what was typed, field by field; a field that was not (None) stays."""
    from dataclasses import replace

    return replace(form, **{name: value for name, value in typed.items() if value is not None})


def slices_of(qpv: int | None, veille: int | None, hors: int | None) -> tuple[SliceForm, ...]:
    """The publics counted, by kind of territory; those not typed are left out."""
    from ledger.programming.publics.shares import SliceForm

    counts = (("qpv", qpv), ("veille", veille), ("hors", hors))
    return tuple(SliceForm(kind, headcount=count) for kind, count in counts if count is not None)
