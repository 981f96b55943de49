"""The schema's revision, raised to the program's; and where the files that travel with the program stand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from runpy import run_path

from sqlalchemy import Connection, Engine, inspect, text

from ledger.core.errors import LedgerError
from ledger.storage.act_text import KeptAnomaly
from ledger.storage.session import Context, ContractSession, over_all_contracts

_PACKAGE = Path(__file__).resolve().parent.parent


def resource(name: str) -> Path:
    """The file or folder of this name: inside the installed package, else at the root of the checkout.

    raises: FileNotFoundError when the installation is incomplete.
    """
    for folder in (_PACKAGE / "_resources", _PACKAGE.parent):
        if (folder / name).exists():
            return folder / name
    raise FileNotFoundError(f"{name} is missing from this installation of Cofiville")


_OF_VERSION_0_1 = "0023"
_MAKING = 0x0C0F1
"""The lock of a server's base while it is made."""

# PostgreSQL prints a CHECK in other words once it has read it back from a dump. Each is put again as it is printed, so
# that a base restored has the very guards of a base made.
CHECKS_AS_PRINTED = """DO $$
DECLARE found record;
BEGIN
    FOR found IN SELECT conrelid::regclass AS owner, conname, pg_get_constraintdef(oid) AS words FROM pg_constraint
        WHERE contype = 'c' AND conrelid <> 0 AND connamespace = 'public'::regnamespace
    LOOP
        EXECUTE format('ALTER TABLE %%s DROP CONSTRAINT %%I', found.owner, found.conname);
        EXECUTE format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', found.owner, found.conname, found.words);
    END LOOP;
END $$"""


class OtherRevision(LedgerError):
    """The base was made by another version of the program."""

    code = "base_autre_version"


def program_revision() -> str:
    """The revision of the last migration: that of the bases this program opens."""
    return max(path.name[:4] for path in (resource("migrations") / "versions").glob("*.py"))


def _baseline() -> str:
    """The revision of the first migration, which makes every table at once."""
    return min(path.name[:4] for path in (resource("migrations") / "versions").glob("*.py"))


def upgrade(engine: Engine) -> str:
    """Raise the base to the program's revision, in one transaction; gives that revision."""
    prepare_sharing(engine)
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        older = revision(connection)
        migrate(connection)
        if older is not None and older != program_revision():
            state_raised(connection, Context())
    return program_revision()


def state_raised(connection: Connection, acting: Context, kept: Sequence[KeptAnomaly] = ()) -> None:
    """Seal every row of a base just raised, and what was wrong in it, inside the transaction under way."""
    from ledger.storage.stating import state_rows

    with ContractSession(connection, acting) as session:
        state_rows(session, kept)


def prepare_sharing(engine: Engine) -> None:
    """Let several people read a base in a file while one writes (WAL); nothing on a server."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")


@over_all_contracts()
def migrate(connection: Connection) -> None:
    """Raise the tables to the program's revision, then make its guards, inside the transaction under way."""
    from alembic import command
    from alembic.config import Config

    from ledger.storage.guards.files import drop_guards, make_guards

    drop_guards(connection)
    if (found := revision(connection)) is not None and found < _baseline():
        _raise_to_baseline(connection, found)
    config = Config()
    config.set_main_option("script_location", str(resource("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(CHECKS_AS_PRINTED)
    make_guards(connection)


def _raise_to_baseline(connection: Connection, found: str) -> None:
    """Raise a base made before the baseline to the tables it makes. raises: OtherRevision before version 0.1."""
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    check_raisable(found)
    with Operations.context(MigrationContext.configure(connection)):
        run_path(str(resource("migrations") / "from_0_1.py"))["raise_from"](found)


def revision(connection: Connection) -> str | None:
    """The revision of this base; None when it is not one of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def cut_short(connection: Connection) -> bool:
    """Whether the making of this base was cut short, or never begun: it has no table, or ours without one contract."""
    if revision(connection) is None:
        return not inspect(connection).get_table_names()
    # Without a contract and with entries, it is a base that somebody has emptied.
    rows = "SELECT (SELECT count(*) FROM contract) + (SELECT count(*) FROM entry)"
    return not connection.execute(text(rows)).scalar()


def lock_making(connection: Connection) -> None:
    """Wait until nobody else makes a base on this server, and be alone to until the transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MAKING})


def older_revision(connection: Connection) -> str | None:
    """The revision of an older base; None when it is the program's already.

    raises: OtherRevision when it is newer or not a base of Cofiville.
    """
    found = revision(connection)
    if found is not None and found < program_revision():
        return found
    check_revision(connection)
    return None


def check_raisable(found: str) -> None:
    """Nothing when this program raises a base at this revision. raises: OtherRevision before version 0.1."""
    if found < _OF_VERSION_0_1:
        raise OtherRevision(
            f"Cette base est à la version {found}, d'avant Cofiville 0.1 (version {_OF_VERSION_0_1}).",
            "Installez d'abord Cofiville 0.1 et lancez-y : cofiville base mettre-a-niveau ; puis revenez à celui-ci.",
        )


def check_revision(connection: Connection) -> None:
    """Check that the base is at the program's revision. raises: OtherRevision.

    raises: OtherRevision when it is older, newer or not a base of Cofiville.
    """
    found, wanted = revision(connection), program_revision()
    if found == wanted:
        return
    if found is None:
        raise OtherRevision(
            "Cette base n'est pas une base Cofiville.", "Créez-en une : cofiville --base CHEMIN base creer."
        )
    check_raisable(found)
    if found < wanted:
        raise OtherRevision(
            f"Cette base est à la version {found} ; le programme attend la version {wanted}.",
            "Mettez-la à niveau : cofiville base mettre-a-niveau (une sauvegarde est faite d'abord).",
        )
    raise OtherRevision(
        f"Cette base est à la version {found}, plus récente que le programme (version {wanted}).",
        "Installez la dernière version de Cofiville.",
    )
