"""The example programme as the workbook a finance assistant would receive."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ledger.commands.example import rows
from ledger.core.money import parse_money
from ledger.exchange.declaration import Table, Values
from ledger.exchange.sheets.programming import FUNDINGS, PROGRAMMING
from ledger.exchange.sheets.referential import PORTEURS
from ledger.exchange.writing.writer import write_workbook
from ledger.programming.vocabulary import RequestState

_NOTE = " (exemple)"
_RENEWED = {"2017-001": "2016-027"}
_FILED: dict[str, Values] = {
    "2016": {"appel": "2016", "deposited_on": date(2016, 1, 11)},
    "2026": {"appel": "2026", "deposited_on": date(2025, 12, 1)},
}


def write_programme(path: Path, year: int) -> Path:
    """Write the porteurs, actions and plans de financement of the example year there; byte-identical each time."""
    actions = rows(f"actions_{year}.csv")
    carriers = {action["porteur"] for action in actions}
    write_workbook(
        path,
        [
            Table(PORTEURS, tuple(_porteur(row) for row in rows("porteurs.csv") if row["code"] in carriers)),
            Table(PROGRAMMING, tuple(_action(row) for row in actions), note=_NOTE),
            Table(FUNDINGS, tuple(_funding(row) for row in rows(f"financements_{year}.csv")), note=_NOTE),
        ],
    )
    return path


def _porteur(row: dict[str, str]) -> Values:
    return {
        "code": row["code"],
        "name": row["nom"],
        "kind": row["type"],
        "commune": row["commune"] or None,
        "rna": row["rna"] or None,
        "to_confirm": False,
    }


def _action(row: dict[str, str]) -> Values:
    return {
        "number": row["numero"],
        "year": int(row["numero"][:4]),
        "porteur": row["porteur"],
        "title": row["intitule"],
        "objective": row["objectif"],
        "scale": row["echelle"],
        "dispositif": row["dispositif"],
        "nature": row["nature"],
        "innovation_criteria": int(row["criteres_innovation"]),
        "cost_total": parse_money(row["cout_total"]),
        "cost_eligible": parse_money(row["cout_eligible"]),
        "headcount_qpv": int(row["public_qpv"]),
        "headcount_veille": int(row["public_veille"]),
        "headcount_hors": int(row["public_hors"]),
        "territories": tuple(row["territoires"].split("|")),
        "no_droit_commun_reason": row["sans_droit_commun"],
        **_FILED.get(row["numero"][:4], {}),
        "renewed_from": _RENEWED.get(row["numero"]),
        "example": True,
    }


def _funding(row: dict[str, str]) -> Values:
    return {
        "action": row["action"],
        "line": row["ligne"],
        "amount_requested": parse_money(row["demande"]),
        "shared": row["partage"] == "oui",
        "status": RequestState.ASKED,
    }
