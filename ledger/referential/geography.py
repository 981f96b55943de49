"""The national geography shipped with the product: EPCI, their communes and their QPV of 2024; read only when asked.

Sources, licences and vintages: geographie/SOURCES.md. A population that is not published is None, never zero.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from ledger.core.errors import NotFound
from ledger.core.identifiers import plain_words
from ledger.core.source import Source

EPCI_SOURCE = Source("INSEE et DGCL, code officiel géographique au 1er janvier 2026", "Etalab, découpage administratif")
QPV_SOURCE = Source("Décret 2023-1314 du 28 décembre 2023 corrigé par le décret 2024-806", "ANCT, QP2024")
QPV_POPULATION_SOURCE = Source("INSEE, population municipale des quartiers prioritaires", "QP2024")
QPV_POPULATION_YEAR = 2026
WITHOUT_EPCI = "NA"


@dataclass(frozen=True, slots=True)
class NationalEpci:
    """An EPCI, a territory of the Grand Paris or Paris, as the national list has it.

    kind: CA, CC, CU, METRO, MET69, EPT or commune (Paris). communes: how many it counts.
    """

    siren: str
    name: str
    kind: str
    population: int | None
    communes: int


@dataclass(frozen=True, slots=True)
class NationalCommune:
    """A commune and its municipal population, None where it is not published with the list."""

    insee: str
    name: str
    population: int | None


@dataclass(frozen=True, slots=True)
class NationalQpv:
    """A quartier prioritaire of 2024. communes: INSEE codes; epcis: SIREN, none overseas, two for seventeen of them.

    population: of the whole quartier; no source shares it between communes or EPCI.
    """

    code: str
    name: str
    department: str
    communes: tuple[str, ...]
    epcis: tuple[str, ...]
    population: int | None


def _rows(name: str) -> list[dict[str, str]]:
    with files("ledger.referential").joinpath(f"geographie/{name}.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def _known(text: str) -> int | None:
    return int(text) if text else None


@lru_cache(maxsize=1)
def national_epcis() -> dict[str, NationalEpci]:
    """Every EPCI of the national list, by SIREN."""
    return {
        row["siren"]: NationalEpci(
            row["siren"],
            row["nom"],
            row["type"],
            _known(row["population_municipale"]),
            int(row["nombre_de_communes"]),
        )
        for row in _rows("epci")
    }


@lru_cache(maxsize=1)
def national_qpv() -> tuple[NationalQpv, ...]:
    """Every QPV of 2024, by code."""
    return tuple(
        NationalQpv(
            row["code"],
            row["nom"],
            row["departement"],
            tuple(row["communes"].split(";")),
            () if row["epci"] == WITHOUT_EPCI else tuple(row["epci"].split(";")),
            _known(row["population_municipale"]),
        )
        for row in _rows("qpv_2024")
    )


def find_epci(siren: str) -> NationalEpci:
    """The EPCI of this SIREN, spaces apart.

    raises: NotFound, which names the EPCI whose name holds what was typed.
    """
    typed = "".join(siren.split())
    if found := national_epcis().get(typed):
        return found
    words = plain_words(siren)
    near = [
        each for each in national_epcis().values() if words and not typed.isdigit() and words in plain_words(each.name)
    ]
    if near:
        remedy = "Écrivez son SIREN : " + ", ".join(f"{each.siren} ({each.name})" for each in near[:5]) + "."
    else:
        remedy = "Écrivez les neuf chiffres du SIREN, ou des mots du nom de l'EPCI pour le retrouver."
    raise NotFound(f"Aucun EPCI de SIREN « {siren.strip()} » dans la liste nationale de 2026.", remedy)


@lru_cache(maxsize=1)
def _communes() -> dict[str, tuple[NationalCommune, ...]]:
    found: dict[str, list[NationalCommune]] = {}
    for row in _rows("communes_des_epci"):
        commune = NationalCommune(row["insee"], row["nom"], _known(row["population_municipale"]))
        found.setdefault(row["epci"], []).append(commune)
    return {siren: tuple(sorted(each, key=lambda one: plain_words(one.name))) for siren, each in found.items()}


def communes_of_epci(siren: str) -> tuple[NationalCommune, ...]:
    """The communes of an EPCI that counts a QPV, by name; () for another, whose communes are not shipped.

    Paris is its own only commune. raises: NotFound.
    """
    epci = find_epci(siren)
    if epci.kind == "commune":
        [insee] = {commune for qpv in qpv_of_epci(epci.siren) for commune in qpv.communes}
        return (NationalCommune(insee, epci.name, epci.population),)
    return _communes().get(epci.siren, ())


def qpv_of_epci(siren: str) -> tuple[NationalQpv, ...]:
    """The QPV that lie in the EPCI, those it shares included, by code. raises: NotFound."""
    epci = find_epci(siren)
    return tuple(qpv for qpv in national_qpv() if epci.siren in qpv.epcis)


def time_zone_of(communes: Iterable[str]) -> str:
    """The time zone of these communes, by INSEE code: that of the first overseas, else that of Paris."""
    zones = {row["departement"]: row["fuseau"] for row in _rows("fuseaux")}
    return next((zones[insee[:3]] for insee in communes if insee[:3] in zones), "Europe/Paris")


def qpv_without_epci(communes: Sequence[str]) -> tuple[NationalQpv, ...]:
    """The QPV of no EPCI that lie in these communes, by INSEE code.

    raises: NotFound for a commune that has none, which says its EPCI or the communes that have some.
    """
    for insee in communes:
        there = qpv_of_commune(insee)
        if epcis := sorted({epci for qpv in there for epci in qpv.epcis}):
            raise NotFound(
                f"Les quartiers de la commune {insee} sont d'un EPCI : {find_epci(epcis[0]).name}.",
                f"Créez le contrat de l'EPCI : --epci {epcis[0]}, sans --commune.",
            )
        if not there:
            known = sorted({each for qpv in national_qpv() if not qpv.epcis for each in qpv.communes})
            raise NotFound(
                f"Aucun quartier prioritaire hors EPCI dans la commune « {insee} ».",
                f"Écrivez son code INSEE ; communes qui en ont : {', '.join(known)}.",
            )
    return tuple(qpv for qpv in national_qpv() if not qpv.epcis and set(communes).intersection(qpv.communes))


def qpv_of_commune(insee: str) -> tuple[NationalQpv, ...]:
    """The QPV that lie in the commune of this INSEE code, by code: also those of no EPCI (Polynésie, Saint-Martin)."""
    return tuple(qpv for qpv in national_qpv() if insee in qpv.communes)
