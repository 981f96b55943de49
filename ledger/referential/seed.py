"""The facts shipped with the product, read from its CSV files; loading them twice changes nothing."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from importlib.resources import files
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.identifiers import code_from_name
from ledger.journal.model import Contract, ContractAct
from ledger.journal.vocabulary import ContractActKind, ContractFrame
from ledger.referential.framework import WORDS, Framework, record_framework
from ledger.referential.model import (
    Axis,
    ChartAccount,
    Commune,
    CreditLine,
    Epci,
    Financeur,
    Territory,
    TerritoryCommune,
    TerritoryPopulation,
)
from ledger.referential.shipped_models import default_model, model_file, model_paragraphs
from ledger.referential.shipped_words import shipped_words
from ledger.storage.history import Record, insert_records
from ledger.storage.instants import instant_of_record


def _rows(name: str, model: str = "") -> Iterator[dict[str, str]]:
    """Those of a file of a model, that of a base made without an option by default."""
    with model_file(model or default_model(), f"{name}.csv").open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


def _charts() -> Iterator[dict[str, str]]:
    with files("ledger.referential").joinpath("seed/comptes.csv").open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


def load_contracts(session: Session) -> list[str]:
    """The contracts and the EPCIs that carry them; gives the codes of those that were not there."""
    known, made = set(session.scalars(select(Contract.code))), []
    for row in _rows("epci"):
        if (code := row["contrat"]) in known:
            continue
        signed_on = date.fromisoformat(row["signe_le"]) if row["signe_le"] else None
        session.add(
            Contract(
                code=code,
                name=row["contrat_nom"],
                epci=row["code"],
                epci_financeur=row["code"],
                starts_on=date.fromisoformat(row["du"]),
                ends_on=date.fromisoformat(row["au"]),
                signed_on=signed_on,
                frame=ContractFrame.PILLARS.value,
                source=row["source"],
                model=row["modele"],
            )
        )
        session.flush()
        record_framework(session, code, {Epci: list(shipped_epcis())})
        insert_records(session, {ContractAct: list(_extensions(code, instant_of_record(session)))})
        made.append(code)
    return made


def load_referential(session: Session) -> None:
    """The contracts, each with what its own model says of it; the charts of accounts."""
    for contract in load_contracts(session):
        record_framework(session, contract, shipped_framework(session.get_one(Contract, contract).model))
    if session.scalar(select(ChartAccount.account).limit(1)) is None:
        insert_records(session, {ChartAccount: list(_accounts())})


def shipped_framework(model: str = "") -> Framework:
    """What a contract of a model begins with, its EPCIs apart, without any base.

    model: that of a base made without an option by default. raises: NotFound, for one that is not shipped.
    """
    if model and (known := model_file(model, "referentiel.toml")).exists():
        return _known_of(tomllib.loads(known.read_text(encoding="utf-8")))
    territories, communes, populations = _places()
    return {
        Financeur: list(_financeurs()),
        CreditLine: list(_lines()),
        Axis: list(_axes()),
        **shipped_words(model or default_model()),
        Commune: list(_communes()),
        Territory: territories,
        TerritoryCommune: communes,
        TerritoryPopulation: populations,
    }


def shipped_epcis() -> Iterable[Record]:
    """The EPCIs of the shipped contracts."""
    return (
        {
            "code": row["code"],
            "siren": row["siren"],
            "name": row["nom"],
            "short_name": row["nom_court"],
            "article": row["article"],
        }
        for row in _rows("epci")
    )


def _extensions(contract: str, at: datetime) -> Iterable[Record]:
    return (
        {
            "contract": contract,
            "rank": rank,
            "kind": ContractActKind.EXTENSION.value,
            "decided_on": date.fromisoformat(row["decidee_le"]),
            "ends_on": date.fromisoformat(row["au"]),
            "piece": row["texte"],
            "to_confirm": True,
            "recorded_at": at,
            "agent": "",
            "command": "",
        }
        for rank, row in enumerate(_rows("prolongations"), start=1)
    )


def _financeurs() -> Iterable[Record]:
    return (
        {
            "code": row["code"],
            "name": row["nom"],
            "kind": row["type"],
            "role": row["role"],
            "source": row["source"],
            "statut": row["statut"] or None,
        }
        for row in _rows("financeurs")
    )


def _lines() -> Iterable[Record]:
    return (
        {
            "code": row["code"],
            "financeur": row["financeur"],
            "label": row["libelle"],
            "nature": row["nature"],
            "territories": "|".join(part.split()[0] for part in row["territoires_eligibles"].split("|")),
            "source": row["source"],
            "rank": rank,
        }
        for rank, row in enumerate(_rows("lignes_de_credit"), start=1)
    )


def _axes() -> Iterator[Record]:
    """Axes, then priorities, then objectives; ranked in the order of the text."""
    levels: tuple[dict[str, Record], ...] = ({}, {}, {})
    rank = 0
    for row in _rows("axes"):
        parent = None
        for level, name in zip(levels, ("axe", "priorite", "objectif"), strict=True):
            if (code := row[name]) not in level:
                rank += 1
                level[code] = {"code": code, "label": row[f"{name}_libelle"], "parent": parent, "rank": rank}
            parent = code
    for level in levels:
        yield from level.values()


def _communes() -> Iterable[Record]:
    codes = {row["siren"]: row["code"] for row in _rows("epci")}
    return (
        {
            "insee": row["commune_code"],
            "siren": row["commune_siren"],
            "name": row["commune_nom"],
            "epci": codes[row["epci_siren"]],
            "population": int(row["population_municipale"]),
        }
        for row in _rows("communes")
    )


def _places() -> tuple[list[Record], list[Record], list[Record]]:
    """Territories, the communes they lie over, the inhabitants they have in each EPCI."""
    territories: list[Record] = []
    communes: list[Record] = []
    populations: list[Record] = []
    epcis = [row["code"] for row in _rows("epci")]
    carrier = epcis[0]
    for row in _rows("quartiers_prioritaires"):
        code = code_from_name(row["nom"])
        territories.append(_place(code, row["nom"], "qpv", row["epci_pilote"], row["source"]))
        communes += ({"territory": code, "commune_name": each} for each in row["communes"].split("|"))
        for epci in epcis:
            if population := int(row[f"population_{epci.lower()}"]):
                populations.append({"territory": code, "commune": "", "epci": epci, "population": population})
    for row in _rows("territoires_veille_active"):
        name = f"Veille {row['commune']}"
        code = code_from_name(name)
        territories.append(_place(code, name, "veille", carrier, row["source"]))
        communes.append({"territory": code, "commune_name": row["commune"]})
    paragraph = model_paragraphs(default_model())["territoires"]
    territories.append(_place("HORS", "Hors territoires du contrat", "hors", carrier, paragraph))
    return territories, communes, populations


def _place(code: str, name: str, kind: str, epci: str, source: str) -> Record:
    return {"code": code, "name": name, "kind": kind, "epci": epci, "source": source}


def _known_of(declared: Mapping[str, Any]) -> Framework:
    """The part of another model that this one says is known of its contract: all to be confirmed, and no axis."""
    whole, epci = shipped_framework(declared["comme"]), declared["epci"]
    financeurs = [row for row in whole[Financeur] if row["code"] in declared["financeurs"]]
    lines = [row for row in whole[CreditLine] if row["code"] in declared["lignes"]]
    populations = [row for row in whole[TerritoryPopulation] if row["epci"] == epci]
    places = {row["territory"] for row in populations}
    territories = [{**row, "epci": epci} for row in whole[Territory] if row["code"] in places or row["kind"] == "hors"]
    open_to_doubt = {"to_confirm": True}
    return {
        Financeur: [{**row, **open_to_doubt} for row in financeurs],
        CreditLine: [{**row, **open_to_doubt} for row in lines],
        Axis: [],
        **{entity: whole[entity] for entity in WORDS},
        Commune: [row for row in whole[Commune] if row["epci"] == epci],
        Territory: [{**row, **open_to_doubt} for row in territories],
        TerritoryCommune: [row for row in whole[TerritoryCommune] if row["territory"] in places],
        TerritoryPopulation: populations,
    }


def _accounts() -> Iterable[Record]:
    return (
        {
            "nomenclature": row["nomenclature"],
            "variant": row["variante"],
            "year": int(row["exercice"]),
            "account": row["compte"],
            "label": row["libelle"],
        }
        for row in _charts()
    )
