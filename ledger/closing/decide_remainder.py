"""Deciding what a remainder becomes, before the closing: by somebody, for a reason, on a piece where it takes one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from ledger.closing.close_exercice import lock_exercice, outcomes_at_closing
from ledger.closing.model import ClosingDecision
from ledger.closing.queries import RemainderReader, standing_decisions
from ledger.closing.remainders import RemainderDecision, RemainderOutcome, decide_outcomes, outcome_refusal
from ledger.core.errors import InvalidValue, LedgerError, NotFound, require_words
from ledger.core.period import french_day
from ledger.journal.balances import balances
from ledger.journal.exercices import find_exercice
from ledger.journal.positions import AccountKey, Position
from ledger.storage.session import context, next_rank
from ledger.storage.standing import standing_act


class RemainderDecisionRefused(LedgerError):
    """What is asked of this remainder is not allowed by its rules, or its year is closed."""

    code = "decision_refusee"


@dataclass(frozen=True, slots=True)
class WantedRemainder:
    """Which remainders of a line a decision bears on; an empty word means all."""

    line: str
    position: str = ""
    convention: str = ""
    action: str = ""

    def means(self, outcome: RemainderOutcome) -> bool:
        """Whether this remainder is one of them."""
        key = outcome.key
        return (
            key.line == self.line
            and self.position in ("", key.position)
            and self.convention in ("", key.convention)
            and self.action in ("", key.action)
        )


def outcomes_foreseen(session: Session, year: int) -> list[RemainderOutcome]:
    """What each remainder of an open year would become today. raises: NotFound."""
    find_exercice(session, year)
    return decide_outcomes(
        balances(session, year=year), RemainderReader(session, year).terms, standing_decisions(session, year)
    )


def outcomes_of_year(session: Session, year: int) -> list[RemainderOutcome]:
    """What each remainder of a year became at its closing, or would become today. raises: NotFound."""
    if find_exercice(session, year).closed_on is not None:
        return outcomes_at_closing(session, year)
    return outcomes_foreseen(session, year)


def decide_remainders(
    session: Session, year: int, wanted: WantedRemainder, outcome: str, *, reason: str, on: date, piece: str = ""
) -> list[RemainderOutcome]:
    """The remainders meant, as this decision leaves them; deciding again the same is not written twice.

    piece: what decides (délibération, COPIL, letter of the financeur), where the fate is not the one proposed.
    raises: NotFound without such a remainder, InvalidValue without a reason or piece, RemainderDecisionRefused for a
    fate that the position, the rules or the book do not allow, or a year already closed.
    """
    lock_exercice(session, year)
    exercice = find_exercice(session, year)
    if exercice.closed_on is not None:
        raise RemainderDecisionRefused(
            f"L'exercice {year} est clos depuis le {french_day(exercice.closed_on)}"
            f"{standing_act(exercice, 'closed_on')} : rien n'y est plus à décider.",
            f"Corrigez par un acte de l'exercice ouvert ; ce qui fut décidé : cofiville cloture restes {year}.",
        )
    require_words(reason, "Le motif de la décision manque.", 'Écrivez-le : --motif "Décision du …".')
    gatherer = RemainderReader(session, year)
    meant = [each for each in outcomes_foreseen(session, year) if wanted.means(each)]
    if not meant:
        raise NotFound(
            f"Rien ne reste à décider sur {wanted.line} {year} pour ce choix.",
            f"Consultez les restes : cofiville cloture restes {year}.",
        )
    for each in meant:
        if (refused := outcome_refusal(each.key, each.amount, outcome, gatherer.terms(each.key))) is not None:
            raise RemainderDecisionRefused(*refused)
        if outcome != each.proposed and not piece.strip():
            raise InvalidValue(
                f"« {outcome} » n'est pas ce que les règles proposent pour {each.key.text()} ({each.proposed}).",
                f'Nommez ce qui en décide ({each.decider}) : --piece "Décision du …".',
            )
    decided = [(each, RemainderDecision(each.amount, outcome, reason.strip(), piece.strip())) for each in meant]
    _record(session, [(each, said) for each, said in decided if each.decision != said], on)
    return [each for each in outcomes_foreseen(session, year) if wanted.means(each)]


def _record(session: Session, decided: Sequence[tuple[RemainderOutcome, RemainderDecision]], on: date) -> None:
    contract, agent, _ = context(session).signature
    for each, said in decided:
        session.add(
            ClosingDecision(
                contract=contract,
                year=each.key.year,
                line=each.key.line,
                position=str(each.key.position),
                convention=each.key.convention,
                action=each.key.action,
                rank=next_rank(session, ClosingDecision.rank, *_same(each.key)),
                amount=said.amount,
                fate=said.fate,
                reason=said.reason,
                piece=said.piece,
                decided_on=on,
                agent=agent,
            )
        )
    session.flush()


def _same(key: AccountKey) -> tuple[ColumnElement[bool], ...]:
    """The decisions taken on the same remainder."""
    names = ("line", "year", "position", "convention", "action")
    return tuple(getattr(ClosingDecision, name) == getattr(key, name) for name in names)


def position_of(word: str) -> str:
    """The position of this word ("disponible"); "" for none. raises: InvalidValue."""
    if not word.strip():
        return ""
    wanted = word.strip().upper()
    if wanted not in tuple(Position):
        raise InvalidValue(
            f"« {word} » n'est pas une position.",
            "Choisissez : disponible, programme, engage, a_recouvrer ou bloque.",
        )
    return wanted
