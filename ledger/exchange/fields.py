"""The fields of files: written, read, sent, and what is found wrong in them."""

from __future__ import annotations

from ledger.core.errors import Level
from ledger.core.field import Choice, Field, Kind, code, count, words
from ledger.journal.fields import ACTION, AMOUNT, CONVENTION, LINE, YEAR
from ledger.programming.fields import TITLE

FILE = Field("fichier", "fichier", Kind.PATH, help="Le chemin du fichier.", placeholder="FICHIER")
ANNOTATED = FILE.but(
    name="annote",
    title="copie annotée",
    help="Écrit là une copie du fichier, problèmes marqués.",
    placeholder="SORTIE",
    since="0.2",
)
LIMIT = Field(
    "limite",
    "limite",
    help="Relève une limite de lecture, par exemple lignes=300000.",
    placeholder="NOM=NOMBRE",
)
ROWS = Field("lignes", "lignes", Kind.INTEGER, help="Le nombre de lignes écrites.")
WRITTEN_DOWN = Field("ecrit", "écrit", Kind.YES_NO, help="Si le livre a changé.")
SENDING = Field("envoi", "n°", Kind.INTEGER, help="Le numéro de l'envoi.", placeholder="NUMERO")
SHA256 = Field("sha256", "SHA-256", Kind.CODE)
SHEET = Field("feuille", "feuille", help="Le nom de la feuille.", placeholder="FEUILLE")
ROW_KEY = Field("cle", "ligne")
COLUMN = Field("colonne", "colonne")
CELL = code("cellule", "cellule")
MESSAGE = words("message", "quoi")

PROBLEM = (
    SHEET,
    CELL,
    Field("niveau", "niveau", Kind.CHOICE, choices=tuple(Choice(str(each), str(each)) for each in Level)),
    code("code", "code"),
    words("trouve", "trouvé"),
    words("attendu", "attendu"),
    MESSAGE,
)
PROBLEMS = Field("problemes", "problèmes", Kind.RECORD, fields=PROBLEM, many=True)
CHANGE = (COLUMN, words("avant", "avant"), words("apres", "après"))

_EUROS = words("somme", "somme").but(help="En euros, toutes les décimales du fichier.")
_PART = (count("lignes", "lignes"), _EUROS)
_WHERE = words("ou", "où").but(many=True)
_REASON = (*_PART, words("motif", "motif"), _WHERE)
SUMS = tuple(
    each.but(since="0.2", shown=False)
    for each in (
        Field("lu", "lu", Kind.RECORD, fields=_PART),
        Field("garde", "gardé", Kind.RECORD, fields=_PART),
        Field(
            "ecarte",
            "écarté",
            Kind.RECORD,
            fields=(*_PART, Field("motifs", "motifs", Kind.RECORD, fields=_REASON, many=True)),
        ),
        words("arrondi", "arrondi"),
        Field("repetees", "répétées", Kind.RECORD, fields=_PART),
        Field("sans_montant", "sans montant", Kind.RECORD, fields=(_PART[0], _WHERE)),
    )
)
_GONE = (
    ROW_KEY,
    code("attribuant", "attribuant"),
    count("exercice", "exercice").but(optional=True),
    Field("montant", "montant", Kind.AMOUNT, optional=True),
    Field("deja_dite", "déjà dite", Kind.YES_NO),
)
SHEET_CHANGE = (
    SHEET,
    count("nouvelles", "nouvelles"),
    count("modifiees", "modifiées"),
    count("identiques", "identiques"),
    count("absentes", "absentes du fichier"),
    Field("disparues", "disparues", Kind.RECORD, fields=_GONE, many=True, shown=False, since="0.2"),
    Field("changements", "changements", Kind.RECORD, fields=(ROW_KEY, *CHANGE), many=True, shown=False),
    *SUMS,
)
IMPORT = (
    Field("feuilles", "feuilles", Kind.RECORD, fields=SHEET_CHANGE, many=True),
    PROBLEMS,
    WRITTEN_DOWN,
    ANNOTATED,
    words("retour", "retour").but(optional=True, since="0.2"),
    count("a_adopter", "à adopter").but(optional=True, since="0.2"),
)

ORIGIN = (
    SHEET,
    ROW_KEY,
    COLUMN,
    CELL,
    FILE,
    SHA256.but(shown=False),
    Field("importe_le", "importé le", Kind.INSTANT, shown=False),
    Field("jour", "importé le", Kind.DAY, scripted=False),
    words("agent", "par"),
    SHA256.but(name="empreinte", scripted=False),
)

# As sheets head what acts are typed with; a sheet says itself how to fill its cells.
ACTION_NUMBER = ACTION.but(title="n° action", help="")
CONVENTION_NUMBER = CONVENTION.but(title="n° convention", help="")
CREDIT_LINE = LINE.but(title="ligne de crédit", help="")
EXERCICE = YEAR.but(help="")
INTITULE = TITLE.but(help="")
EUROS = AMOUNT.but(help="")
