"""`cofiville exercice`: the budget years of the contract."""

from __future__ import annotations

from ledger.commands.declaring.access import reading, writing
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import Annee
from ledger.commands.outcome import Outcome, one, several
from ledger.core.field import Field, Kind
from ledger.journal.fields import YEAR
from ledger.reports.listing import Listing

_OPENED = (YEAR, Field("etat", "état"))
_EXERCICES = (
    *_OPENED,
    Field("clos_le", "clos le", Kind.DAY, optional=True),
    Field("ecritures", "écritures à la clôture", Kind.INTEGER, optional=True, shown=False),
    Field("sceau", "sceau de clôture", Kind.CODE, optional=True, shown=False),
)

app = group("Exercices : les années budgétaires, ouvertes puis closes.")


@app.command("ouvrir", act=True, answer=one(*_OPENED))
def exercice_ouvrir(annee: Annee) -> Outcome:
    """Ouvre un exercice : ses jours reçoivent des écritures.

    Exemple : cofiville exercice ouvrir 2016
    """
    from ledger.core.period import check_year
    from ledger.journal.exercices import open_exercice
    from ledger.referential.contracts import check_year_in_contract

    with writing() as session:
        check_year_in_contract(session, check_year(annee))
        exercice = open_exercice(session, annee)
        opened = {"exercice": exercice.year, "etat": exercice.state}
    return Outcome(opened, (f"L'exercice {annee} est ouvert.",))


@app.command("lister", answer=several(*_EXERCICES))
def exercice_lister() -> Outcome:
    """Liste les exercices, ouverts et clos.

    Exemple : cofiville exercice lister
    """
    from ledger.journal.exercices import exercices

    with reading() as session:
        rows = tuple(
            {
                "exercice": exercice.year,
                "etat": exercice.state,
                "clos_le": exercice.closed_on,
                "ecritures": exercice.closing_entries,
                "sceau": exercice.closing_seal,
            }
            for exercice in exercices(session)
        )
    last = f"Qui les a ouverts, décidés et clos : cofiville historique {rows[-1]['exercice']}." if rows else ""
    return Outcome(Listing("Exercices", _EXERCICES, rows, notes=(last,) if last else ()))
