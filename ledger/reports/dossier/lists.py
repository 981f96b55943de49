"""Two lists the comité asks for: what is not spent, and what is late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from ledger.core.field import Field, Kind, Value, code, words
from ledger.reports.bilans import bilans_awaited
from ledger.reports.consumption import LineConsumption
from ledger.reports.figures.credits import GRANTABLE, HELD_BACK, TO_CONVENTION, TO_ORDER, TO_PAY, TO_RECOVER
from ledger.reports.figures.payments import TO_BE_PAID, TO_JUSTIFY
from ledger.reports.instalments import Coming
from ledger.reports.listing import Listing

_UNSPENT = (GRANTABLE, HELD_BACK, TO_CONVENTION, TO_ORDER, TO_PAY, TO_RECOVER)


def unspent_report(lines: Iterable[LineConsumption], of: str) -> Listing:
    """What of each line is not spent, and where it stands; lines wholly spent are left out."""
    rows = [line.row() for line in lines]
    names = [each.script_key for each in _UNSPENT]
    return Listing(
        title=f"Crédits non consommés {of}",
        fields=(code("ligne", "ligne"), *(each.field() for each in _UNSPENT)),
        rows=tuple({name: row[name] for name in ("ligne", *names)} for row in rows if any(row[name] for name in names)),
        notes=("Les lignes entièrement consommées n'y sont pas.",),
    )


def overdue_report(session: Session, due: Iterable[Coming], today: date, of: str) -> Listing:
    """What could already have been paid, and the bilans whose day has passed."""
    rows: list[dict[str, Value]] = [
        {
            "quoi": "versement",
            "objet": row.convention,
            "qui": row.beneficiary,
            "depuis": row.on,
            "montant": row.amount,
            "a_justifier": None,
            "commande": f"cofiville versement ordonner {row.convention}",
        }
        for row in due
        if row.late(today)
    ]
    rows += [
        {
            "quoi": "bilan",
            "objet": f"{each.convention} {each.action}",
            "qui": each.beneficiary,
            "depuis": each.due_on,
            "montant": None,
            "a_justifier": each.paid,
            "commande": f"cofiville bilan saisir {each.convention} --action {each.action}",
        }
        for each in bilans_awaited(session, today)
        if each.due_on < today
    ]
    return Listing(
        title=f"En retard {of}",
        fields=(
            code("quoi", "quoi", width=12),
            code("objet", "objet"),
            code("qui", "qui"),
            Field("depuis", "depuis le", Kind.DAY),
            TO_BE_PAID.field(),
            TO_JUSTIFY.field(),
            words("commande", "commande", shown=False),
        ),
        rows=tuple(rows),
        notes=(
            "Versement : ce qui pouvait être ordonné ou constaté.",
            "Bilan : ce qui a été versé et reste à justifier.",
        ),
    )
