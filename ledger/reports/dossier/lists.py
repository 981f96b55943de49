"""Two lists the comité asks for: what is not spent, and what is late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from ledger.core.money import ZERO
from ledger.journal.positions import Figure
from ledger.reports.bilans import bilans_awaited
from ledger.reports.consumption import LineConsumption
from ledger.reports.definition import Cell, Field, Report, Unit, amount, code, words
from ledger.reports.instalments import Coming

_UNSPENT = {
    Figure.DISPONIBLE: "jamais accordé",
    Figure.PROGRAMME: "accordé, sans convention",
    Figure.ENGAGE: "conventionné, à payer",
    Figure.ORDONNE: "ordonné, pas payé",
    Figure.A_RECOUVRER: "à recouvrer",
}


def unspent_report(lines: Iterable[LineConsumption], of: str) -> Report:
    """What of each line is not spent, and where it stands; lines wholly spent are left out."""
    kept = [line for line in lines if any(line.state[figure] != ZERO for figure in _UNSPENT)]
    return Report(
        title=f"Crédits non consommés {of}",
        fields=(code("ligne", "ligne"), *(amount(str(figure), label) for figure, label in _UNSPENT.items())),
        rows=tuple({"ligne": line.line, **{str(figure): line.state[figure] for figure in _UNSPENT}} for line in kept),
        notes=("Les lignes entièrement consommées n'y sont pas.",),
    )


def overdue_report(session: Session, due: Iterable[Coming], today: date, of: str) -> Report:
    """What could already have been paid, and the bilans whose day has passed."""
    rows: list[dict[str, Cell]] = [
        {
            "quoi": "versement",
            "objet": row.convention,
            "qui": row.beneficiary,
            "depuis": row.on,
            "montant": row.amount,
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
            "montant": each.paid,
            "commande": f"cofiville bilan saisir {each.convention} --action {each.action}",
        }
        for each in bilans_awaited(session, today)
        if each.due_on < today
    ]
    return Report(
        title=f"En retard {of}",
        fields=(
            code("quoi", "quoi", width=12),
            code("objet", "objet"),
            code("qui", "qui"),
            Field("depuis", "depuis le", Unit.DAY),
            amount("montant", "montant", summed=False),
            words("commande", "commande", shown=False),
        ),
        rows=tuple(rows),
        notes=(
            "Versement : ce qui pouvait être ordonné ou constaté.",
            "Bilan : ce qui a été versé et reste à justifier.",
        ),
    )
