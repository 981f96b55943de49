"""What was signed is never edited, by whatever client: the base itself refuses it."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.conventions.support import signed

ATTACKS = (
    "UPDATE convention_line SET amount = amount + 1",
    "UPDATE convention_line SET terms = '{}'",
    "UPDATE convention_line SET action = '2016-002'",
    "DELETE FROM convention_line",
    "UPDATE avenant SET purpose = 'autre'",
    "DELETE FROM avenant",
)
AVENANT = (
    "INSERT INTO avenant (contract, convention, rank, signed_on, purpose, piece, facts_before, facts_after)"
    " VALUES ('CV195', '{number}', 1, '2016-06-01', '', 'Avenant 1', '{{}}', '{{}}')"
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_base_refuses_to_edit_what_was_signed(session: Session, attack: str) -> None:
    number = signed(session).number
    session.execute(text("DELETE FROM instalment"))
    session.execute(text(AVENANT.format(number=number)))
    with pytest.raises(DBAPIError, match=r"keeps what was signed|append-only"):
        session.execute(text(attack))


def test_a_draft_may_still_change(session: Session) -> None:
    convention = signed(session)
    session.execute(text("UPDATE convention SET state = 'brouillon', signed_on = NULL"))
    session.execute(text("UPDATE convention_line SET amount = amount + 1"))
    session.refresh(convention.lines[0])
    assert convention.amount.cents == 1_000_001
