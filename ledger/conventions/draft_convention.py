"""Drafting conventions from what was granted: who pays, what kind of act, which terms, which years and schedule."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.forms import ConventionForm
from ledger.conventions.granted import (
    GrantsToConvention,
    convention_kind,
    decision_days,
    left_of_action,
    payer_of,
    raise_drafts,
)
from ledger.conventions.model import Convention, ConventionLine, Slice
from ledger.conventions.rights import link_upstream
from ledger.conventions.schedule import ONE_PAYMENT, LineKey, Plan, set_schedule
from ledger.conventions.terms import line_plan, line_terms
from ledger.conventions.vocabulary import ConventionKind
from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.identifiers import check_code, next_number
from ledger.core.money import ZERO, Money, total
from ledger.core.period import french_day
from ledger.programming.actions.model import Action
from ledger.programming.queries import find_action
from ledger.referential.queries import find_financeur, find_line
from ledger.referential.vocabulary import PorteurKind
from ledger.rules.book import RuleBook, rulebook
from ledger.rules.vocabulary import Clock
from ledger.storage.history import count_from
from ledger.storage.session import context
from ledger.storage.standing import standing_act


class CascadeRefused(LedgerError):
    """An association would pay a subsidy without being allowed to."""

    code = "cascade_refusee"


def check_cascade(session: Session, code: str, reference: str) -> None:
    """Check that who pays is no association, or that what allows it to pay is named. raises: CascadeRefused.

    raises: CascadeRefused.
    """
    payer = find_financeur(session, code)
    if payer.kind != PorteurKind.ASSOCIATION or reference.strip():
        return
    raise CascadeRefused(
        f"{payer.name} ({payer.code}) est une association : elle ne peut pas reverser une subvention à un autre"
        " organisme, sauf si sa propre convention le prévoit expressément (CGCT, article L1611-4).",
        'Citez la clause qui l\'y autorise : --autorisation "Convention C2016-012, article 5", ou changez de payeur.',
    )


class SliceRefused(LedgerError):
    """A later year of a convention cannot be foreseen, or made firm, as asked."""

    code = "tranche_refusee"


def forecast_slices(session: Session, convention: Convention, later: Mapping[tuple[int, str], Money]) -> None:
    """Keep what the convention foresees for later years: nothing of it is committed.

    later: by (year, line), above zero. raises: SliceRefused, InvalidValue.
    """
    for (year, line), amount in sorted(later.items()):
        if year <= convention.year or (convention.ends_on is not None and year > convention.ends_on.year):
            raise SliceRefused(
                f"La tranche {year} est hors de la convention {convention.number}.",
                f"Les tranches suivantes vont de {convention.year + 1} à l'année de sa fin (--fin).",
            )
        payer, _ = payer_of(session, line, year, convention.circuit)
        if payer != convention.payer:
            raise InvalidValue(
                f"La ligne {line} est payée par {payer}, et non par {convention.payer}.",
                "Mettez cette tranche dans la convention de ce payeur.",
            )
        row = Slice(contract=convention.contract, convention=convention.number, year=year, line=line, amount=amount)
        convention.slices.append(row)
    session.flush()


class NothingGranted(LedgerError):
    """Nothing is programmed for the action, or not as much, or everything is in a convention already."""

    code = "rien_d_accorde"


def draft_conventions(
    session: Session, form: ConventionForm, *, on: date, beforehand: GrantsToConvention | None = None
) -> list[Convention]:
    """One draft per payer for what the form grants to actions of one porteur and year, or for its payer alone.

    beforehand: what is granted in that year, where it was read for many drafts; these are then counted in it.
    raises: NotFound, NothingGranted, CascadeRefused, ScheduleRefused, InvalidValue.
    """
    count_from(session, on)
    if form.payer:
        check_cascade(session, form.payer, form.cascade_reference)
    actions = {number: find_action(session, number) for number in form.grants}
    _check_same_porteur([*actions.values()])
    by_payer: dict[tuple[str, str], dict[LineKey, Money]] = {}
    for action in actions.values():
        granted = form.grants[action.number]
        _check_left(session, action, granted, beforehand)
        for line, amount in granted.items():
            asked = line, action.year, form.circuit
            who = beforehand.payer_of(session, *asked) if beforehand else payer_of(session, *asked)
            by_payer.setdefault(who, {})[action.number, line] = amount
    chosen = {who: lines for who, lines in by_payer.items() if form.payer in ("", who[0])}
    if not chosen:
        first, *_ = actions.values()
        _check_payer_of_lines(session, first.year, by_payer, form.payer)
        whom = f" par {form.payer}" if form.payer else ""
        raise NothingGranted(
            f"Rien n'est programmé{whom} sur l'action {', '.join(actions)} qui ne soit déjà dans une convention"
            f"{_taken_by(session, first)}.",
            f"Consultez l'action : cofiville action montrer {first.number}.",
        )
    return [
        _draft(session, on, actions, who, circuit, lines, form, beforehand)
        for (who, circuit), lines in sorted(chosen.items())
    ]


def _check_payer_of_lines(
    session: Session, year: int, by_payer: Mapping[tuple[str, str], Mapping[LineKey, Money]], payer: str
) -> None:
    """Nothing unless this payer's own credits are left that another pays. raises: NothingGranted, naming who does."""
    for (who, _), lines in sorted(by_payer.items()):
        for action, line in sorted(lines):
            if find_line(session, line).financeur == payer:
                raise NothingGranted(
                    f"Les crédits {line} {year} de {payer} sont payés par {who} : {payer} n'y paie rien lui-même.",
                    f"Laissez {who} en être le payeur : cofiville convention saisir {action} --payeur {who}.",
                )


def _check_same_porteur(actions: Sequence[Action]) -> None:
    first, *others = actions
    for action in others:
        if (action.porteur, action.year) != (first.porteur, first.year):
            raise InvalidValue(
                f"Les actions {first.number} et {action.number} n'ont pas le même porteur ou le même exercice.",
                "Une convention lie un bénéficiaire pour un exercice : faites-en deux.",
            )


def _check_left(
    session: Session, action: Action, granted: Mapping[str, Money], beforehand: GrantsToConvention | None
) -> None:
    known = beforehand is not None and beforehand.year == action.year
    left = beforehand.left.get(action.number, {}) if beforehand and known else left_of_action(session, action)
    for line, amount in granted.items():
        find_line(session, line)
        rest = left.get(line, ZERO)
        if amount.cents <= 0 or amount > rest:
            raise NothingGranted(
                f"L'action {action.number} n'a plus que {rest.french()} à conventionner sur {line}"
                f"{_taken_by(session, action, line)} ; {amount.french()} sont demandés.",
                f"Réduisez le montant de {(amount - rest).french()}, ou accordez le complément :"
                f" cofiville allocation accorder {action.number} {line} {(amount - rest).plain()} --piece PIECE.",
            )


def _taken_by(session: Session, action: Action, line: str = "") -> str:
    """The last convention with the action, on this line or any, and whose act made it, as a sentence goes on."""
    holding = select(Convention).join(Convention.lines).where(ConventionLine.action == action.number)
    holding = holding.where(ConventionLine.line == line) if line else holding
    last = session.scalars(holding.order_by(Convention.number.desc()).limit(1)).first()
    return f" : {last.number}{standing_act(last)}" if last is not None else ""


def prepare_year(session: Session, year: int, *, on: date) -> list[Convention]:
    """Drafts for everything that is granted in the year and in no convention yet."""
    beforehand, drafts = GrantsToConvention(session, year), []
    for number, left in list(beforehand.left.items()):
        form = ConventionForm(grants={number: dict(left)})
        drafts.extend(draft_conventions(session, form, on=on, beforehand=beforehand))
    return drafts


def _draft(
    session: Session,
    on: date,
    actions: Mapping[str, Action],
    payer: str,
    circuit: str,
    granted: Mapping[LineKey, Money],
    form: ConventionForm,
    beforehand: GrantsToConvention | None,
) -> Convention:
    contract = context(session).contract
    first = actions[min(action for action, _ in granted)]
    convention = Convention(
        contract=contract,
        number=convention_number(session, form.number, first.year),
        year=first.year,
        kind=ConventionKind.CONVENTION,
        circuit=circuit,
        payer=payer,
        beneficiary=first.porteur,
        purpose=form.purpose or first.title,
        starts_on=form.starts_on or date(first.year, 1, 1),
        ends_on=form.ends_on or _usual_end(_last_year(first.year, form), on),
        example=first.example,
        cascade_reference=form.cascade_reference.strip(),
    )
    _check_period(convention)
    check_cascade(session, payer, form.cascade_reference)
    books = _books(session, first.year, granted, on, beforehand)
    convention.lines.extend(_lines(session, books, convention, actions, granted, beforehand))
    held = beforehand.held.get((payer, first.porteur), ZERO) if beforehand else None
    formalities = rulebook(session, Clock.ACT, day=on)
    _decide_kind(session, formalities, convention, actions, total(granted.values()), held)
    usual = {key: _usual_plan(session, books[key], convention, actions[key[0]], key[1]) for key in granted}
    set_schedule(convention, dict.fromkeys(granted, form.plan) if form.plan else usual)
    session.add(convention)
    session.flush()
    link_upstream(session, convention)
    forecast_slices(session, convention, form.later)
    if beforehand is not None:
        beforehand.drafted(convention)
    return convention


def _lines(
    session: Session,
    books: Mapping[LineKey, RuleBook],
    convention: Convention,
    actions: Mapping[str, Action],
    granted: Mapping[LineKey, Money],
    beforehand: GrantsToConvention | None,
) -> Iterator[ConventionLine]:
    for (action, line), amount in sorted(granted.items()):
        asked = beforehand.asked_by(session, action) if beforehand else None
        yield ConventionLine(
            contract=convention.contract,
            convention=convention.number,
            action=action,
            line=line,
            amount_signed=amount,
            terms_signed=line_terms(session, books[action, line], actions[action], line, asked),
        )


def _books(
    session: Session, year: int, granted: Collection[LineKey], on: date, beforehand: GrantsToConvention | None
) -> dict[LineKey, RuleBook]:
    """For each line of an action, the rules it was granted by: whenever the paper is typed, they stay the same."""
    actions = {action for action, _ in granted}
    days = beforehand.decision_days(session, actions) if beforehand else decision_days(session, actions)
    return {key: rulebook(session, Clock.MILLESIME, exercice=year, day=days.get(key, on)) for key in granted}


def _last_year(year: int, form: ConventionForm) -> int:
    return max([year, *(later for later, _ in form.later)])


def _usual_end(year: int, on: date) -> date:
    """31 December of the exercice, or of the next when the grant is drafted then: a paper ends after its signature."""
    return date(on.year if on.year == year + 1 else year, 12, 31)


def _decide_kind(
    session: Session,
    book: RuleBook,
    convention: Convention,
    actions: Mapping[str, Action],
    amount: Money,
    held: Money | None,
) -> None:
    mine = [actions[number] for number in sorted({line.action for line in convention.lines})]
    kinds = {convention_kind(session, book, action, convention.payer, amount, held) for action in mine}
    convention.kind = ConventionKind.CONVENTION if ConventionKind.CONVENTION in kinds or len(kinds) > 1 else kinds.pop()
    if convention.kind == ConventionKind.CONVENTION:
        raise_drafts(session, book, convention)


def _usual_plan(session: Session, book: RuleBook, convention: Convention, action: Action, line: str) -> Plan:
    return ONE_PAYMENT if convention.kind == ConventionKind.ORDER else line_plan(session, book, action, line)


def _check_period(convention: Convention) -> None:
    start, end = convention.starts_on, convention.ends_on
    assert start is not None
    assert end is not None
    if end < start:
        raise InvalidValue(
            f"La convention {convention.number} finirait le {french_day(end)}, avant son début le {french_day(start)}.",
            "Vérifiez --debut et --fin.",
        )


def convention_number(session: Session, typed: str, year: int) -> str:
    """The number typed, which no convention has yet, or the next of the year. raises: InvalidValue, NothingGranted."""
    contract = context(session).contract
    if not typed:
        taken = select(Convention.number).where(Convention.year == year)
        return next_number(f"C{year}-", session.scalars(taken))
    number = check_code(typed, "la convention")
    if (there := session.get(Convention, (contract, number))) is not None:
        raise NothingGranted(
            f"La convention {number} existe déjà{standing_act(there)}.", "Choisissez un autre numéro, ou aucun."
        )
    return number
