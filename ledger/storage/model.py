"""The table of where a base comes from: its own UUID, and whose copy it is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ledger.storage.base import UNTRACKED, Base
from ledger.storage.vocabulary import OriginKind


class BaseOrigin(Base):
    """One time a base was made, raised, put back from a copy, or taken as it is; append-only.

    uuid: that of the base, kept by its copies. agent: who made it, or acknowledged what was ahead. copy_name: the file
    it was put back from, without its folder. found: its anchors then. ahead: those known that are not in it.
    """

    __tablename__ = "base_origin"
    __table_args__ = (CheckConstraint(OriginKind.check("kind"), name="kind"), {"info": {UNTRACKED: True}})

    number: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str]
    kind: Mapped[str]
    recorded_at: Mapped[datetime]
    agent: Mapped[str]
    copy_name: Mapped[str] = mapped_column(default="", server_default="")
    found: Mapped[str] = mapped_column(default="", server_default="")
    ahead: Mapped[str] = mapped_column(default="", server_default="")
