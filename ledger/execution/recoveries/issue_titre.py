"""Taking back what was overpaid: the titre de recettes, collected in parts; where each titre stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.conventions.accounts import payment_account, recovery_account
from ledger.conventions.model import Convention
from ledger.conventions.queries import find_convention, is_passed_on, lock_conventions
from ledger.core.errors import InvalidValue, LedgerError, NotFound, require_words
from ledger.core.grouping import sums_by
from ledger.core.money import ZERO, Money, total
from ledger.core.period import french_day
from ledger.core.split import split
from ledger.execution.model import Collection, DebtLoss, Titre
from ledger.execution.passing_on.queries import MoneyWayBack
from ledger.execution.queries import (
    DateOutside,
    Purses,
    bilans_of_conventions,
    convention_balances,
    keep_rows,
    last_of,
    of_position,
)
from ledger.execution.recoveries.accounts import TitreClaim, admitted_claims, reduced_on, titre_claims, titre_key
from ledger.execution.vocabulary import DebtLossKind
from ledger.journal.positions import AccountKey, Position
from ledger.journal.posting import Posted, post_acts, written_by
from ledger.journal.reversal import entry_moves, find_or_place
from ledger.journal.seal import Draft, Move
from ledger.journal.vocabulary import EntryKind
from ledger.rules.vocabulary import Circuit
from ledger.storage.session import context


class RecoveryRefused(LedgerError):
    """Nothing, or not as much, can be recovered."""

    code = "recouvrement_refuse"


def to_recover(session: Session, convention: Convention) -> dict[AccountKey, Money]:
    """What the convention has to give back and no titre claims yet, by account."""
    claimed: dict[AccountKey, Money] = sums_by(
        (claim.owed, claim.amount)
        for titre in titres(session, convention.number)
        for claim in titre_claims(session, titre)
    )
    held = of_position(convention_balances(session, convention.number), Position.A_RECOUVRER)
    left = {key: amount - claimed.get(key, ZERO) for key, amount in held.items()}
    return {key: amount for key, amount in left.items() if amount}


def check_own_money(convention: Convention) -> None:
    """Nothing when the EPCI paid this convention, and recovers what it paid too much. raises: RecoveryRefused."""
    if convention.circuit == Circuit.DIRECT:
        raise RecoveryRefused(
            f"{convention.payer} paie {convention.number} lui-même : l'EPCI n'a rien versé et ne recouvre rien.",
            f"Enregistrez ce que {convention.payer} récupère :"
            f" cofiville recouvrement constater {convention.number} MONTANT --piece PIECE.",
        )


def recoverable(session: Session, convention: Convention, on: date) -> dict[AccountKey, Money]:
    """As to_recover. raises: RecoveryRefused when there is nothing, DateOutside before the bilan that found it."""
    free = to_recover(session, convention)
    check_after_bilan(session, convention, free, on)
    if not free:
        issued = [each.entry_number for each in titres(session, convention.number) if each.cancelled_on is None]
        raise RecoveryRefused(
            f"La convention {convention.number} n'a rien à recouvrer hors des titres déjà émis"
            f"{last_of(session, issued, 'dernier titre')}.",
            f"Arrêtez d'abord son bilan (cofiville bilan saisir {convention.number} --cout MONTANT --piece PIECE), ou"
            " encaissez le titre en cours (cofiville recouvrement lister).",
        )
    return free


def check_after_bilan(session: Session, convention: Convention, free: Iterable[AccountKey], on: date) -> None:
    """Nothing when the bilans that found these overpayments were settled by this day. raises: DateOutside."""
    actions = {key.action for key in free}
    for bilan in bilans_of_conventions(session, convention.number).values():
        if bilan.action in actions and on < bilan.settled_on:
            raise DateOutside(
                f"Le trop-versé de {convention.number} est connu depuis le bilan du {french_day(bilan.settled_on)}.",
                "Corrigez la date (--le).",
            )


def issue_titre(session: Session, convention: Convention, *, reference: str, on: date) -> tuple[Titre, Posted]:
    """The titre for all that the convention has to recover; no credit position moves: the money is not in.

    It reduces the mandats of its own exercice first; only what earlier exercices paid is charged to 773.
    raises: InvalidValue without a number, RecoveryRefused, OtherContent, DayClosed.
    """
    check_own_money(convention)
    number = reference.strip()
    if not number:
        raise InvalidValue("Le numéro du titre manque.", "Donnez-le : --reference T-2017-118.")
    contract = context(session).contract
    draft = Draft(
        reference=f"TITRE {number}",
        kind=EntryKind.TITRE,
        label=f"Titre de recettes {number}, convention {convention.number}",
        piece=number,
        effect_on=on,
        moves=(),
        facts=(convention.number,),
    )
    draft, earlier = find_or_place(session, draft)
    if earlier is not None:
        known = session.get_one(Titre, (contract, number))
        if known.cancelled_on is not None:
            raise RecoveryRefused(
                f"Le titre {number} est annulé : son numéro ne resservira pas.", "Donnez celui du nouveau titre."
            )
        return known, earlier
    lock_conventions(session, [convention.number])
    free = recoverable(session, convention, on)
    moves = tuple(
        Move(titre_key(number, key), key._replace(position=Position.TITRE), amount) for key, amount in free.items()
    )
    posted = post_acts(session, [replace(draft, moves=moves)])[0]
    amount = total(free.values())
    reduced = reduced_on(session, convention, amount, on)
    imputed = payment_account if reduced == amount else recovery_account
    titre = Titre(
        entry_number=posted.sequence,
        contract=contract,
        reference=number,
        convention=convention.number,
        issued_on=on,
        amount=amount,
        account=imputed(session, convention, on.year).number,
        reduced=reduced,
    )
    keep_rows(session, titre)
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


def titres(session: Session, convention: str | None = None) -> list[Titre]:
    """Every titre of the contract, or of one convention, by day of issue."""
    query = select(Titre)
    if convention is not None:
        query = query.where(Titre.convention == convention)
    return list(session.scalars(query.order_by(Titre.issued_on, Titre.reference)))


def collect_titre(session: Session, titre: Titre, amount: Money, *, on: date, reference: str) -> Posted:
    """The entry of money collected on a titre, shared between its lines in proportion to what each still waits for.

    What was admitted in non-valeur comes after the rest, and is to be recovered again for as much as comes in.
    Another financeur's money goes its way back (see MoneyWayBack); the payer's own, blocked until the titre is wholly
    collected, is then cancelled: it goes back to the general budget (account 773).
    raises: InvalidValue without a reference, RecoveryRefused above what is left, DayClosed.
    """
    require_words(
        reference, "La référence de l'encaissement manque.", 'Donnez celle du comptable : --reference "P503 7".'
    )
    draft = Draft(
        reference=f"ENCAISSEMENT {reference.strip()}",
        kind=EntryKind.COLLECTION,
        label=f"Encaissement sur le titre {titre.reference}",
        piece=reference.strip(),
        effect_on=on,
        moves=(),
        facts=(titre.reference, amount.plain()),
    )
    lock_titre(session, titre)
    draft, earlier = find_or_place(session, draft)
    if earlier is not None:
        return earlier
    check_collectable(session, titre, on)
    convention = find_convention(session, titre.convention)
    _check_paid_here(convention, titre)
    waiting, admitted = titre_claims(session, titre), admitted_claims(session, titre)
    awaited = total(claim.amount for claim in waiting)
    most = awaited + total(claim.amount for claim in admitted)
    if amount > most:
        raise RecoveryRefused(
            f"Il ne reste que {most.french()} à encaisser sur le titre {titre.reference} ;"
            f" {amount.french()} sont annoncés{last_collection(session, titre)}.",
            f"Réduisez le montant de {(amount - most).french()}.",
        )
    moves: list[Move] = []
    purses, way_back = Purses(session), MoneyWayBack(session, convention)
    first = min(amount, awaited)
    for claim, share in [*_shares(waiting, first), *_shares(admitted, amount - first)]:
        moves.extend(_collected(session, purses, way_back, convention, claim, share, on))
    if amount >= awaited:
        moves.extend(to_the_budget(session, convention, moves))
    posted = post_acts(session, [replace(draft, moves=tuple(moves))])[0]
    _keep_collection(session, titre, draft.piece, amount, on, posted.sequence)
    return posted


def _check_paid_here(convention: Convention, titre: Titre) -> None:
    if convention.circuit == Circuit.DIRECT:
        raise RecoveryRefused(
            f"Le titre {titre.reference} réclame ce que {convention.payer} a payé : l'EPCI n'en encaisse rien.",
            f'Annulez-le : cofiville recouvrement annuler {titre.reference} --motif "Payé par {convention.payer}"'
            " --piece PIECE.",
        )


def _shares(claims: Sequence[TitreClaim], amount: Money) -> list[tuple[TitreClaim, Money]]:
    shares = split(amount, [claim.amount.cents for claim in claims]) if amount else []
    return [(claim, share) for claim, share in zip(claims, shares, strict=False) if share]


def _keep_collection(session: Session, titre: Titre, reference: str, amount: Money, on: date, number: int) -> None:
    collection = Collection(
        contract=titre.contract,
        reference=reference,
        titre=titre.reference,
        collected_on=on,
        amount=amount,
        entry_number=number,
    )
    keep_rows(session, collection)


def lock_titre(session: Session, titre: Titre) -> None:
    """Keep this titre for this transaction, as it stands now: who acts on it next, on a server, waits."""
    lock_conventions(session, [titre.convention])
    session.refresh(titre)


def last_collection(session: Session, titre: Titre) -> str:
    """Whose act collected last on the titre, as a sentence ends; "" when none did."""
    standing = (Collection.titre == titre.reference, Collection.undone_on.is_(None))
    number = session.scalar(select(func.max(Collection.entry_number)).where(*standing))
    return last_of(session, [number], "dernier encaissement")


def check_collectable(session: Session, titre: Titre, on: date) -> None:
    """Nothing when money may come in on the titre that day. raises: RecoveryRefused, DateOutside."""
    if titre.cancelled_on is not None:
        number = titre.cancellation_number or titre.reversal_number
        by = f", par {written_by(session, number)}" if number is not None else ""
        raise RecoveryRefused(
            f"Le titre {titre.reference} est annulé depuis le {french_day(titre.cancelled_on)}{by} :"
            f" {titre.cancellation}.",
            f"Émettez-en un autre : cofiville recouvrement emettre {titre.convention} --reference NUMERO.",
        )
    if on < titre.issued_on:
        raise DateOutside(
            f"Le titre {titre.reference} est du {french_day(titre.issued_on)} : rien n'y est encaissé avant.",
            "Corrigez la date (--le).",
        )


def _collected(
    session: Session,
    purses: Purses,
    way_back: MoneyWayBack,
    convention: Convention,
    claim: TitreClaim,
    share: Money,
    on: date,
) -> list[Move]:
    owed, account = claim.owed, claim.account._replace(position=Position.A_ENCAISSER)
    moves = [Move(owed._replace(position=Position.TRESOR), account, share)]
    if claim.account != account:
        paid = owed._replace(position=Position.VERSE)
        moves = [Move(owed, paid, share), Move(account, claim.account, share), *moves]
    if is_passed_on(session, convention, owed.line):
        passed_on = AccountKey(Position.REVERSE, owed.line, convention.year)
        moves.extend(way_back.moves(owed, share))
        moves.extend(purses.of(owed.line, convention.year, on).receive(passed_on, share))
    else:
        moves.append(Move(owed._replace(position=Position.BLOQUE, action=""), owed, share))
    return moves


def to_the_budget(session: Session, convention: Convention, moves: list[Move]) -> list[Move]:
    """The moves that give the payer's own money back to the general budget (773), once nothing is left to collect.

    moves: those of the act so far.
    """
    blocked = of_position(convention_balances(session, convention.number), Position.BLOQUE)
    for move in moves:
        if move.debit.position is Position.BLOQUE:
            blocked[move.debit] = blocked.get(move.debit, ZERO) + move.amount
    return [
        Move(AccountKey(Position.ANNULE, key.line, key.year), key, amount)
        for key, amount in blocked.items()
        if not is_passed_on(session, convention, key.line)
    ]


@dataclass(frozen=True, slots=True)
class TitreState:
    """A titre, what came in on it, and what it still waits for (nothing once cancelled).

    admitted: written off, and still owed. forgiven, extinguished: lost for good.
    """

    titre: Titre
    collected: Money
    left: Money
    admitted: Money
    forgiven: Money
    extinguished: Money

    @property
    def word(self) -> str:
        """ "annulé", "en cours", "non-valeur", "remis", "éteint" or "encaissé": the first that is so."""
        if self.titre.cancelled_on is not None:
            return "annulé"
        held = (
            (self.left, "en cours"),
            (self.admitted, "non-valeur"),
            (self.forgiven, "remis"),
            (self.extinguished, "éteint"),
        )
        return next((word for amount, word in held if amount), "encaissé")


def titre_states(session: Session) -> list[TitreState]:
    """Every titre of the contract with where it stands."""
    return [titre_state(session, titre) for titre in titres(session)]


def titre_state(session: Session, titre: Titre) -> TitreState:
    """Where this titre stands."""
    left = total(claim.amount for claim in titre_claims(session, titre))
    admitted = total(claim.amount for claim in admitted_claims(session, titre))
    losses = debt_losses(session, titre.reference)
    forgiven = total(each.amount for each in losses if each.kind == DebtLossKind.REMISSION)
    extinguished = total(each.amount for each in losses if each.kind == DebtLossKind.EXTINCTION)
    collected = titre.amount - left - _cancelled(session, titre) - admitted - forgiven - extinguished
    return TitreState(titre, collected, left, admitted, forgiven, extinguished)


def debt_losses(session: Session, titre: str) -> Sequence[DebtLoss]:
    """What of a titre was lost by acts that stand, in their order."""
    query = select(DebtLoss).where(DebtLoss.titre == titre, DebtLoss.undone_on.is_(None))
    return session.scalars(query.order_by(DebtLoss.rank)).all()


def _cancelled(session: Session, titre: Titre) -> Money:
    if titre.cancelled_on is None:
        return ZERO
    if titre.cancellation_number is None:
        return titre.amount
    moves = entry_moves(session, titre.cancellation_number)
    waiting = (move for move in moves if move.credit.position is Position.A_ENCAISSER)
    return total(move.amount for move in waiting)
