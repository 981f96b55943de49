"""The DRE year of the worked cases, played act by act through the rooms' own operations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from ledger.allocation.grant_directly import grant_directly
from ledger.closing.close_exercice import close_year
from ledger.conventions.draft_convention import draft_conventions
from ledger.conventions.granted import to_convention
from ledger.conventions.model import Convention
from ledger.conventions.queries import find_convention
from ledger.conventions.rights import record_right
from ledger.conventions.sign_convention import sign_convention
from ledger.core.money import ZERO, parse_money
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
from ledger.programming.queries import find_action
from ledger.referential.porteurs import PorteurForm, record_porteur
from ledger.referential.queries import find_line

GOLDEN = Path(__file__).parent.parent / "golden" / "worked-cases.json"
CASE: dict[str, Any] = json.loads(GOLDEN.read_text(encoding="utf-8"))["cas"][0]
STATE, EPCI = "ETAT-PDV-DRE", "CAPH-DRE"
KINDS = {"A": "caisse_des_ecoles", "B": "ccas", "C": "ccas", "D": "caisse_des_ecoles"}


class DreYear:
    """The year's conventions, and its 29 steps: `steps()` plays each and gives its number."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.conventions: dict[str, Convention] = {}
        for year in (2016, 2017):
            open_exercice(session, year)
        for plan in CASE["plan"]:
            self._structure(plan)
        record_porteur(session, PorteurForm(code="CAPH", name="CAPH", kind="epci"))
        common = (FundingForm(EPCI, parse_money("12 000")),)
        self._action(2016, "MC", "CAPH", "moyens-communs", "12 000", common, {})
        asked = self._fundings(("30 400", "6 000", "0", "13 600"))
        self._action(2017, "C", "EX-C", "dre", "50 000", asked, {"qpv": 36, "veille": 14})

    def _structure(self, plan: dict[str, Any]) -> None:
        code = plan["id"]
        record_porteur(self.session, PorteurForm(code=f"EX-{code}", name=plan["nom"], kind=KINDS[code]))
        amounts = (plan["etat"], plan["caph"], plan["caf_droit_commun"], plan["reste_structure"])
        asked = self._fundings(amounts)
        self._action(2016, code, f"EX-{code}", "dre", plan["cout_eligible"], asked, plan["parcours"])

    def _fundings(self, amounts: tuple[str, ...]) -> tuple[FundingForm, ...]:
        lines = (STATE, EPCI, "CAF-DROIT-COMMUN", "PORTEUR-FONDS-PROPRES")
        asked = [FundingForm(line, parse_money(amount)) for line, amount in zip(lines, amounts, strict=True)]
        return tuple(each for each in asked if each.amount_requested)

    def _action(
        self,
        year: int,
        code: str,
        porteur: str,
        dispositif: str,
        cost: str,
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
            cost_total=parse_money(cost),
            slices=slices,
            fundings=asked,
            example=True,
        )
        record_action(self.session, form)

    def _notify(self, line: str, year: int, amount: str, on: date) -> None:
        notify_credits(self.session, line, year, parse_money(amount), piece=f"Pièce du {on}", on=on)

    def _grant(self, code: str, line: str, amount: str, on: date, year: int = 2016) -> None:
        grant_directly(self.session, f"{year}-{code}", line, parse_money(amount), on=on, piece=f"Décision du {on}")

    def _draft(self, year: int, on: date) -> Iterator[Convention]:
        for action, granted in to_convention(self.session, year).items():
            yield from draft_conventions(self.session, find_action(self.session, action), granted, on=on)

    def _order(self, codes: str, on: date) -> None:
        for code in codes:
            order_payment(self.session, self.conventions[code], None, on=on)

    def _pay_all(self, on: date) -> None:
        for convention, amount in payable_orders(self.session, 2016):
            record_payment(self.session, convention, amount, on=on, reference=f"Bordereau du {on}, {convention.number}")

    def _receive(self, number: str, amount: str, on: date) -> None:
        right = find_convention(self.session, number)
        record_receipt(self.session, right, parse_money(amount), on=on, reference=f"P503 du {on}")

    def steps(self) -> Iterator[int]:
        """Play the steps of the case one after the other; gives the number of each once it is played."""
        for step in CASE["etapes"]:
            act = getattr(self, f"_step_{step['n']}", None)
            if act is not None:
                act(parse_day(step["date"]))
            yield step["n"]

    def _step_1(self, on: date) -> None:
        self._notify(STATE, 2016, "175 000", on)

    def _step_2(self, on: date) -> None:
        for plan in CASE["plan"]:
            self._grant(plan["id"], STATE, plan["etat"], on)

    def _step_3(self, on: date) -> None:
        self._notify(EPCI, 2016, "45 000", on)

    def _step_4(self, on: date) -> None:
        for plan in CASE["plan"]:
            self._grant(plan["id"], EPCI, plan["caph"], on)
        self._grant("MC", EPCI, "12 000", on)

    def _step_5(self, on: date) -> None:
        line = find_line(self.session, STATE)
        record_right(self.session, "DRE-ETAT-2016", line, 2016, parse_money("171 100,56"), piece="Arrêté", on=on)

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
        self._receive("DRE-ETAT-2016", "136 880,44", on)

    def _step_11(self, on: date) -> None:
        right = find_convention(self.session, "DRE-ETAT-2016")
        record_titre(self.session, right, parse_money("136 880,44"), on=on, reference="T-51")

    def _step_14(self, on: date) -> None:
        common, amount = self.conventions["MC"], parse_money("11 640,25")
        order_payment(self.session, common, amount, on=on)
        record_payment(self.session, common, amount, on=on, reference="Bordereau des moyens communs")
        release_commitment(self.session, common, motive="Commande soldée", on=on)

    def _step_15(self, on: date) -> None:
        self._receive("DRE-ETAT-2016", "34 220,12", on)

    def _step_17(self, on: date) -> None:
        close_year(self.session, 2016, on=on)

    def _step_18(self, on: date) -> None:
        self._notify(EPCI, 2017, "6 000", on)

    def _step_19(self, on: date) -> None:
        for bilan in CASE["bilans"]:
            action = f"2016-{bilan['id']}"
            cost = parse_money(bilan["cout_reel"])
            slices = slices_by_headcount(self.session, action, cost, bilan["parcours"])
            settle_bilan(
                self.session,
                self.conventions[bilan["id"]],
                BilanForm(action, slices=slices, other_funding=ZERO, piece="Cerfa 15059", on=on),
            )

    def _step_20(self, on: date) -> None:
        self._order("AD", on)

    def _step_21(self, on: date) -> None:
        self.titre, _ = issue_titre(self.session, self.conventions["B"], reference="T-2017-118", on=on)

    def _step_23(self, on: date) -> None:
        self._notify(STATE, 2017, "22 597,84", on)
        line, gross = find_line(self.session, STATE), parse_money("30 400")
        earlier = self.conventions["C"]
        record_compensated_right(self.session, "DRE-ETAT-2017", line, 2017, gross, earlier, piece="Arrêté 2017", on=on)

    def _step_24(self, on: date) -> None:
        collect_titre(self.session, self.titre, parse_money("3 000"), on=on, reference="P503 7")

    def _step_25(self, on: date) -> None:
        set_off(self.session, self.conventions["C"], 2017, piece="Convention 2017", on=on)
        self._grant("C", STATE, "30 400", on, 2017)
        self._grant("C", EPCI, "6 000", on, 2017)
        (self.next_convention,) = self._draft(2017, on)
        sign_convention(self.session, self.next_convention, piece="Convention 2017", on=on)

    def _step_26(self, on: date) -> None:
        order_payment(self.session, self.next_convention, None, on=on)
        record_payment(self.session, self.next_convention, parse_money("16 282,77"), on=on, reference="Bordereau 2017")

    def _step_27(self, on: date) -> None:
        collect_titre(self.session, self.titre, parse_money("3 644,35"), on=on, reference="P503 9")

    def _step_28(self, on: date) -> None:
        self._receive("DRE-ETAT-2017", "22 597,84", on)

    def _step_29(self, on: date) -> None:
        return_to_financeur(self.session, STATE, 2016, parse_money("12 864,99"), piece="Titre de perception", on=on)
