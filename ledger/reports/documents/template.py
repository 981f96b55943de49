"""A Word template: where it is found, the fields it names, and what it gives once filled. Nothing is written here."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from ledger.core.errors import LedgerError
from ledger.reports.documents.fields import AmountField, DayField, Fields, Value, clean
from ledger.storage.whole_files import check_ordinary

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

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


def fill_template(template: WordTemplate, fields: Fields, known: tuple[str, ...]) -> bytes:
    """The Word file made of this template and these fields.

    known: every field that exists, as it is typed in a template ("versements.montant" inside a loop).
    raises: TemplateRefused, naming every field that does not exist and those that do.
    """
    from docxtpl import DocxTemplate
    from jinja2 import TemplateError

    missing: list[str] = []
    document = DocxTemplate(BytesIO(template.content))
    made = BytesIO()
    try:
        document.render({name: _safe(value) for name, value in fields.items()}, _environment(missing), autoescape=True)
        if not missing:
            document.save(made)
    except TemplateError as trouble:
        raise TemplateRefused(
            f"Le modèle « {template.name} » a une balise mal formée : {trouble.message or 'illisible'}.",
            "Vérifiez ses accolades {{ champ }} et ses boucles {%tr for … %} … {%tr endfor %}.",
        ) from None
    except Exception as trouble:
        raise _unreadable(template.name) from trouble
    if missing:
        names = ", ".join(f"« {name} »" for name in dict.fromkeys(missing))
        raise TemplateRefused(
            f"Le modèle « {template.name} » demande des champs qui n'existent pas : {names}.",
            f"Champs qui existent : {', '.join(known)}.",
        )
    return _timeless(made)


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
    return _timeless(made)


def _timeless(made: BytesIO) -> bytes:
    """The Word file without the instant of its making: the same words give the same bytes, whenever it is made."""
    settled = BytesIO()
    with ZipFile(made) as source, ZipFile(settled, "w", ZIP_DEFLATED) as target:
        for part in source.infolist():
            target.writestr(ZipInfo(part.filename), source.read(part), ZIP_DEFLATED)
    return settled.getvalue()


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


def _environment(missing: list[str]) -> SandboxedEnvironment:
    """Where templates are filled: no access to Python, and every absent field noted in `missing`."""
    from jinja2 import ChainableUndefined
    from jinja2.sandbox import SandboxedEnvironment

    class Absent(ChainableUndefined):
        def _note(self) -> None:
            if self._undefined_name is not None:
                missing.append(str(self._undefined_name))

        def __str__(self) -> str:
            self._note()
            return ""

        def __iter__(self) -> Any:
            self._note()
            return iter(())

        def __bool__(self) -> bool:
            self._note()
            return False

        __html__ = __str__

    return SandboxedEnvironment(undefined=Absent, autoescape=True)


def _safe(value: Value) -> Any:
    if isinstance(value, list):
        return [{name: _safe(each) for name, each in row.items()} for row in value]
    return value if isinstance(value, (AmountField, DayField)) else clean(value)
