"""The final amount that a financeur decides of the money it pays itself: proposed by the bilan, then a constat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.conventions.model import Convention
from ledger.conventions.queries import check_state
from ledger.conventions.vocabulary import ConventionStatus
from ledger.core.errors import LedgerError, require_words
from ledger.core.money import ZERO, Money, total
from ledger.core.period import french_day
from ledger.core.split import split
from ledger.execution.bilans.action_bilan import action_bilan
from ledger.execution.bilans.model import FinalDecision
from ledger.execution.bilans.queries import standing_final_decisions
from ledger.execution.bilans.read_bilan import BilanForm, read_bilan
from ledger.execution.bilans.settle_bilan import final_moves, settle_bilan
from ledger.execution.model import Bilan
from ledger.execution.payments.release_commitment import released_amounts
from ledger.execution.queries import DateOutside, convention_balances
from ledger.journal.positions import AccountKey
from ledger.journal.posting import Posted, written_by
from ledger.journal.reversal import NotReversible, entry_moves, record_act
from ledger.journal.seal import Draft, Move
from ledger.journal.vocabulary import EntryKind
from ledger.rules.vocabulary import Circuit


class FinalDecisionRefused(LedgerError):
    """The financeur's final amount cannot be recorded so."""

    code = "decision_refusee"


def bilan_to_decide(session: Session, convention: Convention, action: str, *, piece: str, on: date) -> Bilan:
    """The bilan that proposed a final amount for this convention; made from the action's where it has none of its own.

    raises: FinalDecisionRefused before any bilan of the action; as settle_bilan.
    """
    known = action_bilan(session, action)
    if (bilan := known.bilans.get(convention.number)) is not None:
        return bilan
    given = known.given()
    if given is None:
        raise FinalDecisionRefused(
            f"L'action {action} n'a pas de bilan : rien n'est encore proposé pour {convention.number}.",
            f"Donnez d'abord ce qu'elle a coûté : cofiville bilan saisir {convention.number} --action {action}"
            ' --cout MONTANT --piece "PIECE".',
        )
    check_own_payer(convention)
    others = known.others_known(convention) + (known.outside() or ZERO) if known.to_confirm(convention) else None
    slices = read_bilan(given).slices
    form = BilanForm(action, slices, piece, max(on, given.settled_on), other_funding=others)
    return settle_bilan(session, convention, form)[0]


def record_decision(
    session: Session, convention: Convention, bilan: Bilan, amount: Money, *, line: str = "", piece: str, on: date
) -> tuple[list[FinalDecision], Posted]:
    """What the financeur decided to pay finally for the action of this bilan, line by line, and the entry that follows.

    bilan: what was proposed. amount: for the line named, else for all the lines, shared by what was proposed for each
    (largest remainder), else by what its grant can still reach, what was released taken off. What was paid beyond it is
    to be recovered, what is left is freed.
    raises: WrongState, InvalidValue without a piece, DateOutside before the bilan, FinalDecisionRefused above what the
    grant can still reach, on money that the EPCI pays, or while another decision stands, Overdraft when its money has
    moved on since.
    """
    check_state(convention, ConventionStatus.SIGNED, ConventionStatus.SETTLED)
    _check(session, convention, bilan, piece, on)
    amounts = _shared(session, convention, bilan, amount, line.strip().upper())
    draft = Draft(
        reference=f"DECISION {convention.number} {bilan.action}",
        kind=EntryKind.FINAL_DECISION,
        label=f"Montant définitif décidé par {convention.payer}, action {bilan.action}, convention {convention.number}",
        piece=piece.strip(),
        effect_on=on,
        moves=tuple(_from_proposed(session, convention, bilan, amounts)),
    )
    posted = record_act(session, draft)
    rows = [
        FinalDecision(
            contract=convention.contract,
            convention=convention.number,
            action=bilan.action,
            line=code,
            rank=_next_rank(session, convention, bilan.action),
            amount=final,
            decided_on=on,
            piece=piece.strip(),
            entry_number=posted.sequence,
        )
        for code, final in amounts.items()
    ]
    session.add_all(rows)
    if convention.state == ConventionStatus.SETTLED:
        convention.state = ConventionStatus.SIGNED
    session.flush()
    return rows, posted


def _check(session: Session, convention: Convention, bilan: Bilan, piece: str, on: date) -> None:
    number = convention.number
    check_own_payer(convention)
    require_words(
        piece, "La pièce de la décision manque.", f'Nommez-la : --piece "Courrier de {convention.payer} du …".'
    )
    if on < bilan.settled_on:
        raise DateOutside(
            f"Le bilan de l'action {bilan.action} est du {french_day(bilan.settled_on)} :"
            " la décision du financeur ne le précède pas.",
            "Corrigez la date (--le).",
        )
    if standing := standing_final_decisions(session, numbers=[number], action=bilan.action):
        first = standing[0]
        raise FinalDecisionRefused(
            f"{convention.payer} a déjà décidé le montant définitif de l'action {bilan.action} ({number},"
            f" {first.piece}), par {written_by(session, first.entry_number)}.",
            "Si la décision a changé, annulez ce constat puis saisissez le nouveau :"
            f" cofiville journal annuler {first.entry_number} --motif MOTIF.",
        )


def check_own_payer(convention: Convention) -> None:
    """Nothing when a financeur pays the convention itself. raises: FinalDecisionRefused where the EPCI's budget
    does."""
    if convention.circuit == Circuit.BUDGET:
        raise FinalDecisionRefused(
            f"{convention.number} est payée par le budget de l'intercommunalité : son montant définitif est celui de"
            " son bilan.",
            f"Consultez-le : cofiville bilan montrer {convention.number}.",
        )


def _shared(session: Session, convention: Convention, bilan: Bilan, amount: Money, line: str) -> dict[str, Money]:
    """By line, what was decided; a line that is not named keeps what was proposed for it."""
    granted = {each.line: each.amount for each in convention.lines if each.action == bilan.action}
    freed = released_amounts(session, bilan.action)
    reachable = {code: signed - freed.get((convention.number, code), ZERO) for code, signed in granted.items()}
    proposed = {each.line: each.amount_final for each in bilan.lines}
    if line and line not in granted:
        raise FinalDecisionRefused(
            f"La convention {convention.number} ne porte pas {line} pour l'action {bilan.action}.",
            f"Ses lignes : {', '.join(sorted(granted))}.",
        )
    named = [line] if line else list(granted)
    most = total(reachable[code] for code in named)
    if amount > most or amount < ZERO:
        raise _above(convention, amount, total(granted[code] for code in named), most)
    if line:
        return proposed | {line: amount}
    if not most:
        return dict.fromkeys(granted, ZERO)
    weights = proposed if amount <= total(proposed.values()) and any(proposed.values()) else reachable
    shares = split(amount, [weights[code].cents for code in granted])
    return dict(zip(granted, shares, strict=True))


def _above(convention: Convention, amount: Money, granted: Money, most: Money) -> FinalDecisionRefused:
    off = f", dont {(granted - most).french()} dégagés : il reste {most.french()} au plus" if most != granted else ""
    return FinalDecisionRefused(
        f"{amount.french()} ne peut pas être le montant définitif : {granted.french()} sont accordés{off}.",
        "Vérifiez le courrier du financeur ; un accord plus élevé est d'abord un avenant : cofiville convention"
        f" avenant {convention.number} --montant LIGNE=+MONTANT --piece PIECE.",
    )


def _from_proposed(session: Session, convention: Convention, bilan: Bilan, amounts: Mapping[str, Money]) -> list[Move]:
    """The moves from what the bilan proposed to what was decided: what both move alike is not moved again."""
    assert bilan.entry_number is not None
    proposed = entry_moves(session, bilan.entry_number)
    held = {
        key: amount
        for key, amount in convention_balances(session, convention.number).items()
        if key.action == bilan.action
    }
    for move in reversed(proposed):
        for key, change in ((move.debit, -move.amount), (move.credit, move.amount)):
            if key.convention == convention.number and key.action == bilan.action:
                held[key] = held.get(key, ZERO) + change
    decided = final_moves(session, convention, amounts, {key: amount for key, amount in held.items() if amount})
    net: dict[tuple[AccountKey, AccountKey], int] = {}
    for moves, sign in ((proposed, -1), (decided, 1)):
        for move in moves:
            pair = move.debit, move.credit
            net[pair] = net.get(pair, 0) + sign * move.amount.cents
    return [
        Move(debit, credit, Money(cents)) if cents > 0 else Move(credit, debit, Money(-cents))
        for (debit, credit), cents in sorted(net.items(), key=lambda item: item[1])
        if cents
    ]


def _next_rank(session: Session, convention: Convention, action: str) -> int:
    latest = select(func.max(FinalDecision.rank)).where(
        FinalDecision.convention == convention.number,
        FinalDecision.action == action,
    )
    return (session.scalar(latest) or 0) + 1


@dataclass(frozen=True, slots=True)
class CountedOtherwise:
    """A bilan of the EPCI's own that counted other funding than what financeurs finally decided, and its correction."""

    convention: str
    counted: Money
    known: Money
    command: str


def counted_otherwise(session: Session, action: str) -> CountedOtherwise | None:
    """How the EPCI's own bilan of the action may follow what financeurs decided since; None where nothing changed."""
    known = action_bilan(session, action)
    mine = next(
        (each for each in known.conventions if each.circuit == Circuit.BUDGET and each.number in known.bilans), None
    )
    if mine is None:
        return None
    bilan = known.bilans[mine.number]
    others = known.others_now(mine, bilan.other_funding)
    if bilan.other_funding == others:
        return None
    form = replace(read_bilan(bilan), other_funding=others, realised=known.realised())
    command = f'cofiville journal corriger --motif "MOTIF" {bilan.entry_number} {form.command(mine.number)}'
    return CountedOtherwise(mine.number, bilan.other_funding, others, command)


def bilans_undone_with(session: Session, sequence: int) -> list[int]:
    """The entries of the other conventions that the same bilan settled; empty for an entry that is no bilan's.

    What a financeur decided since stays as it is. raises: NotReversible for the bilan that its decision rests on.
    """
    query = select(Bilan).where(Bilan.entry_number == sequence)
    mine = session.scalars(query).one_or_none()
    if mine is None or mine.undone_on is not None:
        return []
    known = action_bilan(session, mine.action)
    decided = {each.convention: each for each in standing_final_decisions(session, action=mine.action)}
    if (decision := decided.get(mine.convention)) is not None:
        raise NotReversible(
            f"La décision du financeur sur {mine.convention} ({decision.piece}) repose sur ce bilan.",
            f"Annulez-la d'abord : cofiville journal annuler {decision.entry_number} --motif MOTIF.",
        )
    return [
        each.entry_number
        for code, each in sorted(known.bilans.items())
        if code != mine.convention and code not in decided and each.real_cost == mine.real_cost
        if each.entry_number is not None
    ]
