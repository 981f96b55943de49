"""Days that an act dated back would leave below zero: refused, but where the enveloppe was notified later."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate, groupby
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import LedgerError
from ledger.core.money import Money
from ledger.core.period import french_day
from ledger.journal.model import Entry
from ledger.journal.positions import POSITION_LABELS, AccountKey, Position
from ledger.journal.seal import Draft
from ledger.journal.stored import TransferTotals, read_day
from ledger.storage.driver import Question, ask_server
from ledger.storage.session import context

NEGATIVE_DAY = "jour_passe_negatif"
_NOTIFYING = (Position.NOTIFIE, Position.REPORT_ENTRANT)
Spell = tuple[date, date, int]
"""First and last days below zero, and the cents missing at worst."""
_OF_ACCOUNTS = (
    "SELECT sequence, rank, debit_account, credit_account, amount, effect_on FROM transfer"
    " JOIN entry USING (contract, sequence) WHERE contract = ? AND {side}_account IN (??)"
)


@dataclass(slots=True)
class DatedBack:
    """The accounts that acts of a session lower on a day before one the book has, and since which day."""

    since: dict[AccountKey, date] = field(default_factory=dict)


class OverdraftOnDays(NamedTuple):
    """Days (the last included) at the end of which an account would have been below zero, and by how much at worst.

    entry: the last written that lowers it on one of them or before. notified_later: whether credits notified since
    cover it.
    """

    key: AccountKey
    first: date
    last: date
    missing: Money
    entry: int
    notified_later: bool = False

    @property
    def message(self) -> str:
        """What happened, in a sentence."""
        days = f"le {french_day(self.first)}"
        if self.last > self.first:
            days = f"du {french_day(self.first)} au {french_day(self.last)}"
        return (
            f"{days[0].upper()}{days[1:]}, il aurait manqué {self.missing.french()} : l'écriture {self.entry} "
            f"est datée d'avant {'la notification qui' if self.notified_later else 'ce qui'} la couvre."
        )


def overdrafts_on_days(
    sums: TransferTotals,
    keys: Mapping[int, AccountKey],
    transfers: Sequence[Sequence[Any]],
    days: Mapping[int, Any],
    since: Mapping[AccountKey, date] | None = None,
    undone: Collection[int] = (),
) -> list[OverdraftOnDays]:
    """Every account of these that was below zero at the end of a day, at the first such days, in the order of keys.

    transfers: all those of these accounts. days: of each entry, as stored. since: by account, the day from which its
    days are looked at; None for all. undone: the entries that no longer stand and those that undid them (see
    undone_entries): what they alone left below zero is mended.
    """
    spells = _spells(sums, keys, since)
    if spells and undone:
        transfers = [row for row in transfers if row[0] not in undone and (row[2] in spells or row[3] in spells)]
        spells = _standing(spells, keys, transfers, days, since)
    found = {account: each[0] for account, each in spells.items()}
    entries = _lowering(found, keys, transfers, days) if found else {}
    return sorted(
        OverdraftOnDays(keys[account], first, last, Money(missing), entries.get(account, 0))
        for account, (first, last, missing) in found.items()
    )


def undone_entries(reverses: Mapping[int, int | None]) -> set[int]:
    """The entries that no longer stand, with those that undid them. reverses: of each entry, the one that it undoes."""
    undone: set[int] = set()
    for sequence in sorted(reverses, reverse=True):
        if (reversed_one := reverses[sequence]) is not None and sequence not in undone:
            undone |= {sequence, reversed_one}
    return undone


def _standing(
    spells: Mapping[int, list[Spell]],
    keys: Mapping[int, AccountKey],
    transfers: Sequence[Sequence[Any]],
    days: Mapping[int, Any],
    since: Mapping[AccountKey, date] | None,
) -> dict[int, list[Spell]]:
    """The spells that the entries which stand leave below zero by themselves too, within these."""
    alone = TransferTotals()
    alone.add(transfers, days)
    found = {}
    for account, each in _spells(alone, keys, since).items():
        of_both = spells.get(account, [])
        if kept := [one for one in each if any(one[0] <= last and first <= one[1] for first, last, _ in of_both)]:
            found[account] = kept
    return found


def _spells(
    sums: TransferTotals, keys: Mapping[int, AccountKey], since: Mapping[AccountKey, date] | None
) -> dict[int, list[Spell]]:
    """By account that has some, its spells below zero, in order."""
    found = {}
    for account, moves in groupby(sums.moves(), key=lambda move: move[0]):
        key = keys.get(account)
        if key is not None and (spells := _below_zero(moves, _sign(key), since[key] if since else date.min)):
            found[account] = spells
    return found


def _sign(key: AccountKey) -> int:
    return 1 if key.position.side == "D" else -1


def _lowering(
    spells: Mapping[int, Spell],
    keys: Mapping[int, AccountKey],
    transfers: Sequence[Sequence[Any]],
    days: Mapping[int, Any],
) -> dict[int, int]:
    """For each of these accounts, the last entry that lowers it by the end of its spell."""
    found: dict[int, int] = {}
    for sequence, _rank, debit, credit, _amount in transfers:
        for account, lowers in ((credit, 1), (debit, -1)):
            if account in spells and _sign(keys[account]) == lowers:
                day = read_day(days.get(sequence))
                if day is not None and day <= spells[account][1]:
                    found[account] = max(found.get(account, 0), sequence)
    return found


def _below_zero(moves: Iterator[tuple[int, Any, int]], sign: int, since: date) -> list[Spell]:
    """The spells below zero, on this day or after, of an account whose days these are."""
    spells: list[Spell] = []
    held = lowest = 0
    first = day = None
    for _, stored, net in moves:
        day = read_day(stored)
        if day is None:
            continue
        if first is not None and held + net * sign >= 0:
            spells.append((first, day - timedelta(days=1), -lowest))
            first, lowest = None, 0
        held += net * sign
        if held < 0 and day >= since:
            first, lowest = first or day, min(lowest, held)
    return [*spells, (first, day or first, -lowest)] if first is not None else spells


class DatedTooEarly(LedgerError):
    """An act dated before what allows it: a position would have been below zero some day since."""

    code = "date_avant_ce_qui_permet"

    def __init__(self, worst: OverdraftOnDays, until: date) -> None:
        possible = until + timedelta(days=1)
        super().__init__(
            f"Cet acte est daté d'avant ce qui le permet : le {french_day(worst.first)}, il manquerait"
            f" {worst.missing.french()} {_in_words(worst.key)}.",
            f"Datez-le à partir du {french_day(possible)} (--le {possible.isoformat()}), ou enregistrez d'abord, à sa"
            " date, ce qui le permet.",
        )
        self.worst = worst


def _in_words(key: AccountKey) -> str:
    what = POSITION_LABELS.get(key.position, str(key.position).lower().replace("_", " "))
    of = [("convention", key.convention), ("action", key.action)]
    more = ", ".join(f"{name} {code}" for name, code in of if code)
    return f"à ce qui est {what} de {key.line} {key.year}" + (f" ({more})" if more else "")


def note_dated_back(session: Session, drafts: Sequence[Draft], latest: date | None) -> None:
    """Remember the accounts that acts lower on a day before one the book has, and since which day.

    latest: the last day of effect there is before them; None in an empty book.
    """
    lowered = context(session).kept(DatedBack).since
    for draft in drafts:
        if latest is None or draft.effect_on >= latest:
            latest = draft.effect_on
            continue
        keys = [move.credit for move in draft.moves if move.credit.position.side == "D"]
        keys += [move.debit for move in draft.moves if move.debit.position.side == "C"]
        for key in keys:
            lowered[key] = min(draft.effect_on, lowered.get(key, draft.effect_on))


def check_days_before(session: Session) -> list[OverdraftOnDays]:
    """The past days when enveloppes were below zero because of acts of this session, which their notification covers.

    Told once. raises: DatedTooEarly for any other position, or for what no notification covers.
    """
    since = context(session).kept(DatedBack).since
    context(session).forget(DatedBack)
    keys = {key.account_id(): key for key in since}
    if not keys:
        return []
    rows = _transfers_of(session, keys)
    days = {row[0]: row[5] for row in rows}
    transfers = [row[:5] for row in rows]
    sums, notified = TransferTotals(), TransferTotals()
    sums.add(transfers, days)
    _add_notified_at_first(notified, transfers, days, keys)
    spells = _spells(notified, keys, since)
    found = overdrafts_on_days(sums, keys, transfers, days, since)
    refused = [each for each in found if each.key.account_id() in spells]
    if refused:
        raise DatedTooEarly(refused[0], max(last for each in spells.values() for _, last, _ in each))
    return [each._replace(notified_later=True) for each in found]


def dated_too_early(session: Session) -> DatedTooEarly | None:
    """What check_days_before will refuse of this session as it stands; None when it will not."""
    lowered = dict(context(session).kept(DatedBack).since)
    try:
        check_days_before(session)
    except DatedTooEarly as refusal:
        return refusal
    finally:
        context(session).kept(DatedBack).since = lowered
    return None


def note_later_notification(session: Session, keys: Iterable[AccountKey], on: date) -> dict[AccountKey, Money]:
    """How much of what these accounts hold now an act of this day may not take: on some day since, it was not there.

    Accounts of which it may take everything are left out.
    """
    if session.scalar(select(Entry.sequence).where(Entry.effect_on > on).limit(1)) is None:
        return {}
    of_id = {key.account_id(): key for key in keys}
    rows = _transfers_of(session, of_id)
    sums = TransferTotals()
    sums.add([row[:5] for row in rows], {row[0]: row[5] for row in rows})
    found = {}
    for account, moves in groupby(sums.moves(), key=lambda move: move[0]):
        if account in of_id:
            held = [(day, net * _sign(of_id[account])) for _, stored, net in moves if (day := read_day(stored))]
            since = list(accumulate((net for day, net in held if day > on), initial=0))
            if late := since[-1] - min(since):
                found[of_id[account]] = Money(late)
    return found


def _transfers_of(session: Session, accounts: Iterable[int]) -> list[tuple[Any, ...]]:
    questions = [Question(_OF_ACCOUNTS.format(side=side), sorted(accounts)) for side in ("debit", "credit")]
    return list({tuple(row) for found in ask_server(session, *questions) for row in found})


def _add_notified_at_first(
    into: TransferTotals, transfers: Sequence[Sequence[Any]], days: Mapping[int, Any], keys: Mapping[int, AccountKey]
) -> None:
    """Count these transfers as if what feeds an enveloppe had been there from the first day."""
    enveloppes = [key for key in keys.values() if key.position is Position.DISPONIBLE]
    fed = {
        (key.account_id(), key._replace(position=position).account_id())
        for key in enveloppes
        for position in _NOTIFYING
    }
    feeding = [row for row in transfers if (row[2], row[3]) in fed]
    first = min(days.values())
    into.add(feeding, dict.fromkeys(days, first))
    into.add([row for row in transfers if (row[2], row[3]) not in fed], days)
