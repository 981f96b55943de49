"""Years of random acts in the book, settled before they are closed: what laws of closings are tried on."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.core.money import Money, total
from ledger.journal.balances import balances
from ledger.journal.overdraft import Overdraft
from ledger.journal.positions import AccountKey, Position
from ledger.journal.posting import post_acts
from ledger.journal.seal import Draft, Move

P = Position
LINES = ("ETAT-PDV-DRE", "CAPH-PDV", "CAF-DROIT-COMMUN")
_STEPS = {
    "notifier": (P.DISPONIBLE, P.NOTIFIE),
    "programmer": (P.PROGRAMME, P.DISPONIBLE),
    "engager": (P.ENGAGE, P.PROGRAMME),
    "ordonner": (P.ORDONNE, P.ENGAGE),
    "verser": (P.VERSE, P.ORDONNE),
    "constater": (P.VERSE, P.ENGAGE),
    "dégager": (P.DISPONIBLE, P.ENGAGE),
    "bloquer": (P.BLOQUE, P.ENGAGE),
    "trop-verser": (P.A_RECOUVRER, P.VERSE),
}
_BY_ACTION = {P.PROGRAMME, P.ENGAGE, P.ORDONNE, P.VERSE, P.A_RECOUVRER}
_BY_CONVENTION = _BY_ACTION - {P.PROGRAMME} | {P.BLOQUE}


class Step(NamedTuple):
    """One act: what it does, on which line and action, for how many cents, on which day of the year."""

    name: str
    line: str
    action: str
    cents: int
    day: int


STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from(sorted(_STEPS)),
        st.sampled_from(LINES),
        st.sampled_from(("1", "2")),
        st.integers(1, 10**9),
        st.integers(0, 364),
    ),
    max_size=30,
)


def account(position: Position, line: str, year: int, action: str) -> AccountKey:
    """The account of this position."""
    convention = f"C{action}" if position in _BY_CONVENTION else ""
    return AccountKey(position, line, year, convention, action if position in _BY_ACTION else "")


def play(session: Session, year: int, steps: list[Step], *, opened: int = 10**9) -> None:
    """Open every line and play the steps, those that would overdraw left out."""
    first = [Step("notifier", line, "1", opened, 0) for line in LINES]
    for number, step in enumerate([*first, *steps]):
        into, source = (account(position, step.line, year, step.action) for position in _STEPS[step.name])
        day = date.fromordinal(date(year, 1, 1).toordinal() + step.day)
        move = Move(into, source, Money(step.cents))
        try:
            post_acts(session, [Draft(f"ACTE {year} {number}", "epreuve", step.name, "pièce", day, (move,))])
        except Overdraft:
            continue


def settle(session: Session, year: int) -> None:
    """Pay what is ordered, give back what is blocked, collect what was overpaid."""
    ends = {P.ORDONNE: P.VERSE, P.BLOQUE: P.RENDU, P.A_RECOUVRER: P.ANNULE}
    moves = [
        Move(_end(key, ends[key.position]), key, amount)
        for key, amount in balances(session, year=year).items()
        if key.position in ends
    ]
    if moves:
        post_acts(session, [Draft(f"FIN {year}", "epreuve", "fin", "pièce", date(year, 12, 31), tuple(moves))])


def _end(key: AccountKey, position: Position) -> AccountKey:
    if position is P.VERSE:
        return key._replace(position=position)
    return AccountKey(position, key.line, key.year)


def held(session: Session, line: str, year: int, *positions: Position) -> Money:
    """What the line holds on these positions together."""
    return total(balances(session, line=line, year=year, positions=positions).values())
