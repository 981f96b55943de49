"""What stands before a closing: every check is run and every point reported, with the command that settles it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import select

from ledger.closing import check_conventions
from ledger.closing.points import ClosingCase, Point
from ledger.closing.remainders import RemainderOutcome
from ledger.closing.vocabulary import RemainderEnd, Weight
from ledger.core.grouping import grouped
from ledger.core.money import ZERO, Money, total
from ledger.core.period import french_day
from ledger.execution.audit import check_tied
from ledger.execution.figures import reversement_state
from ledger.execution.model import PaymentOrder
from ledger.execution.reconciliation.record_reconciliation import standing_differences
from ledger.execution.vocabulary import Agreement
from ledger.journal.announcements import announcement_states, settle_announcement
from ledger.journal.audit import audit_book
from ledger.journal.exercices import previous_exercice
from ledger.journal.positions import Position
from ledger.journal.vocabulary import AnnouncementKind
from ledger.rules.book import Rule, rulebook
from ledger.rules.execution_kinds import OrderDeadline
from ledger.rules.scope import RuleSubject
from ledger.rules.vocabulary import Clock
from ledger.storage.session import present

_CODES = {
    Position.DISPONIBLE: "enveloppe_disponible",
    Position.PROGRAMME: "programme_non_conventionne",
    Position.ENGAGE: "reste_a_realiser",
}


def stale_decisions(case: ClosingCase) -> Iterator[Point]:
    """Decisions taken on an amount that changed since."""
    for outcome in case.outcomes:
        if outcome.stale and outcome.decision is not None:
            yield Point(
                Weight.BLOCKING,
                "decision_perimee",
                outcome.key.text(),
                outcome.amount,
                f"Décidé sur {outcome.decision.amount.french()} ; il reste {outcome.amount.french()}",
                decide_command(outcome),
            )


def decide_command(outcome: RemainderOutcome) -> str:
    """The command that decides of this remainder."""
    key = outcome.key
    where = "".join(f" --{name} {value}" for name, value in _where(outcome) if value)
    return f"cofiville cloture decider {key.year} {key.line} {outcome.proposed}{where} --motif MOTIF"


def _where(outcome: RemainderOutcome) -> tuple[tuple[str, str], ...]:
    key = outcome.key
    return ("position", key.position.lower()), ("convention", key.convention), ("action", key.action)


def remainders(case: ClosingCase) -> Iterator[Point]:
    """What each enveloppe and commitment leaves, and what it would become; the same fates of one object added up."""
    groups: dict[tuple[Position, str, str, str, bool], list[RemainderOutcome]] = {}
    for outcome in case.outcomes:
        if outcome.key.position in _CODES:
            subject = outcome.key.convention or outcome.key.action or outcome.key.line
            for becomes, _ in outcome.parts:
                groups.setdefault((outcome.key.position, subject, becomes, outcome.reason, outcome.decided), []).append(
                    outcome
                )
    for (position, subject, becomes, reason, decided), outcomes in groups.items():
        waits = position is not Position.ENGAGE and not decided and outcomes[0].fate == becomes != RemainderEnd.KEEP
        yield Point(
            Weight.TO_DECIDE if waits else Weight.INFORMATION,
            _CODES[position],
            subject,
            total(outcome.part(becomes) for outcome in outcomes),
            reason if position is Position.ENGAGE and not decided else f"Sera {RemainderEnd(becomes).label}. {reason}",
            decide_command(outcomes[0]) if waits else _look(position, case.year, subject),
        )


def _look(position: Position, year: int, subject: str) -> str:
    return (
        f"cofiville convention montrer {subject}" if position is Position.ENGAGE else f"cofiville cloture restes {year}"
    )


def ended(case: ClosingCase) -> Iterator[Point]:
    """Dated enveloppes past their limit that still hold money of which nobody decided."""
    lines: dict[str, list[RemainderOutcome]] = grouped(
        (outcome.key.line, outcome)
        for outcome in case.outcomes
        if outcome.ended and outcome.fate == RemainderEnd.CANCEL and (not outcome.decided)
    )
    for line, outcomes in sorted(lines.items()):
        yield Point(
            Weight.TO_DECIDE,
            "enveloppe_echue",
            line,
            total(outcome.amount for outcome in outcomes),
            outcomes[0].ended,
            decide_command(outcomes[0]),
        )


def reserves_lifted(case: ClosingCase) -> Iterator[Point]:
    """Reserves that end: what the managing authority did not programme opens to other beneficiaries."""
    lines: dict[str, list[RemainderOutcome]] = grouped(
        (outcome.key.line, outcome)
        for outcome in case.outcomes
        if outcome.reserve and outcome.part(RemainderEnd.LIFT) and (not outcome.decided)
    )
    for line, outcomes in sorted(lines.items()):
        waiting = next(
            (outcome.key.action for outcome in outcomes if outcome.key.position is Position.PROGRAMME), "ACTION"
        )
        yield Point(
            Weight.TO_DECIDE,
            "reserve_levee",
            line,
            total(outcome.part(RemainderEnd.LIFT) for outcome in outcomes),
            f"Non programmé par l'autorité de gestion : s'ouvre aux autres bénéficiaires. {outcomes[0].reserve}",
            f"cofiville allocation constater {waiting} {line} MONTANT --piece PIECE",
        )


def announced(case: ClosingCase) -> Iterator[Point]:
    """Lowerings announced and not effective, and credits still frozen."""
    for state in announcement_states(case.session, [case.year], on=case.on):
        freeze = state.row.kind == AnnouncementKind.FREEZE
        what = "Gel ni levé ni confirmé" if freeze else "Baisse annoncée, pas encore enregistrée"
        found = f"{what} : {state.covered.french()} couverts, {state.missing.french()} à trouver"
        yield Point(
            Weight.TO_DECIDE,
            "gel_en_cours" if freeze else "baisse_annoncee",
            state.row.line,
            state.amount,
            f"{found} ({state.row.piece})",
            settle_announcement(state),
        )


def passing_on(case: ClosingCase) -> Iterator[Point]:
    """Another financeur's money received and not passed on, the reverse, what is owed back, and what is awaited."""
    found = reversement_state(case.session, case.year)
    state = found.passing_on
    kept = f", dont {found.kept_back.french()} à retenir sur un droit suivant" if found.kept_back else ""
    for code, amount, message in (
        ("recu_non_reverse", state.held, "Reçu et pas encore reversé"),
        ("reverse_non_recu", state.advanced, "Reversé et pas encore reçu : avancé par l'EPCI"),
        ("a_rendre", state.owed_back, f"Dû au financeur, pas encore rendu{kept}"),
        ("encore_attendu", state.awaited if state.lost else ZERO, "Encore attendu du financeur, le droit perdu déduit"),
    ):
        if amount:
            command = f"cofiville reversement etat {case.year}"
            yield Point(Weight.INFORMATION, code, str(case.year), amount, message, command)


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
            f"cofiville cloture verifier {year} --le {year + 1}-01-31",
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
    check_conventions.debts_written_off,
    check_conventions.later_slices,
    _orders,
    stale_decisions,
    remainders,
    ended,
    reserves_lifted,
    announced,
    passing_on,
    _reconciled,
)
