"""Actions typed in a line, for tests of what is asked."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from ledger.core.money import Money, parse_money
from ledger.programming.actions.forms import ActionForm
from ledger.programming.plans.balance import FundingForm
from ledger.programming.publics.shares import SliceForm
from ledger.referential.porteurs import PorteurForm, record_porteur


def euros(text: str) -> Money:
    return parse_money(text)


def plan(**asked: str) -> tuple[FundingForm, ...]:
    """Lines of a plan, underscores for hyphens."""
    return tuple(FundingForm(line.replace("_", "-"), euros(amount)) for line, amount in asked.items())


def counts(**heads: int | None) -> tuple[SliceForm, ...]:
    return tuple(SliceForm(kind, headcount=head) for kind, head in heads.items())


def costs(**amounts: str) -> tuple[SliceForm, ...]:
    return tuple(SliceForm(kind, cost=euros(amount)) for kind, amount in amounts.items())


HEALTH = ActionForm(
    year=2016,
    porteur="CCAS",
    title="Atelier santé",
    cost_total=euros("4000"),
    objective="5.1.2",
    scale="communale",
    dispositif="action",
    slices=counts(qpv=40, veille=10),
    territories=("DENAIN-CENTRE", "VEILLE-ROEULX"),
    fundings=plan(ETAT_PDV_ACTIONS="3000", PORTEUR_FONDS_PROPRES="1000"),
)


def changed(**others: object) -> ActionForm:
    """The action of these tests, with other facts."""
    return replace(HEALTH, **others)  # type: ignore[arg-type]


def with_porteur(session: Session) -> None:
    record_porteur(session, PorteurForm(name="CCAS de Denain", kind="ccas", code="CCAS"))
