"""The second chain, what each writing transaction did to rows of business, sealed; and the last act of each agent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ledger.storage.base import SEALED_IN_THE_BOOK, UNTRACKED, Base, ContractRow

REFERS_TO = ("ledger.journal.model.contracts",)


class SealedAct(Base):
    """What a transaction did to the rows of a contract, or ("") to those that all contracts share; append-only.

    entries, entry_seal: the head of the contract's book at its end; 0 and the seal of genesis for the shared rows.
    changes: canonical text of the rows inserted, changed and deleted (`act_text`), compressed by zlib. digest: the
    SHA-256 of that text. seal: `act_seal`, over the previous act's and all this.
    """

    __tablename__ = "sealed_act"
    __table_args__ = ({"info": {UNTRACKED: True, SEALED_IN_THE_BOOK: True}},)

    contract: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime]
    agent: Mapped[str]
    command: Mapped[str]
    database_role: Mapped[str]
    entries: Mapped[int]
    entry_seal: Mapped[str]
    changes: Mapped[bytes]
    digest: Mapped[str]
    seal: Mapped[str]


class LastAct(ContractRow):
    """The last act an agent typed on a contract and that wrote something.

    arguments: the SHA-256 of what was typed after the command; "" when a person was in it. entry_number: the last entry
    it wrote; None when it wrote none.
    """

    __tablename__ = "last_act"
    __table_args__ = ({"info": {UNTRACKED: True}},)

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    agent: Mapped[str] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime]
    command: Mapped[str]
    arguments: Mapped[str]
    entry_number: Mapped[int | None] = mapped_column(default=None)
