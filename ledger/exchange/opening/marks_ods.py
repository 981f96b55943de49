"""What the fast reader hides of an OpenDocument sheet: formulas, errors, hidden rows and columns, merged cells."""

from __future__ import annotations

from xml.parsers import expat

from ledger.exchange.opening.grid import Mark, Marks

_TELLING = (b":formula=", b":visibility=", b"-spanned=", b'value-type="error"')
_MOST_REPEATED = 300_000
_CELLS = frozenset({"table-cell", "covered-table-cell"})


def read_ods_marks(xml: bytes) -> dict[str, Marks]:
    """The marks of each table of a content.xml, by name; nothing when a glance at its bytes shows none."""
    if not any(word in xml for word in _TELLING):
        return {}
    scanner = _Scanner()
    parser = expat.ParserCreate()
    parser.StartElementHandler = scanner.start
    parser.EndElementHandler = scanner.end
    parser.CharacterDataHandler = scanner.text
    parser.Parse(xml, True)
    return scanner.tables


class _Scanner:
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
