"""What stands before a closing: every check is run and every point reported, with the command that settles it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import select

from ledger.closing import check_conventions, check_enveloppes
from ledger.closing.points import ClosingCase, Point
from ledger.closing.vocabulary import Weight
from ledger.core.money import ZERO, Money
from ledger.core.period import french_day
from ledger.execution.audit import check_tied
from ledger.execution.model import PaymentOrder
from ledger.execution.reconciliation.record_reconciliation import standing_differences
from ledger.execution.vocabulary import Agreement
from ledger.journal.audit import audit_book
from ledger.journal.exercices import previous_exercice
from ledger.rules.book import Rule, rulebook
from ledger.rules.execution_kinds import OrderDeadline
from ledger.rules.scope import RuleSubject
from ledger.rules.vocabulary import Clock
from ledger.storage.session import present


def closing_points(case: ClosingCase) -> list[Point]:
    """Every point of the year, the blocking ones first; the checks are those of CHECKS, all of them."""
    points = [point for check in CHECKS for point in check(case)]
    order = list(Weight)
    return sorted(points, key=lambda point: order.index(point.weight))


def _calendar(case: ClosingCase) -> Iterator[Point]:
    year = case.year
    if case.on <= case.last_day:
        yield Point(
            Weight.BLOCKING,
            "annee_non_finie",
            str(year),
            ZERO,
            f"L'exercice {year} se clôt après le {french_day(case.last_day)}",
            f"cofiville cloture executer {year} --le {year + 1}-01-31",
        )
    earlier = previous_exercice(case.session, year)
    if earlier is not None and earlier.closed_on is None:
        yield Point(
            Weight.BLOCKING,
            "exercice_precedent_ouvert",
            str(earlier.year),
            ZERO,
            f"L'exercice {earlier.year} n'est pas clos",
            f"cofiville cloture executer {earlier.year}",
        )


def _book(case: ClosingCase) -> Iterator[Point]:
    session = present(case.session)
    for finding in audit_book(session) or check_tied(session):
        yield Point(Weight.BLOCKING, finding.code, finding.subject, ZERO, finding.message, "cofiville base controler")


def _orders(case: ClosingCase) -> Iterator[Point]:
    """Whether orders of the year may still be issued, and those issued too late for it."""
    rule = rulebook(case.session, Clock.BUDGET_YEAR, exercice=case.year).find(OrderDeadline, RuleSubject())
    if not isinstance(rule, Rule):
        return
    limit = rule.figures.last_day(case.year)
    if case.last_day < case.on < limit:
        yield Point(
            Weight.TO_DECIDE,
            "journee_complementaire",
            str(case.year),
            ZERO,
            f"Les mandats de {case.year} peuvent encore être émis jusqu'au {french_day(limit)} ({rule.source})",
            f"cofiville versement ordonner --toutes {case.year}",
        )
    query = select(PaymentOrder).where(
        PaymentOrder.ordered_on > limit,
        PaymentOrder.rejected_on.is_(None),
    )
    for order in case.session.scalars(query.order_by(PaymentOrder.reference)):
        late = Money(sum(line.gross.cents for line in order.lines if line.year == case.year))
        if late:
            yield Point(
                Weight.TO_DECIDE,
                "mandat_hors_delai",
                order.reference,
                late,
                f"Mandat du {french_day(order.ordered_on)} sur les crédits {case.year}, après le {french_day(limit)}",
                f'cofiville versement rejeter {order.reference} --motif "Hors délai"',
            )


def _reconciled(case: ClosingCase) -> Iterator[Point]:
    words = {
        Agreement.DIFFERENT: "Écart avec le fichier",
        Agreement.NOT_IN_BOOK: "Dans le fichier, absent du livre",
        Agreement.NOT_IN_FILE: "Au livre, absent du fichier",
        Agreement.TO_CONFIRM: "Rapprochement à confirmer avec le fichier",
    }
    for head, line in standing_differences(case.session, case.year):
        gap = (line.amount_book or ZERO) - (line.amount_file or ZERO)
        yield Point(
            Weight.TO_DECIDE,
            "ecart_rapprochement",
            line.key,
            gap,
            f"{words[Agreement(line.state)]} « {head.file} » du {french_day(head.made_on)}",
            f"cofiville echange rapprocher --profil {head.profile} FICHIER --retenir",
        )


CHECKS: tuple[Callable[[ClosingCase], Iterator[Point]], ...] = (
    _calendar,
    _book,
    check_conventions.drafts,
    check_conventions.rights_missing,
    check_conventions.instalments_due,
    check_conventions.settled_not_paid,
    check_conventions.ordered_not_paid,
    check_conventions.pieces_missing,
    check_conventions.orders_against_rules,
    check_conventions.bilans_expected,
    check_conventions.recoveries_open,
    check_conventions.titres_open,
    check_conventions.later_slices,
    _orders,
    check_enveloppes.stale_decisions,
    check_enveloppes.remainders,
    check_enveloppes.ended,
    check_enveloppes.reserves_lifted,
    check_enveloppes.passing_on,
    _reconciled,
)
