"""The documents of a payment: order to pay, recapitulation (rubrique 7212), letter of a titre de recettes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.accounts import charged_to, payment_account
from ledger.conventions.model import Convention
from ledger.conventions.queries import find_convention
from ledger.conventions.read_conventions import read_convention
from ledger.core.money import total
from ledger.core.period import french_day
from ledger.execution.bilans.read_bilan import read_bilan
from ledger.execution.model import PaymentOrder, Titre
from ledger.execution.payments.due import imputations
from ledger.execution.payments.order_payment import find_order
from ledger.execution.queries import bilans_of_conventions, orders_of
from ledger.execution.recoveries.accounts import imputation_words, recovery_shares
from ledger.execution.recoveries.issue_titre import check_own_money, find_titre, titre_state
from ledger.referential.porteurs import contact_of
from ledger.reports.documents.fields import (
    CONVENTION_FIELDS,
    LINE_COLUMNS,
    DocumentKind,
    NoDocument,
    columns_of_lines,
    convention_fields,
    line_words,
)
from ledger.reports.documents.values import AmountField, DayField, Fields, Value
from ledger.rules.vocabulary import Circuit

_ORDER_FIELDS = {
    **CONVENTION_FIELDS,
    "mandat": "le numéro du mandat",
    "rang": "le rang du versement dans la convention",
    "ordonne_le": "la date du mandat",
    "compte": "le compte d'imputation, ou un tiret",
    "iban": "l'IBAN du bénéficiaire, ou un tiret",
    "brut": "le montant liquidé",
    "impute": "ce qui en est retenu pour un trop-perçu antérieur (0 sinon)",
    "net": "le montant à payer (net.lettres : en toutes lettres)",
    "lignes": "les lignes du mandat (liste)",
    **columns_of_lines(
        "lignes",
        {
            **LINE_COLUMNS,
            "exercice": "l'exercice des crédits",
            "brut": "liquidé",
            "impute": "retenu",
            "net": "à payer",
        },
    ),
    "retenues": "les trop-perçus antérieurs retenus (liste)",
    **columns_of_lines(
        "retenues",
        {"convention": "la convention trop payée", "ligne": "la ligne de crédits", "montant": "ce qui est retenu"},
    ),
}
_RECAP_FIELDS = {
    **{name: meaning for name, meaning in _ORDER_FIELDS.items() if name.partition(".")[0] != "retenues"},
    "versements": "les mandats antérieurs de la convention (liste)",
    **columns_of_lines(
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
    known = convention_fields(session, read_convention(convention, later=False))
    assert convention.beneficiary is not None
    return {
        **known,
        "mandat": order.reference,
        "rang": str(order.rank),
        "ordonne_le": DayField(order.ordered_on),
        "compte": charged_to(payment_account(session, convention, order.ordered_on.year), order.account) or "—",
        "iban": contact_of(session, convention.beneficiary).get("iban", "—"),
        "brut": AmountField(order.gross),
        "impute": AmountField(order.set_off),
        "net": AmountField(order.gross - order.set_off),
        "lignes": [
            {
                **line_words(session, line.action, line.line),
                "exercice": str(line.year),
                "brut": AmountField(line.gross),
                "impute": AmountField(line.set_off),
                "net": AmountField(line.gross - line.set_off),
            }
            for line in order.lines
        ],
        "retenues": [
            {"convention": each.convention, "ligne": each.line, "montant": AmountField(each.amount)}
            for each in imputations(session, order)
        ],
    }


def _recap(session: Session, key: str, on: date) -> Fields:
    order = find_order(session, key)
    convention = find_convention(session, order.convention)
    before = [
        each for each in orders_of(session, order.convention) if each.rank < order.rank and each.rejected_on is None
    ]
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
                "brut": AmountField(each.gross),
                "impute": AmountField(each.set_off),
                "net": AmountField(each.gross - each.set_off),
            }
            for each in before
        ],
        "total_anterieur": AmountField(already),
        "total_avec_ce_versement": AmountField(already + order.gross),
        "reste": AmountField(convention.amount - already - order.gross),
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


ORDER = DocumentKind("ordre", "Ordre de paiement", "mandat", _ORDER_FIELDS, _order, _all_orders)
RECAPITULATION = DocumentKind(
    "decompte",
    "Décompte récapitulatif des sommes déjà versées",
    "mandat",
    _RECAP_FIELDS,
    _recap,
    _orders_after_the_first,
)


_FIELDS = {
    **CONVENTION_FIELDS,
    "titre": "le numéro du titre de recettes",
    "emis_le": "la date du titre",
    "compte": "le compte d'imputation, ou un tiret ; celui du mandat que le titre réduit dans son exercice",
    "reclame": "la somme réclamée (reclame.lettres : en toutes lettres)",
    "bilans": "le montant définitif de chaque ligne (liste)",
    **columns_of_lines(
        "bilans", {**LINE_COLUMNS, "definitif": "le montant définitif", "limite_par": "ce qui le limite"}
    ),
}


def _read_fields(session: Session, key: str, _on: date) -> Fields:
    titre = find_titre(session, key)
    convention = find_convention(session, titre.convention)
    check_own_money(convention)
    return {
        **convention_fields(session, read_convention(convention, later=False)),
        "titre": titre.reference,
        "emis_le": DayField(titre.issued_on),
        "compte": imputation_words(recovery_shares(session, titre)),
        "reclame": AmountField(titre.amount),
        "bilans": [
            {
                **line_words(session, bilan.action, line.line),
                "definitif": AmountField(line.amount_final),
                "limite_par": line.limited_by,
            }
            for bilan in map(read_bilan, bilans_of_conventions(session, convention.number).values())
            for line in bilan.lines
        ],
    }


def _titre_numbers(session: Session, year: int, _on: date) -> Sequence[str]:
    """The titres issued that year which still claim something: a letter of the others would claim it wrongly."""
    query = (
        select(Titre)
        .join(Convention, Convention.number == Titre.convention)
        .where(
            Convention.circuit == Circuit.BUDGET,
            Titre.cancelled_on.is_(None),
            Titre.issued_on.between(date(year, 1, 1), date(year, 12, 31)),
        )
    )
    found = session.scalars(query.order_by(Titre.issued_on, Titre.reference)).all()
    return [each.reference for each in found if titre_state(session, each).left]


RECOVERY = DocumentKind(
    "titre", "Titre de recettes : lettre de recouvrement", "titre", _FIELDS, _read_fields, _titre_numbers
)
