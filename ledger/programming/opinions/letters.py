"""The avis sent to the porteurs, and what they answer: which letters are due, open, answered or late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue
from ledger.core.period import french_day
from ledger.programming.actions.forms import ReadAction
from ledger.programming.actions.model import Action
from ledger.programming.actions.read_actions import read_actions
from ledger.programming.opinions.model import Avis, AvisLetter
from ledger.programming.opinions.record_avis import AvisRefused, avis_of_year
from ledger.programming.vocabulary import ActionState
from ledger.storage.standing import standing_act

_SET_ASIDE = (ActionState.REFUSED, ActionState.REDIRECTED, ActionState.ABANDONED)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A letter and where it stands; days_late: whole days after the day awaited, zero when answered or in time."""

    action: Action
    letter: AvisLetter
    days_late: int


def letters_of_year(session: Session, year: int) -> Sequence[AvisLetter]:
    """Every letter on the actions of the year, by action then rank."""
    query = select(AvisLetter).join(Action, Action.number == AvisLetter.action).where(Action.year == year)
    return session.scalars(query.order_by(AvisLetter.action, AvisLetter.rank)).all()


def to_send(session: Session, year: int) -> list[Action]:
    """The actions of the year with avis that no letter has told their porteur yet, by number."""
    informed = {letter.action: letter.sent_on for letter in letters_of_year(session, year)}
    new = {
        each.action
        for each in avis_of_year(session, year)
        if each.action not in informed or each.on > informed[each.action]
    }
    query = select(Action).where(Action.year == year, Action.status.not_in(_SET_ASIDE))
    return [action for action in session.scalars(query.order_by(Action.number)) if action.number in new]


def actions_with_avis(session: Session, year: int, porteur: str) -> list[ReadAction]:
    """The actions of the porteur in the year on which somebody gave an avis, by number."""
    given = Action.number.in_(select(Avis.action))
    return read_actions(session, Action.year == year, Action.porteur == porteur, given, parts=("fundings",))


def send_letters(session: Session, actions: Sequence[Action], *, on: date, due_on: date) -> list[AvisLetter]:
    """The letters kept, one an action, sent that day; the answer is awaited until due_on.

    raises: InvalidValue when the answer is awaited before the letter is sent.
    """
    if due_on < on:
        raise InvalidValue(
            f"La réponse est attendue le {french_day(due_on)}, avant l'envoi ({french_day(on)}).",
            "Donnez un jour qui suit l'envoi : --reponse-avant.",
        )
    last = select(AvisLetter.action, func.max(AvisLetter.rank)).group_by(AvisLetter.action)
    ranks = {number: rank for number, rank in session.execute(last)}  # noqa: C416 - a Result has keys()
    letters = [
        AvisLetter(
            contract=action.contract,
            action=action.number,
            rank=ranks.get(action.number, 0) + 1,
            sent_on=on,
            due_on=due_on,
        )
        for action in actions
    ]
    session.add_all(letters)
    session.flush()
    return letters


def answer_letter(session: Session, action: Action, words: str, *, on: date) -> AvisLetter:
    """The last letter on the action, answered that day.

    raises: AvisRefused when none was sent or it is answered already, or before it was sent.
    """
    query = select(AvisLetter).where(AvisLetter.action == action.number)
    letter = session.scalars(query.order_by(AvisLetter.rank.desc()).limit(1)).first()
    if letter is None:
        raise AvisRefused(
            f"Aucun avis n'a été envoyé au porteur de l'action {action.number}.",
            f"Envoyez-les d'abord : cofiville avis lettres {action.year} DOSSIER --reponse-avant JOUR.",
        )
    if letter.answered_on is not None:
        raise AvisRefused(
            f"Le porteur de l'action {action.number} a déjà répondu, le {french_day(letter.answered_on)}"
            f"{standing_act(letter, 'answered_on')}.",
            f"Consultez le suivi : cofiville avis suivi {action.year}.",
        )
    if on < letter.sent_on:
        raise AvisRefused(
            f"La lettre sur l'action {action.number} est partie le {french_day(letter.sent_on)} :"
            f" elle n'a pas de réponse le {french_day(on)}.",
            "Vérifiez le jour : --le.",
        )
    letter.answered_on, letter.answer = on, words.strip()
    session.flush()
    return letter


def follow_up(session: Session, year: int, *, today: date) -> list[FollowUp]:
    """Every letter of the year, those waited for the longest first, then the others by action."""
    letters = letters_of_year(session, year)
    found = [
        FollowUp(session.get_one(Action, (each.contract, each.action)), each, _late(each, today)) for each in letters
    ]
    return sorted(found, key=lambda each: (-each.days_late, each.letter.action, each.letter.rank))


def _late(letter: AvisLetter, today: date) -> int:
    return max(0, (today - letter.due_on).days) if letter.answered_on is None else 0
