"""The accounts of official charts."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from ledger.storage.base import Base


class ChartAccount(Base):
    """An account of an official chart: nomenclature (M14, M57), variant, exercice."""

    __tablename__ = "chart_account"

    nomenclature: Mapped[str] = mapped_column(primary_key=True)
    variant: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
