"""Finding every grant again from its claim and the certificate of its line: what the audit does of all scenarios."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.allocation.model import LineCertificate, Scenario, ScenarioGrant
from ledger.allocation.proportion import Certificate
from ledger.allocation.reading import SEQUENTIAL
from ledger.allocation.words import BY_PIN
from ledger.core.money import ZERO, Money
from ledger.journal.findings import Finding


class Kept(NamedTuple):
    """A grant as it is kept, in cents, by the number of its action; fixed: by arbitration."""

    action: str
    claimed: int
    granted: int
    fixed: bool


def recheck(grants: Iterable[Kept], certificate: Certificate, last: str) -> tuple[int, int, list[str]]:
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
    lines: dict[tuple[str, str], list[Kept]] = {}
    columns = (ScenarioGrant.scenario, ScenarioGrant.line, ScenarioGrant.action, ScenarioGrant.claimed)
    query = select(*columns, ScenarioGrant.granted, ScenarioGrant.limited_by).where(ScenarioGrant.claimed.is_not(None))
    for scenario, line, action, claimed, granted, limited_by in session.execute(query):
        lines.setdefault((scenario, line), []).append(
            Kept(action, (claimed or ZERO).cents, granted.cents, limited_by == BY_PIN)
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


def _of_line(kept: LineCertificate, grants: Sequence[Kept], method: str) -> Iterator[Finding]:
    subject = f"{kept.scenario} {kept.line}"
    certificate = Certificate(kept.budget.cents, kept.claims.cents, -1 if kept.threshold is None else kept.threshold)
    claims, given, wrong = recheck(grants, certificate, kept.last_action or "")
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
