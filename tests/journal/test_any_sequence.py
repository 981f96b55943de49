"""Any sequence of acts, retries, reversals and closings leaves the book as a plain list of moves says it should be."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.orm import Session

from ledger.core.errors import LedgerError
from ledger.core.money import Money
from ledger.journal.audit import audit_book, book_head
from ledger.journal.balances import balances
from ledger.journal.credits_open import GIVING
from ledger.journal.exercices import find_exercice, open_exercice
from ledger.journal.locking import closing_reference, lock_year
from ledger.journal.positions import AccountKey, Position, line_state
from ledger.journal.posting import post_acts
from ledger.journal.reversal import reverse_entry
from ledger.journal.seal import Draft, Move
from ledger.journal.vocabulary import EntryKind
from tests.journal.trials import trials

LINES, YEARS, PLACES = ("ETAT-PDV-DRE", "CAPH-PDV"), (2015, 2016, 2017), ("1", "2")
SOURCES = {Position.NOTIFIE, Position.REPORT_ENTRANT}
P = Position
STEPS = {
    "notifier": (P.DISPONIBLE, P.NOTIFIE),
    "reporter": (P.DISPONIBLE, P.REPORT_ENTRANT),
    "baisser": (P.NOTIFIE, P.DISPONIBLE),
    "programmer": (P.PROGRAMME, P.DISPONIBLE),
    "déprogrammer": (P.DISPONIBLE, P.PROGRAMME),
    "engager": (P.ENGAGE, P.PROGRAMME),
    "dégager": (P.DISPONIBLE, P.ENGAGE),
    "bloquer": (P.BLOQUE, P.ENGAGE),
    "ordonner": (P.ORDONNE, P.ENGAGE),
    "verser": (P.VERSE, P.ORDONNE),
    "constater": (P.VERSE, P.ENGAGE),
    "recouvrer": (P.A_RECOUVRER, P.VERSE),
    "annuler": (P.ANNULE, P.DISPONIBLE),
}
BY_ACTION = {P.PROGRAMME, P.ENGAGE, P.ORDONNE, P.VERSE, P.A_RECOUVRER}
BY_CONVENTION = BY_ACTION - {P.PROGRAMME} | {P.BLOQUE}

MOVES = st.tuples(
    st.sampled_from(sorted(STEPS)),
    st.sampled_from(LINES),
    st.sampled_from(YEARS),
    st.sampled_from(PLACES),
    st.integers(1, 40) | st.just(10**15),
)
DAYS = st.dates(date(2014, 12, 30), date(2018, 1, 2))


class Written(NamedTuple):
    """What the model keeps of an act: its day, and its moves as (into, out of, cents) between plain tuples."""

    reference: str
    day: date
    moves: tuple[tuple[Any, Any, int], ...]
    reverses: int | None = None


def account(position: Position, line: str, year: int, place: str) -> AccountKey:
    return AccountKey(
        position,
        line,
        year,
        f"C{place}" if position in BY_CONVENTION else "",
        f"A{place}" if position in BY_ACTION else "",
    )


def move(chosen: tuple[str, str, int, str, int]) -> tuple[AccountKey, AccountKey, int]:
    step, line, year, place, cents = chosen
    into, out_of = STEPS[step]
    return account(into, line, year, place), account(out_of, line, year, place), cents


def natural(held: dict[Any, int]) -> dict[Any, int]:
    return {at: -cents if at[0] in SOURCES else cents for at, cents in held.items() if cents}


class Book(RuleBasedStateMachine):
    """The book of one contract beside a list of what was written in it."""

    session: Session

    @initialize()
    def begin(self) -> None:
        self.session.rollback()
        self.session.expunge_all()
        self.written: list[Written] = []
        self.open: dict[int, bool] = {}
        self.numbers = 0
        for year in (2015, 2016):
            self.open_year(year)

    def teardown(self) -> None:
        assert audit_book(self.session) == []
        self.session.rollback()

    def held(self, until: date = date.max) -> dict[Any, int]:
        sums: dict[Any, int] = {}
        for act in self.written:
            for into, out_of, cents in act.moves if act.day <= until else ():
                sums[into] = sums.get(into, 0) + cents
                sums[out_of] = sums.get(out_of, 0) - cents
        return sums

    def may_move(self, into: Any, out_of: Any) -> bool:
        """Whether both exercices exist, and credits are not given on one that is closed."""
        known = {into.year, out_of.year} <= self.open.keys()
        return known and (self.open[into.year] or out_of.position not in GIVING.get(into.position, ()))

    def refusal(self, act: Written) -> str:
        """The code of the refusal the model foresees; "" when the act must be taken."""
        if not self.open.get(act.day.year):
            return "exercice_ferme"
        if act.reverses is None and any(not self.may_move(*accounts) for *accounts, _ in act.moves):
            return "exercice_non_ouvert"
        held = self.held()
        for into, out_of, cents in act.moves:
            held[out_of] = held.get(out_of, 0) - cents
            held[into] = held.get(into, 0) + cents
            if any((held[at] > 0) if at[0] in SOURCES else (held[at] < 0) for at in (out_of, into)):
                return "depassement"
        return ""

    def write(self, act: Written) -> None:
        """Post an act on both sides and compare what becomes of it."""
        moves = tuple(Move(into, out_of, Money(cents)) for into, out_of, cents in act.moves)
        draft = Draft(act.reference, "epreuve", "libellé", "pièce", act.day, moves)
        foreseen = self.refusal(act)
        assert self.outcome(lambda: post_acts(self.session, [draft])) == foreseen
        if not foreseen:
            self.written.append(act)

    def outcome(self, posting: Any) -> str:
        try:
            with self.session.begin_nested():
                posting()
        except LedgerError as refused:
            return refused.code
        return ""

    @rule(year=st.sampled_from((2014, *YEARS)))
    def open_year(self, year: int) -> None:
        foreseen = "exercice_existant" if year in self.open else ""
        assert self.outcome(lambda: open_exercice(self.session, year)) == foreseen
        self.open.setdefault(year, True)

    @precondition(lambda self: len(self.written) > 3 and any(self.open.values()))
    @rule(place=st.integers(0, 9), on=DAYS)
    def close_year(self, place: int, on: date) -> None:
        years = sorted(year for year, is_open in self.open.items() if is_open)
        year = years[place % len(years)]
        act = Written(closing_reference(year), date(year, 12, 31), ())
        draft = Draft(act.reference, EntryKind.CLOSING, "Clôture", "pièce", act.day, ())
        lock_year(self.session, find_exercice(self.session, year), draft, [], on=on)
        self.written.append(act)
        self.open[year] = False

    @rule(chosen=st.lists(MOVES, min_size=1, max_size=4), day=DAYS)
    def act(self, chosen: list[tuple[str, str, int, str, int]], day: date) -> None:
        self.numbers += 1
        self.write(Written(f"ACTE {self.numbers}", day, tuple(map(move, chosen))))

    @rule(line=st.sampled_from(LINES), cents=st.integers(1, 500), chain=st.integers(0, 5), day=DAYS)
    def follow_an_euro(self, line: str, cents: int, chain: int, day: date) -> None:
        self.numbers += 1
        steps = ("notifier", "programmer", "engager", "ordonner", "verser", "recouvrer")[: chain + 1]
        moves = tuple(move((step, line, day.year, "1", cents)) for step in steps)
        self.write(Written(f"EURO {self.numbers}", day, moves))

    @precondition(lambda self: self.acts())
    @rule(place=st.integers(0, 99), change=st.sampled_from(("", "jour", "montant", "moves")))
    def again(self, place: int, change: str) -> None:
        acts = self.acts()
        number, act = acts[place % len(acts)]
        day = date(2016, 7, 14) if change == "jour" else act.day
        moves = tuple((into, out_of, cents + (change == "montant")) for into, out_of, cents in act.moves)
        moves = moves * 2 if change == "moves" else moves
        same = (day, moves) == (act.day, act.moves)
        made = tuple(Move(into, out_of, Money(cents)) for into, out_of, cents in moves)
        draft = Draft(act.reference, "epreuve", "autre libellé", "pièce", day, made)
        posted: list[Any] = []
        code = self.outcome(lambda: posted.extend(post_acts(self.session, [draft])))
        assert code == ("" if same else "reference_deja_utilisee")
        assert posted == ([(number, act.reference, False)] if same else [])

    @precondition(lambda self: self.written)
    @rule(place=st.integers(0, 99), day=DAYS)
    def undo(self, place: int, day: date) -> None:
        number = place % len(self.written) + 1
        act = self.written[number - 1]
        moves = tuple((out_of, into, cents) for into, out_of, cents in reversed(act.moves))
        undone = Written(f"ANNULATION ECRITURE {number}", day, moves, number)
        final = act.reverses or not act.moves or any(other.reverses == number for other in self.written)
        foreseen = "non_annulable" if final or day < act.day else self.refusal(undone)
        assert self.outcome(lambda: reverse_entry(self.session, number, motive="erreur", on=day)) == foreseen
        if not foreseen:
            self.written.append(undone)

    def acts(self) -> list[tuple[int, Written]]:
        """The numbered acts that can be recorded again as they were."""
        return [(n, act) for n, act in enumerate(self.written, start=1) if act.moves and not act.reverses]

    @rule(day=DAYS)
    def look_back(self, day: date) -> None:
        found = {tuple(at): amount.cents for at, amount in balances(self.session, on=day).items()}
        assert found == natural(self.held(day))

    @rule()
    def check(self) -> None:
        assert audit_book(self.session) == []

    @invariant()
    def the_book_is_what_was_written(self) -> None:
        if not hasattr(self, "written"):
            return
        found = balances(self.session)
        assert {tuple(at): amount.cents for at, amount in found.items()} == natural(self.held())
        assert not line_state(found).gap
        assert book_head(self.session).entries == len(self.written)


def test_any_sequence_of_acts_leaves_the_book_as_it_was_told(session: Session) -> None:
    machine = type("BookOnThisBase", (Book,), {"session": session})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=trials(12, 400),
            stateful_step_count=trials(25, 50),
            derandomize=trials(1, 0) == 1,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
