"""Marking cells in the XML of somebody else's workbook: looks are added, nothing of what stands there changes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ledger.exchange.opening.grid import cell_name, column_number

_FILL = (
    b'<%sfill><%spatternFill patternType="solid"><%sfgColor rgb="FF%s"/><%sbgColor rgb="FF%s"/>'
    b"</%spatternFill></%sfill>"
)


class StylesPart:
    """A styles.xml, and what is added to its lists of fills, fonts and cell formats."""

    def __init__(self, xml: bytes) -> None:
        self._xml = xml
        self._prefix = (re.search(rb"<(\w+:)?styleSheet\b", xml) or [b"", b""])[1] or b""
        self._formats = self._entries(b"cellXfs", b"xf")
        self._fills = self._entries(b"fills", b"fill")
        self._fonts = self._entries(b"fonts", b"font")
        self._known = {name: len(each) for name, each in self._lists().items()}
        self._painted: dict[tuple[int, str], int] = {}
        self._fill_numbers: dict[str, int] = {}

    @property
    def usable(self) -> bool:
        """Whether the part has the lists that every workbook has."""
        return bool(self._formats and self._fills and self._fonts)

    def has_painted(self, colours: tuple[str, ...]) -> bool:
        """Whether the workbook came with cells painted in one of these colours."""
        marks = [f'rgb="FF{colour}"'.encode() for colour in colours]
        return any(mark in fill for fill in self._fills[: self._known[b"fills"]] for mark in marks)

    def _lists(self) -> dict[bytes, list[bytes]]:
        return {b"cellXfs": self._formats, b"fills": self._fills, b"fonts": self._fonts}

    def _shape(self, outer: bytes) -> re.Pattern[bytes]:
        tag = re.escape(self._prefix + outer)
        return re.compile(rb"(<%s\b)([^>]*)>(.*?)(</%s>)" % (tag, tag), re.DOTALL)

    def _entries(self, outer: bytes, inner: bytes) -> list[bytes]:
        found = self._shape(outer).search(self._xml)
        tag = re.escape(self._prefix + inner)
        each = re.compile(rb"<%s\b[^>]*/>|<%s\b[^>]*>.*?</%s>" % (tag, tag, tag), re.DOTALL)
        return each.findall(found[3]) if found else []

    def painted(self, style: int, colour: str) -> int:
        """The cell format like this one on a background of this colour (RRGGBB)."""
        if (style, colour) not in self._painted:
            base = self._formats[style if style < len(self._formats) else 0]
            self._painted[style, colour] = self._add_format(_with(base, fillId=self._fill(colour), applyFill=1))
        return self._painted[style, colour]

    def unpainted(self, style: int, colours: tuple[str, ...]) -> int:
        """The format this one was before it was painted in one of these colours, as far as can be told; else itself."""
        if style >= len(self._formats):
            return style
        number = _attribute(self._formats[style], b"fillId")
        fill = self._fills[number] if number < len(self._fills) else b""
        if not any(f'rgb="FF{colour}"'.encode() in fill for colour in colours):
            return style
        bare = _without_fill(self._formats[style])
        for place, other in enumerate(self._formats):
            if _without_fill(other) == bare and _attribute(other, b"fillId") != number:
                return place
        return self._add_format(_with(self._formats[style], fillId=0, applyFill=0))

    def looked(
        self, *, bold: bool = False, size: int = 11, colour: str = "", fill: str = "", link: bool = False
    ) -> int:
        """A new cell format: wrapped text at the top of its cell."""
        p = self._prefix
        font = b"".join(
            (
                b"<%sb/>" % p if bold else b"",
                b"<%su/>" % p if link else b"",
                b'<%ssz val="%d"/>' % (p, size),
                b'<%scolor rgb="FF%s"/>' % (p, colour.encode()) if colour else b"",
                b'<%sname val="Calibri"/>' % p,
            )
        )
        self._fonts.append(b"<%sfont>%s</%sfont>" % (p, font, p))
        return self._add_format(
            b'<%sxf numFmtId="49" fontId="%d" fillId="%d" borderId="0" xfId="0" applyFont="1" applyFill="1" '
            b'applyAlignment="1"><%salignment vertical="top" wrapText="%d"/></%sxf>'
            % (p, len(self._fonts) - 1, self._fill(fill) if fill else 0, p, size == 11, p)
        )

    def _fill(self, colour: str) -> int:
        if colour not in self._fill_numbers:
            p, rgb = self._prefix, colour.encode()
            self._fills.append(_FILL % (p, p, p, rgb, p, rgb, p, p))
            self._fill_numbers[colour] = len(self._fills) - 1
        return self._fill_numbers[colour]

    def _add_format(self, xml: bytes) -> int:
        self._formats.append(xml)
        return len(self._formats) - 1

    def xml(self) -> bytes:
        """The part with what was added at the end of its lists."""
        xml = self._xml
        for name, entries in self._lists().items():
            added, count = b"".join(entries[self._known[name] :]), len(entries)
            if added:
                xml = self._shape(name).sub(
                    lambda found, added=added, count=count: (  # type: ignore[misc]
                        found[1] + _counted(found[2], count) + b">" + found[3] + added + found[4]
                    ),
                    xml,
                    count=1,
                )
        return xml


def _counted(attributes: bytes, count: int) -> bytes:
    return re.sub(rb'\bcount="\d+"', b'count="%d"' % count, attributes)


def _attribute(xml: bytes, name: bytes) -> int:
    found = re.search(rb'\b%s="(\d+)"' % name, xml)
    return int(found[1]) if found else 0


def _with(xml: bytes, **attributes: int) -> bytes:
    """The element with these attributes on its first tag."""
    end = xml.index(b">")
    tag, rest = xml[:end].rstrip(b"/"), xml[end:]
    closing = b"/" if xml[end - 1 : end] == b"/" else b""
    for name, value in attributes.items():
        tag = re.sub(rb'\s%s="[^"]*"' % name.encode(), b"", tag) + b' %s="%d"' % (name.encode(), value)
    return tag + closing + rest


def _without_fill(xml: bytes) -> bytes:
    return re.sub(rb'\s(?:fillId|applyFill)="[^"]*"', b"", xml)


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
