"""What was granted and is in no convention yet, who pays it, and when a convention is compulsory."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from ledger.allocation.engine.facts import ActionFacts
from ledger.allocation.queries import asked_facts
from ledger.conventions.model import Convention, ConventionLine
from ledger.conventions.queries import conventions, epci_financeur
from ledger.conventions.vocabulary import ConventionKind, ConventionStatus
from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.money import ZERO, Money
from ledger.journal.balances import balances
from ledger.journal.model import Account, Entry, Transfer
from ledger.journal.positions import Position
from ledger.programming.actions.model import Action
from ledger.programming.queries import find_action
from ledger.referential.queries import find_line, find_porteur
from ledger.referential.statuts import kind_before_the_law
from ledger.referential.vocabulary import PorteurKind
from ledger.rules.book import NoRuleInForce, Rule, RuleBook, rulebook
from ledger.rules.convention_kinds import ConventionDuty
from ledger.rules.limit_kinds import MoneyWay
from ledger.rules.scope import RuleSubject
from ledger.rules.vocabulary import Circuit, Clock


class ConventionRequired(LedgerError):
    """Money would be paid without the convention that the rule requires."""

    code = "convention_requise"


def convention_kind(
    session: Session, book: RuleBook, action: Action, payer: str, amount: Money, held: Money | None = None
) -> str:
    """ "commande" for the EPCI's own expense, "convention" where the rule requires one, else "notification".

    amount: what is about to be granted, besides what conventions grant already; held: that, where it is known. The
    threshold counts all that this payer grants to the porteur in the year (décret 2001-495, art. 1). Where no rule
    answers, a convention is drafted: the prudent act.
    """
    porteur = find_porteur(session, action.porteur)
    if porteur.kind == PorteurKind.EPCI and payer == epci_financeur(session):
        return ConventionKind.ORDER
    rule = _rule(session, book, action)
    if isinstance(rule, NoRuleInForce):
        return ConventionKind.CONVENTION
    if rule is None:
        return ConventionKind.NOTIFICATION
    threshold = rule.figures.threshold
    if threshold is None:
        return ConventionKind.CONVENTION
    if held is None:
        held = yearly_grant(session, payer, porteur.code, action.year)
    granted = amount + held
    return ConventionKind.CONVENTION if granted > threshold else ConventionKind.NOTIFICATION


def _rule(session: Session, book: RuleBook, action: Action) -> Rule[ConventionDuty] | NoRuleInForce | None:
    porteur = find_porteur(session, action.porteur)
    kind = kind_before_the_law(porteur.kind, porteur.statut)
    subject = RuleSubject(dispositif=action.dispositif, porteur_kind=kind, nature=action.nature)
    return book.find(ConventionDuty, subject)


def yearly_grant(session: Session, payer: str, beneficiary: str, year: int) -> Money:
    """All that conventions not cancelled of this payer grant to the beneficiary for the year, avenants included."""
    return yearly_grants(session, [beneficiary]).get((payer, beneficiary, year), ZERO)


def yearly_grants(
    session: Session, beneficiaries: Collection[str] | None = None, year: int | None = None
) -> dict[tuple[str, str, int], Money]:
    """By payer, beneficiary and year, as yearly_grant; of these beneficiaries or of all, of one year or of all."""
    values = {"of": None if beneficiaries is None else list(beneficiaries), "year": year}
    values = {name: value for name, value in values.items() if value is not None}
    found = session.execute(_yearly_grants(tuple(values)), values)
    return {(payer, str(beneficiary), year): signed + change for payer, beneficiary, year, signed, change in found}


@cache
def _yearly_grants(names: tuple[str, ...]) -> Select[str, str | None, int, Money, Money]:
    """The question of yearly_grants, made once for each of its shapes."""
    whose = Convention.payer, Convention.beneficiary, Convention.year
    query = (
        select(*whose, func.sum(ConventionLine.amount_signed), func.sum(ConventionLine.amount_change))
        .join(
            Convention,
            Convention.number == ConventionLine.convention,
        )
        .where(
            Convention.beneficiary.is_not(None),
            Convention.state != ConventionStatus.CANCELLED,
        )
        .group_by(*whose)
    )
    if "of" in names:
        query = query.where(Convention.beneficiary.in_(bindparam("of", expanding=True)))
    return query.where(Convention.year == bindparam("year")) if "year" in names else query


def _of(payer: str, beneficiary: str | None, year: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Convention.year == year,
        Convention.payer == payer,
        Convention.beneficiary == beneficiary,
    )


def raise_drafts(session: Session, book: RuleBook, convention: Convention) -> None:
    """Turn into conventions the notifications still in draft that this new grant takes above the threshold."""
    drafts = select(Convention).where(
        *_of(convention.payer, convention.beneficiary, convention.year),
        Convention.kind == ConventionKind.NOTIFICATION,
        Convention.state == ConventionStatus.DRAFT,
    )
    for draft in session.scalars(drafts):
        if _required(session, book, draft, convention.amount):
            draft.kind = ConventionKind.CONVENTION


def raise_notifications(session: Session, beneficiary: str, on: date) -> list[str]:
    """The notifications signed of this body that its grants of the year now take above the threshold.

    Those still in draft become conventions. on: the day whose rules these follow.
    """
    found = []
    for each in conventions(session, beneficiary=beneficiary, states=(ConventionStatus.DRAFT, ConventionStatus.SIGNED)):
        book = rulebook(session, Clock.ACT, day=each.signed_on or on)
        granted = yearly_grant(session, each.payer, beneficiary, each.year)
        if each.kind != ConventionKind.NOTIFICATION or not _required(session, book, each, held=granted):
            continue
        if each.state == ConventionStatus.DRAFT:
            each.kind = ConventionKind.CONVENTION
        else:
            found.append(each.number)
    session.flush()
    return found


def _required(
    session: Session, book: RuleBook, convention: Convention, more: Money = ZERO, held: Money | None = None
) -> bool:
    actions = [find_action(session, each) for each in sorted({line.action for line in convention.lines})]
    kinds = {convention_kind(session, book, action, convention.payer, more, held) for action in actions}
    return ConventionKind.CONVENTION in kinds


def check_duty(session: Session, book: RuleBook, convention: Convention, granted: Money) -> None:
    """Check that the convention may be paid as it is: signed as the rule requires, or small enough without.

    granted: all that its payer grants its beneficiary for the year (see yearly_grant).
    raises: ConventionRequired for a mere notification, where a convention is compulsory.
    """
    if convention.kind != ConventionKind.NOTIFICATION or not _required(session, book, convention, held=granted):
        return
    raise ConventionRequired(
        f"{convention.beneficiary} reçoit {granted.french()} de {convention.payer} en {convention.year} :"
        f" une convention est obligatoire, et {convention.number} n'est qu'une notification.",
        f'Signez-la comme convention : cofiville convention formaliser {convention.number} --piece "Convention du …".',
    )


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


class GrantsToConvention:
    """Everything granted of a year and not in a convention yet, read once, less what each new draft uses of it.

    left: by action then line, what is programmed and in no convention yet. held: by (payer, beneficiary), all that
    conventions not cancelled grant in the year. actions: the numbers of those to draft for; None for all that is left.
    """

    def __init__(self, session: Session, year: int, actions: Collection[str] | None = None) -> None:
        self.year = year
        self.left = to_convention(session, year)
        grants = yearly_grants(session, year=year)
        self.held = {(payer, beneficiary): amount for (payer, beneficiary, _), amount in grants.items()}
        self._actions = frozenset(self.left if actions is None else actions)
        self._asked: dict[str, ActionFacts] = {}
        self._days: dict[tuple[str, str], date] | None = None
        self._payers: dict[tuple[str, int, str], tuple[str, str]] = {}

    def asked_by(self, session: Session, action: str) -> ActionFacts:
        """What this action asks and costs, read with that of all those to draft for."""
        if action not in self._asked:
            self._asked |= asked_facts(session, {action} if self._asked else {action, *self._actions})
        return self._asked[action]

    def decision_days(self, session: Session, actions: Collection[str]) -> Mapping[tuple[str, str], date]:
        """As the function of this name, read with those of all the actions to draft for."""
        if not self._actions.issuperset(actions):
            return decision_days(session, actions)
        if self._days is None:
            self._days = decision_days(session, self._actions)
        return self._days

    def payer_of(self, session: Session, line: str, year: int, circuit: str) -> tuple[str, str]:
        """As the function of this name, asked once."""
        asked = line, year, circuit
        if asked not in self._payers:
            self._payers[asked] = payer_of(session, *asked)
        return self._payers[asked]

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
    subject = RuleSubject(line=found.code, financeur=found.financeur, line_nature=found.nature)
    rule = rulebook(session, Clock.MILLESIME, exercice=year).find(MoneyWay, subject)
    return rule if isinstance(rule, Rule) else None


def _check_way(line: str, year: int, epci: str, financeur: str, circuit: str, rule: Rule[MoneyWay]) -> None:
    way = rule.figures.circuit
    if circuit in ("", way):
        return
    payer = epci if way == Circuit.BUDGET else financeur
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
