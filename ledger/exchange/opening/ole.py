"""The compound file that holds an .xls: one stream taken out of its chain of sectors."""

from __future__ import annotations

import struct

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER, _ENTRY, _LAST = 512, 128, 0xFFFFFFFA
_ROOT, _STREAM = 5, 2


class NotACompoundFile(Exception):
    """The bytes are not a whole compound file."""


def read_stream(content: bytes, *names: str) -> bytes | None:
    """The first stream of one of these names; None when there is none. raises: NotACompoundFile."""
    try:
        return _Compound(content).stream(names)
    except (struct.error, IndexError, ValueError) as trouble:
        raise NotACompoundFile from trouble


class _Compound:
    def __init__(self, content: bytes) -> None:
        if content[:8] != SIGNATURE or len(content) < _HEADER:
            raise ValueError
        self.content = content
        self.size = 1 << struct.unpack_from("<H", content, 30)[0]
        self.small_size = 1 << struct.unpack_from("<H", content, 32)[0]
        if self.size not in (512, 4096) or self.small_size > self.size:
            raise ValueError
        self.fat = self._table()
        self.directory = self._chain(struct.unpack_from("<I", content, 48)[0])
        self.cutoff = struct.unpack_from("<I", content, 56)[0]

    def _sector(self, number: int) -> bytes:
        start = _HEADER + number * self.size if self.size == _HEADER else (number + 1) * self.size
        return self.content[start : start + self.size]

    def _table(self) -> list[int]:
        """The next sector of each sector."""
        sectors = [each for each in struct.unpack_from("<109I", self.content, 76) if each < _LAST]
        more = struct.unpack_from("<I", self.content, 68)[0]
        seen = set()
        while more < _LAST and more not in seen:
            seen.add(more)
            words = struct.unpack(f"<{self.size // 4}I", self._sector(more))
            sectors += [each for each in words[:-1] if each < _LAST]
            more = words[-1]
        table: list[int] = []
        for each in sectors[: len(self.content) // self.size + 1]:
            table += struct.unpack(f"<{self.size // 4}I", self._sector(each))
        return table

    def _chain(self, first: int) -> bytes:
        return b"".join(self._sector(number) for number in _follow(self.fat, first))

    def stream(self, names: tuple[str, ...]) -> bytes | None:
        wanted = {name.lower() for name in names}
        root = (0, 0)
        for start in range(0, len(self.directory) - _ENTRY + 1, _ENTRY):
            entry = self.directory[start : start + _ENTRY]
            first, length = struct.unpack_from("<II", entry, 116)
            if entry[66] == _ROOT:
                root = (first, length)
            title = entry[: max(0, min(64, struct.unpack_from("<H", entry, 64)[0] - 2))].decode("utf-16-le", "replace")
            if entry[66] == _STREAM and title.lower() in wanted:
                return self._small(first, root[0])[:length] if length < self.cutoff else self._chain(first)[:length]
        return None

    def _small(self, first: int, root: int) -> bytes:
        whole = self._chain(root)
        chain = self._chain(struct.unpack_from("<I", self.content, 60)[0])
        table = list(struct.unpack(f"<{len(chain) // 4}I", chain))
        size = self.small_size
        return b"".join(whole[number * size : (number + 1) * size] for number in _follow(table, first))


def _follow(table: list[int], first: int) -> list[int]:
    """The sectors of a chain. raises: ValueError when it bites its tail."""
    chain, number = [], first
    while number < _LAST:
        chain.append(number)
        if len(chain) > len(table):
            raise ValueError
        number = table[number]
    return chain
