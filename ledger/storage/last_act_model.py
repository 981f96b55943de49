"""The table of the last act that each agent typed, by which the same one typed again is recognised."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from ledger.storage.base import UNTRACKED, ContractRow


class LastAct(ContractRow):
    """The last act an agent typed on a contract and that wrote something.

    arguments: the SHA-256 of what was typed after the command; "" when a person was in it. entry_number: the last entry
    it wrote; None when it wrote none.
    """

    __tablename__ = "last_act"
    __table_args__ = ({"info": {UNTRACKED: True}},)

    agent: Mapped[str] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime]
    command: Mapped[str]
    arguments: Mapped[str]
    entry_number: Mapped[int | None] = mapped_column(default=None)
