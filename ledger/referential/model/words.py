"""The words of a contract: its dispositifs, the scales of its actions, the kinds of its posts."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ledger.referential.model.dated import Dated
from ledger.referential.vocabulary import DispositifRole, ScaleRole
from ledger.storage.base import of_contract

REFERS_TO = ("ledger.journal.model.contracts",)


class Dispositif(Dated):
    """What an action is asked under: ordinary action, réussite éducative, adultes-relais … the first is the usual one.

    short_label: as workbooks offer it. role: a DispositifRole, "" for most.
    """

    __tablename__ = "dispositif"
    __table_args__ = (CheckConstraint(DispositifRole.check("role"), name="role"),)

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    short_label: Mapped[str]
    rank: Mapped[int]
    role: Mapped[str] = mapped_column(default="", server_default="")
    source: Mapped[str] = mapped_column(default="", server_default="")


class Scale(Dated):
    """How wide an action reaches: a commune, the EPCI, several of them … the first is the usual one (§5.4.3).

    role: a ScaleRole, "" for most.
    """

    __tablename__ = "scale"
    __table_args__ = (CheckConstraint(ScaleRole.check("role"), name="role"),)

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    rank: Mapped[int]
    role: Mapped[str] = mapped_column(default="", server_default="")
    source: Mapped[str] = mapped_column(default="", server_default="")


class PostKind(Dated):
    """A kind of post cofinanced by the month: ingénierie, adulte-relais … ; dispositif: whose rules it follows."""

    __tablename__ = "post_kind"

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    dispositif: Mapped[str] = mapped_column(info=of_contract("dispositif.code"))
    rank: Mapped[int]
    source: Mapped[str] = mapped_column(default="", server_default="")
