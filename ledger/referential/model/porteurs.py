"""The bodies that carry actions, and what is kept of their persons and documents."""

from __future__ import annotations

from datetime import date, datetime
from secrets import token_hex

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ledger.referential.vocabulary import PersonalKind, PorteurKind
from ledger.storage.base import ACT_DAY, SALT, UNTRACKED, Base, ContractRow

REFERS_TO = ("ledger.journal.model.contracts",)


class Porteur(Base):
    """A body that carries actions. Its code is its identity; its SIRET may change, or be unknown.

    statut: what it is in law (see statuts); None while its type does not tell and nobody has said.
    ended_on: its last day, and the successor that follows it; None while it lasts.
    known_as: the porteur it was merged into, or whose code it took (see merge_porteurs), and the reason; None while it
    stands for itself.
    """

    __tablename__ = "porteur"
    __table_args__ = (
        UniqueConstraint("siret"),
        CheckConstraint(PorteurKind.check("kind"), name="kind"),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    siret: Mapped[str | None] = mapped_column(default=None)
    rna: Mapped[str | None] = mapped_column(default=None)
    commune: Mapped[str | None] = mapped_column(default=None)
    to_confirm: Mapped[bool] = mapped_column(default=False)
    statut: Mapped[str | None] = mapped_column(default=None)
    known_as: Mapped[str | None] = mapped_column(default=None)
    reason: Mapped[str] = mapped_column(default="", server_default="")
    ended_on: Mapped[date | None] = mapped_column(default=None)
    successor: Mapped[str | None] = mapped_column(default=None)


class PersonalDatum(ContractRow):
    """The person to call at a porteur, or its IBAN: what a contract must be able to erase.

    rank: the last is the one that holds; those before are what was known until it was recorded. Erasing empties all.
    salt: hashed with the value in what its act seals, and erased with it; nobody can then find the value again there.
    """

    __tablename__ = "personal_datum"
    __table_args__ = (
        CheckConstraint(PersonalKind.check("kind"), name="kind"),
        CheckConstraint("(value IS NULL) = (erased_at IS NOT NULL)", name="erased"),
        {"info": {UNTRACKED: True}},
    )

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    porteur: Mapped[str] = mapped_column(ForeignKey("porteur.code"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[str | None] = mapped_column(info={SALT: "salt"})
    recorded_at: Mapped[datetime]
    erased_at: Mapped[datetime | None] = mapped_column(default=None)
    salt: Mapped[str | None] = mapped_column(default_factory=lambda: token_hex(16), info={UNTRACKED: True})


class PorteurDocument(ContractRow):
    """A document a porteur has given (RIB, statutes…): when, and where it is kept."""

    __tablename__ = "porteur_document"

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    porteur: Mapped[str] = mapped_column(ForeignKey("porteur.code"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    received_on: Mapped[date] = mapped_column(info={ACT_DAY: True})
    reference: Mapped[str]
