"""Preparing a délibération from what the EPCI grants of its own money, and the days that make it enforceable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.conventions.deliberations.enforceable import GRANTED_POSITIONS, enforceable_amounts, standing_deliberations
from ledger.conventions.deliberations.model import Deliberation, DeliberationLine
from ledger.conventions.queries import epci_financeur
from ledger.conventions.schedule import LineKey
from ledger.core.errors import LedgerError, NotFound, require_words
from ledger.core.grouping import sums_by
from ledger.core.money import ZERO, Money
from ledger.core.period import french_day
from ledger.journal.balances import balances
from ledger.journal.positions import ORDERED_POSITIONS, Position
from ledger.programming.queries import find_action
from ledger.referential.queries import find_line
from ledger.storage.session import context


class DeliberationRefused(LedgerError):
    """A délibération that cannot be prepared, adopted, sent, published or withdrawn as asked."""

    code = "deliberation_refusee"


@dataclass(frozen=True, slots=True)
class AwaitedGrant:
    """What an action is granted of the EPCI's own line, in cents, and the délibération it waits for ("" for none)."""

    action: str
    line: str
    beneficiary: str
    amount: Money
    deliberation: str
    state: str


def deliberation_state(row: Deliberation) -> str:
    """ "retirée", "préparée", "adoptée", "transmise", "publiée" or "exécutoire"."""
    if row.withdrawn_on is not None:
        return "retirée"
    if row.adopted_on is None:
        return "préparée"
    if row.enforceable_on is not None:
        return "exécutoire"
    return "transmise" if row.sent_on is not None else "publiée" if row.published_on is not None else "adoptée"


def own_grants(session: Session, year: int) -> dict[LineKey, Money]:
    """By action and line, what stands granted of the EPCI's own money of an exercice, signed or not."""
    epci = epci_financeur(session)
    held = balances(session, year=year, positions=GRANTED_POSITIONS)
    found = sums_by(((key.action, key.line), amount) for key, amount in held.items() if key.action)
    return {key: amount for key, amount in sorted(found.items()) if find_line(session, key[1]).financeur == epci}


def prepare_deliberation(session: Session, year: int, *, on: date) -> Deliberation:
    """The délibération, still to be adopted, of what is granted and that no other one grants; its code is its rank.

    raises: DeliberationRefused where nothing is to be granted.
    """
    covered = sums_by(
        ((line.action, line.line), line.amount) for each in standing_deliberations(session, year) for line in each.lines
    )
    missing = {
        key: amount - covered.get(key, ZERO)
        for key, amount in own_grants(session, year).items()
        if amount > covered.get(key, ZERO)
    }
    if not missing:
        raise DeliberationRefused(
            f"Rien n'est accordé en {year} des crédits propres de l'EPCI hors des délibérations déjà préparées.",
            f"Voyez-les : cofiville deliberation lister {year}.",
        )
    rank = (session.scalar(select(func.count()).select_from(Deliberation).where(Deliberation.year == year)) or 0) + 1
    contract = context(session).contract
    row = Deliberation(contract=contract, code=f"D{year}-{rank}", year=year, prepared_on=on)
    session.add(row)
    for place, ((action, line), amount) in enumerate(missing.items(), start=1):
        row.lines.append(
            DeliberationLine(
                contract=contract,
                deliberation=row.code,
                rank=place,
                action=action,
                line=line,
                beneficiary=find_action(session, action).porteur,
                amount=amount,
            )
        )
    session.flush()
    return row


def find_deliberation(session: Session, code: str) -> Deliberation:
    """The délibération of this code. raises: NotFound."""
    found = session.get(Deliberation, (context(session).contract, code.strip().upper()))
    if found is None:
        raise NotFound(f"La délibération « {code} » n'existe pas.", "Voyez-les : cofiville deliberation lister.")
    return found


def deliberations(session: Session, year: int | None = None) -> list[Deliberation]:
    """Every délibération, withdrawn ones too, of one exercice or of all, by code."""
    query = select(Deliberation)
    if year is not None:
        query = query.where(Deliberation.year == year)
    return list(session.scalars(query.order_by(Deliberation.year, Deliberation.prepared_on, Deliberation.code)))


def adopt_deliberation(session: Session, row: Deliberation, *, number: str, on: date) -> None:
    """The délibération adopted under this number. raises: InvalidValue, DeliberationRefused once sent or published."""
    require_words(number, "Le numéro de la délibération manque.", "Donnez-le : --numero 2026-041.")
    _check_standing(row)
    if (row.number, row.adopted_on) == (number.strip(), on):
        return
    if row.sent_on is not None or row.published_on is not None:
        raise DeliberationRefused(
            f"{row.code} est déjà {deliberation_state(row)} : son numéro et son jour ne changent plus.",
            f"Retirez-la : cofiville deliberation retirer {row.code} --motif MOTIF.",
        )
    _check_after(row, on, row.prepared_on, "préparée")
    row.number, row.adopted_on = number.strip(), on
    session.flush()


def send_deliberation(session: Session, row: Deliberation, *, on: date) -> None:
    """The day it is sent to the préfet (contrôle de légalité). raises: DeliberationRefused before its adoption."""
    _check_adopted(row, on)
    row.sent_on = on
    session.flush()


def publish_deliberation(session: Session, row: Deliberation, *, on: date) -> None:
    """The day it is published, or notified. raises: DeliberationRefused before its adoption."""
    _check_adopted(row, on)
    row.published_on = on
    session.flush()


def withdraw_deliberation(session: Session, row: Deliberation, *, motive: str, on: date) -> None:
    """The délibération withdrawn: it grants nothing. raises: InvalidValue, DeliberationRefused once signed on."""
    require_words(motive, "Le motif du retrait manque.", 'Donnez-le : --motif "Montant erroné".')
    _check_standing(row)
    own = own_signed(session, row)
    left = enforceable_amounts(session, date.max)
    if row.enforceable_on is not None:
        for line in row.lines:
            key = (line.action, line.line)
            if own.get(key, ZERO) > left.get(key, ZERO) - line.amount:
                raise DeliberationRefused(
                    f"{line.action} a signé {own[key].french()} de {line.line}, que {row.code} accorde.",
                    f"Baissez d'abord ce qui est signé ; ses conventions : cofiville action montrer {line.action}.",
                )
    row.withdrawn_on, row.reason = on, motive.strip()
    session.flush()


def own_signed(session: Session, row: Deliberation) -> dict[LineKey, Money]:
    """By action and line of this délibération, what conventions hold signed."""
    signed = (Position.ENGAGE, *ORDERED_POSITIONS)
    held = balances(session, year=row.year, positions=signed)
    mine = {(line.action, line.line) for line in row.lines}
    return sums_by(((key.action, key.line), amount) for key, amount in held.items() if (key.action, key.line) in mine)


def awaited_grants(session: Session, year: int) -> Iterator[AwaitedGrant]:
    """What is granted of the EPCI's own money and that no enforceable délibération grants yet, by action and line."""
    waiting = [each for each in standing_deliberations(session, year) if each.enforceable_on is None]
    known = enforceable_amounts(session, date.max)
    for (action, line), amount in own_grants(session, year).items():
        left = amount - min(amount, known.get((action, line), ZERO))
        beneficiary = find_action(session, action).porteur
        for each in waiting:
            for one in each.lines:
                if (one.action, one.line) == (action, line) and left:
                    part = min(left, one.amount)
                    yield AwaitedGrant(action, line, beneficiary, part, each.code, deliberation_state(each))
                    left -= part
        if left:
            yield AwaitedGrant(action, line, beneficiary, left, "", "à délibérer")


def _check_standing(row: Deliberation) -> None:
    if row.withdrawn_on is not None:
        raise DeliberationRefused(
            f"{row.code} est retirée depuis le {french_day(row.withdrawn_on)} : {row.reason}.",
            f"Préparez-en une autre : cofiville deliberation preparer {row.year}.",
        )


def _check_adopted(row: Deliberation, on: date) -> None:
    _check_standing(row)
    if row.adopted_on is None:
        raise DeliberationRefused(
            f"{row.code} n'est pas adoptée.",
            f"Adoptez-la : cofiville deliberation adopter {row.code} --numero NUMERO --le JOUR.",
        )
    _check_after(row, on, row.adopted_on, "adoptée")


def _check_after(row: Deliberation, on: date, before: date, word: str) -> None:
    if on < before:
        raise DeliberationRefused(
            f"{row.code} n'est {word} que le {french_day(before)} ; le {french_day(on)} vient avant.",
            f"Corrigez la date : --le {before.isoformat()}.",
        )
