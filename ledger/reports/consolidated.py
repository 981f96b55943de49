"""The region's view: what several contracts, of one base or of several, have notified, granted, paid and not paid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.field import Field, Kind, Value, code, count, words
from ledger.core.grouping import grouped
from ledger.core.money import ZERO, Money, total
from ledger.journal.exercices import exercices
from ledger.journal.model import Entry
from ledger.programming.actions.grants import granted_by_line
from ledger.referential.contracts import ContractRead, read_contracts
from ledger.referential.fields import FINANCEUR_KIND, NATURE
from ledger.referential.model import Financeur
from ledger.reports.consumption import consumption_of_years
from ledger.reports.figures.credits import AVAILABLE, CANCELLED, CARRIED, CARRIED_IN, NOT_PAID, NOTIFIED, RETURNED
from ledger.reports.figures.payments import PAID
from ledger.reports.figures.plan import ACTIONS, COST, GRANTED
from ledger.reports.listing import Listing
from ledger.reports.programme import ActionFigures, programme_figures
from ledger.reports.synthesis import load_referential_facts
from ledger.reports.territories import HOW, KINDS, figures_by_territory
from ledger.reports.trend import CARRIED_TWICE, credits_added_up
from ledger.storage.session import acting_for

Row = Mapping[str, Value]

_CREDITS = (NOTIFIED, CARRIED_IN, GRANTED, PAID, NOT_PAID, AVAILABLE, CANCELLED, CARRIED, RETURNED)
_SEEN = (NOTIFIED, GRANTED, PAID, NOT_PAID)
_TITLES = {CARRIED_IN.name: "dont reporté"}
_OF_CREDITS = tuple(each.field(summed=True, shown=each in _SEEN, title=_TITLES.get(each.name, "")) for each in _CREDITS)
_OF_PLACES = (COST.field(summed=True), GRANTED.field(summed=True), PAID.field(summed=True))
_BASE = words("base", "base", shown=False, width=30)
_CONTRACT = code("contrat", "contrat", width=14)
_YEAR = Field("exercice", "exercice", Kind.ORDINAL)
_FINANCEUR = code("financeur", "financeur", width=40)
_NATURE = NATURE.but(width=20)
_FINANCEUR_NAME = words("financeur_nom", "nom")
_FINANCEUR_KIND = FINANCEUR_KIND.but(shown=False, width=26)
_PLACE = (code("territoire", "code", shown=False), words("nom", "territoire"), code("type", "type", width=10))
_WHICH = Field("contrats", "contrats", Kind.CODE, many=True, width=14)
_NOTHING: Row = dict.fromkeys((each.script_key for each in _CREDITS), ZERO)
_BY_PLACE = (
    "Rien n'est notifié à un territoire. Ce qu'il a reçu suit l'année de l'action ; sur une ligne, celle des crédits."
)
LINES = (
    _BASE,
    _CONTRACT,
    _YEAR,
    _FINANCEUR,
    _FINANCEUR_NAME,
    _FINANCEUR_KIND,
    code("ligne", "ligne", width=44),
    words("libelle", "libellé"),
    _NATURE,
    *_OF_CREDITS,
)
PLACES = (_BASE, _CONTRACT, _YEAR, *_PLACE, ACTIONS.field(summed=False), *_OF_PLACES)
CONTRACTS = (
    _BASE,
    _CONTRACT,
    words("contrat_nom", "nom", shown=False),
    code("epci", "EPCI", shown=False),
    words("epci_nom", "porté par", shown=False),
    count("exercices", "exercices"),
    *_OF_CREDITS,
)
YEARS = (_YEAR, *_OF_CREDITS)
FINANCEURS = (_FINANCEUR.but(shown=False), _FINANCEUR_NAME, _FINANCEUR_KIND, *_OF_CREDITS)
NATURES = (_NATURE, *_OF_CREDITS)
TERRITORIES = (*_PLACE, _WHICH, ACTIONS.field(summed=False), *_OF_PLACES)


@dataclass(frozen=True, slots=True)
class ContractFigures:
    """One contract of one base: who carries it, what became of each line's credits, what went to each territory.

    example: whether an action of its years is an example. first_seal: that of its first entry, "" without one.
    """

    base: str
    read: ContractRead
    years: int
    lines: tuple[Row, ...]
    places: tuple[Row, ...]
    example: bool
    first_seal: str

    @property
    def row(self) -> Row:
        """Who it is, its amounts apart."""
        contract, epci = self.read.contract, self.read.epci
        return {
            "base": self.base,
            "contrat": contract.code,
            "contrat_nom": contract.name,
            "epci": epci.siren,
            "epci_nom": epci.name,
            "exercices": self.years,
        }


def contracts_figures(session: Session, base: str, year: int | None = None) -> list[ContractFigures]:
    """Every contract of the base that has an exercice (this one), each as its own reports count it.

    base: its address, as shown.
    """
    found = []
    for read in read_contracts(session):
        with acting_for(session, read.contract.code):
            years = [each.year for each in exercices(session) if year in (None, each.year)]
            if years:
                found.append(_figures_of(session, base, read, years))
    return found


def _figures_of(session: Session, base: str, read: ContractRead, years: Sequence[int]) -> ContractFigures:
    of: dict[str, Value] = {"base": base, "contrat": read.contract.code}
    lines = tuple(of | row for row in _lines(session, years))
    programmes = {each: programme_figures(session, each) for each in years}
    places = tuple(of | row for row in _places(session, programmes))
    example = any(action.example for actions in programmes.values() for action in actions)
    first = session.scalar(select(Entry.seal).where(Entry.sequence == 1)) or ""
    return ContractFigures(base, read, len(years), lines, places, example, first)


def _lines(session: Session, years: Sequence[int]) -> Iterable[dict[str, Value]]:
    states, granted = consumption_of_years(session, years), granted_by_line(session, years)
    financeurs = {each.code: each for each in session.scalars(select(Financeur))}
    for each in (line for year in years for line in states[year]):
        figures = credits_added_up([each], granted)
        yield {
            "exercice": each.year,
            "financeur": each.financeur,
            "financeur_nom": financeurs[each.financeur].name,
            "financeur_type": financeurs[each.financeur].kind,
            "ligne": each.line,
            "libelle": each.label,
            "nature": each.nature,
            **{each.script_key: figures[each.script_key] for each in _CREDITS if each is not NOT_PAID},
            NOT_PAID.script_key: _amount(figures, "notifie") - _amount(figures, "verse"),
        }


def _places(session: Session, programmes: Mapping[int, Sequence[ActionFigures]]) -> Iterable[dict[str, Value]]:
    names = load_referential_facts(session).territories
    for year, actions in programmes.items():
        for each in figures_by_territory(actions, names):
            yield {
                "exercice": year,
                "territoire": each.code,
                "nom": each.name,
                "type": each.kind,
                "actions": len(each.actions),
                "cout": each.cost,
                "accorde": each.granted,
                "verse": each.paid,
            }


def _amount(row: Row, name: str) -> Money:
    value = row[name]
    assert isinstance(value, Money)
    return value


def _in_two_bases(contracts: Sequence[ContractFigures]) -> tuple[str, ...]:
    """What to look at: a contract of one EPCI that two bases hold may be there twice."""
    bases = grouped(((each.read.contract.code, each.read.epci.siren), each.base) for each in contracts)
    return tuple(
        f"Le contrat {contract} est dans {len(where)} bases : ses montants s'additionnent."
        for (contract, _), where in sorted(bases.items())
        if len(where) > 1
    )


def _territories(places: Sequence[Row]) -> tuple[Row, ...]:
    """Each territory once, QPV first, then veille, then the rest, each kind by name."""
    bare = [each for each in TERRITORIES if not each.many]
    key = [each.name for each in _PLACE]
    which = grouped((tuple(row[name] for name in key), row["contrat"]) for row in places)
    order = {kind: rank for rank, kind in enumerate((*KINDS, ""))}
    rows = [
        {**row, "contrats": tuple(sorted({str(each) for each in which[tuple(row[name] for name in key)]}))}
        for row in added_by(places, bare)
    ]
    return tuple(sorted(rows, key=lambda row: (order[str(row["type"])], not row["territoire"], str(row["nom"]))))


def added_by(rows: Iterable[Row], fields: Sequence[Field]) -> tuple[Row, ...]:
    """The rows added up by what these fields do not count, in the order of it; only what they declare is kept."""
    named = [each.name for each in fields if each.kind not in (Kind.AMOUNT, Kind.INTEGER)]
    counted = [each for each in fields if each.kind in (Kind.AMOUNT, Kind.INTEGER)]
    groups = grouped((tuple(row[name] for name in named), row) for row in rows)
    return tuple(
        dict(zip(named, key, strict=True)) | {each.name: _sum(its, each) for each in counted}
        for key, its in sorted(groups.items(), key=lambda group: [str(part) for part in group[0]])
    )


def _sum(rows: Iterable[Row], of: Field) -> Value:
    if of.kind is Kind.AMOUNT:
        return total(_amount(row, of.name) for row in rows)
    return sum(value for row in rows if isinstance(value := row[of.name], int))


def consolidated_report(contracts: Sequence[ContractFigures], of: str) -> dict[str, Listing]:
    """By its key for scripts: each view of the contracts, then every line and every place they are made of.

    of: what is to be known of the contracts, as titles say it.
    """
    lines = [row for each in contracts for row in each.lines]
    places = [row for each in contracts for row in each.places]
    of_base = (_BASE.but(shown=len({each.base for each in contracts}) > 1), *CONTRACTS[1:])
    whole = tuple({**each.row, **next(iter(added_by(each.lines, _OF_CREDITS)), _NOTHING)} for each in contracts)
    return {
        "contrats": Listing(f"Contrats{of}", of_base, whole, notes=_in_two_bases(contracts)),
        "exercices": Listing(f"Exercices{of}", YEARS, added_by(lines, YEARS), notes=(CARRIED_TWICE,)),
        "financeurs": Listing(f"Financeurs{of}", FINANCEURS, added_by(lines, FINANCEURS)),
        "natures": Listing(f"Natures de crédits{of}", NATURES, added_by(lines, NATURES)),
        "territoires": Listing(f"Territoires{of}", TERRITORIES, _territories(places), notes=(HOW, _BY_PLACE)),
        "lignes": Listing(f"Lignes de crédits{of}", LINES, tuple(lines)),
        "lieux": Listing(f"Territoires, contrat par contrat{of}", PLACES, tuple(places), notes=(HOW, _BY_PLACE)),
    }
