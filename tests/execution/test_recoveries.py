"""Titres: keyed by their own number, collected in parts, cancelled by decision; the debt stays or goes with them."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.conventions.draft_convention import draft_conventions
from ledger.conventions.forms import ConventionForm
from ledger.conventions.granted import to_convention
from ledger.conventions.model import Convention
from ledger.conventions.sign_convention import sign_convention
from ledger.core.errors import InvalidValue
from ledger.core.money import ZERO, Money, parse_money, total
from ledger.execution.audit import check_tied
from ledger.execution.bilans.read_bilan import BilanForm
from ledger.execution.bilans.settle_bilan import settle_bilan
from ledger.execution.figures import reversement_state, state_of
from ledger.execution.model import Titre
from ledger.execution.passing_on.record_receipt import record_receipt
from ledger.execution.passing_on.return_unspent import return_to_financeur
from ledger.execution.payments.order_payment import order_payment
from ledger.execution.payments.record_payment import record_payment
from ledger.execution.queries import DateOutside, bilans_of_conventions, pending_set_off
from ledger.execution.recoveries.debt_losses import lose_debt
from ledger.execution.recoveries.issue_titre import (
    RecoveryRefused,
    collect_titre,
    debt_losses,
    find_titre,
    issue_titre,
    titre_states,
    to_recover,
)
from ledger.execution.recoveries.settle_titre import cancel_titre, set_off
from ledger.execution.undo_act import undo_act
from ledger.execution.vocabulary import DebtLossKind
from ledger.journal.audit import audit_book
from ledger.journal.balances import balances
from ledger.journal.overdraft import Overdraft
from ledger.journal.positions import AccountKey, Position
from ledger.journal.posting import post_acts
from ledger.journal.reversal import reverse_entry
from ledger.journal.seal import Draft, Move
from ledger.programming.queries import find_action
from tests.execution.lives import EPCI, SIGNED_ON, STATE, carry, open_years, passed_on

MAY, SETTLED, LATER = date(2016, 5, 13), date(2017, 7, 3), date(2017, 9, 5)


@pytest.fixture
def overpaid(session: Session) -> Convention:
    """A convention of two actions, 12 000 € each, half paid and nothing spent on either once settled."""
    open_years(session, 2016, 2017)
    [convention] = carry(session, "A", {EPCI: "12 000"})
    order_payment(session, convention, None, on=MAY)
    record_payment(session, convention, parse_money("6 000"), on=MAY, reference="B12")
    return convention


def settle(session: Session, convention: Convention, cost: str, on: date = SETTLED) -> None:
    action = convention.lines[0].action
    slices = {"qpv": parse_money(cost)}
    settle_bilan(session, convention, BilanForm(action, slices=slices, other_funding=ZERO, piece="Cerfa 15059", on=on))


def states(session: Session) -> dict[str, tuple[str, Money, Money]]:
    return {each.titre.reference: (each.word, each.collected, each.left) for each in titre_states(session)}


def test_a_titre_is_collected_in_parts_and_never_beyond(session: Session, overpaid: Convention) -> None:
    settle(session, overpaid, "25 000")
    titre, _ = issue_titre(session, overpaid, reference="T-1", on=LATER)
    assert titre.amount == parse_money("3 000")
    collect_titre(session, titre, parse_money("1 000"), on=LATER, reference="P503 1")
    assert states(session) == {"T-1": ("en cours", parse_money("1 000"), parse_money("2 000"))}
    with pytest.raises(RecoveryRefused, match=r"Il ne reste que 2\s000,00"):
        collect_titre(session, titre, parse_money("2 000,01"), on=LATER, reference="P503 2")
    collect_titre(session, titre, parse_money("2 000"), on=LATER, reference="P503 2")
    assert states(session) == {"T-1": ("encaissé", parse_money("3 000"), ZERO)}
    assert state_of(session, overpaid).to_recover == ZERO
    assert audit_book(session) == []


def test_two_titres_open_on_one_convention_collect_apart(session: Session, overpaid: Convention) -> None:
    settle(session, overpaid, "25 000")
    first, _ = issue_titre(session, overpaid, reference="T-1", on=LATER)
    collect_titre(session, first, parse_money("1 000"), on=LATER, reference="P503 1")
    cancel_titre(session, first, motive="Débiteur mal nommé", piece="Décision 7", on=LATER, waived=False)
    second, _ = issue_titre(session, overpaid, reference="T-2", on=LATER)
    assert second.amount == parse_money("2 000")
    with pytest.raises(RecoveryRefused, match="est annulé"):
        collect_titre(session, first, parse_money("1"), on=LATER, reference="P503 2")
    collect_titre(session, second, parse_money("500"), on=LATER, reference="P503 2")
    assert states(session) == {
        "T-1": ("annulé", parse_money("1 000"), ZERO),
        "T-2": ("en cours", parse_money("500"), parse_money("1 500")),
    }
    assert total(to_recover(session, overpaid).values()) == ZERO


def test_two_titres_open_at_once_on_two_actions_do_not_share_what_comes_in(session: Session) -> None:
    open_years(session, 2016, 2017)
    [first] = carry(session, "A", {EPCI: "12 000"})
    [second] = carry(session, "B", {EPCI: "8 000"})
    joined = together(session, first, second)
    order_payment(session, joined, None, on=MAY)
    record_payment(session, joined, parse_money("10 000"), on=MAY, reference="B12")
    titres = []
    for action, number in (("2016-A", "T-1"), ("2016-B", "T-2")):
        slices = {"qpv": ZERO}
        settle_bilan(
            session, joined, BilanForm(action, slices=slices, other_funding=ZERO, piece="Cerfa 15059", on=SETTLED)
        )
        titres.append(issue_titre(session, joined, reference=number, on=LATER)[0])
    assert [titre.amount for titre in titres] == [parse_money("6 000"), parse_money("4 000")]
    collect_titre(session, titres[1], parse_money("4 000"), on=LATER, reference="P503 1")
    assert states(session) == {
        "T-1": ("en cours", ZERO, parse_money("6 000")),
        "T-2": ("encaissé", parse_money("4 000"), ZERO),
    }
    assert audit_book(session) == []


def together(session: Session, *apart: Convention) -> Convention:
    """One convention for the actions of these, which are undone."""
    for each in apart:
        assert each.entry_number is not None
        reverse_entry(session, each.entry_number, motive="Regroupées", on=MAY)
    numbers = [each.lines[0].action for each in apart]
    granted = to_convention(session, 2016)
    for number in numbers[1:]:
        find_action(session, number).porteur = find_action(session, numbers[0]).porteur
    form = ConventionForm(grants={number: granted[number] for number in numbers})
    [draft] = draft_conventions(session, form, on=SIGNED_ON)
    sign_convention(session, draft, piece="Délibération", on=SIGNED_ON)
    return draft


def test_a_waived_debt_leaves_nothing_to_recover(session: Session, overpaid: Convention) -> None:
    settle(session, overpaid, "25 000")
    titre, _ = issue_titre(session, overpaid, reference="T-1", on=LATER)
    collect_titre(session, titre, parse_money("1 000"), on=LATER, reference="P503 1")
    cancel_titre(session, titre, motive="Remise gracieuse", piece="Délibération 4", on=LATER, waived=True)
    state = state_of(session, overpaid)
    assert (state.paid, state.to_recover) == (parse_money("5 000"), ZERO)
    assert audit_book(session) == []


def test_a_debt_waived_by_the_etat_is_no_longer_owed_back_to_it(session: Session) -> None:
    open_years(session, 2016, 2017)
    right = passed_on(session, "40 000")
    record_receipt(session, right, parse_money("40 000"), on=MAY, reference="P503 1")
    [convention] = carry(session, "B", {STATE: "40 000"})
    order_payment(session, convention, None, on=MAY)
    record_payment(session, convention, parse_money("20 000"), on=MAY, reference="B12")
    settle(session, convention, "20 000")
    owed = reversement_state(session, 2016).passing_on.owed_back
    titre, _ = issue_titre(session, convention, reference="T-1", on=LATER)
    cancel_titre(session, titre, motive="Décision du préfet", piece="Courrier du préfet", on=LATER, waived=True)
    assert reversement_state(session, 2016).passing_on.owed_back == owed - titre.amount
    assert audit_book(session) == []


@pytest.mark.parametrize(("motive", "piece"), [("", "Décision 7"), ("Remise", " ")])
def test_a_cancellation_names_its_decision_and_its_motive(
    session: Session, overpaid: Convention, motive: str, piece: str
) -> None:
    settle(session, overpaid, "25 000")
    titre, _ = issue_titre(session, overpaid, reference="T-1", on=LATER)
    with pytest.raises(InvalidValue):
        cancel_titre(session, titre, motive=motive, piece=piece, on=LATER, waived=False)


def test_nothing_is_recovered_above_what_was_paid_nor_before_the_bilan(session: Session, overpaid: Convention) -> None:
    with pytest.raises(RecoveryRefused, match="rien à recouvrer"):
        issue_titre(session, overpaid, reference="T-1", on=LATER)
    settle(session, overpaid, "0")
    with pytest.raises(DateOutside, match="bilan du 03/07/2017"):
        issue_titre(session, overpaid, reference="T-1", on=date(2017, 7, 2))
    titre, _ = issue_titre(session, overpaid, reference="T-1", on=LATER)
    assert titre.amount == parse_money("6 000")
    with pytest.raises(DateOutside, match="est du 05/09/2017"):
        collect_titre(session, titre, parse_money("1"), on=SETTLED, reference="P503 1")


def test_a_set_off_undone_is_to_be_recovered_again(session: Session, overpaid: Convention) -> None:
    settle(session, overpaid, "25 000")
    posted, amount = set_off(session, overpaid, 2017, piece="Convention 2017", on=LATER)
    undo_act(session, posted.sequence, motive="Décision rapportée", on=LATER)
    assert total(to_recover(session, overpaid).values()) == amount == parse_money("3 000")
    again, same = set_off(session, overpaid, 2017, piece="Convention 2017", on=LATER)
    assert (again.new, same) == (True, amount)


def test_a_bilan_undone_may_be_settled_again(session: Session, overpaid: Convention) -> None:
    settle(session, overpaid, "25 000")
    [bilan] = bilans_of_conventions(session, overpaid.number).values()
    assert bilan.entry_number is not None
    undo_act(session, bilan.entry_number, motive="Facture oubliée", on=LATER)
    assert find_action(session, "2016-A")
    settle(session, overpaid, "80 000", on=LATER)
    state = state_of(session, overpaid)
    assert (state.justified, state.to_recover) == (parse_money("9 600"), ZERO)
    assert balances(session, positions=(Position.A_RECOUVRER,)) == {}
    assert audit_book(session) == []


def test_what_a_cancelled_titre_did_not_collect_is_set_off_and_nothing_stays_blocked(
    session: Session, overpaid: Convention
) -> None:
    settle(session, overpaid, "25 000")
    titre, _ = issue_titre(session, overpaid, reference="T-1", on=LATER)
    collect_titre(session, titre, parse_money("1 000"), on=LATER, reference="P503 1")
    cancel_titre(session, titre, motive="Imputé sur 2017", piece="Décision 7", on=LATER, waived=False)
    _, imputed = set_off(session, overpaid, 2017, piece="Décision 8", on=LATER)
    assert imputed == parse_money("2 000")
    assert states(session) == {"T-1": ("annulé", parse_money("1 000"), ZERO)}
    assert state_of(session, overpaid).to_recover == ZERO
    held = balances(session, line=EPCI)
    assert total(amount for key, amount in held.items() if key.position is Position.BLOQUE) == ZERO
    assert held[AccountKey(Position.ANNULE, EPCI, 2016)] >= parse_money("1 000")
    [following] = carry(session, "A", {EPCI: "12 000"}, year=2017)
    assert pending_set_off(session, following) == {EPCI: parse_money("2 000")}
    order, _ = order_payment(session, following, None, on=date(2017, 10, 2))
    assert (order.gross, order.set_off) == (parse_money("6 000"), parse_money("2 000"))
    assert audit_book(session) == []


def old_titre(session: Session, convention: Convention, reference: str, on: date) -> Titre:
    """A titre as the book kept them before they were keyed by their number: on the accounts of its convention."""
    free = to_recover(session, convention)
    moves = tuple(
        Move(key._replace(position=Position.A_ENCAISSER), key._replace(position=Position.TITRE), amount)
        for key, amount in free.items()
    )
    written = Draft(f"TITRE {reference}", "titre", "Titre", reference, on, moves, facts=(convention.number,))
    [posted] = post_acts(session, [written])
    titre = Titre(
        contract=convention.contract,
        reference=reference,
        convention=convention.number,
        issued_on=on,
        amount=total(free.values()),
        account="773",
        entry_number=posted.sequence,
    )
    session.add(titre)
    session.flush()
    return titre


def test_a_titre_issued_before_they_were_keyed_by_their_number_is_collected_and_cancelled(
    session: Session, overpaid: Convention
) -> None:
    settle(session, overpaid, "25 000")
    titre = old_titre(session, overpaid, "T-1", LATER)
    assert states(session) == {"T-1": ("en cours", ZERO, parse_money("3 000"))}
    assert to_recover(session, overpaid) == {}
    collect_titre(session, titre, parse_money("1 000"), on=LATER, reference="P503 1")
    assert states(session) == {"T-1": ("en cours", parse_money("1 000"), parse_money("2 000"))}
    cancel_titre(session, titre, motive="Mal nommé", piece="Décision 7", on=LATER, waived=False)
    again, _ = issue_titre(session, overpaid, reference="T-2", on=LATER)
    assert states(session) == {
        "T-1": ("annulé", parse_money("1 000"), ZERO),
        "T-2": ("en cours", ZERO, parse_money("2 000")),
    }
    collect_titre(session, again, parse_money("2 000"), on=LATER, reference="P503 2")
    assert state_of(session, overpaid).to_recover == ZERO
    assert audit_book(session) == []


def test_old_and_new_titres_of_one_convention_do_not_mix(session: Session) -> None:
    open_years(session, 2016, 2017)
    [first] = carry(session, "A", {EPCI: "12 000"})
    [second] = carry(session, "B", {EPCI: "8 000"})
    joined = together(session, first, second)
    order_payment(session, joined, None, on=MAY)
    record_payment(session, joined, parse_money("10 000"), on=MAY, reference="B12")
    for action, number in (("2016-A", "T-1"), ("2016-B", "T-2")):
        slices = {"qpv": ZERO}
        settle_bilan(
            session, joined, BilanForm(action, slices=slices, other_funding=ZERO, piece="Cerfa 15059", on=SETTLED)
        )
        old_titre(session, joined, number, LATER)
    collect_titre(session, find_titre(session, "T-2"), parse_money("4 000"), on=LATER, reference="P503 1")
    assert states(session) == {
        "T-1": ("en cours", ZERO, parse_money("6 000")),
        "T-2": ("encaissé", parse_money("4 000"), ZERO),
    }
    assert audit_book(session) == []


def test_a_debt_forgiven_written_off_or_extinguished_has_each_its_own_effects(
    session: Session, overpaid: Convention
) -> None:
    settle(session, overpaid, "25 000")
    titre, _ = issue_titre(session, overpaid, reference="T-1", on=LATER)

    def lose(kind: DebtLossKind, amount: str | None, **said: str) -> int:
        asked = None if amount is None else parse_money(amount)
        words = {"motive": "Difficultés", "piece": "Délibération 4", **said}
        return lose_debt(session, titre, kind, asked, on=LATER, **words)[1].sequence

    first = lose(DebtLossKind.REMISSION, "500")
    assert lose(DebtLossKind.REMISSION, "500") == first
    written_off = lose(DebtLossKind.WRITE_OFF, "1 500")
    held = titre_states(session)[0]
    assert (held.collected, held.left, held.admitted, held.forgiven) == (
        ZERO,
        parse_money("1 000"),
        parse_money("1 500"),
        parse_money("500"),
    )
    state = state_of(session, overpaid)
    assert (state.paid, state.to_recover) == (parse_money("6 000"), parse_money("1 000"))
    with pytest.raises(RecoveryRefused, match="admis en non-valeur"):
        cancel_titre(session, titre, motive="Mal nommé", piece="Décision 7", on=LATER, waived=False)
    collect_titre(session, titre, parse_money("1 200"), on=LATER, reference="P503 1")
    assert titre_states(session)[0].word == "non-valeur"
    with pytest.raises(Overdraft, match="admis en non-valeur"):
        undo_act(session, written_off, motive="Erreur", on=LATER)
    with pytest.raises(RecoveryRefused, match=r"n'attend plus que 1\s300,00"):
        lose(DebtLossKind.EXTINCTION, "2 000")
    with pytest.raises(RecoveryRefused, match="n'attend plus rien"):
        lose(DebtLossKind.WRITE_OFF, None, piece="Délibération 5")
    extinguished = lose(DebtLossKind.EXTINCTION, None)
    assert states(session) == {"T-1": ("remis", parse_money("1 200"), ZERO)}
    with pytest.raises(RecoveryRefused, match="Il ne reste que 0,00"):
        collect_titre(session, titre, parse_money("1"), on=LATER, reference="P503 2")
    assert [each.account for each in debt_losses(session, "T-1")] == ["", "6541", "6542"]
    assert state_of(session, overpaid).to_recover == ZERO
    assert audit_book(session) == [] == check_tied(session)
    undo_act(session, extinguished, motive="Jugement cassé", on=LATER)
    assert titre_states(session)[0].admitted == parse_money("1 300")
    with pytest.raises(InvalidValue, match="ne renonce à rien"):
        lose(DebtLossKind.WRITE_OFF, None, agreement="Courrier du préfet")
    assert audit_book(session) == [] == check_tied(session)


@pytest.mark.parametrize("agreement", ["", "Courrier du préfet"])
def test_the_money_of_the_etat_that_is_forgiven_is_owed_back_to_it_unless_it_agrees(
    session: Session, agreement: str
) -> None:
    open_years(session, 2016, 2017)
    right = passed_on(session, "40 000")
    record_receipt(session, right, parse_money("40 000"), on=MAY, reference="P503 1")
    [convention] = carry(session, "B", {STATE: "40 000"})
    order_payment(session, convention, None, on=MAY)
    record_payment(session, convention, parse_money("20 000"), on=MAY, reference="B12")
    settle(session, convention, "20 000")
    before = reversement_state(session, 2016).passing_on.owed_back
    titre, _ = issue_titre(session, convention, reference="T-1", on=LATER)
    lose_debt(
        session,
        titre,
        DebtLossKind.REMISSION,
        None,
        motive="Difficultés",
        piece="Délibération 4",
        on=LATER,
        agreement=agreement,
    )
    after = reversement_state(session, 2016).passing_on.owed_back
    assert after == (before - titre.amount if agreement else before)
    return_to_financeur(session, STATE, 2016, after, piece="Titre de perception 12", on=LATER)
    passing = reversement_state(session, 2016).passing_on
    assert (passing.owed_back, passing.advanced) == (ZERO, ZERO if agreement else titre.amount)
    assert audit_book(session) == [] == check_tied(session)
