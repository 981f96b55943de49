"""Taking back a part of what is programmed for an action and that no convention holds yet."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, LedgerError, require_words
from ledger.core.money import Money
from ledger.journal.balances import balances
from ledger.journal.positions import AccountKey, Position
from ledger.journal.posting import Posted, post_acts
from ledger.journal.reversal import find_or_place
from ledger.journal.seal import Draft, Move
from ledger.journal.vocabulary import EntryKind
from ledger.programming.actions.grants import granted_by_action
from ledger.programming.actions.move_status import before_the_grant, put_back
from ledger.programming.queries import find_action
from ledger.programming.vocabulary import ActionState
from ledger.referential.queries import find_line


class LoweringRefused(LedgerError):
    """More is to be taken back than is programmed for the action and free of any convention."""

    code = "retrait_refuse"


def lower_grant(
    session: Session, action: str, line: str, amount: Money, *, piece: str, on: date, free: Money
) -> Posted:
    """The entry that makes available again what was programmed for the action: PROGRAMME → DISPONIBLE.

    amount: above zero. free: what is programmed and in no convention, drafts counted. An action granted nothing any
    more is again where it stood before its grant. The same piece takes back once.
    raises: NotFound, InvalidValue, LoweringRefused above what is free, DayClosed.
    """
    found, code = find_action(session, action), find_line(session, line).code
    if amount.cents <= 0:
        raise InvalidValue("Un retrait porte un montant supérieur à zéro.", "Saisissez un montant positif.")
    require_words(piece, "La pièce du retrait manque.", 'Nommez-la : --piece "COPIL du 12/10/2016".')
    programmed = AccountKey(Position.PROGRAMME, code, found.year, action=found.number)
    draft = Draft(
        reference=f"RETRAIT {found.number} {code} {piece.strip()}",
        kind=EntryKind.WITHDRAWAL,
        label=f"Retrait de {code} {found.year} à l'action {found.number}",
        piece=piece.strip(),
        effect_on=on,
        moves=(Move(AccountKey(Position.DISPONIBLE, code, found.year), programmed, amount),),
    )
    draft, earlier = find_or_place(session, draft)
    if earlier is not None:
        return earlier
    if amount > free:
        held = balances(session, line=code, year=found.year, action=found.number, positions=(Position.PROGRAMME,))
        drafted = f" ; {(held.get(programmed, free) - free).french()} sont dans une convention non signée"
        raise LoweringRefused(
            f"L'action {found.number} n'a que {free.french()} programmés et libres sur {code}"
            f"{drafted if held.get(programmed, free) > free else ''} ; {amount.french()} sont à retirer.",
            f"Réduisez le montant ; ce qui est signé baisse par avenant : cofiville convention lister {found.year}.",
        )
    posted = post_acts(session, [draft])[0]
    granted = granted_by_action(session, found.year, found.number).get(found.number, {})
    if found.status == ActionState.GRANTED and not any(granted.values()):
        before = before_the_grant(session, found)
        if before is not None:
            put_back(session, found, before[0], on=on, reason=piece)
    return posted
