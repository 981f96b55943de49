"""The seal: golden vectors that no later version may change, and an audit that names what was altered."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.core.money import Money
from ledger.core.sealing import GENESIS
from ledger.journal.audit import audit_book
from ledger.journal.enveloppes import notify_credits
from ledger.journal.exercices import open_exercice
from ledger.journal.positions import AccountKey, Position
from ledger.journal.seal import (
    Draft,
    EntryStamp,
    Move,
    content_hash,
    entry_seal,
    entry_text,
    moves_text,
    said_by,
)

DRAFT = Draft(
    reference="NOTIFICATION ETAT-PDV-DRE 2016 N1",
    kind="notification",
    label="Notification ETAT-PDV-DRE 2016",
    piece="N1",
    effect_on=date(2016, 2, 15),
    moves=(
        Move(
            AccountKey(Position.DISPONIBLE, "ETAT-PDV-DRE", 2016),
            AccountKey(Position.NOTIFIE, "ETAT-PDV-DRE", 2016),
            Money(17500000),
        ),
    ),
)
AT = datetime(2026, 11, 23, 12, 0, 0, 1, tzinfo=UTC)


def seal(draft: Draft, role: str = "") -> str:
    moves = moves_text(draft.moves)
    stamp = EntryStamp("CV195", AT, "a", "c", role)
    covered = entry_text(draft.reference, said_by(draft)[1], content_hash(draft), stamp.text(), moves)
    return entry_seal(GENESIS, 1, covered, stamp.version)


def test_the_golden_vectors_hold() -> None:
    assert content_hash(DRAFT) == "67605f2a64bd124e5aba52c4ee92c2d31950378ba11ff8e4872ceb7293d76507"
    assert seal(DRAFT) == "eb2dd571a597d75fc31e6de1bb96b4416a57528b2525dea75081fd0bcb6c92bd"
    assert seal(DRAFT, "cofiville_agent") == "dbe0e3b425518b9439c10613fed0f097722292c02db2858aae9c985249078e7c"
    assert AccountKey(Position.DISPONIBLE, "ETAT-PDV-DRE", 2016).account_id() == 4801362426871142577


def test_fields_cannot_slide_into_one_another() -> None:
    one = Draft("AB", "C", "", "", date(2016, 1, 1), ())
    other = Draft("A", "BC", "", "", date(2016, 1, 1), ())
    assert seal(one) != seal(other)


SQLITE_TAMPERING = [
    ("entry", "UPDATE entry SET label = 'autre' WHERE sequence = 2", "ecriture_alteree"),
    ("entry", "UPDATE entry SET effect_on = '2016-01-01' WHERE sequence = 2", "ecriture_alteree"),
    ("entry", "UPDATE entry SET agent = 'autre' WHERE sequence = 1", "ecriture_alteree"),
    ("entry", "UPDATE entry SET database_role = '' WHERE sequence = 1", "ecriture_alteree"),
    ("entry", "UPDATE entry SET database_role = 'autre' WHERE sequence = 1", "ecriture_alteree"),
    ("entry", "DELETE FROM entry WHERE sequence = 2", "ecriture_manquante"),
    ("transfer", "UPDATE transfer SET amount = amount + 1 WHERE sequence = 1", "ecriture_alteree"),
    ("account", "UPDATE account SET debit = debit + 1, credit = credit + 1", "solde_altere"),
    ("account", "UPDATE account SET position = 'AUTRE' WHERE position = 'NOTIFIE'", "compte_altere"),
    ("account", "UPDATE account SET line = 'AUTRE'", "compte_altere"),
    ("chain_head", "UPDATE chain_head SET seal = 'x'", "sceau_altere"),
]


@pytest.mark.sqlite
@pytest.mark.parametrize(("table", "statement", "code"), SQLITE_TAMPERING)
def test_the_audit_names_what_was_altered(session: Session, table: str, statement: str, code: str) -> None:
    open_exercice(session, 2016)
    for rank in range(3):
        notify_credits(session, "ETAT-PDV-DRE", 2016, Money(100 + rank), piece=f"N{rank}", on=date(2016, 2, 15))
    assert audit_book(session) == []
    session.execute(text("PRAGMA defer_foreign_keys = ON"))
    names = session.scalars(text(f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{table}'"))
    for name in names.all():
        session.execute(text(f"DROP TRIGGER {name}"))
    session.execute(text(statement))
    session.expire_all()
    assert code in {finding.code for finding in audit_book(session)}
