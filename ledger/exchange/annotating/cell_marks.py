"""Marking cells in the XML of somebody else's sheet: their format changes, nothing else does."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ledger.exchange.annotating.styles_part import StylesPart
from ledger.exchange.opening.places import cell_name, column_number

_STYLE = re.compile(rb"\bs=[\"'](\d+)[\"']")
_PLACE = re.compile(rb"\br=[\"']([A-Z]{1,3})\d+[\"']")
_NUMBER = re.compile(rb"\br=[\"'](\d+)[\"']")
RED, ORANGE = "FFB4B3", "FFDFA5"
COLOURS = (RED, ORANGE)


class Unmarkable(Exception):
    """The sheet does not say where its cells are."""


def mark_cells(xml: bytes, wanted: Mapping[tuple[int, int], str], styles: StylesPart) -> bytes:
    """The sheet with these cells (row and column from 0) on a background of their colour.

    Cells marked by an earlier copy and right since then lose their mark. raises: Unmarkable.
    """
    prefix = (re.search(rb"<(\w+:)?worksheet\b", xml) or [b"", b""])[1] or b""
    editor = _Editor(prefix, wanted, styles)
    shape = rb"<%ssheetData\s*/>|<%ssheetData\b[^>]*>(.*)</%ssheetData>" % (prefix, prefix, prefix)
    found = re.search(shape, xml, re.DOTALL)
    if found is None:
        raise Unmarkable
    body = editor.rows(found[1] or b"")
    opening = b"<%ssheetData>" % prefix
    if found[1] is not None:
        opening = xml[found.start() : found.start(1)]
    return b"".join((xml[: found.start()], opening, body, b"</%ssheetData>" % prefix, xml[found.end() :]))


class _Editor:
    def __init__(self, prefix: bytes, wanted: Mapping[tuple[int, int], str], styles: StylesPart) -> None:
        self._prefix, self._styles = prefix, styles
        self._by_row: dict[int, dict[int, str]] = {}
        for (row, column), colour in sorted(wanted.items()):
            self._by_row.setdefault(row, {})[column] = colour
        self._row = re.compile(rb"<%srow\b[^>]*>" % prefix)
        self._cell = re.compile(rb"<%sc\b[^>]*>" % prefix)

    def rows(self, body: bytes) -> bytes:
        waiting = list(self._by_row)
        pieces: list[bytes] = []
        done = 0
        for row in self._row.finditer(body):
            number = _NUMBER.search(row[0])
            if number is None:
                raise Unmarkable
            index = int(number[1]) - 1
            pieces.append(self._unmarked(body[done : row.start()]))
            done = row.start()
            while waiting and waiting[0] < index:
                pieces.append(self._new_row(waiting.pop(0)))
            if waiting and waiting[0] == index:
                waiting.pop(0)
                piece, done = self._marked(body, row, index)
                pieces.append(piece)
        pieces.append(self._unmarked(body[done:]))
        return b"".join((*pieces, *(self._new_row(index) for index in waiting)))

    def _new_row(self, index: int) -> bytes:
        cells = b"".join(self._new_cell(index, column, 0) for column in self._by_row[index])
        return b'<%srow r="%d">%s</%srow>' % (self._prefix, index + 1, cells, self._prefix)

    def _new_cell(self, index: int, column: int, style: int) -> bytes:
        painted = self._styles.painted(style, self._by_row[index][column])
        return b'<%sc r="%s" s="%d"/>' % (self._prefix, cell_name(index, column).encode(), painted)

    def _marked(self, body: bytes, row: re.Match[bytes], index: int) -> tuple[bytes, int]:
        """The row with its cells marked, and where the next one begins."""
        closing = b"</%srow>" % self._prefix
        empty = row[0].endswith(b"/>")
        end = row.end() if empty else body.index(closing, row.end())
        own_style = _STYLE.search(row[0])
        base = int(own_style[1]) if own_style else 0
        waiting = dict(self._by_row[index])
        pieces: list[bytes] = []
        done = row.end()
        for cell in () if empty else self._cell.finditer(body, row.end(), end):
            place = _PLACE.search(cell[0])
            if place is None:
                raise Unmarkable
            column = column_number(place[1].decode()) - 1
            pieces.append(body[done : cell.start()])
            for before in [each for each in waiting if each < column]:
                pieces.append(self._new_cell(index, before, base))
                del waiting[before]
            colour = waiting.pop(column, "")
            pieces.append(self._painted(cell[0], colour))
            done = cell.end()
        pieces.append(body[done:end] if not empty else b"")
        pieces += [self._new_cell(index, column, base) for column in waiting]
        tag = re.sub(rb"\sspans=[\"'][^\"']*[\"']", b"", row[0])
        if empty:
            tag = tag[:-2] + b">"
        return b"".join((tag, *pieces, closing)), end + (0 if empty else len(closing))

    def _painted(self, tag: bytes, colour: str) -> bytes:
        found = _STYLE.search(tag)
        style = self._styles.unpainted(int(found[1]) if found else 0, COLOURS)
        new = self._styles.painted(style, colour) if colour else style
        if found:
            return tag[: found.start(1)] + b"%d" % new + tag[found.end(1) :]
        if not colour:
            return tag
        end = -2 if tag.endswith(b"/>") else -1
        return tag[:end] + b' s="%d"' % new + tag[end:]

    def _unmarked(self, piece: bytes) -> bytes:
        """The cells of rows where nothing is to be marked, without their earlier marks."""
        if not self._styles.has_painted(COLOURS):
            return piece
        return self._cell.sub(lambda cell: self._painted(cell[0], ""), piece)
