"""What the rules that refuse nothing say of a year: shares, targets, delays to pay, accounts to deposit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.model import Convention, Slice, Stage
from ledger.conventions.queries import conventions
from ledger.conventions.vocabulary import ConventionKind, ConventionStatus
from ledger.core.grouping import sums_by
from ledger.core.money import ZERO, Money, total
from ledger.core.period import french_day
from ledger.core.rate import french_rate
from ledger.execution.model import Payment
from ledger.journal.model import Contract
from ledger.programming.actions.grants import granted_by_action
from ledger.programming.actions.model import Action
from ledger.programming.actions.read_actions import read_actions
from ledger.referential.model import CreditLine, Porteur, PorteurDocument, Territory, TerritoryKind
from ledger.referential.porteurs import former_porteurs
from ledger.referential.vocabulary import LineNature
from ledger.referential.words import words_of
from ledger.reports.territories import spread
from ledger.rules.book import Rule, RuleBook, rulebook
from ledger.rules.figures import Figures
from ledger.rules.followed_kinds import AccountsThreshold, EnveloppeShare, PaymentDelay, PluriannualTarget
from ledger.rules.scope import RuleSubject
from ledger.rules.vocabulary import Circuit, Clock, Condition, ConventionStage, PieceKind, Verdict, WhatIsCounted
from ledger.storage.session import acting_for

_BINDING = (ConventionStatus.SIGNED, ConventionStatus.SETTLED)


@dataclass(frozen=True, slots=True)
class FollowedRule:
    """What a rule says of one subject of the year, a convention, a porteur or the whole: never a refusal.

    text: the finding in French, with what to do about it.
    """

    rule: Rule[Figures]
    subject: str
    verdict: Verdict
    text: str


def followed_rules(session: Session, year: int, today: date) -> list[FollowedRule]:
    """What is followed of the year, as it stands: shares and targets, then payments and accounts."""
    book = rulebook(session, Clock.MILLESIME, exercice=year, day=today)
    return [
        *_shares(session, book, year),
        *_targets(session, book, year),
        *_payments(session, year, today),
        *_accounts(session, year, today),
    ]


def _shares(session: Session, book: RuleBook, year: int) -> Iterator[FollowedRule]:
    rules = [rule for rule in book.in_force() if isinstance(rule.figures, EnveloppeShare)]
    if not rules:
        return
    served = {kind.code: kind.served_as for kind in words_of(session, TerritoryKind)}
    places = {each.code: each for each in session.scalars(select(Territory))}
    names = {code: (each.name, served[each.kind]) for code, each in places.items()}
    lines = session.scalars(select(CreditLine)).all()
    granted = granted_by_action(session, year)
    actions = {each.number: each for each in read_actions(session, Action.year == year)}
    for rule in rules:
        figures = rule.figures
        assert isinstance(figures, EnveloppeShare)
        bearing = {line.code for line in lines if book.find(EnveloppeShare, _of_line(line)) is rule}
        there = {code for code, each in places.items() if each.kind in figures.kinds}
        taken, unplaced = ZERO, []
        for number, by_line in granted.items():
            amount = total(money for line, money in by_line.items() if line in bearing)
            action = actions.get(number)
            if not amount or action is None or not there.intersection(action.territories):
                continue
            if not action.costs:
                unplaced.append(number)
            taken += total(part for (_, place), part in spread(amount, action, names) if place in there)
        yield FollowedRule(rule, "", *_share_said(rule.code, figures, taken, unplaced, bool(there)))


def _of_line(line: CreditLine) -> RuleSubject:
    return RuleSubject(line=line.code, financeur=line.financeur, line_nature=line.nature)


def _share_said(
    code: str, figures: EnveloppeShare, taken: Money, unplaced: Sequence[str], concerned: bool
) -> tuple[Verdict, str]:
    kinds = ", ".join(figures.kinds)
    if not concerned:
        return Verdict.NOT_APPLICABLE, f"aucun territoire {kinds} dans ce contrat"
    if unplaced:
        return Verdict.UNKNOWN, (
            f"public non réparti par territoire : {', '.join(unplaced)} ; donnez-le : cofiville action public"
            f" {unplaced[0]} --public LIEU=N"
        )
    if figures.enveloppe is None:
        return Verdict.UNKNOWN, (
            f"{taken.french()} accordés ; l'enveloppe n'est pas saisie :"
            f" cofiville regle remplacer {code} --chiffre enveloppe=MONTANT"
        )
    most = figures.rate * figures.enveloppe.cents
    said = f"{taken.french()} accordés par ce contrat, pour {Money(int(most)).french()} au plus en tout"
    return Verdict.RESPECTED if taken.cents <= most else Verdict.BROKEN, said


def _targets(session: Session, book: RuleBook, year: int) -> Iterator[FollowedRule]:
    rules = [rule for rule in book.in_force() if isinstance(rule.figures, PluriannualTarget)]
    if not rules:
        return
    signed = [each for each in conventions(session, year, states=_BINDING) if each.kind == ConventionKind.CONVENTION]
    about = _subjects(session, signed)
    slices = session.execute(select(Slice.convention, Slice.opened_as)).all()
    lasting = {number for pair in slices for number in pair if number}
    for rule in rules:
        figures = rule.figures
        assert isinstance(figures, PluriannualTarget)
        mine = [each for each in signed if book.find(PluriannualTarget, about[each.number]) is rule]
        several = [each for each in mine if each.number in lasting]
        if not mine:
            yield FollowedRule(rule, "", Verdict.NOT_APPLICABLE, f"aucune convention signée en {year}")
            continue
        counts = [len(several), len(mine)]
        if figures.counted is WhatIsCounted.AMOUNTS:
            counts = [total(each.amount for each in group).cents for group in (several, mine)]
        share = Fraction(*counts) if counts[1] else Fraction(0)
        reached = share >= figures.rate
        said = f"{len(several)} pluriannuelle(s) sur {len(mine)} : {french_rate(share)} {figures.counted.label}"
        verdict = Verdict.RESPECTED if reached else Verdict.BROKEN
        yield FollowedRule(rule, "", verdict, said + ("" if reached else ", cible non atteinte"))


def _subjects(session: Session, found: Sequence[Convention]) -> dict[str, RuleSubject]:
    """By convention, its beneficiary as rules look at it."""
    codes = {each.beneficiary for each in found if each.beneficiary}
    porteurs = {each.code: each for each in session.scalars(select(Porteur).where(Porteur.code.in_(codes)))}
    return {each.number: _of_porteur(porteurs.get(each.beneficiary or "")) for each in found}


def _of_porteur(porteur: Porteur | None) -> RuleSubject:
    return RuleSubject() if porteur is None else RuleSubject(porteur_kind=porteur.kind, statut=porteur.statut or "")


def _payments(session: Session, year: int, today: date) -> Iterator[FollowedRule]:
    kinds = (ConventionKind.CONVENTION, ConventionKind.NOTIFICATION)
    found = [
        each
        for each in conventions(session, year, states=_BINDING)
        if each.kind in kinds and each.circuit == Circuit.BUDGET
    ]
    about = _subjects(session, found)
    query = select(Stage.convention, Stage.reached_on).where(Stage.stage == ConventionStage.NOTIFIED)
    notified = dict(session.execute(query.order_by(Stage.rank)).all())
    for each in found:
        on = notified.get(each.number) or (each.signed_on if each.kind == ConventionKind.NOTIFICATION else None)
        assert each.signed_on is not None
        rule = rulebook(session, Clock.ACT, day=on or each.signed_on).find(PaymentDelay, about[each.number])
        if isinstance(rule, Rule):
            yield FollowedRule(rule, each.number, *_payment_said(session, each, on, rule.figures.days, today))


def _payment_said(
    session: Session, convention: Convention, on: date | None, days: int, today: date
) -> tuple[Verdict, str]:
    at_once = total(each.amount for each in convention.instalments if each.condition == Condition.SIGNATURE)
    if not at_once:
        return Verdict.NOT_APPLICABLE, "la convention fixe d'autres dates ou une condition"
    if on is None:
        remedy = f"cofiville convention etape {convention.number} notifiee --le JOUR"
        return Verdict.UNKNOWN, f"sa notification n'est pas datée : {remedy}"
    limit = on + timedelta(days=days)
    query = select(Payment.amount).where(
        Payment.convention == convention.number, Payment.paid_on <= limit, Payment.undone_on.is_(None)
    )
    paid = total(session.scalars(query))
    until = f"au plus tard le {french_day(limit)}"
    if paid >= at_once:
        return Verdict.RESPECTED, f"{at_once.french()} versés à temps, {until}"
    left = (at_once - paid).french()
    if today <= limit:
        return Verdict.RESPECTED, f"{left} à verser {until}"
    return Verdict.BROKEN, f"{left} non versés à temps : c'était {until}"


def _accounts(session: Session, year: int, today: date) -> Iterator[FollowedRule]:
    book = rulebook(session, Clock.BUDGET_YEAR, exercice=year)
    received = _received(session, year)
    porteurs = session.scalars(select(Porteur).where(Porteur.code.in_(received)).order_by(Porteur.code)).all()
    over = date(year, 12, 31)
    query = select(PorteurDocument.porteur, PorteurDocument.received_on)
    accounts = query.where(PorteurDocument.kind == PieceKind.ACCOUNTS, PorteurDocument.received_on > over)
    former = former_porteurs(session)
    given = {former[code].code if code in former else code: on for code, on in session.execute(accounts)}
    below: dict[int, tuple[Rule[AccountsThreshold], int]] = {}
    for porteur in porteurs:
        rule = book.find(AccountsThreshold, _of_porteur(porteur))
        if not isinstance(rule, Rule):
            continue
        amount = received[porteur.code]
        if amount <= rule.figures.threshold:
            below[rule.id] = (rule, below.get(rule.id, (rule, 0))[1] + 1)
            continue
        verdict, said = _accounts_said(porteur.code, year, given.get(porteur.code), today > over)
        yield FollowedRule(rule, porteur.code, verdict, f"{amount.french()} accordés dans cette base : {said}")
    for rule, count in below.values():
        said = f"{count} porteur(s) sous le seuil ici : ce que les autres autorités leur donnent, demandez-le-leur"
        yield FollowedRule(rule, "", Verdict.UNKNOWN, said)


def _accounts_said(porteur: str, year: int, given: date | None, over: bool) -> tuple[Verdict, str]:
    if given is not None:
        return Verdict.RESPECTED, f"comptes certifiés reçus le {french_day(given)}"
    if not over:
        return Verdict.UNKNOWN, f"ses comptes certifiés de {year} seront à demander"
    remedy = f"cofiville convention document {porteur} {PieceKind.ACCOUNTS} --reference TEXTE --le JOUR"
    return Verdict.BROKEN, f"ses comptes certifiés de {year} manquent ; reçus, notez-les : {remedy}"


def _received(session: Session, year: int) -> dict[str, Money]:
    """By porteur, what the contracts of this base grant it for the year, its own funds apart."""
    found: list[tuple[str, Money]] = []
    for contract in session.scalars(select(Contract.code).order_by(Contract.code)).all():
        with acting_for(session, contract):
            own = set(session.scalars(select(CreditLine.code).where(CreditLine.nature == LineNature.OWN_FUNDS)))
            carried = dict(session.execute(select(Action.number, Action.porteur).where(Action.year == year)).all())
            found += [
                (carried[number], amount)
                for number, by_line in granted_by_action(session, year).items()
                if number in carried
                for line, amount in by_line.items()
                if line not in own
            ]
    return {porteur: amount for porteur, amount in sums_by(found).items() if amount}
