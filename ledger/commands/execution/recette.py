"""`cofiville recette`: what the EPCI receives under a right acquired."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ledger.commands.shell.access import writing
from ledger.commands.shell.completion import CONVENTIONS
from ledger.commands.shell.options import Le, Montant, day
from ledger.commands.shell.program import group
from ledger.commands.shell.screen import say, show

if TYPE_CHECKING:
    from ledger.core.money import Money
    from ledger.journal.posting import Posted

app = group("Recettes : ce que la CAPH reçoit d'un financeur, constaté (47134) puis titré (747x).")

Numero = Annotated[
    str,
    typer.Argument(
        metavar="CONVENTION", autocompletion=CONVENTIONS, help="Le numéro du droit acquis (convention recevoir)."
    ),
]
Reference = Annotated[str, typer.Option(help="La référence du comptable.")]


def _show(number: str, amount: Money, posted: Posted, words: str) -> None:
    row = {"convention": number, "montant": amount, "ecriture": posted.sequence, "deja_enregistre": not posted.new}
    already = "" if posted.new else " (déjà enregistré, rien de nouveau)"
    show(row, lambda: say(f"{words} : {amount.french()} sur {number}{already}."))


@app.command("constater")
def constater(convention: Numero, montant: Montant, reference: Reference, le: Le = None) -> None:
    """Constate une recette arrivée au trésor : l'avance de la CAPH est remboursée d'abord, le reste est détenu.

    Exemple : cofiville recette constater ETAT-DRE-2016 136880,44 --reference "P503 18" --le 2016-06-30
    """
    from ledger.conventions.lookups import find_convention
    from ledger.execution.receipts import record_receipt

    with writing() as session:
        found = find_convention(session, convention)
        posted = record_receipt(session, found, montant, on=day(le), reference=reference)
        number = found.number
    _show(number, montant, posted, "Recette constatée")


@app.command("titrer")
def titrer(convention: Numero, montant: Montant, reference: Reference, le: Le = None) -> None:
    """Enregistre le titre qui régularise une recette constatée ; aucune position de crédit ne bouge.

    Exemple : cofiville recette titrer ETAT-DRE-2016 136880,44 --reference "T-2016-51" --le 2016-07-08
    """
    from ledger.conventions.lookups import find_convention
    from ledger.execution.receipts import record_titre

    with writing() as session:
        found = find_convention(session, convention)
        posted = record_titre(session, found, montant, on=day(le), reference=reference)
        number = found.number
    _show(number, montant, posted, "Recette titrée")
