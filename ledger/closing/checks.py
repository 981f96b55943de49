"""What stands before a closing: every check is run and every point reported, with the command that settles it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from ledger.closing.fates import FATE_LABELS, Fate
from ledger.conventions.lookups import conventions
from ledger.core.money import ZERO, Money, total
from ledger.core.period import french_day
from ledger.execution.lookups import bilans, of_position
from ledger.execution.states import reversement_state
from ledger.journal.audit import audit
from ledger.journal.exercices import previous_exercice
from ledger.journal.keys import AccountKey, Position


class Weight(StrEnum):
    """What a point does to the closing."""

    BLOCKING = "bloquant"
    TO_DECIDE = "a_decider"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Point:
    """One finding before a closing: about what, how much, and the command that settles it."""

    weight: Weight
    code: str
    subject: str
    amount: Money
    message: str
    command: str


def closing_points(
    session: Session, year: int, on: date, held: Mapping[AccountKey, Money], fates: list[Fate]
) -> list[Point]:
    """Every point of the year, the blocking ones first.

    on: the day of the closing. held: the year's balances. fates: what its remainders would become.
    """
    points = [
        *_calendar(session, year, on),
        *_book(session),
        *_drafts(session, year),
        *_remainders(fates),
        *_waiting(held),
        *_bilans(session, year),
        *_passing_on(session, year),
    ]
    order = list(Weight)
    return sorted(points, key=lambda point: order.index(point.weight))


def _calendar(session: Session, year: int, on: date) -> Iterator[Point]:
    if on <= date(year, 12, 31):
        yield Point(
            Weight.BLOCKING,
            "annee_non_finie",
            str(year),
            ZERO,
            f"L'exercice {year} se clôt après le {french_day(date(year, 12, 31))}",
            f"cofiville cloture executer {year} --le {year + 1}-01-31",
        )
    earlier = previous_exercice(session, year)
    if earlier is not None and earlier.closed_on is None:
        yield Point(
            Weight.BLOCKING,
            "exercice_precedent_ouvert",
            str(earlier.year),
            ZERO,
            f"L'exercice {earlier.year} n'est pas clos",
            f"cofiville cloture executer {earlier.year}",
        )


def _book(session: Session) -> Iterator[Point]:
    for finding in audit(session):
        yield Point(Weight.BLOCKING, finding.code, finding.subject, ZERO, finding.message, "cofiville base controler")


def _drafts(session: Session, year: int) -> Iterator[Point]:
    for convention in conventions(session, year):
        if convention.state == "brouillon":
            yield Point(
                Weight.BLOCKING,
                "convention_non_signee",
                convention.number,
                convention.amount,
                "Convention en brouillon sur des montants programmés",
                f"cofiville convention signer {convention.number} (ou convention annuler {convention.number})",
            )


def _remainders(fates: list[Fate]) -> Iterator[Point]:
    by_subject: dict[tuple[Position, int, str, str, str], Money] = {}
    for fate in fates:
        subject = fate.key.convention or fate.key.action or fate.key.line
        place = (fate.key.position, fate.key.year, subject, fate.fate, fate.reason)
        by_subject[place] = by_subject.get(place, ZERO) + fate.amount
    for (position, year, subject, becomes, reason), amount in by_subject.items():
        if position is Position.ENGAGE:
            yield Point(
                Weight.INFORMATION,
                "reste_a_realiser",
                subject,
                amount,
                reason,
                f"cofiville convention montrer {subject}",
            )
            continue
        code = "enveloppe_disponible" if position is Position.DISPONIBLE else "programme_non_conventionne"
        command = "enveloppe lister" if position is Position.DISPONIBLE else "convention preparer"
        yield Point(
            Weight.TO_DECIDE,
            code,
            subject,
            amount,
            f"Sera {FATE_LABELS[becomes]}. {reason}",
            f"cofiville {command} {year}",
        )


def _waiting(held: Mapping[AccountKey, Money]) -> Iterator[Point]:
    kinds = (
        (
            Position.ORDONNE,
            "ordonne_non_paye",
            "Ordonné et pas encore payé : le paiement gardera son jour",
            "versement payer",
        ),
        (Position.A_RECOUVRER, "recouvrement_ouvert", "Trop-versé pas encore recouvré", "recouvrement emettre"),
    )
    for position, code, message, command in kinds:
        by_convention: dict[str, Money] = {}
        for key, amount in of_position(held, position).items():
            by_convention[key.convention] = by_convention.get(key.convention, ZERO) + amount
        for number, amount in sorted(by_convention.items()):
            yield Point(Weight.INFORMATION, code, number, amount, message, f"cofiville {command} {number}")


def _bilans(session: Session, year: int) -> Iterator[Point]:
    for convention in conventions(session, year):
        if convention.state != "signee" or convention.kind in ("recette", "commande"):
            continue
        settled = bilans(session, convention.number)
        missing = [line for line in convention.lines if line.action not in settled]
        if missing:
            yield Point(
                Weight.INFORMATION,
                "bilan_attendu",
                convention.number,
                total(line.amount for line in missing),
                "Bilan pas encore arrêté (il est dû six mois après l'exercice)",
                f"cofiville bilan saisir {convention.number}",
            )


def _passing_on(session: Session, year: int) -> Iterator[Point]:
    state = reversement_state(session, year).passing_on
    for code, amount, message in (
        ("recu_non_reverse", state.held, "Reçu et pas encore reversé"),
        ("reverse_non_recu", state.advanced, "Reversé et pas encore reçu : avancé par la CAPH"),
    ):
        if amount:
            yield Point(Weight.INFORMATION, code, str(year), amount, message, f"cofiville reversement etat {year}")
