"""Writing documents: all filled first, then put in place; one refusal and nothing is written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.orm import Session

from ledger.reports.documents.fields import DocumentKind, all_fields
from ledger.reports.documents.kept import Edition, edition
from ledger.reports.documents.model import KeptDocument
from ledger.reports.documents.template import (
    SHIPPED,
    TemplateRefused,
    WordTemplate,
    fill_templates,
    read_template,
    with_note,
)
from ledger.reports.documents.templates_kept import kept_template
from ledger.reports.vocabulary import TemplateOrigin
from ledger.storage.delivered_files import check_deliverable, deliver_file
from ledger.storage.session import context

_NOT_IN_A_NAME = re.compile(r"[^\w.-]+")


_TOLD: Mapping[TemplateOrigin, str] = {
    TemplateOrigin.ACT: "",
    TemplateOrigin.OTHER: "Sur un autre modèle Word que celui gardé à l'acte.",
    TemplateOrigin.NOT_KEPT: "Sur le modèle Word d'aujourd'hui : celui de l'acte n'a pas été gardé.",
    TemplateOrigin.TODAY: "",
}


class Templates(NamedTuple):
    """Where templates are: the user's usual folder, and the one asked for this time, even for what was kept."""

    usual: Path | None
    asked: Path | None


def fill_documents(
    session: Session, kind: DocumentKind, keys: Sequence[str], *, template: WordTemplate, on: date
) -> dict[str, bytes]:
    """The Word files of these keys, by file name. raises: TemplateRefused, NotFound, NoDocument."""
    fields = [all_fields(session, kind, key, on) for key in keys]
    made = fill_templates(template, fields, tuple(kind.known_fields))
    return {file_name(kind, key): content for key, content in zip(keys, made, strict=True)}


@dataclass(frozen=True, slots=True)
class Edited:
    """A document made: its file, the day and seal of the act that kept it (None when none did), what it tells of it.

    template: which Word template it is filled in, and its sha256. note: what the file says of itself. template_note:
    what is told of its template, where it is not the one kept at the act; the file says so too once it is a copy.
    """

    name: str
    content: bytes
    act_on: date | None
    sha256: str
    note: str
    template: TemplateOrigin
    template_sha256: str
    template_note: str


def edit_documents(
    session: Session, kind: DocumentKind, keys: Sequence[str], *, templates: Templates, on: date, today: date
) -> list[Edited]:
    """The Word files of these keys as their acts left them, each saying so itself where it is a copy or a later state.

    raises: TemplateRefused, NotFound, NoDocument.
    """
    editions = [edition(session, kind, key, on=on, today=today) for key in keys]
    chosen = [_template(session, kind, found.kept, templates) for found in editions]
    contents = _filled(list(zip(chosen, editions, strict=True)), tuple(kind.known_fields))
    made = []
    for key, found, (origin, template), content in zip(keys, editions, chosen, contents, strict=True):
        told = _TOLD[origin]
        copied = found.kept is None or found.kept.recorded_at.date() != today
        note = " ".join(part for part in (found.note, told if copied else "") if part)
        act_on, seal = (found.kept.act_on, found.kept.sha256) if found.kept else (None, "")
        name, whole = file_name(kind, key), with_note(content, note)
        made.append(Edited(name, whole, act_on, seal, note, origin, template.sha256, told))
    return made


def _template(
    session: Session, kind: DocumentKind, kept: KeptDocument | None, templates: Templates
) -> tuple[TemplateOrigin, WordTemplate]:
    """The template of the act, unless another is asked for; that of today where none was kept, or before any act."""
    found = kept_template(session, kept) if kept is not None and templates.asked is None else None
    if found is not None:
        return TemplateOrigin.ACT, found
    current = read_template(kind.name, templates.asked or templates.usual, context(session).contract)
    if kept is None:
        return TemplateOrigin.TODAY, current
    if kept.template is None:
        return TemplateOrigin.NOT_KEPT, current
    return (TemplateOrigin.ACT if kept.template == current.sha256 else TemplateOrigin.OTHER), current


def _filled(
    wanted: Sequence[tuple[tuple[TemplateOrigin, WordTemplate], Edition]], known: tuple[str, ...]
) -> list[bytes]:
    """The Word file of each of these, those of one template filled together."""
    made: dict[int, bytes] = {}
    together: dict[tuple[TemplateOrigin, WordTemplate], list[int]] = {}
    for place, (chosen, _) in enumerate(wanted):
        together.setdefault(chosen, []).append(place)
    for (origin, template), places in together.items():
        try:
            contents = fill_templates(template, [wanted[place][1].fields for place in places], known)
        except TemplateRefused as refusal:
            if origin is not TemplateOrigin.ACT:
                raise
            raise TemplateRefused(
                refusal.problem,
                "C'est le modèle gardé à l'acte ; pour en prendre un autre cette fois : --modeles DOSSIER.",
            ) from None
        made |= zip(places, contents, strict=True)
    return [made[place] for place in range(len(wanted))]


def file_name(kind: DocumentKind, key: str) -> str:
    """ "decompte_C2016-001.docx": the kind and the key, without what a file system refuses."""
    return f"{kind.name}_{_NOT_IN_A_NAME.sub('-', key).strip('-')}.docx"


def write_files(folder: Path, files: dict[str, bytes]) -> list[Path]:
    """The paths of the files, delivered one by one; the folder is made if need be.

    raises: FileInTheWay when one there may not be replaced (none is written then), FileNotWritten, OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        check_deliverable(folder / name, content)
    for name, content in files.items():
        deliver_file(folder / name, content)
    return [folder / name for name in files]


def shipped_templates() -> dict[str, bytes]:
    """The templates shipped with the program, by file name."""
    return {path.name: path.read_bytes() for path in sorted(SHIPPED.glob("*.docx"))}
