"""Setting an overpayment off against the next grant of the same porteur and line (compensation N-1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from ledger.conventions.lookups import hold, is_passed_on
from ledger.conventions.model import Convention
from ledger.core.errors import InvalidValue
from ledger.core.money import ZERO, Money, total
from ledger.execution.lookups import Purses, keep
from ledger.execution.model import SetOff
from ledger.execution.passed_on import WayBack, available_again
from ledger.execution.recoveries import check_own_money, recoverable, titres, to_the_budget
from ledger.execution.titre_claims import claims
from ledger.journal.keys import AccountKey, Position
from ledger.journal.posting import Draft, Move, Posted, post
from ledger.journal.reversal import placed


def set_off(session: Session, convention: Convention, year: int, *, piece: str, on: date) -> tuple[Posted, Money]:
    """The entry that imputes what the convention was overpaid on the next grant of its porteur, and the amount.

    The payer's own money is carried to the millésime `year`, whose payments then count gross and are paid net.
    Another financeur's goes its way back (see WayBack): it serves again only where that financeur decided so.
    raises: InvalidValue, RecoveryRefused, DayClosed.
    """
    check_own_money(convention)
    if convention.beneficiary is None or year <= convention.year:
        raise InvalidValue(
            f"Le trop-versé de {convention.number} s'impute sur un exercice postérieur à {convention.year}.",
            "Donnez l'exercice qui suit : --exercice ANNEE.",
        )
    draft = Draft(
        reference=f"COMPENSATION {convention.number} {year}",
        kind="compensation",
        label=f"Trop-versé de {convention.number} imputé sur {year}",
        piece=piece,
        effect_on=on,
        moves=(),
        facts=(convention.number, str(year)),
    )
    draft, earlier = placed(session, draft)
    if earlier is not None:
        return earlier, ZERO
    hold(session, [convention.number])
    free = recoverable(session, convention, on)
    purses, way_back = Purses(session), WayBack(session, convention)
    moves: list[Move] = []
    for key, amount in free.items():
        if not is_passed_on(session, convention, key.line):
            moves.extend(available_again(key, amount, year))
        else:
            moves.extend(way_back.moves(key, amount))
            before = AccountKey(Position.REVERSE, key.line, convention.year)
            moves.extend(purses.of(key.line, convention.year, on).take_in(before, amount))
            moves.extend(purses.of(key.line, year, on).spend(before._replace(year=year), amount))
    if not any(claims(session, titre) for titre in titres(session, convention.number)):
        moves.extend(to_the_budget(session, convention, moves))
    posted = post(session, [replace(draft, moves=tuple(moves))])[0]
    _record_set_off(session, convention, year, free, on, posted.sequence)
    return posted, total(free.values())


def _record_set_off(
    session: Session, convention: Convention, year: int, free: dict[AccountKey, Money], on: date, number: int
) -> None:
    by_line: dict[tuple[str, str], Money] = {}
    for key, amount in free.items():
        by_line[key.action, key.line] = by_line.get((key.action, key.line), ZERO) + amount
    assert convention.beneficiary is not None
    for (action, line), amount in by_line.items():
        keep(
            session,
            SetOff(
                contract=convention.contract,
                convention=convention.number,
                action=action,
                line=line,
                year=year,
                beneficiary=convention.beneficiary,
                amount=amount,
                decided_on=on,
                entry_number=number,
            ),
        )
