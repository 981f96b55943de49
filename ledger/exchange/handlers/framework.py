"""The référentiel of a contract by workbook: what is new is recorded, what differs is changed, nothing is deleted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, NotFound, Problem
from ledger.core.grouping import grouped
from ledger.core.identifiers import check_code, code_from_name
from ledger.core.period import Period
from ledger.exchange.declaration import Sheet, Values, key_text
from ledger.exchange.export.framework import ENTITIES, held_framework, key_names
from ledger.exchange.handlers.line_management import RuledLines, management_acts, management_remarks
from ledger.exchange.handlers.referential import RuleHandler
from ledger.exchange.importing.diff import RowDiff, SheetDiff, compare_rows
from ledger.exchange.importing.handling import Handler, ImportAct, ImportBatch, RowsOrigin
from ledger.exchange.reading.rows import Row
from ledger.exchange.sheets.framework import (
    ACCOUNTS_SHEET,
    AXES,
    COMMUNES,
    CREDIT_LINES,
    DISPOSITIFS,
    EPCIS,
    FINANCEURS,
    MANAGEMENT_FIELDS,
    POPULATIONS,
    POST_KINDS_SHEET,
    SCALES,
    TERRITORIES_SHEET,
    TERRITORY_KINDS_SHEET,
)
from ledger.exchange.sheets.referential import RULES
from ledger.exchange.vocabulary import State
from ledger.execution.charged_accounts import charged_to_account, check_account_days
from ledger.programming.facts_in_use import check_new_days
from ledger.programming.word_uses import uses_of
from ledger.referential.change_facts import kinds_served
from ledger.referential.change_words import check_said, check_word_change, check_word_code
from ledger.referential.contract_accounts import AccountKeyed, check_account_change, check_contract_account, party_kept
from ledger.referential.contracts import check_geography
from ledger.referential.framework import new_fact, parents_first
from ledger.referential.model import (
    ContractAccount,
    Dated,
    Dispositif,
    PostKind,
    Scale,
    Territory,
    TerritoryCommune,
    TerritoryKind,
)
from ledger.referential.populations import check_people, check_vintage
from ledger.referential.words import AnyWord
from ledger.storage.base import ContractRow
from ledger.storage.session import context

# Each sheet after those that its rows name.
_IN_ORDER = (
    *(EPCIS, COMMUNES, FINANCEURS, TERRITORY_KINDS_SHEET, CREDIT_LINES, TERRITORIES_SHEET, POPULATIONS, AXES),
    *(DISPOSITIFS, SCALES, POST_KINDS_SHEET, ACCOUNTS_SHEET),
)
# What a column names: the sheet it stands on, in French with its article.
_NAMED = {
    (COMMUNES.name, "epci"): (EPCIS, "L'EPCI"),
    (CREDIT_LINES.name, "financeur"): (FINANCEURS, "Le financeur"),
    (TERRITORIES_SHEET.name, "kind"): (TERRITORY_KINDS_SHEET, "Le type de territoire"),
    (TERRITORIES_SHEET.name, "epci"): (EPCIS, "L'EPCI"),
    (POPULATIONS.name, "territory"): (TERRITORIES_SHEET, "Le territoire"),
    (POPULATIONS.name, "epci"): (EPCIS, "L'EPCI"),
    (AXES.name, "parent"): (AXES, "L'axe"),
    (POST_KINDS_SHEET.name, "dispositif"): (DISPOSITIFS, "Le dispositif"),
}
_ARTICLES = ("la", "le", "l'", "")


class FrameworkHandler(Handler):
    """Rows of the sheets of a référentiel, its rules last: they name its lines."""

    sheets = (*_IN_ORDER, RULES)

    def __init__(self) -> None:
        self._rules = RuleHandler()

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: RowsOrigin) -> list[SheetDiff]:
        """The rows of the file against what the contract holds."""
        named = [sheet for sheet in _IN_ORDER if sheet.name in rows]
        held = held_framework(session) if named else {}
        found = [
            compare_rows(
                sheet, [_as_held(row) for row in rows[sheet.name]], {key_text(sheet, v): v for v in held[sheet.name]}
            )
            for sheet in named
        ]
        ruled = RuledLines(rows.get(RULES.name, ()))
        found = [_judged(diff, ruled) if diff.sheet.name == CREDIT_LINES.name else diff for diff in found]
        return [*found, *(self._rules.diffs(session, rows, origin) if RULES.name in rows else ())]

    def acts(
        self, session: Session, diffs: Sequence[SheetDiff], origin: RowsOrigin
    ) -> Iterator[ImportAct | ImportBatch]:
        """One act a row new or changed, one a territory for its inhabitants; a financeur ends after its lines.

        How a line is managed comes last, once the rules of the workbook are in.
        """
        by_sheet = {sheet.sheet.name: sheet for sheet in diffs}
        rules, lines = by_sheet.pop(RULES.name, None), by_sheet.get(CREDIT_LINES.name)
        yield from self._framework_acts(session, tuple(by_sheet.values()))
        if rules is not None:
            yield from self._rules.acts(session, (rules,), origin)
        if lines is not None:
            ruled = RuledLines([diff.row for diff in rules.rows] if rules is not None else ())
            yield from management_acts(session, lines, ruled, origin.on)

    def remarks(
        self, session: Session, rows: Mapping[str, Sequence[Row]], diffs: Sequence[SheetDiff], origin: RowsOrigin
    ) -> Iterator[Problem]:
        """What the sheet of lines says otherwise than the base, and that the rules say."""
        for diff in diffs:
            if diff.sheet.name == CREDIT_LINES.name:
                yield from management_remarks(diff)

    def _framework_acts(self, session: Session, diffs: Sequence[SheetDiff]) -> Iterator[ImportAct]:
        ending: list[RowDiff] = []
        for sheet in diffs:
            changed = [diff for diff in sheet.rows if diff.state is not State.SAME]
            if sheet.sheet.name == POPULATIONS.name:
                for territory, rows in grouped((str(diff.row.values["territory"]), diff) for diff in changed).items():
                    yield ImportAct(tuple(rows), partial(_record_people, session, territory, rows))
                continue
            for diff in _ordered(sheet.sheet, changed):
                if _ends_a_financeur(diff):
                    ending.append(diff)
                else:
                    yield ImportAct((diff,), partial(_record, session, diff))
        for diff in ending:
            yield ImportAct((diff,), partial(_record, session, diff))


def _judged(lines: SheetDiff, ruled: RuledLines) -> SheetDiff:
    return replace(lines, rows=tuple(ruled.judged(diff) for diff in lines.rows))


def _ends_a_financeur(diff: RowDiff) -> bool:
    known = diff.row.sheet.name == FINANCEURS.name and diff.state is State.CHANGED
    return known and diff.row.values.get("ends_on") is not None


def _as_held(row: Row) -> Row:
    """The row as the base would keep it: its lists written the one way, an axis under the one that its code names."""
    values = dict(row.values)
    if row.sheet.name == AXES.name and not values.get("parent") and "." in str(values.get("code")):
        values["parent"] = str(values["code"]).rpartition(".")[0]
    if row.sheet.name == ACCOUNTS_SHEET.name and values.get("party"):
        values["party"] = party_kept(str(values["operation"]), str(values["party"]))
    if "communes" in values:
        values["communes"] = " ; ".join(sorted(_listed(values["communes"], ";")))
    if "territories" in values:
        values["territories"] = "|".join(_listed(values["territories"], "|"))
    return row.saying(values).without_blank(*MANAGEMENT_FIELDS)


def _listed(text: object, mark: str) -> list[str]:
    return [part.strip() for part in str(text or "").split(mark) if part.strip()]


def _ordered(sheet: Sheet, diffs: Sequence[RowDiff]) -> Sequence[RowDiff]:
    if sheet.name == ACCOUNTS_SHEET.name:  # the former ends before the next begins
        return sorted(diffs, key=lambda diff: diff.state is State.NEW)
    if sheet.name != AXES.name:
        return diffs
    rows = [{**diff.row.values, "diff": diff, "rank": diff.row.values.get("rank") or 0} for diff in diffs]
    return [each["diff"] for each in parents_first(rows)]


def _record(session: Session, diff: RowDiff) -> None:
    """raises: NotFound for what the row names and the contract has not, InvalidValue."""
    sheet, values = diff.row.sheet, diff.row.values
    entity, contract = ENTITIES[sheet.name], context(session).contract
    for (name, column), (named, what) in _NAMED.items():
        if name == sheet.name:
            _check_named(session, values.get(column), ENTITIES[named.name], what, named)
    _check(session, sheet, values)
    own = {name: value for name, value in values.items() if name not in ("communes", *MANAGEMENT_FIELDS)}
    kept = {name: _stored(entity, name, value) for name, value in own.items()}
    key = {field: kept.get(field) or "" for field in key_names(entity)}
    held = session.get(entity, (contract, *key.values()))
    _check_against(session, entity, held, kept)
    if held is None:
        said = {name: value for name, value in kept.items() if value is not None}
        session.add(new_fact(entity, contract, {**_next_rank(session, entity), **said, **key}))
    else:
        if isinstance(held, Dated) and not isinstance(held, ContractAccount) and "ends_on" in kept:
            check_new_days(session, held, kept.get("starts_on"), kept["ends_on"])
        for name, value in kept.items():
            if name != "rank" or value is not None:
                setattr(held, name, value)
    session.flush()
    if sheet.name == TERRITORIES_SHEET.name and "communes" in values:
        _lie_over(session, str(values["code"]), _listed(values["communes"], ";"))


def _check_against(session: Session, entity: type[ContractRow], held: Any, kept: Mapping[str, Any]) -> None:
    """The row against what is held of it. raises: InvalidValue, StillUsed, OutsideContract."""
    if issubclass(entity, TerritoryKind | Dispositif | Scale | PostKind):
        _check_word(session, entity, held, kept)
    if entity is ContractAccount:
        _check_account(session, held, kept)
    if entity is Territory and (held is None or held.kind != kept["kind"]):
        check_geography(session, str(kept["kind"]), str(kept["code"]))


def _record_people(session: Session, territory: str, diffs: Sequence[RowDiff]) -> None:
    """The inhabitants of a territory, all together. raises: as _record, InvalidValue for numbers that do not sum."""
    for diff in diffs:
        _record(session, diff)
    check_people(session, territory)


def _next_rank(session: Session, entity: type[ContractRow]) -> dict[str, int]:
    """The place after the last, for what has one."""
    if "rank" not in entity.__table__.columns:
        return {}
    return {"rank": 1 + (session.scalar(select(func.max(entity.rank))) or 0)}  # type: ignore[attr-defined]


def _stored(entity: type[ContractRow], name: str, value: Any) -> Any:
    """What a blank cell means for the column: nothing where it may be unknown, no words elsewhere."""
    column = entity.__table__.columns[name]
    return "" if value is None and not column.nullable and name != "rank" else value


def _check_named(session: Session, code: object, entity: type[ContractRow], what: str, sheet: Sheet) -> None:
    if code and session.get(entity, (context(session).contract, str(code))) is None:
        raise NotFound(f"{what} « {code} » n'est pas dans le contrat.", f"Ajoutez-le à la feuille « {sheet.name} ».")


def _check(session: Session, sheet: Sheet, values: Values) -> None:
    if sheet.name == EPCIS.name and (values.get("article") or "") not in _ARTICLES:
        raise InvalidValue(f"L'article « {values['article']} » ne convient pas.", "Écrivez la, le, l' ou rien.")
    if sheet.name == EPCIS.name and not _nine_digits(values.get("siren")):
        raise InvalidValue(f"« {values.get('siren')} » n'est pas un SIREN.", "Écrivez ses neuf chiffres.")
    if sheet in (EPCIS, FINANCEURS, CREDIT_LINES):
        check_code(str(values["code"]), "une ligne du référentiel")
    if sheet.name == TERRITORIES_SHEET.name and code_from_name(str(values["code"])) != values["code"]:
        raise InvalidValue(
            f"Le code « {values['code']} » ne convient pas pour un territoire.",
            f"Écrivez-le {code_from_name(str(values['code']))}.",
        )
    if sheet.name == POPULATIONS.name:
        check_vintage(session, values.get("vintage"))  # type: ignore[arg-type]
    if sheet.name == CREDIT_LINES.name:
        _check_kinds(session, str(values["territories"]))
    first, last = values.get("starts_on"), values.get("ends_on")
    if first and last and last < first:  # type: ignore[operator]
        raise InvalidValue("Le dernier jour précède le premier.", "Vérifiez les colonnes Du et Au.")


def _check_word(session: Session, entity: type[AnyWord], held: AnyWord | None, kept: Mapping[str, Any]) -> None:
    """raises: InvalidValue for its code or its role, StillUsed where it would be for something else."""
    if check_word_code(str(kept["code"])) != kept["code"]:
        raise InvalidValue(f"Le code « {kept['code']} » ne convient pas.", f"Écrivez-le {str(kept['code']).lower()}.")
    check_said(session, entity, kept)
    if held is not None:
        check_word_change(held, kept, [each.said for each in uses_of(session, held)])


def _check_account(session: Session, held: ContractAccount | None, kept: Mapping[str, Any]) -> None:
    """raises: as check_contract_account, StillUsed for another number or an earlier end of one that is charged."""
    key = AccountKeyed(str(kept["operation"]), str(kept.get("party") or ""), str(kept["nomenclature"]))
    days = Period(kept["starts_on"], kept.get("ends_on"))
    check_contract_account(session, key, str(kept["account"]), str(kept["source"]), days)
    if held is not None:
        check_account_change(held, str(kept["account"]), charged_to_account(session, held))
        check_account_days(session, held, days.last)


def _nine_digits(siren: object) -> bool:
    return str(siren or "").isdigit() and len(str(siren)) == 9


def _check_kinds(session: Session, territories: str) -> None:
    known = kinds_served(session)
    for kind in territories.split("|"):
        if kind not in known:
            raise NotFound(
                f"Le type de territoire « {kind} » n'est pas dans le contrat.",
                f"Types connus : {', '.join(sorted(known))}.",
            )


def _lie_over(session: Session, territory: str, names: Sequence[str]) -> None:
    """The territory lies over these communes and no other."""
    query = select(TerritoryCommune).where(TerritoryCommune.territory == territory)
    held = {each.commune_name: each for each in session.scalars(query)}
    for name, row in held.items():
        if name not in names:
            session.delete(row)
    new, contract = [name for name in names if name not in held], context(session).contract
    session.add_all(TerritoryCommune(contract=contract, territory=territory, commune_name=name) for name in new)
    session.flush()
