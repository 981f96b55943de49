"""`cofiville recouvrement`: what was overpaid, taken back by titre or set off; or by the financeur that paid it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ledger.commands.execution.recouvrement_constats import constater, constats
from ledger.commands.shell.access import reading, reading_as_of, writing
from ledger.commands.shell.completion import CONVENTIONS
from ledger.commands.shell.options import ConnuAu, Le, Montant, Oui, Piece, confirm, day, parse_year
from ledger.commands.shell.program import group
from ledger.commands.shell.screen import say, show, table
from ledger.core.money import total

app = group("Recouvrements : le trop-versé repris par titre de recettes, ou imputé sur l'exercice suivant.")

app.command("constater")(constater)
app.command("constats")(constats)

Numero = Annotated[
    str, typer.Argument(metavar="CONVENTION", autocompletion=CONVENTIONS, help="Le numéro de la convention.")
]
NumeroTitre = Annotated[str, typer.Argument(metavar="TITRE", help="Le numéro du titre.")]


@app.command("emettre")
def emettre(
    convention: Numero, reference: Annotated[str, typer.Option(help="Le numéro du titre.")], le: Le = None
) -> None:
    """Émet le titre de recettes de tout ce que la convention doit rendre.

    Exemple : cofiville recouvrement emettre DRE-2016-B --reference T-2017-118 --le 2017-07-10
    """
    from ledger.conventions.lookups import find_convention
    from ledger.execution.recoveries import issue_titre
    from ledger.execution.recovery_imputation import imputation_words, recovery_shares

    with writing() as session:
        titre, posted = issue_titre(session, find_convention(session, convention), reference=reference, on=day(le))
        amount = titre.amount
        shares = recovery_shares(session, titre)
        row = {
            "titre": titre.reference,
            "convention": titre.convention,
            "montant": amount,
            "ecriture": posted.sequence,
            "imputations": [share.row() for share in shares],
        }
    show(
        row,
        lambda: say(
            f"Titre {row['titre']} : {amount.french()} contre le bénéficiaire de {row['convention']}"
            f" (compte {imputation_words(shares)})."
        ),
    )


@app.command("encaisser")
def encaisser(
    titre: NumeroTitre,
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

    Exemple : cofiville recouvrement compenser DRE-2016-C --exercice 2017 --piece "Convention 2017" --le 2017-09-08
    """
    from ledger.conventions.lookups import find_convention
    from ledger.execution.set_offs import set_off

    with writing() as session:
        found = find_convention(session, convention)
        posted, amount = set_off(session, found, exercice, piece=piece, on=day(le))
        number = found.number
    show(
        {"convention": number, "exercice": exercice, "montant": amount, "ecriture": posted.sequence},
        lambda: say(f"{amount.french()} de {number} imputés sur {exercice}."),
    )


@app.command("annuler")
def annuler(
    titre: NumeroTitre,
    motif: Annotated[str, typer.Option("--motif", metavar="TEXTE", help="Pourquoi il est annulé.")],
    piece: Piece,
    abandon: Annotated[
        bool,
        typer.Option(
            "--abandon", help="La dette elle-même est abandonnée (remise gracieuse, admission en non-valeur)."
        ),
    ] = False,
    oui: Oui = False,
    le: Le = None,
) -> None:
    """Annule par décision ce qui reste d'un titre ; la dette demeure, sauf si elle est abandonnée.

    Exemple : cofiville recouvrement annuler T-2017-118 --motif "Remise gracieuse"
        --piece "Délibération du 12/09/2017" --abandon --le 2017-09-20 --oui
    """
    from ledger.execution.cancellations import cancel_titre
    from ledger.execution.recoveries import find_titre

    what = "et la dette abandonnée" if abandon else "mais la dette demeure"
    confirm(f"Ce qui reste du titre {titre} sera annulé, {what}.", oui)
    with writing() as session:
        found = find_titre(session, titre)
        posted, amount = cancel_titre(session, found, motive=motif, piece=piece, on=day(le), waived=abandon)
        number = found.reference
    show(
        {"titre": number, "montant": amount, "abandon": abandon, "ecriture": posted.sequence},
        lambda: say(f"{amount.french()} du titre {number} annulés, {what}."),
    )


@app.command("lister")
def lister() -> None:
    """Liste les titres de recettes : émis, encaissé, reste, ou annulé et pourquoi.

    Exemple : cofiville recouvrement lister
    """
    from ledger.execution.titre_states import titre_states

    with reading() as session:
        rows: list[dict[str, Any]] = [
            {
                "titre": state.titre.reference,
                "convention": state.titre.convention,
                "le": state.titre.issued_on,
                "montant": state.titre.amount,
                "encaisse": state.collected,
                "reste": state.left,
                "etat": state.word,
                "compte": state.titre.account,
                "motif": state.titre.cancellation,
                "piece_annulation": state.titre.cancellation_piece,
            }
            for state in titre_states(session)
        ]
    columns = ("Titre", "Convention", "Émis le", "Montant", "Encaissé", "Reste à encaisser", "État", "Motif")
    names = ("titre", "convention", "le", "montant", "encaisse", "reste", "etat", "motif")
    show(
        rows,
        lambda: table(
            "Titres de recettes",
            columns,
            [tuple(row[name] for name in names) for row in rows],
            ("Total", "", "", *(total(row[name] for row in rows) for name in ("montant", "encaisse", "reste")), "", ""),
        ),
    )


@app.command("delais")
def delais(le: Le = None, connu_au: ConnuAu = None) -> None:
    """Montre jusqu'à quand chaque droit peut s'exercer : payer ce qui est dû, encaisser un titre, redemander.

    Trois délais différents, chacun avec sa règle et son texte (cofiville regle lister).

    Exemple : cofiville recouvrement delais --le 2017-10-01
    """
    from ledger.execution.time_limits import deadlines

    with reading_as_of(le, connu_au) as session:
        rows = [
            {
                "droit": each.right,
                "objet": each.subject,
                "debiteur": each.debtor,
                "montant": each.amount,
                "ne_le": each.born_on,
                "jusqu_au": each.until,
                "regle": each.rule,
                "source": each.source,
            }
            for each in deadlines(session, day(le))
        ]
    columns = ("Droit", "Objet", "Débiteur", "Montant", "Né le", "Jusqu'au", "Règle", "Source")
    show(rows, lambda: table("Délais pour agir", columns, [tuple(row.values()) for row in rows]))
