"""The wide sheet read as the long ones: each of its cells becomes a value of an action, a plan or a decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from ledger.core.errors import Problem
from ledger.core.field import Value
from ledger.core.identifiers import plain_words
from ledger.core.money import Money
from ledger.exchange.declaration import Column, Sheet, Values, key_text, plain_text
from ledger.exchange.export.tableau import contract_lines, wide_values
from ledger.exchange.handlers.programming import programme_rows
from ledger.exchange.reading.messages import problem
from ledger.exchange.reading.rows import Cells, Row
from ledger.exchange.sheets.committees import COPIL, TECHNIQUE
from ledger.exchange.sheets.programming import FUNDINGS, PROGRAMMING
from ledger.exchange.sheets.tableau import OTHER_ASKED, OTHER_LINE, WIDE_NAME, WideLine
from ledger.exchange.workbook import Reading
from ledger.programming.queries import years_of_actions
from ledger.programming.vocabulary import ASKED, ActionNature, CommitteeOutcome, RequestState
from ledger.referential.porteurs import porteur_codes

_LONG = (PROGRAMMING, FUNDINGS, TECHNIQUE, COPIL)
_COMMITTEES: Mapping[str, Sheet] = {"proposed": TECHNIQUE, "decided": COPIL}
_OF_ACTION = frozenset(each.field for each in PROGRAMMING.columns if not each.read_only)
_NOT_ASKED = frozenset({"granted", "example"})
_WORDS = ("outcome", "reason")
_DIGITS = 4
_SHOWN = {
    "granted": "cofiville allocation accorder {number} LIGNE MONTANT --piece PIECE",
    "paid": "cofiville versement ordonner CONVENTION MONTANT",
    "status": "cofiville action statut {number} STATUT",
    "axis": "cofiville action modifier {number} --objectif OBJECTIF",
}


def unfolded(session: Session, reading: Reading) -> Reading:
    """The reading with the rows that the cells of its wide sheet make; as it is where it has none.

    What an empty cell of an action already recorded leaves unsaid stays as the book has it, and is told.
    """
    if not (wide := reading.rows.get(WIDE_NAME)):
        return reading
    found = _Unfolding(session, wide)
    rows = {name: list(held) for name, held in reading.rows.items() if name != WIDE_NAME}
    problems = list(reading.problems)
    for sheet in _LONG:
        if rows.get(sheet.name) and found.rows[sheet.name]:
            words = {"title": sheet.name, "first": WIDE_NAME, "second": rows[sheet.name][0].tab}
            problems.append(problem("feuille_meme_contenu", wide[0].tab, **words))
        rows[sheet.name] = [*rows.get(sheet.name, ()), *found.rows[sheet.name]]
    named = {name: held for name, held in rows.items() if held or name in reading.rows}
    return replace(reading, rows=named, problems=[*problems, *found.problems])


class _Unfolding:
    """The rows that the wide ones make, sheet by sheet, and what there is to say of their cells."""

    def __init__(self, session: Session, wide: Sequence[Row]) -> None:
        self.rows: dict[str, list[Row]] = {sheet.name: [] for sheet in _LONG}
        self.problems: list[Problem] = []
        self._letters: dict[tuple[str, str], dict[str, str]] = {}
        self._lines = contract_lines(session)
        self._codes = {plain_words(name): code for name, code in porteur_codes(session).items()}
        years = _years(session, wide)
        self._wide = {number: values for year in years for number, values in wide_values(session, year).items()}
        self._long = programme_rows(session, years)
        for row in wide:
            self._add(row)

    def _add(self, row: Row) -> None:
        number = str(row.values["number"])
        held = self._wide.get(number, {})
        new = number not in self._long[PROGRAMMING.name]
        self._note_shown(row, held)
        self._add_action(row, held, new=new)
        for line in self._lines:
            self._add_funding(row, line, held, line.field("asked"))
        self._add_other(row, held)
        for step, sheet in _COMMITTEES.items():
            self._add_decision(row, step, sheet, held)

    def _add_action(self, row: Row, held: Values, *, new: bool) -> None:
        said = {name: value for name, value in row.values.items() if name in _OF_ACTION}
        if said.get("porteur"):
            said["porteur"] = self._codes.get(plain_words(str(said["porteur"])), said["porteur"])
        if new:
            said |= {"year": _year_of(str(said["number"])), "nature": said.get("nature") or ActionNature.RUNNING}
            said["cost_eligible"] = said["cost_total"] if said.get("cost_eligible") is None else said["cost_eligible"]
            if said["year"] is None:
                self._say("numero_sans_annee", row, "number")
                return
        else:
            said = {name: value for name, value in said.items() if not self._emptied(row, name, held)}
            said |= {"year": self._long[PROGRAMMING.name][str(row.values["number"])]["year"]}
        self._add_row(row, PROGRAMMING, "", said, {**{name: name for name in said}, "year": "number"})

    def _emptied(self, row: Row, name: str, held: Values) -> bool:
        """Whether the cell says nothing where the book says something; that is told."""
        before, after = held.get(name), row.values.get(name)
        if after not in (None, "", ()):
            return False
        if before not in (None, "", (), 0) and before != Money(0):
            title = row.sheet.column(name).title
            self._say("case_vide", row, name, title=title, held=_shown(row.sheet.column(name), before))
        return True

    def _add_other(self, row: Row, held: Values) -> None:
        """What is asked of a line named in the row, which must not have columns of its own on the sheet."""
        named, amount = row.values.get(OTHER_LINE), row.values.get(OTHER_ASKED)
        if named in (None, "") and amount is None:
            return
        line = next((each for each in self._lines if each.code == named), None)
        if line is not None and line.field("asked") in row.values:
            self._say("ligne_en_colonnes", row, OTHER_LINE, line.code, heading=line.heading)
        elif line is None or amount is None:
            self._say("ligne_incomplete", row, OTHER_LINE, named or "")
        else:
            self._add_funding(row, line, held, OTHER_ASKED)

    def _add_funding(self, row: Row, line: WideLine, held: Values, name: str) -> None:
        """The request on a line, whose amount is said by this column."""
        amount = row.values.get(name)
        if name not in row.values or self._emptied(row, name, held) or not isinstance(amount, Money):
            return
        key = key_text(FUNDINGS, {"action": row.values["number"], "line": line.code})
        standing = self._long[FUNDINGS.name].get(key)
        if standing is None and not amount:
            return
        status = standing["status"] if standing else RequestState.ASKED
        if standing is not None and not line.own and status not in ASKED:
            if amount != (held.get(name) or Money(0)):
                self._say("demande_ecartee", row, name, amount.french(), state=RequestState(str(status)).label)
            return
        kept = {each: value for each, value in (standing or {}).items() if each not in _NOT_ASKED}
        values = {**kept, "action": row.values["number"], "line": line.code, "amount_requested": amount}
        self._add_row(row, FUNDINGS, line.code, values, {"action": "number", "line": name, "amount_requested": name})

    def _add_decision(self, row: Row, step: str, sheet: Sheet, held: Values) -> None:
        """Rows for each line of the action, where something of what the committee says of it has changed."""
        more = _WORDS if step == "decided" else ()
        names = {line.field(step): line.code for line in self._lines if line.field(step) in row.values}
        said = {name: value for name in (*names, *more) if (value := row.values.get(name)) not in (None, "")}
        changed = {name for name, value in said.items() if value != held.get(name)}
        for name in (*names, *more):
            if name not in said and held.get(name) not in (None, "", Money(0)):
                self._say(
                    "case_vide",
                    row,
                    name,
                    title=row.sheet.column(name).title,
                    held=_shown(row.sheet.column(name), held[name]),
                )
        if not changed:
            return
        outcome = said.get("outcome", held.get("outcome")) if more else None
        granted = outcome == CommitteeOutcome.GRANTED or not outcome
        for name, code in names.items():
            amount = said.get(name, held.get(name))
            proposed = row.values.get(f"{code} proposed")
            if step == "decided" and granted and amount is None and proposed:
                self._say("decision_partielle", row, name, proposed=_shown(row.sheet.column(name), proposed))
            if amount is None and f"{code} asked" not in held and not row.values.get(f"{code} asked"):
                continue
            values: dict[str, Value] = {"action": row.values["number"], "line": code, "amount": amount}
            if more:
                values |= {each: said.get(each, held.get(each)) for each in more}
            cells = {"action": "number", "line": name, "amount": name, **{each: each for each in more}}
            self._add_row(row, sheet, code, values, cells)

    def _note_shown(self, row: Row, held: Values) -> None:
        """Say what differs from the book in the columns that are only shown."""
        for of_sheet in row.sheet.columns:
            value = row.values.get(of_sheet.field)
            command = _SHOWN.get(of_sheet.field.rpartition(" ")[2])
            if command and value not in (None, "") and value != (held.get(of_sheet.field) or Money(0)):
                before = _shown(of_sheet, held.get(of_sheet.field)) or "vide"
                words = {"expected": before, "command": command.format(number=row.values["number"])}
                self._say(
                    "colonne_informative", row, of_sheet.field, _shown(of_sheet, value), title=of_sheet.title, **words
                )

    def _add_row(self, row: Row, sheet: Sheet, line: str, values: Values, cells: Mapping[str, str]) -> None:
        letters = self._letters.setdefault((sheet.name, line), {})
        letters |= {name: row.cells.letters[of] for name, of in cells.items() if of in row.cells.letters}
        made = Row(sheet, row.tab, row.number, values, Cells(letters, row.number), made_from=WIDE_NAME)
        self.rows[sheet.name].append(made)

    def _say(self, code: str, row: Row, name: str, found: object = "", **words: str) -> None:
        self.problems.append(problem(code, row.tab, row.cell(name, "number"), found, **words))


def _shown(of_sheet: Column, value: Value) -> str:
    labels = {choice.value: choice.label for choice in of_sheet.choices}
    return (
        value.french()
        if isinstance(value, Money)
        else labels.get(value, plain_text(value))
        if isinstance(value, str)
        else plain_text(value)
    )


def _year_of(number: str) -> int | None:
    year = number.partition("-")[0]
    return int(year) if len(year) == _DIGITS and year.isdecimal() else None


def _years(session: Session, wide: Sequence[Row]) -> set[int]:
    numbers = {str(row.values["number"]) for row in wide}
    return years_of_actions(session, numbers)
