"""A whole base moved to another address, of either engine: same rows, same seals, or nothing at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.commands.declaring.access import new_base, opened
from ledger.commands.declaring.choices import agent_name, command_typed, contract_code
from ledger.commands.declaring.troubles import in_french
from ledger.commands.storage.inspection import anomalies, inspect
from ledger.core.addresses import shown_address
from ledger.core.errors import LedgerError
from ledger.storage.every_table import know_every_table

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from ledger.commands.storage.inspection import Book
    from ledger.core.progress import Progress


class NotMoved(LedgerError):
    """A base that cannot be moved as it is."""

    code = "base_non_migree"


def move_base(source: str, destination: str, progress: Progress) -> list[Book]:
    """Copy every row of the base at `source` into a new base at `destination`; gives its books, audited.

    Everything is written, compared and audited in one transaction, which ends well or leaves nothing.
    raises: NotMoved, DatabaseUnavailable, OtherRevision.
    """
    from ledger.storage.schema import migrate
    from ledger.storage.session import Context, ContractSession, over_all_contracts

    with opened(source) as origin:
        before = inspect(origin, progress=progress)
        if found := anomalies(before):
            raise NotMoved(
                f"Le livre à migrer a {len(found)} anomalie(s) : {found[0]['objet']}, {found[0]['message']}",
                f"Voyez-les toutes : cofiville --base {shown_address(source)} base controler.",
            )
        acting = Context(contract_code(), agent_name(), command_typed())
        with in_french(destination), new_base(destination) as connection:
            _check_empty(connection, destination)
            with ContractSession(connection, acting) as target:
                migrate(connection)
                with over_all_contracts():
                    _fill(origin, target, progress)
                    _compare(origin.connection(), connection, progress)
                if inspect(target, progress=progress) != before:
                    raise NotMoved("Le livre migré n'a pas le même sceau.", "Rien n'a été gardé : signalez-le.")
    return before


def _check_empty(connection: Connection, destination: str) -> None:
    from sqlalchemy import inspect as look

    if tables := look(connection).get_table_names():
        raise NotMoved(
            f"La base {shown_address(destination)} n'est pas vide : elle a une table {tables[0]}.",
            "Donnez l'adresse d'une base vide, ou d'un fichier qui n'existe pas.",
        )


def _fill(origin: Session, target: Session, progress: Progress) -> None:
    from sqlalchemy.exc import DBAPIError

    from ledger.journal.moving import AT_FIRST, LAST, close_days
    from ledger.storage.backup import copy_rows, entities_to_copy

    know_every_table()
    found = entities_to_copy(last=LAST)
    for place, entity in enumerate(found):
        progress("Copie des tables", place, len(found))
        try:
            copy_rows(origin.connection(), target, entity, AT_FIRST.get(entity.__tablename__, {}))
        except DBAPIError as error:
            if not isinstance(error.orig, target.connection().dialect.loaded_dbapi.IntegrityError):
                raise
            raise NotMoved(
                f"La table {entity.__tablename__} a une ligne que les gardes refusent : {error.orig}",
                "La base d'origine a été modifiée sans ses gardes : restaurez une sauvegarde saine.",
            ) from error
    close_days(origin.connection(), target.connection())


def _compare(source: Connection, target: Connection, progress: Progress) -> None:
    from ledger.journal.moving import LAST
    from ledger.storage.backup import entities_to_copy, rows_differ

    found = entities_to_copy(last=LAST)
    for place, entity in enumerate(found):
        progress("Comparaison des tables", place, len(found))
        if rows_differ(source, target, entity):
            raise NotMoved(
                f"La table {entity.__tablename__} n'est pas la même une fois recopiée.",
                "Rien n'a été gardé. Contrôlez la base d'origine : cofiville base controler.",
            )
