"""Prolongations, avenants and annexes of the contract by workbook: recorded when new, never changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue
from ledger.exchange.declaration import Values, key_text, value_required, value_said
from ledger.exchange.handlers.referential import WrittenAct
from ledger.exchange.importing.diff import RowDiff, SheetDiff, compare_rows
from ledger.exchange.importing.handling import Handler, ImportAct, RowsOrigin
from ledger.exchange.reading.rows import Row
from ledger.exchange.sheets.framework import CONTRACT_ACTS
from ledger.exchange.vocabulary import State
from ledger.journal.model import ContractAct
from ledger.journal.vocabulary import ContractActKind
from ledger.referential.change_contract import add_contract_act, prolong_contract
from ledger.storage.instants import instant_of_record
from ledger.storage.session import context


def contract_act_values(session: Session) -> tuple[Values, ...]:
    """A row for each act of the contract of the session, in their order."""
    return tuple(
        {column.field: getattr(act, column.field) for column in CONTRACT_ACTS.columns}
        for act in session.scalars(select(ContractAct).order_by(ContractAct.rank))
    )


class ContractActHandler(Handler):
    """Rows of the sheet Actes du contrat."""

    sheets = (CONTRACT_ACTS,)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: RowsOrigin) -> list[SheetDiff]:
        """The acts of the file against those of the contract."""
        held = {key_text(CONTRACT_ACTS, values): values for values in contract_act_values(session)}
        return [compare_rows(CONTRACT_ACTS, rows[CONTRACT_ACTS.name], held)]

    def acts(self, session: Session, diffs: Sequence[SheetDiff], origin: RowsOrigin) -> Iterator[ImportAct]:
        """One act a row that is new or changed, by day: a prolongation goes further than the one before."""
        changed = [diff for diff in diffs[0].rows if diff.state is not State.SAME]
        for diff in sorted(changed, key=lambda each: value_required(each.row.values, "decided_on", date)):
            yield ImportAct((diff,), partial(self.record, session, diff, origin))

    def record(self, session: Session, diff: RowDiff, origin: RowsOrigin) -> object:
        """The act in the contract. raises: WrittenAct for one that is noted already, as the act of its kind."""
        values, contract = diff.row.values, context(session).contract
        if diff.state is State.CHANGED:
            raise WrittenAct(
                f"Cet acte est déjà noté, et autrement ({', '.join(each.column.title for each in diff.changes)}).",
                "Remettez la ligne telle qu'elle était, et ajoutez-en une pour l'acte qui le change.",
            )
        kind, piece, until = str(values["kind"]), str(values["piece"]), value_said(values, "ends_on", date)
        on, doubted, at = (
            value_required(values, "decided_on", date),
            bool(values.get("to_confirm")),
            instant_of_record(session),
        )
        if (kind == ContractActKind.EXTENSION) != (until is not None):
            raise InvalidValue(
                "Une prolongation a un nouveau dernier jour, et elle seule.",
                "Donnez « Jusqu'au » à une prolongation ; laissez-le vide pour un avenant ou une annexe.",
            )
        if until is not None:
            return prolong_contract(session, contract, until=until, piece=piece, on=on, at=at, to_confirm=doubted)
        return add_contract_act(session, contract, kind, piece=piece, on=on, at=at, to_confirm=doubted)
