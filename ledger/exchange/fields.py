"""The fields of files: written, read, and what is found wrong in them."""

from __future__ import annotations

from ledger.core.errors import Level
from ledger.core.field import Choice, Field, Kind

FILE = Field("fichier", "fichier", Kind.PATH, help="Le chemin du fichier.", placeholder="FICHIER")
ROWS = Field("lignes", "lignes", Kind.INTEGER, help="Le nombre de lignes écrites.")
WRITTEN_DOWN = Field("ecrit", "écrit", Kind.YES_NO, help="Si le livre a changé.")
SHEET = Field("feuille", "feuille", Kind.TEXT, help="Le nom de la feuille.", placeholder="FEUILLE")
CELL = Field("cellule", "cellule", Kind.CODE)
MESSAGE = Field("message", "quoi")

PROBLEM = (
    SHEET,
    CELL,
    Field("niveau", "niveau", Kind.CHOICE, choices=tuple(Choice(str(each), str(each)) for each in Level)),
    Field("code", "code", Kind.CODE),
    Field("trouve", "trouvé"),
    Field("attendu", "attendu"),
    MESSAGE,
)
