"""The rules shipped with the product: those of the Contrat de ville and of the texts it rests on (seed.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, NotFound
from ledger.core.period import Period
from ledger.core.source import Source
from ledger.rules.book import standing
from ledger.rules.model import RuleVersion
from ledger.rules.operations import RuleForm, checked_form, correct_version, enter_together
from ledger.rules.vocabulary import ShippedState
from ledger.storage.session import acting_for


@lru_cache(maxsize=1)
def shipped_content() -> dict[str, Any]:
    """What seed.toml holds: "textes", "regle" and the day on which it was last read beside them, "verifiee_le"."""
    return tomllib.loads(files("ledger.rules").joinpath("seed.toml").read_text(encoding="utf-8"))


def shipped_rules() -> Iterator[RuleForm]:
    """Every rule of seed.toml, in its order."""
    content = shipped_content()
    verified_on: date = content["verifiee_le"]
    for entry in content["regle"]:
        yield _form(entry, content["textes"], verified_on)


def _form(entry: dict[str, Any], texts: dict[str, str], verified_on: date) -> RuleForm:
    return RuleForm(
        code=entry["code"],
        kind=entry["genre"],
        scope=entry.get("portee", {}),
        figures=entry["chiffres"],
        label=entry["libelle"],
        period=Period(entry["du"], entry.get("au")),
        source=Source(texts[entry["texte"]], entry["article"]),
        to_confirm=entry.get("a_confirmer", False),
        verified_on=verified_on,
    )


@dataclass(frozen=True, slots=True)
class Shipped:
    """What becomes of a shipped rule in this contract.

    state: ADDED; KEPT, since the contract has its own version of that code; PUT_ASIDE, since another rule of the
    contract, `other`, already answers for the same subject; TAKEN, when it was taken in the place of its own.
    """

    form: RuleForm
    state: ShippedState
    other: str = ""


def load_rules(session: Session, contract: str) -> list[Shipped]:
    """The shipped rules that this contract did not have: entered, unless it has one of its own in their place.

    What the contract has already stays as it is, and is said where it is not as shipped.
    """
    with acting_for(session, contract):
        found = shipped_beside(session)
        enter_together(session, [each.form for each in found if each.state is ShippedState.ADDED])
        return found


def shipped_beside(session: Session) -> list[Shipped]:
    """Each shipped rule that the contract does not have as shipped, and what load_rules would do of it."""
    query = select(RuleVersion)
    held = standing(session.scalars(query))
    found = []
    for form in map(checked_form, shipped_rules()):
        mine = [each for each in held if each.code == form.code]
        beside = [each for each in held if (each.kind, each.scope) == (form.kind, dict(form.scope))]
        together = [each for each in beside if form.period.overlaps(Period(each.first_day, each.last_day))]
        if any(each.code == form.code for each in together) or any(each not in beside for each in mine):
            if not any(_as_shipped(each, form) for each in mine):
                found.append(Shipped(form, ShippedState.KEPT))
        else:
            state = ShippedState.PUT_ASIDE if together else ShippedState.ADDED
            found.append(Shipped(form, state, together[0].code if together else ""))
    return found


def _as_shipped(version: RuleVersion, form: RuleForm) -> bool:
    days = (version.first_day, version.last_day) == (form.period.first, form.period.last)
    source = (version.source_text, version.source_article) == (form.source.text, form.source.article)
    said = (version.kind, version.scope, version.figures) == (form.kind, dict(form.scope), dict(form.figures))
    return days and source and said


def take_shipped(session: Session, code: str) -> list[RuleVersion]:
    """The shipped versions of this code in the place of the contract's own, which stay known as they were.

    raises: NotFound when none is shipped under this code, InvalidValue when the contract has them as shipped already,
    or has no version that begins on their day.
    """
    wanted = code.strip().upper()
    if wanted not in {form.code for form in shipped_rules()}:
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
