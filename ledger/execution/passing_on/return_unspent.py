"""What was not spent of a financeur's money: given back, used again by its decision, or kept back from a new right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.accounts import return_account
from ledger.conventions.model import Convention
from ledger.conventions.queries import is_passed_on
from ledger.conventions.rights import record_right
from ledger.core.errors import LedgerError, require_words
from ledger.core.money import ZERO, Money, total
from ledger.core.split import drawn
from ledger.execution.figures import reversement_state
from ledger.execution.model import Compensation
from ledger.execution.passing_on.queries import amounts_kept_back, available_again, serving_again
from ledger.execution.queries import Purses, account_in_words, of_position
from ledger.journal.balances import balances
from ledger.journal.exercices import find_exercice
from ledger.journal.positions import AccountKey, Position
from ledger.journal.posting import Posted, post_acts
from ledger.journal.reversal import find_or_place
from ledger.journal.seal import Draft, Move
from ledger.journal.vocabulary import EntryKind
from ledger.referential.model import CreditLine


class ReturnRefused(LedgerError):
    """There is not as much to give back."""

    code = "rien_a_rendre"


def owed_back_moves(purses: Purses, line: str, year: int, amount: Money, on: date) -> list[Move]:
    """The moves of money owed back under a millésime and returned that day: from what is held, else advanced."""
    return purses.of(line, year, on).spend(AccountKey(Position.A_RENDRE, line, year), amount)


def blocked_for(session: Session, line: str, year: int) -> dict[AccountKey, Money]:
    """What is blocked for its financeur on the line, for conventions of this millésime, oldest budget year first."""
    query = select(Convention.number).where(Convention.year == year)
    numbers = set(session.scalars(query))
    held = of_position(balances(session, line=line), Position.BLOQUE)
    return {key: amount for key, amount in held.items() if key.convention in numbers}


def return_to_financeur(session: Session, line: str, year: int, amount: Money, *, piece: str, on: date) -> Posted:
    """The entry of a return for one line and millésime, out of what the EPCI holds, then out of its own money.

    What is blocked goes first (BLOQUE → RENDU); beyond it, the EPCI gives back what its porteurs still owe it.
    raises: InvalidValue without a piece, ReturnRefused above what is owed back, DayClosed.
    """
    require_words(piece, "La pièce de la restitution à l'État manque.", 'Nommez-la : --piece "Titre de perception …".')
    draft = Draft(
        reference=f"RENDU {line} {year} {piece.strip()}",
        kind=EntryKind.GIVEN_BACK,
        label=f"Crédits non consommés rendus, {line} {year}{account_in_words(return_account(session, line, on.year))}",
        piece=piece.strip(),
        effect_on=on,
        moves=(),
        facts=(line, str(year), amount.plain()),
    )
    draft, earlier = find_or_place(session, draft)
    if earlier is not None:
        return earlier
    _check_owed(session, line, year, amount)
    moves = _out_of(blocked_for(session, line, year), amount, Position.RENDU)
    moves.extend(owed_back_moves(Purses(session), line, year, amount, on))
    return post_acts(session, [replace(draft, moves=tuple(moves))])[0]


def _out_of(held: Mapping[AccountKey, Money], amount: Money, position: Position) -> list[Move]:
    """The moves that take this amount out of what is held, to that position of the same line and year."""
    return [Move(AccountKey(position, key.line, key.year), key, part) for key, part in drawn(held, amount).items()]


def _check_owed(session: Session, line: str, year: int, amount: Money) -> None:
    state = reversement_state(session, year, line=line)
    most, awaited = state.to_pay_back, state.passing_on.awaited
    if amount <= most:
        return
    if most:
        remedy = f"Réduisez le montant de {(amount - most).french()}"
    elif state.kept_back:
        remedy = f"{state.kept_back.french()} seront retenus par le financeur sur un droit suivant"
    elif awaited:
        remedy = f"{awaited.french()} restent à recevoir du financeur : rien n'est à lui rendre d'ici là"
    else:
        remedy = "Arrêtez d'abord les bilans"
    raise ReturnRefused(
        f"Seuls {most.french()} de {line} {year} sont à rendre ; {amount.french()} sont demandés.",
        f"{remedy} ; l'état : cofiville reversement etat {year}.",
    )


def unspent_share(session: Session, convention: Convention, line: str) -> Money:
    """What this convention left unspent on the line, that its financeur may still keep back from a later right.

    Blocked or still to recover, less what was given back for its millésime or is kept back already; nothing where the
    money of the line is not passed on by it.
    """
    if not is_passed_on(session, convention, line):
        return ZERO
    held = balances(session, line=line, convention=convention.number)
    unspent = total(of_position(held, Position.BLOQUE, Position.A_RECOUVRER).values())
    unspent -= serving_again(session, convention, line)[1]
    owed = of_position(balances(session, line=line, year=convention.year), Position.A_RENDRE)
    return max(ZERO, min(unspent, total(owed.values()) - amounts_kept_back(session, convention.year, line)))


def reprogram(session: Session, line: str, year: int, amount: Money, *, piece: str, on: date) -> Posted:
    """The entry that makes money blocked for its financeur available again, which is then no longer owed back.

    The exercice that holds it must be open: once closed, the financeur keeps it back from a new right instead.
    raises: InvalidValue without a piece, ReturnRefused above what is blocked or in a closed exercice, DayClosed.
    """
    require_words(piece, "La décision du financeur manque.", 'Nommez-la : --piece "Courrier du préfet du …".')
    draft = Draft(
        reference=f"REPROGRAMMATION {line} {year} {piece.strip()}",
        kind=EntryKind.GRANTED_AGAIN,
        label=f"Crédits à rendre reprogrammés, {line} {year}",
        piece=piece.strip(),
        effect_on=on,
        moves=(),
        facts=(line, str(year), amount.plain()),
    )
    draft, earlier = find_or_place(session, draft)
    if earlier is not None:
        return earlier
    moves = _out_of(_usable(session, line, year, amount), amount, Position.DISPONIBLE)
    moves.append(Move(AccountKey(Position.A_RENDRE, line, year), AccountKey(Position.DROIT_PERDU, line, year), amount))
    return post_acts(session, [replace(draft, moves=tuple(moves))])[0]


def _usable(session: Session, line: str, year: int, amount: Money) -> dict[AccountKey, Money]:
    usable = {
        key: held
        for key, held in blocked_for(session, line, year).items()
        if find_exercice(session, key.year).closed_on is None
    }
    most = total(usable.values())
    if amount > most:
        raise ReturnRefused(
            f"Seuls {most.french()} de {line} {year} peuvent être reprogrammés ; {amount.french()} sont demandés.",
            "Ce qui est sur un exercice clos se retient sur le droit suivant :"
            f" cofiville convention recevoir {line} ANNEE MONTANT --numero NUMERO --piece PIECE --compense CONVENTION.",
        )
    return usable


def record_compensated_right(
    session: Session,
    number: str,
    line: CreditLine,
    year: int,
    gross: Money,
    earlier: Convention,
    *,
    piece: str,
    on: date,
) -> tuple[Posted, Money]:
    """The right, gross, and what is kept back from it for `earlier`: only the difference is new money.

    What the EPCI already holds blocked for that convention becomes available again under the new millésime; what its
    porteur has still to give back does as it comes (see MoneyWayBack).
    raises: ReturnRefused when nothing is unspent or the compensation exceeds the right, and what record_right raises.
    """
    existing = session.get(Compensation, (earlier.contract, number.strip().upper(), earlier.number))
    amount = existing.amount if existing else unspent_share(session, earlier, line.code)
    if not amount or amount > gross:
        raise ReturnRefused(
            f"La convention {earlier.number} laisse {amount.french()} non consommés sur {line.code} : "
            f"rien à compenser sur {gross.french()}.",
            "Vérifiez la convention désignée et le montant brut de l'arrêté.",
        )
    moves = () if existing else _unblock(session, earlier, line.code, year, amount)
    posted = record_right(session, number, line, year, gross, piece=piece, on=on, example=earlier.example, more=moves)
    if existing is None:
        session.add(
            Compensation(
                contract=earlier.contract,
                recette=number.strip().upper(),
                convention=earlier.number,
                amount=amount,
                entry_number=posted.sequence,
            )
        )
        session.flush()
    return posted, amount


def _unblock(session: Session, earlier: Convention, line: str, year: int, left: Money) -> tuple[Move, ...]:
    held = of_position(balances(session, line=line, convention=earlier.number), Position.BLOQUE)
    return tuple(move for key, part in drawn(held, left).items() for move in available_again(key, part, year))
