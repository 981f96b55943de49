"""Small workbooks with one defect each, made as users make them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from ledger.core.money import Money
from ledger.exchange.declaration import Table, Values
from ledger.exchange.sheets.conventions import CONVENTIONS, PAYMENTS
from ledger.exchange.sheets.programming import FUNDINGS, PROGRAMMING
from ledger.exchange.sheets.referential import ENVELOPPES, PORTEURS
from ledger.exchange.writing.writer import write_workbook

HEADER = ("Ligne de crédit", "Exercice", "Mouvement", "Montant", "Pièce", "Date")
ROW = ("ETAT-PDV-DRE", 2016, "notification", 1000, "Arrêté 12", "15/02/2016")


def book(
    path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], touch: Callable[[Workbook], object] | None = None
) -> Path:
    """A workbook holding these rows, sheet by sheet, then whatever `touch` does to it."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        worksheet = workbook.create_sheet(name)
        for row in rows:
            worksheet.append(list(row))
    if touch is not None:
        touch(workbook)
    workbook.save(path)
    return path


def open_document(path: Path, name: str, rows: Sequence[Sequence[Any]]) -> Path:
    """An OpenDocument workbook of one sheet: whole numbers as numbers, all else as text."""
    names = {each: f"urn:oasis:names:tc:opendocument:xmlns:{each}:1.0" for each in ("office", "table", "text")}
    spaces = " ".join(f'xmlns:{each}="{urn}"' for each, urn in names.items())
    lines = "".join(f"<table:table-row>{''.join(map(_open_cell, row))}</table:table-row>" for row in rows)
    body = f'<table:table table:name="{name}">{lines}</table:table>'
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind, zipfile.ZIP_STORED)
        archive.writestr(
            "META-INF/manifest.xml",
            f'<m:manifest xmlns:m="{manifest}"><m:file-entry m:full-path="/" m:media-type="{kind}"/></m:manifest>',
        )
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet>{body}</office:spreadsheet>"
            "</office:body></office:document-content>",
        )
    return path


def _open_cell(value: Any) -> str:
    kind = f'"float" office:value="{value}"' if isinstance(value, int) else '"string"'
    return f"<table:table-cell office:value-type={kind}><text:p>{value}</text:p></table:table-cell>"


def with_part(path: Path, name: str, content: bytes) -> Path:
    """The workbook with one more part, or one replaced."""
    with zipfile.ZipFile(path) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    parts[name] = content
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, bytes_of in parts.items():
            archive.writestr(part, bytes_of)
    return path


def programme_rows() -> dict[str, tuple[Values, ...]]:
    """A porteur, its action of 2016 and its balanced plan."""
    porteur: Values = {"code": "CCAS-X", "name": "CCAS de X (exemple)", "kind": "ccas", "to_confirm": False}
    action: Values = {
        "number": "2016-001",
        "year": 2016,
        "porteur": "CCAS-X",
        "title": "Action d'exemple",
        "objective": "5.1.2",
        "scale": "communale",
        "dispositif": "action",
        "nature": "fonctionnement",
        "innovation_criteria": 0,
        "cost_total": Money(1_000_000),
        "cost_eligible": Money(1_000_000),
        "headcount_qpv": 10,
        "territories": ("DENAIN-CENTRE",),
        "no_droit_commun_reason": "Aucun service compétent",
        "example": True,
    }
    plan: tuple[Values, ...] = (
        _funding("ETAT-PDV-ACTIONS", 400_000, Money(400_000)),
        _funding("CAPH-PDV", 400_000, Money(300_000)),
        _funding("PORTEUR-FONDS-PROPRES", 200_000, None),
    )
    return {"Porteurs": (porteur,), "Programmation": (action,), "Financements": plan}


def _funding(line: str, cents: int, granted: Money | None) -> Values:
    return {
        "action": "2016-001",
        "line": line,
        "amount_requested": Money(cents),
        "shared": False,
        "status": "demande",
        "granted": granted,
        "granted_on": date(2016, 3, 4) if granted else None,
    }


def programme_book(path: Path, **changes: tuple[Values, ...]) -> Path:
    """The workbook of `programme_rows`, some sheets replaced."""
    rows = programme_rows() | changes
    write_workbook(path, [Table(sheet, rows[sheet.name]) for sheet in (PORTEURS, PROGRAMMING, FUNDINGS)])
    return path


def takeover_book(path: Path) -> Path:
    """A year under way: credits, one action granted, two conventions signed, one payment on each."""
    rows = programme_rows()
    day = date(2016, 2, 1)
    enveloppes: tuple[Values, ...] = tuple(
        {"line": line, "year": 2016, "movement": "notification", "amount": Money(cents), "piece": "Arrêté 1", "on": day}
        for line, cents in (("ETAT-PDV-ACTIONS", 500_000), ("CAPH-PDV", 300_000))
    )
    conventions: tuple[Values, ...] = tuple(
        {
            "number": number,
            "payer": payer,
            "action": "2016-001",
            "line": line,
            "amount": Money(cents),
            "signed_on": when,
        }
        for number, payer, line, cents in (
            ("C-ETAT", "ETAT", "ETAT-PDV-ACTIONS", 400_000),
            ("C-CAPH", "CAPH", "CAPH-PDV", 300_000),
        )
        for when in (date(2016, 4, 1),)
    )
    payments: tuple[Values, ...] = tuple(
        {"convention": number, "reference": reference, "amount": Money(cents), "paid_on": date(2016, 5, 2)}
        for number, reference, cents in (("C-ETAT", "CHORUS 1", 150_000), ("C-CAPH", "M 12", 100_000))
    )
    tables = [Table(sheet, rows[sheet.name]) for sheet in (PORTEURS, PROGRAMMING, FUNDINGS)]
    tables += [Table(ENVELOPPES, enveloppes), Table(CONVENTIONS, conventions), Table(PAYMENTS, payments)]
    write_workbook(path, tables)
    return path
