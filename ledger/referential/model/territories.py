"""The places of a contract: its EPCI, their communes, the territories that credits serve."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, false
from sqlalchemy.orm import Mapped, mapped_column

from ledger.core.identifiers import plain_words
from ledger.referential.model.dated import Dated
from ledger.referential.vocabulary import TerritorySlice
from ledger.storage.base import ContractRow, of_contract

REFERS_TO = ("ledger.journal.model.contracts",)


_ELIDED, _VOWELS = "l'", tuple("aeiou")


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


class TerritoryKind(Dated):
    """A kind of territory of the contract: QPV, veille active, quartier vécu, or its own (§3.2).

    served_as: the slice in which rates and rules count the people it serves: "qpv", "veille" or "hors". on_evidence:
    whether they count there only once shown to live first in a QPV, and "hors" until then, as in a quartier vécu.
    """

    __tablename__ = "territory_kind"
    __table_args__ = (CheckConstraint(TerritorySlice.check("served_as"), name="served_as"),)

    contract: Mapped[str] = mapped_column(ForeignKey("contract.code"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    served_as: Mapped[str]
    rank: Mapped[int]
    on_evidence: Mapped[bool] = mapped_column(default=False, server_default=false())


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
