"""What a financeur that pays porteurs itself takes back from them: its own acts, recorded as constats (practice §1).

No money enters the EPCI's treasury: a constat only says what of the overpayment is asked, received, set off, waived.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.model import Convention
from ledger.conventions.queries import conventions
from ledger.core.errors import InvalidValue, require_words
from ledger.core.grouping import grouped
from ledger.core.money import ZERO, Money, total
from ledger.core.split import split
from ledger.execution.bilans.model import FinanceurRecovery
from ledger.execution.queries import convention_balances, of_position
from ledger.execution.recoveries.issue_titre import RecoveryRefused, check_after_bilan
from ledger.execution.vocabulary import RecoveryStep
from ledger.journal.balances import balance_by
from ledger.journal.positions import AccountKey, Position
from ledger.journal.posting import Posted, post_acts
from ledger.journal.reversal import find_or_place
from ledger.journal.seal import Draft, Move
from ledger.journal.vocabulary import EntryKind
from ledger.rules.vocabulary import Circuit
from ledger.storage.session import next_rank


@dataclass(frozen=True, slots=True)
class RecoveredByFinanceur:
    """What a financeur takes back on one convention: asked, received, set off, waived, and what is left."""

    convention: Convention
    asked: Money
    received: Money
    set_off: Money
    waived: Money
    left: Money


def record_financeur_recovery(
    session: Session, convention: Convention, amount: Money, *, step: str, piece: str, on: date
) -> tuple[FinanceurRecovery, Posted]:
    """The constat of one step, and its entry: what is back at the financeur is no longer to recover (RENDU).

    Asked moves nothing. Waived, what was paid stays paid. The same piece records the same constat once.
    raises: InvalidValue without a piece, RecoveryRefused for money the EPCI paid or above what is left to recover,
    DateOutside before the bilan, DayClosed.
    """
    if convention.circuit != Circuit.DIRECT:
        raise RecoveryRefused(
            f"{convention.number} est payée par le budget de l'EPCI : c'est lui qui recouvre.",
            f"Émettez son titre : cofiville recouvrement emettre {convention.number} --reference NUMERO.",
        )
    if step not in RecoveryStep.labels():
        raise InvalidValue(f"« {step} » n'est pas une étape.", f"Étapes connues : {', '.join(RecoveryStep)}.")
    require_words(piece, "La pièce du financeur manque.", 'Nommez-la : --piece "Ordre de reversement 12".')
    draft, earlier = find_or_place(session, _draft(convention, amount, step, piece.strip(), on))
    if earlier is not None:
        return _kept(session, earlier.sequence), earlier
    owed = of_position(convention_balances(session, convention.number), Position.A_RECOUVRER)
    check_after_bilan(session, convention, owed, on)
    left = total(owed.values())
    if amount > left:
        raise RecoveryRefused(
            f"Il ne reste que {left.french()} à récupérer sur {convention.number} ; {amount.french()} sont constatés.",
            f"Réduisez le montant de {(amount - left).french()}."
            if left
            else f"Arrêtez d'abord son bilan : cofiville bilan saisir {convention.number} --cout MONTANT"
            " --piece PIECE.",
        )
    posted = post_acts(session, [replace(draft, moves=_moves(owed, amount, step))])[0]
    row = FinanceurRecovery(
        contract=convention.contract,
        convention=convention.number,
        rank=next_rank(session, FinanceurRecovery.rank, FinanceurRecovery.convention == convention.number),
        step=step,
        amount=amount,
        reached_on=on,
        piece=piece.strip(),
        entry_number=posted.sequence,
    )
    session.add(row)
    session.flush()
    return row, posted


def _draft(convention: Convention, amount: Money, step: str, piece: str, on: date) -> Draft:
    return Draft(
        reference=f"CONSTAT {convention.number} {step} {piece}",
        kind=EntryKind.FINANCEUR_RECOVERY,
        label=f"Constat de {convention.payer}, {RecoveryStep(step).label} : convention {convention.number}",
        piece=piece,
        effect_on=on,
        moves=(),
        facts=(convention.number, step, amount.plain()),
    )


def _moves(owed: dict[AccountKey, Money], amount: Money, step: str) -> tuple[Move, ...]:
    if step == RecoveryStep.ASKED:
        return ()
    shares = split(amount, [held.cents for held in owed.values()])
    return tuple(
        Move(key._replace(position=Position.VERSE) if step == RecoveryStep.WAIVED else _back(key), key, share)
        for key, share in zip(owed, shares, strict=True)
        if share
    )


def _back(key: AccountKey) -> AccountKey:
    return AccountKey(Position.RENDU, key.line, key.year)


def _kept(session: Session, entry: int) -> FinanceurRecovery:
    query = select(FinanceurRecovery).where(FinanceurRecovery.entry_number == entry)
    return session.scalars(query).one()


def financeur_recoveries(session: Session, *numbers: str) -> Sequence[FinanceurRecovery]:
    """The constats that stand, of these conventions or of all, by day."""
    query = select(FinanceurRecovery).where(FinanceurRecovery.undone_on.is_(None))
    if numbers:
        query = query.where(FinanceurRecovery.convention.in_(numbers))
    return session.scalars(query.order_by(FinanceurRecovery.reached_on, FinanceurRecovery.entry_number)).all()


def recovered_by_financeur(session: Session, year: int | None = None) -> list[RecoveredByFinanceur]:
    """Each convention that its financeur pays itself and has overpaid, of one millésime or of all, by number."""
    rows: dict[str, list[FinanceurRecovery]] = grouped((row.convention, row) for row in financeur_recoveries(session))
    left = {number: amount for (number,), amount in balance_by(session, Position.A_RECOUVRER, "convention").items()}
    return [
        _taken_back(each, rows.get(each.number, ()), left.get(each.number, ZERO))
        for each in conventions(session, year, numbers={*rows, *left})
        if each.circuit == Circuit.DIRECT
    ]


def _taken_back(convention: Convention, rows: Sequence[FinanceurRecovery], left: Money) -> RecoveredByFinanceur:
    asked, received, set_off, waived = (total(row.amount for row in rows if row.step == step) for step in RecoveryStep)
    return RecoveredByFinanceur(convention, asked, received, set_off, waived, left)
