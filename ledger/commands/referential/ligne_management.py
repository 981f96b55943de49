"""How the money of a line is managed: the options that say it, the rows that show it, `cofiville ligne montrer`."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from ledger.commands.declaring.options import option
from ledger.commands.outcome import Row
from ledger.core.errors import InvalidValue
from ledger.core.field import Field, Kind
from ledger.core.money import Money
from ledger.referential.fields import SOURCE, TO_CONFIRM

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.referential.model import CreditLine

_PAYER = Field(
    "payeur",
    "payeur",
    Kind.CODE,
    help="Qui paie ses subventions : l'EPCI, par son budget, ou son financeur.",
    placeholder="FINANCEUR",
    shown=False,
    since="0.2",
)
_BUDGET = Field(
    "budget",
    "budget",
    help="Le budget de l'EPCI où elle passe : principal, ou le nom du budget annexe.",
    placeholder="BUDGET",
    shown=False,
    since="0.2",
)
_ACCOUNT = Field(
    "compte",
    "compte",
    help="Un compte à elle, par opération : verser, recevoir, recouvrer ou rendre ; répétez.",
    placeholder="OPERATION=COMPTE",
    since="0.2",
)
_CEILING = Field(
    "plafond",
    "plafond",
    Kind.AMOUNT,
    help="Ce qu'elle peut ouvrir au plus, tous ses exercices ensemble.",
    placeholder="MONTANT",
    optional=True,
    shown=False,
    since="0.2",
)
MANAGED = (
    _PAYER,
    _PAYER.but(name="recouvreur", title="recouvreur", help="Qui reprend le trop-versé : celui qui a payé."),
    Field("circuit", "circuit", Kind.CODE, shown=False, since="0.2"),
    _BUDGET,
    Field("comptes", "comptes", keyed=True, shown=False, since="0.2"),
    _CEILING,
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


Payeur = Annotated[str | None, option(_PAYER)]
Budget = Annotated[str | None, option(_BUDGET)]
Comptes = Annotated[list[Any] | None, option(_ACCOUNT, parser=_read_account)]
Plafond = Annotated[Money | None, option(_CEILING)]
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
            {"regle": code, "dit": says, "source": source, "a_confirmer": open_to_doubt}
            for code, says, source, open_to_doubt in management_of(session, line.code, year).rules()
        ]
    }


def say_management(session: Session, line: CreditLine, typed: Managed, *, since: date | None, source: str) -> bool:
    """Keep what is typed of it, from this day or the first of the contract; whether anything was."""
    from ledger.conventions.line_management import ManagementForm, set_management
    from ledger.referential.contracts import contract_of

    payer, budget, accounts, ceiling = typed
    if typed == (None, None, None, None):
        return False
    first = since or contract_of(session).starts_on or datetime.now().astimezone().date()
    form = ManagementForm(payer, budget, dict(accounts or ()), ceiling)
    set_management(session, line, form, since=first, source=source)
    return True
