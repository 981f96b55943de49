"""Finding conventions, and the questions asked about their money's way."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, object_session, selectinload

from ledger.conventions.model import Avenant, Convention
from ledger.conventions.vocabulary import ConventionStatus
from ledger.core.errors import LedgerError, NotFound
from ledger.core.money import Money
from ledger.referential.contracts import contract_of
from ledger.referential.queries import find_line
from ledger.rules.vocabulary import Circuit
from ledger.storage.driver import on_postgresql
from ledger.storage.session import context

_PARTS = (
    selectinload(Convention.lines),
    selectinload(Convention.instalments),
    selectinload(Convention.avenants).selectinload(Avenant.lines),
)
_AMONG = "among_"


class WrongState(LedgerError):
    """The convention is not in a state that allows the act."""

    code = "etat_convention"


def find_convention(session: Session, number: str) -> Convention:
    """The convention of this number.

    raises: NotFound.
    """
    found = session.get(Convention, (context(session).contract, number.strip().upper()))
    if found is None:
        raise NotFound(
            f"La convention « {number} » n'existe pas.", "Consultez les conventions : cofiville convention lister."
        )
    return found


def conventions(
    session: Session,
    year: int | None = None,
    beneficiary: str | None = None,
    *,
    beneficiaries: Collection[str] | None = None,
    numbers: Collection[str] | Select[str] | None = None,
    states: Collection[str] | None = None,
) -> Sequence[Convention]:
    """Every convention of the contract (of one millésime, of one porteur, of these, in these states), by number, with
    its lines, instalments and avenants."""
    wanted = {"year": year, "beneficiary": beneficiary}
    among = {"beneficiary": beneficiaries, "number": numbers, "state": states}
    values: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
    several = {name: some for name, some in among.items() if not (some is None or isinstance(some, Select))}
    values |= {f"{_AMONG}{name}": list(some) for name, some in several.items()}
    query = _conventions(tuple(values))
    if isinstance(numbers, Select):
        query = query.where(Convention.number.in_(numbers))
    return session.scalars(query, values).all()


@cache
def _conventions(names: tuple[str, ...]) -> Select[Convention]:
    """The question of conventions, made once for each of its shapes."""
    conditions = [
        getattr(Convention, name.removeprefix(_AMONG)).in_(bindparam(name, expanding=True))
        if name.startswith(_AMONG)
        else getattr(Convention, name) == bindparam(name)
        for name in names
    ]
    return select(Convention).options(*_PARTS).where(*conditions).order_by(Convention.number)


def added_by_avenant(convention: Convention) -> set[tuple[str, str]]:
    """The actions and lines that came after the signature: nothing was granted to them before their first avenant."""
    first: dict[tuple[str, str], Money] = {}
    for avenant in convention.avenants:
        for each in avenant.lines:
            first.setdefault((each.action, each.line), each.amount_before)
    return {key for key, before in first.items() if not before}


def lock_conventions(session: Session, numbers: Collection[str]) -> None:
    """Keep these conventions for this transaction, as they stand now: who acts on one next, on a server, waits."""
    if on_postgresql(session):
        rows = select(Convention).where(Convention.number.in_(numbers)).options(*_PARTS).order_by(Convention.number)
        fresh = rows.with_for_update(key_share=True).execution_options(populate_existing=True)
        session.scalars(fresh).all()


def check_state(convention: Convention, *states: str) -> None:
    """Check that the convention is in one of the states. raises: WrongState.

    raises: WrongState, with the act that leads there, and whose act signed or ended it.
    """
    if convention.state in states:
        return
    from ledger.journal.posting import written_by

    now = ConventionStatus(convention.state).label
    remedies: Mapping[str, str] = {
        ConventionStatus.DRAFT: f"Signez-la d'abord : cofiville convention signer {convention.number} --piece PIECE.",
        ConventionStatus.SIGNED: (
            f"Ce qui est signé ne se reprend pas : cofiville convention montrer {convention.number}."
        ),
        ConventionStatus.SETTLED: "Elle est soldée : aucun acte n'est plus possible sur elle.",
        ConventionStatus.CANCELLED: "Elle est annulée : saisissez une nouvelle convention.",
    }
    acts: Mapping[str, int | None] = {
        ConventionStatus.SIGNED: convention.entry_number,
        ConventionStatus.CANCELLED: convention.ending_number,
    }
    number = acts.get(convention.state)
    session = object_session(convention)
    by = f", par {written_by(session, number)}" if number is not None and session is not None else ""
    raise WrongState(f"La convention {convention.number} est à l'état « {now} »{by}.", remedies[convention.state])


def epci_financeur(session: Session) -> str:
    """The code, among financeurs, of the EPCI that carries the contract."""
    return contract_of(session).epci_financeur


def is_passed_on(session: Session, convention: Convention, line: str) -> bool:
    """Whether this line of the convention is another financeur's money that the EPCI passes on (§5.2.5)."""
    return convention.circuit == Circuit.BUDGET and find_line(session, line).financeur != convention.payer
