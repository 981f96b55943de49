"""`cofiville appel etat`: what is asked of each line, against what is notified."""

from __future__ import annotations

from typing import Any

from ledger.commands.access import reading
from ledger.commands.options import Annee
from ledger.commands.screen import show, table
from ledger.core.money import ZERO, total


def etat(annee: Annee) -> None:
    """Compare, ligne par ligne, ce qui est demandé dans l'année et ce qui est notifié.

    Les fonds propres et les demandes non recevables ne comptent pas.

    Exemple : cofiville appel etat 2016
    """
    from ledger.journal.balances import balances
    from ledger.journal.positions import Figure, line_state
    from ledger.programming.lookups import own_fund_lines, programme, requested

    with reading() as session:
        own_funds = own_fund_lines(session)
        asked = [pair for action in programme(session, annee) for pair in requested(action, own_funds).items()]
        held = balances(session, year=annee)
    opened = {key.line for key in held}
    rows: list[dict[str, Any]] = []
    for line in sorted({line for line, _ in asked}):
        of_line = line_state({key: amount for key, amount in held.items() if key.line == line})
        wanted, notified = total(amount for code, amount in asked if code == line), of_line[Figure.NOTIFIE]
        rows.append(
            {
                "ligne": line,
                "demandes": sum(1 for code, _ in asked if code == line),
                "demande": wanted,
                "notifie": notified if line in opened else None,
                "depassement": max(ZERO, wanted - notified) if line in opened else None,
            }
        )
    show(
        rows,
        lambda: table(
            f"Demandes {annee} (montant vide : rien de notifié)",
            ("Ligne", "Demandes", "Demandé", "Notifié", "Demandé au-delà"),
            [tuple(r.values()) for r in rows],
            (
                "Total",
                sum(r["demandes"] for r in rows),
                *(total(r[name] or ZERO for r in rows) for name in ("demande", "notifie", "depassement")),
            ),
        ),
    )
