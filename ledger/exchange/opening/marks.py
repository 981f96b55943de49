"""What the fast reader hides of an xlsx, read from the sheet's own XML: formulas, errors, hidden rows and columns."""

from __future__ import annotations

import re
from functools import cache
from xml.parsers import expat

from ledger.exchange.opening.grid import Mark, Marks
from ledger.exchange.opening.parts import Findings
from ledger.exchange.opening.places import column_number

_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,9})")
_NAMED = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d{1,9})[\"']")
_NUMBERED = re.compile(rb"\br=[\"'](\d{1,9})[\"']")
_FIRST, _LAST = (re.compile(rb"\b%s=[\"'](\d{1,5})[\"']" % name) for name in (b"min", b"max"))
_PREFIX = re.compile(rb"<(\w+:)?sheetData\b")
_IS_HIDDEN = re.compile(rb"\bhidden=[\"'](?:1|true)[\"']")
_MOST_HIDDEN = 16_384


def read_marks(xml: bytes, found: Findings) -> Marks:
    """The marks of a worksheet's XML.

    found: what its check met; a sheet without formula, error or hidden row is not looked at again.
    """
    marks = Marks(tail=found.tail)
    if not (found.formulas or found.errors or found.hidden):
        return marks
    if b"<!" in xml or not _scan(xml, marks):
        marks = Marks(tail=found.tail)
        _Scanner(marks).scan(xml)
    return marks


def _scan(xml: bytes, marks: Marks) -> bool:
    """Fill the marks by looking only at the tags that matter; False when a cell or row does not say where it is."""
    prefix = (_PREFIX.search(xml) or [b"", b""])[1] or b""
    shapes = _shapes(prefix)
    for hidden in shapes["row"].finditer(xml):
        if _IS_HIDDEN.search(hidden[0]):
            number = _NUMBERED.search(hidden[0])
            if number is None:
                return False
            marks.hidden_rows.add(int(number[1]) - 1)
    for column in shapes["col"].finditer(xml):
        first, last = _FIRST.search(column[0]), _LAST.search(column[0])
        if first and last and _IS_HIDDEN.search(column[0]):
            marks.hidden_columns.update(range(int(first[1]) - 1, min(int(last[1]), _MOST_HIDDEN)))
    for kind in ("formula", "error"):
        for cell in shapes[kind].finditer(xml):
            named = _NAMED.search(cell[1])
            if named is None:
                return False
            place = (int(named[2]) - 1, column_number(named[1].decode()) - 1)
            if kind == "error" or b't="e"' in cell[1] or b"t='e'" in cell[1]:
                marks.cells[place] = Mark.ERROR
            else:
                text = b't="str"' in cell[1] or b"t='str'" in cell[1]
                marks.cells[place] = Mark.FORMULA if text or cell[2] else Mark.NO_VALUE
    return True


@cache
def _shapes(prefix: bytes) -> dict[str, re.Pattern[bytes]]:
    p = re.escape(prefix)
    formula = rb"<%sc\b([^>]*)>\s*<%sf\b(?:[^>]*/>|[^>]*>[^<]*</%sf>)\s*(<%sv\b[^>]*>[^<]+)?" % (p, p, p, p)
    return {
        "row": re.compile(rb"<%srow\b[^>]*\bhidden=[^>]*>" % p),
        "col": re.compile(rb"<%scol\b[^>]*\bhidden=[^>]*>" % p),
        "formula": re.compile(formula),
        "error": re.compile(rb"<%sc\b([^>]*\bt=[\"']e[\"'][^>]*)>" % p),
    }


class _Scanner:
    """The slow way, for a sheet whose cells do not all say where they are, or that holds comments."""

    def __init__(self, marks: Marks) -> None:
        self.marks = marks
        self.row, self.column = -1, -1
        self.kind = ""
        self.formula = False
        self.value = False
        self.valued = False

    def scan(self, xml: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        parser.Parse(xml, True)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "c":
            place = _REFERENCE.fullmatch(attributes.get("r", ""))
            self.column = column_number(place[1]) - 1 if place else self.column + 1
            self.kind = attributes.get("t", "")
            self.formula, self.value, self.valued = False, False, self.kind == "str"
        elif tag == "f":
            self.formula = True
        elif tag in ("v", "is"):
            self.value = True
        elif tag == "row":
            number = attributes.get("r", "")
            self.row = int(number) - 1 if number.isdigit() else self.row + 1
            self.column = -1
            if attributes.get("hidden") in ("1", "true"):
                self.marks.hidden_rows.add(self.row)
        elif tag == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = (attributes.get(name, "") for name in ("min", "max"))
            if first.isdigit() and last.isdigit():
                self.marks.hidden_columns.update(range(int(first) - 1, min(int(last), _MOST_HIDDEN)))

    def text(self, text: str) -> None:
        self.valued = self.valued or (self.value and bool(text))

    def end(self, name: str) -> None:
        if name.rpartition(":")[2] == "c" and (self.formula or self.kind == "e"):
            mark = Mark.ERROR if self.kind == "e" else Mark.FORMULA if self.valued else Mark.NO_VALUE
            self.marks.cells[self.row, self.column] = mark
