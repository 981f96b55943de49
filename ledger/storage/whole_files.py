"""A file made beside its place and moved there once it is whole: killed at any instant, it is there or it is not."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ledger.core.errors import LedgerError


class NotAFile(LedgerError):
    """What was named to be read is a link, a device or a pipe."""

    code = "fichier_refuse"


PRIVATE = 0o600
"""Read and written by the owner of the file alone."""

_BEGUN = ".{}.{}.en-cours"
_SIDE_FILES = ("", "-wal", "-shm", "-journal")
_NO_HARD_LINK = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EXDEV, errno.EMLINK}


@contextmanager
def made_whole(target: Path, *, replace: bool = False, private: bool = False) -> Iterator[Path]:
    """The path of a file to write inside, empty yet, which then takes the place of `target` in one move.

    Nothing is left of it if anything fails inside; what a killed process had begun is taken away by the next. A link is
    followed by nobody: it is refused as what stands there already.
    replace: whether it may take the place of a file. private: read by its owner alone.
    raises: FileExistsError when something stands there and may not be replaced, OSError.
    """
    if target.is_symlink() or (not replace and target.exists()):
        raise FileExistsError(errno.EEXIST, "exists", str(target))
    _clear_what_the_dead_began(target)
    draft = target.with_name(_BEGUN.format(target.name, os.getpid()))
    try:
        _make_empty(draft, PRIVATE if private else 0o666)
        yield draft
        _keep_on_disk(draft)
        _move(draft, target, replace=replace)
    except OSError as trouble:
        if trouble.filename in (None, str(draft), draft):
            trouble.filename, trouble.filename2 = str(target), None
        raise
    finally:
        remove_file(draft)


@contextmanager
def made_whole_folder(target: Path) -> Iterator[Path]:
    """The path of an empty folder to fill inside, whose files then move to `target`, in one move where it is not there.

    As made_whole, nothing is left of it if anything fails inside. raises: OSError.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    _clear_what_the_dead_began(target)
    draft = target.with_name(_BEGUN.format(target.name, os.getpid()))
    try:
        draft.mkdir()
        yield draft
        if not target.exists():
            draft.rename(target)
            return
        for each in sorted(draft.rglob("*")):
            place = target / each.relative_to(draft)
            place.mkdir(exist_ok=True) if each.is_dir() else each.replace(place)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def write_whole_file(target: Path, content: bytes, *, replace: bool = True, private: bool = False) -> None:
    """Put this content there, whole or not at all (see made_whole). raises: FileExistsError, OSError."""
    with made_whole(target, replace=replace, private=private) as draft:
        draft.write_bytes(content)


def check_ordinary(path: Path) -> None:
    """Nothing for a file, or where there is none: a device or a pipe might never end, a link says not what is read.

    raises: NotAFile.
    """
    if path.is_symlink():
        raise NotAFile(f"« {path} » est un lien, pas un fichier.", "Indiquez le fichier lui-même.")
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise NotAFile(f"« {path} » n'est pas un fichier (périphérique, tube…).", "Indiquez le fichier à lire.")


def remove_file(path: Path) -> None:
    """Remove this file, and the side files of a base that has some; nothing where there is none."""
    for suffix in _SIDE_FILES:
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _make_empty(draft: Path, mode: int) -> None:
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))


def _keep_on_disk(draft: Path) -> None:
    with draft.open("rb+") as file:
        os.fsync(file.fileno())


def _move(draft: Path, target: Path, *, replace: bool) -> None:
    if replace:
        draft.replace(target)
        return
    try:
        os.link(draft, target)
    except OSError as trouble:
        if trouble.errno not in _NO_HARD_LINK:
            raise
        _make_empty(target, draft.stat().st_mode & 0o777)
        draft.replace(target)


def _clear_what_the_dead_began(target: Path) -> None:
    """Remove the drafts of processes that are no more: they were killed before the move."""
    begun = re.compile(re.escape(_BEGUN.format(target.name, "@")).replace("@", r"(\d+)") + r"(?:-\w+)?")
    with suppress(OSError):
        for each in target.parent.iterdir():
            if (found := begun.fullmatch(each.name)) and not _is_another(int(found[1])):
                shutil.rmtree(each) if each.is_dir() else each.unlink(missing_ok=True)


def _is_another(process: int) -> bool:
    """Whether another process runs under this number; not known on Windows, where asking would end it."""
    if process == os.getpid():
        return False
    if sys.platform == "win32":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
