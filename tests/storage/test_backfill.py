"""The acts of an older base are tied to their entries when it is raised, and what is in doubt is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, MetaData, select
from sqlalchemy.orm import Session

from ledger.core.money import ZERO, parse_money
from ledger.execution.bilans.read_bilan import BilanForm
from ledger.execution.bilans.settle_bilan import settle_bilan
from ledger.execution.payments.order_payment import order_payment, reject_order
from ledger.execution.payments.record_payment import record_payment
from ledger.execution.recoveries import settle_titre as cancellations
from ledger.execution.recoveries.issue_titre import collect_titre, issue_titre
from ledger.execution.recoveries.settle_titre import cancel_titre, set_off
from ledger.execution.undo_act import undo_act
from ledger.journal import posting as writing
from ledger.journal import reversal
from ledger.journal.model import Entry
from ledger.journal.posting import Posted
from ledger.journal.reversal import record_act
from ledger.journal.seal import Draft
from ledger.storage.engine import open_engine
from ledger.storage.schema import upgrade
from ledger.storage.session import Context, ContractSession
from tests.execution.lives import EPCI, carry, open_years
from tests.storage.test_migrations import copy, empty, make_older

__all__ = ["empty"]
MAY, LATER = date(2016, 5, 13), date(2017, 6, 20)
NUMBERS = ("entry_number", "reversal_number", "cancellation_number", "realised_number", "ending_number")


def before(session: Session, draft: Draft) -> Draft:
    """How the program named the later turns of an act: (2), (3)…"""
    turn, reference = 1, draft.reference
    while session.scalar(select(Entry.sequence).where(Entry.reference == reference)) is not None:
        turn += 1
        reference = f"{draft.reference} ({turn})"
    return replace(draft, reference=reference)


def decided_before(session: Session, draft: Draft) -> Posted:
    """How it named the decision that cancels a titre."""
    return record_act(session, replace(draft, reference=draft.reference.replace(" DU TITRE ", " TITRE ")))


def live(session: Session) -> None:
    """Acts of every kind, undone and done again, under references that look like one another."""
    open_years(session, 2016, 2017)
    [first] = carry(session, "A", {EPCI: "12 000"})
    [second] = carry(session, "B", {EPCI: "8 000"})
    order, _ = order_payment(session, first, None, on=MAY, reference="B12")
    reject_order(session, order, motive="RIB (bis)", on=MAY)
    order_payment(session, first, None, on=MAY, reference="B12")
    order_payment(session, second, None, on=MAY, reference="B12 (3)")
    paid = record_payment(session, first, parse_money("6 000"), on=MAY, reference="B12")
    undo_act(session, paid.sequence, motive="Erreur", on=MAY)
    record_payment(session, first, parse_money("6 000"), on=MAY, reference="B12")
    record_payment(session, second, parse_money("4 000"), on=MAY, reference="B12 (3)")
    for convention, action in ((first, "2016-A"), (second, "2016-B")):
        settle_bilan(
            session,
            convention,
            BilanForm(action, slices={"qpv": ZERO}, other_funding=ZERO, piece="Cerfa", on=date(2017, 6, 15)),
        )
    titre, _ = issue_titre(session, first, reference="T 9 (CCAS)", on=LATER)
    collected = collect_titre(session, titre, parse_money("1 000"), on=LATER, reference="P503")
    undo_act(session, collected.sequence, motive="Erreur", on=LATER)
    collect_titre(session, titre, parse_money("2 000"), on=LATER, reference="P503")
    cancel_titre(session, titre, motive="Remise", piece="Délibération", on=LATER, waived=True)
    set_off(session, second, 2017, piece="Convention 2017", on=LATER)


def numbers(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    metadata = MetaData()
    metadata.reflect(connection)
    found = {}
    for table in metadata.sorted_tables:
        noted = [table.c[name] for name in NUMBERS if name in table.c]
        if noted and table.name != "rule_waiver":
            rows = connection.execute(select(*table.primary_key.columns, *noted)).all()
            found[table.name] = sorted(map(tuple, rows), key=str)
    return found


@pytest.mark.long
def test_the_acts_of_an_older_base_are_tied_to_their_entries(
    engine: Engine, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F11"""
    monkeypatch.setattr(reversal, "standing_draft", before)
    monkeypatch.setattr(cancellations, "record_act", decided_before)
    monkeypatch.setattr(writing, "database_role", lambda _connection: "")
    acting = Context("CV195", "test", "test")
    with engine.connect().execution_options(writing=True) as connection, ContractSession(connection, acting) as session:
        live(session)
        session.commit()
    older = open_engine(empty)
    make_older(older)
    with engine.connect() as source, older.begin() as target:
        copy(source, target)
    upgrade(older)
    with engine.connect() as source, older.connect() as target:
        expected = numbers(source)
        assert expected["collection"]
        assert numbers(target) == expected
    older.dispose()
