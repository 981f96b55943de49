"""What an avenant moves: the commitment grows from what is granted, or is given up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from ledger.allocation.direct import AboveTheRules, grant_directly
from ledger.conventions.avenant_change import AvenantRefused, Change
from ledger.conventions.freeing import given_up
from ledger.conventions.granted import left_of_action
from ledger.conventions.instalments import LineKey
from ledger.conventions.lookups import is_passed_on
from ledger.conventions.model import Convention
from ledger.core.money import ZERO, Money, total
from ledger.journal.balances import balances
from ledger.journal.exercices import closed_years
from ledger.journal.keys import AccountKey, Position
from ledger.journal.positions import ORDERED
from ledger.journal.posting import Draft, Move, Posted, post
from ledger.journal.waivers import PutAside, record_waivers, waiver_words
from ledger.programming.lookups import find_action


def commit_change(
    session: Session,
    convention: Convention,
    change: Change,
    rank: int,
    piece: str,
    on: date,
    *,
    waiver: str = "",
    aside: Mapping[LineKey, PutAside] | None = None,
) -> Posted | None:
    """The entry of the amounts changed, or of the rules put aside; None when there is neither.

    waiver: why what the avenant itself grants may pass a rule. aside: by line, the rule that its new rate passes.
    raises: AvenantRefused, AboveTheRules, Overdraft.
    """
    aside = aside or {}
    moves: list[Move] = []
    for (action, line), amount in sorted(change.amounts.items()):
        if amount.cents > 0:
            grown = _Growth(action, line, amount, change.bases.get((action, line)), (action, line) in aside)
            moves.append(_grown(session, convention, grown, piece, on, waiver))
        elif amount:
            moves.extend(_shrunk(session, convention, action, line, -amount))
    if not moves and not aside:
        return None
    draft = change_draft(convention, change, rank, piece, on, tuple(moves))
    posted = post(session, [replace(draft, motive=waiver_words(aside.values()))])[0]
    for (action, line), each in sorted(aside.items()):
        record_waivers(session, posted.sequence, (each,), convention=convention.number, action=action, line=line)
    return posted


def change_draft(
    convention: Convention,
    change: Change,
    rank: int,
    piece: str,
    on: date,
    moves: tuple[Move, ...],
) -> Draft:
    """The act of an avenant."""
    return Draft(
        reference=f"AVENANT {convention.number} {rank}",
        kind="avenant",
        label=f"Avenant {rank} à la convention {convention.number}",
        piece=piece,
        effect_on=on,
        moves=moves,
        facts=tuple(f"{action} {line} {amount.plain()}" for (action, line), amount in sorted(change.amounts.items())),
    )


@dataclass(frozen=True, slots=True)
class _Growth:
    """A line that grows; base: its new eligible cost, where it changes. decided: whether its rule is put aside."""

    action: str
    line: str
    amount: Money
    base: Money | None
    decided: bool


def _grown(session: Session, convention: Convention, grown: _Growth, piece: str, on: date, waiver: str) -> Move:
    """From what is programmed and in no draft; the avenant itself grants what is missing first, if the rules allow."""
    action, line, amount = grown.action, grown.line, grown.amount
    programmed = AccountKey(Position.PROGRAMME, line, convention.year, action=action)
    missing = amount - min(amount, left_of_action(session, find_action(session, action)).get(line, ZERO))
    if missing:
        try:
            grant_directly(
                session,
                action,
                line,
                missing,
                on=on,
                piece=piece,
                waiver=waiver,
                base=grown.base,
                decided=grown.decided,
                convention=convention.number,
            )
        except AboveTheRules as refused:
            raise _too_much(convention, grown, amount - missing, refused) from None
    return Move(AccountKey(Position.ENGAGE, line, convention.year, convention.number, action), programmed, amount)


def _too_much(convention: Convention, grown: _Growth, programmed: Money, refused: AboveTheRules) -> AboveTheRules:
    """As it was refused, with what may be typed for the avenant instead."""
    most = programmed + refused.left
    ways = [f"réduisez la hausse (--montant {grown.line}=+{most.plain()})"] if most else []
    ways.append(
        "dites pourquoi passer outre : --malgre MOTIF"
        if refused.asked
        else f"saisissez le complément comme une autre action (cofiville action saisir {convention.year}), accordée"
        f" puis ajoutée par avenant : cofiville convention avenant {convention.number} --action ACTION"
        f" --montant {grown.line}=+MONTANT"
    )
    remedy = ", ou ".join(ways)
    return AboveTheRules(refused.problem, f"{remedy[0].upper()}{remedy[1:]}.", left=refused.left, asked=refused.asked)


def _shrunk(session: Session, convention: Convention, action: str, line: str, amount: Money) -> list[Move]:
    held = {
        key: left
        for key, left in balances(session, convention=convention.number, action=action, line=line).items()
        if key.position in (*ORDERED, Position.ENGAGE)
    }
    engaged = {key: left for key, left in held.items() if key.position is Position.ENGAGE}
    if amount > total(engaged.values()):
        ordered = total(left for key, left in held.items() if key.position in ORDERED)
        raise AvenantRefused(
            f"La convention {convention.number} a déjà {ordered.french()} ordonnés sur {line} :"
            f" elle ne peut pas baisser de plus de {total(engaged.values()).french()}.",
            f"Réduisez la baisse de {(amount - total(engaged.values())).french()},"
            " ou recouvrez le trop-versé après le bilan.",
        )
    passed_on, closed = is_passed_on(session, convention, line), closed_years(session)
    moves: list[Move] = []
    for key, left in sorted(engaged.items(), key=lambda item: -item[0].year):
        if part := min(left, amount):
            moves.extend(given_up(convention, key, part, passed_on=passed_on, closed=closed))
            amount -= part
    return moves
