"""What a field is: the one declaration of a value that people type, read or exchange."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeAlias

from ledger.core.money import Money
from ledger.core.vocabulary import Word

Value: TypeAlias = str | int | bool | Money | date | Fraction | tuple[str, ...] | None


class Kind(StrEnum):
    """What a field holds; each kind reads and writes one Python type.

    An ordinal (a year, the number of an entry) is a whole number that is never added up.
    """

    TEXT = "texte"
    CODE = "code"
    CODES = "codes"
    SIRET = "SIRET"
    CHOICE = "choix"
    INTEGER = "nombre entier"
    ORDINAL = "numéro"
    AMOUNT = "montant"
    RATE = "taux"
    DAY = "date"
    INSTANT = "instant"
    YES_NO = "oui/non"
    PATH = "fichier"
    RECORD = "objet"


COUNTED = frozenset({Kind.AMOUNT, Kind.INTEGER})
NUMBERS = COUNTED | {Kind.RATE}
_WIDTHS = {Kind.TEXT: 40, Kind.CODE: 22, Kind.INTEGER: 10, Kind.ORDINAL: 10}
_USUAL_WIDTH = 16


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values a field accepts: as kept, as people read it, and as it is also written in full."""

    value: str
    label: str
    in_full: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A value, declared once: the option typed, the question asked, the cell, the key of the JSON are views of it.

    name: as scripts read it. title: above a column. help: what it is, in a sentence, for whoever types it.
    placeholder: what the command line calls it (LIGNE). offers: the list of codes to choose among, where there is one.
    choices: the list it takes, closed unless others_too. signed: whether an amount may be below zero.
    summed: whether a listing adds it up. shown: whether screens and pages show it; scripted: whether JSON, CSV and
    workbooks hold it.
    optional: whether it may be unknown (null). many: a list of values of the kind. keyed: values of the kind by a key.
    fields: those of a record. since: the version of the program whose JSON first had it. personal: whether it is about
    a person.
    """

    name: str
    title: str
    kind: Kind = Kind.TEXT
    help: str = ""
    placeholder: str = ""
    offers: str = ""
    choices: tuple[Choice | Word, ...] = ()
    others_too: bool = False
    signed: bool = False
    summed: bool = False
    shown: bool = True
    scripted: bool = True
    optional: bool = False
    many: bool = False
    keyed: bool = False
    fields: tuple[Field, ...] = ()
    personal: bool = False
    since: str = "0.1"
    width: int = 0

    def but(self, **changes: Any) -> Field:
        """The same field with these changes, for a place where it is named or used otherwise."""
        return replace(self, **changes)

    @property
    def heading(self) -> str:
        """The title, as the head of a column."""
        return self.title[:1].upper() + self.title[1:]

    @property
    def columns_wide(self) -> int:
        """The characters a column of a workbook gives it."""
        return self.width or _WIDTHS.get(self.kind, _USUAL_WIDTH)

    def label(self, value: object) -> object:
        """The value as people read it: the label of a closed list, several in a row, a number of order as a word.

        The value itself elsewhere.
        """
        if self.many and isinstance(value, (list, tuple)):
            return ", ".join(str(self.but(many=False).label(each)) for each in value)
        if self.kind is Kind.ORDINAL and value is not None:
            return str(value)
        if not self.choices or not isinstance(value, str):
            return value
        return next((each.label for each in self.choices if value == _stored(each)), value)


def _stored(choice: Choice | Word) -> str:
    return choice.value if isinstance(choice, Choice) else str(choice)


def code(name: str, title: str, *, shown: bool = True, width: int = 0) -> Field:
    """A field that holds a code: a porteur, a line, a convention."""
    return Field(name, title, Kind.CODE, shown=shown, width=width)


def words(name: str, title: str, *, shown: bool = True, width: int = 0) -> Field:
    """A field that holds French words."""
    return Field(name, title, Kind.TEXT, shown=shown, width=width)


def count(name: str, title: str, *, summed: bool = False, shown: bool = True) -> Field:
    """A field that holds a whole number."""
    return Field(name, title, Kind.INTEGER, summed=summed, shown=shown)
