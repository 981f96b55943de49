"""What the EPCI receives under an upstream convention: the constat (47134), then the titre (747x)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.accounts import receipt_account, waiting_account
from ledger.conventions.model import Convention, ConventionLine
from ledger.conventions.queries import WrongState
from ledger.conventions.vocabulary import ConventionKind
from ledger.core.errors import require_words
from ledger.core.money import Money, total
from ledger.execution.model import Compensation
from ledger.execution.passing_on.return_unspent import owed_back_moves
from ledger.execution.queries import Purses, account_in_words
from ledger.journal.positions import AccountKey, Position
from ledger.journal.posting import Posted, post_acts
from ledger.journal.reversal import find_or_place
from ledger.journal.seal import Draft, Move
from ledger.journal.vocabulary import EntryKind


def _upstream_line(convention: Convention) -> ConventionLine:
    if convention.kind != ConventionKind.RIGHT:
        raise WrongState(
            f"La convention {convention.number} n'ouvre pas de recette à l'EPCI.",
            "Enregistrez d'abord le droit acquis : cofiville convention recevoir LIGNE ANNEE MONTANT --numero NUMERO"
            " --piece PIECE.",
        )
    return convention.lines[0]


def record_receipt(session: Session, convention: Convention, amount: Money, *, on: date, reference: str) -> Posted:
    """The entry of money received: the EPCI's advance is repaid first, the rest is held to be passed on.

    amount: what reached the treasury. A compensation decided with the right is realised by its first receipt: the
    right is then received gross, and what was kept back counts as returned under the earlier millésime.
    raises: WrongState, InvalidValue without a reference, Overdraft above what is still to be received, DayClosed.
    """
    line = _upstream_line(convention)
    require_words(reference, "La référence de la recette manque.", 'Donnez celle du comptable : --reference "P503 12".')
    draft = Draft(
        reference=f"RECETTE {reference.strip()}",
        kind=EntryKind.RECEIPT,
        label=f"Recette reçue, convention {convention.number}{account_in_words(waiting_account(session, on.year))}",
        piece=reference.strip(),
        effect_on=on,
        moves=(),
        facts=(convention.number, amount.plain()),
    )
    draft, earlier = find_or_place(session, draft)
    if earlier is not None:
        return earlier
    pending = list(
        session.scalars(
            select(Compensation).where(
                Compensation.recette == convention.number,
                Compensation.realised_on.is_(None),
            )
        )
    )
    expected = AccountKey(Position.A_RECEVOIR, line.line, convention.year, convention.number)
    compensated = total(compensation.amount for compensation in pending)
    purses = Purses(session)
    moves = purses.of(line.line, convention.year, on).receive(expected, amount + compensated)
    for compensation in pending:
        millesime = session.get_one(Convention, (convention.contract, compensation.convention)).year
        moves.extend(owed_back_moves(purses, line.line, millesime, compensation.amount, on))
    treasury = AccountKey(Position.TRESOR, line.line, convention.year, convention.number)
    moves.append(Move(treasury, treasury._replace(position=Position.A_TITRER), amount))
    posted = post_acts(session, [replace(draft, moves=tuple(moves))])[0]
    for compensation in pending:
        compensation.realised_on, compensation.realised_number = on, posted.sequence
    session.flush()
    return posted


def record_titre(session: Session, convention: Convention, amount: Money, *, on: date, reference: str) -> Posted:
    """The entry of the titre that regularises money received: 47134 → 747x; no credit position moves.

    raises: WrongState, InvalidValue, Overdraft above what was received and not titred, DayClosed.
    """
    line = _upstream_line(convention)
    require_words(reference, "La référence du titre manque.", 'Donnez-la : --reference "T 123".')
    waiting = AccountKey(Position.A_TITRER, line.line, convention.year, convention.number)
    draft = Draft(
        reference=f"TITRE {reference.strip()}",
        kind=EntryKind.TITRE,
        label=f"Titre de régularisation, convention {convention.number}"
        f"{account_in_words(receipt_account(session, line.line, on.year))}",
        piece=reference.strip(),
        effect_on=on,
        moves=(Move(waiting, waiting._replace(position=Position.TITRE), amount),),
    )
    draft, earlier = find_or_place(session, draft)
    return earlier or post_acts(session, [draft])[0]
