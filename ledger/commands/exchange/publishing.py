"""`cofiville echange publier`: our grants in the form the law publishes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.shell.access import reading_as_of
from ledger.commands.shell.options import Annee, ConnuAu, Fichier, Le, day
from ledger.commands.shell.screen import say, show, table
from ledger.commands.shell.usage import WrongUsage

if TYPE_CHECKING:
    from datetime import date

    from ledger.exchange.partners.publishing import Publication


def publier(
    quoi: Annotated[str, typer.Argument(metavar="QUOI", help="La forme à publier : scdl.")],
    annee: Annee,
    fichier: Fichier,
    attribuant: Annotated[
        str,
        typer.Option(
            metavar="SIRET", help="Le SIRET de l'agglomération, si aucun porteur n'est elle.", show_default=False
        ),
    ] = "",
    tout: Annotated[
        bool, typer.Option("--tout", help="Publie aussi ce qui ne dépasse pas le seuil légal de publication.")
    ] = False,
    le: Le = None,
    connu_au: ConnuAu = None,
) -> None:
    """Écrit les subventions de l'agglomération sous la forme que la loi publie (SCDL 2.1.1, 16 colonnes).

    Une ligne par bénéficiaire ; ce qui ne peut pas être publié est listé avec sa raison, et ce que la loi voulait
    public avant ce jour (--le) est signalé.

    Exemple : cofiville echange publier scdl 2016 subventions_2016.csv
    """
    from ledger.exchange.partners.publishing import publish, write_publication

    if quoi.strip().lower() != "scdl":
        raise WrongUsage(f"« {quoi} » ne se publie pas.", "Choisissez : scdl.")
    with reading_as_of(le, connu_au) as session:
        found = publish(session, annee, siret=attribuant, everything=tout)
    write_publication(fichier, found)
    today = day(le)
    show(
        {"fichier": str(fichier), "lignes": len(found.rows)} | _data(found, today),
        lambda: _render_publication(str(fichier), found, today),
    )


def _data(found: Publication, today: date) -> dict[str, Any]:
    aside = [
        {
            "convention": each.convention,
            "beneficiaire": each.beneficiary,
            "montant": each.amount,
            "motif": each.reason,
        }
        for each in found.aside
    ]
    delays = [
        {
            "convention": each.convention,
            "beneficiaire": each.beneficiary,
            "signee_le": each.signed_on,
            "publier_au_plus_tard": each.due_on,
            "depasse": each.due_on < today,
            "source": str(each.source),
        }
        for each in found.deadlines
    ]
    return {"ecartees": aside, "delais": delays}


def _render_publication(path: str, found: Publication, today: date) -> None:
    say(f"{path} écrit : {len(found.rows)} subvention(s).")
    small = [each for each in found.aside if each.optional]
    if small:
        say(f"{len(small)} subvention(s) sous le seuil légal ne sont pas publiées ; --tout les ajoute.")
    rows = [(each.convention, each.beneficiary, each.amount, each.reason) for each in found.aside if not each.optional]
    if rows:
        table("Non publiées", ("Convention", "Bénéficiaire", "Montant", "Pourquoi"), rows)
    late = [
        (d.convention, d.beneficiary, d.signed_on, d.due_on, str(d.source)) for d in found.deadlines if d.due_on < today
    ]
    if late:
        columns = ("Convention", "Bénéficiaire", "Signée le", "Publier au plus tard", "Source")
        table("Délai de publication dépassé : à mettre en ligne sans attendre, si ce n'est fait", columns, late)
