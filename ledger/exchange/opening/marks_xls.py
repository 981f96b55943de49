"""What the fast reader hides of an .xls: formulas, errors, hidden rows and columns; and its password."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

from ledger.exchange.opening.grid import Mark, Marks

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
