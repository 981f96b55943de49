"""Checks on what the enveloppes leave, what was decided of it, and the money passed on."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.closing.points import ClosingCase, Point
from ledger.closing.remainders import RemainderOutcome
from ledger.closing.vocabulary import RemainderEnd, Weight
from ledger.core.grouping import grouped
from ledger.core.money import ZERO, total
from ledger.execution.figures import reversement_state
from ledger.journal.positions import Position

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
    return f'cofiville cloture decider {key.year} {key.line} {outcome.proposed}{where} --motif "…"'


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
            f'cofiville allocation constater {waiting} {line} MONTANT --piece "…"',
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
