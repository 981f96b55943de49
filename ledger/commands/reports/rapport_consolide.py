"""`cofiville rapport consolide`: the region's view over contracts, of one base or of several."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.access import opened_whole, reading
from ledger.commands.declaring.choices import base_address
from ledger.commands.declaring.options import option
from ledger.commands.declaring.parameters import Argument, Option
from ledger.commands.declaring.usage import WrongUsage
from ledger.commands.outcome import Answer, Outcome, one
from ledger.commands.reports.reporting import WRITTEN
from ledger.commands.reports.semaine import app as app
from ledger.core.addresses import shown_address
from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.field import Field, Kind
from ledger.exchange.fields import FILE
from ledger.journal.fields import YEAR

if TYPE_CHECKING:
    from ledger.reports.consolidated import ContractFigures
    from ledger.reports.listing import Listing

_ON_SCREEN = ("contrats", "exercices", "financeurs", "natures", "territoires")
_SHEETS = {
    "contrats": "Contrats",
    "exercices": "Exercices",
    "financeurs": "Financeurs",
    "natures": "Natures",
    "territoires": "Territoires",
    "lignes": "Lignes",
    "lieux": "Territoires par contrat",
}
_ACT = re.compile(r"\bcofiville (?!--)")


class UnreadableBase(LedgerError):
    """One of the bases to be added up cannot be read."""

    code = "base_a_consolider_illisible"


class CountedTwice(LedgerError):
    """Two of the bases hold the same book."""

    code = "livre_compte_deux_fois"


def _whole() -> Answer:
    from ledger.reports.consolidated import CONTRACTS, FINANCEURS, LINES, NATURES, PLACES, TERRITORIES, YEARS

    views = (CONTRACTS, YEARS, FINANCEURS, NATURES, TERRITORIES, LINES, PLACES)
    records = zip(_SHEETS.items(), views, strict=True)
    return (
        one(
            *(
                Field(name, title.lower(), Kind.RECORD, fields=fields, many=True, since="0.2")
                for (name, title), fields in records
            )
        )
        | WRITTEN
    )


@app.command("consolide", answer=_whole)
def rapport_consolide(
    suite: Annotated[
        list[str] | None, Argument(metavar="[ADRESSE]...", help="Les autres bases, à la suite de --bases.")
    ] = None,
    bases: Annotated[
        list[str] | None,
        Option("--bases", metavar="ADRESSE", help="Les bases à additionner : fichiers ou serveurs."),
    ] = None,
    exercice: Annotated[int | None, option(YEAR.but(help="Seulement cet exercice.", offers=""))] = None,
    fichier: Annotated[
        Path | None, option(FILE.but(help="Écrit le rapport dans ce classeur (.xlsx)."), written=True)
    ] = None,
) -> Outcome:
    """Additionne tous les contrats d'une base, ou de plusieurs : notifié, accordé, versé, non versé.

    Par contrat, exercice, financeur, nature de crédits et territoire. Plusieurs bases : --bases premiere.db
    deuxieme.db postgresql://… ; elles sont lues, jamais écrites.

    Exemple : cofiville rapport consolide --exercice 2016
    """
    if fichier is not None and fichier.suffix.lower() != ".xlsx":
        raise WrongUsage(f"« {fichier} » n'est pas un classeur.", "Donnez un nom en .xlsx.")
    from ledger.reports.consolidated import consolidated_report

    found = _read([*(bases or ()), *(suite or ())], exercice)
    report = consolidated_report(found, _of(found, exercice))
    if fichier is not None:
        return _written(report, fichier)
    row = {name: listing.scripted_rows() for name, listing in report.items()}
    return Outcome(row, tuple(report[name] for name in _ON_SCREEN if report[name].rows))


def _read(addresses: Sequence[str], year: int | None) -> list[ContractFigures]:
    """The contracts of these bases, or of the one chosen; each base in one state.

    raises: UnreadableBase, CountedTwice.
    """
    from ledger.reports.consolidated import contracts_figures

    if not addresses:
        with reading() as session:
            return contracts_figures(session, shown_address(base_address()), year)
    found: list[ContractFigures] = []
    for address in addresses:
        with _said_of(address), opened_whole(address) as session:
            found += contracts_figures(session, shown_address(address), year)
    _check_once(found)
    return found


@contextmanager
def _said_of(address: str) -> Iterator[None]:
    """What this base is refused for, said of it among the others, the way out typed on it."""
    from ledger.storage.schema import OtherRevision

    try:
        yield
    except LedgerError as refused:
        shown = shown_address(address)
        remedy = f"Vérifiez cette adresse, donnée à --bases : {shown}"
        if isinstance(refused, OtherRevision):
            remedy = _ACT.sub(lambda _: f"cofiville --base {shown} ", refused.remedy)
        raise UnreadableBase(f"{shown} n'est pas additionnée : {refused.problem}", remedy) from refused


def _check_once(contracts: Sequence[ContractFigures]) -> None:
    """Nothing when no book is there twice: a copy of a base has the same first seal. raises: CountedTwice."""
    seals: dict[str, ContractFigures] = {}
    for each in contracts:
        before = seals.setdefault(each.first_seal, each) if each.first_seal else each
        if before is not each:
            code = each.read.contract.code
            raise CountedTwice(
                f"{before.base} et {each.base} tiennent le même livre, celui du contrat {code}.",
                "N'en gardez qu'une dans --bases.",
            )


def _of(contracts: Sequence[ContractFigures], year: int | None) -> str:
    """What titles say of the contracts. raises: InvalidValue when there is nothing to add up."""
    if not contracts:
        raise InvalidValue("Aucun contrat n'y a d'exercice ouvert.", "Ouvrez-en un : cofiville exercice ouvrir ANNEE.")
    bases = len({each.base for each in contracts})
    several = f", {bases} bases" if bases > 1 else ""
    number = f"{len(contracts)} contrat{'s' if len(contracts) > 1 else ''}"
    example = " (dont exemples)" if any(each.example for each in contracts) else ""
    return f" — {number}{several}{f', {year}' if year else ''}{example}"


def _written(report: Mapping[str, Listing], path: Path) -> Outcome:
    from ledger.exchange.export.report import report_table
    from ledger.exchange.writing.writer import write_workbook

    write_workbook(path, [report_table(report[name], title) for name, title in _SHEETS.items()])
    lines = sum(len(listing.rows) for listing in report.values())
    return Outcome({"fichier": str(path), "lignes": lines}, (f"{path} écrit : {', '.join(_SHEETS.values())}.",))
