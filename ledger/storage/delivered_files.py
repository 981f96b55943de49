"""Files written where the user said, in the place of nothing but our own on the same subject, as we left them."""

from __future__ import annotations

import errno
import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from ledger.core.errors import FileInTheWay, LedgerError
from ledger.storage.whole_files import write_whole_file

AUTHOR = "Cofiville"
UNTOUCHED = "2016-01-01T00:00:00Z"
"""The instant every workbook of ours bears as its last change: whoever saves it again writes another."""

_replacing: ContextVar[bool] = ContextVar("replacing", default=False)
_PROPERTY = r"<(?:dc|dcterms):{}[^>]*>([^<]*)<"
_MADE_BY_US = f'<meta name="generator" content="{AUTHOR}">'
_OF_A_PAGE = re.compile(r"<title>([^<]*)</title>")
_HEAD_OF_A_PAGE = 4_000


class FileNotWritten(LedgerError):
    """A file that the system does not let us write."""

    code = "fichier_refuse"


_WHY_NOT = {
    errno.ENOENT: "son dossier n'existe pas",
    errno.ENOTDIR: "son dossier n'en est pas un",
    errno.EISDIR: "c'est un dossier",
    errno.EACCES: "l'accès en est refusé",
    errno.EPERM: "l'accès en est refusé",
    errno.EROFS: "le support est en lecture seule",
    errno.ENOSPC: "le disque est plein",
    errno.ENAMETOOLONG: "son chemin est trop long",
}


@contextmanager
def replacing(wanted: bool) -> Iterator[None]:
    """Files written inside take the place of those that stand there, whatever these are."""
    token = _replacing.set(wanted)
    try:
        yield
    finally:
        _replacing.reset(token)


def check_deliverable(path: Path, content: bytes) -> None:
    """Nothing where deliver_file would write this. raises: FileInTheWay."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise _not_ours_to_write(path)
    if path.exists() and not _replacing.get():
        _may_give_way(path, content)


def _not_ours_to_write(path: Path) -> FileInTheWay:
    what = "c'est un lien" if path.is_symlink() else "ce n'est pas un fichier"
    return FileInTheWay(str(path), what, replaceable=False)


def deliver_file(path: Path, content: bytes) -> None:
    """Write the file whole; one of ours about the same thing, as we wrote it, gives way, and any inside `replacing`.

    raises: FileInTheWay, FileNotWritten.
    """
    try:
        write_whole_file(path, content, replace=_replacing.get() or _may_give_way(path, content))
    except FileExistsError:
        raise _not_ours_to_write(path) from None
    except OSError as trouble:
        raise cannot_be_written(path, trouble) from None


def cannot_be_written(path: Path, trouble: OSError) -> FileNotWritten:
    """The refusal of a file or a folder that the system does not let us write, for the reason it gives."""
    why = _WHY_NOT.get(trouble.errno or 0, "le système le refuse")
    return FileNotWritten(
        f"« {path} » ne peut pas être écrit : {why}.",
        "Fermez ce fichier s'il est ouvert, vérifiez que le dossier existe et que vous pouvez y écrire.",
    )


def _may_give_way(path: Path, content: bytes) -> bool:
    """Whether what stands there is what is written again. raises: FileInTheWay."""
    if path.is_symlink() or not path.is_file():
        return False
    there = path.read_bytes()
    if there == content:
        return True
    found, wanted = document_subject(there), document_subject(content)
    if found is None or wanted is None or found[0] != wanted[0]:
        raise FileInTheWay(str(path), "ce n'est pas le même document")
    if found != wanted:
        raise FileInTheWay(str(path), "il a été rempli ou modifié depuis que Cofiville l'a écrit")
    return True


def document_subject(content: bytes) -> tuple[str, str] | None:
    """What a workbook or a page of ours is about, and the instant it says it was last changed; None for another file.

    A page does not say when it was changed: "".
    """
    if content.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                properties = archive.read("docProps/core.xml").decode("utf-8", "replace")
        except (zipfile.BadZipFile, KeyError, OSError):
            return None
        if _property(properties, "creator") != AUTHOR:
            return None
        about = f"{_property(properties, 'title')} · {_property(properties, 'subject')}"
        return about, _property(properties, "modified")
    head = content[:_HEAD_OF_A_PAGE].decode("utf-8", "replace")
    title = _OF_A_PAGE.search(head)
    return (title[1], "") if title and _MADE_BY_US in head else None


def _property(text: str, name: str) -> str:
    found = re.search(_PROPERTY.format(name), text)
    return found[1] if found else ""
