"""`cofiville recette`: what the EPCI receives under a right acquired."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.access import writing
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import Le, Montant, argument, day, option
from ledger.commands.outcome import Outcome, one
from ledger.execution.fields import ACCOUNTANT_REFERENCE
from ledger.journal.fields import ALREADY_RECORDED, AMOUNT, CONVENTION, ENTRY

if TYPE_CHECKING:
    from ledger.core.money import Money
    from ledger.journal.posting import Posted

app = group("Recettes : ce que l'EPCI reçoit d'un financeur, constaté (47134) puis titré (747x).")

Numero = Annotated[str, argument(CONVENTION.but(help="Le numéro du droit acquis (convention recevoir)."))]
Reference = Annotated[str, option(ACCOUNTANT_REFERENCE)]


_RECEIVED = one(CONVENTION, AMOUNT, ENTRY, ALREADY_RECORDED)


def _received(number: str, amount: Money, posted: Posted, words: str) -> Outcome:
    row = {"convention": number, "montant": amount, "ecriture": posted.sequence, "deja_enregistre": not posted.new}
    already = "" if posted.new else " (déjà enregistré, rien de nouveau)"
    return Outcome(row, (f"{words} : {amount.french()} sur {number}{already}.",))


@app.command("constater", act=True, answer=_RECEIVED)
def recette_constater(convention: Numero, montant: Montant, reference: Reference, le: Le = None) -> Outcome:
    """Constate une recette arrivée au trésor : l'avance de l'EPCI est remboursée d'abord, le reste est détenu.

    Exemple : cofiville recette constater ETAT-DRE-2016 136880,44 --reference "P503 18" --le 2016-06-30
    """
    from ledger.conventions.queries import find_convention
    from ledger.execution.passing_on.record_receipt import record_receipt

    with writing() as session:
        found = find_convention(session, convention)
        posted = record_receipt(session, found, montant, on=day(le), reference=reference)
        number = found.number
    return _received(number, montant, posted, "Recette constatée")


@app.command("titrer", act=True, answer=_RECEIVED)
def recette_titrer(convention: Numero, montant: Montant, reference: Reference, le: Le = None) -> Outcome:
    """Enregistre le titre qui régularise une recette constatée ; aucune position de crédit ne bouge.

    Exemple : cofiville recette titrer ETAT-DRE-2016 136880,44 --reference "T-2016-51" --le 2016-07-08
    """
    from ledger.conventions.queries import find_convention
    from ledger.execution.passing_on.record_receipt import record_titre

    with writing() as session:
        found = find_convention(session, convention)
        posted = record_titre(session, found, montant, on=day(le), reference=reference)
        number = found.number
    return _received(number, montant, posted, "Recette titrée")
