"""Grants as the audit reads them: against the book, and found again from the certificate of their line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.allocation.engine.reading import SEQUENTIAL
from ledger.allocation.engine.sharing import Certificate
from ledger.allocation.model import (
    AuthorityProgramming,
    DirectGrant,
    LineCertificate,
    Scenario,
    ScenarioEntry,
    ScenarioGrant,
)
from ledger.allocation.vocabulary import GrantLimit
from ledger.core.money import ZERO, Money
from ledger.journal.findings import ActRow, Finding, Measure
from ledger.journal.model import CreditAnnouncement, Entry
from ledger.journal.positions import Position
from ledger.journal.vocabulary import EntryKind

GRANT_MEASURES: Mapping[str, Measure | None] = {
    EntryKind.GRANT: Measure(Position.PROGRAMME),
    # What a managing authority decides moves nothing of the contract's.
    EntryKind.AUTHORITY_GRANT: None,
    # Nor does what a financeur announces or freezes.
    EntryKind.ANNOUNCEMENT: None,
}
_KINDS = frozenset({EntryKind.GRANT})


def granted_rows(session: Session) -> Iterator[ActRow]:
    """Every grant by decision, and every line of the scenarios validated; neither row says when it was undone."""
    reversals = select(Entry).where(Entry.reverses.is_not(None))
    undone = {each.reverses: each.sequence for each in session.scalars(reversals)}
    for grant in session.scalars(select(DirectGrant)):
        reversal = undone.get(grant.entry_number or 0)
        yield ActRow(
            f"attribution {grant.action} {grant.line}",
            _KINDS,
            (f"ATTRIBUTION {grant.action} {grant.line} {grant.piece}",),
            grant.entry_number,
            grant.granted_on,
            grant.granted,
            reversal,
            undone=reversal is not None,
        )
    for each in session.scalars(select(AuthorityProgramming)):
        yield ActRow(
            f"constat de programmation {each.action} {each.line}",
            frozenset({EntryKind.AUTHORITY_GRANT}),
            (f"PROGRAMMATION {each.action} {each.line} {each.piece}",),
            each.entry_number,
            each.decided_on,
            None,
            each.reversal_number,
            undone=each.undone_on is not None,
            undone_on=each.undone_on,
        )
    yield from _announced_rows(session)
    lines = (
        select(Scenario.name, ScenarioGrant.line, Scenario.validated_on, func.sum(ScenarioGrant.granted))
        .join(ScenarioGrant, ScenarioGrant.scenario == Scenario.name)
        .where(Scenario.validated_on.is_not(None), ScenarioGrant.granted > ZERO)
        .group_by(Scenario.name, ScenarioGrant.line, Scenario.validated_on)
    )
    tied = select(ScenarioEntry.scenario, ScenarioEntry.line, ScenarioEntry.entry_number)
    numbers = {(name, line): number for name, line, number in session.execute(tied)}
    for name, line, on, amount in session.execute(lines):
        number = numbers.get((name, line))
        reversal = undone.get(number or 0)
        reference = f"PROGRAMMATION {name} {line}"
        subject = f"scénario {name}, {line}"
        yield ActRow(subject, _KINDS, (reference,), number, on, amount, reversal, undone=reversal is not None)


def _announced_rows(session: Session) -> Iterator[ActRow]:
    for each in session.scalars(select(CreditAnnouncement)):
        place = f"{each.line} {each.year} {each.piece}"
        yield ActRow(
            f"annonce {place}",
            frozenset({EntryKind.ANNOUNCEMENT}),
            (f"BAISSE ANNONCEE {place}", f"GEL {place}", f"DEGEL {place}"),
            each.entry_number,
            each.announced_on,
            None,
            each.reversal_number,
            undone=each.undone_on is not None,
            undone_on=each.undone_on,
        )


class KeptGrant(NamedTuple):
    """A grant as it is kept, in cents, by the number of its action; fixed: by arbitration."""

    action: str
    claimed: int
    granted: int
    fixed: bool


def recheck_grants(grants: Iterable[KeptGrant], certificate: Certificate, last: str) -> tuple[int, int, list[str]]:
    """What the grants claim and get in all, amounts fixed apart from the claims, and the actions that get another sum.

    last: the number of the last action that got a cent left over at the threshold; certificate.last is not read.
    """
    claims, given, wrong = 0, 0, []
    budget, whole, threshold = certificate.budget, certificate.claims, certificate.threshold
    short, spare = whole > budget, threshold >= 0
    for action, claimed, granted, fixed in grants:
        given += granted
        if fixed:
            continue
        claims += claimed
        expected = claimed
        if short:
            expected, rest = divmod(budget * claimed, whole)
            if spare and (rest > threshold or (rest == threshold and action <= last)):
                expected += 1
        if expected != granted:
            wrong.append(action)
    return claims, given, wrong


def check_certificates(session: Session) -> list[Finding]:
    """Every grant that its claim and certificate do not give again, every certificate that does not add up."""
    methods = {
        name: inputs.get("calcul", {}).get("methode", SEQUENTIAL)
        for name, inputs in session.execute(select(Scenario.name, Scenario.inputs))
    }
    lines: dict[tuple[str, str], list[KeptGrant]] = {}
    columns = (ScenarioGrant.scenario, ScenarioGrant.line, ScenarioGrant.action, ScenarioGrant.claimed)
    query = select(*columns, ScenarioGrant.granted, ScenarioGrant.limited_by).where(ScenarioGrant.claimed.is_not(None))
    for scenario, line, action, claimed, granted, limited_by in session.execute(query):
        lines.setdefault((scenario, line), []).append(
            KeptGrant(action, (claimed or ZERO).cents, granted.cents, limited_by == GrantLimit.PIN)
        )
    held = session.scalars(select(LineCertificate))
    found: list[Finding] = []
    for kept in held:
        found += _of_line(kept, lines.pop((kept.scenario, kept.line), []), methods.get(kept.scenario, SEQUENTIAL))
    found += [
        Finding("certificat_absent", f"{scenario} {line}", "Le certificat de cette ligne manque.")
        for scenario, line in sorted(lines)
    ]
    return found


def _of_line(kept: LineCertificate, grants: Sequence[KeptGrant], method: str) -> Iterator[Finding]:
    subject = f"{kept.scenario} {kept.line}"
    certificate = Certificate(kept.budget.cents, kept.claims.cents, -1 if kept.threshold is None else kept.threshold)
    claims, given, wrong = recheck_grants(grants, certificate, kept.last_action or "")
    if method != SEQUENTIAL:
        wrong = [grant.action for grant in grants if grant.granted > grant.claimed]
    for action in wrong:
        yield Finding(
            "attribution_inexacte",
            f"{subject} {action}",
            "Ce montant ne se retrouve pas à partir de la demande plafonnée et du certificat de la ligne.",
        )
    fixed = sum(grant.granted for grant in grants if grant.fixed)
    for what, sum_kept, sum_found in (
        ("demandes plafonnées", kept.claims, Money(claims)),
        ("attributions", kept.granted, Money(given)),
        ("montants fixés", kept.fixed, Money(fixed)),
    ):
        if sum_kept != sum_found:
            yield Finding(
                "certificat_inexact",
                subject,
                f"Les {what} font {sum_found.french()}, le certificat dit {sum_kept.french()}.",
            )
    if given > kept.budget.cents + kept.fixed.cents:
        whole = Money(kept.budget.cents + kept.fixed.cents)
        yield Finding(
            "enveloppe_depassee", subject, f"{Money(given).french()} attribués pour {whole.french()} à partager."
        )
