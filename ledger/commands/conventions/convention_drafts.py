"""Drafts of conventions, as `convention saisir` and `preparer` answer them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from ledger.commands.conventions.convention_receiving import rights_not_acquired
from ledger.commands.outcome import Outcome, Row, picked, read_row
from ledger.conventions.fields import (
    BENEFICIARY,
    CIRCUIT,
    CONVENTION_READ,
    ENDS_ON,
    KIND,
    PAYER,
    RANK,
    RIGHTS_AWAITED,
    STARTS_ON,
)
from ledger.core.field import Field, Kind
from ledger.journal.fields import AMOUNT, CONVENTION, LINE, YEAR

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

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


def drafted(session: Session, actions: Sequence[str], typed: Mapping[str, Any], on: date) -> list[Row]:
    """The drafts made for these actions of what was typed of their convention; of all that is granted to them, else."""
    from ledger.conventions.draft_convention import draft_conventions
    from ledger.conventions.forms import ConventionForm
    from ledger.conventions.granted import left_of_action
    from ledger.programming.queries import find_action
    from ledger.referential.queries import find_financeur

    found = [find_action(session, number) for number in actions]
    grants = {each.number: typed.get("grants") or left_of_action(session, each) for each in found}
    payer = {"payer": find_financeur(session, typed["payer"]).code} if typed.get("payer") else {}
    form = ConventionForm(**{**typed, **payer, "grants": grants})
    return [draft_row(session, each) for each in draft_conventions(session, form, on=on)]


def draft_row(session: Session, convention: Convention) -> Row:
    """A draft as scripts read it."""
    from ledger.conventions.accounts import convention_account
    from ledger.conventions.read_conventions import read_convention
    from ledger.conventions.rights import rights_awaited
    from ledger.conventions.schedule import whole_schedule

    account, read = convention_account(session, convention), read_convention(convention)
    return {
        **picked(read_row(CONVENTION_READ, read), _SAID),
        "compte": account.number if account else None,
        "echeances": [
            {"rang": rank, "montant": amount, "moment": moment} for rank, amount, moment in whole_schedule(convention)
        ],
        "droit_attendu": rights_awaited(session, convention),
        "tranches": [{"exercice": of[0], "ligne": of[1], "montant": amount} for of, amount in read.later.items()],
    }


_SAID = (CONVENTION, KIND, CIRCUIT, PAYER, BENEFICIARY, AMOUNT, STARTS_ON, ENDS_ON)


def drafts_outcome(rows: list[Row]) -> Outcome:
    """The drafts written, and the rights that they still await."""
    from ledger.reports.listing import Listing

    none = "Tout ce qui est accordé est déjà dans une convention."
    return Outcome(
        rows, (Listing("Conventions en brouillon", DRAFT, tuple(rows), empty=none), *rights_not_acquired(rows))
    )
