"""The rules shipped with the product, in packs: the law's (legal.toml), common usages (usages.toml), each model's own.

A contract has those of its model: every rule of the law and every usage, and what the model adds.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

from ledger.core.identifiers import code_from_name
from ledger.core.period import Period
from ledger.core.source import Source
from ledger.referential.shipped_models import default_model, model_file
from ledger.rules.book import Rule
from ledger.rules.enter_rule import RuleForm, checked_form
from ledger.rules.figures import Figures
from ledger.rules.kinds import Innovation, read_figures
from ledger.rules.written import figures_text, scope_pairs

COMMON_PACKS = ("legal", "usages")
# What a pack writes in the place of the code of the EPCI that carries the contract.
_EPCI = "{EPCI}"


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


@dataclass(frozen=True, slots=True)
class Criterion:
    """One of the criteria that a rule counts: its code, and the words of the paragraph that gives it."""

    code: str
    paragraph: str
    words: str

    def text(self) -> str:
        """On one line, for people."""
        return f"Critère {self.code} ({self.paragraph}) : « {self.words} »"

    def as_data(self) -> dict[str, str]:
        """As JSON carries it."""
        return {"critere": self.code, "paragraphe": self.paragraph, "mots": self.words}


@dataclass(frozen=True, slots=True)
class ShippedRule:
    """A rule as a pack has it, with the words of the texts behind it and the criteria that it counts."""

    form: RuleForm
    quotations: tuple[Quotation, ...] = ()
    criteria: tuple[Criterion, ...] = ()


@lru_cache(maxsize=8)
def shipped_pack(name: str) -> tuple[ShippedRule, ...]:
    """The rules of a pack in its order, "legal", "usages" or a model; a model's end with the common ones it left out.

    raises: NotFound, for a model that is not shipped.
    """
    common = name in COMMON_PACKS
    source = files("ledger.rules").joinpath(f"{name}.toml") if common else model_file(name, "regles.toml")
    found = tuple(_read_pack(tomllib.loads(source.read_text(encoding="utf-8"))))
    if common:
        return found
    held = {each.form.code for each in found}
    return found + tuple(each for pack in COMMON_PACKS for each in shipped_pack(pack) if each.form.code not in held)


def _read_pack(content: Mapping[str, Any]) -> Iterator[ShippedRule]:
    for entry in content["regle"]:
        words = tuple(
            Quotation(each["paragraphe"], each["mots"], each["portee"], each.get("remarque", ""))
            for each in entry.get("citations", ())
        )
        if "comme" in entry:
            yield from _taken_from(entry, words)
        else:
            counted = (Criterion(each["code"], each["paragraphe"], each["mots"]) for each in entry.get("criteres", ()))
            yield ShippedRule(_form(entry, content["textes"], content["verifiee_le"]), words, tuple(counted))


def _taken_from(entry: Mapping[str, Any], words: tuple[Quotation, ...]) -> Iterator[ShippedRule]:
    """The rules of these codes as another pack has them, to be confirmed where the entry says so."""
    pack = shipped_pack(entry["comme"])
    for code in entry["codes"]:
        for each in (each for each in pack if each.form.code == code):
            open_to_doubt = each.form.to_confirm or entry.get("a_confirmer", False)
            form = replace(each.form, to_confirm=open_to_doubt)
            yield replace(each, form=form, quotations=words or each.quotations)


def _form(entry: Mapping[str, Any], texts: Mapping[str, str], verified_on: date) -> RuleForm:
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


def shipped_rules(model: str = "", epci: str = "") -> Iterator[RuleForm]:
    """Every rule of a model, that of a base made without an option by default, in its order.

    epci: the code of the EPCI that carries the contract, where rules of the model bear on its own credits.
    """
    for each in shipped_pack(model or default_model()):
        form = each.form
        if _EPCI not in form.code:
            yield form
        elif epci:
            scope = {word: value.replace(_EPCI, epci) for word, value in form.scope.items()}
            yield replace(form, code=form.code.replace(_EPCI, epci), scope=scope)


def quotations_of(rule: Rule[Figures], model: str = "") -> tuple[Quotation, ...]:
    """The words behind this rule, where it says what was shipped, of the same text; () where it is the user's own.

    model: that of the contract; "" for that of a base made without an option.
    """
    key = (rule.code, scope_pairs(rule.scope), figures_text(rule.figures))
    text, found = _quoted(model or default_model()).get(key, ("", ()))
    return found if text == rule.source.text else ()


def quotations_beside(code: str, source: str, model: str = "") -> tuple[Quotation, ...]:
    """The words behind the shipped rule of this code, as long as what cites it names the same text and article.

    model: that of the contract; "" for that of a base made without an option.
    """
    found = dict.fromkeys(
        words
        for each in shipped_pack(model or default_model())
        if each.form.code == code and source == str(each.form.source)
        for words in each.quotations
    )
    return tuple(found)


def criteria_of(rule: Rule[Figures], model: str = "") -> tuple[Criterion, ...]:
    """The criteria that the rule counts, whatever number of them it requires: its own, else those shipped with it.

    model: that of the contract; "" for that of a base made without an option. () for a rule that counts none.
    """
    figures = rule.figures
    if isinstance(figures, Innovation) and figures.names:
        return tuple(Criterion(code_from_name(name), rule.source.article, name) for name in figures.names)
    shipped = shipped_pack(model or default_model())
    found = (each.criteria for each in shipped if (each.form.code, each.form.kind) == (rule.code, figures.kind))
    return next((criteria for criteria in found if criteria), ())


@lru_cache(maxsize=8)
def _quoted(model: str) -> dict[tuple[str, str, str], tuple[str, tuple[Quotation, ...]]]:
    found = {}
    for each in shipped_pack(model):
        if _EPCI in each.form.code:
            continue
        form = checked_form(each.form)
        figures = figures_text(read_figures(form.kind, form.figures))
        found[form.code, scope_pairs(form.scope), figures] = (form.source.text, each.quotations)
    return found
