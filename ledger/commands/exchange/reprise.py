"""`cofiville reprise`: a year under way taken over from one workbook."""

from __future__ import annotations

from typing import Annotated

from ledger.commands.declaring.access import writing
from ledger.commands.declaring.caller import shown_progress
from ledger.commands.declaring.group import single
from ledger.commands.declaring.options import Fichier, Le, day
from ledger.commands.declaring.parameters import Option
from ledger.commands.exchange.imports import Annoter, Limite, imported, sheets_read
from ledger.commands.outcome import Outcome, one
from ledger.exchange.fields import IMPORT

app = single()


@app.command("reprise", act=True, answer=one(*IMPORT))
def reprise(
    fichier: Fichier,
    simuler: Annotated[bool, Option("--simuler", help="Montre ce que la reprise écrirait, sans rien écrire.")] = False,
    annoter: Annoter = None,
    limite: Limite = None,
    le: Le = None,
) -> Outcome:
    """Reprend une année en cours depuis un classeur : crédits, actions, montants accordés, conventions, payé à ce jour.

    Le modèle reprise.xlsx (cofiville excel modeles DOSSIER) a les feuilles qu'il faut ; l'exercice doit être ouvert.
    Chaque écriture d'ouverture nomme le classeur comme pièce. --le date les montants accordés sans date propre.

    Exemple : cofiville reprise reprise_2016.xlsx --le 2016-03-04
    """
    from ledger.exchange.handlers.registry import WORKBOOK
    from ledger.exchange.importing.handling import RowsOrigin
    from ledger.exchange.importing.importer import import_file
    from ledger.exchange.opening.limits import parse_limits
    from ledger.exchange.sheets import TEMPLATES
    from ledger.exchange.workbook import read_workbook

    origin = RowsOrigin(fichier.name, day(le), takeover=f"Reprise — {fichier.name}")
    with shown_progress() as progress:
        content = read_workbook(
            fichier, sheets_read(TEMPLATES["reprise"]), parse_limits(limite or ()), progress=progress
        )
        with writing() as session:
            found = import_file(session, content, WORKBOOK, origin, simulate=simuler, progress=progress)
    return imported(found, content, annoter)
