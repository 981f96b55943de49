"""What `cofiville versement` shows: the payments, and the orders behind them."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ledger.commands.shell.access import reading
from ledger.commands.shell.options import AnneeOuTout
from ledger.commands.shell.screen import say, say_after, show, table
from ledger.core.money import total
from ledger.core.period import french_day
from ledger.reports.figures.payments import ORDER_GROSS, ORDER_NET, ORDER_WITHHELD, PAYMENT


def lister(annee: AnneeOuTout = None) -> None:
    """Liste les paiements, dans l'ordre des jours.

    Exemple : cofiville versement lister 2016
    """
    from sqlalchemy import select

    from ledger.execution.model import Payment
    from ledger.journal.context import context

    with reading() as session:
        query = select(Payment).where(Payment.contract == context(session).contract, Payment.undone_on.is_(None))
        found = session.scalars(query.order_by(Payment.paid_on, Payment.reference))
        rows: list[dict[str, Any]] = [
            {"convention": p.convention, "le": p.paid_on, "montant": p.amount, "reference": p.reference}
            for p in found
            if annee is None or p.paid_on.year == annee
        ]
    show(
        rows,
        lambda: table(
            "Paiements",
            ("Convention", "Jour", PAYMENT.title, "Référence"),
            [tuple(row.values()) for row in rows],
            ("Total", "", total(row["montant"] for row in rows), ""),
        ),
    )


def ordres(annee: AnneeOuTout = None) -> None:
    """Liste les ordres de payer (mandats), dans l'ordre des jours : liquidé, retenu, à payer.

    Exemple : cofiville versement ordres 2016
    """
    from ledger.execution.lookups import all_orders

    with reading() as session:
        rows: list[dict[str, Any]] = [
            {
                "mandat": order.reference,
                "convention": order.convention,
                "rang": order.rank,
                "le": order.ordered_on,
                "brut": order.gross,
                "impute": order.set_off,
                "net": order.gross - order.set_off,
                "compte": order.account,
                "rejete_le": order.rejected_on,
                "rejet": order.rejection,
                "derogation": order.waiver,
            }
            for order in all_orders(session)
            if annee is None or order.ordered_on.year == annee
        ]
    standing = [row for row in rows if row["rejete_le"] is None]
    amounts = (each.title for each in (ORDER_GROSS, ORDER_WITHHELD, ORDER_NET))
    columns = ("Mandat", "Convention", "Jour", *amounts, "Compte", "Remarque")
    show(
        rows,
        lambda: table(
            "Ordres de payer",
            columns,
            [
                (
                    *(row[name] for name in ("mandat", "convention", "le", "brut", "impute", "net", "compte")),
                    _remark(row),
                )
                for row in rows
            ],
            (
                "Total non rejeté",
                "",
                "",
                *(total(r[name] for r in standing) for name in ("brut", "impute", "net")),
                "",
                "",
            ),
        ),
    )


def _remark(row: dict[str, Any]) -> str:
    rejected = f"rejeté le {french_day(row['rejete_le'])} : {row['rejet']}" if row["rejete_le"] else ""
    waived = f"malgré la règle : {row['derogation']}" if row["derogation"] else ""
    return " ; ".join(each for each in (rejected, waived) if each)


def expliquer(mandat: Annotated[str, typer.Argument(metavar="MANDAT", help="Le numéro du mandat.")]) -> None:
    """Explique ce qu'un mandat paie : ce qui est dû, ligne par ligne, et le trop-versé qui en est retenu.

    Exemple : cofiville versement expliquer M-C2016-002-1
    """
    from ledger.execution.order_explanation import imputations
    from ledger.execution.orders import find_order

    with reading() as session:
        order = find_order(session, mandat)
        lines: list[dict[str, Any]] = [
            {
                "action": each.action,
                "ligne": each.line,
                "exercice": each.year,
                "brut": each.gross,
                "impute": each.set_off,
            }
            for each in order.lines
        ]
        kept: list[dict[str, Any]] = [
            {"ligne": each.line, "convention": each.convention, "montant": each.amount}
            for each in imputations(session, order)
        ]
        row: dict[str, Any] = {
            "mandat": order.reference,
            "convention": order.convention,
            "brut": order.gross,
            "impute": order.set_off,
            "net": order.gross - order.set_off,
            "compte": order.account,
            "derogation": order.waiver,
            "lignes": lines,
            "imputations": kept,
        }
    show(row, lambda: _say_explained(row))


def _say_explained(row: dict[str, Any]) -> None:
    say(f"Mandat {row['mandat']}, convention {row['convention']} : {row['net'].french()} à payer")
    for line in row["lignes"]:
        say_after(f"  {line['brut'].french():>16}  ", f"dus à l'action {line['action']} sur {line['ligne']}")
    for each in row["imputations"]:
        words = f"trop-versé de {each['convention']} sur {each['ligne']}, retenu (compensation N-1)"
        say_after(f"  {(-each['montant']).french():>16}  ", words)
    if row["derogation"]:
        say(f"  {row['derogation']}")
