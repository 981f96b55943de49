"""The workbook for the Sous-Préfecture: the tableau de programmation, and the sheets that are imported again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ledger.exchange.declaration import Table
from ledger.exchange.export.example import example_note
from ledger.exchange.export.tableau import tableau
from ledger.exchange.handlers.cofinanced_posts import CofinancedPostHandler, held_posts
from ledger.exchange.handlers.porteurs import porteur_values
from ledger.exchange.handlers.programming import ProgrammingHandler, held_programme
from ledger.exchange.sheets.porteurs import PORTEURS
from ledger.referential.lookups import find_porteur
from ledger.reports.programme import programme


def programming_tables(session: Session, year: int, stamp: str = "") -> list[Table]:
    """The tableau (calculated), then porteurs, actions and plans as they can be imported again.

    stamp: the words that sign a workbook sent, under the title of the tableau.
    """
    figures, note = programme(session, year), example_note(session, year)
    held, posts = held_programme(session, {year}), held_posts(session, {year})
    carriers = [find_porteur(session, code) for code in sorted({action.porteur for action in figures})]
    return [
        tableau(session, year, figures, note=note, stamp=stamp),
        Table(PORTEURS, tuple(porteur_values(porteur) for porteur in carriers)),
        *(Table(sheet, tuple(held[sheet.name].values()), note=note) for sheet in ProgrammingHandler.sheets),
        *(Table(sheet, tuple(posts[sheet.name].values()), note=note) for sheet in CofinancedPostHandler.sheets),
    ]
