"""Word templates kept with the documents of acts: stored once, read again, checked with what they fill."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from ledger.journal.findings import Finding, printable
from ledger.journal.stored import any_text, stored_rows
from ledger.reports.documents.model import KeptDocument, KeptTemplate
from ledger.reports.documents.template import TemplateRefused, WordTemplate, read_template
from ledger.storage.instants import instant_of_record
from ledger.storage.session import context


class UsualTemplates:
    """The templates that the documents of acts are filled in: each is read and kept once."""

    def __init__(self, session: Session, folder: Path | None) -> None:
        self._session, self._folder = session, folder
        self._kept: dict[str, str | None] = {}

    def kept(self, kind: str) -> str | None:
        """The sha256 of the template of this kind, kept from now on; None where it cannot be read.

        An act is not refused because a folder of templates is not at hand.
        """
        if kind not in self._kept:
            self._kept[kind] = None
            with suppress(TemplateRefused):
                self._kept[kind] = keep_template(
                    self._session, read_template(kind, self._folder, context(self._session).contract)
                )
        return self._kept[kind]


def keep_template(session: Session, template: WordTemplate) -> str:
    """Keep this template, unless it is there already; gives its sha256."""
    contract, digest = context(session).contract, template.sha256
    if template.content and session.get(KeptTemplate, (contract, digest)) is None:
        packed = b64encode(zlib.compress(template.content, 9)).decode("ascii")
        size, at = len(template.content), instant_of_record(session)
        session.add(KeptTemplate(contract=contract, sha256=digest, content=packed, size=size, recorded_at=at))
        session.flush()
    return digest


def kept_template(session: Session, document: KeptDocument) -> WordTemplate | None:
    """The template this document was filled in; None where none was kept. raises: TemplateRefused when it is altered.

    The name is the one that refusals give it.
    """
    if document.template is None:
        return None
    row = session.get(KeptTemplate, (document.contract, document.template))
    content = None if row is None else _content(row)
    if content is None:
        raise TemplateRefused(
            f"Le modèle Word gardé avec « {document.kind} {document.key} » manque ou a été modifié dans la base.",
            "Contrôlez la base (cofiville base controler), puis restaurez une sauvegarde saine.",
        )
    return WordTemplate(f"{document.kind}.docx", content)


def _content(row: Any) -> bytes | None:
    """The bytes kept; None where they are not those that its sha256 and its size say."""
    try:
        content = zlib.decompress(b64decode(row.content, validate=True))
    except (ValueError, zlib.error):
        return None
    return content if (sha256(content).hexdigest(), len(content)) == (row.sha256, row.size) else None


def document_seal(facts: Mapping[str, Any], template: str | None) -> str:
    """The sha256 of a document kept: of its canonical facts, and of the name of its template where there is one."""
    said = json.dumps(facts, ensure_ascii=False, sort_keys=True)
    return sha256((said if template is None else f"{said}\n{template}").encode()).hexdigest()


def check_documents(session: Session) -> list[Finding]:
    """Every document kept that is not what its seal says, every template kept that is missing or altered."""
    with any_text(session):
        templates = {row.sha256: _content(row) for row in stored_rows(session, KeptTemplate, "sha256")}
        documents = stored_rows(session, KeptDocument, "kind", "key", "rank")
    altered = "Les octets de ce modèle Word ne sont pas ceux de son empreinte."
    found = [
        Finding("modele_altere", printable(f"modèle {digest[:12]}"), altered)
        for digest, content in templates.items()
        if content is None
    ]
    return [*found, *(finding for each in documents for finding in _of_document(each, templates))]


def _of_document(row: Any, templates: Collection[str]) -> Iterator[Finding]:
    subject = printable(f"{row.kind} {row.key} ({row.rank})")
    try:
        sealed = document_seal(json.loads(row.facts), row.template)
    except ValueError:
        sealed = ""
    if row.sha256 != sealed:
        yield Finding("document_altere", subject, "Ce document gardé n'est pas celui que dit son empreinte.")
    if row.template is not None and row.template not in templates:
        yield Finding("modele_manquant", subject, "Le modèle Word de ce document gardé a disparu.")
