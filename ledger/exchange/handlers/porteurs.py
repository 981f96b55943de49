"""Porteurs: recorded when new, corrected when changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy.orm import Session

from ledger.core.errors import Problem
from ledger.exchange.declaration import Values
from ledger.exchange.importing.diff import RowDiff, SheetDiff, State, compare
from ledger.exchange.importing.handling import Act, Origin
from ledger.exchange.reading.rows import Row
from ledger.exchange.sheets.porteurs import PORTEURS
from ledger.referential.model import Porteur
from ledger.referential.porteurs import PorteurForm, change_porteur, porteurs, record_porteur


def porteur_values(porteur: Porteur) -> Values:
    """The row of a porteur."""
    return {
        "code": porteur.code,
        "name": porteur.name,
        "kind": porteur.kind,
        "siret": porteur.siret,
        "rna": porteur.rna,
        "commune": porteur.commune,
        "to_confirm": porteur.to_confirm,
        "statut": porteur.statut,
    }


class PorteurHandler:
    """Rows of the sheet Porteurs."""

    sheets = (PORTEURS,)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: Origin) -> list[SheetDiff]:
        """The porteurs of the file against all that are known."""
        held = {porteur.code: porteur_values(porteur) for porteur in porteurs(session)}
        return [compare(PORTEURS, [_without_blank_statut(row) for row in rows[PORTEURS.name]], held)]

    def acts(self, session: Session, diffs: Sequence[SheetDiff], origin: Origin) -> Iterator[Act]:
        """One act a porteur that is new or changed."""
        held = {porteur.code: porteur_values(porteur) for porteur in porteurs(session)}
        for diff in diffs[0].rows:
            if diff.state is not State.SAME:
                yield _act(session, diff, held.get(diff.row.key, {}))

    def remarks(
        self, session: Session, rows: Mapping[str, Sequence[Row]], diffs: Sequence[SheetDiff], origin: Origin
    ) -> Iterator[Problem]:
        """Nothing more to say."""
        return iter(())


def _without_blank_statut(row: Row) -> Row:
    """A statut left blank says nothing: what the type tells, or what is known, stays."""
    if row.values.get("statut") is not None:
        return row
    return row.saying({name: value for name, value in row.values.items() if name != "statut"})


def _act(session: Session, diff: RowDiff, held: Values) -> Act:
    values = {**held, **diff.row.values}
    form = PorteurForm(
        code=str(values["code"]),
        name=str(values["name"]),
        kind=str(values["kind"]),
        siret=str(values.get("siret") or ""),
        rna=str(values.get("rna") or ""),
        commune=str(values.get("commune") or ""),
        to_confirm=bool(values.get("to_confirm")),
        statut=str(values["statut"]) if values.get("statut") else None,
    )
    if diff.state is State.NEW:
        return Act((diff,), lambda: record_porteur(session, form))
    return Act((diff,), lambda: change_porteur(session, form.code, form))
