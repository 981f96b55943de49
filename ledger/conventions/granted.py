"""What was granted and is in no convention yet, and who pays it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import cache

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from ledger.conventions.duty import yearly_grants
from ledger.conventions.lookups import epci_financeur
from ledger.conventions.model import Convention, ConventionLine
from ledger.conventions.vocabulary import ConventionStatus
from ledger.core.errors import InvalidValue
from ledger.core.money import ZERO, Money
from ledger.journal.balances import balances
from ledger.journal.keys import Position
from ledger.journal.model import Account, Entry, Transfer
from ledger.programming.model import Action
from ledger.referential.lookups import find_line
from ledger.rules.book import Rule, rulebook
from ledger.rules.figures import Clock
from ledger.rules.kinds import MoneyWay
from ledger.rules.scope import Subject
from ledger.rules.vocabulary import Circuit


def drafted_amounts(session: Session, year: int, action: str | None = None) -> dict[tuple[str, str], Money]:
    """By (action, line), what drafts not yet signed already hold of the programmed amounts."""
    query = (
        select(ConventionLine.action, ConventionLine.line, func.sum(ConventionLine.amount_signed))
        .join(
            Convention,
            Convention.number == ConventionLine.convention,
        )
        .where(Convention.year == year, Convention.state == ConventionStatus.DRAFT)
        .group_by(ConventionLine.action, ConventionLine.line)
    )
    if action is not None:
        query = query.where(ConventionLine.action == action)
    return {(number, line): amount for number, line, amount in session.execute(query)}


def to_convention(session: Session, year: int) -> dict[str, dict[str, Money]]:
    """By action then line, what is programmed and in no convention yet."""
    return _left(session, year, None)


def left_of_action(session: Session, action: Action) -> dict[str, Money]:
    """By line, what is programmed for the action and in no convention yet."""
    return _left(session, action.year, action.number).get(action.number, {})


def decision_days(session: Session, actions: Collection[str]) -> dict[tuple[str, str], date]:
    """By (action, line), the last day on which credits were programmed for it: that of the decision it rests on."""
    found = session.execute(_decision_days(), {"actions": list(actions)})
    return {(action, line): day for action, line, day in found}


@cache
def _decision_days() -> Select[str, str, date]:
    """The question of decision_days, made once."""
    undoing = aliased(Entry)
    of_actions = Account.action.in_(bindparam("actions", expanding=True))
    mine = select(Account.id).where(Account.position == str(Position.PROGRAMME), of_actions)
    free = select(Account.id).where(Account.position == str(Position.DISPONIBLE))
    undone = select(undoing.sequence).where(undoing.reverses == Entry.sequence).exists()
    return (
        select(Account.action, Account.line, func.max(Entry.effect_on))
        .join(Transfer, Transfer.debit_account == Account.id)
        .join(Entry, Entry.sequence == Transfer.sequence)
        .where(Account.id.in_(mine), Transfer.credit_account.in_(free))
        .where(Entry.reverses.is_(None), ~undone)
        .group_by(Account.action, Account.line)
    )


class Granted:
    """What drafts of one year are decided on, read once, then followed through those made.

    left: by action then line, what is programmed and in no convention yet. held: by (payer, beneficiary), all that
    conventions not cancelled grant in the year.
    """

    def __init__(self, session: Session, year: int) -> None:
        self.year = year
        self.left = to_convention(session, year)
        grants = yearly_grants(session, year=year)
        self.held = {(payer, beneficiary): amount for (payer, beneficiary, _), amount in grants.items()}

    def drafted(self, convention: Convention) -> None:
        """Count this draft."""
        whose = (convention.payer, convention.beneficiary or "")
        self.held[whose] = self.held.get(whose, ZERO) + convention.amount
        for line in convention.lines:
            self.left[line.action][line.line] -= line.amount


def _left(session: Session, year: int, action: str | None) -> dict[str, dict[str, Money]]:
    drafted = drafted_amounts(session, year, action)
    found: dict[str, dict[str, Money]] = {}
    held = balances(session, year=year, action=action, positions=(Position.PROGRAMME,))
    for key, amount in held.items():
        if left := amount - drafted.get((key.action, key.line), ZERO):
            found.setdefault(key.action, {})[key.line] = left
    return found


def money_way(session: Session, line: str, year: int) -> Rule[MoneyWay] | None:
    """The rule that says by whose budget the grants of this line and millésime are paid, whenever they are; or None."""
    found = find_line(session, line)
    subject = Subject(line=found.code, financeur=found.financeur, line_nature=found.nature)
    rule = rulebook(session, Clock.MILLESIME, exercice=year).find(MoneyWay, subject)
    return rule if isinstance(rule, Rule) else None


def _check_way(line: str, year: int, epci: str, financeur: str, circuit: str, rule: Rule[MoneyWay]) -> None:
    way = rule.figures.circuit
    if circuit in ("", way):
        return
    payer = epci if way == "budget" else financeur
    raise InvalidValue(
        f"Les crédits {line} {year} sont payés par {payer} ({rule.label}, {rule.source}).",
        f"Laissez {payer} en être le payeur, sans --circuit {circuit} : cofiville convention saisir ACTION.",
    )


def payer_of(session: Session, line: str, year: int, circuit: str = "") -> tuple[str, str]:
    """Who pays grants of this line and year, and by which circuit.

    The EPCI pays its own credits, those that a rule makes pass by its budget for this millésime, and those whose right
    it acquired under an upstream convention ("budget"); every other financeur pays the porteur itself ("direct"),
    unless the circuit is given where no rule says.
    raises: InvalidValue for a circuit that is none, or that the line does not take.
    """
    epci = epci_financeur(session)
    financeur = find_line(session, line).financeur
    if circuit and circuit not in Circuit.labels():
        raise InvalidValue(f"« {circuit} » n'est pas un circuit.", f"Circuits connus : {', '.join(reversed(Circuit))}.")
    if financeur == epci:
        if circuit == Circuit.DIRECT:
            raise InvalidValue(
                f"La ligne {line} est aux crédits de {epci} : elle passe par son budget.", "Donnez --circuit budget."
            )
        return epci, Circuit.BUDGET
    if (rule := money_way(session, line, year)) is not None:
        _check_way(line, year, epci, financeur, circuit, rule)
        return (epci, Circuit.BUDGET) if rule.figures.circuit == Circuit.BUDGET else (financeur, Circuit.DIRECT)
    if circuit:
        return (epci, circuit) if circuit == Circuit.BUDGET else (financeur, circuit)
    if balances(session, line=line, year=year, positions=(Position.DROIT_ACQUIS,)):
        return epci, Circuit.BUDGET
    return financeur, "direct"
