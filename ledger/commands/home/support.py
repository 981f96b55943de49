"""What to join to a call for help: versions, counts, chains, refusals; nobody's name, no path, no amount, no text."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

from ledger.commands.outcome import Row

_INSTANT = (2016, 1, 1, 0, 0, 0)
_OF_THE_PROGRAM = ("cofiville", "systeme", "bibliotheques", "options", "langue")
_OF_THE_BASE = ("taille_mio", "place_mio", "moteur", "revision", "identite", "ecritures", "exercices", "gardes")


def support_bundle(found: Row, troubles: int) -> bytes:
    """The bytes of the archive to join. found: what the diagnostic found. troubles: how many things are wrong."""
    from ledger.commands.declaring.refusals import last_refusals

    base: Mapping[str, Any] = found["base"]
    program = {name: found[name] for name in _OF_THE_PROGRAM} | {"python": str(found["python"]).partition(" ")[0]}
    parts = {
        "programme.json": program | {"problemes": troubles},
        "base.json": {name: base[name] for name in _OF_THE_BASE if name in base},
        "lignes.json": _counts() if "revision" in base else {},
        "refus.json": last_refusals(),
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            text = json.dumps(part, ensure_ascii=False, indent=1, default=str)
            archive.writestr(zipfile.ZipInfo(name, _INSTANT), text.encode())
    return stream.getvalue()


def _counts() -> dict[str, Any]:
    """How many rows each table has that may be read, how long each chain is; guards missing, foreign objects."""
    from ledger.commands.declaring.access import reading
    from ledger.journal.acts_audit import readable_tables
    from ledger.storage.driver import run_statement
    from ledger.storage.guards.check import foreign_objects, missing_guards
    from ledger.storage.heads import whole_state
    from ledger.storage.session import over_all_contracts

    with reading() as session, over_all_contracts():
        connection = session.connection()
        names = sorted(readable_tables(session))
        rows = {name: run_statement(session, f"SELECT count(*) FROM {name}")[0][0] for name in names}  # noqa: S608
        state = whole_state(session)
        return {
            "tables": rows,
            "chaines": {chain: seal.number for chain, seal in state.seals.items()} if state else {},
            "gardes_absentes": [each.guard for each in missing_guards(connection)],
            "objets_etrangers": [each.name for each in foreign_objects(connection)],
        }
