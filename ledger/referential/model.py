"""Tables of who and where: what each contract has of its own, then porteurs and charts, common to all of them."""

from __future__ import annotations

from datetime import date, datetime
from secrets import token_hex

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from ledger.core.identifiers import plain_words
from ledger.referential.vocabulary import LineNature, PersonalKind, PorteurKind
from ledger.storage.base import ACT_DAY, SALT, UNTRACKED, Base, ContractRow, of_contract

REFERS_TO = ("ledger.journal.model",)

_ELIDED, _VOWELS = "l'", tuple("aeiou")


class Dated(ContractRow):
    """A fact of a contract that holds from a day to a day; without one, as long as the contract itself."""

    __abstract__ = True

    starts_on: Mapped[date | None] = mapped_column(init=False, default=None, sort_order=90)
    ends_on: Mapped[date | None] = mapped_column(init=False, default=None, sort_order=91)

    def holds(self, first: date, last: date) -> bool:
        """Whether it holds on a day at least of these, both included."""
        return (self.starts_on is None or self.starts_on <= last) and (self.ends_on is None or self.ends_on >= first)


class Financeur(Dated):
    """Who brings money: État, Région, EPCI, communes, Caf … (§5.3.1).

    statut: what it is in law (see statuts); None while it is to be confirmed (bailleurs, Caf, CPAM).
    """

    __tablename__ = "financeur"

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    role: Mapped[str]
    source: Mapped[str]
    statut: Mapped[str | None] = mapped_column(default=None)
    to_confirm: Mapped[bool] = mapped_column(default=False, server_default=false())


class CreditLine(Dated):
    """A line on which a financeur opens credits; `rank` orders lines inside their nature.

    territories: the kinds that it serves ("qpv|veille").
    """

    __tablename__ = "credit_line"
    __table_args__ = (CheckConstraint(LineNature.check("nature"), name="nature"),)

    code: Mapped[str] = mapped_column(primary_key=True)
    financeur: Mapped[str] = mapped_column(info=of_contract("financeur.code"))
    label: Mapped[str]
    nature: Mapped[str]
    territories: Mapped[str]
    source: Mapped[str]
    rank: Mapped[int]
    to_confirm: Mapped[bool] = mapped_column(default=False, server_default=false())


class Epci(Dated):
    """An EPCI of the contract: the one that carries it, and those among whom what is shared is split.

    short_name, article: how it is called in a sentence: "Grand Reims" and "le", "Amiens Métropole" and "".
    """

    __tablename__ = "epci"

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    siren: Mapped[str]
    name: Mapped[str]
    short_name: Mapped[str]
    article: Mapped[str] = mapped_column(default="", server_default="")

    @property
    def named(self) -> str:
        """As a sentence names it: "le Grand Reims", "Amiens Métropole"."""
        return f"{self.article}{'' if self.article in ('', _ELIDED) else ' '}{self.short_name}"

    @property
    def of(self) -> str:
        """What is its own: "du Grand Reims", "d'Amiens Métropole"."""
        if self.article == "le":
            return f"du {self.short_name}"
        bare = not self.article and plain_words(self.short_name)[:1] in _VOWELS
        return f"d'{self.short_name}" if bare else f"de {self.named}"

    @property
    def to(self) -> str:
        """What goes to it: "au Grand Reims", "à Amiens Métropole"."""
        return f"au {self.short_name}" if self.article == "le" else f"à {self.named}"


class Commune(Dated):
    """A member commune of an EPCI, with its municipal population."""

    __tablename__ = "commune"

    insee: Mapped[str] = mapped_column(primary_key=True)
    siren: Mapped[str]
    name: Mapped[str]
    epci: Mapped[str] = mapped_column(info=of_contract("epci.code"))
    population: Mapped[int]


class TerritoryKind(ContractRow):
    """A kind of territory of the contract: QPV, veille active, quartier vécu, or its own (§3.2).

    served_as: the slice in which rates and rules count the people it serves: "qpv", "veille" or "hors".
    """

    __tablename__ = "territory_kind"
    __table_args__ = (CheckConstraint("served_as IN ('qpv', 'veille', 'hors')", name="served_as"),)

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    served_as: Mapped[str]
    rank: Mapped[int]


class Territory(Dated):
    """A place that credits may serve: QPV, veille active, quartier vécu, or outside (§3.2)."""

    __tablename__ = "territory"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(info=of_contract("territory_kind.code"))
    epci: Mapped[str] = mapped_column(info=of_contract("epci.code"))
    source: Mapped[str]
    to_confirm: Mapped[bool] = mapped_column(default=False, server_default=false())


class TerritoryPopulation(ContractRow):
    """How many inhabitants of a territory live in an EPCI; `commune` is "" where the source gives no detail.

    source, vintage: where the number comes from, and its year; "" and None where the territory's own source says it.
    """

    __tablename__ = "territory_population"

    territory: Mapped[str] = mapped_column(info=of_contract("territory.code"), primary_key=True)
    commune: Mapped[str] = mapped_column(primary_key=True)
    epci: Mapped[str] = mapped_column(info=of_contract("epci.code"), primary_key=True)
    population: Mapped[int]
    source: Mapped[str] = mapped_column(default="", server_default="")
    vintage: Mapped[int | None] = mapped_column(default=None)


class TerritoryCommune(ContractRow):
    """A commune, or a part of an EPCI, over which a territory lies, as the source names it."""

    __tablename__ = "territory_commune"

    territory: Mapped[str] = mapped_column(info=of_contract("territory.code"), primary_key=True)
    commune_name: Mapped[str] = mapped_column(primary_key=True)


class Axis(Dated):
    """An axis of the contract, a priority or an objective below, to any depth: actions aim at what has none below.

    code: that of the one it stands under, a dot, its own part ("5", "5.1", "5.1.2"). rank: its place in the contract.
    """

    __tablename__ = "axis"

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    rank: Mapped[int]
    parent: Mapped[str | None] = mapped_column(info=of_contract("axis.code"), default=None)


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
