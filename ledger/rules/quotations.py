"""The words of the texts behind the shipped rules, taken down to the letter, and how far they bear them out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ledger.core.source import Source
from ledger.rules.book import Rule
from ledger.rules.figures import Figures
from ledger.rules.kinds import read_figures
from ledger.rules.scope import check_scope
from ledger.rules.seed import shipped_content
from ledger.rules.written import figures_text, scope_pairs


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
