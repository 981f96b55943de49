"""Credits that a financeur announces it will take back, or freezes: kept from being granted until it does, or not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, LedgerError, require_words
from ledger.core.grouping import sums_by
from ledger.core.money import ZERO, Money, total
from ledger.core.words import typed_word
from ledger.journal.balances import balances
from ledger.journal.model import CreditAnnouncement
from ledger.journal.positions import AccountKey, Position
from ledger.journal.posting import Posted, post_acts
from ledger.journal.reversal import find_or_place
from ledger.journal.seal import Draft
from ledger.journal.vocabulary import AnnouncementKind, EntryKind
from ledger.storage.session import context, next_rank


class AnnouncementRefused(LedgerError):
    """More than was opened would be taken back or frozen, or more than is frozen freed."""

    code = "annonce_refusee"


@dataclass(frozen=True, slots=True)
class AnnouncementState:
    """An announcement that stands: how much of it what is available covers, the earlier announcements first.

    missing: what is to be found in what is granted.
    """

    row: CreditAnnouncement
    amount: Money
    covered: Money

    @property
    def missing(self) -> Money:
        """What nothing covers yet."""
        return self.amount - self.covered


def announce_lowering(session: Session, line: str, year: int, amount: Money, *, piece: str, on: date) -> Posted:
    """The entry of a lowering announced and not effective yet: it moves nothing, and keeps what is available.

    amount: above zero. The same piece announces it once. raises: InvalidValue without a piece or an amount,
    AnnouncementRefused above what is opened and not announced yet, DayClosed.
    """
    return _announce(session, AnnouncementKind.LOWERING, line, year, amount, piece, on)


def freeze_credits(session: Session, line: str, year: int, amount: Money, *, piece: str, on: date) -> Posted:
    """The entry of a freeze: these credits stay opened and may serve nothing. raises: as announce_lowering."""
    return _announce(session, AnnouncementKind.FREEZE, line, year, amount, piece, on)


def thaw_credits(session: Session, line: str, year: int, amount: Money, *, piece: str, on: date) -> Posted:
    """The entry that lifts a freeze, in all or in part. raises: as announce_lowering, above what is frozen."""
    return _announce(session, AnnouncementKind.FREEZE, line, year, -amount, piece, on)


_WORDS: Mapping[str, tuple[str, str]] = {
    AnnouncementKind.LOWERING: ("BAISSE ANNONCEE", "Baisse annoncée"),
    AnnouncementKind.FREEZE: ("GEL", "Gel de crédits"),
}


def _announce(
    session: Session, kind: AnnouncementKind, line: str, year: int, amount: Money, piece: str, on: date
) -> Posted:
    if not amount or (amount < ZERO and kind is not AnnouncementKind.FREEZE):
        raise InvalidValue("Le montant doit être supérieur à zéro.", "Saisissez un montant positif.")
    require_words(piece, "La pièce du financeur manque.", 'Nommez-la : --piece "Courrier du préfet du 12/09/2016".')
    reference, label = ("DEGEL", "Levée d'un gel") if amount < ZERO else _WORDS[kind]
    draft = Draft(
        reference=f"{reference} {line} {year} {piece.strip()}",
        kind=EntryKind.ANNOUNCEMENT,
        label=f"{label}, {line} {year} : {abs(amount).french()}",
        piece=piece.strip(),
        effect_on=on,
        moves=(),
        facts=(line, str(year), amount.plain()),
    )
    draft, earlier = find_or_place(session, draft)
    if earlier is not None:
        return earlier
    _check_amount(session, kind, line, year, amount)
    posted = post_acts(session, [draft])[0]
    session.add(
        CreditAnnouncement(
            contract=context(session).contract,
            line=line,
            year=year,
            rank=next_rank(session, CreditAnnouncement.rank, *_of(line, year)),
            kind=kind,
            amount=amount,
            announced_on=on,
            piece=piece.strip(),
            entry_number=posted.sequence,
        )
    )
    session.flush()
    return posted


def _check_amount(session: Session, kind: AnnouncementKind, line: str, year: int, amount: Money) -> None:
    standing = _standing(session, [year], line=line)
    if amount < ZERO:
        frozen = total(each.amount for each in standing if each.kind == AnnouncementKind.FREEZE)
        if frozen + amount < ZERO:
            raise AnnouncementRefused(
                f"Seuls {frozen.french()} sont gelés sur {line} {year} ; {(-amount).french()} seraient dégelés.",
                f"Réduisez le montant ; ce qui est gelé : cofiville enveloppe annonces {year}.",
            )
        return
    opened = balances(session, line=line, year=year, positions=(Position.NOTIFIE, Position.REPORT_ENTRANT))
    most = total(opened.values()) - total(each.amount for each in standing)
    if amount > most:
        known = " et pas encore annoncés ni gelés" if standing else ""
        raise AnnouncementRefused(
            f"Seuls {max(ZERO, most).french()} sont ouverts{known} sur {line} {year} ; {amount.french()} sont donnés.",
            f"Vérifiez le montant et la ligne : cofiville enveloppe montrer {line} {year}.",
        )


def _of(line: str, year: int) -> tuple[ColumnElement[bool], ...]:
    return CreditAnnouncement.line == line, CreditAnnouncement.year == year


def _standing(
    session: Session, years: Collection[int], *, line: str | None = None, on: date | None = None
) -> list[CreditAnnouncement]:
    """What is announced or frozen and neither undone nor effective (by this day), in the order it was."""
    query = select(CreditAnnouncement).where(CreditAnnouncement.year.in_(years))
    if line is not None:
        query = query.where(CreditAnnouncement.line == line)
    rows = session.scalars(query.order_by(CreditAnnouncement.entry_number)).all()
    return [each for each in rows if _stands(each, date.max if on is None else on)]


def _stands(row: CreditAnnouncement, on: date) -> bool:
    came, undone, done, restored = (
        day is not None and day <= on for day in (row.announced_on, row.undone_on, row.effect_on, row.restored_on)
    )
    return came and not undone and (restored or not done)


def announced_amounts(session: Session, years: Collection[int], *, on: date | None = None) -> dict[AccountKey, Money]:
    """By account of what is available, all that is announced or frozen on it: nothing of that may be granted."""
    found = sums_by(
        (AccountKey(Position.DISPONIBLE, each.line, each.year), each.amount)
        for each in _standing(session, years, on=on)
    )
    return {key: amount for key, amount in found.items() if amount}


def announcement_states(
    session: Session, years: Collection[int], *, line: str | None = None, on: date | None = None
) -> list[AnnouncementState]:
    """What stands announced or frozen, by line and year, and what covers it: the available, the earliest first.

    What lifts a freeze is taken off the earliest frozen.
    """
    rows = _standing(session, years, line=line, on=on)
    available: dict[tuple[str, int], Money] = {}
    for year in sorted({each.year for each in rows}):
        for key, amount in balances(session, year=year, on=on, positions=(Position.DISPONIBLE,)).items():
            available[key.line, key.year] = amount
    lifted = sums_by(((each.line, each.year), -each.amount) for each in rows if each.amount < ZERO)
    found = []
    for each in rows:
        place, amount = (each.line, each.year), each.amount
        if each.kind == AnnouncementKind.FREEZE and amount > ZERO:
            off = min(amount, lifted.get(place, ZERO))
            lifted[place], amount = lifted.get(place, ZERO) - off, amount - off
        if amount > ZERO:
            covered = min(amount, available.get(place, ZERO))
            available[place] = available.get(place, ZERO) - covered
            found.append(AnnouncementState(each, amount, covered))
    return found


def settle_announcement(state: AnnouncementState) -> str:
    """The command that settles this announcement: that finds what is missing, makes it effective, or lifts it."""
    row = state.row
    if state.missing:
        return f"cofiville enveloppe couvrir {row.line} {row.year}"
    if row.kind == AnnouncementKind.FREEZE:
        return f"cofiville enveloppe degeler {row.line} {row.year} {state.amount.plain()} --piece PIECE --le JOUR"
    lowered = (-state.amount).plain()
    return f"cofiville enveloppe modifier {row.line} {row.year} {lowered} --piece {typed_word(row.piece)} --le JOUR"


def announcement_words(states: Iterable[AnnouncementState]) -> tuple[str, ...]:
    """A sentence for each announcement that stands, with the command that says more."""
    return tuple(
        f"{AnnouncementKind(each.row.kind).label.capitalize()} sur {each.row.line} {each.row.year} :"
        f" {each.amount.french()} ({each.row.piece}), dont {each.missing.french()} à trouver :"
        f" cofiville enveloppe annonces {each.row.year}."
        for each in states
    )


def announced_lowering(session: Session, line: str, year: int, change: Money, piece: str) -> CreditAnnouncement | None:
    """The lowering announced under this piece that this change makes effective; None when it is none.

    raises: AnnouncementRefused for another amount than was announced.
    """
    for each in _standing(session, [year], line=line):
        if each.kind == AnnouncementKind.LOWERING and each.piece == piece.strip() and change < ZERO:
            if -change != each.amount:
                raise AnnouncementRefused(
                    f"« {each.piece} » annonce une baisse de {each.amount.french()} sur {line} {year} ;"
                    f" {(-change).french()} sont saisis.",
                    f"Saisissez {(-each.amount).plain()}, ou annulez l'annonce :"
                    f" cofiville journal annuler {each.entry_number} --motif MOTIF.",
                )
            return each
    return None


def make_effective(session: Session, announced: CreditAnnouncement, posted: Posted, on: date) -> None:
    """The lowering announced is done, by this entry."""
    announced.effect_number, announced.effect_on, announced.restored_on = posted.sequence, on, None
    session.flush()


def thaws_after(session: Session, row: CreditAnnouncement) -> Sequence[CreditAnnouncement]:
    """What lifted freezes of the same line and year, the latest first, where it could not stand without this one."""
    rows = [each for each in _standing(session, [row.year], line=row.line) if each.kind == AnnouncementKind.FREEZE]
    left = total(each.amount for each in rows if each is not row)
    if row.kind != AnnouncementKind.FREEZE or left >= ZERO:
        return []
    return [each for each in reversed(rows) if each.amount < ZERO]
