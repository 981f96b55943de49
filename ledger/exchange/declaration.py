"""What a sheet is: its columns, their kinds, its key. Template, reader, importer and exporter all read it from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias, TypeVar

from ledger.core.field import Choice, Field, Kind, Value
from ledger.core.money import Money
from ledger.core.vocabulary import Word

Values: TypeAlias = Mapping[str, Value]
Read = TypeVar("Read")
FREE_ROWS = 200
LISTS = ("financeurs", "lignes", "objectifs", "territoires")
_WRITTEN_AS = {Kind.ORDINAL: Kind.INTEGER}


@dataclass(frozen=True, slots=True)
class LiveSum:
    """A live total of another sheet: the sum of its `amount` where its `key` is this row's key."""

    sheet: str
    key: str
    amount: str


@dataclass(frozen=True, slots=True)
class LiveDifference:
    """A live difference on a row: one column minus another; `zero`: a check, wrong unless they agree."""

    whole: str
    part: str
    zero: bool = True


@dataclass(frozen=True, slots=True)
class AddedColumns:
    """A live sum of other columns of the row."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet.

    informative: written on exports and shown, never imported (a difference with the base is an alert).
    formula: kept live in workbooks; informative too.
    words: the list of the référentiel whose rows are its choices, those of the contract instead of those shipped.
    list_name: the shared list its drop-down offers (§ `lists`), where the choices are not fixed.
    since: the version of the sheet that brought it.
    default: what a blank cell means.
    group: the words above the titles of neighbouring columns that belong together.
    expected: the file must have the column, though a cell of it may say nothing.
    across: its codes may be of another contract, named before them: CONTRAT:CODE.
    """

    field: str
    title: str
    kind: Kind
    required: bool = False
    aliases: tuple[str, ...] = ()
    choices: tuple[Choice | Word, ...] = ()
    words: str = ""
    list_name: str = ""
    help: str = ""
    since: int = 1
    informative: bool = False
    summed: bool = False
    signed: bool = False
    width: int = 14
    formula: LiveSum | LiveDifference | AddedColumns | None = None
    group: str = ""
    default: Value = None
    expected: bool = False
    across: bool = False

    @property
    def read_only(self) -> bool:
        """Whether the import leaves it aside."""
        return self.informative or self.formula is not None


def column(attribute: str, field: Field, **own: Any) -> Column:
    """The column of a field, its values kept under this attribute: its title, kind, help, choices and list.

    own: what the workbook alone says, or says otherwise.
    """
    return Column(
        attribute,
        **{
            "title": field.heading,
            "kind": _WRITTEN_AS.get(field.kind, field.kind),
            "help": field.help,
            "choices": field.choices,
            "list_name": field.offers if field.offers in LISTS else "",
            "signed": field.signed,
            **own,
        },
    )


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook: what its rows are, how one is told from another.

    key: the fields that identify a row.
    repeats: whether the same key may come back (a published file that lists a thing twice); else it is an error.
    foreign: a partner's file, which we cannot mend: an optional cell that cannot be read is said, and left unknown.
    computed: a page to look at, made from the book; never imported.
    counted: the field whose amounts are added up at the end of an import: read, kept, left out ("" for none).
    attribuant: the fields that name who granted or paid what a row says (its SIRET first where there is one).
    large: whether its letters are printed at 7 points at least, on as many pages as that takes.
    rounded: whether amounts of more than two decimals are brought to the cent, half up, each one said; else refused.
    """

    name: str
    title: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    instructions: tuple[str, ...]
    version: int = 1
    aliases: tuple[str, ...] = ()
    computed: bool = False
    repeats: bool = False
    foreign: bool = False
    counted: str = ""
    attribuant: tuple[str, ...] = ()
    rounded: bool = False
    large: bool = False

    def column(self, field: str) -> Column:
        """The column of this field; an unknown field is our mistake."""
        return next(column for column in self.columns if column.field == field)


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar chart of a table: one bar a row, one colour a column, stacked or side by side."""

    title: str
    label: str
    fields: tuple[str, ...]
    stacked: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet, the rows to write on it, the chart drawn under them, and a note that ends its title.

    free_rows: how many rows to fill have their live formulas, where it has no rows yet.
    """

    sheet: Sheet
    rows: tuple[Values, ...] = ()
    chart: Chart | None = None
    note: str = ""
    free_rows: int = FREE_ROWS


def value_said(values: Values, field: str, kind: type[Read]) -> Read | None:
    """The value of this field where it is of this kind; None where the row does not say it."""
    value = values.get(field)
    return value if isinstance(value, kind) else None


def value_required(values: Values, field: str, kind: type[Read]) -> Read:
    """The value of a field that its column requires, and of what kind it reads."""
    value = value_said(values, field, kind)
    assert value is not None
    return value


def key_text(sheet: Sheet, values: Values) -> str:
    """The key of a row as people and scripts read it: its parts joined by " · "."""
    if len(sheet.key) == 1 and isinstance(only := values.get(sheet.key[0]), str):
        return only
    return " · ".join([plain_text(values.get(field)) for field in sheet.key])


def plain_text(value: Value) -> str:
    """A value as scripts read it: "" for none, amounts with a point, days as AAAA-MM-JJ, oui/non."""
    if isinstance(value, str):
        return value
    match value:
        case None:
            return ""
        case bool():
            return "oui" if value else "non"
        case Money():
            return value.plain()
        case date():
            return value.isoformat()
        case tuple():
            return ";".join(value)
        case _:
            return str(value)
