"""A Word template: where it is found, the fields it names, and what it gives once filled. Nothing is written here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from ledger.core.errors import LedgerError
from ledger.reports.documents.filling import Trouble, filled, filled_apart, timeless
from ledger.reports.documents.values import Fields
from ledger.storage.whole_files import check_ordinary

SHIPPED = Path(__file__).parent / "templates"
_MOST_BYTES = 20_000_000


class TemplateRefused(LedgerError):
    """A template that is absent, unreadable, or names a field that does not exist."""

    code = "modele_refuse"


@dataclass(frozen=True, slots=True)
class WordTemplate:
    """A template as it is filled: the name that refusals give it, and its bytes."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """What names it among the templates kept."""
        return sha256(self.content).hexdigest()


def find_template(name: str, folder: Path | None, contract: str = "") -> Path:
    """The template of this document: the user's own where their folder holds one, else the one shipped.

    contract: its code; a folder of that name in theirs holds the contract's own, with its logo, which come first.

    raises: TemplateRefused when the folder does not exist.
    """
    if folder is None:
        return SHIPPED / f"{name}.docx"
    if not folder.is_dir():
        raise TemplateRefused(
            f"Le dossier de modèles « {folder} » n'existe pas.",
            f'Créez-le avec les modèles livrés : cofiville document modeles "{folder}".',
        )
    file = f"{name}.docx"
    owned = (folder / contract / file, folder / file)
    return next((path for path in owned if path.is_file()), SHIPPED / file)


def read_template(name: str, folder: Path | None, contract: str = "") -> WordTemplate:
    """The template of this document, as find_template finds it. raises: TemplateRefused when it cannot be read."""
    path = find_template(name, folder, contract)
    return WordTemplate(path.name, _read(path))


def fill_templates(template: WordTemplate, many: Sequence[Fields], known: tuple[str, ...]) -> list[bytes]:
    """The Word files made of this template, one for each of these sets of fields, in this order.

    A template of ours is filled here; any other one apart, under limits (see `filled_apart`).
    known: every field that exists, as it is typed in a template ("versements.montant" inside a loop).
    raises: TemplateRefused, naming every field that does not exist and those that do.
    """
    if not many:
        return []
    apart = template.sha256 not in _shipped_digests()
    found = filled_apart(template.content, many) if apart else filled(template.content, many)
    if found.trouble == Trouble.ABSENT:
        raise TemplateRefused(
            f"Le modèle « {template.name} » demande des champs qui n'existent pas : {found.said}.",
            f"Champs qui existent : {', '.join(known)}.",
        )
    if found.trouble == Trouble.MALFORMED:
        raise TemplateRefused(
            f"Le modèle « {template.name} » a une balise mal formée : {found.said}.",
            "Vérifiez ses accolades {{ champ }} et ses boucles {%tr for … %} … {%tr endfor %}.",
        )
    if found.trouble in (Trouble.LONG, Trouble.LARGE):
        what = "trop de temps" if found.trouble == Trouble.LONG else "trop de mémoire"
        raise TemplateRefused(
            f"Le modèle « {template.name} » demande {what} : il n'a pas été rempli.",
            "Vérifiez ses boucles, ou repartez du modèle livré : cofiville document modeles DOSSIER.",
        )
    if found.trouble:
        raise _unreadable(template.name)
    return found.documents


@cache
def _shipped_digests() -> frozenset[str]:
    return frozenset(sha256(path.read_bytes()).hexdigest() for path in SHIPPED.glob("*.docx"))


def with_note(content: bytes, note: str) -> bytes:
    """The Word file with this sentence above its first line; as it is without a sentence."""
    if not note:
        return content
    from docx import Document

    document = Document(BytesIO(content))
    body = document.element.body
    paragraph = document.add_paragraph()
    paragraph.add_run(note).italic = True
    body.insert(0, paragraph._p)
    made = BytesIO()
    document.save(made)
    return timeless(made)


def _read(path: Path) -> bytes:
    check_ordinary(path)
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise _unreadable(path.name)
        return path.read_bytes()
    except OSError as trouble:
        raise TemplateRefused(
            f"Le modèle « {path} » ne peut pas être lu ({trouble.strerror}).", "Vérifiez le fichier et vos droits."
        ) from None


def _unreadable(name: str) -> TemplateRefused:
    return TemplateRefused(
        f"« {name} » n'est pas un modèle Word lisible.",
        "Enregistrez-le au format Word (.docx), ou repartez du modèle livré : cofiville document modeles DOSSIER.",
    )
