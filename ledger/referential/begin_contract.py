"""What a new contract begins with: the national geography for its EPCI, a shipped model, or another contract."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.period import french_day
from ledger.referential.contracts import NEW_QPV, NEW_QPV_OVERSEAS, QPV_KIND, read_contract
from ledger.referential.framework import WORDS, Framework, framework_of
from ledger.referential.geography import find_epci, national_qpv, time_zone_of
from ledger.referential.model import (
    Axis,
    Commune,
    ContractAccount,
    CreditLine,
    Epci,
    Financeur,
    Territory,
    TerritoryCommune,
    TerritoryPopulation,
)
from ledger.referential.prefill import NATIONAL_MODEL, framework_of_communes, framework_of_epci
from ledger.referential.seed import shipped_epcis, shipped_framework
from ledger.referential.shipped_models import model_names
from ledger.storage.history import Record
from ledger.storage.session import over_all_contracts

_SIREN_DIGITS = 9


class NothingToBeginWith(LedgerError):
    """A contract for which the model, or the other contract, has no framework."""

    code = "cadre_absent"


@dataclass(frozen=True, slots=True)
class Beginning:
    """The framework of a new contract, the model whose rules are its own, and how codes of another contract change."""

    framework: Framework
    model: str
    renamed: dict[str, str]

    @property
    def time_zone(self) -> str:
        """That of its communes: those of its own list, else those where its quartiers lie, by INSEE code."""
        listed = [str(row["insee"]) for row in self.framework.get(Commune, ())]
        return time_zone_of(listed or [str(row["commune_name"]) for row in self.framework.get(TerritoryCommune, ())])

    @property
    def uncounted(self) -> list[str]:
        """The QPV whose population nobody publishes by EPCI, or at all."""
        counted = {row["territory"] for row in self.framework.get(TerritoryPopulation, ())}
        quartiers = (row for row in self.framework.get(Territory, ()) if row["kind"] == QPV_KIND)
        return [str(row["code"]) for row in quartiers if row["code"] not in counted]


def begin_without_epci(communes: Sequence[str], siren: str, name: str, first: date, *, other: str = "") -> Beginning:
    """What the contract of a commune, or of a collectivité, begins with from this day where no EPCI holds its QPV.

    communes: INSEE codes. siren, name: of who carries it. other: a model or a contract named as well, which is refused.
    raises: NotFound, InvalidValue, NothingToBeginWith.
    """
    if other:
        raise InvalidValue(
            f"Un contrat pris par commune part de la géographie nationale, pas de {other}.", "Gardez l'un des deux."
        )
    if not name.strip():
        raise InvalidValue(
            "Le nom de la commune ou de la collectivité qui porte le contrat manque.",
            'Donnez-le avec son SIREN : --porteur "Commune de …" --epci SIREN.',
        )
    if first < NEW_QPV_OVERSEAS:
        raise NothingToBeginWith(
            f"Les quartiers de ces communes sont ceux du {french_day(NEW_QPV_OVERSEAS)}, pas du {french_day(first)}.",
            f"Commencez ce jour-là : --du {NEW_QPV_OVERSEAS}.",
        )
    typed = "".join(siren.split())
    if not (typed.isascii() and typed.isdigit() and len(typed) == _SIREN_DIGITS):
        raise InvalidValue(f"« {siren.strip()} » n'est pas un SIREN.", "Écrivez les neuf chiffres du SIREN du porteur.")
    return Beginning(framework_of_communes(communes, typed, name.strip()), NATIONAL_MODEL, {})


def begin_contract(session: Session, siren: str, first: date, *, model: str = "", source: str = "") -> Beginning:
    """What the contract of this EPCI begins with from this day.

    model: a shipped one. source: the code of a contract of this base, which answers instead of a model.
    raises: NotFound, InvalidValue, NothingToBeginWith.
    """
    if model and source:
        raise InvalidValue("Un contrat part d'un modèle ou d'un autre contrat, pas des deux.", "Gardez l'un des deux.")
    if source:
        return _copied(session, siren, source, first)
    chosen = model.strip() or NATIONAL_MODEL
    if chosen not in model_names():
        raise InvalidValue(f"« {chosen} » n'est pas un modèle de contrat.", f"Modèles : {', '.join(model_names())}.")
    if chosen != NATIONAL_MODEL:
        if first >= NEW_QPV:
            raise NothingToBeginWith(
                f"Le modèle {chosen} est sur les quartiers prioritaires de 2015, qui ne valent plus depuis le"
                f" {french_day(NEW_QPV)}.",
                f"Partez de la géographie nationale : --modele {NATIONAL_MODEL}.",
            )
        return Beginning(_of_model(chosen, siren), chosen, {})
    if first < NEW_QPV:
        raise NothingToBeginWith(
            f"La géographie livrée est celle de {NEW_QPV.year} : elle ne dit rien du {french_day(first)}.",
            f"Partez d'un autre contrat (--depuis CODE) ou d'un modèle (--modele : {', '.join(model_names())}).",
        )
    return Beginning(_national(session, siren), chosen, {})


def _national(session: Session, siren: str) -> Framework:
    known = _known_epci(session, siren)
    if known is None:
        return framework_of_epci(find_epci(siren).siren)
    found = framework_of_epci(known.siren, known.code, known.short_name, known.article)
    for each in (*found[Epci], *found[Financeur]):
        if each["code"] == known.code:
            each["name"] = known.name
    return found


def _known_epci(session: Session, siren: str) -> Epci | None:
    """The EPCI as a contract of the base calls it already."""
    with over_all_contracts():
        return session.scalar(select(Epci).where(Epci.siren == siren).order_by(Epci.contract).limit(1))


def _of_model(model: str, siren: str) -> Framework:
    epcis = list(shipped_epcis())
    if all(each["siren"] != siren for each in epcis):
        raise NothingToBeginWith(
            f"Le modèle {model} n'est pas celui de l'EPCI {siren}.",
            f"Partez de la géographie nationale : --modele {NATIONAL_MODEL}.",
        )
    return {Epci: epcis, **shipped_framework(model)}


def _copied(session: Session, siren: str, source: str, first: date) -> Beginning:
    """The framework of another contract: whole for one of the same EPCI, else without its places, under its name.

    Its quartiers prioritaires are those of its first day.
    """
    read = read_contract(session, source)
    framework = framework_of(session, read.contract.code)
    if read.epci.siren == siren:
        kept = _of_its_time(framework, first, _national(session, siren))
        return Beginning(kept, read.contract.model, {})
    own = dict(_national(session, siren))
    carrier = next(each for each in own[Epci] if each["siren"] == siren)
    renamed = {read.epci.code: str(carrier["code"])}
    own[Financeur] = [_renamed(each, renamed) for each in framework[Financeur]]
    for each in own[Financeur]:
        if each["code"] == carrier["code"]:
            each["name"] = carrier["name"]
    own[CreditLine] = [_renamed(each, renamed) for each in framework[CreditLine]]
    own |= {Axis: framework[Axis]} | {entity: framework[entity] for entity in WORDS}
    own[ContractAccount] = [{**_renamed(each, renamed), "to_confirm": True} for each in framework[ContractAccount]]
    return Beginning(_of_its_time(own, first, own), read.contract.model, renamed)


def _of_its_time(framework: Framework, first: date, national: Framework) -> Framework:
    """The framework without the quartiers prioritaires of another time, and with those of 2024 where it is theirs."""
    shipped, of_2024 = {each.code for each in national_qpv()}, first >= NEW_QPV
    quartiers = {str(row["code"]) for row in framework[Territory] if row["kind"] == QPV_KIND}
    others = {code for code in quartiers if (code in shipped) != of_2024}
    if not others:
        return framework
    added = {str(row["code"]) for row in national[Territory] if of_2024 and row["kind"] == QPV_KIND} - quartiers
    places: Framework = {
        entity: [
            *(row for row in framework[entity] if row[named] not in others),
            *(row for row in national[entity] if row[named] in added),
        ]
        for entity, named in ((Territory, "code"), (TerritoryPopulation, "territory"), (TerritoryCommune, "territory"))
    }
    return {**framework, **places}


def _renamed(row: Record, renamed: dict[str, str]) -> Record:
    return {
        **row,
        **{name: renamed_code(str(row[name]), renamed) for name in ("code", "financeur", "party") if name in row},
    }


def renamed_code(code: str, renamed: dict[str, str]) -> str:
    """The code, of a financeur, a line or a rule, once the EPCI it is named after has its own."""
    for before, after in renamed.items():
        code = re.sub(rf"(?<![^-]){re.escape(before)}(?![^-])", after, code)
    return code
