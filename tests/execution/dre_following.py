"""The DRE of 2017 and 2018, played after the worked case of 2016: from 2018 the État pays nothing for veille active."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from ledger.closing.close_exercice import close_year
from ledger.conventions.model import Convention
from ledger.conventions.rights import record_right
from ledger.conventions.sign_convention import sign_convention
from ledger.core.money import ZERO, parse_money
from ledger.core.period import parse_day
from ledger.execution.bilans.read_bilan import BilanForm, slices_by_headcount
from ledger.execution.bilans.settle_bilan import settle_bilan
from ledger.execution.passing_on.return_unspent import return_to_financeur
from ledger.execution.payments.order_payment import order_payment
from ledger.execution.payments.record_payment import record_payment
from ledger.journal.exercices import open_exercice
from ledger.referential.queries import find_line
from tests.execution.dre_figures import EPCI, STATE, Grant
from tests.execution.dre_year import DreYear

GOLDEN = Path(__file__).parent.parent / "golden" / "dre-2017-2018.json"
FOLLOWING: dict[str, Any] = json.loads(GOLDEN.read_text(encoding="utf-8"))["cas"][0]


class DreFollowing(DreYear):
    """The year 2016 to its last step, then the steps of 2017 and 2018, of one structure: C."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        for _ in super().steps():
            pass
        self.conventions["C-2017"] = self.next_convention

    def steps(self) -> Iterator[int]:
        """Play the steps that follow; gives the number of each once it is played."""
        for step in FOLLOWING["etapes"]:
            getattr(self, f"_step_{step['n']}")(parse_day(step["date"]))
            yield step["n"]

    def _pay_next(self, code: str, amount: str, on: date) -> None:
        convention = self.conventions[code]
        order_payment(self.session, convention, None, on=on)
        record_payment(self.session, convention, parse_money(amount), on=on, reference=f"Bordereau du {on}, {code}")

    def _settle(self, code: str, bilan: dict[str, Any], on: date) -> None:
        convention: Convention = self.conventions[code]
        action = convention.lines[0].action
        cost = parse_money(bilan["cout_reel"])
        slices = slices_by_headcount(self.session, action, cost, bilan["parcours"])
        settle_bilan(
            self.session, convention, BilanForm(action, slices=slices, other_funding=ZERO, piece="Cerfa 15059", on=on)
        )

    def _step_30(self, on: date) -> None:
        self._pay_next("C-2017", "10 920", on)

    def _step_31(self, on: date) -> None:
        open_exercice(self.session, 2018)
        close_year(self.session, 2017, on=on)

    def _step_32(self, on: date) -> None:
        self._notify(STATE, 2018, 25_000_00, on)

    def _step_33(self, on: date) -> None:
        self._notify(EPCI, 2018, 9_000_00, on)

    def _step_34(self, on: date) -> None:
        [plan] = FOLLOWING["plan"]
        asked = Grant(parse_money(plan["cout_eligible"]).cents, plan["parcours"], 9_000_00, 0)
        self._asked(2018, "C", asked)
        self._grant("C", STATE, parse_money(plan["etat"]).cents, on, 2018)
        self._grant("C", EPCI, parse_money(plan["caph"]).cents, on, 2018)

    def _step_35(self, on: date) -> None:
        line = find_line(self.session, STATE)
        record_right(self.session, "DRE-ETAT-2018", line, 2018, parse_money("23 400"), piece="Arrêté 2018", on=on)

    def _step_36(self, on: date) -> None:
        (self.conventions["C-2018"],) = self._draft(2018, on)
        sign_convention(self.session, self.conventions["C-2018"], piece="Convention 2018", on=on)

    def _step_37(self, on: date) -> None:
        self._pay_next("C-2018", "16 200", on)

    def _step_38(self, on: date) -> None:
        self._receive("DRE-ETAT-2018", parse_money(FOLLOWING["recettes_etat"][0]).cents, on)

    def _step_39(self, on: date) -> None:
        self._settle("C-2017", FOLLOWING["bilans"][0], on)

    def _step_40(self, on: date) -> None:
        self._pay_next("C-2017", "5 372,93", on)

    def _step_41(self, on: date) -> None:
        self._pay_next("C-2018", "9 720", on)

    def _step_42(self, on: date) -> None:
        return_to_financeur(self.session, STATE, 2017, parse_money("1 577,14"), piece="Titre de perception 2018", on=on)

    def _step_43(self, on: date) -> None:
        self._receive("DRE-ETAT-2018", parse_money(FOLLOWING["recettes_etat"][1]).cents, on)

    def _step_44(self, on: date) -> None:
        open_exercice(self.session, 2019)
        close_year(self.session, 2018, on=on)

    def _step_45(self, on: date) -> None:
        self._settle("C-2018", FOLLOWING["bilans"][1], on)

    def _step_46(self, on: date) -> None:
        self._pay_next("C-2018", "6 480", on)
