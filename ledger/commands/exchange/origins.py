"""`--origine` of the commands that show something: the file and the cell each imported value came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.shell.screen import say, table

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.exchange.declaration import Sheet

_SHORT_SEAL = 12

Origine = Annotated[
    bool, typer.Option("--origine", help="Dit de quel fichier et de quelle cellule vient chaque valeur importée.")
]


def origin_rows(session: Session, *places: tuple[Sheet, tuple[str, ...]]) -> list[dict[str, Any]]:
    """Every imported value of these rows (a sheet, the first parts of its key), as scripts read it."""
    from ledger.exchange.importing.origins import origins

    return [
        {
            "feuille": each.sheet,
            "cle": each.key,
            "colonne": each.title,
            "cellule": each.cell,
            "fichier": each.file,
            "sha256": each.sha256,
            "importe_le": each.recorded_at,
            "agent": each.agent,
        }
        for sheet, key in places
        for each in origins(session, sheet, *key)
    ]


def origins_of_action(session: Session, number: str) -> list[dict[str, Any]]:
    """Every imported value of an action and of its plan."""
    from ledger.exchange.sheets.fundings import FUNDINGS
    from ledger.exchange.sheets.programming import PROGRAMMING

    return origin_rows(session, (PROGRAMMING, (number,)), (FUNDINGS, (number,)))


def say_origins(rows: list[dict[str, Any]]) -> None:
    """The same, for people."""
    if not rows:
        say("Aucune valeur ne vient d'un fichier : tout a été saisi par commande.")
        return
    table(
        "Origine des valeurs importées",
        ("Feuille", "Ligne", "Colonne", "Cellule", "Fichier", "Importé le", "Par", "SHA-256"),
        [
            (
                row["feuille"],
                row["cle"],
                row["colonne"],
                row["cellule"],
                row["fichier"],
                row["importe_le"].astimezone().date(),
                row["agent"],
                f"{row['sha256'][:_SHORT_SEAL]}…",
            )
            for row in rows
        ],
    )
