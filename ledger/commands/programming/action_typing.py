"""How an action is typed: its options, the words of its plan, and the questions for what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.shell.access import reading
from ledger.commands.shell.choices import may_ask
from ledger.commands.shell.completion import LINES, PORTEURS, codes_of
from ledger.commands.shell.dialogue import ask, given_or_asked, not_empty
from ledger.commands.shell.usage import WrongUsage
from ledger.core.errors import InvalidValue
from ledger.core.money import ZERO, Money, parse_money, parse_positive_money, total
from ledger.core.period import parse_day
from ledger.programming.vocabulary import RequestState

if TYPE_CHECKING:
    from ledger.programming.forms import ActionForm, FundingForm, SliceForm

Plan = Annotated[
    list[str] | None,
    typer.Option(
        "--financement",
        metavar="LIGNE=MONTANT",
        help="Une ligne du plan ; répétez l'option. LIGNE=MONTANT:partage pour la part commune des EPCI,"
        " :pressenti, :non_recevable ou :refuse pour son statut.",
    ),
]
Lieux = Annotated[list[str] | None, typer.Option("--territoire", metavar="CODE", help="Un territoire servi ; répétez.")]
Effectif = Annotated[int | None, typer.Option(min=0, help="Bénéficiaires.")]
CoutTotal = Annotated[Money | None, typer.Option(metavar="MONTANT", parser=parse_money, help="Le coût total.")]
Eligible = Annotated[
    Money | None, typer.Option(metavar="MONTANT", parser=parse_money, help="Le coût éligible ; le total sinon.")
]
Echelle = Annotated[str | None, typer.Option(help="communale (sinon), communautaire ou arrondissement.")]
Dispositif = Annotated[
    str | None,
    typer.Option(help="action (sinon), dre, ovv, fipd, mous, adultes-relais, fonjep ou moyens-communs."),
]
Nature = Annotated[str | None, typer.Option(help="fonctionnement (sinon) ou investissement.")]
Innovation = Annotated[int | None, typer.Option(min=0, max=4, help="Critères d'innovation justifiés (§5.1).")]
SansDroitCommun = Annotated[str | None, typer.Option(help="Pourquoi aucun droit commun n'est demandé (§5.4.1).")]
PublicCompte = Annotated[int | None, typer.Option(min=0, help="Public compté d'avance dans cet EPCI (§5.4.3.3).")]

Debut = Annotated[date | None, typer.Option("--debut", metavar="JOUR", parser=parse_day, help="Le premier jour.")]
Fin = Annotated[date | None, typer.Option("--fin", metavar="JOUR", parser=parse_day, help="Le dernier jour.")]
Annees = Annotated[int | None, typer.Option("--annees", metavar="N", help="Nombre d'années demandées (1 sinon).")]
Reconduit = Annotated[
    str | None, typer.Option("--reconduit", metavar="ACTION", help="L'action d'une année antérieure qu'elle reconduit.")
]
Publics = Annotated[
    list[str] | None,
    typer.Option(
        "--public",
        metavar="LIEU=EFFECTIF",
        help="Un public ; répétez. LIEU : territoire, qpv, veille ou hors ; puis :compte, :CAPH ou :CAVM, :qpv=N et"
        " :preuve=TEXTE pour un quartier vécu.",
    ),
]
Charges = Annotated[
    list[str] | None, typer.Option("--charge", metavar="COMPTE=MONTANT", help="Une charge (60 à 69) ; répétez.")
]
Produits = Annotated[
    list[str] | None,
    typer.Option("--produit", metavar="COMPTE=MONTANT", help="Un produit demandé à personne (70, 75…) ; répétez."),
]
Contributions = Annotated[
    list[str] | None,
    typer.Option(
        "--contribution",
        metavar="GENRE=MONTANT",
        help="Une contribution volontaire, valorisée à part : benevolat, locaux, prestations, dons ou tfpb ; répétez.",
    ),
]


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


def complete(
    year: int,
    title: str | None,
    porteur: str | None,
    cost: Money | None,
    objective: str | None,
    plan: Sequence[str] | None,
    slices: tuple[SliceForm, ...],
    *,
    counted: bool,
) -> ActionForm:
    """What every action needs: what was typed, and on a terminal the answers to what was not.

    counted: who benefits was typed already.

    raises: WrongUsage without a terminal.
    """
    from ledger.programming.forms import ActionForm

    asking = may_ask() and (title is None or porteur is None or cost is None or not plan)
    title = given_or_asked(title, "--intitule", "Intitulé", not_empty)
    porteur = given_or_asked(porteur, "--porteur", "Code du porteur", _known_porteur, codes_of(PORTEURS))
    cost = given_or_asked(cost, "--cout", "Coût total", parse_positive_money)
    fundings = fundings_of(plan)
    if asking:
        objective = given_or_asked(objective, "--objectif", "Objectif, par exemple 5.1.2 (vide : aucun)", _objective)
        slices = slices if counted else _ask_slices()
        fundings = fundings or ask_plan(cost)
    return ActionForm(year, porteur, title, cost, objective=objective or "", slices=slices, fundings=fundings)


def with_typed(form: ActionForm, **typed: Any) -> ActionForm:
    """The form with what was typed, field by field; a field that was not (None) stays."""
    from dataclasses import replace

    return replace(form, **{name: value for name, value in typed.items() if value is not None})


def fundings_of(plan: Sequence[str] | None) -> tuple[FundingForm, ...]:
    """The lines of a plan typed LIGNE=MONTANT or LIGNE=MONTANT:partage. raises: InvalidValue."""
    return tuple(_funding(text) for text in plan or ())


def slices_of(qpv: int | None, veille: int | None, hors: int | None) -> tuple[SliceForm, ...]:
    """The publics counted, by kind of territory; those not typed are left out."""
    from ledger.programming.forms import SliceForm

    counts = (("qpv", qpv), ("veille", veille), ("hors", hors))
    return tuple(SliceForm(kind, headcount=count) for kind, count in counts if count is not None)


def _funding(text: str) -> FundingForm:
    from ledger.programming.forms import FundingForm

    line, separator, rest = text.partition("=")
    amount, *words = rest.split(":")
    statuses = [word for word in words if word != "partage"]
    if not separator or len(statuses) > 1 or any(word not in RequestState.labels() for word in statuses):
        raise InvalidValue(
            f"« {text} » n'est pas une ligne de plan.",
            f"Écrivez LIGNE=MONTANT, puis s'il y a lieu :partage et un statut ({', '.join(RequestState)}).",
        )
    status = statuses[0] if statuses else RequestState.ASKED
    return FundingForm(line.strip(), parse_money(amount), shared="partage" in words, status=status)


def _ask_slices() -> tuple[SliceForm, ...]:
    labels = ("en quartier prioritaire", "en veille active", "hors de ces territoires")
    return slices_of(*(ask(f"Bénéficiaires {label} (vide : non compté)", _count) for label in labels))


def ask_plan(cost: Money) -> tuple[FundingForm, ...]:
    """Lines asked one by one until the plan is balanced; an empty line leaves the rest to the porteur's own funds."""
    from ledger.programming.balance import OWN_FUNDS_LINE
    from ledger.programming.forms import FundingForm

    found: dict[str, FundingForm] = {}
    while (left := cost - total(each.amount_requested for each in found.values())).cents > 0:
        question = f"Reste {left.french()} à financer. Ligne de crédits (vide : fonds propres du porteur)"
        line = ask(question, _known_line, codes_of(LINES))
        if not line:
            own = found.get(OWN_FUNDS_LINE)
            found[OWN_FUNDS_LINE] = FundingForm(OWN_FUNDS_LINE, left + (own.amount_requested if own else ZERO))
            break
        amount = ask(f"Montant demandé sur {line}", lambda text, most=left: _within(text, most))  # type: ignore[misc]
        before = found[line].amount_requested if line in found else ZERO
        found[line] = FundingForm(line, before + amount)
    return tuple(found.values())


def _count(text: str) -> int | None:
    if text and not (text.isascii() and text.isdigit()):
        raise InvalidValue(f"« {text} » n'est pas un nombre de personnes.", "Saisissez un nombre entier, ou rien.")
    return int(text) if text else None


def _within(text: str, most: Money) -> Money:
    amount = parse_positive_money(text)
    if amount > most:
        raise InvalidValue(f"{amount.french()} dépasse ce qui reste à financer ({most.french()}).", "Demandez moins.")
    return amount


def _known_porteur(text: str) -> str:
    from ledger.referential.lookups import find_porteur

    with reading() as session:
        return find_porteur(session, text).code


def _known_line(text: str) -> str:
    from ledger.referential.lookups import find_line

    if not text:
        return ""
    with reading() as session:
        return find_line(session, text).code


def _objective(text: str) -> str:
    from ledger.referential.lookups import find_objective

    if not text:
        return ""
    with reading() as session:
        return find_objective(session, text).code
