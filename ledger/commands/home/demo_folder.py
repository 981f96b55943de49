"""The folder of the example: what may take its place without asking, even killed between two of its files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

BASE = "cofiville.db"
COMMANDS = "commandes.txt"
PRINT = "# sha256 "
"""What precedes the SHA-256 of the base as it was made, in the list of commands that made it."""

_BEGUN = ".cofiville-demo"


def print_of(base: Path) -> str:
    """The SHA-256 of this file, in hexadecimal."""
    return sha256(base.read_bytes()).hexdigest()


def replaceable(folder: Path) -> bool:
    """Whether nobody has worked on the base of this folder since it was made.

    Of a folder that was being replaced: whether its base is not there, or is the one taken away or the one put there.
    """
    base, begun = folder / BASE, folder / _BEGUN
    commands = begun if begun.exists() else folder / COMMANDS
    if not commands.exists():
        return False
    if not base.exists():
        return commands == begun
    return f"{PRINT}{print_of(base)}" in commands.read_text(encoding="utf-8").splitlines()


@contextmanager
def demonstration_made(folder: Path, names: Sequence[str]) -> Iterator[Path]:
    """The path of an empty folder to fill inside, whose files then replace those of these names in `folder`.

    Until all have, a note in the folder says so, with the prints of both bases: the same command typed again then asks
    nothing. raises: OSError.
    """
    from ledger.storage.whole_files import made_whole_folder, write_whole_file

    with made_whole_folder(folder) as draft:
        yield draft
        if folder.exists():
            prints = [f"{PRINT}{print_of(each / BASE)}" for each in (folder, draft) if (each / BASE).exists()]
            write_whole_file(folder / _BEGUN, "\n".join(prints).encode())
            for name in names:
                (folder / name).unlink(missing_ok=True)
    (folder / _BEGUN).unlink(missing_ok=True)
