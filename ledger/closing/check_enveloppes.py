"""Checks on what the enveloppes leave, what was decided of it, and the money passed on."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.closing.fates import Fate
from ledger.closing.points import Case, Point
from ledger.closing.vocabulary import RemainderEnd, Weight
from ledger.core.money import ZERO, total
from ledger.execution.states import reversement_state
from ledger.journal.keys import Position

_CODES = {
    Position.DISPONIBLE: "enveloppe_disponible",
    Position.PROGRAMME: "programme_non_conventionne",
    Position.ENGAGE: "reste_a_realiser",
}


def stale_decisions(case: Case) -> Iterator[Point]:
    """Decisions taken on an amount that changed since."""
    for fate in case.fates:
        if fate.stale and fate.decision is not None:
            yield Point(
                Weight.BLOCKING,
                "decision_perimee",
                fate.key.text(),
                fate.amount,
                f"Décidé sur {fate.decision.amount.french()} ; il reste {fate.amount.french()}",
                decide_command(fate),
            )


def decide_command(fate: Fate) -> str:
    """The command that decides of this remainder."""
    key = fate.key
    where = "".join(f" --{name} {value}" for name, value in _where(fate) if value)
    return f'cofiville cloture decider {key.year} {key.line} {fate.proposed}{where} --motif "…"'


def _where(fate: Fate) -> tuple[tuple[str, str], ...]:
    key = fate.key
    return ("position", key.position.lower()), ("convention", key.convention), ("action", key.action)


def remainders(case: Case) -> Iterator[Point]:
    """What each enveloppe and commitment leaves, and what it would become; the same fates of one object added up."""
    groups: dict[tuple[Position, str, str, str, bool], list[Fate]] = {}
    for fate in case.fates:
        if fate.key.position in _CODES:
            subject = fate.key.convention or fate.key.action or fate.key.line
            for becomes, _ in fate.parts:
                groups.setdefault((fate.key.position, subject, becomes, fate.reason, fate.decided), []).append(fate)
    for (position, subject, becomes, reason, decided), fates in groups.items():
        waits = position is not Position.ENGAGE and not decided and fates[0].fate == becomes != RemainderEnd.KEEP
        yield Point(
            Weight.TO_DECIDE if waits else Weight.INFORMATION,
            _CODES[position],
            subject,
            total(fate.part(becomes) for fate in fates),
            reason if position is Position.ENGAGE and not decided else f"Sera {RemainderEnd(becomes).label}. {reason}",
            decide_command(fates[0]) if waits else _look(position, case.year, subject),
        )


def _look(position: Position, year: int, subject: str) -> str:
    return (
        f"cofiville convention montrer {subject}" if position is Position.ENGAGE else f"cofiville cloture restes {year}"
    )


def ended(case: Case) -> Iterator[Point]:
    """Dated enveloppes past their limit that still hold money of which nobody decided."""
    lines: dict[str, list[Fate]] = {}
    for fate in case.fates:
        if fate.ended and fate.fate == RemainderEnd.CANCEL and not fate.decided:
            lines.setdefault(fate.key.line, []).append(fate)
    for line, fates in sorted(lines.items()):
        yield Point(
            Weight.TO_DECIDE,
            "enveloppe_echue",
            line,
            total(fate.amount for fate in fates),
            fates[0].ended,
            decide_command(fates[0]),
        )


def reserves_lifted(case: Case) -> Iterator[Point]:
    """Reserves that end: what the managing authority did not programme opens to other beneficiaries."""
    lines: dict[str, list[Fate]] = {}
    for fate in case.fates:
        if fate.reserve and fate.part(RemainderEnd.LIFT) and not fate.decided:
            lines.setdefault(fate.key.line, []).append(fate)
    for line, fates in sorted(lines.items()):
        waiting = next((fate.key.action for fate in fates if fate.key.position is Position.PROGRAMME), "ACTION")
        yield Point(
            Weight.TO_DECIDE,
            "reserve_levee",
            line,
            total(fate.part(RemainderEnd.LIFT) for fate in fates),
            f"Non programmé par l'autorité de gestion : s'ouvre aux autres bénéficiaires. {fates[0].reserve}",
            f'cofiville allocation constater {waiting} {line} MONTANT --piece "…"',
        )


def passing_on(case: Case) -> Iterator[Point]:
    """Another financeur's money received and not passed on, the reverse, what is owed back, and what is awaited."""
    found = reversement_state(case.session, case.year)
    state = found.passing_on
    kept = f", dont {found.kept_back.french()} à retenir sur un droit suivant" if found.kept_back else ""
    for code, amount, message in (
        ("recu_non_reverse", state.held, "Reçu et pas encore reversé"),
        ("reverse_non_recu", state.advanced, "Reversé et pas encore reçu : avancé par la CAPH"),
        ("a_rendre", state.owed_back, f"Dû au financeur, pas encore rendu{kept}"),
        ("encore_attendu", state.awaited if state.lost else ZERO, "Encore attendu du financeur, le droit perdu déduit"),
    ):
        if amount:
            command = f"cofiville reversement etat {case.year}"
            yield Point(Weight.INFORMATION, code, str(case.year), amount, message, command)
