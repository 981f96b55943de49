"""Who the database says is writing: the role of the server, the user of the machine for a file."""

from __future__ import annotations

import getpass

from sqlalchemy import Connection

_ASKED = "database role"


def database_role(connection: Connection) -> str:
    """The role this connection was opened under: asked once a connection, never empty."""
    known = connection.info
    if _ASKED not in known:
        known[_ASKED] = _asked(connection)
    role: str = known[_ASKED]
    return role


def _asked(connection: Connection) -> str:
    if connection.dialect.name == "postgresql":
        return str(connection.exec_driver_sql("SELECT session_user").scalar_one())
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "inconnu"
