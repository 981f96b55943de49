"""What is asked, thing by thing, of an action's public, budget, references and indicators; a blank answer ends each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from ledger.commands.declaring.access import reading
from ledger.commands.programming.action_words import (
    count_of,
    read_contribution,
    read_quality,
    read_quantity,
    read_reference,
)
from ledger.core.errors import InvalidValue
from ledger.core.identifiers import is_count
from ledger.core.money import ZERO, Money, parse_positive_money, total
from ledger.programming.vocabulary import ActionNature, PlanSide
from ledger.terminal.completion import codes_of
from ledger.terminal.dialogue import ask, not_empty, read_yes

if TYPE_CHECKING:
    from ledger.programming.actions.forms import ActionForm, ReferenceForm
    from ledger.programming.plans.balance import FundingForm, PlanLineForm
    from ledger.programming.publics.shares import PublicForm

Thing = TypeVar("Thing")

_PLACES = {"qpv": "en quartier prioritaire", "veille": "en veille active", "hors": "hors de ces territoires"}
_IN_KIND = "Contribution en nature, GENRE=MONTANT : benevolat, locaux, prestations, dons ou tfpb (vide : terminé)"


def action_dialogue(typed: dict[str, Any]) -> dict[str, Any]:
    """What every action needs and was not typed: title, porteur, cost, then its objective, its public, its plan.

    Then which criteria of innovation it meets, where it asks more than an ordinary rate gives.
    """
    if all(typed[name] is not None for name in ("intitule", "porteur", "cout")) and typed["financement"]:
        return typed
    if typed["intitule"] is None:
        typed["intitule"] = ask("Intitulé", not_empty)
    if typed["porteur"] is None:
        typed["porteur"] = ask("Code du porteur", _known_porteur, codes_of("porteurs"))
    if typed["cout"] is None:
        typed["cout"] = ask("Coût total", parse_positive_money)
    if typed["objectif"] is None:
        typed["objectif"] = ask("Objectif, par exemple 5.1.2 (vide : aucun)", _objective, codes_of("axes"))
    if not typed["public"] and all(typed[place] is None for place in _PLACES):
        for place, label in _PLACES.items():
            typed[place] = ask(f"Bénéficiaires {label} (vide : non compté)", _count)
    if not typed["financement"]:
        typed["financement"] = list(ask_plan(typed["cout"]))
    if not typed["critere"] and typed["innovation"] is None:
        typed["critere"] = _ask_criteria(typed)
    return typed


def publics_dialogue(typed: dict[str, Any]) -> dict[str, Any]:
    """Who benefits, place by place, and where these numbers come from, when nothing was typed."""
    if not typed["public"] and typed["origine"] is None:
        typed["public"] = list(_ask_publics())
        typed["origine"] = ask("D'où viennent les effectifs (vide : non dit)", str) or None
    return typed


def references_dialogue(typed: dict[str, Any]) -> dict[str, Any]:
    """With --saisir, the numbers other systems give the action."""
    if typed["saisir"]:
        typed["references"] = [*(typed["references"] or ()), *_ask_references()]
    return typed


def _ask_publics() -> tuple[PublicForm, ...]:
    """Who benefits, place by place."""
    from ledger.programming.publics.record_publics import kind_roles
    from ledger.programming.publics.shares import PublicForm

    with reading() as session:
        roles = kind_roles(session)
    alone = [code for code, role in roles.items() if not role.on_evidence]
    found = []
    question = f"Lieu (code d'un territoire, ou {', '.join(alone)} ; vide : terminé)"
    for territory, kind in _until_blank(question, partial(_place, alone)):
        headcount = ask("Combien de bénéficiaires", count_of)
        counted = ask("Comptés d'avance, et non estimés ? [o/N]", read_yes)
        epci = ask("Agglomération, son code (vide : celle du territoire)", _epci)
        lived = roles[kind].on_evidence
        inside = ask("Combien d'entre eux habitent un quartier prioritaire", count_of) if lived else None
        evidence = ask("Ce qui le montre", not_empty) if lived else ""
        found.append(PublicForm(kind, headcount, territory, epci, counted, inside, evidence))
    return tuple(found)


def budget_dialogue(typed: dict[str, Any]) -> dict[str, Any]:
    """With --saisir, the whole budget, account by account, then what is asked of each line until it balances.

    What is asked stays as it is when the new budget balances with it.
    """
    if not typed["saisir"]:
        return typed
    typed["charge"] = _accounts(PlanSide.CHARGES, "Compte de charge, 60 à 69 (vide : terminé)")
    typed["produit"] = _accounts(PlanSide.PRODUITS, "Produit demandé à personne : compte 70 à 79 (vide : terminé)")
    typed["contribution"] = list(_until_blank(_IN_KIND, read_contribution))
    form = _form_of(typed["action"])
    charges = typed["charge"]
    cost = total(each.amount for each in charges) if charges else form.cost_total
    left = cost - total(each.amount for each in typed["produit"])
    if left.cents < 0:
        raise InvalidValue(
            f"Les produits dépassent les charges de {(-left).french()}.", "Reprenez la saisie : produits et charges."
        )
    if total(each.amount_requested for each in form.fundings) != left:
        typed["financement"] = list(ask_plan(left))
    return typed


def _form_of(number: str) -> ActionForm:
    from ledger.programming.actions.read_actions import form_of
    from ledger.programming.queries import find_action

    with reading() as session:
        return form_of(find_action(session, number))


def _ask_references() -> list[ReferenceForm]:
    """The numbers other systems give the action."""
    kinds = "dauphin, gispro, ej ou autre"
    return list(_until_blank(f"SYSTEME=NUMERO, le système étant {kinds} (vide : terminé)", _reference))


def indicators_dialogue(typed: dict[str, Any]) -> dict[str, Any]:
    """With --saisir, what is expected: in number when the answer is a number, else in words."""
    if not typed["saisir"]:
        return typed
    for label in _until_blank("Résultat attendu, par exemple ateliers tenus (vide : terminé)", str):
        expected = ask("Combien, ou en quels mots", not_empty)
        kind, read = ("quantitatif", read_quantity) if expected.isdecimal() else ("qualitatif", read_quality)
        typed[kind] = [*(typed[kind] or ()), read(f"{label}={expected}")]
    return typed


def _ask_criteria(typed: dict[str, Any]) -> list[str] | None:
    """The codes of the criteria of innovation, where naming them may change something; None where none is named."""
    from ledger.programming.actions.criteria import known_criteria
    from ledger.programming.actions.forms import ReadAction
    from ledger.programming.controls.queries import criteria_to_name

    year = typed["annee"]
    action = ReadAction(
        year,
        typed["porteur"],
        typed["intitule"],
        typed["cout"],
        cost_eligible=typed["eligible"],
        objective=typed["objectif"] or "",
        dispositif=typed["dispositif"] or "",
        nature=typed["nature"] or ActionNature.RUNNING,
        requested={each.line: each.amount_requested for each in typed["financement"]},
    )
    with reading() as session:
        known = criteria_to_name(session, action)
    if not known:
        return None

    def read(text: str) -> list[str]:
        with reading() as session:
            return list(known_criteria(session, text.replace(",", ";").split(";"), year))

    def offered(begun: str) -> str:
        return "\n".join(f"{each.code}  {each.words}" for each in known.values() if each.code.startswith(begun.upper()))

    return ask("Critères d'innovation justifiés, séparés par « ; » (vide : aucun)", read, offered) or None


def _until_blank(question: str, read: Callable[[str], Thing]) -> Iterator[Thing]:
    while (answer := ask(question, lambda text: read(text) if text else None)) is not None:
        yield answer


def _accounts(side: str, question: str) -> list[PlanLineForm]:
    from ledger.programming.plans.balance import PlanLineForm, account_label, find_account

    return [
        PlanLineForm(side, account, ask(f"{account} {account_label(side, account)} : montant", parse_positive_money))
        for account in _until_blank(question, lambda text: find_account(side, text))
    ]


def _reference(text: str) -> ReferenceForm:
    from ledger.programming.actions.forms import check_references

    found = read_reference(text)
    check_references([found])
    return found


def _epci(text: str) -> str:
    from ledger.referential.contracts import epcis_of_contract

    with reading() as session:
        known = [each.code for each in epcis_of_contract(session)]
    if text.upper() not in ("", *known):
        raise InvalidValue(
            f"« {text} » n'est pas une agglomération du contrat.", f"Agglomérations : {', '.join(known)}."
        )
    return text.upper()


def _place(alone: Collection[str], text: str) -> tuple[str, str]:
    """The code and kind of the territory, "" and the kind where only that is known."""
    from ledger.referential.queries import find_territory

    if text.lower() in alone:
        return "", text.lower()
    with reading() as session:
        found = find_territory(session, text)
        return found.code, found.kind


def ask_plan(cost: Money) -> tuple[FundingForm, ...]:
    """Lines asked one by one until the plan is balanced; an empty line leaves the rest to the porteur's own funds."""
    from ledger.programming.plans.balance import OWN_FUNDS_LINE, FundingForm

    found: dict[str, FundingForm] = {}
    while (left := cost - total(each.amount_requested for each in found.values())).cents > 0:
        question = f"Reste {left.french()} à financer. Ligne de crédits (vide : fonds propres du porteur)"
        line = ask(question, _known_line, codes_of("lignes"))
        if not line:
            own = found.get(OWN_FUNDS_LINE)
            found[OWN_FUNDS_LINE] = FundingForm(OWN_FUNDS_LINE, left + (own.amount_requested if own else ZERO))
            break
        amount = ask(f"Montant demandé sur {line}", lambda text, most=left: _within(text, most))  # type: ignore[misc]
        before = found[line].amount_requested if line in found else ZERO
        found[line] = FundingForm(line, before + amount)
    return tuple(found.values())


def _count(text: str) -> int | None:
    if text and not is_count(text):
        raise InvalidValue(f"« {text} » n'est pas un nombre de personnes.", "Saisissez un nombre entier, ou rien.")
    return int(text) if text else None


def _within(text: str, most: Money) -> Money:
    amount = parse_positive_money(text)
    if amount > most:
        raise InvalidValue(f"{amount.french()} dépasse ce qui reste à financer ({most.french()}).", "Demandez moins.")
    return amount


def _known_porteur(text: str) -> str:
    from ledger.referential.queries import find_porteur

    with reading() as session:
        return find_porteur(session, text).code


def _known_line(text: str) -> str:
    from ledger.referential.queries import find_line

    if not text:
        return ""
    with reading() as session:
        return find_line(session, text).code


def _objective(text: str) -> str:
    from ledger.referential.queries import find_objective

    if not text:
        return ""
    with reading() as session:
        return find_objective(session, text).code
