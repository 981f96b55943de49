"""Opening a year of a pluriannual convention: its slice, foreseen until then, turns firm if the enveloppe allows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.allocation.grant_directly import grant_directly
from ledger.conventions.draft_convention import SliceRefused, draft_conventions
from ledger.conventions.forms import ConventionForm
from ledger.conventions.granted import left_of_action
from ledger.conventions.model import Convention
from ledger.conventions.queries import check_state, find_convention
from ledger.conventions.sign_convention import sign_convention
from ledger.conventions.vocabulary import ConventionStatus
from ledger.core.identifiers import plain_words
from ledger.core.money import ZERO, Money
from ledger.programming.actions.model import Action
from ledger.programming.queries import find_action


def open_slice(
    session: Session,
    convention: Convention,
    year: int,
    *,
    piece: str,
    on: date,
    action: str | None = None,
    waiver: str = "",
) -> Convention:
    """The convention of that year, signed: what the slice foresees is granted where it is not yet, then committed.

    action: the one that goes on in that year; None for the only one of the same porteur and title.
    waiver: why what is granted may pass a rule. Opened again, the convention of that year is given back.
    raises: WrongState, SliceRefused, AboveTheRules, Overdraft when the enveloppe does not allow it, DayClosed.
    """
    check_state(convention, ConventionStatus.SIGNED)
    slices = [each for each in convention.slices if each.year == year]
    if not slices:
        raise SliceRefused(
            f"La convention {convention.number} ne prévoit rien pour {year}.",
            f"Consultez ses tranches : cofiville convention montrer {convention.number}.",
        )
    if slices[0].opened_as is not None:
        return find_convention(session, slices[0].opened_as)
    found = find_action(session, action) if action else _same_action(session, convention, year)
    if (found.year, found.porteur) != (year, convention.beneficiary):
        raise SliceRefused(
            f"L'action {found.number} n'est pas une action {year} de {convention.beneficiary}.",
            f"Désignez celle qui prend la suite : --action {year}-NNN.",
        )
    amounts = {each.line: each.amount for each in slices}
    _grant_missing(session, found, amounts, piece, on, waiver)
    [opened] = draft_conventions(session, _form(convention, year, {found.number: amounts}), on=on)
    opened.kind = convention.kind
    sign_convention(session, opened, piece=piece, on=on, foreseen=True)
    for each in slices:
        each.opened_as = opened.number
    session.flush()
    return opened


def _form(convention: Convention, year: int, grants: Mapping[str, Mapping[str, Money]]) -> ConventionForm:
    first, last = date(year, 1, 1), date(year, 12, 31)
    return ConventionForm(
        grants=grants,
        payer=convention.payer,
        number=f"{convention.number}-{year}",
        purpose=convention.purpose,
        starts_on=max(first, convention.starts_on or first),
        ends_on=min(last, convention.ends_on or last),
        circuit=convention.circuit,
        cascade_reference=convention.cascade_reference,
    )


def _grant_missing(
    session: Session, action: Action, amounts: dict[str, Money], piece: str, on: date, waiver: str
) -> None:
    left = left_of_action(session, action)
    for line, amount in amounts.items():
        if (missing := amount - min(amount, left.get(line, ZERO))).cents:
            grant_directly(session, action.number, line, missing, on=on, piece=piece, waiver=waiver)


def _same_action(session: Session, convention: Convention, year: int) -> Action:
    query = select(Action).where(Action.year == year, Action.porteur == convention.beneficiary)
    titles = {plain_words(find_action(session, number).title) for number in {line.action for line in convention.lines}}
    same = [each for each in session.scalars(query.order_by(Action.number)) if plain_words(each.title) in titles]
    if len(same) == 1:
        return same[0]
    known = f" ({', '.join(each.number for each in same)})" if same else ""
    raise SliceRefused(
        f"{len(same)} actions {year} de {convention.beneficiary} peuvent prendre la suite"
        f" de {convention.number}{known}.",
        f"Désignez la bonne : --action {year}-NNN (cofiville action lister {year}).",
    )
