"""The commands of one sort of words of a contract, made of its declaration: lister, ajouter, modifier, clore."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from ledger.commands.declaring.access import reading_as_of, writing
from ledger.commands.declaring.group import DeclaredGroup, group
from ledger.commands.declaring.options import AuJour, ConnuAu, Le, Oui, argument, confirm, day, option
from ledger.commands.outcome import Outcome, Row, one, several
from ledger.core.field import Field, Kind
from ledger.journal.fields import LABEL
from ledger.referential.fields import CODE, FIRST_DAY, LAST_DAY, NEW_NAME, SOURCE
from ledger.reports.listing import Listing

if TYPE_CHECKING:
    from ledger.referential.words import AnyWord

ROLE = Field("role", "rôle", Kind.CODE, help="Ce que le programme y cherche.", optional=True, placeholder="ROLE")
_CODE = CODE.but(help="Son code, en minuscules.", placeholder="CODE")
_LABEL = LABEL.but(help="Son libellé.", placeholder="LIBELLE")
_REQUIRED = inspect.Parameter.empty


@dataclass(frozen=True, slots=True)
class WordField:
    """What a sort of words says beside its code and label: the attribute of its row, and the field that shows it.

    added: what it is on a new word where nothing is typed; left out, it must be typed. held: the type of its value.
    changed: the names of its option on a change, where they are others. instead: the attribute it takes when blank.
    """

    attribute: str
    field: Field
    added: object = _REQUIRED
    held: type = str
    changed: tuple[str, ...] = ()
    instead: str = ""


WORD_SOURCE = WordField("source", SOURCE.but(placeholder="TEXTE", optional=True), added="")


@dataclass(frozen=True, slots=True)
class SortOfWords:
    """A sort of words: its entity in ledger.referential.model, what people call it, what its words say, its help.

    title: of its list. noun: of one word. offers: the list that completes a code. own: beside code and label.
    helps: by command, its help and the example that ends it.
    """

    entity: str
    purpose: str
    title: str
    noun: str
    offers: str
    own: Sequence[WordField]
    helps: Mapping[str, tuple[str, str]]
    feminine: bool = False
    shown: Mapping[str, Field] = field(init=False)

    def __post_init__(self) -> None:
        own = {each.attribute: each.field for each in self.own}
        days = {"starts_on": FIRST_DAY, "ends_on": LAST_DAY}
        object.__setattr__(self, "shown", {"code": _CODE, "label": _LABEL, **own, **days})

    def load(self) -> Any:
        """The entity."""
        from ledger.referential import model

        return getattr(model, self.entity)

    def row(self, word: AnyWord) -> Row:
        """The word, by field."""
        return {each.name: getattr(word, attribute) for attribute, each in self.shown.items()}


def word_group(words: SortOfWords) -> DeclaredGroup:
    """The commands of this sort of words."""
    made = group(words.purpose)
    fields = tuple(words.shown.values())
    for name, function in (
        ("lister", _listing(words)),
        ("ajouter", _adding(words)),
        ("modifier", _changing(words)),
        ("clore", _closing(words)),
    ):
        said, example = words.helps[name]
        function.__name__ = f"{words.offers}_{name}"
        function.__doc__ = f"{said}\n\nExemple : cofiville {example}"
        listing = name == "lister"
        made.command(name, act=not listing, answer=several(*fields) if listing else one(*fields))(function)
    return made


def _listing(words: SortOfWords) -> Callable[..., Outcome]:
    def lister(le: AuJour = None, connu_au: ConnuAu = None) -> Outcome:
        from ledger.referential.words import words_of

        with reading_as_of(le, connu_au) as session:
            rows = tuple(words.row(each) for each in words_of(session, words.load()))
        return Outcome(Listing(words.title, tuple(words.shown.values()), rows))

    return lister


def _adding(words: SortOfWords) -> Callable[..., Outcome]:
    def ajouter(code: str, libelle: str, du: date | None = None, **typed: Any) -> Outcome:
        from ledger.referential.change_words import add_word

        said = {"label": libelle} | {each.attribute: typed.get(each.field.name, each.added) for each in words.own}
        said |= {each.attribute: said[each.attribute] or said[each.instead] for each in words.own if each.instead}
        with writing() as session:
            row = words.row(add_word(session, words.load(), code, said, du))
        return Outcome(row, (f"{words.noun} {row['code']} ajouté{'e' * words.feminine} : {row['libelle']}.",))

    own = [_parameter(each.field.name, each.held, option(each.field), each.added) for each in words.own]
    label = _parameter("libelle", str, argument(_LABEL))
    return _typed_as(ajouter, _coded(words), label, *own, _parameter("du", date | None, option(FIRST_DAY), None))


def _changing(words: SortOfWords) -> Callable[..., Outcome]:
    def modifier(code: str, libelle: str | None = None, le: date | None = None, **typed: Any) -> Outcome:
        from ledger.programming.word_uses import uses_of
        from ledger.referential.change_words import change_word
        from ledger.referential.words import find_word

        said = {"label": libelle} | {each.attribute: typed.get(each.field.name) for each in words.own}
        with writing() as session:
            found = find_word(session, words.load(), code)
            uses = [each.said for each in uses_of(session, found)]
            change_word(session, found, {name: said[name] for name in said if said[name] is not None}, le, uses)
            row = words.row(found)
        return Outcome(row, (f"{words.noun} {row['code']} : {row['libelle']}.",))

    own = [_parameter(each.field.name, each.held | None, option(each.field, *each.changed), None) for each in words.own]
    label = _parameter("libelle", str | None, option(NEW_NAME, "--libelle"), None)
    on = inspect.Parameter("le", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Le)
    return _typed_as(modifier, _coded(words), label, *own, on)


def _closing(words: SortOfWords) -> Callable[..., Outcome]:
    def clore(code: str, le: Le = None, oui: Oui = False) -> Outcome:
        from ledger.programming.facts_in_use import close_unused
        from ledger.referential.words import NAMES, find_word

        end = f"clos{'e' * words.feminine}"
        confirm(f"{NAMES[words.load()].named} {code} sera {end}.", oui)
        with writing() as session:
            found = find_word(session, words.load(), code)
            close_unused(session, found, day(le))
            row = words.row(found)
        return Outcome(row, (f"{words.noun} {row['code']} {end} le {row['au']:%d/%m/%Y}.",))

    days = (("le", Le, None), ("oui", Oui, False))
    kind = inspect.Parameter.KEYWORD_ONLY
    rest = [inspect.Parameter(name, kind, default=default, annotation=hint) for name, hint, default in days]
    return _typed_as(clore, _coded(words), *rest)


def _coded(words: SortOfWords) -> inspect.Parameter:
    return _parameter("code", str, argument(_CODE.but(offers=words.offers)))


def _parameter(name: str, held: Any, typed: Any, default: object = _REQUIRED) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[held, typed])


def _typed_as(act: Callable[..., Outcome], *parameters: inspect.Parameter) -> Callable[..., Outcome]:
    """The act, read as having these parameters in this order."""
    act.__annotations__ = {each.name: each.annotation for each in parameters} | {"return": Outcome}
    act.__signature__ = inspect.Signature(list(parameters))  # type: ignore[attr-defined]
    return act
