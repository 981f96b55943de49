"""What the fast reader hides, read from the sheet's own XML: formulas, errors, hidden rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from ledger.exchange.grid import Mark
from ledger.exchange.precheck import column_number

_REFERENCE = re.compile(r"([A-Z]+)(\d+)")
_TELLING = (b"<f", b":f", b't="e"', b"t='e'", b"hidden")


@dataclass(slots=True)
class Marks:
    """The particular cells and rows of one sheet."""

    cells: dict[tuple[int, int], Mark] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)


def read_marks(xml: bytes) -> Marks:
    """The marks of a worksheet's XML; a sheet without any is told by a glance at its bytes."""
    marks = Marks()
    if any(word in xml for word in _TELLING):
        _Scanner(marks).scan(xml)
    return marks


class _Scanner:
    def __init__(self, marks: Marks) -> None:
        self.marks = marks
        self.cell = ""
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
            self.cell, self.kind = attributes.get("r", ""), attributes.get("t", "")
            self.formula, self.value, self.valued = False, False, self.kind == "str"
        elif tag == "f":
            self.formula = True
        elif tag in ("v", "is"):
            self.value = True
        elif tag == "row" and attributes.get("hidden") in ("1", "true"):
            self.marks.hidden_rows.add(int(attributes.get("r", "1")) - 1)

    def text(self, text: str) -> None:
        self.valued = self.valued or (self.value and bool(text))

    def end(self, name: str) -> None:
        if name.rpartition(":")[2] != "c" or not (self.formula or self.kind == "e"):
            return
        found = _REFERENCE.fullmatch(self.cell)
        if found is None:
            return
        mark = Mark.ERROR if self.kind == "e" else Mark.FORMULA if self.valued else Mark.NO_VALUE
        self.marks.cells[int(found[2]) - 1, column_number(found[1]) - 1] = mark
