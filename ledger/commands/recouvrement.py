"""`cofiville recouvrement`: what was overpaid, taken back by titre or set off."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ledger.commands.access import reading, writing
from ledger.commands.completion import CONVENTIONS
from ledger.commands.options import Le, Montant, Piece, day, parse_year
from ledger.commands.screen import say, show, table
from ledger.commands.shell import group
from ledger.core.money import total

app = group("Recouvrements : le trop-versé repris par titre de recettes, ou imputé sur l'exercice suivant.")

Numero = Annotated[
    str, typer.Argument(metavar="CONVENTION", autocompletion=CONVENTIONS, help="Le numéro de la convention.")
]


@app.command("emettre")
def emettre(
    convention: Numero, reference: Annotated[str, typer.Option(help="Le numéro du titre.")], le: Le = None
) -> None:
    """Émet le titre de recettes de tout ce que la convention doit rendre.

    Exemple : cofiville recouvrement emettre C2016-002 --reference T-2017-118 --le 2017-07-10
    """
    from ledger.conventions.lookups import find_convention
    from ledger.execution.recoveries import issue_titre

    with writing() as session:
        titre, posted = issue_titre(session, find_convention(session, convention), reference=reference, on=day(le))
        amount = titre.amount
        row = {
            "titre": titre.reference,
            "convention": titre.convention,
            "montant": amount,
            "ecriture": posted.sequence,
        }
    show(
        row,
        lambda: say(f"Titre {row['titre']} : {amount.french()} contre le bénéficiaire de {row['convention']}."),
    )


@app.command("encaisser")
def encaisser(
    titre: Annotated[str, typer.Argument(metavar="TITRE", help="Le numéro du titre.")],
    montant: Montant,
    reference: Annotated[str, typer.Option(help="La référence du comptable.")],
    le: Le = None,
) -> None:
    """Enregistre une somme encaissée sur un titre, en tout ou en partie.

    Exemple : cofiville recouvrement encaisser T-2017-118 3000 --reference "P503 7" --le 2017-09-05
    """
    from ledger.execution.recoveries import collect, find_titre

    with writing() as session:
        found = find_titre(session, titre)
        posted = collect(session, found, montant, on=day(le), reference=reference)
        number = found.reference
    show(
        {"titre": number, "montant": montant, "ecriture": posted.sequence},
        lambda: say(f"{montant.french()} encaissés sur le titre {number}."),
    )


@app.command("compenser")
def compenser(
    convention: Numero,
    exercice: Annotated[int, typer.Option(metavar="ANNEE", parser=parse_year, help="L'exercice qui l'impute.")],
    piece: Piece,
    le: Le = None,
) -> None:
    """Impute le trop-versé d'une convention sur la subvention suivante du même porteur (compensation N-1).

    Exemple : cofiville recouvrement compenser C2016-003 --exercice 2017 --piece "Convention 2017" --le 2017-09-08
    """
    from ledger.conventions.lookups import find_convention
    from ledger.execution.recoveries import set_off

    with writing() as session:
        found = find_convention(session, convention)
        posted, amount = set_off(session, found, exercice, piece=piece, on=day(le))
        number = found.number
    show(
        {"convention": number, "exercice": exercice, "montant": amount, "ecriture": posted.sequence},
        lambda: say(f"{amount.french()} de {number} imputés sur {exercice}."),
    )


@app.command("lister")
def lister() -> None:
    """Liste les titres de recettes émis.

    Exemple : cofiville recouvrement lister
    """
    from ledger.execution.recoveries import titres

    with reading() as session:
        rows: list[dict[str, Any]] = [
            {"titre": t.reference, "convention": t.convention, "le": t.issued_on, "montant": t.amount}
            for t in titres(session)
        ]
    show(
        rows,
        lambda: table(
            "Titres de recettes",
            ("Titre", "Convention", "Émis le", "Montant"),
            [tuple(row.values()) for row in rows],
            ("Total", "", "", total(row["montant"] for row in rows)),
        ),
    )
