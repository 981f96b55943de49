"""What a cell says, read as its column's kind, to the last decimal: one value, or one finding; never a guess."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

from ledger.core.errors import InvalidValue, Level, Problem
from ledger.core.field import NUMBERS, Kind, Value
from ledger.core.identifiers import check_code, code_from_name, plain_words
from ledger.core.money import Money, parse_money
from ledger.core.period import FarDay, check_near, parse_day
from ledger.core.rate import parse_rate
from ledger.core.words import without_controls
from ledger.exchange.declaration import Column, Sheet
from ledger.exchange.opening.grid import Grid, Mark, RawValue, cell_name
from ledger.exchange.reading.messages import problem
from ledger.referential.siret import read_siret, siret_trouble

_FIRST_SERIAL, _LAST_SERIAL = 36526, 73415
_EXACT = 10.0**12
_DIGITS = re.compile(r"0*[0-9]{1,12}")
_SERIAL_ZERO = date(1899, 12, 30)
_AMBIGUOUS_DAY = re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2}")
_YEAR_ONLY = re.compile(r"(?:19|20)\d\d(?:[.,]0+)?")
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{2})[/.](\d{2})")
_DOTTED = re.compile(r"(\d{1,2})[.\-](\d{1,2})[.\-](\d{4})")
_TWO_MARKS = re.compile(r".*[.].*[,].*|.*[,].*[.].*")
_ONE_MARK_THREE = re.compile(r"[-+]?[1-9]\d{0,2}[.,]\d{3}\s*(?:€|euros?)?", re.IGNORECASE)
_MANY_DECIMALS = re.compile(r"([-+]?)([\d\s]+)[.,](\d{3,})\s*(?:€|euros?)?", re.IGNORECASE)
_SEVERAL = re.compile(r"[A-Z0-9]\s*[;,/+&|\n]\s*[A-Z0-9]|\bET\b")
_YES, _NO = {"oui", "o", "x", "vrai", "true", "1", "yes"}, {"non", "n", "faux", "false", "0", "no"}


class Unreadable(Exception):
    """A cell that cannot be read as its column's kind: the code of the finding says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def cell_shown(raw: RawValue) -> str:
    """The cell as a user sees it."""
    match raw:
        case bool():
            return "VRAI" if raw else "FAUX"
        case datetime():
            return raw.strftime("%d/%m/%Y %H:%M:%S") if raw.time() != time() else raw.strftime("%d/%m/%Y")
        case date():
            return raw.strftime("%d/%m/%Y")
        case str():
            return raw
        case int():
            return str(raw)
        case time() | timedelta():
            return str(raw)
        case _:
            return number_text(raw).replace(".", ",")


def number_text(raw: float) -> str:
    """A number as the workbook shows it: 15 significant digits, no exponent (Excel keeps no more)."""
    return format(Decimal(f"{raw:.15g}"), "f")


def is_blank(raw: RawValue) -> bool:
    """Whether the cell says nothing."""
    return isinstance(raw, str) and not raw.strip(" \t\r\n\u00a0\u202f")


def read_cell(column: Column, raw: RawValue) -> Value:
    """The value of a cell that is not blank.

    raises: Unreadable.
    """
    return _READERS[column.kind](column, raw)


def _amount(column: Column, raw: RawValue) -> Money:
    amount = _plain_amount(raw)
    if amount.cents < 0 and not column.signed:
        raise Unreadable("montant_negatif")
    return amount


def _plain_amount(raw: RawValue) -> Money:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise Unreadable("montant_illisible")
    if isinstance(raw, float) and abs(raw) < _EXACT and (cents := round(raw * 100)) / 100 == raw:
        return Money(cents)
    if (exact := exact_amount(raw)) is not None:
        whole = exact * 100
        if whole.denominator != 1:
            raise Unreadable("montant_decimales")
        return Money(whole.numerator)
    text = raw if isinstance(raw, str) else number_text(raw)
    try:
        return parse_money(" ".join(text.split()))
    except InvalidValue:
        ambiguous = _TWO_MARKS.fullmatch(text) or _ONE_MARK_THREE.fullmatch(text.strip())
        raise Unreadable("montant_ambigu" if ambiguous else "montant_illisible") from None


def exact_amount(raw: RawValue) -> Fraction | None:
    """The euros of a number of three decimals or more, to the last one; None for anything else.

    A text whose single mark may be one of thousands (1,234) is none.
    """
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return None
    if not isinstance(raw, str):
        text = number_text(raw)
        return Fraction(text) if len(text.partition(".")[2]) > 2 else None
    found = _MANY_DECIMALS.fullmatch(raw.strip())
    if found is None or _ONE_MARK_THREE.fullmatch(raw.strip()):
        return None
    return Fraction(f"{found[1]}{''.join(found[2].split())}.{found[3]}")


def _day(column: Column, raw: RawValue) -> date:
    try:
        return check_near(_any_day(column, raw))
    except FarDay:
        raise Unreadable("date_lointaine") from None


def _any_day(_column: Column, raw: RawValue) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if isinstance(raw, int | float) and _FIRST_SERIAL <= raw <= _LAST_SERIAL and raw == int(raw):
        return _SERIAL_ZERO + timedelta(days=int(raw))
    if (
        isinstance(raw, str | int | float)
        and not isinstance(raw, bool)
        and _YEAR_ONLY.fullmatch(cell_shown(raw).strip())
    ):
        raise Unreadable("date_annee")
    if not isinstance(raw, str):
        raise Unreadable("date_illisible")
    return _typed_day(raw.strip().removesuffix(" 00:00:00"))


def _typed_day(text: str) -> date:
    if _AMBIGUOUS_DAY.fullmatch(text):
        raise Unreadable("date_ambigue")
    if found := _YEAR_FIRST.fullmatch(text):
        text = "-".join(found.groups())
    elif found := _DOTTED.fullmatch(text):
        text = "/".join(found.groups())
    try:
        return parse_day(text)
    except FarDay:
        raise
    except InvalidValue:
        raise Unreadable("date_illisible") from None


def _integer(_column: Column, raw: RawValue) -> int:
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        if 0 <= raw < _EXACT and raw == int(raw):
            return int(raw)
    elif isinstance(raw, str) and _DIGITS.fullmatch(digits := re.sub(r"[\s\u00a0\u202f]", "", raw)):
        return int(digits)
    raise Unreadable("nombre_illisible")


def _rate(_column: Column, raw: RawValue) -> Fraction:
    if isinstance(raw, int | float) and not isinstance(raw, bool) and 0 <= raw <= 1:
        return Fraction(number_text(raw))
    if isinstance(raw, str):
        try:
            return parse_rate(raw.replace("\u00a0", " "))
        except InvalidValue:
            pass
    raise Unreadable("taux_illisible")


def _choice(column: Column, raw: RawValue) -> str:
    wanted = plain_words(_text(column, raw))
    for choice in column.choices:
        if wanted in {plain_words(each) for each in (choice.value, choice.label, choice.in_full) if each}:
            return choice.value
    raise Unreadable("choix_inconnu")


def _text(_column: Column, raw: RawValue) -> str:
    if isinstance(raw, date | time | timedelta):
        raise Unreadable("date_au_lieu_de_texte")
    if isinstance(raw, bool):
        return "oui" if raw else "non"
    text = without_controls(raw) if isinstance(raw, str) else number_text(raw)
    if "\n" not in text and "\r" not in text:
        return " ".join(text.split())
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines())


def _code(column: Column, raw: RawValue) -> str:
    text = _text(column, raw).upper().strip("'’ ")
    if not column.across or ":" not in text:
        return _one_code(column, text)
    return ":".join(_one_code(column, part.strip()) for part in text.split(":", 1))


def _one_code(column: Column, text: str) -> str:
    if re.fullmatch(r"\d+(?:\.\d+)+", text):
        return text
    try:
        return check_code(text, column.title)
    except InvalidValue:
        raise Unreadable("plusieurs_codes" if _SEVERAL.search(text) else "code_illisible") from None


def _codes(column: Column, raw: RawValue) -> tuple[str, ...]:
    parts = re.split(r"[;|,\n]", _text(column, raw))
    return tuple(sorted({code for part in parts if (code := code_from_name(part))}))


def _siret(_column: Column, raw: RawValue) -> str:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise Unreadable("siret_invalide")
    digits = raw if isinstance(raw, str) else number_text(raw)
    siret, code = read_siret(digits)
    if code:
        raise Unreadable(siret_trouble(digits))
    return siret


def _yes_no(_column: Column, raw: RawValue) -> bool:
    if isinstance(raw, bool):
        return raw
    word = plain_words(number_text(raw) if isinstance(raw, int | float) else str(raw))
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Unreadable("oui_non_illisible")


_READERS: dict[Kind, Callable[[Column, RawValue], Value]] = {
    Kind.TEXT: _text,
    Kind.AMOUNT: _amount,
    Kind.DAY: _day,
    Kind.RATE: _rate,
    Kind.INTEGER: _integer,
    Kind.CHOICE: _choice,
    Kind.CODE: _code,
    Kind.CODES: _codes,
    Kind.SIRET: _siret,
    Kind.YES_NO: _yes_no,
}


_NO_BREAK_SPACE = "\u00a0"


def rounded_to_cent(exact: Fraction) -> Money:
    """The euros at the nearest cent; half a cent goes away from zero."""
    cents = abs(exact) * 100
    whole = (2 * cents.numerator + cents.denominator) // (2 * cents.denominator)
    return Money(-whole if exact < 0 else whole)


def exact_text(
    euros: Fraction, *, separator: str = _NO_BREAK_SPACE, mark: str = ",", unit: str = f"{_NO_BREAK_SPACE}€"
) -> str:
    """Euros to their last decimal, two at least: "42 166,9105 €". A number read from a file ends."""
    digits = 2
    while (euros * 10**digits).denominator > 1:
        digits += 1
    whole, rest = divmod(abs(int(euros * 10**digits)), 10**digits)
    figure = f"{whole:,}".replace(",", separator)
    return f"{'-' if euros < 0 else ''}{figure}{mark}{rest:0{digits}d}{unit}"


_LABELS = frozenset({Kind.CODE, Kind.SIRET})
_DAMAGED = re.compile("\ufffd|Ã[©¨\xa0´§ª]")


class ColumnReader:
    """Reads the cells of one column, and remembers what was unusual in it.

    In a partner's file, what cannot be read where nothing is required is only an alert; but an amount that is counted
    and would be cut is refused.
    """

    def __init__(self, grid: Grid, position: int, column: Column, sheet: Sheet) -> None:
        self._tolerant = sheet.foreign and not column.required
        self.counted = bool(sheet.counted) and column.field == sheet.counted
        self._rounded = sheet.rounded and column.kind is Kind.AMOUNT
        self.column, self.position = column, position
        self._grid = grid
        self._read: dict[RawValue, tuple[Value, str]] = {}
        self._odd_class = str if column.kind in NUMBERS else float if column.kind in _LABELS else None
        self._odd: list[int] = []

    def read(self, row: Sequence[RawValue], index: int, marks: Mapping[int, Mark], troubles: list[Problem]) -> Value:
        """The value of this column on this row; None, and one more trouble, when it cannot be read."""
        raw: RawValue = row[self.position] if self.position < len(row) else ""
        if marks and (mark := marks.get(self.position)) and mark is not Mark.FORMULA:
            value, code = None, "cellule_en_erreur" if mark is Mark.ERROR else "formule_sans_valeur"
        elif raw.__class__ is bool:
            value, code = self._reading(raw)
        else:
            found = self._read.get(raw)
            if found is None:
                found = self._read[raw] = self._reading(raw)
            value, code = found
        if raw.__class__ is self._odd_class and raw and self._grid.typed and not code:
            self._odd.append(index)
        if code and not self.column.read_only:
            troubles.append(self._trouble(code, index, raw))
        return value

    def remarks(self) -> Iterator[Problem]:
        """What the column as a whole calls for: numbers typed as text, codes typed as numbers."""
        if self._odd and not self.column.read_only:
            code = "valeur_en_texte" if self._odd_class is str else "code_en_nombre"
            where = cell_name(self._odd[0], self.position)
            yield problem(code, self._grid.name, where, title=self.column.title, count=str(len(self._odd)))

    def _reading(self, raw: RawValue) -> tuple[Value, str]:
        """The value and "", or what is wrong; a text that only lost letters has both."""
        if is_blank(raw):
            return self.column.default, "valeur_manquante" if self.column.required else ""
        try:
            value = read_cell(self.column, raw)
        except Unreadable as unreadable:
            if unreadable.code == "montant_decimales" and self._rounded and (exact := exact_amount(raw)) is not None:
                return rounded_to_cent(exact), "montant_arrondi"
            return None, unreadable.code
        damaged = isinstance(value, str) and not value.isascii() and _DAMAGED.search(value)
        return value, "texte_abime" if damaged else ""

    def _trouble(self, code: str, index: int, raw: RawValue) -> Problem:
        column = self.column
        names = ", ".join(choice.label for choice in column.choices)
        where = cell_name(index, self.position)
        words = {"title": column.title, "kind": column.kind.value, "names": names}
        if code == "montant_arrondi" and (exact := exact_amount(raw)) is not None:
            words["rounded"] = rounded_to_cent(exact).french()
        found = problem(code, self._grid.name, where, cell_shown(raw), **words)
        cut = self.counted and code == "montant_decimales"
        return replace(found, level=Level.ALERT) if self._tolerant and found.level is Level.ERROR and not cut else found
