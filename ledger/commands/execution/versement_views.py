"""What `cofiville versement` shows: the payments, and the orders behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from ledger.commands.declaring.access import reading
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import AnneeOuTout, argument
from ledger.commands.outcome import Outcome, Sentence, one, several
from ledger.core.field import Field, Kind
from ledger.core.period import french_day
from ledger.execution.fields import ACCOUNT, ORDER_REFERENCE, PAYMENT_REFERENCE, WAIVED
from ledger.journal.fields import ACTION, AMOUNT, CONVENTION, EFFECTIVE_ON, LINE, YEAR
from ledger.reports.figures.payments import ORDER_GROSS, ORDER_NET, ORDER_WITHHELD, PAYMENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.execution.model import PaymentOrder

_PAYMENTS = (CONVENTION, EFFECTIVE_ON, PAYMENT.field(), PAYMENT_REFERENCE)
_AMOUNTS = (ORDER_GROSS.field(), ORDER_WITHHELD.field(), ORDER_NET.field())
_ORDERS = (
    ORDER_REFERENCE,
    CONVENTION,
    Field("rang", "rang", Kind.INTEGER, shown=False),
    EFFECTIVE_ON,
    *_AMOUNTS,
    ACCOUNT,
    Field("rejete_le", "rejeté le", Kind.DAY, optional=True, shown=False),
    Field("rejet", "rejet", shown=False),
    WAIVED.but(shown=False),
    Field("remarque", "remarque", scripted=False),
)
_ORDER_LINES = (ACTION, LINE, YEAR, *_AMOUNTS[:2])
_IMPUTATIONS = (LINE, CONVENTION, AMOUNT)
_EXPLAINED = (
    ORDER_REFERENCE,
    CONVENTION,
    *_AMOUNTS,
    ACCOUNT,
    WAIVED,
    Field("lignes", "lignes", Kind.RECORD, fields=_ORDER_LINES, many=True),
    Field("imputations", "imputations", Kind.RECORD, fields=_IMPUTATIONS, many=True),
)

app = group("Versements : ce qui est ordonné, puis payé.")


@app.command("lister", answer=several(*_PAYMENTS))
def versement_lister(annee: AnneeOuTout = None) -> Outcome:
    """Liste les paiements, dans l'ordre des jours.

    Exemple : cofiville versement lister 2016
    """
    from sqlalchemy import select

    from ledger.execution.model import Payment
    from ledger.reports.listing import Listing

    with reading() as session:
        query = select(Payment).where(Payment.undone_on.is_(None))
        found = session.scalars(query.order_by(Payment.paid_on, Payment.reference))
        rows = tuple(
            {"convention": p.convention, "le": p.paid_on, "montant": p.amount, "reference": p.reference}
            for p in found
            if annee is None or p.paid_on.year == annee
        )
    return Outcome(Listing("Paiements", _PAYMENTS, rows))


@app.command("ordres", answer=several(*_ORDERS))
def versement_ordres(annee: AnneeOuTout = None) -> Outcome:
    """Liste les ordres de payer (mandats), dans l'ordre des jours : liquidé, retenu, à payer.

    Exemple : cofiville versement ordres 2016
    """
    from ledger.execution.queries import all_orders
    from ledger.reports.listing import Listing

    with reading() as session:
        rows = tuple(
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
                "remarque": _remark(order),
            }
            for order in all_orders(session)
            if annee is None or order.ordered_on.year == annee
        )
    standing = [place for place, row in enumerate(rows) if row["rejete_le"] is None]
    return Outcome(Listing("Ordres de payer", _ORDERS, rows, total="Total non rejeté", counted=standing))


def _remark(order: PaymentOrder) -> str:
    rejected = f"rejeté le {french_day(order.rejected_on)} : {order.rejection}" if order.rejected_on else ""
    waived = f"malgré la règle : {order.waiver}" if order.waiver else ""
    return " ; ".join(each for each in (rejected, waived) if each)


@app.command("expliquer", answer=one(*_EXPLAINED))
def versement_expliquer(mandat: Annotated[str, argument(ORDER_REFERENCE)]) -> Outcome:
    """Explique ce qu'un mandat paie : ce qui est dû, ligne par ligne, et le trop-versé qui en est retenu.

    Exemple : cofiville versement expliquer M-C2016-002-1
    """
    from ledger.execution.payments.due import imputations
    from ledger.execution.payments.order_payment import find_order

    with reading() as session:
        order = find_order(session, mandat)
        row: dict[str, Any] = {
            "mandat": order.reference,
            "convention": order.convention,
            "brut": order.gross,
            "impute": order.set_off,
            "net": order.gross - order.set_off,
            "compte": order.account,
            "derogation": order.waiver,
            "lignes": [
                {
                    "action": each.action,
                    "ligne": each.line,
                    "exercice": each.year,
                    "brut": each.gross,
                    "impute": each.set_off,
                }
                for each in order.lines
            ],
            "imputations": [
                {"ligne": each.line, "convention": each.convention, "montant": each.amount}
                for each in imputations(session, order)
            ],
        }
    return Outcome(row, tuple(_explanation(row)))


def _explanation(row: dict[str, Any]) -> Iterator[str | Sentence]:
    yield f"Mandat {row['mandat']}, convention {row['convention']} : {row['net'].french()} à payer"
    for line in row["lignes"]:
        yield Sentence(f"  {line['brut'].french():>16}  ", f"dus à l'action {line['action']} sur {line['ligne']}")
    for each in row["imputations"]:
        words = f"trop-versé de {each['convention']} sur {each['ligne']}, retenu (compensation N-1)"
        yield Sentence(f"  {(-each['montant']).french():>16}  ", words)
    if row["derogation"]:
        yield f"  {row['derogation']}"
