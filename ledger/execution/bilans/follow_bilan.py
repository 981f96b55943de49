"""What is done about bilans not given yet: more time, reminders, the sending of those the EPCI owes, examinations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.conventions.model import Convention
from ledger.core.errors import InvalidValue, LedgerError, require_words
from ledger.core.money import ZERO
from ledger.core.period import french_day
from ledger.execution.bilans.model import BilanExtension, BilanReminder, BilanSent
from ledger.execution.bilans.queue import ExpectedBilan, bilan_queue
from ledger.execution.model import Bilan
from ledger.execution.queries import DateOutside, check_day
from ledger.programming.actions.model import Action
from ledger.referential.queries import find_porteur
from ledger.rules.book import Rule, rulebook
from ledger.rules.execution_kinds import Reminders
from ledger.rules.scope import RuleSubject
from ledger.rules.vocabulary import Clock, ReminderLevel
from ledger.storage.standing import standing_act


class NotExpected(LedgerError):
    """No bilan is expected there, or it was given already."""

    code = "bilan_non_attendu"


def expected_of(session: Session, convention: Convention, on: date) -> list[ExpectedBilan]:
    """The bilans of this convention that are not given yet.

    raises: NotExpected when there is none.
    """
    queue = bilan_queue(session, on, year=convention.year, porteur=convention.beneficiary)
    found = [each for each in queue if each.convention.number == convention.number and each.given_on is None]
    if not found:
        raise NotExpected(
            f"Aucun bilan n'est attendu pour la convention {convention.number}.",
            "Consultez ceux qui le sont : cofiville bilan echeancier.",
        )
    return found


def extend_bilan(
    session: Session, convention: Convention, until: date, *, motive: str, on: date
) -> list[ExpectedBilan]:
    """The bilans of the convention, given until this day.

    raises: NotExpected, DateOutside, InvalidValue without a motive or for a day that gives no more time.
    """
    check_day(convention, on)
    require_words(motive, "Le motif de la prorogation manque.", 'Donnez-le : --motif "Comptes certifiés en septembre".')
    found = expected_of(session, convention, on)
    for each in found:
        if each.limit is not None and until <= each.limit:
            raise InvalidValue(
                f"Le bilan de {convention.number} est déjà attendu le {french_day(each.limit)}"
                f"{_granted_by(session, each)}.",
                "Donnez un jour postérieur : --jusqu-au.",
            )
        session.add(
            BilanExtension(
                contract=convention.contract,
                convention=convention.number,
                action=each.action,
                rank=_next_rank(session, BilanExtension, convention.number),
                until=until,
                granted_on=on,
                motive=motive.strip(),
            )
        )
        session.flush()
    return expected_of(session, convention, on)


def _granted_by(session: Session, expected: ExpectedBilan) -> str:
    """Whose act gave the time this bilan has, as a sentence ends; "" when it is the time of the rule."""
    if expected.until != expected.limit:
        return ""
    granted = select(BilanExtension).where(
        BilanExtension.convention == expected.convention.number,
        BilanExtension.action == expected.action,
        BilanExtension.until == expected.until,
    )
    return standing_act(session.scalars(granted.order_by(BilanExtension.rank.desc()).limit(1)).one())


def _next_rank(session: Session, entity: type[BilanExtension | BilanReminder | BilanSent], number: str) -> int:
    query = select(func.count()).where(entity.convention == number)
    return (session.scalar(query) or 0) + 1


def next_level(session: Session, expected: ExpectedBilan, on: date) -> str | None:
    """The letter that may go now for this bilan: the one after the last sent, once the rule's days have passed."""
    rank = len(expected.reminders)
    if not expected.days_late(on) or rank >= len(ReminderLevel):
        return None
    action = session.get(Action, (expected.convention.contract, expected.action))
    subject = RuleSubject(
        dispositif=action.dispositif if action else "",
        porteur_kind=find_porteur(session, expected.owed_by).kind,
        nature=action.nature if action else "",
        financeur=expected.owed_to,
    )
    rule = rulebook(session, Clock.ACT, day=on).find(Reminders, subject)
    if not isinstance(rule, Rule) or expected.days_late(on) < rule.figures.days[rank]:
        return None
    return list(ReminderLevel)[rank]


def to_remind(session: Session, on: date, *, year: int | None = None) -> list[tuple[ExpectedBilan, str]]:
    """The bilans due to the EPCI that are late enough for a letter, with its level."""
    late = [each for each in bilan_queue(session, on, year=year) if each.to_the_epci]
    return [(each, level) for each in late if (level := next_level(session, each, on)) is not None]


def remind_bilan(session: Session, due: Sequence[tuple[ExpectedBilan, str]], *, on: date) -> None:
    """Keep that these letters were sent. raises: DateOutside."""
    for each, level in due:
        check_day(each.convention, on)
        session.add(
            BilanReminder(
                contract=each.convention.contract,
                convention=each.convention.number,
                action=each.action,
                rank=_next_rank(session, BilanReminder, each.convention.number),
                level=level,
                sent_on=on,
            )
        )
        session.flush()


def send_own(session: Session, convention: Convention, *, piece: str, on: date) -> BilanSent:
    """What the EPCI owed for this convention, sent to its financeur.

    raises: InvalidValue without a piece, NotExpected when the EPCI owes nothing there, DateOutside.
    """
    check_day(convention, on)
    require_words(piece, "La pièce envoyée manque.", 'Nommez-la : --piece "Bilan DRE 2016, courrier du …".')
    if not any(each.by_epci for each in expected_of(session, convention, on)):
        raise NotExpected(
            f"Le bilan de {convention.number} est dû par {convention.beneficiary}, pas par l'EPCI.",
            f"Enregistrez-le à sa réception : cofiville bilan saisir {convention.number} --cout MONTANT --piece PIECE.",
        )
    sent = BilanSent(
        contract=convention.contract,
        convention=convention.number,
        rank=_next_rank(session, BilanSent, convention.number),
        piece=piece.strip(),
        sent_on=on,
    )
    session.add(sent)
    session.flush()
    return sent


def to_examine(session: Session) -> Sequence[Bilan]:
    """The bilans in surplus whose examination is not ended, by day."""
    query = select(Bilan).where(
        Bilan.surplus > ZERO,
        Bilan.undone_on.is_(None),
        Bilan.examined_on.is_(None),
    )
    return session.scalars(query.order_by(Bilan.settled_on, Bilan.convention)).all()


def end_examination(session: Session, bilan: Bilan, *, conclusion: str, on: date) -> None:
    """The examination of a bilan in surplus is ended, with these words.

    raises: InvalidValue without a conclusion, NotExpected when none is open, DateOutside before the bilan.
    """
    require_words(conclusion, "La conclusion de l'examen manque.", 'Donnez-la : --conclusion "Excédent réaffecté à …".')
    if not bilan.surplus or bilan.examined_on is not None:
        ended = standing_act(bilan, "examined_on") if bilan.examined_on is not None else ""
        raise NotExpected(
            f"Aucun examen n'est ouvert sur le bilan de {bilan.convention}{ended}.",
            "La liste : cofiville bilan examens.",
        )
    if on < bilan.settled_on:
        raise DateOutside(
            f"Le bilan de {bilan.convention} est arrêté le {french_day(bilan.settled_on)} : son examen le suit.",
            "Corrigez la date : --le.",
        )
    bilan.examined_on, bilan.examination = on, conclusion.strip()
    session.flush()
