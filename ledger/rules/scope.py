"""What a rule bears on, and how precisely: the more precise of two rules that bear on one subject prevails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.core.errors import InvalidValue, require_words
from ledger.rules.vocabulary import ScopeWord

TERRITORY_KINDS = ("qpv", "veille", "hors")

# French word of a scope, as typed and stored, and the field of a Subject; the most precise first.
_FIELDS: Mapping[str, str] = {
    ScopeWord.LINE: "line",
    ScopeWord.LINES: "line",
    ScopeWord.DISPOSITIF: ScopeWord.DISPOSITIF,
    ScopeWord.STATUT: ScopeWord.STATUT,
    ScopeWord.PORTEUR: "porteur_kind",
    ScopeWord.TERRITORY: "territory",
    ScopeWord.AXIS: "axis",
    ScopeWord.NATURE: ScopeWord.NATURE,
    ScopeWord.FINANCEUR: ScopeWord.FINANCEUR,
    ScopeWord.LINE_NATURE: "line_nature",
    ScopeWord.INNOVATION: ScopeWord.INNOVATION,
}
LINE_WORDS = (ScopeWord.LINE, ScopeWord.LINES, ScopeWord.FINANCEUR, ScopeWord.LINE_NATURE)
ACTION_WORDS = (ScopeWord.DISPOSITIF, ScopeWord.PORTEUR, ScopeWord.AXIS, ScopeWord.NATURE)


@dataclass(frozen=True, slots=True)
class RuleSubject:
    """What a rule is asked about; a field left empty answers to no scope that names it.

    statut: of the porteur. territory: a kind (qpv, veille, hors). nature: fonctionnement or investissement.
    line_nature: specifique, droit_commun or fonds_propres. innovation: oui or non, whether the criteria asked for are
    met.
    """

    line: str = ""
    dispositif: str = ""
    statut: str = ""
    porteur_kind: str = ""
    territory: str = ""
    axis: str = ""
    nature: str = ""
    financeur: str = ""
    line_nature: str = ""
    innovation: str = ""


def check_scope(scope: Mapping[str, str]) -> dict[str, str]:
    """The scope with its words in order.

    raises: InvalidValue for a word that is no scope, or an empty value.
    """
    for word, value in scope.items():
        if word not in _FIELDS:
            raise InvalidValue(
                f"« {word} » n'est pas une portée de règle.", f"Portées connues : {', '.join(ScopeWord)}."
            )
        require_words(value, f"La portée « {word} » est vide.", f"Écrivez par exemple --portee {word}=VALEUR.")
    held: dict[str, str] = {word: scope[word].strip() for word in ScopeWord if word in scope}
    if ScopeWord.LINES in held:
        codes = held[ScopeWord.LINES].split("|")
        held[ScopeWord.LINES] = "|".join(sorted({code.strip().upper() for code in codes}))
    return held


def bears_on(scope: Mapping[str, str], subject: RuleSubject) -> bool:
    """Whether the rule of this scope bears on the subject; an empty scope bears on everything."""
    return all(
        getattr(subject, _FIELDS[word]) in (value.split("|") if word == ScopeWord.LINES else (value,))
        for word, value in scope.items()
    )


def precision(scope: Mapping[str, str]) -> int:
    """How precise the scope is. Two scopes that bear on one subject and differ never have the same precision."""
    return sum(1 << (len(ScopeWord) - rank) for rank, word in enumerate(ScopeWord) if word in scope)


def scope_text(scope: Mapping[str, str]) -> str:
    """The scope as shown to users: "ligne ETAT-PDV-DRE, territoire qpv", or "tout"."""
    return ", ".join(f"{word.replace('_', ' ')} {scope[word]}" for word in ScopeWord if word in scope) or "tout"
