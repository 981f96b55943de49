"""The common facts shipped with the product, read from its CSV files; loading them twice changes nothing."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from importlib.resources import files

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.identifiers import code_from_name
from ledger.journal.model import Contract
from ledger.referential.model import (
    ChartAccount,
    Commune,
    CreditLine,
    Epci,
    Financeur,
    Objective,
    Territory,
    TerritoryCommune,
    TerritoryPopulation,
)
from ledger.storage.base import Base


def _rows(name: str) -> Iterator[dict[str, str]]:
    with files("ledger.referential").joinpath(f"seed/{name}.csv").open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


def load_contracts(session: Session) -> None:
    """The contracts and the EPCIs that carry them."""
    for row in _rows("epci"):
        session.merge(Epci(code=row["code"], siren=row["siren"], name=row["nom"]))
        session.merge(
            Contract(code=row["contrat"], name=row["contrat_nom"], epci=row["code"], epci_financeur=row["code"])
        )
    session.flush()


def load_referential(session: Session) -> None:
    """The contracts, financeurs, credit lines, communes, territories, objectives and charts of accounts."""
    load_contracts(session)
    for group in (*_named_facts(), _communes(), _accounts()):
        facts = list(group)
        # What a session holds it merges without a question.
        known = [fact for entity in {type(each) for each in facts} for fact in session.scalars(select(entity))]
        for fact in facts:
            if known:
                session.merge(fact)
            else:
                session.add(fact)
        session.flush()


def _named_facts() -> tuple[Iterable[Base], ...]:
    return (_financeurs(), _lines(), _objectives(), _qpv(), _veille(), _outside())


def named_facts() -> Iterator[Base]:
    """The facts users name by a code (financeurs, lines, objectives, territories), without any base."""
    for group in _named_facts():
        yield from group


def _financeurs() -> Iterable[Base]:
    return (
        Financeur(
            code=row["code"],
            name=row["nom"],
            kind=row["type"],
            role=row["role"],
            source=row["source"],
            statut=row["statut"] or None,
        )
        for row in _rows("financeurs")
    )


def _lines() -> Iterable[Base]:
    return (
        CreditLine(
            code=row["code"],
            financeur=row["financeur"],
            label=row["libelle"],
            nature=row["nature"],
            territories=_kinds(row["territoires_eligibles"]),
            source=row["source"],
            rank=rank,
        )
        for rank, row in enumerate(_rows("lignes_de_credit"), start=1)
    )


def _kinds(text: str) -> str:
    return "|".join(part.split()[0] for part in text.split("|"))


def _communes() -> Iterable[Base]:
    codes = {row["siren"]: row["code"] for row in _rows("epci")}
    return (
        Commune(
            insee=row["commune_code"],
            siren=row["commune_siren"],
            name=row["commune_nom"],
            epci=codes[row["epci_siren"]],
            population=int(row["population_municipale"]),
        )
        for row in _rows("communes")
    )


def _objectives() -> Iterable[Base]:
    return (
        Objective(
            code=row["objectif"],
            label=row["objectif_libelle"],
            priority=row["priorite"],
            priority_label=row["priorite_libelle"],
            axis=row["axe"],
            axis_label=row["axe_libelle"],
        )
        for row in _rows("axes")
    )


def _qpv() -> Iterable[Base]:
    for row in _rows("quartiers_prioritaires"):
        code = code_from_name(row["nom"])
        yield Territory(code=code, name=row["nom"], kind="qpv", epci=row["epci_pilote"], source=row["source"])
        for commune in row["communes"].split("|"):
            yield TerritoryCommune(territory=code, commune_name=commune)
        for epci in ("CAPH", "CAVM"):
            if population := int(row[f"population_{epci.lower()}"]):
                yield TerritoryPopulation(territory=code, commune="", epci=epci, population=population)


def _veille() -> Iterable[Base]:
    for row in _rows("territoires_veille_active"):
        name = f"Veille {row['commune']}"
        code = code_from_name(name)
        yield Territory(code=code, name=name, kind="veille", epci="CAPH", source=row["source"])
        yield TerritoryCommune(territory=code, commune_name=row["commune"])


def _outside() -> Iterable[Base]:
    yield Territory(code="HORS", name="Hors territoires du contrat", kind="hors", epci="CAPH", source="§3.2")


def _accounts() -> Iterable[Base]:
    return (
        ChartAccount(
            nomenclature=row["nomenclature"],
            variant=row["variante"],
            year=int(row["exercice"]),
            account=row["compte"],
            label=row["libelle"],
        )
        for row in _rows("comptes")
    )
