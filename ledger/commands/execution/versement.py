"""`cofiville versement`: what is ordered, then paid; the payments, and the orders behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from ledger.commands.declaring.access import reading, writing
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import AnneeOuTout, Le, argument, day
from ledger.commands.declaring.parameters import Argument, Option
from ledger.commands.declaring.usage import WrongUsage, needed
from ledger.commands.outcome import Outcome, Sentence, either, one, several
from ledger.core.field import Field, Kind
from ledger.core.money import ZERO, Money, parse_positive_money, total
from ledger.core.period import french_day
from ledger.execution.fields import ACCOUNT, ORDER_REFERENCE, PAYMENT_REFERENCE, WAIVED
from ledger.journal.fields import ACTION, ALREADY_RECORDED, AMOUNT, CONVENTION, EFFECTIVE_ON, ENTRY, LINE, YEAR
from ledger.reports.figures.payments import ORDER_GROSS, ORDER_NET, ORDER_WITHHELD, PAYMENT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlalchemy.orm import Session

    from ledger.conventions.model import Convention
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
        words = f"trop-perçu de {each['convention']} sur {each['ligne']}, imputé sur cette subvention"
        yield Sentence(f"  {(-each['montant']).french():>16}  ", words)
    if row["derogation"]:
        yield f"  {row['derogation']}"


_PAID = (CONVENTION, AMOUNT, ENTRY, ALREADY_RECORDED)
_ORDERED = (
    CONVENTION,
    AMOUNT,
    ENTRY.but(optional=True),
    *(each.field().but(since="0.2") for each in (ORDER_GROSS, ORDER_WITHHELD)),
    PAYMENT_REFERENCE.but(since="0.2"),
    ALREADY_RECORDED.but(since="0.2"),
    WAIVED.but(since="0.2"),
    Field("refus", "refus", help="Pourquoi cette convention est laissée de côté.", since="0.2"),
)
_REJECTED = (ORDER_REFERENCE, CONVENTION, AMOUNT, ENTRY)

MontantOuEcheance = Annotated[
    Money | None,
    Argument(metavar="MONTANT", parser=parse_positive_money, help="En euros ; la prochaine échéance sinon."),
]


@app.command("ordonner", act=True, answer=either(*_ORDERED), asks=("convention|toutes",))
def versement_ordonner(
    convention: Annotated[
        str | None, Argument(metavar="CONVENTION", offers="conventions", help="Le numéro de la convention.")
    ] = None,
    montant: MontantOuEcheance = None,
    reference: Annotated[str, Option(help="Le numéro du mandat ; un numéro d'ordre sinon.")] = "",
    toutes: Annotated[
        int | None, Option("--toutes", metavar="ANNEE", help="La prochaine échéance de toutes celles de l'année.")
    ] = None,
    malgre: Annotated[
        str,
        Option(
            "--malgre",
            metavar="MOTIF",
            help="Pourquoi payer malgré un bilan en retard ou une pièce manquante ; le motif reste.",
        ),
    ] = "",
    le: Le = None,
) -> Outcome:
    """Mandate ce qui est dû maintenant sur une convention : jamais plus que l'accordé, jamais avant sa condition.

    Se tape aussi : versement mandater.

    Exemple : cofiville versement ordonner DRE-2016-A --le 2016-05-13
    """
    from ledger.conventions.queries import find_convention

    convention = _one_or_all(convention, toutes)
    with writing() as session:
        if convention is not None:
            rows = [_order(session, find_convention(session, convention), montant, reference, day(le), malgre)]
        else:
            rows = _order_all(session, toutes, day(le), malgre)
    done = [row for row in rows if "refus" not in row]
    left = [f"{row['convention']} laissée de côté : {row['refus']}" for row in rows if "refus" in row]
    known = sum(row["deja_enregistre"] for row in done)
    already = f" ({known} déjà enregistré(s), rien de nouveau)" if known else ""
    said = f"{len(done)} ordre(s) de payer, {total(row['brut'] for row in done).french()}{already}."
    return Outcome(rows[0] if convention is not None else rows, (said, *left))


def _order_all(session: Session, year: int | None, on: date, waiver: str) -> list[dict[str, Any]]:
    """Every order due; a porteur late with a bilan is left aside, and said so."""
    from ledger.execution.payments.controls import BilanOverdue, PieceMissing

    rows = []
    for each in _due(session, year, on):
        try:
            rows.append(_order(session, each, None, "", on, waiver))
        except (BilanOverdue, PieceMissing) as late:
            rows.append({"convention": each.number, "montant": ZERO, "ecriture": None, "refus": late.problem})
    return rows


def _one_or_all(convention: str | None, year: int | None) -> str | None:
    """The convention typed; None for all those of the year."""
    if (convention is None) == (year is None):
        raise WrongUsage("Désignez une convention, ou toutes celles d'une année.", "Par exemple : --toutes 2016.")
    return convention


def _due(session: Session, year: int | None, on: date) -> list[Convention]:
    from ledger.conventions.queries import conventions
    from ledger.execution.payments.due import is_due

    return [each for each in conventions(session, year) if is_due(session, each, on)]


def _order(
    session: Session, convention: Convention, amount: Money | None, reference: str, on: date, waiver: str
) -> dict[str, Any]:
    from ledger.execution.payments.order_payment import order_payment

    order, posted = order_payment(session, convention, amount, on=on, reference=reference, waiver=waiver)
    gross, kept = order.gross, order.set_off
    return {
        "convention": convention.number,
        "montant": gross - kept,
        "ecriture": posted.sequence,
        "brut": gross,
        "impute": kept,
        "reference": order.reference,
        "deja_enregistre": not posted.new,
        "derogation": order.waiver,
    }


@app.command("rejeter", act=True, answer=one(*_REJECTED))
def versement_rejeter(
    mandat: Annotated[str, Argument(metavar="MANDAT", help="Le numéro du mandat.")],
    motif: Annotated[str, Option("--motif", metavar="TEXTE", help="La raison que donne le comptable.")],
    le: Le = None,
) -> Outcome:
    """Enregistre le rejet d'un mandat par le comptable : une écriture l'annule, la somme est de nouveau engagée.

    Exemple : cofiville versement rejeter M-DRE-2016-A-1 --motif "RIB périmé" --le 2016-05-18
    """
    from ledger.execution.payments.order_payment import find_order, reject_order

    with writing() as session:
        order = find_order(session, mandat)
        posted = reject_order(session, order, motive=motif, on=day(le))
        row = {
            "mandat": order.reference,
            "convention": order.convention,
            "montant": order.gross - order.set_off,
            "ecriture": posted.sequence,
        }
    return Outcome(row, (f"Mandat {row['mandat']} rejeté : {motif}. Ordonnez-le de nouveau une fois corrigé.",))


@app.command("payer", act=True, answer=either(*_PAID), asks=("convention|toutes", "montant|toutes", "reference"))
def versement_payer(
    convention: Annotated[
        str | None, Argument(metavar="CONVENTION", offers="conventions", help="Le numéro de la convention.")
    ] = None,
    montant: Annotated[
        Money | None, Argument(metavar="MONTANT", parser=parse_positive_money, help="Montant payé, en euros.")
    ] = None,
    reference: Annotated[str, Option(help="La référence du comptable ; la même ne paie qu'une fois.")] = "",
    toutes: Annotated[
        int | None, Option("--toutes", metavar="ANNEE", help="Tout ce qui est ordonné dans l'année.")
    ] = None,
    le: Le = None,
) -> Outcome:
    """Enregistre un paiement du comptable, ou (circuit direct) le versement constaté du financeur.

    Exemple : cofiville versement payer DRE-2016-A 51654,26 --le 2016-05-20 --reference "B12 M345"
    """
    from ledger.conventions.queries import find_convention
    from ledger.execution.payments.record_payment import payable_orders, record_payment

    convention = _one_or_all(convention, toutes)
    if convention is not None:
        montant = needed(montant, "MONTANT")
    with writing() as session:
        if convention is not None and montant is not None:
            wanted = [(find_convention(session, convention), montant, reference)]
        else:
            wanted = [
                (each, amount, f"{reference} {each.number}".strip()) for each, amount in payable_orders(session, toutes)
            ]
        rows: list[dict[str, Any]] = [
            {
                "convention": each.number,
                "montant": amount,
                "ecriture": posted.sequence,
                "deja_enregistre": not posted.new,
            }
            for each, amount, ref in wanted
            for posted in [record_payment(session, each, amount, on=day(le), reference=ref)]
        ]
    known = sum(row["deja_enregistre"] for row in rows)
    already = f" ({known} déjà enregistré(s), rien de nouveau)" if known else ""
    said = f"{len(rows)} paiement(s), {total(row['montant'] for row in rows).french()}{already}."
    return Outcome(rows[0] if convention is not None else rows, (said,))
