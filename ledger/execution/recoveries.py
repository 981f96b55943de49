"""Taking back what was overpaid: the titre de recettes, collected in parts, or the set-off on the next grant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.lookups import find_convention, is_passed_on
from ledger.conventions.model import Convention
from ledger.core.errors import InvalidValue, LedgerError, NotFound
from ledger.core.money import ZERO, Money, total
from ledger.core.split import split
from ledger.execution.lookups import Purses, convention_balances, of_position
from ledger.execution.model import SetOff, Titre
from ledger.journal.context import context
from ledger.journal.keys import AccountKey, Position
from ledger.journal.posting import Draft, Move, Posted, post, recorded


class RecoveryRefused(LedgerError):
    """Nothing, or not as much, can be recovered."""

    code = "recouvrement_refuse"


def _to_recover(session: Session, convention: Convention) -> dict[AccountKey, Money]:
    held = convention_balances(session, convention.number)
    waiting = of_position(held, Position.A_ENCAISSER)
    free: dict[AccountKey, Money] = {}
    for key, amount in of_position(held, Position.A_RECOUVRER).items():
        if left := amount - waiting.get(key._replace(position=Position.A_ENCAISSER), ZERO):
            free[key] = left
    if not free:
        raise RecoveryRefused(
            f"La convention {convention.number} n'a rien à recouvrer hors des titres déjà émis.",
            "Arrêtez d'abord son bilan (cofiville bilan saisir), ou encaissez le titre en cours.",
        )
    return free


def issue_titre(
    session: Session, convention: Convention, *, reference: str, on: date, account: str = ""
) -> tuple[Titre, Posted]:
    """The titre for all that the convention has to recover; no credit position moves: the money is not in.

    raises: InvalidValue without a number, RecoveryRefused, OtherContent, DayClosed.
    """
    number = reference.strip()
    if not number:
        raise InvalidValue("Le numéro du titre manque.", "Donnez-le : --reference T-2017-118.")
    contract = context(session).contract
    draft = Draft(
        reference=f"TITRE {number}",
        kind="titre",
        label=f"Titre de recettes {number}, convention {convention.number}",
        piece=number,
        effect_on=on,
        moves=(),
        facts=(convention.number,),
    )
    if (earlier := recorded(session, draft)) is not None:
        return session.get_one(Titre, (contract, number)), earlier
    free = _to_recover(session, convention)
    moves = tuple(
        Move(key._replace(position=Position.A_ENCAISSER), key._replace(position=Position.TITRE), amount)
        for key, amount in free.items()
    )
    posted = post(session, [replace(draft, moves=moves)])[0]
    titre = Titre(
        contract=contract,
        reference=number,
        convention=convention.number,
        issued_on=on,
        amount=total(free.values()),
        account=account,
    )
    session.add(titre)
    session.flush()
    return titre, posted


def find_titre(session: Session, reference: str) -> Titre:
    """The titre of this number.

    raises: NotFound.
    """
    found = session.get(Titre, (context(session).contract, reference.strip()))
    if found is None:
        raise NotFound(
            f"Le titre « {reference} » n'existe pas.", "Consultez les titres : cofiville recouvrement lister."
        )
    return found


def titres(session: Session) -> list[Titre]:
    """Every titre of the contract, by day of issue."""
    query = select(Titre).where(Titre.contract == context(session).contract).order_by(Titre.issued_on, Titre.reference)
    return list(session.scalars(query))


def collect(session: Session, titre: Titre, amount: Money, *, on: date, reference: str) -> Posted:
    """The entry of money collected on a titre, shared between its lines in proportion to what each still waits for.

    Another financeur's money is blocked, to be given back; the payer's own, blocked until the titre is wholly
    collected, is then cancelled: it goes back to the general budget (account 773).
    raises: InvalidValue without a reference, RecoveryRefused above what is left, DayClosed.
    """
    if not reference.strip():
        raise InvalidValue(
            "La référence de l'encaissement manque.", 'Donnez celle du comptable : --reference "P503 7".'
        )
    draft = Draft(
        reference=f"ENCAISSEMENT {reference.strip()}",
        kind="encaissement",
        label=f"Encaissement sur le titre {titre.reference}",
        piece=reference.strip(),
        effect_on=on,
        moves=(),
        facts=(titre.reference, amount.plain()),
    )
    if (earlier := recorded(session, draft)) is not None:
        return earlier
    convention = find_convention(session, titre.convention)
    held = convention_balances(session, convention.number)
    waiting = of_position(held, Position.A_ENCAISSER)
    most = total(waiting.values())
    if amount > most:
        raise RecoveryRefused(
            f"Il ne reste que {most.french()} à encaisser sur le titre {titre.reference} ;"
            f" {amount.french()} sont annoncés.",
            f"Réduisez le montant de {(amount - most).french()}.",
        )
    moves: list[Move] = []
    purses = Purses(session)
    for key, share in zip(waiting, split(amount, [left.cents for left in waiting.values()]), strict=True):
        if share:
            moves.extend(_collected(session, purses, convention, key, share))
    if amount == most:
        moves.extend(_cancelled(session, convention, moves, held))
    return post(session, [replace(draft, moves=tuple(moves))])[0]


def _collected(
    session: Session, purses: Purses, convention: Convention, waiting: AccountKey, share: Money
) -> list[Move]:
    blocked = waiting._replace(position=Position.BLOQUE, action="")
    moves = [
        Move(waiting._replace(position=Position.TRESOR), waiting, share),
        Move(blocked, waiting._replace(position=Position.A_RECOUVRER), share),
    ]
    if is_passed_on(session, convention, waiting.line):
        passed_on = AccountKey(Position.REVERSE, waiting.line, convention.year)
        moves.extend(purses.of(waiting.line, convention.year).take_in(passed_on, share))
    return moves


def _cancelled(
    session: Session, convention: Convention, moves: list[Move], held: dict[AccountKey, Money]
) -> list[Move]:
    blocked = of_position(held, Position.BLOQUE)
    for move in moves:
        if move.debit.position is Position.BLOQUE:
            blocked[move.debit] = blocked.get(move.debit, ZERO) + move.amount
    return [
        Move(AccountKey(Position.ANNULE, key.line, key.year), key, amount)
        for key, amount in blocked.items()
        if not is_passed_on(session, convention, key.line)
    ]


def set_off(session: Session, convention: Convention, year: int, *, piece: str, on: date) -> tuple[Posted, Money]:
    """The entry that imputes what the convention was overpaid on the next grant of its porteur, and the amount.

    What is to be recovered is carried to the millésime `year`, whose payments then count gross and are paid net.
    raises: InvalidValue, RecoveryRefused, DayClosed.
    """
    if convention.beneficiary is None or year <= convention.year:
        raise InvalidValue(
            f"Le trop-versé de {convention.number} s'impute sur un exercice postérieur à {convention.year}.",
            "Donnez l'exercice qui suit : --exercice ANNEE.",
        )
    draft = Draft(
        reference=f"COMPENSATION {convention.number} {year}",
        kind="compensation",
        label=f"Trop-versé de {convention.number} imputé sur {year}",
        piece=piece,
        effect_on=on,
        moves=(),
        facts=(convention.number, str(year)),
    )
    if (earlier := recorded(session, draft)) is not None:
        return earlier, ZERO
    free = _to_recover(session, convention)
    purses = Purses(session)
    moves: list[Move] = []
    for key, amount in free.items():
        moves.append(Move(AccountKey(Position.REPORTE, key.line, key.year), key, amount))
        carried = AccountKey(Position.REPORT_ENTRANT, key.line, year)
        moves.append(Move(carried._replace(position=Position.DISPONIBLE), carried, amount))
        if is_passed_on(session, convention, key.line):
            before = AccountKey(Position.REVERSE, key.line, convention.year)
            moves.extend(purses.of(key.line, convention.year).take_in(before, amount))
            moves.extend(purses.of(key.line, year).spend(before._replace(year=year), amount))
    posted = post(session, [replace(draft, moves=tuple(moves))])[0]
    _record_set_off(session, convention, year, free, on)
    return posted, total(free.values())


def _record_set_off(
    session: Session, convention: Convention, year: int, free: dict[AccountKey, Money], on: date
) -> None:
    by_line: dict[tuple[str, str], Money] = {}
    for key, amount in free.items():
        by_line[key.action, key.line] = by_line.get((key.action, key.line), ZERO) + amount
    assert convention.beneficiary is not None
    for (action, line), amount in by_line.items():
        session.add(
            SetOff(
                contract=convention.contract,
                convention=convention.number,
                action=action,
                line=line,
                year=year,
                beneficiary=convention.beneficiary,
                amount=amount,
                decided_on=on,
            )
        )
    session.flush()
