"""The two kinds of trouble a user can cause: an act refused, and findings over many rows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LedgerError(Exception):
    """An act refused: one French sentence for the problem, one for the way out. Exit code 1.

    Subclasses name the refusal (`code`, stable, read by scripts) and may carry typed fields.
    """

    code = "refus"

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


class InvalidValue(LedgerError):
    """A word typed by the user cannot be read as what was expected."""

    code = "valeur_invalide"


class FileInTheWay(LedgerError):
    """Another file stands where one was to be written, or ours, changed since."""

    code = "fichier_existant"

    def __init__(self, path: str, found: str, *, replaceable: bool = True) -> None:
        more = ", ou ajoutez --remplacer pour le perdre" if replaceable else ""
        super().__init__(f"« {path} » existe déjà, et {found}.", f"Donnez un autre nom{more}.")
        self.replaceable = replaceable


class Contended(LedgerError):
    """Another writer was at the same place at the same time; nothing was written, and the act may be begun again."""

    code = "base_indisponible"

    def __init__(self) -> None:
        super().__init__("Quelqu'un d'autre écrivait au même moment : rien n'a été écrit.", "Recommencez la commande.")


def require_words(text: str, problem: str, remedy: str) -> None:
    """Refuse a text that says nothing. raises: InvalidValue with this problem and this way out."""
    if not text.strip():
        raise InvalidValue(problem, remedy)


class NotFound(LedgerError):
    """A code that names nothing in this database."""

    code = "introuvable"


class Level(StrEnum):
    """How much a finding weighs: an error stops the whole file, an alert asks for a look."""

    ERROR = "erreur"
    ALERT = "alerte"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding over a file: where it stands, what was found, what was expected, in French.

    kind: the code of the refusal it tells, where an act was refused; findings of one kind are told together.
    """

    sheet: str
    cell: str
    level: Level
    code: str
    found: str
    expected: str
    message: str
    kind: str = ""
