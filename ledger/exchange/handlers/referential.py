"""Porteurs, enveloppes and rules by workbook: recorded when new, corrected, or changed from a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NoReturn

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from ledger.core.errors import LedgerError, Problem
from ledger.core.money import Money
from ledger.core.period import Period
from ledger.core.source import Source
from ledger.exchange.declaration import Values, key_text, value_required, value_said
from ledger.exchange.importing.diff import RowDiff, SheetDiff, compare_rows
from ledger.exchange.importing.handling import Handler, ImportAct, RowsOrigin
from ledger.exchange.reading.messages import problem
from ledger.exchange.reading.rows import Row
from ledger.exchange.sheets.referential import ENVELOPPES, PORTEURS, RULES
from ledger.exchange.vocabulary import State
from ledger.journal.enveloppes import modify_credits, notify_credits
from ledger.journal.model import Account, Entry, Transfer
from ledger.journal.positions import Position
from ledger.journal.vocabulary import EntryKind
from ledger.referential.change_facts import line_that_opens
from ledger.referential.fields import PORTEUR_TYPED
from ledger.referential.likely_porteurs import likely_among
from ledger.referential.model import Porteur
from ledger.referential.porteurs import PorteurForm, change_porteur, porteurs, record_porteur
from ledger.referential.queries import find_line
from ledger.rules.book import Rule, rule_of, standing_versions
from ledger.rules.enter_rule import RuleForm, add_rule, change_from, correct_version
from ledger.rules.enveloppe_ceilings import check_ceiling
from ledger.rules.figures import Figures
from ledger.rules.kinds import read_figures
from ledger.rules.model import RuleVersion
from ledger.rules.scope import check_scope
from ledger.rules.written import figures_text, read_pairs, scope_pairs


class WrittenAct(LedgerError):
    """A row that would change an act already written."""

    code = "acte_ecrit"


def enveloppe_values(session: Session, years: set[int]) -> list[Values]:
    """A row for each notification and modification of these years, in the order of the book."""
    debited, credited = aliased(Account), aliased(Account)
    query = (
        select(Entry.kind, Entry.piece, Entry.effect_on, debited.position, debited.line, debited.year, Transfer.amount)
        .join(Transfer, Transfer.sequence == Entry.sequence)
        .join(debited, debited.id == Transfer.debit_account)
        .join(credited, credited.id == Transfer.credit_account)
        .where(
            Entry.kind.in_((EntryKind.NOTIFICATION, EntryKind.MODIFICATION)),
            debited.year.in_(years),
        )
        .order_by(Entry.sequence)
    )
    return [
        {
            "line": line,
            "year": year,
            "movement": kind,
            "amount": amount if position == Position.DISPONIBLE else -amount,
            "piece": piece,
            "on": on,
        }
        for kind, piece, on, position, line, year, amount in session.execute(query)
    ]


class EnveloppeHandler(Handler):
    """Rows of the sheet Enveloppes."""

    sheets = (ENVELOPPES,)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: RowsOrigin) -> list[SheetDiff]:
        """The acts of the file against those written for the years it names."""
        found = rows[ENVELOPPES.name]
        years = {year for row in found if isinstance(year := row.values["year"], int)}
        held = {key_text(ENVELOPPES, values): values for values in enveloppe_values(session, years)}
        return [compare_rows(ENVELOPPES, found, held)]

    def acts(self, session: Session, diffs: Sequence[SheetDiff], origin: RowsOrigin) -> Iterator[ImportAct]:
        """One entry a new row; a changed one is refused."""
        for diff in diffs[0].rows:
            if diff.state is State.NEW:
                yield _act(session, diff)
            elif diff.state is State.CHANGED:
                yield ImportAct((diff,), lambda diff=diff: _refuse(diff))  # type: ignore[misc]


def _act(session: Session, diff: RowDiff) -> ImportAct:
    values = diff.row.values
    line, year, amount = (
        str(values["line"]),
        value_required(values, "year", int),
        value_required(values, "amount", Money),
    )
    operation = notify_credits if values["movement"] == EntryKind.NOTIFICATION else modify_credits

    def act() -> None:
        code = line_that_opens(session, line, year) if amount.cents > 0 else find_line(session, line).code
        operation(session, code, year, amount, piece=str(values["piece"]), on=value_required(values, "on", date))
        if amount.cents > 0:
            check_ceiling(session, code, year)

    return ImportAct((diff,), act)


def _refuse(diff: RowDiff) -> NoReturn:
    line, year = diff.row.values["line"], diff.row.values["year"]
    names = ", ".join(change.column.title.lower() for change in diff.changes)
    raise WrittenAct(
        f"Cet acte est déjà écrit au livre avec une autre valeur ({names}).",
        f"Ajoutez une ligne « modification », ou : cofiville enveloppe modifier {line} {year} MONTANT --piece PIECE.",
    )


def porteur_values(porteur: Porteur) -> Values:
    """The row of the sheet Porteurs for a porteur."""
    return {name: getattr(porteur, name) for name in PORTEUR_TYPED}


class PorteurHandler(Handler):
    """Rows of the sheet Porteurs."""

    sheets = (PORTEURS,)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: RowsOrigin) -> list[SheetDiff]:
        """The porteurs of the file against all that are known; a statut left blank says nothing against it."""
        held = {porteur.code: porteur_values(porteur) for porteur in porteurs(session)}
        return [compare_rows(PORTEURS, [row.without_blank("statut") for row in rows[PORTEURS.name]], held)]

    def acts(self, session: Session, diffs: Sequence[SheetDiff], origin: RowsOrigin) -> Iterator[ImportAct]:
        """One act a porteur that is new or changed."""
        held = {porteur.code: porteur_values(porteur) for porteur in porteurs(session)}
        for diff in diffs[0].rows:
            if diff.state is not State.SAME:
                yield _porteur_act(session, diff, held.get(diff.row.key, {}))

    def remarks(
        self, session: Session, rows: Mapping[str, Sequence[Row]], diffs: Sequence[SheetDiff], origin: RowsOrigin
    ) -> Iterator[Problem]:
        """Each new porteur that is likely one the base has, or another of the file."""
        new = [diff.row for diff in diffs[0].rows if diff.state is State.NEW]
        forms = [_form(row.values) for row in new]
        for place, found in likely_among(session, forms):
            yield problem("porteur_semblable", new[place].tab, new[place].cell("name"), forms[place].name, note=found)


def _porteur_act(session: Session, diff: RowDiff, held: Values) -> ImportAct:
    form = _form({**held, **diff.row.values})
    if diff.state is State.NEW:
        return ImportAct((diff,), lambda: record_porteur(session, form))
    return ImportAct((diff,), lambda: change_porteur(session, form.code, form))


def _form(values: Values) -> PorteurForm:
    typed: dict[str, Any] = {name: value for name in PORTEUR_TYPED if (value := values.get(name))}
    return PorteurForm(**typed)


def rule_values(rule: Rule[Figures]) -> Values:
    """The row of the sheet Règles for a version of a rule."""
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


class RuleHandler(Handler):
    """Rows of the sheet Règles."""

    sheets = (RULES,)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: RowsOrigin) -> list[SheetDiff]:
        """The versions of the file against those that stand."""
        query = select(RuleVersion)
        held = [rule_values(rule_of(version)) for version in standing_versions(session.scalars(query))]
        return [compare_rows(RULES, [_as_kept(row) for row in rows[RULES.name]], {key_text(RULES, v): v for v in held})]

    def record(self, session: Session, diff: RowDiff, origin: RowsOrigin) -> None:
        """Enter the version of this row."""
        values = diff.row.values
        form = RuleForm(
            code=str(values["code"]),
            kind=str(values["kind"]),
            scope=read_pairs(str(values.get("scope") or "")),
            figures=read_pairs(str(values.get("figures") or "")),
            label=str(values["label"]),
            period=Period(value_required(values, "first_day", date), value_said(values, "last_day", date)),
            source=Source(str(values["source"]), str(values.get("article") or "")),
            link=str(values.get("link") or ""),
            to_confirm=bool(values.get("to_confirm")),
            verified_on=value_said(values, "verified_on", date) or origin.on,
        )
        if diff.state is State.CHANGED:
            correct_version(session, form)
        elif not change_from(session, form):
            add_rule(session, form)


def _as_kept(row: Row) -> Row:
    """The row with its scope and figures written the one way they are kept; as it is when they cannot be read.

    A day of verification left blank says nothing.
    """
    values = dict(row.values)
    try:
        values["scope"] = scope_pairs(check_scope(read_pairs(str(values.get("scope") or ""))))
        values["figures"] = figures_text(
            read_figures(str(values["kind"]), read_pairs(str(values.get("figures") or "")))
        )
    except LedgerError:
        return row
    return row.saying(values).without_blank("verified_on")
