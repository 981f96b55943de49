"""Small lives of conventions, made act by act: what tests of payments, bilans and recoveries start from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from ledger.allocation.grant_directly import grant_directly
from ledger.conventions.draft_convention import draft_conventions
from ledger.conventions.forms import ConventionForm
from ledger.conventions.granted import to_convention
from ledger.conventions.model import Convention
from ledger.conventions.rights import record_right
from ledger.conventions.sign_convention import sign_convention
from ledger.core.money import Money, parse_money, total
from ledger.journal.enveloppes import notify_credits
from ledger.journal.exercices import open_exercice
from ledger.programming.actions.forms import ActionForm
from ledger.programming.actions.record_action import record_action
from ledger.programming.plans.balance import FundingForm
from ledger.programming.publics.shares import SliceForm
from ledger.referential.model import Porteur
from ledger.referential.porteurs import PorteurForm, record_porteur
from ledger.referential.queries import find_line

STATE, EPCI, REGION, OWN = "ETAT-PDV-DRE", "CAPH-DRE", "REGION-DSDT", "PORTEUR-FONDS-PROPRES"
GRANTED_ON, SIGNED_ON = date(2016, 3, 15), date(2016, 4, 29)


def open_years(session: Session, *years: int) -> None:
    """Open these exercices."""
    for year in years:
        open_exercice(session, year)


def carry(
    session: Session,
    code: str,
    granted: Mapping[str, str],
    *,
    year: int = 2016,
    kind: str = "ccas",
    dispositif: str = "dre",
    cost: str = "100 000",
    public: Mapping[str, int] | None = None,
) -> list[Convention]:
    """The conventions signed of one action of this porteur: notified, granted and engaged, line by line.

    granted: by line. What is left of the cost is borne by the porteur.
    """
    if session.get(Porteur, f"EX-{code}") is None:
        record_porteur(session, PorteurForm(code=f"EX-{code}", name=f"CCAS {code} (exemple)", kind=kind))
    amounts = {line: parse_money(amount) for line, amount in granted.items()}
    asked = [FundingForm(line, amount) for line, amount in amounts.items()]
    if own := parse_money(cost) - total(amounts.values()):
        asked.append(FundingForm(OWN, own))
    counts = public or {"qpv": 86, "veille": 24}
    record_action(
        session,
        ActionForm(
            year=year,
            number=f"{year}-{code}",
            porteur=f"EX-{code}",
            title=f"Action {code}",
            dispositif=dispositif,
            cost_total=parse_money(cost),
            slices=tuple(SliceForm(each, headcount=count) for each, count in counts.items()),
            fundings=tuple(asked),
            example=True,
        ),
    )
    day = date(year, GRANTED_ON.month, GRANTED_ON.day)
    for line, amount in amounts.items():
        notify_credits(session, line, year, amount, piece=f"Pièce {code}", on=day)
        grant_directly(session, f"{year}-{code}", line, amount, on=day, piece=f"Décision {code}")
    return signed(session, f"{year}-{code}", year)


def signed(session: Session, action: str, year: int) -> list[Convention]:
    """The conventions of what the action was granted, drafted and signed."""
    on = date(year, SIGNED_ON.month, SIGNED_ON.day)
    form = ConventionForm(grants={action: to_convention(session, year)[action]})
    drafts = draft_conventions(session, form, on=on)
    for draft in drafts:
        sign_convention(session, draft, piece=f"Délibération {action}", on=on)
    return drafts


def passed_on(session: Session, amount: str, *, year: int = 2016) -> Convention:
    """The right acquired on the État for this amount."""
    from ledger.conventions.queries import find_convention

    number = f"DRE-ETAT-{year}"
    record_right(
        session,
        number,
        find_line(session, STATE),
        year,
        parse_money(amount),
        piece=f"Arrêté {year}",
        on=date(year, GRANTED_ON.month, GRANTED_ON.day),
    )
    return find_convention(session, number)


def euros(*texts: str) -> Sequence[Money]:
    """These amounts."""
    return [parse_money(text) for text in texts]
