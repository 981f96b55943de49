"""`cofiville convention echeances`: payments, bilans and ends of a month; what is late comes first, marked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.shell.access import reading_as_of
from ledger.commands.shell.options import AuJour, ConnuAu, day
from ledger.commands.shell.screen import say, show, table
from ledger.conventions.vocabulary import ConventionStatus
from ledger.core.errors import InvalidValue
from ledger.core.money import Money

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LATE, DUE, COMING = "en retard", "dû", "à venir"


def parse_month(text: str) -> date:
    """The first day of the month "2016-05" or "05/2016". raises: InvalidValue."""
    stripped = text.strip()
    year, _, month = stripped.partition("-") if "-" in stripped else reversed(stripped.partition("/"))
    try:
        return date(int(year), int(month), 1)
    except ValueError:
        raise InvalidValue(f"« {stripped} » n'est pas un mois.", "Écrivez AAAA-MM, par exemple 2016-05.") from None


def echeances(
    mois: Annotated[
        date | None,
        typer.Option(metavar="MOIS", parser=parse_month, help="Le mois, AAAA-MM.", show_default="celui de --le"),
    ] = None,
    le: AuJour = None,
    connu_au: ConnuAu = None,
) -> None:
    """Liste ce qui échoit dans le mois : versements, bilans, papiers, fins de conventions ; les retards d'abord.

    Exemple : cofiville convention echeances --mois 2016-05 --le 2016-05-12
    """
    today = day(le)
    first = (mois or today).replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    with reading_as_of(le, connu_au) as session:
        rows = sorted(_rows(session, first, last, today), key=_order)
    late = [index for index, row in enumerate(rows) if row["etat"] == LATE]

    def render() -> None:
        if not rows:
            say(f"Rien n'échoit en {first:%m/%Y}.")
            return
        table(
            f"Échéances de {first:%m/%Y}, au {today:%d/%m/%Y} ({len(late)} en retard)",
            ("Convention", "Nature", "Bénéficiaire", "Le", "État", "Montant", "À faire"),
            [
                (
                    f"‼ {row['convention']}" if row["etat"] == LATE else row["convention"],
                    *(row[name] for name in ("nature", "beneficiaire", "le")),
                    f"{LATE} : {row['retard']} j" if row["etat"] == LATE else row["etat"],
                    row["montant"],
                    row["commande"],
                )
                for row in rows
            ],
            alerts=late,
        )

    show(rows, render)


def _order(row: dict[str, Any]) -> tuple[bool, date, str, str]:
    return (row["etat"] != LATE, row["le"] or date.max, row["nature"], row["convention"])


def _rows(session: Session, first: date, last: date, today: date) -> Iterator[dict[str, Any]]:
    from ledger.conventions.lookups import epci_financeur
    from ledger.conventions.paper import papers
    from ledger.reports.bilans import bilans_awaited
    from ledger.reports.convention_ends import endings
    from ledger.reports.instalments import coming

    epci = epci_financeur(session)
    for payment in coming(session, today, max(last, today)):
        if payment.on is not None and payment.on <= last:
            command = f"cofiville versement ordonner {payment.convention}"
            if payment.payer != epci:
                command = f"cofiville versement payer {payment.convention} MONTANT"
            yield _row("versement", payment.convention, payment.beneficiary, payment.on, payment.amount, today, command)
    for bilan in bilans_awaited(session, last + timedelta(days=1)):
        if bilan.due_on <= last:
            command = f"cofiville bilan saisir {bilan.convention}"
            yield _row("bilan", bilan.convention, bilan.beneficiary, bilan.due_on, bilan.paid, today, command)
    for paper in papers(session, None, today):
        if paper.convention.state == ConventionStatus.DRAFT and paper.limit is not None and paper.limit <= last:
            each = paper.convention
            who, amount = each.beneficiary or "", each.amount
            yield _row("papier", each.number, who, paper.limit, amount, today, paper.next_act)
    for end in endings(session, first, last):
        number, who = end.convention.number, end.convention.beneficiary or ""
        row = _row("fin", number, who, end.on, end.left, today, f"cofiville convention montrer {number}")
        yield row if end.left else {**row, "retard": 0, "etat": "finie" if end.on < today else row["etat"]}


def _row(
    nature: str, convention: str, beneficiary: str, on: date, amount: Money, today: date, command: str
) -> dict[str, Any]:
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
