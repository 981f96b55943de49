"""What a contract of 2024 begins with, made of the national geography for its EPCI: to be completed and confirmed."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence

from ledger.core.identifiers import code_from_name
from ledger.referential.financeurs import codes_of_commune
from ledger.referential.framework import Framework
from ledger.referential.geography import (
    EPCI_SOURCE,
    QPV_POPULATION_SOURCE,
    QPV_POPULATION_YEAR,
    QPV_SOURCE,
    NationalCommune,
    NationalEpci,
    NationalQpv,
    communes_of_epci,
    find_epci,
    qpv_of_epci,
    qpv_without_epci,
)
from ledger.referential.model import (
    Axis,
    Commune,
    CreditLine,
    Epci,
    Financeur,
    Territory,
    TerritoryCommune,
    TerritoryPopulation,
)
from ledger.referential.shipped_models import model_file
from ledger.referential.shipped_words import shipped_words
from ledger.referential.vocabulary import LineNature, PorteurKind, Statut
from ledger.storage.history import Record

NATIONAL_MODEL = "quartiers-2030"
_LONGEST = 24
_OF_WHAT = {"CA": "Communauté d'agglomération", "CC": "Communauté de communes", "CU": "Communauté urbaine"}
_ARTICLES = (("Eurométropole", "l'"), ("Métropole", "la"), *((short, "la") for short in _OF_WHAT))


def epci_record(epci: NationalEpci, code: str = "", short_name: str = "", article: str | None = None) -> Record:
    """The EPCI as a contract keeps it: its official name in full, and how a sentence calls it.

    code: its own where one is given, else made of its name. short_name, article: given together, else those of the
    national list ("la CU du Grand Reims").
    """
    kind, _, rest = epci.name.partition(" ")
    name = f"{_OF_WHAT[kind]} {rest}" if kind in _OF_WHAT else epci.name
    usual = next((each for word, each in _ARTICLES if epci.name.startswith(word)), "")
    return {
        "code": code or default_epci_code(epci),
        "siren": epci.siren,
        "name": name,
        "short_name": short_name or epci.name,
        "article": article if article is not None and short_name else usual,
    }


def default_epci_code(epci: NationalEpci) -> str:
    """A code of 24 characters at most, made of the first words of the name: "CA-GRAND-REIMS"."""
    return default_code(re.sub(r"^(C[ACU]) (?:de la |de l'|des |du |de |d')", r"\1 ", epci.name, flags=re.IGNORECASE))


def default_code(name: str) -> str:
    """A code of 24 characters at most, made of the first words of a name."""
    whole = code_from_name(name)
    return whole if len(whole) <= _LONGEST else whole[: _LONGEST + 1].rpartition("-")[0] or whole[:_LONGEST]


def framework_of_epci(siren: str, code: str = "", short_name: str = "", article: str | None = None) -> Framework:
    """The EPCI and those it shares a QPV with, its communes, its QPV, the usual lines: everything to be confirmed.

    A QPV shared by two EPCI has no population here: none is published by EPCI, and the user enters it. Each commune
    with a QPV is a financeur of its own. raises: NotFound, for a SIREN that is not on the national list.
    """
    epci, quartiers = find_epci(siren), qpv_of_epci(siren)
    own = epci_record(epci, code, short_name, article)
    neighbours = sorted({other for qpv in quartiers for other in qpv.epcis} - {epci.siren})
    epcis = [own, *(epci_record(find_epci(other)) for other in neighbours)]
    communes = communes_of_epci(epci.siren)
    names = {each.insee: each.name for other in (epci.siren, *neighbours) for each in communes_of_epci(other)}
    held = [each for each in communes if any(each.insee in qpv.communes for qpv in quartiers)]
    payers = _payers(held)
    return {
        Epci: epcis,
        Financeur: [*_financeurs(own), *(each for each, _ in payers)],
        **shipped_words(NATIONAL_MODEL),
        Axis: [],
        Commune: [_commune(each, str(own["code"])) for each in communes if each.population is not None],
        CreditLine: _ranked([*_lines(own), *(each for _, each in payers)]),
        Territory: [*(_quartier(qpv, str(own["code"])) for qpv in quartiers), _outside(str(own["code"]))],
        TerritoryCommune: [
            {"territory": qpv.code, "commune_name": names.get(insee, insee)}
            for qpv in quartiers
            for insee in qpv.communes
        ],
        TerritoryPopulation: [
            _population(qpv, str(own["code"]))
            for qpv in quartiers
            if len(qpv.epcis) == 1 and qpv.population is not None
        ],
    }


def _article_of(name: str) -> str:
    return "la" if name.partition(" ")[0] in ("Commune", "Ville", "Collectivité") else ""


def framework_of_communes(communes: Sequence[str], siren: str, name: str) -> Framework:
    """The QPV of no EPCI of these communes, carried by one of them or by a collectivité of this SIREN and name.

    No population is published for them: it is unknown, and asked. communes: INSEE codes. raises: NotFound.
    """
    quartiers = qpv_without_epci(communes)
    code = default_code(name)
    own: Record = {"code": code, "siren": siren, "name": name, "short_name": name, "article": _article_of(name)}
    carrier = {"kind": PorteurKind.COMMUNE, "statut": Statut.COMMUNE, "source": "Saisie, à confirmer"}
    payers = [{**row, **carrier} if row["code"] == code else row for row in _financeurs(own)]
    return {
        Epci: [own],
        Financeur: payers,
        **shipped_words(NATIONAL_MODEL),
        Axis: [],
        Commune: [],
        CreditLine: _ranked(list(_lines(own))),
        Territory: [*(_quartier(qpv, code) for qpv in quartiers), _outside(code)],
        TerritoryCommune: [
            {"territory": qpv.code, "commune_name": insee} for qpv in quartiers for insee in qpv.communes
        ],
        TerritoryPopulation: [],
    }


def _rows(name: str, epci: Mapping[str, object]) -> Iterator[dict[str, str]]:
    words = {"{EPCI}": str(epci["code"]), "{NOM_EPCI}": str(epci["name"])} if epci else {}
    with model_file(NATIONAL_MODEL, f"{name}.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            for word, said in words.items():
                row = {column: value.replace(word, said) for column, value in row.items()}
            yield row


def _financeurs(epci: Record) -> Iterator[Record]:
    for row in _rows("financeurs", epci):
        yield {
            "code": row["code"],
            "name": row["nom"],
            "kind": row["type"],
            "role": row["role"],
            "source": row["source"],
            "statut": row["statut"] or None,
            "to_confirm": True,
        }


def _lines(epci: Record) -> Iterator[Record]:
    for row in _rows("lignes_de_credit", epci):
        yield _line(
            row["code"], row["financeur"], row["libelle"], row["nature"], row["territoires_eligibles"], row["source"]
        )


def _line(code: str, financeur: str, label: str, nature: str, territories: str, source: str) -> Record:
    return {
        "code": code,
        "financeur": financeur,
        "label": label,
        "nature": nature,
        "territories": territories,
        "source": source,
        "to_confirm": True,
    }


def _ranked(lines: Sequence[Record]) -> list[Record]:
    return [{**line, "rank": rank} for rank, line in enumerate(lines, start=1)]


def _payers(communes: Sequence[NationalCommune]) -> list[tuple[Record, Record]]:
    """Each commune as a financeur, and its line."""
    codes = [codes_of_commune(each.insee, each.name)[0] for each in communes]
    found = []
    for commune, code in zip(communes, codes, strict=True):
        if codes.count(code) > 1 or len(code) > 40 - len("-PDV"):
            code = codes_of_commune(commune.insee, commune.name)[1]
        financeur = {
            "code": code,
            "name": f"{commune.name} (commune)",
            "kind": PorteurKind.COMMUNE,
            "role": "credits_specifiques",
            "source": str(EPCI_SOURCE),
            "statut": Statut.COMMUNE,
            "to_confirm": True,
        }
        label = f"Participation communale : {commune.name}"
        found.append((financeur, _line(f"{code}-PDV", code, label, LineNature.SPECIFIC, "qpv|veille|hors", "Usage")))
    return found


def _commune(commune: NationalCommune, epci: str) -> Record:
    return {
        "insee": commune.insee,
        "siren": "",
        "name": commune.name,
        "epci": epci,
        "population": commune.population,
    }


def _quartier(qpv: NationalQpv, epci: str) -> Record:
    return {"code": qpv.code, "name": qpv.name, "kind": "qpv", "epci": epci, "source": str(QPV_SOURCE)}


def _outside(epci: str) -> Record:
    return {
        "code": "HORS",
        "name": "Hors territoires du contrat",
        "kind": "hors",
        "epci": epci,
        "source": "Par définition",
    }


def _population(qpv: NationalQpv, epci: str) -> Record:
    return {
        "territory": qpv.code,
        "commune": "",
        "epci": epci,
        "population": qpv.population,
        "source": str(QPV_POPULATION_SOURCE),
        "vintage": QPV_POPULATION_YEAR,
    }
