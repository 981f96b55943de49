"""A base raised to the program's version: copied first when it is a file, and left as it was when raising it fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.commands.declaring.access import existing_engine
from ledger.commands.declaring.choices import agent_name, chosen, command_typed
from ledger.commands.declaring.retrying import note_made
from ledger.commands.declaring.troubles import in_french
from ledger.commands.storage.inspection import untied_acts
from ledger.core.addresses import shown_address
from ledger.core.errors import LedgerError
from ledger.core.words import typed_word

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from ledger.journal.findings import Finding
    from ledger.storage.session import Context

_MOST_SHOWN = 5


class NotUpgraded(LedgerError):
    """A base whose rows a migration could not take."""

    code = "base_non_mise_a_niveau"


class UnsealedRows(LedgerError):
    """A base whose rows are not what its acts say: raising it would seal them as they are."""

    code = "base_alteree"

    def __init__(self, found: Sequence[Finding]) -> None:
        shown = " ; ".join(f"{each.subject} : {each.message.rstrip('.')}" for each in found[:_MOST_SHOWN])
        more = f" ; et {len(found) - _MOST_SHOWN} autres" if len(found) > _MOST_SHOWN else ""
        super().__init__(
            f"La base a été changée hors de Cofiville, et la mettre à niveau scellerait ces lignes : {shown}{more}.",
            "Reprenez une sauvegarde saine : cofiville base restaurer FICHIER ; ou gardez ces lignes comme elles sont,"
            " en disant pourquoi : cofiville base mettre-a-niveau --malgre MOTIF.",
        )


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What was done: from which revision (None: it was the program's already), the copy of a file made before.

    untied: how many acts or entries have not found their counterpart. kept: how many anomalies of its rows were kept.
    """

    before: str | None
    copy: Path | None = None
    untied: int = 0
    kept: int = 0


def restoring_command(address: str, copy: Path) -> str:
    """The command that puts this copy in the place of the base."""
    where = f" --base {typed_word(shown_address(address))}" if chosen().base else ""
    return f"cofiville{where} base restaurer {typed_word(str(copy))} --oui"


def raise_base(address: str, motive: str) -> Upgraded:
    """Raise the base at this address to the program's revision, in one transaction.

    motive: why rows changed from outside are kept; without one they are refused.
    raises: UnsealedRows, NotUpgraded, OtherRevision for one too old, newer or not ours, DatabaseUnavailable.
    """
    from sqlalchemy.exc import DBAPIError

    from ledger.storage.schema import check_raisable, older_revision

    with in_french(address), existing_engine(address) as engine:
        with engine.connect() as connection:
            before = older_revision(connection)
        if before is None:
            return Upgraded(None)
        check_raisable(before)
        copies: list[Path] = []
        try:
            with in_french(address):
                kept = _raise(engine, before, motive, copies)
        except (DBAPIError, RuntimeError) as error:
            copy = f" Sa copie, faite avant : {copies[0]}." if copies else ""
            raise NotUpgraded(
                f"La base n'a pas pu être mise à niveau : {getattr(error, 'orig', error)}",
                f"Elle est restée comme elle était, à la version {before} ; signalez-le.{copy}",
            ) from error
        note_made()
        with engine.connect() as connection:
            return Upgraded(before, copies[0] if copies else None, untied_acts(connection), kept)


def _raise(engine: Engine, before: str, motive: str, copies: list[Path]) -> int:
    """Raise the base, and note its copy as soon as it is made: nobody else writes between the two.

    Gives how many anomalies of its rows were kept.
    """
    from ledger.journal.acts_audit import seals_acts
    from ledger.storage.act_text import KeptAnomaly
    from ledger.storage.archive import put_verifier_beside
    from ledger.storage.backup import as_single_file, copy_sqlite
    from ledger.storage.engine import sqlite_path
    from ledger.storage.roles import give_roles, has_roles
    from ledger.storage.schema import migrate, prepare_sharing, state_raised
    from ledger.storage.session import Context
    from ledger.storage.whole_files import PRIVATE

    prepare_sharing(engine)
    acting = Context(agent=agent_name(), command=command_typed())
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        found = _unsealed(connection, acting)
        if found and not motive:
            raise UnsealedRows(found)
        if (path := sqlite_path(engine.url)) is not None:
            copies.append(_free_name(path, before))
            path.chmod(PRIVATE)
            copy_sqlite(path, copies[0])
            as_single_file(copies[0])
            if seals_acts(connection):
                put_verifier_beside(copies[0])
        migrate(connection)
        state_raised(connection, acting, [KeptAnomaly(motive, *each) for each in found])
        if has_roles(connection):
            give_roles(connection)
    return len(found)


def _unsealed(connection: Connection, acting: Context) -> list[Finding]:
    """What is wrong in the acts and rows of this base, at its own revision."""
    from ledger.journal.acts_audit import unsealed_before_raise
    from ledger.storage.every_table import know_every_table
    from ledger.storage.session import ContractSession

    know_every_table()
    with ContractSession(connection, acting) as session:
        return unsealed_before_raise(session)


def _free_name(base: Path, revision: str) -> Path:
    """A file beside the base named after its revision, which is not there yet."""
    name, turn = f"{base.stem}.version-{revision}", 1
    while (found := base.with_name(f"{name}{'' if turn == 1 else f'-{turn}'}{base.suffix}")).exists():
        turn += 1
    return found
