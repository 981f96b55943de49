"""Avenants: after the signature only, before and after stated, within what is ordered and what is granted."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.allocation.grant_directly import AboveTheRules
from ledger.conventions.avenants.changes import AvenantRefused
from ledger.conventions.avenants.sign_avenant import record_avenant
from ledger.conventions.end_convention import EndRefused, cancel_convention, settle_convention
from ledger.conventions.forms import AvenantForm
from ledger.conventions.model import Convention
from ledger.conventions.queries import WrongState
from ledger.conventions.schedule import parse_part, whole_schedule
from ledger.conventions.sign_convention import sign_convention
from ledger.core.errors import InvalidValue
from ledger.core.money import ZERO, Money, parse_money
from ledger.execution.figures import state_of
from ledger.execution.payments.order_payment import order_payment
from ledger.execution.payments.record_payment import record_payment
from ledger.journal.audit import audit_book
from ledger.journal.balances import balances
from ledger.journal.exercices import DayClosed
from ledger.journal.overdraft import Overdraft
from ledger.journal.positions import AccountKey, Position
from ledger.programming.queries import find_action
from tests.conventions.support import LINE, SIGNED_ON, add_action, add_porteur, draft, grant, open_year, signed

ON = date(2016, 9, 12)
KEY = ("2016-001", LINE)


def by(amount: str) -> AvenantForm:
    return AvenantForm(amounts={KEY: parse_money(amount)})


def held(session: Session, position: Position) -> Money:
    found = balances(session, line=LINE, year=2016, positions=(position,))
    return next(iter(found.values()), ZERO)


def amended(
    session: Session, convention: Convention, change: AvenantForm, piece: str = "Avenant 1", on: date = ON
) -> None:
    record_avenant(session, convention, change, piece=piece, on=on)


def test_an_increase_takes_what_is_programmed_then_the_enveloppe_and_the_schedule_follows(session: Session) -> None:
    convention = signed(session, "8 000")
    grant(session, "2016-001", "500")
    amended(session, convention, by("1 500"))
    assert convention.amount == parse_money("9 500")
    assert convention.lines[0].amount_signed == parse_money("8 000")
    assert (held(session, Position.ENGAGE), held(session, Position.PROGRAMME)) == (parse_money("9 500"), ZERO)
    assert whole_schedule(convention) == [(1, Money(665_000), "signature"), (2, Money(285_000), "bilan")]
    [avenant] = convention.avenants
    assert (avenant.facts_before["montant"], avenant.facts_after["montant"]) == ("8000.00", "9500.00")
    assert [each["montant"] for each in avenant.facts_before["echeances"]] == ["5600.00", "2400.00"]
    assert [(each.amount_before, each.amount_after) for each in avenant.lines] == [(Money(800_000), Money(950_000))]
    assert audit_book(session) == []


def test_an_increase_above_the_enveloppe_or_the_rules_is_refused_and_writes_nothing(session: Session) -> None:
    convention = signed(session)
    with pytest.raises(AboveTheRules):
        amended(session, convention, by("0,01"))
    assert (convention.amount, convention.avenants) == (parse_money("10 000"), [])


def test_a_decrease_frees_credits_but_never_below_what_is_ordered(session: Session) -> None:
    convention = signed(session)
    order_payment(session, convention, None, on=date(2016, 5, 13))
    with pytest.raises(AvenantRefused, match=r"a déjà 7.000,00.€ ordonnés") as refused:
        amended(session, convention, by("-3 000,01"))
    assert "Réduisez la baisse de 0,01" in refused.value.remedy
    amended(session, convention, by("-3 000"))
    assert held(session, Position.DISPONIBLE) == parse_money("93 000")
    assert state_of(session, convention).still_due == parse_money("7 000")
    assert convention.amount == parse_money("7 000")


def test_the_same_piece_is_the_same_avenant(session: Session) -> None:
    convention = signed(session, "8 000")
    amended(session, convention, by("1 000"))
    again, posted = record_avenant(session, convention, by("1 000"), piece="Avenant 1", on=ON)
    assert (again.rank, posted is not None and posted.new, convention.amount) == (1, False, parse_money("9 000"))
    with pytest.raises(AvenantRefused, match="avec un autre contenu"):
        amended(session, convention, by("500"))


def test_dates_and_object_change_without_an_entry(session: Session) -> None:
    convention = signed(session)
    change = AvenantForm(ends_on=date(2017, 6, 30), purpose="Atelier santé, seconde session")
    avenant, posted = record_avenant(session, convention, change, piece="Avenant 1", on=ON)
    assert posted is None
    assert (convention.ends_on, convention.purpose) == (date(2017, 6, 30), "Atelier santé, seconde session")
    assert (avenant.facts_before["fin"], avenant.facts_after["fin"]) == ("2016-12-31", "2017-06-30")


def test_a_new_schedule_may_be_signed(session: Session) -> None:
    convention = signed(session)
    plan = tuple(parse_part(text) for text in ("7 000@signature", "1 000@2016-10-01", "solde@bilan"))
    amended(session, convention, AvenantForm(plan=plan))
    assert [amount.cents for _, amount, _ in whole_schedule(convention)] == [700_000, 100_000, 200_000]


def test_fixed_instalments_stand_and_the_last_ones_absorb_the_change(session: Session) -> None:
    from ledger.conventions.forms import ConventionForm

    plan = tuple(parse_part(text) for text in ("6 000@signature", "3 000@2016-10-01", "solde@bilan"))
    convention = signed(session, form=ConventionForm(plan=plan))
    amended(session, convention, by("-2 000"))
    assert [amount.cents for _, amount, _ in whole_schedule(convention)] == [600_000, 200_000, 0]


def test_a_base_may_change_with_the_amount(session: Session) -> None:
    convention = signed(session)
    amended(session, convention, AvenantForm(bases={KEY: parse_money("25 000")}))
    line = convention.lines[0]
    assert (line.terms["base"], line.terms_signed["base"]) == (2_500_000, 2_000_000)
    with pytest.raises(AvenantRefused, match="dépasseraient l'assiette"):
        amended(session, convention, AvenantForm(bases={KEY: parse_money("9 999,99")}), "Avenant 2")


@pytest.mark.parametrize(
    ("change", "on", "problem"),
    [
        (AvenantForm(), ON, "ne change rien"),
        (AvenantForm(amounts={("2016-001", "CAPH-DRE"): Money(1)}), ON, "ne demande rien sur CAPH-DRE"),
        (by("-10"), date(2016, 4, 28), "la précéderait"),
        (by("-10"), date(2017, 1, 2), "a pris fin le 31/12/2016"),
        (AvenantForm(ends_on=date(2015, 12, 31)), ON, "avant son début"),
    ],
)
def test_what_an_avenant_cannot_do_is_refused(session: Session, change: AvenantForm, on: date, problem: str) -> None:
    convention = signed(session)
    with pytest.raises((AvenantRefused, InvalidValue), match=problem):
        amended(session, convention, change, on=on)


def test_an_avenant_comes_after_the_signature_and_needs_its_piece(session: Session) -> None:
    convention = signed(session)
    with pytest.raises(InvalidValue, match="La pièce de l'avenant manque"):
        amended(session, convention, by("-10"), piece=" ")
    add_action(session, "2016-002")
    grant(session, "2016-002", "100")
    with pytest.raises(WrongState, match="brouillon"):
        amended(session, draft(session, "2016-002"), by("-10"))


def test_a_settled_action_is_not_amended(session: Session) -> None:
    convention = signed(session)
    with pytest.raises(AvenantRefused, match="Le bilan de l'action 2016-001 est arrêté"):
        record_avenant(session, convention, by("-10"), piece="Avenant 1", on=ON, settled={"2016-001"})


def test_an_avenant_dated_in_a_year_never_opened_is_refused(session: Session) -> None:
    convention = signed(session)
    convention.ends_on = date(2017, 12, 31)
    with pytest.raises(DayClosed):
        amended(session, convention, by("-10"), on=date(2017, 2, 1))


def test_a_signed_convention_is_cancelled_before_any_payment_and_its_credits_are_free_again(session: Session) -> None:
    convention = signed(session)
    posted, freed = cancel_convention(session, convention, piece="Délibération", motive="Action abandonnée", on=ON)
    assert (convention.state, freed) == ("annulee", parse_money("10 000"))
    assert held(session, Position.DISPONIBLE) == parse_money("100 000")
    assert posted.new
    with pytest.raises(WrongState, match="annulée"):
        amended(session, convention, by("-10"))


def test_what_is_ordered_is_not_cancelled(session: Session) -> None:
    convention = signed(session)
    order_payment(session, convention, None, on=date(2016, 5, 13))
    with pytest.raises(EndRefused, match=r"7.000,00.€ ordonnés"):
        cancel_convention(session, convention, piece="Délibération", motive="Action abandonnée", on=ON)


def test_a_convention_is_settled_when_nothing_is_left_on_it(session: Session) -> None:
    convention = signed(session)
    with pytest.raises(EndRefused, match=r"10.000,00.€ engagé"):
        settle_convention(session, convention, missing=())
    order_payment(session, convention, None, on=date(2016, 5, 13))
    record_payment(session, convention, parse_money("7 000"), on=date(2016, 5, 20), reference="B1")
    amended(session, convention, by("-3 000"))
    with pytest.raises(EndRefused, match="Le bilan de l'action 2016-001"):
        settle_convention(session, convention, missing=("2016-001",))
    settle_convention(session, convention, missing=())
    assert convention.state == "soldee"
    with pytest.raises(WrongState, match="soldée"):
        amended(session, convention, by("-10"))


def test_a_cancelled_commitment_leaves_the_action_without_grant(session: Session) -> None:
    convention = signed(session)
    cancel_convention(session, convention, piece="Délibération", motive="Action abandonnée", on=ON)
    programmed = AccountKey(Position.PROGRAMME, LINE, 2016, action="2016-001")
    assert programmed not in balances(session, action="2016-001")
    grant(session, "2016-001", "9 000", on=SIGNED_ON)
    assert draft(session).amount == parse_money("9 000")


def test_an_increase_is_limited_by_what_is_left_of_the_enveloppe(session: Session) -> None:
    from ledger.journal.enveloppes import modify_credits

    convention = signed(session, "8 000")
    modify_credits(session, LINE, 2016, parse_money("-91 000"), piece="Décision modificative", on=date(2016, 6, 1))
    with pytest.raises(Overdraft):
        amended(session, convention, by("1 000,01"))


def test_an_avenant_adds_an_action_to_what_was_signed(session: Session) -> None:
    convention = signed(session, "8 000")
    add_action(session, "2016-002")
    grant(session, "2016-002", "3 000")
    key = ("2016-002", LINE)
    amended(session, convention, AvenantForm(amounts={key: parse_money("4 000"), KEY: parse_money("500")}))
    assert [(line.action, line.amount) for line in convention.lines] == [
        ("2016-001", parse_money("8 500")),
        ("2016-002", parse_money("4 000")),
    ]
    [avenant] = convention.avenants
    before_and_after = [(each.action, each.amount_before, each.amount_after) for each in avenant.lines]
    assert before_and_after == [
        ("2016-001", parse_money("8 000"), parse_money("8 500")),
        ("2016-002", ZERO, parse_money("4 000")),
    ]
    assert whole_schedule(convention) == [(1, parse_money("8 750"), "signature"), (2, parse_money("3 750"), "bilan")]
    assert find_action(session, "2016-002").status == "conventionne"
    order, _ = order_payment(session, convention, None, on=ON)
    assert {line.action: line.gross for line in order.lines} == {
        "2016-001": parse_money("5 950"),
        "2016-002": parse_money("2 800"),
    }
    amended(session, convention, AvenantForm(amounts={key: parse_money("-1 000")}), piece="Avenant 2")
    assert convention.amount == parse_money("11 500")
    assert audit_book(session) == []
    assert record_avenant(
        session, convention, AvenantForm(amounts={key: parse_money("-1 000")}), piece="Avenant 2", on=ON
    )


def test_an_action_of_another_body_year_or_payer_enters_no_convention_by_avenant(session: Session) -> None:
    convention = signed(session, "8 000")
    add_action(session, "2016-002", porteur=add_porteur(session, "AUTRES"))
    open_year(session, 2017)
    add_action(session, "2017-001")
    for key, words in (
        (("2016-002", LINE), "est portée par AUTRES"),
        (("2017-001", LINE), "en 2017"),
        (("2016-001", "REGION-DSDT"), "est payée par REGION"),
    ):
        with pytest.raises(AvenantRefused, match=words):
            amended(session, convention, AvenantForm(amounts={key: parse_money("100")}))
    with pytest.raises(AvenantRefused, match="rien ne peut en être retiré"):
        amended(session, convention, AvenantForm(amounts={("2016-001", "CAPH-DRE"): parse_money("-100")}))
    assert convention.avenants == []


def test_a_draft_keeps_what_is_programmed_for_it_from_an_avenant(session: Session) -> None:
    convention = signed(session, "8 000")
    grant(session, "2016-001", "1 500")
    other = draft(session)
    amended(session, convention, by("500"))
    sign_convention(session, other, piece="Délibération", on=ON)
    assert (convention.amount, other.amount) == (parse_money("8 500"), parse_money("1 500"))
    assert audit_book(session) == []
