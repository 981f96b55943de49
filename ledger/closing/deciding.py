"""Deciding what a remainder becomes, before the closing: by somebody, for a reason, on a piece where it takes one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.closing.fates import Decided, Fate, decide_fates, refusal
from ledger.closing.gathering import Gatherer, standing_decisions
from ledger.closing.model import Decision
from ledger.closing.operations import kept_fates, lock_exercice
from ledger.core.errors import InvalidValue, LedgerError, NotFound
from ledger.core.period import french_day
from ledger.journal.balances import balances
from ledger.journal.exercices import find_exercice
from ledger.journal.keys import Position
from ledger.storage.session import context


class DecisionRefused(LedgerError):
    """This remainder cannot take this fate, or takes none any more."""

    code = "decision_refusee"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which remainders of a line are meant; an empty word means all."""

    line: str
    position: str = ""
    convention: str = ""
    action: str = ""

    def means(self, fate: Fate) -> bool:
        """Whether this remainder is one of them."""
        key = fate.key
        return (
            key.line == self.line
            and self.position in ("", key.position)
            and self.convention in ("", key.convention)
            and self.action in ("", key.action)
        )


def open_fates(session: Session, year: int) -> list[Fate]:
    """What each remainder of an open year would become today. raises: NotFound."""
    find_exercice(session, year)
    return decide_fates(balances(session, year=year), Gatherer(session, year).terms, standing_decisions(session, year))


def year_fates(session: Session, year: int) -> list[Fate]:
    """What each remainder of a year became at its closing, or would become today. raises: NotFound."""
    if find_exercice(session, year).closed_on is not None:
        return kept_fates(session, year)
    return open_fates(session, year)


def decide(
    session: Session, year: int, wanted: Wanted, fate: str, *, reason: str, on: date, piece: str = ""
) -> list[Fate]:
    """The remainders meant, as this decision leaves them; deciding again the same is not written twice.

    piece: what decides (délibération, COPIL, letter of the financeur), where the fate is not the one proposed.
    raises: NotFound without such a remainder, InvalidValue without a reason or piece, DecisionRefused for a fate that
    the position, the rules or the book do not allow, or a year already closed.
    """
    lock_exercice(session, year)
    exercice = find_exercice(session, year)
    if exercice.closed_on is not None:
        raise DecisionRefused(
            f"L'exercice {year} est clos depuis le {french_day(exercice.closed_on)} : rien n'y est plus à décider.",
            f"Corrigez par un acte de l'exercice ouvert ; ce qui fut décidé : cofiville cloture restes {year}.",
        )
    if not reason.strip():
        raise InvalidValue("Le motif de la décision manque.", 'Écrivez-le : --motif "Décision du …".')
    gatherer = Gatherer(session, year)
    meant = [each for each in open_fates(session, year) if wanted.means(each)]
    if not meant:
        raise NotFound(
            f"Rien ne reste à décider sur {wanted.line} {year} pour ce choix.",
            f"Consultez les restes : cofiville cloture restes {year}.",
        )
    for each in meant:
        if (refused := refusal(each.key, each.amount, fate, gatherer.terms(each.key))) is not None:
            raise DecisionRefused(*refused)
        if fate != each.proposed and not piece.strip():
            raise InvalidValue(
                f"« {fate} » n'est pas ce que les règles proposent pour {each.key.text()} ({each.proposed}).",
                f'Nommez ce qui en décide ({each.decider}) : --piece "Décision du …".',
            )
    decided = [(each, Decided(each.amount, fate, reason.strip(), piece.strip())) for each in meant]
    _record(session, [(each, said) for each, said in decided if each.decision != said], on)
    return [each for each in open_fates(session, year) if wanted.means(each)]


def _record(session: Session, decided: Sequence[tuple[Fate, Decided]], on: date) -> None:
    contract, agent, _ = context(session).signature
    for each, said in decided:
        decision = Decision(
            contract=contract,
            year=each.key.year,
            line=each.key.line,
            position=str(each.key.position),
            convention=each.key.convention,
            action=each.key.action,
            rank=1,
            amount=said.amount,
            fate=said.fate,
            reason=said.reason,
            piece=said.piece,
            decided_on=on,
            agent=agent,
        )
        decision.rank += _taken(session, decision)
        session.add(decision)
    session.flush()


def _taken(session: Session, decision: Decision) -> int:
    """How many decisions were taken on the same remainder."""
    same = ("contract", "year", "line", "position", "convention", "action")
    query = select(func.max(Decision.rank)).where(
        *(getattr(Decision, name) == getattr(decision, name) for name in same)
    )
    return session.scalar(query) or 0


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
