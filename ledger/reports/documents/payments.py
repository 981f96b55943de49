"""The documents of a payment: the order to pay, and the recapitulation of what was paid already (rubrique 7212)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.lookups import find_convention
from ledger.core.money import total
from ledger.core.period import french_day
from ledger.execution.lookups import orders
from ledger.execution.model import PaymentOrder
from ledger.execution.order_explanation import imputations
from ledger.execution.orders import find_order
from ledger.referential.contacts import contact
from ledger.reports.documents.kind import Kind, NoDocument
from ledger.reports.documents.parties import CONVENTION_FIELDS, LINE_COLUMNS, columns, convention_fields, line_words
from ledger.reports.documents.words import Amount, Day, Fields, Value

_ORDER_FIELDS = {
    **CONVENTION_FIELDS,
    "mandat": "le numéro du mandat",
    "rang": "le rang du versement dans la convention",
    "ordonne_le": "la date du mandat",
    "compte": "le compte d'imputation, ou un tiret",
    "iban": "l'IBAN du bénéficiaire, ou un tiret",
    "brut": "le montant liquidé",
    "impute": "ce qui en est retenu pour un trop-versé antérieur (0 sinon)",
    "net": "le montant à payer (net.lettres : en toutes lettres)",
    "lignes": "les lignes du mandat (liste)",
    **columns(
        "lignes",
        {
            **LINE_COLUMNS,
            "exercice": "l'exercice des crédits",
            "brut": "liquidé",
            "impute": "retenu",
            "net": "à payer",
        },
    ),
    "retenues": "les trop-versés antérieurs retenus (liste)",
    **columns(
        "retenues",
        {"convention": "la convention trop payée", "ligne": "la ligne de crédits", "montant": "ce qui est retenu"},
    ),
}
_RECAP_FIELDS = {
    **{name: meaning for name, meaning in _ORDER_FIELDS.items() if name.partition(".")[0] != "retenues"},
    "versements": "les mandats antérieurs de la convention (liste)",
    **columns(
        "versements",
        {
            "rang": "1, 2, 3…",
            "mandat": "le numéro du mandat",
            "le": "sa date",
            "brut": "liquidé",
            "impute": "retenu",
            "net": "mandaté",
        },
    ),
    "total_anterieur": "la somme des versements antérieurs",
    "total_avec_ce_versement": "la même, ce versement compris",
    "reste": "ce qui reste sur le montant accordé après ce versement",
}


def _order(session: Session, key: str, _on: date) -> dict[str, Value]:
    order = find_order(session, key)
    convention = find_convention(session, order.convention)
    known = convention_fields(session, convention)
    assert convention.beneficiary is not None
    return {
        **known,
        "mandat": order.reference,
        "rang": str(order.rank),
        "ordonne_le": Day(order.ordered_on),
        "compte": order.account or "—",
        "iban": contact(session, convention.beneficiary).get("iban", "—"),
        "brut": Amount(order.gross),
        "impute": Amount(order.set_off),
        "net": Amount(order.gross - order.set_off),
        "lignes": [
            {
                **line_words(session, line.action, line.line),
                "exercice": str(line.year),
                "brut": Amount(line.gross),
                "impute": Amount(line.set_off),
                "net": Amount(line.gross - line.set_off),
            }
            for line in order.lines
        ],
        "retenues": [
            {"convention": each.convention, "ligne": each.line, "montant": Amount(each.amount)}
            for each in imputations(session, order)
        ],
    }


def _recap(session: Session, key: str, on: date) -> Fields:
    order = find_order(session, key)
    convention = find_convention(session, order.convention)
    before = [each for each in orders(session, order.convention) if each.rank < order.rank and each.rejected_on is None]
    if not before:
        raise NoDocument(
            f"Le mandat {order.reference} est le premier de {order.convention} : rien n'a été versé avant.",
            f"Le décompte accompagne les versements suivants : cofiville document editer ordre {order.reference}.",
        )
    already = total(each.gross for each in before)
    known = {name: value for name, value in _order(session, key, on).items() if name != "retenues"}
    return {
        **known,
        "versements": [
            {
                "rang": str(each.rank),
                "mandat": each.reference,
                "le": french_day(each.ordered_on),
                "brut": Amount(each.gross),
                "impute": Amount(each.set_off),
                "net": Amount(each.gross - each.set_off),
            }
            for each in before
        ],
        "total_anterieur": Amount(already),
        "total_avec_ce_versement": Amount(already + order.gross),
        "reste": Amount(convention.amount - already - order.gross),
    }


def _numbers(session: Session, year: int, *, after: int) -> Sequence[str]:
    query = select(PaymentOrder.reference).where(
        PaymentOrder.ordered_on.between(date(year, 1, 1), date(year, 12, 31)),
        PaymentOrder.rank > after,
        PaymentOrder.rejected_on.is_(None),
    )
    return session.scalars(query.order_by(PaymentOrder.ordered_on, PaymentOrder.reference)).all()


def _all_orders(session: Session, year: int, _on: date) -> Sequence[str]:
    return _numbers(session, year, after=0)


def _orders_after_the_first(session: Session, year: int, _on: date) -> Sequence[str]:
    return _numbers(session, year, after=1)


ORDER = Kind("ordre", "Ordre de paiement", "mandat", _ORDER_FIELDS, _order, _all_orders)
RECAPITULATION = Kind(
    "decompte",
    "Décompte récapitulatif des sommes déjà versées",
    "mandat",
    _RECAP_FIELDS,
    _recap,
    _orders_after_the_first,
)
