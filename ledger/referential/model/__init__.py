"""Tables of who and where, a module a subject, loaded when one of them is asked for.

What each contract has of its own, then porteurs and charts, common to all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.storage.base import tables_by_subject

if TYPE_CHECKING:
    from ledger.referential.model.axes import Axis as Axis
    from ledger.referential.model.charts import ChartAccount as ChartAccount
    from ledger.referential.model.charts import ContractAccount as ContractAccount
    from ledger.referential.model.dated import Dated as Dated
    from ledger.referential.model.lines import CreditLine as CreditLine
    from ledger.referential.model.lines import Financeur as Financeur
    from ledger.referential.model.porteurs import PersonalDatum as PersonalDatum
    from ledger.referential.model.porteurs import Porteur as Porteur
    from ledger.referential.model.porteurs import PorteurDocument as PorteurDocument
    from ledger.referential.model.territories import Commune as Commune
    from ledger.referential.model.territories import Epci as Epci
    from ledger.referential.model.territories import Territory as Territory
    from ledger.referential.model.territories import TerritoryCommune as TerritoryCommune
    from ledger.referential.model.territories import TerritoryKind as TerritoryKind
    from ledger.referential.model.territories import TerritoryPopulation as TerritoryPopulation
    from ledger.referential.model.words import Dispositif as Dispositif
    from ledger.referential.model.words import PostKind as PostKind
    from ledger.referential.model.words import Scale as Scale

__getattr__ = tables_by_subject(
    __name__,
    {
        "dated": ("Dated",),
        "lines": ("Financeur", "CreditLine"),
        "territories": ("Epci", "Commune", "TerritoryKind", "Territory", "TerritoryPopulation", "TerritoryCommune"),
        "axes": ("Axis",),
        "porteurs": ("Porteur", "PersonalDatum", "PorteurDocument"),
        "charts": ("ChartAccount", "ContractAccount"),
        "words": ("Dispositif", "Scale", "PostKind"),
    },
)
