"""Avenants as rows: what each changes, line by line, and why a rule was put aside."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy.orm import Session

from ledger.conventions.forms import ReadAvenant
from ledger.conventions.model import Convention
from ledger.conventions.queries import conventions
from ledger.conventions.read_conventions import read_avenant
from ledger.conventions.schedule import LineKey, plan_text
from ledger.conventions.vocabulary import ConventionKind, ConventionStatus
from ledger.core.money import ZERO, Money
from ledger.exchange.declaration import Values, key_text
from ledger.exchange.handlers.convention_rows import outgoing
from ledger.exchange.sheets.conventions import AVENANTS
from ledger.journal.vocabulary import EntryKind
from ledger.journal.waivers import waivers_for

_Waived = dict[tuple[str, str, str, str], str]


def avenant_rows(session: Session, years: Collection[int]) -> dict[str, Values]:
    """By key, a row for each line that an avenant to a convention of these millésimes changes.

    One that changes no line has a row for the first. Only a rule put aside has a motive to compare with.
    """
    return _rows(session, outgoing(session, years))


def right_rows(session: Session, numbers: Collection[str]) -> dict[str, Values]:
    """As `avenant_rows`, for the rights acquired of these numbers, which no workbook of a year lists."""
    standing = (ConventionStatus.SIGNED, ConventionStatus.SETTLED)
    return _rows(
        session,
        [each for each in conventions(session, numbers=numbers, states=standing) if each.kind == ConventionKind.RIGHT],
    )


def _rows(session: Session, found: Sequence[Convention]) -> dict[str, Values]:
    amended = [each for each in found if each.avenants]
    waived = _waived(session, amended)
    of_each = ((each, read_avenant(avenant)) for each in amended for avenant in each.avenants)
    return {key_text(AVENANTS, row): row for each, avenant in of_each for row in _of(each, avenant, waived)}


def _waived(session: Session, amended: Sequence[Convention]) -> _Waived:
    """By convention, piece, action and line, why an avenant, or what it granted itself, put a rule aside."""
    acts = (EntryKind.AVENANT, EntryKind.GRANT)
    found = waivers_for(session, [each.number for each in amended])
    return {(each.convention, each.piece, each.action, each.line): each.reason for each in found if each.kind in acts}


def _of(convention: Convention, avenant: ReadAvenant, waived: _Waived) -> Iterator[Values]:
    changes = {(row.action, row.line): row.change for row in avenant.lines}
    bases = _new_bases(convention, avenant)
    first = convention.lines[0]
    for action, line in dict.fromkeys([*changes, *bases]) or [(first.action, first.line)]:
        motive = waived.get((convention.number, avenant.piece, action, line))
        yield {
            "convention": convention.number,
            "piece": avenant.piece,
            "action": action,
            "line": line,
            "signed_on": avenant.signed_on,
            "change": changes.get((action, line)),
            "base": bases.get((action, line)),
            **{name: avenant.changed(name) for name in _TOLD},
            "plan": plan_text(avenant.after.plan) or None,
            **({"waiver": motive} if motive else {}),
        }


_TOLD = ("starts_on", "ends_on", "purpose")


def rows_in_force(session: Session, numbers: Collection[str]) -> dict[str, Values]:
    """By key, for each line of these conventions, what each of their avenants left in force, changed by it or not."""
    rows: dict[str, Values] = {}
    for each in conventions(session, numbers=numbers):
        for avenant in map(read_avenant, each.avenants):
            for action, line in ((row.action, row.line) for row in each.lines):
                values: Values = {
                    "convention": each.number,
                    "piece": avenant.piece,
                    "action": action,
                    "line": line,
                    "signed_on": avenant.signed_on,
                    "change": ZERO,
                    "base": avenant.after.bases.get((action, line)),
                    **{name: getattr(avenant.after, name) for name in _TOLD},
                    "plan": plan_text(avenant.after.plan) or None,
                }
                rows[key_text(AVENANTS, values)] = values
    return rows


def _new_bases(convention: Convention, avenant: ReadAvenant) -> dict[LineKey, Money]:
    """The eligible costs that the avenant gives: another than before, or than the plan of a line it adds."""
    planned = {(each.action, each.line): each.terms_signed.get("base") for each in convention.lines}
    return {
        key: base
        for key, base in avenant.after.bases.items()
        if base != avenant.before.bases.get(key, base if planned.get(key) == base.cents else None)
    }
