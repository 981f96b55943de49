"""A base raised to the program's version: copied first when it is a file, and left as it was when raising it fails."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.commands.declaring.access import existing_engine
from ledger.commands.declaring.choices import agent_name, chosen, command_typed
from ledger.commands.declaring.troubles import in_french
from ledger.commands.storage.inspection import untied_acts
from ledger.core.addresses import shown_address
from ledger.core.errors import LedgerError
from ledger.core.words import typed_word

if TYPE_CHECKING:
    from sqlalchemy import Engine


class NotUpgraded(LedgerError):
    """A base whose rows a migration could not take."""

    code = "base_non_mise_a_niveau"


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What was done: from which revision (None: it was the program's already), the copy of a file made before.

    untied: how many acts or entries have not found their counterpart.
    """

    before: str | None
    copy: Path | None
    untied: int


def restoring_command(address: str, copy: Path) -> str:
    """The command that puts this copy in the place of the base."""
    where = f" --base {typed_word(shown_address(address))}" if chosen().base else ""
    return f"cofiville{where} base restaurer {typed_word(str(copy))} --oui"


def raise_base(address: str) -> Upgraded:
    """Raise the base at this address to the program's revision, in one transaction.

    raises: NotUpgraded, OtherRevision for one too old, newer or not ours, DatabaseUnavailable.
    """
    from sqlalchemy.exc import DBAPIError

    from ledger.storage.schema import check_raisable, older_revision

    with in_french(address), existing_engine(address) as engine:
        with engine.connect() as connection:
            before = older_revision(connection)
        if before is None:
            return Upgraded(None, None, 0)
        check_raisable(before)
        copies: list[Path] = []
        try:
            with in_french(address):
                _raise(engine, before, copies)
        except (DBAPIError, RuntimeError) as error:
            kept = f" Sa copie, faite avant : {copies[0]}." if copies else ""
            raise NotUpgraded(
                f"La base n'a pas pu être mise à niveau : {getattr(error, 'orig', error)}",
                f"Elle est restée comme elle était, à la version {before} ; signalez-le.{kept}",
            ) from error
        with engine.connect() as connection:
            return Upgraded(before, copies[0] if copies else None, untied_acts(connection))


def _raise(engine: Engine, before: str, copies: list[Path]) -> None:
    """Raise the base, and note its copy as soon as it is made: nobody else writes between the two."""
    from ledger.storage.backup import as_single_file, copy_sqlite
    from ledger.storage.engine import sqlite_path
    from ledger.storage.roles import give_roles, has_roles
    from ledger.storage.schema import migrate, prepare_sharing, state_raised
    from ledger.storage.session import Context
    from ledger.storage.whole_files import PRIVATE

    prepare_sharing(engine)
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        if (path := sqlite_path(engine.url)) is not None:
            copies.append(_free_name(path, before))
            path.chmod(PRIVATE)
            copy_sqlite(path, copies[0])
            as_single_file(copies[0])
        migrate(connection)
        state_raised(connection, Context(agent=agent_name(), command=command_typed()))
        if has_roles(connection):
            give_roles(connection)


def _free_name(base: Path, revision: str) -> Path:
    """A file beside the base named after its revision, which is not there yet."""
    name, turn = f"{base.stem}.version-{revision}", 1
    while (found := base.with_name(f"{name}{'' if turn == 1 else f'-{turn}'}{base.suffix}")).exists():
        turn += 1
    return found
