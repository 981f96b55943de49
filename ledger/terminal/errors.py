"""Where every refusal ends: two French lines or one JSON object on stderr, an exit code. A bug keeps its traceback."""

from __future__ import annotations

import errno
import json
import sys

from ledger.commands.declaring.choices import chosen, for_this_contract
from ledger.commands.declaring.refusals import note_refusal
from ledger.commands.declaring.usage import WrongUsage
from ledger.core.errors import LedgerError
from ledger.core.words import without_controls
from ledger.terminal.fitting import fitted
from ledger.terminal.naming import Unknown
from ledger.terminal.usage import found_wrong, wrong_usage


class FileTrouble(LedgerError):
    """A file that cannot be read or written."""

    code = "fichier"


class Interrupted(LedgerError):
    """The user pressed Ctrl-C."""

    code = "interrompu"


_SYSTEM_TROUBLE = {
    errno.ENOENT: ("Le fichier ou le dossier « {} » n'existe pas.", "Vérifiez le chemin."),
    errno.EACCES: ("L'accès à « {} » est refusé.", "Vérifiez vos droits, et que le fichier n'est pas ouvert ailleurs."),
    errno.EPERM: ("L'accès à « {} » est refusé.", "Vérifiez vos droits sur ce fichier."),
    errno.EROFS: ("« {} » est sur un support en lecture seule.", "Choisissez un autre dossier."),
    errno.EISDIR: ("« {} » est un dossier.", "Donnez le chemin d'un fichier."),
    errno.ENOTDIR: ("« {} » passe par un fichier comme si c'était un dossier.", "Vérifiez le chemin."),
    errno.EEXIST: ("« {} » existe déjà.", "Choisissez un autre nom."),
    errno.ENOSPC: ("Le disque est plein : « {} » n'a pas pu être écrit.", "Libérez de la place, puis recommencez."),
    errno.ENAMETOOLONG: ("Le chemin « {} » est trop long.", "Choisissez un chemin plus court."),
}
_ANY_SYSTEM_TROUBLE = ("« {} » ne peut pas être lu ou écrit.", "Vérifiez ce chemin et vos droits sur son dossier.")


def refusal_shown(error: BaseException) -> LedgerError | None:
    """The refusal to show for this exception; None when it is a bug."""
    if isinstance(error, LedgerError):
        return error
    if isinstance(error, Unknown) or found_wrong(error):
        return wrong_usage(error)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC and error.filename is None:
        return FileTrouble("Le disque est plein : la réponse n'a pas pu être écrite.", "Libérez de la place.")
    if isinstance(error, OSError) and error.filename is not None:
        problem, remedy = _SYSTEM_TROUBLE.get(error.errno or 0, _ANY_SYSTEM_TROUBLE)
        return FileTrouble(problem.format(error.filename), remedy)
    return None


def _shown(text: str) -> str:
    """The text without what a terminal obeys, and a mark for what it cannot show."""
    return without_controls(text).encode("utf-8", "replace").decode()


def report(error: BaseException, *, as_json: bool) -> int | None:
    """Show what was refused; gives the exit code (1, or 2 for a wrong usage), None when it is a bug."""
    if found_wrong(error) == "NoArgsIsHelpError":
        print(error, file=sys.stderr)
        return 2
    found = refusal_shown(error)
    if found is None:
        return None
    note_refusal(found.code)
    problem, remedy = (_shown(for_this_contract(text)) for text in (found.problem, found.remedy))
    if as_json or chosen().as_json:
        words = {"erreur": found.code, "probleme": problem, "remede": remedy}
        print(json.dumps(words, ensure_ascii=False), file=sys.stderr)
    else:
        print(fitted(f"{problem}\n→ {remedy}", sys.stderr), file=sys.stderr)
    return 2 if isinstance(found, WrongUsage) else 1
