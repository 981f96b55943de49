"""Debts lost, each way by an act of its own: forgiven, written off and still owed, or extinguished by a judgment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.model import Convention
from ledger.conventions.queries import find_convention, is_passed_on
from ledger.conventions.unused_commitment import right_lost
from ledger.core.errors import InvalidValue
from ledger.core.money import Money, total
from ledger.core.split import drawn
from ledger.execution.model import DebtLoss, Titre
from ledger.execution.recoveries.accounts import TitreClaim, admitted_claims, titre_claims, titre_key
from ledger.execution.recoveries.issue_titre import (
    RecoveryRefused,
    check_collectable,
    check_own_money,
    last_collection,
    lock_titre,
    to_the_budget,
)
from ledger.execution.vocabulary import DebtLossKind
from ledger.journal.positions import Position
from ledger.journal.posting import Posted, post_acts
from ledger.journal.reversal import find_or_place
from ledger.journal.seal import Draft, Move
from ledger.rules.book import Rule, rulebook
from ledger.rules.execution_kinds import LostDebtAccounts
from ledger.rules.scope import RuleSubject
from ledger.rules.vocabulary import Clock
from ledger.storage.session import next_rank


def lose_debt(
    session: Session,
    titre: Titre,
    kind: DebtLossKind,
    amount: Money | None,
    *,
    motive: str,
    piece: str,
    on: date,
    agreement: str = "",
) -> tuple[DebtLoss, Posted]:
    """The row and the entry of what of a titre is lost; all it still waits for where no amount is given.

    What was paid stays paid. Forgiven or extinguished, nothing of it is owed by the porteur any more; written off, it
    still is, and may be collected. Another financeur's money stays owed back to it by the EPCI, which bears the loss,
    unless it agreed in writing. The same piece records the same loss once.
    raises: InvalidValue without a motive or a piece, or with an agreement to a debt still owed; RecoveryRefused for
    money the EPCI did not pay or above what is left; DateOutside, DayClosed.
    """
    motive, piece, agreement = motive.strip(), piece.strip(), agreement.strip()
    _check_said(titre, kind, motive=motive, piece=piece, agreement=agreement)
    lock_titre(session, titre)
    check_collectable(session, titre, on)
    convention = find_convention(session, titre.convention)
    check_own_money(convention)
    placed = _draft(titre, kind, motive=motive, piece=piece, on=on)
    facts = (titre.reference, "" if amount is None else amount.plain(), agreement)
    draft, earlier = find_or_place(session, replace(placed, facts=facts))
    if earlier is not None:
        return session.scalars(select(DebtLoss).where(DebtLoss.entry_number == earlier.sequence)).one(), earlier
    waiting = titre_claims(session, titre)
    admitted = [] if kind is DebtLossKind.WRITE_OFF else admitted_claims(session, titre)
    lost = _lost(session, titre, [*waiting, *admitted], amount)
    moves = _moves(session, convention, titre, kind, lost, agreed=bool(agreement))
    if waiting and all(lost.get(claim) == claim.amount for claim in waiting):
        moves.extend(to_the_budget(session, convention, moves))
    posted = post_acts(session, [replace(draft, moves=tuple(moves))])[0]
    row = _row(session, titre, kind, total(lost.values()), draft, posted, agreement)
    session.add(row)
    session.flush()
    return row, posted


def _row(
    session: Session, titre: Titre, kind: DebtLossKind, amount: Money, draft: Draft, posted: Posted, agreement: str
) -> DebtLoss:
    return DebtLoss(
        contract=titre.contract,
        titre=titre.reference,
        rank=next_rank(session, DebtLoss.rank, DebtLoss.titre == titre.reference),
        kind=kind,
        amount=amount,
        decided_on=draft.effect_on,
        account=lost_debt_account(session, kind, draft.effect_on.year),
        entry_number=posted.sequence,
        motive=draft.motive,
        piece=draft.piece,
        agreement=agreement,
    )


def _draft(titre: Titre, kind: DebtLossKind, *, motive: str, piece: str, on: date) -> Draft:
    return Draft(
        reference=f"{kind.label.upper()} {titre.reference} {piece}",
        kind=kind.entry,
        label=f"{kind.label.capitalize()}, titre {titre.reference}, convention {titre.convention}",
        piece=piece,
        effect_on=on,
        moves=(),
        motive=motive,
    )


def _check_said(titre: Titre, kind: DebtLossKind, *, motive: str, piece: str, agreement: str) -> None:
    if not motive or not piece:
        raise InvalidValue(
            f"Une {kind.label} se fonde sur une décision et un motif.",
            'Donnez les deux : --piece "Délibération du …" --motif "Liquidation judiciaire".',
        )
    if agreement and kind is DebtLossKind.WRITE_OFF:
        raise InvalidValue(
            "Une admission en non-valeur n'éteint pas la créance : son financeur ne renonce à rien.",
            f"Retirez --accord, ou éteignez-la : cofiville recouvrement eteindre {titre.reference} --motif MOTIF"
            " --piece PIECE --accord PIECE.",
        )


def _lost(
    session: Session, titre: Titre, claims: Sequence[TitreClaim], amount: Money | None
) -> dict[TitreClaim, Money]:
    """What of each claim is lost, in their order. raises: RecoveryRefused above what they wait for."""
    most = total(claim.amount for claim in claims)
    if not most:
        raise RecoveryRefused(
            f"Le titre {titre.reference} n'attend plus rien{last_collection(session, titre)} : il n'y a rien à perdre.",
            "Consultez-le : cofiville recouvrement lister.",
        )
    if amount is not None and amount > most:
        raise RecoveryRefused(
            f"Le titre {titre.reference} n'attend plus que {most.french()} ; {amount.french()} seraient perdus.",
            f"Réduisez le montant de {(amount - most).french()}.",
        )
    return drawn({claim: claim.amount for claim in claims}, most if amount is None else amount)


def _moves(
    session: Session,
    convention: Convention,
    titre: Titre,
    kind: DebtLossKind,
    lost: dict[TitreClaim, Money],
    *,
    agreed: bool,
) -> list[Move]:
    moves: list[Move] = []
    target = Position.NON_VALEUR if kind is DebtLossKind.WRITE_OFF else Position.TITRE
    for claim, part in lost.items():
        owed = claim.owed
        held = titre_key(titre.reference, owed) if target is Position.NON_VALEUR else owed
        moves.append(Move(held._replace(position=target), claim.account, part))
        if claim.account.position is Position.A_ENCAISSER:
            moves.append(Move(owed._replace(position=Position.VERSE), owed, part))
        if agreed and is_passed_on(session, convention, owed.line):
            right = right_lost(convention, owed.line, part)
            moves.append(Move(right.credit, right.debit, part))
    return moves


def lost_debt_account(session: Session, kind: DebtLossKind, year: int) -> str:
    """The account that bears the loss in the budget of this exercice; "" where no rule says it."""
    rule = rulebook(session, Clock.BUDGET_YEAR, exercice=year).find(LostDebtAccounts, RuleSubject())
    if not isinstance(rule, Rule):
        return ""
    figures = rule.figures
    return {
        DebtLossKind.REMISSION: figures.remission,
        DebtLossKind.WRITE_OFF: figures.write_off,
        DebtLossKind.EXTINCTION: figures.extinction,
    }[kind]
