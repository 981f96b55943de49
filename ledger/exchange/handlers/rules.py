"""Règles by workbook: entered when new, corrected or changed from a day; nothing is ever overwritten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import LedgerError, Problem
from ledger.core.period import Period
from ledger.core.source import Source
from ledger.exchange.declaration import Values, key_text
from ledger.exchange.importing.diff import RowDiff, SheetDiff, State, compare
from ledger.exchange.importing.handling import Act, Origin
from ledger.exchange.reading.rows import Row
from ledger.exchange.sheets.rules import RULES
from ledger.rules.book import Rule, rule_of, standing
from ledger.rules.figures import Figures
from ledger.rules.kinds import read_figures
from ledger.rules.model import RuleVersion
from ledger.rules.operations import RuleForm, add_rule, change_from, correct_version
from ledger.rules.scope import check_scope
from ledger.rules.written import figures_text, read_pairs, scope_pairs


def rule_values(rule: Rule[Figures]) -> Values:
    """The row of a version."""
    return {
        "code": rule.code,
        "label": rule.label,
        "kind": rule.kind,
        "scope": scope_pairs(rule.scope),
        "figures": figures_text(rule.figures),
        "value": rule.value(),
        "first_day": rule.period.first,
        "last_day": rule.period.last,
        "source": rule.source.text,
        "article": rule.source.article,
        "link": rule.link,
        "to_confirm": rule.to_confirm,
        "verified_on": rule.verified_on,
    }


class RuleHandler:
    """Rows of the sheet Règles."""

    sheets = (RULES,)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: Origin) -> list[SheetDiff]:
        """The versions of the file against those that stand."""
        query = select(RuleVersion)
        held = [rule_values(rule_of(version)) for version in standing(session.scalars(query))]
        return [compare(RULES, [_as_kept(row) for row in rows[RULES.name]], {key_text(RULES, v): v for v in held})]

    def acts(self, session: Session, diffs: Sequence[SheetDiff], origin: Origin) -> Iterator[Act]:
        """One act a version that is new or changed."""
        for diff in diffs[0].rows:
            if diff.state is not State.SAME:
                yield Act((diff,), lambda diff=diff: _enter(session, diff, origin.on))  # type: ignore[misc]

    def remarks(
        self, session: Session, rows: Mapping[str, Sequence[Row]], diffs: Sequence[SheetDiff], origin: Origin
    ) -> Iterator[Problem]:
        """Nothing more to say."""
        return iter(())


def _as_kept(row: Row) -> Row:
    """The row with its scope and figures written the one way they are kept; as it is when they cannot be read."""
    values = dict(row.values)
    try:
        values["scope"] = scope_pairs(check_scope(read_pairs(str(values.get("scope") or ""))))
        values["figures"] = figures_text(
            read_figures(str(values["kind"]), read_pairs(str(values.get("figures") or "")))
        )
    except LedgerError:
        return row
    return row.saying(values)


def _enter(session: Session, diff: RowDiff, today: date) -> None:
    values = diff.row.values
    first, last, verified = values["first_day"], values.get("last_day"), values.get("verified_on")
    assert isinstance(first, date)
    form = RuleForm(
        code=str(values["code"]),
        kind=str(values["kind"]),
        scope=read_pairs(str(values.get("scope") or "")),
        figures=read_pairs(str(values.get("figures") or "")),
        label=str(values["label"]),
        period=Period(first, last if isinstance(last, date) else None),
        source=Source(str(values["source"]), str(values.get("article") or "")),
        link=str(values.get("link") or ""),
        to_confirm=bool(values.get("to_confirm")),
        verified_on=verified if isinstance(verified, date) else today,
    )
    if diff.state is State.CHANGED:
        correct_version(session, form)
    elif not change_from(session, form):
        add_rule(session, form)
