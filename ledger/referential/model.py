"""Tables of common facts, shared by every contract (reference tables, replicated everywhere)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ledger.referential.vocabulary import LineNature, PersonalKind, PorteurKind
from ledger.storage.base import ACT_DAY, UNTRACKED, Base, ContractRow

TERRITORY_KINDS = {"qpv": "QPV", "veille": "veille active", "vecu": "quartier vécu", "hors": "hors territoires"}


class Financeur(Base):
    """Who brings money: État, Région, CAPH, communes, Caf … (§5.3.1).

    statut: what it is in law (see statuts); None while it is to be confirmed (bailleurs, Caf, CPAM).
    """

    __tablename__ = "financeur"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    role: Mapped[str]
    source: Mapped[str]
    statut: Mapped[str | None] = mapped_column(default=None)


class CreditLine(Base):
    """A line on which a financeur opens credits; `rank` orders lines inside their nature."""

    __tablename__ = "credit_line"
    __table_args__ = (CheckConstraint(LineNature.check("nature"), name="nature"),)

    code: Mapped[str] = mapped_column(primary_key=True)
    financeur: Mapped[str] = mapped_column(ForeignKey("financeur.code"))
    label: Mapped[str]
    nature: Mapped[str]
    territories: Mapped[str]
    source: Mapped[str]
    rank: Mapped[int]


class Epci(Base):
    """An agglomeration: CAPH, CAVM."""

    __tablename__ = "epci"

    code: Mapped[str] = mapped_column(primary_key=True)
    siren: Mapped[str]
    name: Mapped[str]


class Commune(Base):
    """A member commune of an EPCI, with its municipal population."""

    __tablename__ = "commune"

    insee: Mapped[str] = mapped_column(primary_key=True)
    siren: Mapped[str]
    name: Mapped[str]
    epci: Mapped[str] = mapped_column(ForeignKey("epci.code"))
    population: Mapped[int]


class Territory(Base):
    """A place that credits may serve: QPV, veille active, quartier vécu, or outside (§3.2)."""

    __tablename__ = "territory"
    __table_args__ = (CheckConstraint("kind IN ('qpv', 'veille', 'vecu', 'hors')", name="kind"),)

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    epci: Mapped[str] = mapped_column(ForeignKey("epci.code"))
    source: Mapped[str]


class TerritoryPopulation(Base):
    """How many inhabitants of a territory live in an EPCI; `commune` is "" where the source gives no detail."""

    __tablename__ = "territory_population"

    territory: Mapped[str] = mapped_column(ForeignKey("territory.code"), primary_key=True)
    commune: Mapped[str] = mapped_column(primary_key=True)
    epci: Mapped[str] = mapped_column(ForeignKey("epci.code"), primary_key=True)
    population: Mapped[int]


class TerritoryCommune(Base):
    """A commune, or a part of an EPCI, over which a territory lies, as the source names it."""

    __tablename__ = "territory_commune"

    territory: Mapped[str] = mapped_column(ForeignKey("territory.code"), primary_key=True)
    commune_name: Mapped[str] = mapped_column(primary_key=True)


class Objective(Base):
    """An operational objective (§5.2), its priority and its axis."""

    __tablename__ = "objective"

    code: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    priority: Mapped[str]
    priority_label: Mapped[str]
    axis: Mapped[str]
    axis_label: Mapped[str]


class Porteur(Base):
    """A body that carries actions. Its code is its identity; its SIRET may change, or be unknown.

    statut: what it is in law (see statuts); None while its type does not tell and nobody has said.
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


class ChartAccount(Base):
    """An account of an official chart: nomenclature (M14, M57), variant, exercice."""

    __tablename__ = "chart_account"

    nomenclature: Mapped[str] = mapped_column(primary_key=True)
    variant: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]


class PersonalDatum(ContractRow):
    """The person to call at a porteur, or its IBAN: what a contract must be able to erase.

    rank: the last is the one that holds; those before are what was known until it was recorded. Erasing empties all.
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
    value: Mapped[str | None]
    recorded_at: Mapped[datetime]
    erased_at: Mapped[datetime | None] = mapped_column(default=None)


class PorteurDocument(ContractRow):
    """A document a porteur has given (RIB, statutes…): when, and where it is kept."""

    __tablename__ = "porteur_document"

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    porteur: Mapped[str] = mapped_column(ForeignKey("porteur.code"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    received_on: Mapped[date] = mapped_column(info={ACT_DAY: True})
    reference: Mapped[str]
