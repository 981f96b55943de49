"""What a contract has of its own, as the rows of its référentiel: from the base, or from a framework not in it yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from ledger.conventions.line_management import lasting_management
from ledger.core.field import Value
from ledger.core.grouping import grouped
from ledger.exchange.declaration import Sheet, Table, Values
from ledger.exchange.handlers.contract_acts import contract_act_values
from ledger.exchange.handlers.referential import rule_values
from ledger.exchange.sheets.framework import (
    ACCOUNT_COLUMNS,
    ACCOUNTS_SHEET,
    AXES,
    COMMUNES,
    CONTRACT_ACTS,
    CREDIT_LINES,
    DISPOSITIFS,
    EPCIS,
    FINANCEURS,
    FRAMEWORK,
    MANAGED_SINCE,
    MANAGED_SOURCE,
    POPULATIONS,
    POST_KINDS_SHEET,
    SCALES,
    TERRITORIES_SHEET,
    TERRITORY_KINDS_SHEET,
)
from ledger.exchange.sheets.referential import RULES
from ledger.referential.contracts import contract_of, epci_of_contract
from ledger.referential.framework import Framework, framework_of
from ledger.referential.model import (
    Axis,
    Commune,
    ContractAccount,
    CreditLine,
    Dispositif,
    Epci,
    Financeur,
    PostKind,
    Scale,
    Territory,
    TerritoryCommune,
    TerritoryKind,
    TerritoryPopulation,
)
from ledger.referential.prefill import NATIONAL_MODEL, framework_of_epci
from ledger.rules.book import rule_of, standing_versions
from ledger.rules.limit_kinds import MAIN_BUDGET
from ledger.rules.model import RuleVersion
from ledger.storage.base import ContractRow
from ledger.storage.session import context

ENTITIES: Mapping[str, type[ContractRow]] = {
    EPCIS.name: Epci,
    COMMUNES.name: Commune,
    FINANCEURS.name: Financeur,
    CREDIT_LINES.name: CreditLine,
    TERRITORY_KINDS_SHEET.name: TerritoryKind,
    TERRITORIES_SHEET.name: Territory,
    POPULATIONS.name: TerritoryPopulation,
    AXES.name: Axis,
    DISPOSITIFS.name: Dispositif,
    SCALES.name: Scale,
    POST_KINDS_SHEET.name: PostKind,
    ACCOUNTS_SHEET.name: ContractAccount,
}
"""By sheet, what its rows are."""


def framework_rows(framework: Framework) -> dict[str, tuple[Values, ...]]:
    """By sheet, the rows of what a contract has of its own, in its order."""
    communes: dict[str, list[str]] = grouped(
        (str(row["territory"]), str(row["commune_name"])) for row in framework[TerritoryCommune]
    )
    return {sheet.name: tuple(_values(sheet, framework, communes)) for sheet in FRAMEWORK}


def _values(sheet: Sheet, framework: Framework, communes: Mapping[str, Sequence[str]]) -> list[Values]:
    ranked = any(column.field == "rank" for column in sheet.columns)
    rows: list[dict[str, Any]] = [
        {column.field: row.get(column.field) for column in sheet.columns}
        for row in framework.get(ENTITIES[sheet.name], ())
    ]
    for row in rows:
        if sheet.name == TERRITORIES_SHEET.name:
            row["communes"] = " ; ".join(sorted(communes.get(row["code"], ())))
        if "to_confirm" in row:
            row["to_confirm"] = bool(row["to_confirm"])
    rows.sort(key=lambda row: (row["rank"] if ranked else 0, *(str(row[field]) for field in sheet.key)))
    return rows  # type: ignore[return-value]


def framework_tables(framework: Framework, session: Session | None = None) -> list[Table]:
    """The sheets of a framework, as they can be imported again.

    session: where the contract is that holds its lines; without one, nothing says how they are managed.
    """
    rows = framework_rows(framework)
    if session is not None:
        rows[CREDIT_LINES.name] = _managed(session, rows[CREDIT_LINES.name])
    return [Table(sheet, rows[sheet.name]) for sheet in FRAMEWORK]


def _managed(session: Session, rows: Sequence[Values]) -> tuple[Values, ...]:
    """The rows of lines with what the rules of the contract say of those that it holds."""
    held = frozenset(session.scalars(select(CreditLine.code)))
    return tuple(
        {**row, **management_values(session, code)} if (code := str(row["code"])) in held else row for row in rows
    )


def management_values(session: Session, line: str) -> dict[str, Value]:
    """Who pays and takes back, the budget, accounts and ceiling of a line, by column, as its contract leaves them.

    The day and the source are those of the rules that say so, the last day and every source; None and "" without any.
    """
    found = lasting_management(session, line)
    rules, accounts = found.rules(), found.accounts.figures if found.accounts else None
    return {
        "payer": found.payer,
        "recoverer": found.payer,
        "budget": accounts.budget if accounts else MAIN_BUDGET,
        **{field: accounts.accounts.get(each) if accounts else None for field, each in ACCOUNT_COLUMNS.items()},
        "ceiling": found.ceiling.rule.figures.amount if found.ceiling else None,
        MANAGED_SINCE: max((each.period.first for each in rules), default=None),
        MANAGED_SOURCE: " ; ".join(dict.fromkeys(str(each.source) for each in rules)),
    }


def contract_tables(session: Session) -> list[Table]:
    """The whole référentiel of the contract of the session and its rules, to be completed and imported again.

    A contract made from the national geography finds again what it does not hold of it.
    """
    contract = contract_of(session)
    framework = framework_of(session, contract.code)
    if contract.model == NATIONAL_MODEL:
        epci = epci_of_contract(session)
        framework = _completed(framework, framework_of_epci(epci.siren, epci.code, epci.short_name, epci.article))
    rules = (rule_values(rule_of(version)) for version in standing_versions(session.scalars(select(RuleVersion))))
    acts = Table(CONTRACT_ACTS, contract_act_values(session))
    return [*framework_tables(framework, session), acts, Table(RULES, tuple(rules))]


def _completed(held: Framework, national: Framework) -> Framework:
    """What is held, then what is held under no key of the same entity; an EPCI is known by its SIREN."""
    found = {entity: list(rows) for entity, rows in held.items()}
    for entity, rows in national.items():
        names = ("siren",) if entity is Epci else key_names(entity)
        known = {tuple(row[name] for name in names) for row in found[entity]}
        found[entity] += [row for row in rows if tuple(row[name] for name in names) not in known]
    return found


def key_names(entity: type[ContractRow]) -> tuple[str, ...]:
    """The columns that tell the rows of a contract apart."""
    return tuple(column.name for column in inspect(entity).primary_key if column.name != "contract")


def held_framework(session: Session) -> dict[str, tuple[Values, ...]]:
    """The rows that the contract of the session holds, by sheet."""
    rows = framework_rows(framework_of(session, context(session).contract))
    return rows | {CREDIT_LINES.name: _managed(session, rows[CREDIT_LINES.name])}
