"""The head of the chain of seals."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ledger.storage.base import SEALED_IN_THE_BOOK, UNTRACKED, ContractRow

REFERS_TO = ("ledger.journal.model.contracts",)


class ChainHead(ContractRow):
    """The last entry of a contract's chain and its seal: the *sceau* that closings and backups print."""

    __tablename__ = "chain_head"
    __table_args__ = ({"info": {UNTRACKED: True, SEALED_IN_THE_BOOK: True}},)

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    sequence: Mapped[int]
    seal: Mapped[str]
