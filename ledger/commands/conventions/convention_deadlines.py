"""`cofiville convention echeances`: payments, bilans and ends of a month; what is late comes first, marked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.access import reading_as_of
from ledger.commands.declaring.options import AuJour, ConnuAu, day
from ledger.commands.declaring.parameters import Option
from ledger.commands.outcome import Outcome, Row
from ledger.conventions.fields import BENEFICIARY
from ledger.conventions.vocabulary import ConventionStatus
from ledger.core.errors import InvalidValue
from ledger.core.field import Field, count
from ledger.core.money import Money
from ledger.journal.fields import AMOUNT, CONVENTION, EFFECTIVE_ON

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LATE, DUE, COMING = "en retard", "dû", "à venir"
FALLING_DUE = (
    CONVENTION,
    Field("nature", "nature"),
    BENEFICIARY,
    EFFECTIVE_ON.but(title="le", help=""),
    Field("etat", "état"),
    AMOUNT,
    Field("commande", "à faire"),
    count("retard", "retard", shown=False),
)


def parse_month(text: str) -> date:
    """The first day of the month "2016-05" or "05/2016". raises: InvalidValue."""
    stripped = text.strip()
    year, _, month = stripped.partition("-") if "-" in stripped else reversed(stripped.partition("/"))
    try:
        return date(int(year), int(month), 1)
    except ValueError:
        raise InvalidValue(f"« {stripped} » n'est pas un mois.", "Écrivez AAAA-MM, par exemple 2016-05.") from None


def convention_echeances(
    mois: Annotated[
        date | None,
        Option(metavar="MOIS", parser=parse_month, help="Le mois, AAAA-MM.", show_default="celui de --le"),
    ] = None,
    le: AuJour = None,
    connu_au: ConnuAu = None,
) -> Outcome:
    """Liste ce qui échoit dans le mois : versements, bilans, papiers, fins de conventions ; les retards d'abord.

    Exemple : cofiville convention echeances --mois 2016-05 --le 2016-05-12
    """
    from ledger.reports.listing import Listing

    today = day(le)
    first = (mois or today).replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    with reading_as_of(le, connu_au) as session:
        rows = sorted(_rows(session, first, last, today), key=_order)
    late = [index for index, row in enumerate(rows) if row["etat"] == LATE]
    title = f"Échéances de {first:%m/%Y}, au {today:%d/%m/%Y} ({len(late)} en retard)"
    shown = tuple(_marked(row) if row["etat"] == LATE else row for row in rows)
    none = f"Rien n'échoit en {first:%m/%Y}."
    return Outcome(rows, (Listing(title, FALLING_DUE, shown, empty=none, alerts=late),))


def _marked(row: Row) -> Row:
    return row | {"convention": f"‼ {row['convention']}", "etat": f"{LATE} : {row['retard']} j"}


def _order(row: Row) -> tuple[bool, date, str, str]:
    return (row["etat"] != LATE, row["le"] or date.max, row["nature"], row["convention"])


def _rows(session: Session, first: date, last: date, today: date) -> Iterator[Row]:
    from ledger.conventions.queries import epci_financeur
    from ledger.conventions.stages import conventions_on_their_way
    from ledger.reports.deadlines import bilans_awaited, coming_payments, convention_endings

    epci = epci_financeur(session)
    for payment in coming_payments(session, today, max(last, today)):
        if payment.on is not None and payment.on <= last:
            command = f"cofiville versement ordonner {payment.convention}"
            if payment.payer != epci:
                command = (
                    f"cofiville versement payer {payment.convention} {payment.amount.plain()} --reference REFERENCE"
                )
            yield _row("versement", payment.convention, payment.beneficiary, payment.on, payment.amount, today, command)
    for bilan in bilans_awaited(session, last + timedelta(days=1)):
        if bilan.due_on <= last:
            command = f"cofiville bilan saisir {bilan.convention} --action {bilan.action} --cout MONTANT --piece PIECE"
            yield _row("bilan", bilan.convention, bilan.beneficiary, bilan.due_on, bilan.paid, today, command)
    for paper in conventions_on_their_way(session, None, today):
        if paper.convention.state == ConventionStatus.DRAFT and paper.limit is not None and paper.limit <= last:
            each = paper.convention
            who, amount = each.beneficiary or "", each.amount
            yield _row("papier", each.number, who, paper.limit, amount, today, paper.next_act)
    for end in convention_endings(session, first, last):
        number, who = end.convention.number, end.convention.beneficiary or ""
        row = _row("fin", number, who, end.on, end.left, today, f"cofiville convention montrer {number}")
        yield row if end.left else {**row, "retard": 0, "etat": "finie" if end.on < today else row["etat"]}


def _row(nature: str, convention: str, beneficiary: str, on: date, amount: Money, today: date, command: str) -> Row:
    days = (today - on).days
    return {
        "nature": nature,
        "convention": convention,
        "beneficiaire": beneficiary,
        "le": on,
        "montant": amount,
        "retard": max(0, days),
        "etat": LATE if days > 0 else DUE if days == 0 else COMING,
        "commande": command,
    }
