"""How the money of a line is managed: the options that say it, the rows that show it, `cofiville ligne montrer`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from ledger.commands.declaring.contract_day import contract_today
from ledger.commands.declaring.options import option
from ledger.commands.outcome import Row
from ledger.conventions.fields import LINE_ACCOUNT, LINE_BUDGET, LINE_CEILING, LINE_PAYER, LINE_RECOVERER
from ledger.core.errors import InvalidValue
from ledger.core.field import Field, Kind
from ledger.core.money import Money
from ledger.referential.fields import SOURCE, TO_CONFIRM

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.referential.model import CreditLine

MANAGED = (
    LINE_PAYER,
    LINE_RECOVERER,
    Field("circuit", "circuit", Kind.CODE, shown=False, since="0.2"),
    LINE_BUDGET,
    Field("comptes", "comptes", keyed=True, shown=False, since="0.2"),
    LINE_CEILING,
)
SAID = Field(
    "regles",
    "règles",
    Kind.RECORD,
    many=True,
    since="0.2",
    fields=(Field("regle", "règle", Kind.CODE), Field("dit", "dit"), SOURCE, TO_CONFIRM.but(name="a_confirmer")),
)


def _read_account(text: str) -> tuple[str, str]:
    operation, equals, number = text.partition("=")
    if not equals:
        raise InvalidValue(f"« {text} » n'est pas compris.", "Écrivez OPERATION=COMPTE, par exemple verser=65748.")
    return operation.strip().lower(), number.strip()


Payeur = Annotated[str | None, option(LINE_PAYER)]
Budget = Annotated[str | None, option(LINE_BUDGET)]
Comptes = Annotated[list[Any] | None, option(LINE_ACCOUNT, parser=_read_account)]
Plafond = Annotated[Money | None, option(LINE_CEILING)]
Managed: TypeAlias = tuple[str | None, str | None, list[Any] | None, Money | None]
"""What is typed of a line: its payer, its budget, its accounts by operation, its ceiling."""


def managed_row(session: Session, line: CreditLine, year: int) -> Row:
    """Who pays and takes back, the budget, the accounts and the ceiling of a line in an exercice."""
    from ledger.conventions.line_management import management_of
    from ledger.rules.limit_kinds import MAIN_BUDGET

    found = management_of(session, line.code, year)
    figures = found.accounts.figures if found.accounts else None
    return {
        "payeur": found.payer,
        "recouvreur": found.payer,
        "circuit": found.circuit,
        "budget": figures.budget if figures else MAIN_BUDGET,
        "comptes": dict(figures.accounts) if figures else {},
        "plafond": found.ceiling.rule.figures.amount if found.ceiling else None,
    }


def rules_row(session: Session, line: CreditLine, year: int) -> Row:
    """The rules that say so, each with its source."""
    from ledger.conventions.line_management import management_of

    return {
        "regles": [
            {
                "regle": each.code,
                "dit": each.figures.text(),
                "source": str(each.source),
                "a_confirmer": each.to_confirm,
            }
            for each in management_of(session, line.code, year).rules()
        ]
    }


def say_management(session: Session, line: CreditLine, typed: Managed, *, since: date | None, source: str) -> bool:
    """Keep what is typed of it, from this day or the first of the contract; whether anything was."""
    from ledger.conventions.line_management import ManagementForm, set_management
    from ledger.referential.contracts import contract_of

    payer, budget, accounts, ceiling = typed
    if typed == (None, None, None, None):
        return False
    today = contract_today()
    first = since or contract_of(session).starts_on or today
    form = ManagementForm(payer, budget, dict(accounts or ()), ceiling)
    set_management(session, line, form, since=first, source=source, verified_on=today)
    return True
