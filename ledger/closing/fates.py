"""What each remainder of a year becomes: proposed from its position and the rules of its line, or decided otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ledger.core.money import ZERO, Money
from ledger.journal.keys import AccountKey, Position
from ledger.journal.posting import Move
from ledger.rules.book import Rule
from ledger.rules.kinds import Attachment

CANCEL, GIVE_BACK, CARRY_COMMITMENT, ATTACH = "annuler", "rendre", "reporter", "rattacher"
CARRY_AVAILABLE, SLICE, RECOVER, COMPENSATE = "reporter_disponible", "tranche", "recouvrer", "compenser"
FATE_LABELS = {
    CANCEL: "annulé",
    GIVE_BACK: "rendu au financeur",
    CARRY_COMMITMENT: "reste à réaliser, reporté et ré-engagé",
    ATTACH: "rattaché à l'exercice, reste engagé",
    CARRY_AVAILABLE: "reporté, de nouveau disponible",
    SLICE: "reporté pour la tranche suivante d'une convention pluriannuelle",
    RECOVER: "à recouvrer par un titre de recettes",
    COMPENSATE: "à compenser sur l'exercice suivant",
}
_NOT_COMMITTED = (CANCEL, GIVE_BACK, CARRY_AVAILABLE, SLICE)
CHOICES: Mapping[Position, tuple[str, ...]] = {
    Position.DISPONIBLE: _NOT_COMMITTED,
    Position.PROGRAMME: _NOT_COMMITTED,
    Position.ENGAGE: (CARRY_COMMITMENT, ATTACH),
    Position.A_RECOUVRER: (RECOVER, COMPENSATE),
    Position.BLOQUE: (GIVE_BACK, COMPENSATE),
}
CARRIED = (CARRY_COMMITMENT, CARRY_AVAILABLE, SLICE)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the rules and the book say of one remainder.

    rule, words: the fate that the line's rule gives to unspent credits ("annuler", "rendre", "reporter",
    "reprogrammer") and its words. ended: why nothing of the enveloppe may serve any more; "" while it may.
    right, received: the right acquired on the financeur for this line, and what of it came in for nobody.
    slices: the conventions whose later slice waits on this line. attachment: the rule on services done, where one
    answers. decider: the financeur whose decision the fate is; own: whether it is the EPCI.
    """

    rule: str
    words: str
    decider: str
    ended: str = ""
    right: str = ""
    received: Money = ZERO
    slices: tuple[str, ...] = ()
    attachment: Rule[Attachment] | None = None
    own: bool = True


@dataclass(frozen=True, slots=True)
class Decided:
    """What somebody decided of a remainder of this amount."""

    amount: Money
    fate: str
    reason: str
    piece: str = ""


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of the money of one account at the end of its year, and why.

    proposed: the fate the rules propose. owed: what of it was received and is owed back. decision: the one that
    counts; when its amount is no longer this one it does not stand, and the fate is the one proposed. right, ended:
    as in Terms.
    """

    key: AccountKey
    amount: Money
    fate: str
    reason: str
    proposed: str
    decider: str
    owed: Money = ZERO
    right: str = ""
    ended: str = ""
    decision: Decided | None = None

    @property
    def stale(self) -> bool:
        """Whether a decision was taken on another amount."""
        return self.decision is not None and self.decision.amount != self.amount

    @property
    def decided(self) -> bool:
        """Whether somebody decided, on this very amount."""
        return self.decision is not None and not self.stale


def decide_fates(
    held: Mapping[AccountKey, Money],
    terms_of: Callable[[AccountKey], Terms],
    decisions: Mapping[AccountKey, Decided] | None = None,
) -> list[Fate]:
    """The fate of everything that the end of the year leaves to decide.

    held: the year's balances. What is ordered stays: its payment keeps its true day. What is owed back, or to be
    recovered, stays until the acts that end it, dated in an open year: its fate is only recorded.
    """
    left: dict[tuple[str, str], Money] = {}
    fates = []
    for key, amount in held.items():
        if key.position not in CHOICES:
            continue
        terms = terms_of(key)
        received = left.get((key.line, terms.right), terms.received)
        fate = _fate(key, amount, terms, min(received, amount), (decisions or {}).get(key))
        left[key.line, terms.right] = received - fate.owed
        fates.append(fate)
    return fates


def _fate(key: AccountKey, amount: Money, terms: Terms, received: Money, decision: Decided | None) -> Fate:
    proposed, reason = _proposed(key, terms, received)
    stands = decision is not None and decision.amount == amount
    fate = decision.fate if decision is not None and stands else proposed
    if decision is not None and stands:
        reason = decision.reason + (f" ({decision.piece})" if decision.piece else "")
    owed = received if fate == GIVE_BACK and key.position is not Position.BLOQUE else ZERO
    if owed and owed < amount:
        reason += f" ; dont {owed.french()} reçus, le reste jamais reçu"
    return Fate(key, amount, fate, reason, proposed, terms.decider, owed, terms.right, terms.ended, decision)


def _proposed(key: AccountKey, terms: Terms, received: Money) -> tuple[str, str]:
    if key.position is Position.ENGAGE and not terms.own:
        return CARRY_COMMITMENT, f"Engagé, pas encore payé par {terms.decider} : constaté"
    if key.position is Position.ENGAGE:
        return CARRY_COMMITMENT, "Engagé, non mandaté au 31/12"
    if key.position is Position.A_RECOUVRER:
        return RECOVER, "Trop-versé arrêté au bilan : titre de recettes, sauf compensation décidée"
    if key.position is Position.BLOQUE:
        return GIVE_BACK, "Dû au financeur : rendu, sauf compensation qu'il décide"
    if terms.ended:
        return CANCEL, terms.ended
    if terms.rule in ("reporter", "reprogrammer"):
        return CARRY_AVAILABLE, terms.words
    if terms.rule == "rendre":
        return (GIVE_BACK, terms.words) if received else (CANCEL, f"{terms.words} ; jamais reçu, rien à rendre")
    return CANCEL, terms.words


def refusal(key: AccountKey, amount: Money, fate: str, terms: Terms) -> tuple[str, str] | None:
    """The problem and the remedy when this remainder may not take this fate; None when it may."""
    allowed = CHOICES[key.position]
    if fate not in allowed:
        release = f", ou dégagez-le d'abord : cofiville convention degager {key.convention}"
        return (
            f"« {fate} » ne convient pas à {key.text()}.",
            f"Choisissez : {', '.join(allowed)}{release if key.position is Position.ENGAGE else ''}.",
        )
    if fate in (CARRY_AVAILABLE, SLICE) and terms.ended:
        return f"{key.text()} ne se reporte pas : {terms.ended}.", f"Choisissez : {CANCEL}."
    if fate == SLICE and not terms.slices:
        return (
            f"Aucune convention n'attend de tranche suivante sur {key.line}.",
            f"Choisissez {CARRY_AVAILABLE}, ou prévoyez la tranche dans la convention.",
        )
    if fate == GIVE_BACK and key.position is not Position.BLOQUE and not terms.received:
        return f"{key.text()} n'a jamais été reçu : rien n'est à rendre.", f"Choisissez : {CANCEL}."
    if fate == ATTACH and not (terms.attachment and terms.attachment.figures.allows(amount)):
        rule = terms.attachment
        why = f"{rule.label}, {rule.value()} ({rule.source})" if rule else "aucune règle ne le permet"
        return f"{key.text()} ne se rattache pas : {why}.", f"Choisissez : {CARRY_COMMITMENT}."
    return None


def closing_moves(fates: Iterable[Fate]) -> list[Move]:
    """The moves of the closing entry, dated in the year."""
    return [move for fate in fates for move in _closing(fate)]


def _closing(fate: Fate) -> Iterator[Move]:
    line, year = fate.key.line, fate.key.year
    if fate.fate in CARRIED:
        yield Move(AccountKey(Position.REPORTE, line, year), fate.key, fate.amount)
    elif fate.fate == CANCEL or fate.owed:
        if fate.owed:
            yield Move(AccountKey(Position.BLOQUE, line, year, fate.right), fate.key, fate.owed)
            yield Move(
                AccountKey(Position.DROIT_PERDU, line, year), AccountKey(Position.A_RENDRE, line, year), fate.owed
            )
        if fate.amount != fate.owed:
            yield Move(AccountKey(Position.ANNULE, line, year), fate.key, fate.amount - fate.owed)


def opening_moves(fates: Iterable[Fate], year: int) -> list[Move]:
    """The moves of the opening entry of `year`: what was carried over comes in, re-committed where it was engaged."""
    moves = []
    for fate in fates:
        if fate.fate not in CARRIED:
            continue
        source = AccountKey(Position.REPORT_ENTRANT, fate.key.line, year)
        engaged = fate.fate == CARRY_COMMITMENT
        target = fate.key._replace(year=year) if engaged else source._replace(position=Position.DISPONIBLE)
        moves.append(Move(target, source, fate.amount))
    return moves
