"""What is asked, thing by thing, of an action's public, budget, references and indicators; a blank answer ends each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

from ledger.commands.programming.action_typing import ask_plan
from ledger.commands.programming.action_words import contributions_of, count_of, indicators_of, references_of
from ledger.commands.shell.access import reading
from ledger.commands.shell.dialogue import ask, not_empty, read_yes
from ledger.core.errors import InvalidValue
from ledger.core.money import parse_positive_money, total
from ledger.programming.vocabulary import PlanSide

if TYPE_CHECKING:
    from ledger.programming.forms import ActionForm, FundingForm, IndicatorForm, PlanLineForm, PublicForm, ReferenceForm

Thing = TypeVar("Thing")

_NO_TERRITORY = ("qpv", "veille", "hors")
_IN_KIND = "Contribution en nature, GENRE=MONTANT : benevolat, locaux, prestations, dons ou tfpb (vide : terminé)"


def ask_publics() -> tuple[PublicForm, ...]:
    """Who benefits, place by place."""
    from ledger.programming.forms import PublicForm

    found = []
    question = "Lieu (code d'un territoire, ou qpv, veille, hors ; vide : terminé)"
    for territory, kind in _until_blank(question, _place):
        headcount = ask("Combien de bénéficiaires", count_of)
        counted = ask("Comptés d'avance, et non estimés ? [o/N]", read_yes)
        epci = ask("Agglomération, CAPH ou CAVM (vide : celle du territoire)", _epci)
        lived = kind == "vecu"
        inside = ask("Combien d'entre eux habitent un quartier prioritaire", count_of) if lived else None
        evidence = ask("Ce qui le montre", not_empty) if lived else ""
        found.append(PublicForm(kind, headcount, territory, epci, counted, inside, evidence))
    return tuple(found)


def ask_budget(form: ActionForm) -> tuple[tuple[PlanLineForm, ...], tuple[FundingForm, ...]]:
    """The whole budget, account by account, then what is asked of each line until it balances.

    What is asked stays as it is when the new budget balances with it.
    """
    charges = _accounts(PlanSide.CHARGES, "Compte de charge, 60 à 69 (vide : terminé)")
    produits = _accounts(PlanSide.PRODUITS, "Produit demandé à personne : compte 70 à 79 (vide : terminé)")
    contributions = [line for pair in _until_blank(_IN_KIND, _contribution) for line in pair]
    cost = total(each.amount for each in charges) if charges else form.cost_total
    left = cost - total(each.amount for each in produits)
    if left.cents < 0:
        raise InvalidValue(
            f"Les produits dépassent les charges de {(-left).french()}.", "Reprenez la saisie : produits et charges."
        )
    asked = total(each.amount_requested for each in form.fundings)
    return (*charges, *produits, *contributions), form.fundings if asked == left else ask_plan(left)


def ask_references() -> tuple[ReferenceForm, ...]:
    """The numbers other systems give the action."""
    kinds = "dauphin, gispro, ej ou autre"
    return tuple(_until_blank(f"SYSTEME=NUMERO, le système étant {kinds} (vide : terminé)", _reference))


def ask_indicators() -> tuple[IndicatorForm, ...]:
    """What is expected: in number when the answer is a number, else in words."""
    found: list[IndicatorForm] = []
    for label in _until_blank("Résultat attendu, par exemple ateliers tenus (vide : terminé)", str):
        expected = ask("Combien, ou en quels mots", not_empty)
        text = f"{label}={expected}"
        found += indicators_of([text], None) if expected.isdecimal() else indicators_of(None, [text])
    return tuple(found)


def _until_blank(question: str, read: Callable[[str], Thing]) -> Iterator[Thing]:
    while (answer := ask(question, lambda text: read(text) if text else None)) is not None:
        yield answer


def _accounts(side: str, question: str) -> list[PlanLineForm]:
    from ledger.programming.cerfa import account_label, find_account
    from ledger.programming.forms import PlanLineForm

    return [
        PlanLineForm(side, account, ask(f"{account} {account_label(side, account)} : montant", parse_positive_money))
        for account in _until_blank(question, lambda text: find_account(side, text))
    ]


def _contribution(text: str) -> tuple[PlanLineForm, ...]:
    return contributions_of([text])


def _reference(text: str) -> ReferenceForm:
    from ledger.programming.forms import check_references

    found = references_of([text])
    check_references(found)
    return found[0]


def _epci(text: str) -> str:
    if text.upper() not in ("", "CAPH", "CAVM"):
        raise InvalidValue(f"« {text} » n'est pas une agglomération du contrat.", "Écrivez CAPH ou CAVM.")
    return text.upper()


def _place(text: str) -> tuple[str, str]:
    """The code and kind of the territory, "" and the kind where only that is known."""
    from ledger.referential.lookups import find_territory

    if text.lower() in _NO_TERRITORY:
        return "", text.lower()
    with reading() as session:
        found = find_territory(session, text)
        return found.code, found.kind
