"""What each remainder of a year becomes: proposed from its position and the rules of its line, or decided otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ledger.closing.vocabulary import RemainderEnd
from ledger.core.money import ZERO, Money, total
from ledger.journal.positions import AccountKey, Position
from ledger.journal.seal import Move
from ledger.rules.book import Rule
from ledger.rules.execution_kinds import Attachment
from ledger.rules.vocabulary import UnspentFate

_NOT_COMMITTED = (RemainderEnd.CANCEL, RemainderEnd.GIVE_BACK, RemainderEnd.CARRY_AVAILABLE, RemainderEnd.SLICE)
CHOICES: Mapping[Position, tuple[str, ...]] = {
    Position.DISPONIBLE: (*_NOT_COMMITTED, RemainderEnd.LIFT),
    Position.PROGRAMME: (*_NOT_COMMITTED, RemainderEnd.LIFT, RemainderEnd.KEEP),
    Position.ENGAGE: (RemainderEnd.CARRY_COMMITMENT, RemainderEnd.ATTACH),
    Position.A_RECOUVRER: (RemainderEnd.RECOVER, RemainderEnd.COMPENSATE, RemainderEnd.TAKEN_BACK_ELSEWHERE),
    Position.BLOQUE: (RemainderEnd.GIVE_BACK, RemainderEnd.COMPENSATE, RemainderEnd.NOT_RECEIVED),
}
CARRIED = (RemainderEnd.CARRY_COMMITMENT, RemainderEnd.CARRY_AVAILABLE, RemainderEnd.SLICE)
_LEAVING_ENDS: Mapping[str, Position] = {
    **dict.fromkeys(CARRIED, Position.REPORTE),
    RemainderEnd.LIFT: Position.RESERVE_LEVEE,
    RemainderEnd.CANCEL: Position.ANNULE,
}
_BECAME = {
    Position.REPORTE: RemainderEnd.CARRY_AVAILABLE,
    Position.RESERVE_LEVEE: RemainderEnd.LIFT,
    Position.ANNULE: RemainderEnd.CANCEL,
    Position.BLOQUE: RemainderEnd.GIVE_BACK,
}


@dataclass(frozen=True, slots=True)
class RemainderTerms:
    """What the rules and the book say of one remainder, before anybody decides: whose it is, what is still due.

    reserve: why the credits are reserved to the contract for more than this year, or were; "" where they are not.
    lifted: whether that reserve ends by this year. programmed: what the managing authority programmed for the action
    by the end of the year, and is not committed.
    rule, words: the fate that the line's rule gives to unspent credits ("annuler", "rendre", "reporter",
    "reprogrammer") and its words. ended: why nothing of the enveloppe may serve any more; "" while it may.
    right, received, awaited: the right acquired on the financeur for this line, what of it came in for nobody, and
    what is still to come. owed: what is owed back for the millésime of what is blocked; None where it is nobody else's.
    slices: the conventions whose later slice waits on this line. attachment: the rule on services done, where one
    answers. decider: the financeur whose decision the fate is; own: whether it is the EPCI.
    """

    rule: str
    words: str
    decider: str
    ended: str = ""
    right: str = ""
    received: Money = ZERO
    awaited: Money = ZERO
    owed: Money | None = None
    slices: tuple[str, ...] = ()
    attachment: Rule[Attachment] | None = None
    own: bool = True
    reserve: str = ""
    lifted: bool = False
    programmed: Money = ZERO


@dataclass(frozen=True, slots=True)
class RemainderDecision:
    """What somebody decided of a remainder: the amount it bears on, what becomes of it, why, on which piece."""

    amount: Money
    fate: str
    reason: str
    piece: str = ""


class RemainderPart(NamedTuple):
    """The part of a remainder that is carried over, cancelled, or given back, and its amount."""

    fate: str
    amount: Money


@dataclass(frozen=True, slots=True)
class RemainderOutcome:
    """What becomes of the money left on one account at the end of its year, who decides it, and why.

    proposed: the fate the rules propose. owed: what of it was received and is owed back. lost: the right lost with it,
    that part and what would have come for nobody. decision: the one that
    counts; when its amount is no longer this one it does not stand, and the fate is the one proposed. parts: by what
    becomes of it, amounts above zero that make up the whole; every sum of remainders adds these. right, ended,
    reserve: as in Terms.
    """

    key: AccountKey
    amount: Money
    fate: str
    reason: str
    proposed: str
    decider: str
    owed: Money = ZERO
    lost: Money = ZERO
    right: str = ""
    ended: str = ""
    decision: RemainderDecision | None = None
    parts: tuple[RemainderPart, ...] = ()
    reserve: str = ""

    def part(self, outcome: str) -> Money:
        """How much of it takes this fate."""
        return total(each.amount for each in self.parts if each.fate == outcome)

    @property
    def stale(self) -> bool:
        """Whether a decision was taken on another amount."""
        return self.decision is not None and self.decision.amount != self.amount

    @property
    def decided(self) -> bool:
        """Whether somebody decided, on this very amount."""
        return self.decision is not None and not self.stale


def decide_outcomes(
    held: Mapping[AccountKey, Money],
    terms_of: Callable[[AccountKey], RemainderTerms],
    decisions: Mapping[AccountKey, RemainderDecision] | None = None,
) -> list[RemainderOutcome]:
    """The fate of everything that the end of the year leaves to decide.

    held: the year's balances. What is ordered stays: its payment keeps its true day. What is owed back, or to be
    recovered, stays until the acts that end it, dated in an open year: its fate is only recorded.
    """
    left: dict[tuple[str, str], tuple[Money, Money]] = {}
    outcomes = []
    for key, amount in held.items():
        if key.position not in CHOICES:
            continue
        terms = terms_of(key)
        received, awaited = left.get((key.line, terms.right), (terms.received, terms.awaited))
        outcome = _outcome(key, amount, terms, (min(received, amount), awaited), (decisions or {}).get(key))
        left[key.line, terms.right] = received - outcome.owed, ZERO if outcome.owed else awaited
        outcomes.append(outcome)
    return outcomes


def _outcome(
    key: AccountKey, amount: Money, terms: RemainderTerms, rest: tuple[Money, Money], decision: RemainderDecision | None
) -> RemainderOutcome:
    received, awaited = rest
    proposed, reason = _proposed(key, amount, terms, received)
    stands = decision is not None and decision.amount == amount
    outcome = decision.fate if decision is not None and stands else proposed
    if decision is not None and stands:
        reason = decision.reason + (f" ({decision.piece})" if decision.piece else "")
    owed = received if outcome == RemainderEnd.GIVE_BACK and key.position is not Position.BLOQUE else ZERO
    if owed and owed < amount:
        reason += f" ; dont {owed.french()} reçus, le reste jamais reçu"
    lost = owed + awaited if owed else ZERO
    return RemainderOutcome(
        key,
        amount,
        outcome,
        reason,
        proposed,
        terms.decider,
        owed,
        lost,
        terms.right,
        terms.ended,
        decision,
        _parts(key, amount, outcome, terms, owed),
        terms.reserve if terms.lifted else "",
    )


def _parts(
    key: AccountKey, amount: Money, outcome: str, terms: RemainderTerms, owed: Money
) -> tuple[RemainderPart, ...]:
    """What is kept or given back, and what becomes of the rest; another fate takes the whole."""
    first, rest = amount, outcome
    if outcome == RemainderEnd.KEEP:
        first, rest = min(terms.programmed, amount), RemainderEnd.LIFT if terms.lifted else RemainderEnd.CARRY_AVAILABLE
    elif outcome == RemainderEnd.GIVE_BACK and key.position is not Position.BLOQUE:
        first, rest = owed, RemainderEnd.CANCEL
    return tuple(part for part in (RemainderPart(outcome, first), RemainderPart(rest, amount - first)) if part.amount)


def _proposed(key: AccountKey, amount: Money, terms: RemainderTerms, received: Money) -> tuple[str, str]:
    if key.position is Position.ENGAGE and not terms.own:
        return RemainderEnd.CARRY_COMMITMENT, f"Engagé, pas encore payé par {terms.decider} : constaté"
    if key.position is Position.ENGAGE:
        return RemainderEnd.CARRY_COMMITMENT, "Engagé, non mandaté au 31/12"
    if key.position is Position.A_RECOUVRER and not terms.own:
        return RemainderEnd.TAKEN_BACK_ELSEWHERE, f"Trop-versé payé par {terms.decider}, qui le récupère lui-même"
    if key.position is Position.A_RECOUVRER:
        return RemainderEnd.RECOVER, "Trop-versé arrêté au bilan : titre de recettes, sauf compensation décidée"
    if key.position is Position.BLOQUE:
        return _blocked(amount, terms.owed)
    if terms.ended:
        return RemainderEnd.CANCEL, terms.ended
    if terms.reserve:
        return _reserved(key, amount, terms)
    if terms.rule in (UnspentFate.CARRY, UnspentFate.PROGRAM_AGAIN):
        return RemainderEnd.CARRY_AVAILABLE, terms.words
    if terms.rule == UnspentFate.GIVE_BACK:
        return (
            (RemainderEnd.GIVE_BACK, terms.words)
            if received
            else (RemainderEnd.CANCEL, f"{terms.words} ; jamais reçu, rien à rendre")
        )
    return RemainderEnd.CANCEL, terms.words


def _reserved(key: AccountKey, amount: Money, terms: RemainderTerms) -> tuple[str, str]:
    kept = min(terms.programmed, amount) if key.position is Position.PROGRAMME else ZERO
    if kept == amount:
        return RemainderEnd.KEEP, f"Programmé par l'autorité de gestion. {terms.reserve}"
    if kept:
        rest = "le reste s'ouvre" if terms.lifted else "le reste est reporté"
        return RemainderEnd.KEEP, f"{kept.french()} programmés par l'autorité de gestion, {rest}. {terms.reserve}"
    return (RemainderEnd.LIFT if terms.lifted else RemainderEnd.CARRY_AVAILABLE), terms.reserve


def _blocked(amount: Money, owed: Money | None) -> tuple[str, str]:
    if owed is None or owed >= amount:
        return RemainderEnd.GIVE_BACK, "Dû au financeur : rendu, sauf compensation qu'il décide"
    if owed:
        return RemainderEnd.GIVE_BACK, f"Dû au financeur : {owed.french()} sur le millésime ; le reste jamais reçu"
    return RemainderEnd.NOT_RECEIVED, "Non consommé, jamais reçu du financeur : rien à rendre"


def outcome_refusal(key: AccountKey, amount: Money, outcome: str, terms: RemainderTerms) -> tuple[str, str] | None:
    """The problem and the remedy when this remainder may not take this fate; None when it may."""
    allowed = CHOICES[key.position]
    if outcome not in allowed:
        release = f", ou dégagez-le d'abord : cofiville convention degager {key.convention} --motif MOTIF"
        return (
            f"« {outcome} » ne convient pas à {key.text()}.",
            f"Choisissez : {', '.join(allowed)}{release if key.position is Position.ENGAGE else ''}.",
        )
    if (whose := _not_its_own(key, outcome, terms)) is not None:
        return whose
    if outcome in (RemainderEnd.CARRY_AVAILABLE, RemainderEnd.SLICE) and terms.ended:
        return f"{key.text()} ne se reporte pas : {terms.ended}.", f"Choisissez : {RemainderEnd.CANCEL}."
    if outcome == RemainderEnd.SLICE and not terms.slices:
        return (
            f"Aucune convention n'attend de tranche suivante sur {key.line}.",
            f"Choisissez {RemainderEnd.CARRY_AVAILABLE}, ou prévoyez la tranche dans la convention.",
        )
    if outcome == RemainderEnd.GIVE_BACK and key.position is not Position.BLOQUE and not terms.received:
        return f"{key.text()} n'a jamais été reçu : rien n'est à rendre.", f"Choisissez : {RemainderEnd.CANCEL}."
    if outcome == RemainderEnd.ATTACH and not (terms.attachment and terms.attachment.figures.allows(amount)):
        rule = terms.attachment
        why = f"{rule.label}, {rule.value()} ({rule.source})" if rule else "aucune règle ne le permet"
        return f"{key.text()} ne se rattache pas : {why}.", f"Choisissez : {RemainderEnd.CARRY_COMMITMENT}."
    return None


def _not_its_own(key: AccountKey, outcome: str, terms: RemainderTerms) -> tuple[str, str] | None:
    """Why this fate is not the one of money so paid, received or reserved."""
    if outcome == RemainderEnd.LIFT and not terms.lifted:
        why = f"{terms.reserve}" if terms.reserve else "aucune réserve n'y finit"
        return (
            f"{key.text()} ne s'ouvre pas à d'autres : {why}.",
            f"Choisissez : {RemainderEnd.CARRY_AVAILABLE} ou {RemainderEnd.CANCEL}.",
        )
    if outcome == RemainderEnd.KEEP and not terms.programmed:
        return (
            f"L'autorité de gestion n'a rien programmé pour {key.action} sur {key.line}, que le livre sache.",
            f"Constatez sa décision : cofiville allocation constater {key.action} {key.line} MONTANT --piece PIECE.",
        )
    if outcome == RemainderEnd.RECOVER and not terms.own:
        return (
            f"{key.text()} n'est pas à l'EPCI : {terms.decider} l'a payé.",
            f"Choisissez : {RemainderEnd.TAKEN_BACK_ELSEWHERE}.",
        )
    if outcome == RemainderEnd.TAKEN_BACK_ELSEWHERE and terms.own:
        return f"{key.text()} a été payé par l'EPCI : il le recouvre.", f"Choisissez : {RemainderEnd.RECOVER}."
    if outcome == RemainderEnd.GIVE_BACK and key.position is Position.BLOQUE and terms.owed == ZERO:
        return f"{key.text()} n'a jamais été reçu : rien n'est à rendre.", f"Choisissez : {RemainderEnd.NOT_RECEIVED}."
    return None


def closing_moves(outcomes: Iterable[RemainderOutcome]) -> list[Move]:
    """The moves of the closing entry, dated in the year."""
    return [move for outcome in outcomes for move in _closing(outcome)]


def _closing(outcome: RemainderOutcome) -> Iterator[Move]:
    line, year = outcome.key.line, outcome.key.year
    for becomes, amount in outcome.parts:
        if becomes == RemainderEnd.GIVE_BACK and outcome.owed:
            yield Move(AccountKey(Position.BLOQUE, line, year, outcome.right), outcome.key, amount)
            yield Move(
                AccountKey(Position.DROIT_PERDU, line, year), AccountKey(Position.A_RENDRE, line, year), outcome.lost
            )
        elif becomes in _LEAVING_ENDS:
            yield Move(AccountKey(_LEAVING_ENDS[becomes], line, year), outcome.key, amount)


def outcome_parts(amount: Money, outcome: str, moved: Iterable[Move]) -> tuple[RemainderPart, ...]:
    """What became of a remainder, as the moves of the closing that took from it say; what they left has its fate."""
    found: dict[str, Money] = {}
    for move in moved:
        became = _BECAME[move.debit.position]
        name = outcome if became in CARRIED and outcome in CARRIED else became
        found[name] = found.get(name, ZERO) + move.amount
    if stays := amount - total(found.values()):
        found = {
            outcome: found.get(outcome, ZERO) + stays,
            **{name: each for name, each in found.items() if name != outcome},
        }
    return tuple(RemainderPart(name, each) for name, each in found.items())


def opening_moves(outcomes: Iterable[RemainderOutcome], year: int) -> list[Move]:
    """The moves of the opening entry of `year`: what was carried over comes in, re-committed where it was engaged."""
    moves = []
    for outcome in outcomes:
        for becomes, amount in outcome.parts:
            if becomes not in CARRIED:
                continue
            source = AccountKey(Position.REPORT_ENTRANT, outcome.key.line, year)
            engaged = becomes == RemainderEnd.CARRY_COMMITMENT
            target = outcome.key._replace(year=year) if engaged else source._replace(position=Position.DISPONIBLE)
            moves.append(Move(target, source, amount))
    return moves
