"""Writing documents: all filled first, then put in place; one refusal and nothing is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile

from sqlalchemy.orm import Session

from ledger.core.errors import LedgerError
from ledger.reports.documents.kept import edition
from ledger.reports.documents.kind import Kind, all_fields
from ledger.reports.documents.template import SHIPPED, fill, find_template, with_note

_NOT_IN_A_NAME = re.compile(r"[^\w.-]+")


class DocumentExists(LedgerError):
    """A document of this name is there already, and may have been finished by hand."""

    code = "document_existant"


def fill_documents(
    session: Session, kind: Kind, keys: Sequence[str], *, own: Path | None, on: date
) -> dict[str, bytes]:
    """The Word files of these keys, by file name.

    own: the user's folder of templates. raises: TemplateRefused, NotFound, NoDocument.
    """
    template = find_template(kind.name, own)
    known = tuple(kind.known_fields)
    return {file_name(kind, key): fill(template, all_fields(session, kind, key, on), known) for key in keys}


@dataclass(frozen=True, slots=True)
class Edited:
    """A document made: its file, the day and seal of the act that kept it (None when none did), what it tells of it."""

    name: str
    content: bytes
    act_on: date | None
    sha256: str
    note: str


def edit_documents(
    session: Session, kind: Kind, keys: Sequence[str], *, own: Path | None, on: date, today: date
) -> list[Edited]:
    """The Word files of these keys as their acts left them, each saying so itself where it is a copy or a later state.

    raises: TemplateRefused, NotFound, NoDocument.
    """
    template = find_template(kind.name, own)
    known, made = tuple(kind.known_fields), []
    for key in keys:
        found = edition(session, kind, key, on=on, today=today)
        content = with_note(fill(template, found.fields, known), found.note)
        act_on, seal = (found.kept.act_on, found.kept.sha256) if found.kept else (None, "")
        made.append(Edited(file_name(kind, key), content, act_on, seal, found.note))
    return made


def file_name(kind: Kind, key: str) -> str:
    """ "decompte_C2016-001.docx": the kind and the key, without what a file system refuses."""
    return f"{kind.name}_{_NOT_IN_A_NAME.sub('-', key).strip('-')}.docx"


def write_files(folder: Path, files: dict[str, bytes], *, replace: bool) -> list[Path]:
    """The paths of the files, each put in place whole or not at all; the folder is made if need be.

    raises: DocumentExists when one is there and may not be replaced (none is written then), OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    there = [name for name in files if (folder / name).exists()]
    if there and not replace:
        raise DocumentExists(
            f"« {there[0]} » existe déjà dans {folder}" + (f" (et {len(there) - 1} autre(s))." if there[1:] else "."),
            "Choisissez un autre dossier (--dossier), ou ajoutez --remplacer.",
        )
    waiting: dict[Path, Path] = {}
    try:
        for name, content in files.items():
            with NamedTemporaryFile(dir=folder, prefix=".", suffix=".docx", delete=False) as file:
                waiting[Path(file.name)] = folder / name
                file.write(content)
        for path, target in waiting.items():
            path.chmod(0o644)
            path.replace(target)
    finally:
        for path in waiting:
            path.unlink(missing_ok=True)
    return list(waiting.values())


def shipped_templates() -> dict[str, bytes]:
    """The templates shipped with the program, by file name."""
    return {path.name: path.read_bytes() for path in sorted(SHIPPED.glob("*.docx"))}
