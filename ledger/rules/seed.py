"""The rules shipped with the product (seed.toml), and the words of the texts behind them, taken down to the letter."""

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
from ledger.rules.book import Rule, standing_versions
from ledger.rules.enter_rule import RuleForm, checked_form, correct_version, enter_several_rules
from ledger.rules.figures import Figures
from ledger.rules.kinds import read_figures
from ledger.rules.model import RuleVersion
from ledger.rules.scope import check_scope
from ledger.rules.vocabulary import ShippedState
from ledger.rules.written import figures_text, scope_pairs
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
        enter_several_rules(session, [each.form for each in found if each.state is ShippedState.ADDED])
        return found


def shipped_beside(session: Session) -> list[Shipped]:
    """Each shipped rule that the contract does not have as shipped, and what load_rules would do of it."""
    query = select(RuleVersion)
    held = standing_versions(session.scalars(query))
    found = []
    for form in map(checked_form, shipped_rules()):
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


@dataclass(frozen=True, slots=True)
class Quotation:
    """The words of a paragraph, and how far they bear the rule out.

    reach: "dit la règle" or "dit moins que la règle"; remark: what the rule adds to them, in French.
    """

    paragraph: str
    words: str
    reach: str
    remark: str = ""

    def text(self) -> str:
        """On one line, for people."""
        return f"{self.paragraph} ({self.reach}) : « {self.words} »" + (f" — {self.remark}" if self.remark else "")

    def as_data(self) -> dict[str, str]:
        """As JSON carries it."""
        return {"paragraphe": self.paragraph, "mots": self.words, "portee": self.reach, "remarque": self.remark}


def quotations_of(rule: Rule[Figures]) -> tuple[Quotation, ...]:
    """The words behind this rule, where it says what was shipped, of the same text; () where it is the user's own."""
    key = (rule.code, scope_pairs(rule.scope), figures_text(rule.figures))
    text, found = _shipped().get(key, ("", ()))
    return found if text == rule.source.text else ()


def quotations_beside(code: str, source: str) -> tuple[Quotation, ...]:
    """The words behind the shipped rule of this code, as long as what cites it names the same text and article."""
    found = dict.fromkeys(
        each
        for entry in shipped_content()["regle"]
        if entry["code"] == code and source == str(_source(entry))
        for each in _read(entry)
    )
    return tuple(found)


def _source(entry: dict[str, Any]) -> Source:
    return Source(shipped_content()["textes"][entry["texte"]], entry["article"])


@lru_cache(maxsize=1)
def _shipped() -> dict[tuple[str, str, str], tuple[str, tuple[Quotation, ...]]]:
    content = shipped_content()
    return {_key(entry): (content["textes"][entry["texte"]], _read(entry)) for entry in content["regle"]}


def _key(entry: dict[str, Any]) -> tuple[str, str, str]:
    figures = read_figures(entry["genre"], entry["chiffres"])
    return entry["code"], scope_pairs(check_scope(entry.get("portee", {}))), figures_text(figures)


def _read(entry: dict[str, Any]) -> tuple[Quotation, ...]:
    return tuple(
        Quotation(each["paragraphe"], each["mots"], each["portee"], each.get("remarque", ""))
        for each in entry.get("citations", ())
    )
