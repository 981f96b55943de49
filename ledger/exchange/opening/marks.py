"""What the fast reader hides of a workbook (xlsx, ods, xls): formulas, errors, hidden rows, merged cells."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from functools import cache
from xml.parsers import expat

from ledger.exchange.opening.grid import Mark, Marks, column_number
from ledger.exchange.opening.precheck import Findings

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


_TELLING = (b":formula=", b":visibility=", b"-spanned=", b'value-type="error"')
_MOST_REPEATED = 300_000
_CELLS = frozenset({"table-cell", "covered-table-cell"})


def read_ods_marks(xml: bytes) -> dict[str, Marks]:
    """The marks of each table of a content.xml, by name; nothing when a glance at its bytes shows none."""
    if not any(word in xml for word in _TELLING):
        return {}
    scanner = _OdsScanner()
    parser = expat.ParserCreate()
    parser.StartElementHandler = scanner.start
    parser.EndElementHandler = scanner.end
    parser.CharacterDataHandler = scanner.text
    parser.Parse(xml, True)
    return scanner.tables


class _OdsScanner:
    def __init__(self) -> None:
        self.tables: dict[str, Marks] = {}
        self.marks = Marks()
        self.row, self.rows, self.column, self.columns = 0, 1, 0, 1
        self.heading = 0
        self.pending: tuple[dict[str, str], bool] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "table" and "table:name" in attributes:
            self.marks = self.tables.setdefault(attributes["table:name"], Marks())
            self.row, self.rows, self.heading = -1, 1, 0
        elif tag == "table-column":
            repeated = _count(attributes.get("table:number-columns-repeated"))
            if attributes.get("table:visibility", "visible") != "visible":
                self.marks.hidden_columns.update(range(self.heading, self.heading + repeated))
            self.heading += repeated
        elif tag == "table-row":
            self.row += self.rows
            self.rows, self.column, self.columns = _count(attributes.get("table:number-rows-repeated")), -1, 1
            if attributes.get("table:visibility", "visible") != "visible":
                self.marks.hidden_rows.update(range(self.row, self.row + self.rows))
        elif tag in _CELLS:
            self.column += self.columns
            self.columns = _count(attributes.get("table:number-columns-repeated"))
            self.pending = (attributes, False)

    def text(self, text: str) -> None:
        if self.pending is not None and text.strip():
            self.pending = (self.pending[0], True)

    def end(self, name: str) -> None:
        if name.rpartition(":")[2] not in _CELLS or self.pending is None:
            return
        attributes, shown = self.pending
        self.pending = None
        across, down = (_count(attributes.get(f"table:number-{what}-spanned")) for what in ("columns", "rows"))
        if across > 1 or down > 1:
            self.marks.merges.append((self.row, self.column, self.row + down - 1, self.column + across - 1))
        mark = _mark(attributes, shown=shown)
        if mark is not None:
            for row in range(self.row, self.row + self.rows):
                for column in range(self.column, self.column + self.columns):
                    self.marks.cells[row, column] = mark


def _mark(attributes: dict[str, str], *, shown: bool) -> Mark | None:
    if attributes.get("calcext:value-type") == "error":
        return Mark.ERROR
    if "table:formula" not in attributes:
        return None
    return Mark.FORMULA if shown or "office:value-type" in attributes else Mark.NO_VALUE


def _count(text: str | None) -> int:
    return min(int(text), _MOST_REPEATED) if text and text.isdigit() else 1


COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BOF, _EOF, _PASSWORD, _BOUNDSHEET = 0x0809, 0x000A, 0x002F, 0x0085
_FORMULA, _BOOL_OR_ERROR, _ROW, _COLINFO = 0x0006, 0x0205, 0x0208, 0x007D
_ERROR = 2
# What olefile lets through on a spoilt file, beside its own errors (OSError).
_DAMAGED = (OSError, struct.error, IndexError, ValueError, RecursionError)


class Protected(Exception):
    """The workbook asks for a password."""


def read_xls_marks(content: bytes) -> list[Marks]:
    """The marks of each sheet, in the order of the workbook; none where the file is not of this family.

    raises: Protected.
    """
    stream = _workbook_stream(content)
    sheets: list[Marks] = []
    places: list[int] = []
    for kind, body in _records(stream, 0):
        if kind == _PASSWORD:
            raise Protected
        if kind == _EOF:
            break
        if kind == _BOUNDSHEET and len(body) >= 4:
            places.append(struct.unpack_from("<I", body)[0])
    for place in places:
        sheets.append(_sheet(stream, place))
    return sheets


def _workbook_stream(content: bytes) -> bytes:
    """The records of the workbook, out of the compound file that holds them; empty where they cannot be found."""
    from olefile import OleFileIO

    try:
        with OleFileIO(io.BytesIO(content)) as compound:
            name = next((each for each in ("Workbook", "Book") if compound.exists(each)), None)
            return bytes(compound.openstream(name).read()) if name else b""
    except _DAMAGED:
        return b""


def _sheet(stream: bytes, place: int) -> Marks:
    marks = Marks()
    depth = 0
    for kind, body in _records(stream, place):
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                break
        elif depth == 1 and len(body) >= 8:
            _look(kind, body, marks)
    return marks


def _look(kind: int, body: bytes, marks: Marks) -> None:
    row, column = struct.unpack_from("<HH", body)
    if kind == _FORMULA and len(body) >= 14:
        special = body[12:14] == b"\xff\xff"
        marks.cells[row, column] = Mark.ERROR if special and body[6] == _ERROR else Mark.FORMULA
    elif kind == _BOOL_OR_ERROR and body[7] == 1:
        marks.cells[row, column] = Mark.ERROR
    elif kind == _ROW and len(body) >= 16 and struct.unpack_from("<H", body, 12)[0] & 0x20:
        marks.hidden_rows.add(row)
    elif kind == _COLINFO and len(body) >= 10 and struct.unpack_from("<H", body, 8)[0] & 1:
        marks.hidden_columns.update(range(row, column + 1))


def _records(stream: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    """Each record from this place: its kind and its body."""
    while 0 <= place <= len(stream) - 4:
        kind, length = struct.unpack_from("<HH", stream, place)
        yield kind, stream[place + 4 : place + 4 + length]
        place += 4 + length
