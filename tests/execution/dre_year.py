"""The DRE year of the worked cases, played act by act through the rooms' own operations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from ledger.allocation.grant_directly import grant_directly
from ledger.closing.close_exercice import close_year
from ledger.conventions.draft_convention import draft_conventions
from ledger.conventions.forms import ConventionForm
from ledger.conventions.granted import to_convention
from ledger.conventions.model import Convention
from ledger.conventions.queries import find_convention
from ledger.conventions.rights import record_right
from ledger.conventions.sign_convention import sign_convention
from ledger.core.money import ZERO, Money
from ledger.core.period import parse_day
from ledger.execution.bilans.read_bilan import BilanForm, slices_by_headcount
from ledger.execution.bilans.settle_bilan import settle_bilan
from ledger.execution.passing_on.record_receipt import record_receipt, record_titre
from ledger.execution.passing_on.return_unspent import record_compensated_right, return_to_financeur
from ledger.execution.payments.order_payment import order_payment
from ledger.execution.payments.record_payment import payable_orders, record_payment
from ledger.execution.payments.release_commitment import release_commitment
from ledger.execution.recoveries.issue_titre import collect_titre, issue_titre
from ledger.execution.recoveries.settle_titre import set_off
from ledger.journal.enveloppes import notify_credits
from ledger.journal.exercices import open_exercice
from ledger.programming.actions.forms import ActionForm
from ledger.programming.actions.record_action import record_action
from ledger.programming.plans.balance import FundingForm
from ledger.programming.publics.shares import SliceForm
from ledger.referential.porteurs import PorteurForm, record_porteur
from ledger.referential.queries import find_line
from tests.execution.dre_figures import CASE, EPCI, STATE, DreFigures, Grant

KINDS = {"A": "caisse_des_ecoles", "B": "ccas", "C": "ccas", "D": "caisse_des_ecoles"}


class DreYear:
    """The year's conventions, and its 29 steps: `steps()` plays each and gives its number.

    figures: its amounts, those of the worked case where none are given.
    """

    def __init__(self, session: Session, figures: DreFigures | None = None) -> None:
        self.session, self.figures = session, figures or DreFigures()
        self.conventions: dict[str, Convention] = {}
        for year in (2016, 2017):
            open_exercice(session, year)
        for plan in CASE["plan"]:
            self._structure(plan)
        record_porteur(session, PorteurForm(code="CAPH", name="CAPH", kind="epci"))
        common = (FundingForm(EPCI, Money(self.figures.common)),)
        self._action(2016, "MC", "CAPH", "moyens-communs", self.figures.common, common, {})
        self._asked(2017, "C", self.figures.next)

    def _structure(self, plan: dict[str, Any]) -> None:
        code = plan["id"]
        record_porteur(self.session, PorteurForm(code=f"EX-{code}", name=plan["nom"], kind=KINDS[code]))
        self._asked(2016, code, self.figures.grants[code])

    def _asked(self, year: int, code: str, grant: Grant) -> None:
        lines = (STATE, EPCI, "CAF-DROIT-COMMUN", "PORTEUR-FONDS-PROPRES")
        amounts = (*grant.lines, grant.caf, grant.own)
        asked = (FundingForm(line, Money(amount)) for line, amount in zip(lines, amounts, strict=True) if amount)
        self._action(year, code, f"EX-{code}", "dre", grant.cost, tuple(asked), grant.publics)

    def _action(
        self,
        year: int,
        code: str,
        porteur: str,
        dispositif: str,
        cost: int,
        asked: tuple[FundingForm, ...],
        public: dict[str, int],
    ) -> None:
        slices = tuple(SliceForm(kind, headcount=count) for kind, count in public.items())
        form = ActionForm(
            year=year,
            number=f"{year}-{code}",
            porteur=porteur,
            title="Réussite éducative (exemple)",
            dispositif=dispositif,
            cost_total=Money(cost),
            slices=slices,
            fundings=asked,
            example=True,
        )
        record_action(self.session, form)

    def _notify(self, line: str, year: int, amount: int, on: date) -> None:
        notify_credits(self.session, line, year, Money(amount), piece=f"Pièce du {on}", on=on)

    def _grant(self, code: str, line: str, amount: int, on: date, year: int = 2016) -> None:
        grant_directly(self.session, f"{year}-{code}", line, Money(amount), on=on, piece=f"Décision du {on}")

    def _draft(self, year: int, on: date) -> Iterator[Convention]:
        for action, granted in to_convention(self.session, year).items():
            yield from draft_conventions(self.session, ConventionForm(grants={action: granted}), on=on)

    def _order(self, codes: str, on: date) -> None:
        for code in codes:
            order_payment(self.session, self.conventions[code], None, on=on)

    def _pay_all(self, on: date) -> None:
        for convention, amount in payable_orders(self.session, 2016):
            record_payment(self.session, convention, amount, on=on, reference=f"Bordereau du {on}, {convention.number}")

    def _receive(self, number: str, amount: int, on: date) -> None:
        right = find_convention(self.session, number)
        record_receipt(self.session, right, Money(amount), on=on, reference=f"P503 du {on}")

    def steps(self) -> Iterator[int]:
        """Play the steps of the case one after the other; gives the number of each once it is played."""
        for step in CASE["etapes"]:
            act = getattr(self, f"_step_{step['n']}", None)
            if act is not None:
                act(parse_day(step["date"]))
            yield step["n"]

    def _step_1(self, on: date) -> None:
        self._notify(STATE, 2016, self.figures.notified, on)

    def _step_2(self, on: date) -> None:
        for code, grant in self.figures.grants.items():
            self._grant(code, STATE, grant.lines[0], on)

    def _step_3(self, on: date) -> None:
        self._notify(EPCI, 2016, self.figures.epci, on)

    def _step_4(self, on: date) -> None:
        for code, grant in self.figures.grants.items():
            self._grant(code, EPCI, grant.lines[1], on)
        self._grant("MC", EPCI, self.figures.common, on)

    def _step_5(self, on: date) -> None:
        line, amount = find_line(self.session, STATE), Money(self.figures.state)
        record_right(self.session, "DRE-ETAT-2016", line, 2016, amount, piece="Arrêté", on=on)

    def _step_6(self, on: date) -> None:
        for draft in self._draft(2016, on):
            code = draft.lines[0].action.removeprefix("2016-")
            self.conventions[code] = draft
            if code in KINDS:
                sign_convention(self.session, draft, piece="Délibération", on=on)

    def _step_7(self, on: date) -> None:
        sign_convention(self.session, self.conventions["MC"], piece="Bon de commande", on=on)

    def _step_8(self, on: date) -> None:
        self._order("ABCD", on)

    _step_12 = _step_8

    def _step_9(self, on: date) -> None:
        self._pay_all(on)

    _step_13 = _step_22 = _step_9

    def _step_10(self, on: date) -> None:
        self._receive("DRE-ETAT-2016", self.figures.receipts[0], on)

    def _step_11(self, on: date) -> None:
        right = find_convention(self.session, "DRE-ETAT-2016")
        record_titre(self.session, right, Money(self.figures.receipts[0]), on=on, reference="T-51")

    def _step_14(self, on: date) -> None:
        common, amount = self.conventions["MC"], Money(self.figures.common_spent)
        order_payment(self.session, common, amount, on=on)
        record_payment(self.session, common, amount, on=on, reference="Bordereau des moyens communs")
        release_commitment(self.session, common, motive="Commande soldée", on=on)

    def _step_15(self, on: date) -> None:
        self._receive("DRE-ETAT-2016", self.figures.receipts[1], on)

    def _step_17(self, on: date) -> None:
        close_year(self.session, 2016, on=on)

    def _step_18(self, on: date) -> None:
        self._notify(EPCI, 2017, self.figures.next.lines[1], on)

    def _step_19(self, on: date) -> None:
        for code, grant in self.figures.grants.items():
            action = f"2016-{code}"
            slices = slices_by_headcount(self.session, action, Money(grant.real_cost), grant.real_publics)
            settle_bilan(
                self.session,
                self.conventions[code],
                BilanForm(action, slices=slices, other_funding=ZERO, piece="Cerfa 15059", on=on),
            )

    def _step_20(self, on: date) -> None:
        self._order("AD", on)

    def _step_21(self, on: date) -> None:
        self.titre, _ = issue_titre(self.session, self.conventions["B"], reference="T-2017-118", on=on)

    def _step_23(self, on: date) -> None:
        self._notify(STATE, 2017, self.figures.net, on)
        line, gross = find_line(self.session, STATE), Money(self.figures.next.lines[0])
        earlier = self.conventions["C"]
        record_compensated_right(self.session, "DRE-ETAT-2017", line, 2017, gross, earlier, piece="Arrêté 2017", on=on)

    def _step_24(self, on: date) -> None:
        collect_titre(self.session, self.titre, Money(self.figures.collected[0]), on=on, reference="P503 7")

    def _step_25(self, on: date) -> None:
        set_off(self.session, self.conventions["C"], 2017, piece="Convention 2017", on=on)
        for line, amount in zip((STATE, EPCI), self.figures.next.lines, strict=True):
            self._grant("C", line, amount, on, 2017)
        (self.next_convention,) = self._draft(2017, on)
        sign_convention(self.session, self.next_convention, piece="Convention 2017", on=on)

    def _step_26(self, on: date) -> None:
        order_payment(self.session, self.next_convention, None, on=on)
        amount = Money(self.figures.first_paid)
        record_payment(self.session, self.next_convention, amount, on=on, reference="Bordereau 2017")

    def _step_27(self, on: date) -> None:
        collect_titre(self.session, self.titre, Money(self.figures.collected[1]), on=on, reference="P503 9")

    def _step_28(self, on: date) -> None:
        self._receive("DRE-ETAT-2017", self.figures.net, on)

    def _step_29(self, on: date) -> None:
        return_to_financeur(self.session, STATE, 2016, Money(self.figures.returned), piece="Titre de perception", on=on)
