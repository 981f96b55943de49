"""An act dated back that leaves a past day below zero is refused; told, where the enveloppe was notified later."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.core.money import Money
from ledger.journal.audit import review_book
from ledger.journal.backdating import DatedBack, DatedTooEarly, check_days_before
from ledger.journal.exercices import open_exercice
from ledger.journal.positions import Position
from ledger.journal.posting import post_acts
from ledger.storage.session import context
from tests.conftest import Typist
from tests.journal.trials import act, key, trials

HELD, SOURCE, TAKEN = key(Position.DISPONIBLE), key(Position.NOTIFIE), key(Position.PROGRAMME, "A")
SIGNED, PAID = key(Position.ENGAGE, "A", "C"), key(Position.ORDONNE, "A", "C")


@pytest.fixture
def opened(session: Session) -> Session:
    open_exercice(session, 2016)
    post_acts(
        session,
        [act("N1", (HELD, SOURCE, 100), on=date(2016, 3, 10)), act("N2", (HELD, SOURCE, 50), on=date(2016, 6, 1))],
    )
    return session


def test_the_days_before_the_credits_came_are_told_with_what_was_missing_and_the_entry(opened: Session) -> None:
    post_acts(opened, [act("P1", (TAKEN, HELD, 120), on=date(2016, 4, 2))])
    [found] = check_days_before(opened)
    assert (found.key, found.first, found.last) == (HELD, date(2016, 4, 2), date(2016, 5, 31))
    assert (found.missing, found.entry) == (Money(20), 3)
    assert check_days_before(opened) == []
    book = review_book(opened)
    assert book.findings == []
    assert [(each.code, each.subject) for each in book.warnings] == [("jour_passe_negatif", HELD.text())]
    assert book.warnings[0].message == (
        "Du 02/04/2016 au 31/05/2016, il aurait manqué 0,20\u00a0€ : l'écriture 3 est datée d'avant ce qui la couvre."
    )


def test_a_source_taken_back_before_it_gave_is_told_too(opened: Session) -> None:
    post_acts(opened, [act("R1", (SOURCE, HELD, 130), on=date(2016, 5, 31))])
    assert {found.key: found.missing for found in check_days_before(opened)} == {HELD: Money(30), SOURCE: Money(30)}


def test_what_no_notification_covers_is_refused_with_the_day_from_which_it_is_possible(opened: Session) -> None:
    """F51."""
    post_acts(
        opened,
        [act("P1", (TAKEN, HELD, 150), on=date(2016, 7, 1)), act("S1", (SIGNED, TAKEN, 90), on=date(2016, 8, 1))],
    )
    post_acts(opened, [act("O1", (PAID, SIGNED, 40), on=date(2016, 7, 15))])
    with pytest.raises(DatedTooEarly) as refused:
        check_days_before(opened)
    assert "le 15/07/2016, il manquerait 0,40\u00a0€" in refused.value.problem
    assert "--le 2016-08-01" in refused.value.remedy


@pytest.mark.parametrize("on", [date(2016, 6, 1), date(2016, 7, 1)])
def test_an_act_of_the_day_or_covered_that_day_is_not(opened: Session, on: date) -> None:
    post_acts(opened, [act("P1", (TAKEN, HELD, 120), on=on)])
    post_acts(opened, [act("P2", (TAKEN, HELD, 30), on=on)])
    assert check_days_before(opened) == []
    assert review_book(opened).warnings == []


MOVES = st.tuples(st.sampled_from(("+", "-", "<")), st.integers(1, 60), st.dates(date(2016, 1, 1), date(2016, 1, 20)))


@settings(
    max_examples=trials(30, 300),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    database=None,
)
@given(chosen=st.lists(MOVES, min_size=1, max_size=12))
def test_what_is_refused_and_told_is_what_a_plain_list_of_days_says(
    session: Session, chosen: list[tuple[str, int, date]]
) -> None:
    with session.begin_nested() as attempt:
        open_exercice(session, 2016)
        written: list[tuple[date, int, int]] = []
        for number, (how, cents, on) in enumerate(chosen):
            held, taken = sum(row[1] for row in written), sum(row[2] for row in written)
            if how == "+":
                post_acts(session, [act(f"A{number}", (HELD, SOURCE, cents), on=on)])
                written.append((on, cents, 0))
            elif how == "-" and cents <= held:
                post_acts(session, [act(f"A{number}", (TAKEN, HELD, cents), on=on)])
                written.append((on, -cents, cents))
            elif how == "<" and cents <= taken:
                post_acts(session, [act(f"A{number}", (HELD, TAKEN, cents), on=on)])
                written.append((on, cents, -cents))
        below = {
            account: [
                (day, -amount)
                for day in sorted({row[0] for row in written})
                if (amount := sum(row[1:][side] for row in written if row[0] <= day)) < 0
            ]
            for side, account in ((0, HELD), (1, TAKEN))
        }
        notified = [row if row[1:] != (row[1], 0) or row[1] < 0 else (date.min, *row[1:]) for row in written]
        uncovered = {
            account
            for side, account in ((0, HELD), (1, TAKEN))
            for day in {row[0] for row in written}
            if sum(row[1:][side] for row in notified if row[0] <= day) < 0
        }
        warned = [each.subject for each in review_book(session).warnings]
        if uncovered:
            with pytest.raises(DatedTooEarly):
                check_days_before(session)
            assert {account.text() for account in uncovered} <= set(warned)
        else:
            noted = {found.key: found for found in check_days_before(session)}
            assert warned == sorted(each.text() for each in noted)
            assert noted.keys() == {account for account, days in below.items() if days}
            for account, days in below.items():
                if days:
                    assert noted[account].first == days[0][0]
                    inside = [missing for day, missing in days if day <= noted[account].last]
                    assert noted[account].missing.cents == max(inside)
        attempt.rollback()
        context(session).forget(DatedBack)


def test_the_user_is_told_at_the_act_and_by_the_control(cofiville: Typist) -> None:
    cofiville("exercice", "ouvrir", 2016)
    opening = ("enveloppe", "notifier", "CAPH-PDV", 2016)
    cofiville(*opening, 1000, "--piece", "BP", "--le", "2016-04-01")
    lowered = ("enveloppe", "modifier", "CAPH-PDV", 2016, -300, "--piece", "DM1", "--le", "2016-02-01")
    said = cofiville(*lowered)
    assert said.code == 0
    assert (
        "Attention, DISPONIBLE CAPH-PDV 2016 : du 01/02/2016 au 31/03/2016, il aurait manqué 300,00\u00a0€" in said.out
    )
    assert "cofiville journal corriger" in said.out
    noted = cofiville("--json", *lowered[:-4], "--piece", "DM2", "--le", "2016-03-01")
    assert {each["code"] for each in noted.data["alertes"]} == {"jour_passe_negatif"}
    assert "alertes" not in cofiville("--json", *opening, 5, "--piece", "BS", "--le", "2016-05-01").data
    control = cofiville("--json", "base", "controler")
    assert control.code == 0
    assert control.data["anomalies"] == []
    assert {each["objet"] for each in control.data["alertes"]} == {"DISPONIBLE CAPH-PDV 2016", "NOTIFIE CAPH-PDV 2016"}
    assert "2 compte(s) à découvert un jour passé" in cofiville("base", "controler").out


def test_an_act_dated_back_leaves_no_warning_once_it_is_undone(cofiville: Typist) -> None:
    """F26: also where what undid it is undone, which makes it stand again; what stands by itself is still told."""

    def told() -> list[str]:
        return [each["objet"] for each in cofiville("--json", "base", "controler").data["alertes"]]

    cofiville("exercice", "ouvrir", 2016)
    for piece, amount, on in (("BP", 1000, "2016-04-01"), ("DM1", -300, "2016-02-01"), ("DM2", -200, "2016-03-01")):
        act = "notifier" if amount > 0 else "modifier"
        assert cofiville("enveloppe", act, "CAPH-PDV", 2016, amount, "--piece", piece, "--le", on).code == 0
    assert told()
    undo = ("--motif", "Saisie deux fois", "--le", "2016-06-01", "--oui")
    assert cofiville("journal", "annuler", 2, *undo).code == 0
    both = cofiville("--json", "base", "controler").data["alertes"]
    assert {each["message"][:40] for each in both} == {"Du 01/03/2016 au 31/03/2016, il aurait m"}
    assert cofiville("journal", "annuler", 3, *undo).code == 0
    assert told() == []
