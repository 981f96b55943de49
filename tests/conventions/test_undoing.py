"""A signature may be undone and signed again; what was amended or cancelled is answered by another act; all audited."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from ledger.conventions.avenant_change import Change
from ledger.conventions.avenants import record_avenant
from ledger.conventions.checks import check_conventions
from ledger.conventions.ending import cancel
from ledger.conventions.signing import sign
from ledger.core.money import Money, parse_money
from ledger.execution.undoing import undo
from ledger.journal.balances import balances
from ledger.journal.keys import Position
from ledger.journal.model import Entry
from ledger.journal.reversal import NotReversible
from tests.conventions.support import LINE, SIGNED_ON, signed

ON = date(2016, 9, 12)


def last(session: Session) -> int:
    return session.scalars(select(Entry.sequence).order_by(Entry.sequence.desc())).first() or 0


def test_a_signature_undone_leaves_a_draft_that_can_be_signed_again(session: Session) -> None:
    convention = signed(session)
    undo(session, last(session), motive="Signée par erreur", on=SIGNED_ON)
    assert (convention.state, convention.signed_on) == ("brouillon", None)
    assert balances(session, positions=(Position.ENGAGE,)) == {}
    again = sign(session, convention, piece="Délibération du 11/04/2016", on=SIGNED_ON)
    assert again.new
    assert list(balances(session, positions=(Position.ENGAGE,)).values()) == [parse_money("10 000")]


def test_an_avenant_and_the_signature_under_it_are_not_undone(session: Session) -> None:
    convention = signed(session)
    engagement = last(session)
    change = Change(amounts={("2016-001", LINE): Money(-100)})
    record_avenant(session, convention, change, piece="Avenant 1", on=ON)
    for sequence in (last(session), engagement):
        with pytest.raises(NotReversible):
            undo(session, sequence, motive="Erreur", on=ON)


def test_a_cancellation_is_not_undone(session: Session) -> None:
    cancel(session, signed(session), piece="Délibération", motive="Abandon", on=ON)
    with pytest.raises(NotReversible, match="ne s'annule pas"):
        undo(session, last(session), motive="Erreur", on=ON)


@pytest.mark.parametrize(
    ("tampering", "code"),
    [
        ("UPDATE convention_line SET amount_change = amount_change + 1", "avenant_ecart"),
        ("UPDATE instalment SET amount = amount + 1 WHERE rank = 1", "echeancier_ecart"),
    ],
)
def test_the_audit_finds_an_amount_that_no_avenant_explains(session: Session, tampering: str, code: str) -> None:
    signed(session)
    assert check_conventions(session) == []
    session.execute(text(tampering))
    session.expire_all()
    assert code in {finding.code for finding in check_conventions(session)}
