"""What a database says to its user, told in French."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from ledger.core.addresses import shown_address
from ledger.core.errors import Contended, LedgerError

# Two writers that chose the same next number, or waited for one another.
_CONTENTION = re.compile(r"deadlock detected|could not serialize|uq_entry_contract_reference|duplicate key .*\"pk_")
_TROUBLE: tuple[tuple[str, str, str], ...] = (
    (
        r"database is locked|database table is locked|lock timeout|could not obtain lock",
        "La base est occupée par quelqu'un d'autre : rien n'a été écrit.",
        "Recommencez dans un instant.",
    ),
    (
        r"read-only transaction|during recovery",
        "La base est en lecture seule : rien n'a été écrit.",
        "Vérifiez vos droits ; un serveur de secours ne s'écrit pas : donnez l'adresse du serveur principal (--base).",
    ),
    (
        r"readonly database|permission denied",
        "La base est en lecture seule : rien n'a été écrit.",
        "Vérifiez vos droits sur la base et sur son dossier.",
    ),
    (r"file is not a database", "Ce fichier n'est pas une base Cofiville.", "Vérifiez --base : {address}"),
    (
        r"disk I/O error",
        "Le disque refuse de lire ou d'écrire : rien n'a été écrit.",
        "Vérifiez la place et les droits, puis la base : cofiville base controler.",
    ),
    (
        r"malformed|disk image",
        "La base est abîmée.",
        "Restaurez la dernière sauvegarde : cofiville base restaurer FICHIER.",
    ),
    (r"database or disk is full|No space left", "Le disque est plein : rien n'a été écrit.", "Libérez de la place."),
    (
        r"unable to open database file",
        "La base {address} ne peut pas être ouverte.",
        "Vérifiez que son dossier existe et que vous y avez accès.",
    ),
    (
        r"password authentication failed|role .* does not exist|no password supplied",
        "Le serveur de base de données refuse cet utilisateur.",
        "Vérifiez le nom et le mot de passe dans --base.",
    ),
    (
        r"database .* does not exist",
        "Cette base n'existe pas sur le serveur.",
        "Demandez à l'administrateur de la créer, ou vérifiez --base.",
    ),
    (
        r"connection|could not translate host name|failed to resolve host|server closed",
        "Le serveur de base de données ne répond pas.",
        "Vérifiez l'adresse (--base) et le réseau, puis recommencez.",
    ),
    (
        r"out of range|too large to convert",
        "Un nombre est trop grand pour la base : rien n'a été écrit.",
        "Vérifiez le nombre de chiffres saisis.",
    ),
    (
        r"cofiville:day outside an open exercice",
        "L'exercice de ce jour vient d'être clos : rien n'a été écrit.",
        "Datez l'acte dans un exercice ouvert (--le).",
    ),
)


def _trouble(error: Exception, address: str) -> LedgerError | None:
    from ledger.storage.engine import DatabaseUnavailable

    said = str(getattr(error, "orig", error))
    if _CONTENTION.search(said):
        return Contended()
    for pattern, problem, remedy in _TROUBLE:
        if re.search(pattern, said):
            return DatabaseUnavailable(problem.format(address=address), remedy.format(address=address))
    return None


@contextmanager
def in_french(address: str) -> Iterator[None]:
    """What the database says to its user (busy, read-only, unreachable…), as a refusal; its other errors pass.

    A file copied as a whole says it without SQLAlchemy.
    """
    from sqlite3 import Error

    from sqlalchemy.exc import DBAPIError

    try:
        yield
    except (DBAPIError, Error, OverflowError) as error:
        refused = _trouble(error, shown_address(address))
        if refused is None:
            raise
        raise refused from error
