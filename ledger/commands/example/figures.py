"""What the example leaves in the base: consumption by exercice, checked, and the State's posts against their file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextvars import copy_context
from dataclasses import dataclass
from importlib.resources import files

from ledger.commands.declaring.access import reading
from ledger.commands.declaring.choices import Choices, choose
from ledger.commands.outcome import Row
from ledger.core.errors import LedgerError
from ledger.core.money import ZERO, Money, parse_money, total
from ledger.exchange.export.example import example_note
from ledger.journal.exercices import exercices
from ledger.journal.positions import Figure
from ledger.reports.consumption import LineConsumption, consumption

SECOND_CONTRACT = "CV2024"
CONTRACTS = ("CV195", "CV193", SECOND_CONTRACT)
_LINE_OF_TYPE = {"adulte-relais": "ETAT-ADULTES-RELAIS", "postes-fonjep": "ETAT-PDV-FONJEP"}


class ExampleUnsound(LedgerError):
    """The example's figures do not add up."""

    code = "exemple_incoherent"


@dataclass(frozen=True, slots=True)
class ExampleYear:
    """One exercice of one contract: its state, the note that its figures are an example, the state of its lines."""

    contract: str
    year: int
    state: str
    note: str
    lines: list[LineConsumption]


@dataclass(frozen=True, slots=True)
class PostsTotal:
    """What the State published for one contract, year and kind of post, and what the base holds of it."""

    contract: str
    year: int
    line: str
    posts: int
    published: Money
    notified: Money


@dataclass(frozen=True, slots=True)
class ExampleFigures:
    """All that the example shows at the end."""

    years: list[ExampleYear]
    posts: list[PostsTotal]

    def row(self) -> Row:
        """The figures as scripts read them."""
        return {
            "exercices": [
                {
                    "contrat": each.contract,
                    "exercice": each.year,
                    "etat": each.state,
                    "exemple": bool(each.note),
                    "lignes": [line.row() for line in each.lines],
                }
                for each in self.years
            ],
            "postes_etat": [
                {
                    "contrat": each.contract,
                    "exercice": each.year,
                    "ligne": each.line,
                    "postes": each.posts,
                    "publie": each.published,
                    "notifie": each.notified,
                }
                for each in self.posts
            ],
        }


def example_figures(base: str) -> ExampleFigures:
    """The figures of every exercice of every contract. raises: ExampleUnsound when they do not add up."""
    years = [year for contract in CONTRACTS for year in copy_context().run(_years, base, contract)]
    for year in years:
        for line in year.lines:
            if line.state.gap:
                raise ExampleUnsound(
                    f"{line.line} {year.year} : les positions s'écartent du notifié de {line.state.gap.french()}.",
                    "Contrôlez la base : cofiville base controler.",
                )
    return ExampleFigures(years, list(_posts(years)))


def _years(base: str, contract: str) -> list[ExampleYear]:
    choose(Choices(base=base, contract=contract))
    with reading() as session:
        return [
            ExampleYear(contract, each.year, each.state, example_note(session, each.year), lines)
            for each in exercices(session)
            if (lines := consumption(session, each.year))
        ]


def _posts(years: list[ExampleYear]) -> Iterator[PostsTotal]:
    notified = {
        (year.contract, year.year, line.line): line.state[Figure.NOTIFIE] for year in years for line in year.lines
    }
    published: dict[tuple[str, int, str], tuple[int, Money]] = {}
    with files("ledger.exchange").joinpath("reference/postes_etat_caph_cavm.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            key = (row["code_cv"], int(row["annee"]), _LINE_OF_TYPE[row["type"]])
            posts, amount = published.get(key, (0, ZERO))
            published[key] = (posts + 1, amount + parse_money(row["montant"]))
    for key in sorted(published, key=lambda each: (CONTRACTS.index(each[0]), each)):
        posts, amount = published[key]
        found = notified.get(key, ZERO)
        if found != amount:
            raise ExampleUnsound(
                f"{key[2]} {key[1]} ({key[0]}) : {amount.french()} publiés, {found.french()} dans la base.",
                "Relisez l'import des postes : cofiville journal lister.",
            )
        yield PostsTotal(*key, posts, amount, found)


def example_sentences(result: ExampleFigures) -> Iterator[str]:
    """The credits of each example year and the State's posts, a sentence each; the second contract last."""
    yield from (_moved(year) for year in result.years if year.note and year.contract != SECOND_CONTRACT)
    posts, published = sum(each.posts for each in result.posts), total(each.published for each in result.posts)
    first, last = min(each.year for each in result.posts), max(each.year for each in result.posts)
    yield f"  {first}-{last}, données publiques : {posts} postes de l'État, {published.french()}."
    yield from (_moved(year) for year in result.years if year.contract == SECOND_CONTRACT)


def _moved(year: ExampleYear) -> str:
    notified = total(line.state[Figure.NOTIFIE] for line in year.lines)
    spent = total(line.state[Figure.VERSE] for line in year.lines)
    return f"  {year.year}{year.note}, {year.state} : {notified.french()} notifiés, {spent.french()} consommés."
