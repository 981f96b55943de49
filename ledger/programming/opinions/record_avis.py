"""Gathering avis: what a service may say of an action, which avis stands, what is advised on each line (§5.4.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, LedgerError, NotFound, require_words
from ledger.core.grouping import sums_by
from ledger.core.identifiers import check_code
from ledger.core.money import Money
from ledger.programming.actions.forms import ReadAction
from ledger.programming.actions.model import Action
from ledger.programming.actions.read_actions import read_actions
from ledger.programming.opinions.model import Avis, Service
from ledger.programming.queries import find_action
from ledger.programming.vocabulary import ASKED, ActionState, AvisVerdict
from ledger.referential.model import CreditLine, Financeur
from ledger.referential.queries import find_financeur, find_line
from ledger.storage.session import context

_CLOSED = (ActionState.REFUSED, ActionState.REDIRECTED, ActionState.ABANDONED)


class AvisRefused(LedgerError):
    """The avis cannot be kept as given."""

    code = "avis_refuse"


@dataclass(frozen=True, slots=True)
class AvisForm:
    """What is typed of an avis; line: where the amount would go, found alone when the service's financeur has one."""

    action: str
    service: str
    verdict: str
    amount: Money | None = None
    line: str = ""
    words: str = ""


def read_verdict(text: str) -> str:
    """The verdict of this code or French words. raises: InvalidValue."""
    found = AvisVerdict.of_words(text)
    if found is None:
        known = ", ".join(AvisVerdict.labels().values())
        raise InvalidValue(f"« {text.strip()} » n'est pas un avis.", f"Valeurs possibles : {known}.")
    return found


def record_service(session: Session, code: str, name: str, financeur: str = "") -> Service:
    """The service of this code, new or renamed. raises: InvalidValue, NotFound for an unknown financeur."""
    called = check_code(code, "le service")
    require_words(name, "Le nom du service manque.", "Donnez son nom complet.")
    of = find_financeur(session, financeur).code if financeur.strip() else None
    found = session.get(Service, (context(session).contract, called))
    if found is None:
        found = Service(contract=context(session).contract, code=called, name=name.strip(), financeur=of)
        session.add(found)
    found.name, found.financeur = name.strip(), of
    session.flush()
    return found


def services_of_contract(session: Session) -> Sequence[Service]:
    """Every service of the contract, by code."""
    return session.scalars(select(Service).order_by(Service.code)).all()


def find_service(session: Session, code: str) -> Service:
    """The service of this code; a financeur gives avis under its own code, and becomes one at its first.

    raises: NotFound.
    """
    called = code.strip().upper()
    found = session.get(Service, (context(session).contract, called))
    if found is not None:
        return found
    financeur = session.get(Financeur, (context(session).contract, called))
    if financeur is None:
        raise NotFound(
            f"Le service « {code.strip()} » n'existe pas.",
            "Donnez le code d'un financeur, ou créez le service : cofiville avis service CODE NOM.",
        )
    return record_service(session, called, financeur.name, called)


def record_avis(session: Session, form: AvisForm, *, on: date) -> Avis:
    """The avis kept; the same as the one that stands, and of the same day, is not kept twice.

    raises: NotFound, InvalidValue, AvisRefused (action set aside, words owed, amount where none may be).
    """
    action, service = find_action(session, form.action), find_service(session, form.service)
    verdict, words = read_verdict(form.verdict), form.words.strip()
    _check(action, verdict, words, form.amount)
    line = _line(session, action, service, form)
    if form.amount is not None:
        _check_amount(action, str(line), form.amount)
    before = {each.service: each for each in standing_avis(avis_of(session, action))}.get(service.code)
    said = (verdict, line, form.amount, words, on)
    if before is not None and said == (before.verdict, before.line, before.amount_advised, before.words, before.on):
        return before
    avis = Avis(
        contract=action.contract,
        action=action.number,
        rank=(session.scalar(select(func.max(Avis.rank)).where(Avis.action == action.number)) or 0) + 1,
        service=service.code,
        verdict=verdict,
        line=line,
        amount_advised=form.amount,
        words=words,
        on=on,
        agent=context(session).agent,
    )
    session.add(avis)
    session.flush()
    return avis


def avis_of(session: Session, action: Action) -> Sequence[Avis]:
    """Every avis on the action, the first one first."""
    query = select(Avis).where(Avis.action == action.number)
    return session.scalars(query.order_by(Avis.rank)).all()


def avis_of_year(session: Session, year: int) -> list[Avis]:
    """The avis that stand on the actions of the year, by action then service."""
    query = (
        select(Avis)
        .join(Action, Action.number == Avis.action)
        .where(Action.year == year)
        .order_by(Avis.action, Avis.rank)
    )
    return standing_avis(session.scalars(query))


def standing_avis(avis: Iterable[Avis]) -> list[Avis]:
    """The last avis of each service on each action, by action then service.

    avis: in the order they were kept.
    """
    last = {(each.action, each.service): each for each in avis}
    return [last[key] for key in sorted(last)]


def advised(
    avis: Iterable[Avis], services: Mapping[str, str | None], lines: Mapping[str, str]
) -> dict[tuple[str, str], Money]:
    """By action and line, the amount advised: that of the line's own financeur, else the last one given.

    avis: those that stand. services: the financeur of each service. lines: the financeur of each line.
    """
    best: dict[tuple[str, str], tuple[tuple[bool, date, int], Money]] = {}
    for each in avis:
        if each.amount_advised is None or each.line is None:
            continue
        weight = (services.get(each.service) == lines[each.line], each.on, each.rank)
        key = (each.action, each.line)
        if key not in best or weight > best[key][0]:
            best[key] = (weight, each.amount_advised)
    return {key: amount for key, (_, amount) in best.items()}


def _check(action: Action, verdict: str, words: str, amount: Money | None) -> None:
    if action.status in _CLOSED:
        raise AvisRefused(
            f"L'action {action.number} est {ActionState(action.status).label} : elle n'attend plus d'avis.",
            f"Voyez son historique : cofiville action historique {action.number}.",
        )
    if verdict in (AvisVerdict.RESERVED, AvisVerdict.INCOMPLETE) and not words:
        owed = "Les réserves" if verdict == AvisVerdict.RESERVED else "Le complément demandé"
        raise AvisRefused(f"{owed} sur l'action {action.number} : il manque les mots.", "Écrivez-les : --texte.")
    if verdict == AvisVerdict.UNFAVOURABLE and amount:
        raise AvisRefused(
            f"Un avis défavorable sur l'action {action.number} ne peut pas proposer {amount.french()}.",
            "Donnez un avis favorable, ou n'indiquez pas de montant.",
        )


def _line(session: Session, action: Action, service: Service, form: AvisForm) -> str | None:
    if form.line.strip():
        return find_line(session, form.line).code
    if form.amount is None:
        return None
    codes = [each.line for each in action.fundings]
    of_financeur = select(CreditLine.code).where(CreditLine.code.in_(codes), CreditLine.financeur == service.financeur)
    own = session.scalars(of_financeur).all() if service.financeur else []
    if len(own) != 1:
        raise AvisRefused(
            f"On ne sait pas sur quelle ligne {service.code} propose {form.amount.french()} à l'action"
            f" {action.number}.",
            f"Nommez-la : --ligne (lignes demandées : {', '.join(codes)}).",
        )
    return own[0]


def _check_amount(action: Action, line: str, amount: Money) -> None:
    asked = next((each for each in action.fundings if each.line == line), None)
    if asked is None:
        raise AvisRefused(
            f"L'action {action.number} ne demande rien sur {line}.",
            f"Lignes demandées : {', '.join(each.line for each in action.fundings)}.",
        )
    if amount and asked.status not in ASKED:
        raise AvisRefused(
            f"La demande de l'action {action.number} sur {line} n'est pas recevable : elle ne reçoit pas de montant.",
            "N'indiquez pas de montant, ou rendez d'abord la demande recevable : cofiville action"
            f" ligne {action.number} {line} demande --motif MOTIF.",
        )
    if amount.cents < 0 or amount > asked.amount_requested:
        raise AvisRefused(
            f"{amount.french()} conseillés sur {line} à l'action {action.number}, pour"
            f" {asked.amount_requested.french()} demandés.",
            "Conseillez un montant compris entre 0 et ce qui est demandé.",
        )


def financeurs_without_avis(session: Session, year: int) -> list[tuple[ReadAction, str, Money]]:
    """The financeurs asked by an action of the year, not set aside, that said nothing of it: by action, what is asked.

    A service that speaks for a financeur speaks in its place.
    """
    speaks_for = {each.code: each.financeur for each in services_of_contract(session)}
    given = {(each.action, speaks_for[each.service]) for each in avis_of_year(session, year)}
    lines = dict(session.execute(select(CreditLine.code, CreditLine.financeur)).all())
    found: list[tuple[ReadAction, str, Money]] = []
    for action in read_actions(session, Action.year == year, parts=("fundings",)):
        asked: dict[str, Money] = sums_by((lines[line], amount) for line, amount in action.requested.items())
        if action.status not in _CLOSED:
            found += [(action, who, asked[who]) for who in sorted(asked) if (action.number, who) not in given]
    return found
