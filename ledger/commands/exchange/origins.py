"""`--origine` of the commands that show something: the file and the cell each imported value came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.parameters import Option
from ledger.commands.outcome import Row
from ledger.core.field import Field, Kind
from ledger.exchange.fields import ORIGIN
from ledger.reports.listing import Listing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.exchange.declaration import Sheet

_SHORT_SEAL = 12
_NONE = "Aucune valeur ne vient d'un fichier : tout a été saisi par commande."
ORIGINS = Field("origine", "origine", Kind.RECORD, fields=ORIGIN, many=True, since="0.2")

Origine = Annotated[
    bool, Option("--origine", help="Dit de quel fichier et de quelle cellule vient chaque valeur importée.")
]


def origin_rows(session: Session, *places: tuple[Sheet, tuple[str, ...]]) -> list[Row]:
    """Every imported value of these rows (a sheet, the first parts of its key), as scripts read it."""
    from ledger.exchange.importing.provenance import origins

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


def origins_of_action(session: Session, number: str) -> list[Row]:
    """Every imported value of an action and of its plan."""
    from ledger.exchange.sheets.programming import FUNDINGS, PROGRAMMING

    return origin_rows(session, (PROGRAMMING, (number,)), (FUNDINGS, (number,)))


def origin_listing(rows: list[Row]) -> Listing:
    """The same, for people."""
    shown = tuple(
        row | {"jour": row["importe_le"].astimezone().date(), "empreinte": f"{row['sha256'][:_SHORT_SEAL]}…"}
        for row in rows
    )
    return Listing("Origine des valeurs importées", ORIGIN, shown, empty=_NONE)
