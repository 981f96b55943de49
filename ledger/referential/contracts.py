"""The contract of a session, its EPCIs and its days; every contract of the base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import LedgerError, NotFound
from ledger.core.period import Period, french_day
from ledger.journal.model import Contract, ContractAct
from ledger.journal.vocabulary import ContractActKind
from ledger.referential.shipped_models import default_model, model_paragraphs
from ledger.referential.vocabulary import ContractState
from ledger.storage.facts import read_once
from ledger.storage.session import acting_for, context
from ledger.storage.standing import standing_act

if TYPE_CHECKING:
    from ledger.referential.model import Epci

NEW_QPV = date(2024, 1, 1)
NEW_QPV_OVERSEAS = date(2025, 1, 1)
QPV_KIND = "qpv"
_OVERSEAS = "97"


class OutsideContract(LedgerError):
    """A year, or a day, that the contract does not cover."""

    code = "hors_contrat"


@dataclass(frozen=True, slots=True)
class ContractRead:
    """A contract with the EPCI that carries it, its first and last day (None where nobody said) and its acts."""

    contract: Contract
    epci: Epci
    first: date | None
    last: date | None
    acts: Sequence[ContractAct]

    def state(self, on: date) -> ContractState:
        """Where it stands on this day."""
        if self.contract.closed_on is not None and self.contract.closed_on <= on:
            return ContractState.CLOSED
        if self.first is not None and on < self.first:
            return ContractState.TO_COME
        return ContractState.OVER if self.last is not None and on > self.last else ContractState.RUNNING


def contract_of(session: Session) -> Contract:
    """The contract whose book is open."""
    return read_once(session, session.get_one(Contract, context(session).contract))


def said_in(session: Session, subject: str) -> str:
    """Where the text of the contract speaks of this subject, after a comma: ", §5.4.2"; "" where nobody says."""
    found = model_paragraphs(contract_of(session).model or default_model()).get(subject)
    return f", {found}" if found else ""


def epci_of_contract(session: Session) -> Epci:
    """The EPCI that carries the contract."""
    from ledger.referential.model import Epci

    contract = contract_of(session)
    return read_once(session, session.get_one(Epci, (contract.code, contract.epci)))


def epcis_of_contract(session: Session) -> tuple[Epci, ...]:
    """The EPCIs among whom what is shared is split: the one that carries the contract, then the others by code."""
    from ledger.referential.model import Epci

    carrier = contract_of(session).epci
    found = session.scalars(select(Epci)).all()
    return tuple(sorted(found, key=lambda epci: (epci.code != carrier, epci.code)))


def read_contract(session: Session, code: str) -> ContractRead:
    """The contract of this code, whichever the session's is. raises: NotFound."""
    from ledger.referential.model import Epci

    known = code.strip().upper()
    contract = session.get(Contract, known)
    if contract is None:
        raise NotFound(
            f"Le contrat « {code.strip()} » n'est pas dans cette base.", "La liste : cofiville contrat lister."
        )
    with acting_for(session, known):
        acts = session.scalars(select(ContractAct).order_by(ContractAct.rank)).all()
        epci = session.get_one(Epci, (known, contract.epci))
    prolonged = [act.ends_on for act in acts if act.kind == ContractActKind.EXTENSION]
    last = prolonged[-1] if prolonged else contract.ends_on
    return ContractRead(read_once(session, contract), read_once(session, epci), contract.starts_on, last, acts)


def read_contracts(session: Session) -> list[ContractRead]:
    """Every contract of the base, by first day then code."""
    codes = session.scalars(select(Contract.code)).all()
    found = [read_contract(session, code) for code in codes]
    return sorted(found, key=lambda each: (each.first or date.min, each.contract.code))


def check_year_in_contract(session: Session, year: int) -> None:
    """Nothing when the contract covers a day of this year at least and is not closed. raises: OutsideContract."""
    read = read_contract(session, context(session).contract)
    code, opening = read.contract.code, date(year, 1, 1)
    if read.contract.closed_on is not None and read.contract.closed_on <= date(year, 12, 31):
        raise OutsideContract(
            f"Le contrat {code} est clos depuis le {french_day(read.contract.closed_on)}"
            f"{standing_act(read.contract, 'closed_on')} : rien ne s'y ouvre plus.",
            "Choisissez-en un autre : cofiville contrat lister, puis cofiville --contrat CODE.",
        )
    days = Period(read.first or date.min, read.last)
    if days.overlaps(Period(opening, date(year, 12, 31))):
        return
    if read.last is not None and opening > read.last:
        limit = first_day_of_new_qpv(session, read)
        if limit is None or date(year, 12, 31) < limit:
            remedy = (
                "Créez le suivant (contrat creer), ou prolongez-le :"
                f" cofiville contrat prolonger {code} --au {year}-12-31 --piece TEXTE."
            )
        else:
            remedy = (
                f"Créez le suivant : cofiville contrat creer CODE --epci {read.epci.siren} --du {year}-01-01 --au JOUR."
            )
        raise OutsideContract(f"L'exercice {year} est hors du contrat {code}, {_days(read)}.", remedy)
    raise OutsideContract(
        f"L'exercice {year} est hors du contrat {code}, {_days(read)}.",
        f"Ouvrez un exercice du contrat : cofiville exercice ouvrir {days.first.year}.",
    )


def first_day_of_new_qpv(session: Session, read: ContractRead) -> date | None:
    """The day from which the QPV this contract began with are no more; None for one that began with those of 2024."""
    limit = _new_qpv_from(session, read)
    return limit if read.first is not None and read.first < limit else None


def _new_qpv_from(session: Session, read: ContractRead) -> date:
    """The QPV of 2014 hold until 2024, 2025 overseas. Source: décrets 2014-1750 and 2023-1314."""
    from ledger.referential.model import Commune

    with acting_for(session, read.contract.code):
        overseas = session.scalar(select(Commune.insee).where(Commune.insee.startswith(_OVERSEAS)).limit(1)) is not None
    return NEW_QPV_OVERSEAS if overseas else NEW_QPV


def check_geography(session: Session, kind: str, code: str) -> None:
    """Nothing when a territory of this kind and code may be of this contract: its QPV are those of its days.

    raises: OutsideContract for a QPV of 2024 in a contract over before them, for another in one that began with them.
    """
    if kind != QPV_KIND or contract_of(session).starts_on is None:
        return
    from ledger.referential.geography import national_qpv

    read = read_contract(session, context(session).contract)
    limit, of_2024 = _new_qpv_from(session, read), any(each.code == code for each in national_qpv())
    if of_2024 and read.last and read.last < limit:
        raise OutsideContract(
            f"{code} est un quartier prioritaire en vigueur depuis le {french_day(limit)} : le contrat"
            f" {read.contract.code}, {_days(read)}, est sur les précédents.",
            f"Créez le contrat suivant : cofiville contrat creer CODE --epci {read.epci.siren} --du {limit} --au JOUR.",
        )
    if not of_2024 and read.first and read.first >= limit:
        raise OutsideContract(
            f"« {code} » n'est pas un quartier prioritaire en vigueur depuis le {french_day(limit)}, où commence la"
            f" géographie du contrat {read.contract.code}.",
            "Donnez son code national (QN…), ou un autre type : cofiville type-territoire lister.",
        )


def _days(read: ContractRead) -> str:
    until = f" au {french_day(read.last)}" if read.last is not None else ""
    return f"qui va du {french_day(read.first or date.min)}{until}"
