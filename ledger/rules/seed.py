"""The rules shipped with the product, entered in a contract, and what becomes of those it has otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, NotFound
from ledger.core.period import Period
from ledger.journal.model import Contract
from ledger.rules.book import standing_versions
from ledger.rules.enter_rule import RuleForm, checked_form, correct_version, enter_several_rules
from ledger.rules.model import RuleVersion
from ledger.rules.packs import shipped_rules
from ledger.rules.vocabulary import ShippedState
from ledger.storage.session import acting_for, context


@dataclass(frozen=True, slots=True)
class Shipped:
    """What becomes of a shipped rule in this contract.

    state: ADDED; KEPT, since the contract has its own version of that code; PUT_ASIDE, since another rule of the
    contract, `other`, already answers for the same subject; TAKEN, when it was taken in the place of its own.
    """

    form: RuleForm
    state: ShippedState
    other: str = ""


def load_rules(session: Session, contract: str, model: str = "") -> list[Shipped]:
    """The shipped rules that this contract did not have: entered, unless it has one of its own in their place.

    model: whose rules they are; by default the model of a base made without an option. What the contract has already
    stays as it is, and is said where it is not as shipped.
    """
    with acting_for(session, contract):
        found = shipped_beside(session, model)
        enter_several_rules(session, [each.form for each in found if each.state is ShippedState.ADDED])
        return found


def shipped_beside(session: Session, model: str = "") -> list[Shipped]:
    """Each shipped rule that the contract does not have as shipped, and what load_rules would do of it."""
    query = select(RuleVersion)
    held = standing_versions(session.scalars(query))
    found = []
    for form in map(checked_form, _own_pack(session, model)):
        mine = [each for each in held if each.code == form.code]
        beside = [each for each in held if (each.kind, each.scope) == (form.kind, dict(form.scope))]
        both_sides = [each for each in beside if form.period.overlaps(Period(each.first_day, each.last_day))]
        if any(each.code == form.code for each in both_sides) or any(each not in beside for each in mine):
            if not any(_as_shipped(each, form) for each in mine):
                found.append(Shipped(form, ShippedState.KEPT))
        else:
            state = ShippedState.PUT_ASIDE if both_sides else ShippedState.ADDED
            found.append(Shipped(form, state, both_sides[0].code if both_sides else ""))
    return found


def _own_pack(session: Session, model: str = "") -> list[RuleForm]:
    contract = session.get_one(Contract, context(session).contract)
    return list(shipped_rules(model or contract.model, contract.epci_financeur))


def _as_shipped(version: RuleVersion, form: RuleForm) -> bool:
    days = (version.first_day, version.last_day) == (form.period.first, form.period.last)
    source = (version.source_text, version.source_article) == (form.source.text, form.source.article)
    said = (version.kind, version.scope, version.figures) == (form.kind, dict(form.scope), dict(form.figures))
    return days and source and said


def replace_by_shipped(session: Session, code: str) -> list[RuleVersion]:
    """The shipped versions of this code in the place of the contract's own, which stay known as they were.

    raises: NotFound when none is shipped under this code, InvalidValue when the contract has them as shipped already,
    or has no version that begins on their day.
    """
    wanted = code.strip().upper()
    if wanted not in {form.code for form in _own_pack(session)}:
        raise NotFound(
            f"Aucune règle « {wanted} » n'est livrée avec le programme.", "La liste : cofiville regle mettre-a-niveau."
        )
    kept = [
        each.form for each in shipped_beside(session) if each.state is ShippedState.KEPT and each.form.code == wanted
    ]
    if not kept:
        raise InvalidValue(
            f"La règle {wanted} est déjà celle du programme.", f"Consultez-la : cofiville regle montrer {wanted}."
        )
    return [correct_version(session, form) for form in kept]
