"""Post entries with python-accounting; print the CPU seconds. Run by benchmarks.peers, in its own environment."""

import sys
import time
from datetime import datetime

from python_accounting.database.session import get_session
from python_accounting.models import Account, Base, Currency, Entity, Ledger, LineItem
from python_accounting.transactions import JournalEntry
from sqlalchemy import create_engine, func, select

count, file = int(sys.argv[1]), sys.argv[2]
engine = create_engine(f"sqlite:///{file}")
Base.metadata.create_all(engine)
with get_session(engine) as session:
    entity = Entity(name="CAPH")
    session.add(entity)
    session.commit()
    currency = Currency(name="Euro", code="EUR", entity_id=entity.id)
    session.add(currency)
    session.commit()
    held, given = (
        Account(name=name, account_type=kind, currency_id=currency.id, entity_id=entity.id)
        for name, kind in (
            ("disponible", Account.AccountType.BANK),
            ("programmé", Account.AccountType.OPERATING_EXPENSE),
        )
    )
    session.add_all([held, given])
    session.commit()
    day = datetime.now()  # noqa: DTZ005 - the library's reporting period is the present year, in local time
    begun = time.process_time()
    for number in range(count):
        entry = JournalEntry(narration=f"ACTE {number}", transaction_date=day, account_id=held.id, entity_id=entity.id)
        session.add(entry)
        session.flush()
        line = LineItem(narration=f"ACTE {number}", account_id=given.id, amount=100 + number, entity_id=entity.id)
        session.add(line)
        session.flush()
        entry.line_items.add(line)
        session.add(entry)
        entry.post(session)
    session.commit()
    print(time.process_time() - begun)
    assert session.scalar(select(func.count(Ledger.id))) == 2 * count
