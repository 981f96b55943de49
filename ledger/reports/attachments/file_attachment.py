"""Filing a file with an object, reading it again, erasing it, checking that its bytes are those of its digest."""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, LedgerError, NotFound, require_words
from ledger.journal.findings import Finding, printable
from ledger.journal.stored import any_text, stored_rows
from ledger.referential.porteurs import overwrite_replaced
from ledger.reports.attachments.model import AttachedFile
from ledger.reports.history.objects import FoundObject, SeveralObjects, find_object
from ledger.reports.vocabulary import AttachmentKind
from ledger.rules.book import Rule, rulebook
from ledger.rules.convention_kinds import AttachedFileSize
from ledger.rules.scope import RuleSubject
from ledger.rules.vocabulary import Clock
from ledger.storage.session import context, next_rank

_MEGABYTE = 1_000_000


class AttachmentRefused(LedgerError):
    """A file that cannot be filed, or cannot be given back."""

    code = "piece_refusee"


def read_object(session: Session, typed: str) -> FoundObject:
    """What a file is filed with: a code, or "genre:code" where several objects have it.

    raises: NotFound, SeveralObjects.
    """
    from ledger.reports.history.declared import GENRES

    genre, separator, code = typed.partition(":")
    if separator and genre.strip().lower() in GENRES:
        return find_object(session, code, genre.strip().lower())
    try:
        return find_object(session, typed)
    except SeveralObjects as several:
        several.remedy = f"Dites lequel, son genre devant : convention:{typed.strip()}, porteur:{typed.strip()}…"
        raise


def file_attachment(
    session: Session,
    about: FoundObject,
    name: str,
    content: bytes,
    *,
    kind: str,
    on: date,
    at: datetime,
    personal: bool,
) -> tuple[AttachedFile, bool]:
    """The file kept with this object, and whether it is new; the same bytes of the same kind are kept once.

    A RIB is personal whatever is said. raises: InvalidValue for a kind unknown, AttachmentRefused empty, too big, or
    where no rule says how big it may be.
    """
    if kind not in AttachmentKind.labels():
        raise InvalidValue(f"« {kind} » n'est pas un genre de pièce.", f"Genres connus : {', '.join(AttachmentKind)}.")
    _check_size(session, name, len(content), on)
    digest = sha256(content).hexdigest()
    for each in attached_files(session, about):
        if (each.sha256, each.kind, each.erased_at) == (digest, kind, None):
            return each, False
    mine = (AttachedFile.genre == about.genre.title, AttachedFile.code == about.code)
    row = AttachedFile(
        contract=context(session).contract,
        genre=about.genre.title,
        code=about.code,
        rank=next_rank(session, AttachedFile.rank, *mine),
        kind=kind,
        filed_on=on,
        sha256=digest,
        size=len(content),
        personal=personal or kind == AttachmentKind.RIB,
        recorded_at=at,
        agent=context(session).agent,
        name=name,
        content=b64encode(zlib.compress(content, 9)).decode("ascii"),
    )
    session.add(row)
    session.flush()
    return row, True


def _check_size(session: Session, name: str, size: int, on: date) -> None:
    if not size:
        raise AttachmentRefused(f"« {name} » est vide.", "Choisissez le fichier de la pièce elle-même.")
    rule = rulebook(session, Clock.ACT, day=on).find(AttachedFileSize, RuleSubject())
    if not isinstance(rule, Rule):
        raise AttachmentRefused(
            "Aucune règle ne dit combien peut peser une pièce.", "Reprenez la livrée : cofiville regle mettre-a-niveau."
        )
    if size > (most := rule.figures.megabytes) * _MEGABYTE:
        raise AttachmentRefused(
            f"« {name} » pèse {f'{size / _MEGABYTE:.1f}'.replace('.', ',')} Mo ; une pièce en pèse {most} au plus.",
            f"Réduisez-le, ou relevez la règle : cofiville regle remplacer {rule.code}"
            f' --chiffre "mo={-(-size // _MEGABYTE)}" --du JOUR --source TEXTE.',
        )


def attached_files(session: Session, about: FoundObject | None = None) -> Sequence[AttachedFile]:
    """The files of this object, or of all, in the order they were filed."""
    query = select(AttachedFile)
    if about is not None:
        query = query.where(AttachedFile.genre == about.genre.title, AttachedFile.code == about.code)
    return session.scalars(query.order_by(AttachedFile.genre, AttachedFile.code, AttachedFile.rank)).all()


def find_attachment(session: Session, about: FoundObject, rank: int) -> AttachedFile:
    """The file of this number. raises: NotFound."""
    found = session.get(AttachedFile, (context(session).contract, about.genre.title, about.code, rank))
    if found is None:
        raise NotFound(
            f"{about.code} n'a pas de pièce numéro {rank}.", f"Voyez les siennes : cofiville piece lister {about.code}."
        )
    return found


def attached_content(row: AttachedFile) -> bytes:
    """The bytes filed. raises: AttachmentRefused once erased, or where they are no longer those of their digest."""
    content = None if row.content is None else _content(row)
    if row.content is None:
        raise AttachmentRefused(
            f"La pièce {row.rank} de {row.code} est effacée : il n'en reste que l'empreinte.",
            f"Reprenez l'original, puis : cofiville piece ajouter {row.code} FICHIER --genre {row.kind}.",
        )
    if content is None:
        raise AttachmentRefused(
            f"La pièce {row.rank} de {row.code} n'est plus celle de son empreinte.",
            "Contrôlez la base (cofiville base controler), puis restaurez une sauvegarde saine.",
        )
    return content


def erase_attachment(session: Session, row: AttachedFile, *, motive: str, at: datetime) -> None:
    """Erase the name and the bytes of this file; its digest and its size stay.

    raises: InvalidValue, AttachmentRefused.
    """
    require_words(motive, "Le motif de l'effacement manque.", 'Donnez-le : --motif "Données personnelles".')
    if row.erased_at is not None:
        raise AttachmentRefused(
            f"La pièce {row.rank} de {row.code} est déjà effacée.", f"Voyez : cofiville piece lister {row.code}."
        )
    overwrite_replaced(session)
    row.name, row.content, row.salt, row.erased_at, row.reason = None, None, None, at, motive.strip()
    session.flush()


def _content(row: Any) -> bytes | None:
    """The bytes kept; None where they are not those of their digest."""
    try:
        content = zlib.decompress(b64decode(row.content, validate=True))
    except (ValueError, zlib.error):
        return None
    return content if (sha256(content).hexdigest(), len(content)) == (row.sha256, row.size) else None


def check_attachments(session: Session) -> list[Finding]:
    """Every file kept whose bytes are not those of its digest."""
    return list(_altered(session))


def _altered(session: Session) -> Iterator[Finding]:
    with any_text(session):
        rows = stored_rows(session, AttachedFile, "genre", "code", "rank")
    for row in rows:
        if row.content is not None and _content(row) is None:
            subject = printable(f"pièce {row.rank} de {row.genre} {row.code}")
            yield Finding("piece_alteree", subject, "Les octets de cette pièce ne sont pas ceux de son empreinte.")


def read_file(path: Path) -> bytes:
    """The bytes of the file typed. raises: AttachmentRefused where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as trouble:
        raise AttachmentRefused(
            f"« {path} » ne se lit pas : {trouble.strerror}.", "Donnez le chemin d'un fichier que vous pouvez ouvrir."
        ) from None
