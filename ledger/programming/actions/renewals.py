"""The action that another renews: of the same contract, or of another of the base, which is read from here alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, NotFound
from ledger.core.grouping import grouped
from ledger.programming.actions.forms import ReadAction
from ledger.programming.actions.model import Action
from ledger.programming.actions.read_actions import read_actions
from ledger.programming.publics.model import renewed_action_words
from ledger.programming.queries import ProgrammeRefused, find_action
from ledger.referential.contracts import read_contract
from ledger.storage.session import acting_for, context, over_all_contracts


def settled_renewal(words: str, contract: str) -> str:
    """The words that name an action, as the base says them: its number alone where it is of this contract."""
    of, number = _named(words, contract)
    return renewed_action_words(number, of if of != contract else None)


@contextmanager
def where_renewed(session: Session, words: str) -> Iterator[str]:
    """The number of the action that these words name; what is read inside is of its contract."""
    contract, number = _named(words, context(session).contract)
    with acting_for(session, contract):
        yield number


def find_renewed(session: Session, words: str, number: str, year: int) -> Action:
    """The action of an earlier year that the action of this number, of this year, renews.

    words: its number, after its contract and a colon where that is another: CONTRAT:NUMERO.
    raises: InvalidValue without a number, NotFound, ProgrammeRefused when it is of this year or later.
    """
    own = context(session).contract
    contract, before = _named(words, own)
    if not before:
        raise InvalidValue(
            f"« {words.strip()} » ne nomme pas d'action.",
            "Écrivez son numéro, ou CONTRAT:NUMERO si elle est d'un autre contrat.",
        )
    if contract == own:
        _check_own(session, before, year)
    else:
        read_contract(session, contract)
    with acting_for(session, contract):
        found = session.get(Action, (contract, before))
        if found is None and contract != own:
            raise NotFound(
                f"L'action « {before} » n'existe pas dans le contrat {contract}.",
                f"La liste : cofiville --contrat {contract} action lister ANNEE.",
            )
        found = found or find_action(session, before)
    if found.year >= year:
        raise ProgrammeRefused(
            f"L'action {settled_renewal(words, own)} est de {found.year} : l'action {number} de {year} "
            "ne peut pas la reconduire.",
            "Donnez l'action d'une année antérieure.",
        )
    return found


def renewed_elsewhere(session: Session, words: Collection[str]) -> Mapping[str, ReadAction]:
    """By the words that name it, each of these actions that is of another contract, called by them; without its parts.

    One query a contract.
    """
    own = context(session).contract
    named = {each: _named(each, own) for each in words}
    numbers = grouped((contract, number) for contract, number in named.values() if contract != own)
    found: dict[str, ReadAction] = {}
    for contract, several in numbers.items():
        with acting_for(session, contract):
            for each in read_actions(session, Action.number.in_(several), parts=()):
                called = renewed_action_words(each.number, contract)
                found[called] = replace(each, number=called)
    return found


def _named(words: str, own: str) -> tuple[str, str]:
    """The contract and the number that these words name. own: the contract of a number alone."""
    contract, _, number = words.upper().rpartition(":")
    return contract.strip() or own, number.strip()


def _check_own(session: Session, number: str, year: int) -> None:
    """Nothing when the contract has this action, or none of the base has. raises: NotFound, that says whose it is."""
    own = context(session).contract
    if session.get(Action, (own, number)) is not None:
        return
    with over_all_contracts():
        query = select(Action.contract).where(Action.number == number, Action.year < year).order_by(Action.contract)
        others = session.scalars(query).all()
    if others:
        of = f"du contrat {others[0]}" if len(others) == 1 else f"des contrats {', '.join(others)}"
        raise NotFound(
            f"L'action « {number} » n'existe pas dans le contrat {own} : elle est {of}.",
            f"Nommez son contrat : {renewed_action_words(number, others[-1])}.",
        )
