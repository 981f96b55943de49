"""`cofiville echange publier`: our grants in the form the law publishes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.access import reading_as_of
from ledger.commands.declaring.options import Annee, ConnuAu, Fichier, Le, day
from ledger.commands.declaring.parameters import Argument, Option
from ledger.commands.declaring.usage import WrongUsage
from ledger.commands.exchange.partners_files import app as app
from ledger.commands.outcome import Outcome, Row, one
from ledger.core.field import Field, Kind, code, words
from ledger.exchange.fields import FILE, ROWS
from ledger.journal.fields import AMOUNT, CONVENTION
from ledger.reports.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from ledger.exchange.partners.publishing import Publication, SetAside

_BENEFICIARY = code("beneficiaire", "bénéficiaire")
_ASIDE = (CONVENTION, _BENEFICIARY, AMOUNT, words("motif", "pourquoi"))
_DELAYS = (
    CONVENTION,
    _BENEFICIARY,
    Field("signee_le", "signée le", Kind.DAY),
    Field("publier_au_plus_tard", "publier au plus tard", Kind.DAY),
    Field("depasse", "dépassé", Kind.YES_NO, shown=False),
    words("source", "source"),
)
_PUBLISHED = one(
    FILE,
    ROWS,
    Field("ecartees", "écartées", Kind.RECORD, fields=_ASIDE, many=True),
    Field("delais", "délais", Kind.RECORD, fields=_DELAYS, many=True, since="0.2"),
)


@app.command("publier", answer=_PUBLISHED)
def echange_publier(
    quoi: Annotated[str, Argument(metavar="QUOI", help="La forme à publier : scdl.")],
    annee: Annee,
    fichier: Fichier,
    attribuant: Annotated[
        str,
        Option(metavar="SIRET", help="Le SIRET de l'agglomération, si aucun porteur n'est elle.", show_default=False),
    ] = "",
    tout: Annotated[
        bool, Option("--tout", help="Publie aussi ce qui ne dépasse pas le seuil légal de publication.")
    ] = False,
    le: Le = None,
    connu_au: ConnuAu = None,
) -> Outcome:
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
    row = {
        "fichier": str(fichier),
        "lignes": len(found.rows),
        "ecartees": [_aside(each) for each in found.aside],
        "delais": _delays(found, day(le)),
    }
    return Outcome(row, tuple(_said(found, row)))


def _aside(each: SetAside) -> Row:
    return {
        "convention": each.convention,
        "beneficiaire": each.beneficiary,
        "montant": each.amount,
        "motif": each.reason,
    }


def _delays(found: Publication, today: date) -> list[Row]:
    return [
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


def _said(found: Publication, row: Row) -> Iterator[str | Listing]:
    yield f"{row['fichier']} écrit : {row['lignes']} subvention(s)."
    refused = tuple(_aside(each) for each in found.aside if not each.optional)
    if small := len(found.aside) - len(refused):
        yield f"{small} subvention(s) sous le seuil légal ne sont pas publiées ; --tout les ajoute."
    if refused:
        yield Listing("Non publiées", _ASIDE, refused)
    if late := tuple(each for each in row["delais"] if each["depasse"]):
        yield Listing("Délai de publication dépassé : à mettre en ligne sans attendre, si ce n'est fait", _DELAYS, late)
