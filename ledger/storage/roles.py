"""The three roles of a PostgreSQL base: who reads, who keeps the book, who administers.

The guards belong to the administrator, so an agent can neither drop nor switch off any. What the product locks before
it writes (account, exercice) an agent may lock too: PostgreSQL asks for the right to update one column, and the one
granted, the contract, is one that a guard never lets change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, inspect

from ledger.core.errors import LedgerError

READER, AGENT, ADMINISTRATOR = "cofiville_lecture", "cofiville_agent", "cofiville_administration"

_USUAL = "SELECT, INSERT, UPDATE, DELETE"
_GROWING = "SELECT, INSERT"
AGENT_MAY: Mapping[str, str] = {
    "alembic_version": "SELECT",
    "base_origin": _GROWING,
    "contract": f"{_GROWING}, UPDATE (name, closed_on, frame, time_zone, signatories, letter_heading)",
    "contract_act": _GROWING,
    "account": f"{_GROWING}, UPDATE (contract)",
    "entry": _GROWING,
    "transfer": _GROWING,
    "rule_waiver": _GROWING,
    "correction": _GROWING,
    "chain_head": f"{_GROWING}, UPDATE (sequence, seal)",
    "exercice": f"{_GROWING}, UPDATE (contract, closed_on, closed_at, closing_seal, closing_entries)",
    "closing_remainder": _GROWING,
    "closing_decision": _GROWING,
    "closing_point": _GROWING,
    "closing_balance": _GROWING,
    "rule_version": _GROWING,
    "row_change": _GROWING,
    "sealed_act": _GROWING,
    "last_act": f"{_GROWING}, UPDATE (recorded_at, command, arguments, entry_number)",
    "imported_file": _GROWING,
    "imported_row": _GROWING,
    "kept_document": _GROWING,
    "kept_template": _GROWING,
    "partner_row": _GROWING,
    "reconciliation": _GROWING,
    "reconciliation_line": _GROWING,
    "sent_workbook": _GROWING,
    "saved_profile": _GROWING,
    "scenario": f"{_GROWING}, UPDATE",
    "scenario_grant": _GROWING,
    "scenario_entry": _GROWING,
    "direct_grant": _GROWING,
    "pin": _GROWING,
    "line_certificate": _GROWING,
    "action_status": _GROWING,
    "avis": _GROWING,
    "decision": _GROWING,
    "decision_amount": _GROWING,
    "personal_datum": f"{_GROWING}, UPDATE",
    "month_total": "SELECT",
    "month_known": "SELECT",
    "plan_version": _GROWING,
    "plan_line": _GROWING,
    "avenant": _GROWING,
    "avenant_line": _GROWING,
    "convention_stage": _GROWING,
    "final_decision": f"{_GROWING}, UPDATE (undone_on, reversal_number)",
}
_HIDDEN_FROM_READERS = ("personal_datum",)


class NotAdministrator(LedgerError):
    """The roles can be given only by who owns the base, on a server."""

    code = "droits"


def give_roles(connection: Connection) -> tuple[str, str, str]:
    """Make the three roles where they are missing and give them exactly what each may do; gives their names.

    raises: NotAdministrator on a file, or for a user who may not make roles.
    """
    if connection.dialect.name != "postgresql":
        raise NotAdministrator(
            "Une base en fichier n'a pas de rôles : ce sont les droits du dossier qui la protègent.",
            "Mettez-la sur un serveur : cofiville base migrer FICHIER postgresql://…",
        )
    able = connection.exec_driver_sql(
        "SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = session_user"
    ).scalar_one()
    if not able:
        raise NotAdministrator(
            "Cet utilisateur du serveur ne peut pas créer de rôles.",
            "Lancez la commande avec le compte qui administre le serveur (--base postgresql://…).",
        )
    for statement in _statements(connection):
        connection.exec_driver_sql(statement)
    return READER, AGENT, ADMINISTRATOR


def has_roles(connection: Connection) -> bool:
    """Whether the roles were given on this base, so that tables made since must be given too."""
    if connection.dialect.name != "postgresql":
        return False
    asked = "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = to_regclass('public.entry')"
    return bool(connection.exec_driver_sql(asked).scalar() == ADMINISTRATOR)


def _statements(connection: Connection) -> Iterator[str]:
    for role in (READER, AGENT, ADMINISTRATOR):
        # The roles belong to the whole server: another base may have them, or be making them.
        yield f"""DO $$ BEGIN CREATE ROLE {role} NOLOGIN;
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"""
    yield f"GRANT {ADMINISTRATOR} TO session_user"
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    yield f"GRANT USAGE ON SCHEMA public TO {READER}, {AGENT}"
    yield f"GRANT USAGE, CREATE ON SCHEMA public TO {ADMINISTRATOR}"
    functions = "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    for function in connection.exec_driver_sql(f"{functions} AND starts_with(proname, 'cofiville')").scalars():
        yield f"ALTER FUNCTION {function} OWNER TO {ADMINISTRATOR}"
        # Else an agent hangs the function that moves totals on a table of its own.
        yield f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC, {READER}, {AGENT}"
    for table in inspect(connection).get_table_names():
        yield f"ALTER TABLE {table} OWNER TO {ADMINISTRATOR}"
        yield f"REVOKE ALL ON {table} FROM PUBLIC, {READER}, {AGENT}"
        if table not in _HIDDEN_FROM_READERS:
            yield f"GRANT SELECT ON {table} TO {READER}"
        yield f"GRANT {AGENT_MAY.get(table, _USUAL)} ON {table} TO {AGENT}"
