"""Drafts of conventions, as `convention saisir` and `preparer` answer them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.commands.conventions.convention_receiving import rights_not_acquired
from ledger.commands.conventions.convention_typing import line_amounts, typed_plan, year_amounts
from ledger.commands.declaring.options import day
from ledger.commands.outcome import Outcome, Row
from ledger.conventions.fields import BENEFICIARY, CIRCUIT, ENDS_ON, KIND, PAYER, RANK, RIGHTS_AWAITED, STARTS_ON
from ledger.core.field import Field, Kind
from ledger.core.money import Money
from ledger.journal.fields import AMOUNT, CONVENTION, LINE, YEAR

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.conventions.draft_convention import Details
    from ledger.conventions.model import Convention

DRAFT = (
    CONVENTION,
    KIND,
    CIRCUIT,
    PAYER,
    BENEFICIARY.but(optional=True),
    AMOUNT.but(summed=True),
    *(
        each.but(shown=False, since="0.2")
        for each in (
            Field("compte", "compte", Kind.CODE, optional=True),
            STARTS_ON,
            ENDS_ON,
            Field("echeances", "échéances", Kind.RECORD, fields=(RANK, AMOUNT, Field("moment", "moment")), many=True),
            RIGHTS_AWAITED,
            Field("tranches", "tranches", Kind.RECORD, fields=(YEAR, LINE, AMOUNT), many=True),
        )
    ),
)


class Wanted(NamedTuple):
    """What is to be drafted: the actions, on which day, with which details.

    payer: the only one; None for every payer of the actions. amounts: less than what is granted, by line.
    """

    actions: list[str]
    payer: str | None
    amounts: dict[str, Money]
    details: Details
    on: date


def wanted(
    *,
    actions: Sequence[str] | None,
    payeur: str | None,
    montant: Sequence[str] | None,
    circuit: str,
    numero: str,
    objet: str,
    debut: date | None,
    fin: date | None,
    echeance: Sequence[str] | None,
    tranche: Sequence[str] | None,
    autorisation: str,
    le: date | None,
    **_others: Any,
) -> Wanted:
    """What the options of `convention saisir` ask for. raises: InvalidValue for one that cannot be read."""
    from ledger.conventions.draft_convention import Details

    details = Details(
        number=numero,
        purpose=objet,
        starts_on=debut,
        ends_on=fin,
        circuit=circuit.strip().lower(),
        plan=typed_plan(echeance),
        cascade=autorisation,
        later=year_amounts(tranche),
    )
    numbers = [each.strip().upper() for each in actions or ()]
    return Wanted(numbers, payeur, line_amounts(montant, "--montant"), details, day(le))


def drafted(session: Session, asked: Wanted) -> list[Row]:
    """The drafts made of what is asked."""
    from ledger.conventions.draft_convention import draft_for_several
    from ledger.conventions.granted import left_of_action
    from ledger.programming.queries import find_action
    from ledger.referential.queries import find_financeur

    who = find_financeur(session, asked.payer).code if asked.payer else None
    found = [find_action(session, number) for number in asked.actions]
    grants = [(action, asked.amounts or left_of_action(session, action)) for action in found]
    made = draft_for_several(session, grants, on=asked.on, details=asked.details, payer=who)
    return [draft_row(session, each) for each in made]


def draft_row(session: Session, convention: Convention) -> Row:
    """A draft as scripts read it."""
    from ledger.conventions.accounts import convention_account
    from ledger.conventions.rights import rights_awaited
    from ledger.conventions.schedule import whole_schedule

    account = convention_account(session, convention)
    return {
        "convention": convention.number,
        "nature": convention.kind,
        "circuit": convention.circuit,
        "payeur": convention.payer,
        "beneficiaire": convention.beneficiary,
        "montant": convention.amount,
        "compte": account.number if account else None,
        "debut": convention.starts_on,
        "fin": convention.ends_on,
        "echeances": [
            {"rang": rank, "montant": amount, "moment": moment} for rank, amount, moment in whole_schedule(convention)
        ],
        "droit_attendu": rights_awaited(session, convention),
        "tranches": [{"exercice": s.year, "ligne": s.line, "montant": s.amount} for s in convention.slices],
    }


def drafts_outcome(rows: list[Row]) -> Outcome:
    """The drafts written, and the rights that they still await."""
    from ledger.reports.listing import Listing

    none = "Tout ce qui est accordé est déjà dans une convention."
    return Outcome(
        rows, (Listing("Conventions en brouillon", DRAFT, tuple(rows), empty=none), *rights_not_acquired(rows))
    )
