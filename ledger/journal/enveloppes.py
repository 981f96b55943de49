"""Credits notified by the financeurs, year by year; what the assembly decides on credits already opened."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, require_words
from ledger.core.money import ZERO, Money
from ledger.core.period import check_year
from ledger.journal.announcements import announced_lowering, make_effective
from ledger.journal.model import Entry, Transfer
from ledger.journal.overdraft import Overdraft
from ledger.journal.positions import AccountKey, Position
from ledger.journal.posting import Posted
from ledger.journal.reversal import record_act
from ledger.journal.seal import Draft, Move
from ledger.journal.vocabulary import EntryKind


def notify_credits(session: Session, line: str, year: int, amount: Money, *, piece: str, on: date) -> Posted:
    """The entry that opens credits: NOTIFIE → DISPONIBLE.

    amount: above zero. piece: the act that opens them, named on the entry.
    raises: InvalidValue without a piece or amount; DayClosed.
    """
    if amount.cents <= 0:
        raise InvalidValue(
            "Une notification porte un montant supérieur à zéro.",
            f"Pour une baisse : cofiville enveloppe modifier {line} {year} -MONTANT --piece PIECE.",
        )
    _check_piece(piece)
    move = Move(
        AccountKey(Position.DISPONIBLE, line, check_year(year)), AccountKey(Position.NOTIFIE, line, year), amount
    )
    draft = Draft(
        reference=f"NOTIFICATION {line} {year} {piece}",
        kind=EntryKind.NOTIFICATION,
        label=f"Notification {line} {year}",
        piece=piece,
        effect_on=on,
        moves=(move,),
    )
    return record_act(session, draft)


def modify_credits(
    session: Session, line: str, year: int, change: Money, *, piece: str, on: date, voted: bool = False
) -> Posted:
    """The entry that raises or lowers credits already notified, by a signed amount.

    voted: a décision modificative of the assembly, and not a modification by the financeur.
    A lowering announced under the same piece is then effective.
    raises: InvalidValue for zero or no piece; Overdraft when the fall exceeds what is available; AnnouncementRefused
    for another amount than was announced; DayClosed.
    """
    if not change:
        raise InvalidValue(
            "Une modification de 0,00 € ne change rien.", "Saisissez la hausse, ou la baisse avec un signe -."
        )
    _check_piece(piece)
    available, source = (
        AccountKey(Position.DISPONIBLE, line, check_year(year)),
        AccountKey(Position.NOTIFIE, line, year),
    )
    move = Move(available, source, change) if change.cents > 0 else Move(source, available, -change)
    draft = Draft(
        reference=f"MODIFICATION {line} {year} {piece}",
        kind=EntryKind.VOTED_CHANGE if voted else EntryKind.MODIFICATION,
        label=f"Décision modificative, {line} {year}" if voted else f"Modification de l'enveloppe {line} {year}",
        piece=piece,
        effect_on=on,
        moves=(move,),
    )
    announced = announced_lowering(session, line, year, change, piece)
    try:
        posted = record_act(session, draft)
    except Overdraft as refused:
        if refused.key.position is Position.DISPONIBLE:
            refused.remedy = (
                f"Réduisez la baisse de {(refused.asked - refused.left).french()}, ou enregistrez-la comme annoncée :"
                f" cofiville enveloppe annoncer {line} {year} {(-change).plain()} --piece PIECE."
            )
        raise
    if announced is not None and posted.new:
        make_effective(session, announced, posted, on)
    return posted


def _check_piece(piece: str) -> None:
    require_words(
        piece, "La pièce qui ouvre ou modifie les crédits manque.", 'Nommez-la : --piece "Arrêté du 12/02/2016".'
    )


def _keys(line: str, year: int) -> tuple[AccountKey, AccountKey]:
    """The account of what is available, and that of what was opened."""
    return AccountKey(Position.DISPONIBLE, line, check_year(year)), AccountKey(Position.NOTIFIE, line, year)


def _check(amount: Money, piece: str) -> None:
    if amount.cents <= 0:
        raise InvalidValue("Le montant doit être supérieur à zéro.", "Saisissez un montant positif.")
    require_words(piece, "La pièce qui fonde cet acte manque.", 'Nommez-la : --piece "Délibération du 30/09/2016".')


def transfer_credits(
    session: Session, source: str, target: str, year: int, amount: Money, *, piece: str, on: date
) -> Posted:
    """The entry that moves credits available from one line to another of the same financeur.

    raises: InvalidValue without a piece or for one line alone; Overdraft above what is available; DayClosed.
    """
    _check(amount, piece)
    if source == target:
        raise InvalidValue("Un virement va d'une ligne à une autre.", "Donnez deux lignes différentes.")
    available, opened = _keys(source, year)
    target_available, target_opened = _keys(target, year)
    draft = Draft(
        reference=f"VIREMENT {source} {target} {year} {piece.strip()}",
        kind=EntryKind.TRANSFER,
        label=f"Virement de crédits de {source} à {target}, {year}",
        piece=piece.strip(),
        effect_on=on,
        moves=(Move(opened, available, amount), Move(target_available, target_opened, amount)),
    )
    return record_act(session, draft)


def advance_credits(session: Session, line: str, year: int, amount: Money, *, piece: str, on: date) -> Posted:
    """The entry that opens credits before the budget is voted; the vote takes them back (see cancel_advance).

    raises: InvalidValue without a piece or amount; DayClosed.
    """
    _check(amount, piece)
    available, opened = _keys(line, year)
    draft = Draft(
        reference=f"AVANCE {line} {year} {piece.strip()}",
        kind=EntryKind.ADVANCE,
        label=f"Crédits ouverts avant le vote du budget, {line} {year}",
        piece=piece.strip(),
        effect_on=on,
        moves=(Move(available, opened, amount),),
    )
    return record_act(session, draft)


def outstanding_advance(session: Session, line: str, year: int) -> Money:
    """What was opened before the vote and the vote has not taken back."""
    opened = _keys(line, year)[1].account_id()
    undone = select(Entry.reverses).where(Entry.reverses.is_not(None))

    def moved(kind: str, side: str) -> int:
        account = Transfer.credit_account if side == "credit" else Transfer.debit_account
        joined = Entry.sequence == Transfer.sequence
        query = select(func.sum(Transfer.amount)).join(Entry, joined)
        found = session.scalar(query.where(account == opened, Entry.kind == kind, Entry.sequence.not_in(undone)))
        return found.cents if isinstance(found, Money) else int(found or 0)

    return Money(moved(EntryKind.ADVANCE, "credit") - moved(EntryKind.ADVANCE_TAKEN_BACK, "debit"))


def cancel_advance(session: Session, line: str, year: int, *, piece: str, on: date) -> Money:
    """What the vote opens includes what was advanced: the advance is taken back, once; gives its amount.

    raises: Overdraft when the budget voted is below what was advanced and is used already; DayClosed.
    """
    amount = outstanding_advance(session, line, year)
    if not amount:
        return ZERO
    available, opened = _keys(line, year)
    draft = Draft(
        reference=f"REPRISE AVANCE {line} {year} {piece.strip()}",
        kind=EntryKind.ADVANCE_TAKEN_BACK,
        label=f"Crédits avancés repris dans le budget voté, {line} {year}",
        piece=piece.strip(),
        effect_on=on,
        moves=(Move(opened, available, amount),),
    )
    record_act(session, draft)
    return amount
