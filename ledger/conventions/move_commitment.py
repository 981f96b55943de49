"""What is committed and not ordered, moved to a new convention: one split in two, an action that changes porteur.

What was ordered stays with who received it; the new convention has the rest, under the same terms.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.avenants.facts import facts_to_keep
from ledger.conventions.draft_convention import convention_number
from ledger.conventions.model import Avenant, AvenantLine, Convention, ConventionLine, Instalment
from ledger.conventions.queries import check_state, conventions, lock_conventions
from ledger.conventions.rights import link_upstream
from ledger.conventions.schedule import LineKey
from ledger.conventions.stages import record_stage
from ledger.conventions.vocabulary import ConventionKind, ConventionStatus
from ledger.core.errors import InvalidValue, LedgerError, require_words
from ledger.core.money import ZERO, Money, total
from ledger.core.period import french_day
from ledger.core.split import split
from ledger.journal.balances import balances
from ledger.journal.positions import ORDERED_POSITIONS, AccountKey, Position
from ledger.journal.posting import Posted, post_acts
from ledger.journal.seal import Draft, Move
from ledger.journal.vocabulary import EntryKind
from ledger.programming.actions.model import Action
from ledger.referential.end_porteur import check_not_ended
from ledger.referential.model import Porteur
from ledger.rules.vocabulary import ConventionStage
from ledger.storage.history import count_from


class CommitmentNotMovable(LedgerError):
    """Nothing, or not as much, can be moved from a convention to another."""

    code = "transfert_refuse"


@dataclass(frozen=True, slots=True)
class PartToMove:
    """Of one line of one action in a convention: granted, ordered already, committed still, and what is to move."""

    action: str
    line: str
    granted: Money
    ordered: Money
    committed: Money
    moved: Money

    @property
    def stays(self) -> Money:
        """What the convention keeps."""
        return self.granted - self.moved


def parts_committed(session: Session, convention: Convention, action: str | None = None) -> list[PartToMove]:
    """All that the convention commits and did not order (of this action alone), to be moved whole."""
    found = []
    for line in convention.lines:
        if action is not None and line.action != action:
            continue
        held = balances(session, convention=convention.number, action=line.action, line=line.line)
        committed = total(amount for key, amount in held.items() if key.position is Position.ENGAGE)
        ordered = total(amount for key, amount in held.items() if key.position in ORDERED_POSITIONS)
        if committed:
            found.append(PartToMove(line.action, line.line, line.amount, ordered, committed, committed))
    return found


def parts_asked(session: Session, convention: Convention, amounts: Mapping[LineKey, Money]) -> list[PartToMove]:
    """These amounts of the convention, by action and line. raises: CommitmentNotMovable for more than it commits."""
    known = {(each.action, each.line): each for each in parts_committed(session, convention)}
    found = []
    for key, amount in sorted(amounts.items()):
        part = known.get(key)
        committed = ZERO if part is None else part.committed
        if part is None or amount.cents <= 0 or amount > committed:
            raise CommitmentNotMovable(
                f"{convention.number} n'a que {committed.french()} engagés et pas encore ordonnés sur {key[1]} pour"
                f" l'action {key[0]} ; {amount.french()} sont demandés.",
                f"Donnez un montant de ce reste : cofiville convention montrer {convention.number}.",
            )
        found.append(PartToMove(part.action, part.line, part.granted, part.ordered, committed, amount))
    return found


def movable_conventions(session: Session, action: Action) -> list[tuple[Convention, list[PartToMove]]]:
    """The conventions signed that commit something to the action still, with what would move.

    raises: CommitmentNotMovable where one is not signed yet, or where nothing is left to move.
    """
    numbers = select(ConventionLine.convention).where(ConventionLine.action == action.number)
    standing = conventions(session, numbers=numbers, states=(ConventionStatus.DRAFT, ConventionStatus.SIGNED))
    for each in standing:
        if each.state == ConventionStatus.DRAFT:
            raise CommitmentNotMovable(
                f"La convention {each.number} de l'action {action.number} n'est pas signée : elle nomme"
                f" {each.beneficiary}.",
                f"Signez-la, ou mettez-la d'abord de côté : cofiville convention annuler {each.number} --oui.",
            )
    found = [(each, parts_committed(session, each, action.number)) for each in standing]
    found = [(each, parts) for each, parts in found if parts and each.kind != ConventionKind.RIGHT]
    if not found:
        raise CommitmentNotMovable(
            f"L'action {action.number} n'a rien d'engagé qui reste à ordonner :"
            " rien ne peut passer à un autre porteur.",
            f"Voyez où elle en est : cofiville action montrer {action.number}.",
        )
    return found


def instalments_moved(instalments: Sequence[Money], ordered: Money, moved: Money) -> list[Money]:
    """By instalment, what of it moves: what is ordered used the first ones; the rest moves in proportion.

    moved: at most what is not ordered.
    """
    left = []
    for amount in instalments:
        used = min(amount, ordered)
        ordered -= used
        left.append(amount - used)
    return split(moved, [each.cents for each in left])


def move_commitment(
    session: Session,
    convention: Convention,
    parts: Sequence[PartToMove],
    *,
    porteur: Porteur,
    piece: str,
    on: date,
    number: str = "",
    settled: Collection[str] = (),
) -> tuple[Convention, Posted]:
    """The new convention, signed by this piece, and its entry; the one it comes from is lowered by an avenant.

    settled: the actions whose bilan is settled, of which nothing moves any more.
    raises: WrongState, CommitmentNotMovable, InvalidValue without a piece, PorteurEnded, DayClosed.
    """
    lock_conventions(session, [convention.number])
    check_state(convention, ConventionStatus.SIGNED)
    require_words(piece, "La pièce signée manque.", 'Nommez-la : --piece "Avenant de transfert du 12/09/2016".')
    check_not_ended([porteur], on)
    _check(convention, parts, on, settled)
    count_from(session, on)
    moved = _new_convention(session, convention, parts, porteur, number)
    before = facts_to_keep(convention, plan_given=True)
    _share_schedule(convention, moved, parts)
    posted = post_acts(session, [_draft(session, convention, moved, parts, piece.strip(), on)])[0]
    _lower(convention, parts, before, piece.strip(), on, posted)
    session.add(moved)
    moved.entry_number, moved.state, moved.signed_on, moved.piece = posted.sequence, "signee", on, piece.strip()
    session.flush()
    record_stage(session, moved, ConventionStage.SIGNED, on=on)
    link_upstream(session, moved)
    return moved, posted


def _check(convention: Convention, parts: Sequence[PartToMove], on: date, settled: Collection[str]) -> None:
    if convention.kind == ConventionKind.RIGHT or not parts:
        raise CommitmentNotMovable(
            f"{convention.number} n'a rien d'engagé qui reste à ordonner : rien ne peut passer à une autre convention.",
            f"Consultez-la : cofiville convention montrer {convention.number}.",
        )
    for action in sorted({each.action for each in parts} & set(settled)):
        raise CommitmentNotMovable(
            f"Le bilan de l'action {action} est arrêté sur {convention.number} : rien n'en passe plus ailleurs.",
            f"Consultez-le : cofiville bilan montrer {convention.number}.",
        )
    assert convention.signed_on is not None
    last = max([convention.signed_on, *(each.signed_on for each in convention.avenants)])
    if on < last:
        raise CommitmentNotMovable(
            f"La convention {convention.number} a été signée ou modifiée le {french_day(last)}.",
            f"Donnez ce jour ou un jour d'après : --le {last.isoformat()}.",
        )
    if convention.ends_on is not None and on > convention.ends_on:
        raise CommitmentNotMovable(
            f"La convention {convention.number} a pris fin le {french_day(convention.ends_on)}.",
            f"Donnez un jour d'avant sa fin : --le {convention.ends_on.isoformat()}.",
        )


def _new_convention(
    session: Session, convention: Convention, parts: Sequence[PartToMove], porteur: Porteur, number: str
) -> Convention:
    alone = convention.kind == ConventionKind.NOTIFICATION and porteur.code != convention.beneficiary
    new = Convention(
        contract=convention.contract,
        number=convention_number(session, number, convention.year),
        year=convention.year,
        # What passes to somebody else is signed by it.
        kind=ConventionKind.CONVENTION if alone else convention.kind,
        circuit=convention.circuit,
        payer=convention.payer,
        beneficiary=porteur.code,
        purpose=convention.purpose,
        starts_on=convention.starts_on,
        ends_on=convention.ends_on,
        example=convention.example,
        cascade_reference=convention.cascade_reference,
    )
    lines = {(each.action, each.line): each for each in convention.lines}
    new.lines.extend(
        ConventionLine(
            contract=new.contract,
            convention=new.number,
            action=part.action,
            line=part.line,
            amount_signed=part.moved,
            terms_signed=lines[part.action, part.line].terms,
        )
        for part in parts
    )
    return new


def _share_schedule(convention: Convention, new: Convention, parts: Sequence[PartToMove]) -> None:
    """Each instalment loses what moves of it to the new convention; their amounts are fixed from then on."""
    taken: list[tuple[Instalment, Money]] = []
    for part in parts:
        mine = [each for each in convention.instalments if (each.action, each.line) == (part.action, part.line)]
        mine.sort(key=lambda each: each.rank)
        if mine:
            taken += zip(mine, instalments_moved([each.amount for each in mine], part.ordered, part.moved), strict=True)
    kept = sorted({each.rank for each, amount in taken if amount})
    for each, amount in taken:
        each.amount -= amount
        if each.rank in kept:
            new.instalments.append(
                Instalment(
                    contract=new.contract,
                    convention=new.number,
                    rank=kept.index(each.rank) + 1,
                    action=each.action,
                    line=each.line,
                    amount=amount,
                    condition=each.condition,
                    due_on=each.due_on,
                )
            )
    convention.schedule = None


def _draft(
    session: Session, convention: Convention, new: Convention, parts: Sequence[PartToMove], piece: str, on: date
) -> Draft:
    return Draft(
        reference=f"SCISSION {new.number}",
        kind=EntryKind.COMMITMENT_MOVED,
        label=f"De la convention {convention.number} à {new.number}",
        piece=piece,
        effect_on=on,
        moves=tuple(move for part in parts for move in _moves(session, convention, new, part)),
        facts=(f"{convention.number} {convention.beneficiary}", f"{new.number} {new.beneficiary}"),
    )


def _moves(session: Session, convention: Convention, new: Convention, part: PartToMove) -> Iterator[Move]:
    """Back to what is programmed for the action, then committed again; the latest millésime first."""
    held = balances(
        session, convention=convention.number, action=part.action, line=part.line, positions=(Position.ENGAGE,)
    )
    left = part.moved
    for key, amount in sorted(held.items(), key=lambda item: -item[0].year):
        if share := min(amount, left):
            programmed = AccountKey(Position.PROGRAMME, key.line, key.year, action=key.action)
            yield Move(programmed, key, share)
            yield Move(key._replace(convention=new.number), programmed, share)
            left -= share


def _lower(
    convention: Convention,
    parts: Sequence[PartToMove],
    before: dict[str, object],
    piece: str,
    on: date,
    posted: Posted,
) -> None:
    lines = {(each.action, each.line): each for each in convention.lines}
    for part in parts:
        lines[part.action, part.line].amount_change -= part.moved
    rank = len(convention.avenants) + 1
    avenant = Avenant(
        contract=convention.contract,
        convention=convention.number,
        rank=rank,
        signed_on=on,
        purpose="",
        piece=piece,
        facts_before=before,
        facts_after=facts_to_keep(convention, plan_given=True),
        entry_number=posted.sequence,
    )
    avenant.lines.extend(
        AvenantLine(
            contract=convention.contract,
            convention=convention.number,
            rank=rank,
            action=part.action,
            line=part.line,
            amount_before=part.granted,
            amount_after=part.stays,
        )
        for part in parts
    )
    convention.avenants.append(avenant)


def transfer_action(
    session: Session, action: Action, porteur: Porteur, *, piece: str, on: date, settled: Mapping[str, Collection[str]]
) -> list[tuple[Convention, Convention, Posted, list[PartToMove]]]:
    """The action is this porteur's from that day: by convention signed, the new one, its entry and what moved.

    settled: by convention, the actions whose bilan is settled.
    raises: CommitmentNotMovable, InvalidValue for the porteur it has; as move_commitment.
    """
    if action.porteur == porteur.code:
        raise InvalidValue(
            f"L'action {action.number} est déjà portée par {porteur.code}.",
            f"Voyez-la : cofiville action montrer {action.number}.",
        )
    found = []
    for convention, parts in movable_conventions(session, action):
        done = settled.get(convention.number, ())
        new, posted = move_commitment(session, convention, parts, porteur=porteur, piece=piece, on=on, settled=done)
        found.append((convention, new, posted, parts))
    action.porteur = porteur.code
    session.flush()
    return found
