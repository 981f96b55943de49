"""Does the book hold? Entries against seals, accounts against transfers, the head against a seal kept outside."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue
from ledger.core.money import Money
from ledger.core.progress import Progress, silent
from ledger.core.sealing import GENESIS, canonical
from ledger.journal.backdating import NEGATIVE_DAY, overdrafts_on_days, undone_entries
from ledger.journal.findings import Finding, Head, printable
from ledger.journal.locking import closing_motive, closing_reference
from ledger.journal.model import Account, ChainHead, Entry, Exercice, Transfer
from ledger.journal.positions import AccountKey, Position, line_state
from ledger.journal.seal import EntryStamp, entry_seal, entry_text, said_of_act
from ledger.journal.stored import (
    TransferTotals,
    any_text,
    read_day,
    read_instant,
    stored_rows,
    stored_tuples,
    total_transfers,
)
from ledger.journal.vocabulary import EntryKind
from ledger.storage.driver import many_objects
from ledger.storage.session import context

_PROGRESS_EVERY = 10_000


def chain_findings(
    contract: str,
    entries: Sequence[Any],
    transfers: Sequence[Sequence[Any]],
    keys: Mapping[int, AccountKey],
    head: Head,
    progress: Progress,
) -> Iterator[Finding]:
    """What is missing, altered or stray. entries, transfers: as stored, in order. keys: those that can be read."""
    moved = _texts(transfers, {account: canonical(key.key_text()) for account, key in keys.items()})
    previous, expected = GENESIS, 0
    for place, entry in enumerate(entries):
        if place % _PROGRESS_EVERY == 0:
            progress("Sceaux", place, len(entries))
        expected += 1
        if entry.sequence != expected:
            yield Finding("ecriture_manquante", f"écriture {expected}", "Cette écriture manque ou a été renumérotée.")
            expected = entry.sequence
        if _seal(contract, previous, entry, moved.pop(entry.sequence, "")) != entry.seal:
            message = f"« {printable(entry.label)} » ne correspond plus à son sceau."
            yield Finding("ecriture_alteree", f"écriture {entry.sequence}", message)
        previous = entry.seal
    for stray in moved:
        message = "Des mouvements n'appartiennent à aucune écriture."
        yield Finding("mouvement_sans_ecriture", f"écriture {stray}", message)
    if head != (expected, previous):
        message = "Le sceau du livre n'est pas celui de sa dernière écriture."
        yield Finding("sceau_altere", f"écriture {head.entries}", message)


def _texts(transfers: Sequence[Sequence[Any]], accounts: Mapping[int, str]) -> dict[int, str | None]:
    """The canonical text of what each entry moves; None where ranks or accounts can no longer be read."""
    texts: dict[int, str | None] = {}
    last, expected, text = None, 0, ""
    for sequence, rank, debit, credit, amount in transfers:
        if sequence != last:
            last, expected, text = sequence, 0, ""
        expected += 1
        if texts.get(sequence, "") is None or rank != expected or debit not in accounts or credit not in accounts:
            texts[sequence] = None
            continue
        cents = str(amount)
        text = texts[sequence] = f"{text}{accounts[debit]}{accounts[credit]}{len(cents)}:{cents}"
    return texts


def _seal(contract: str, previous: str, entry: Any, moves: str | None) -> str | None:
    """The seal this entry should have; None when what is stored can no longer be read."""
    effect_on = read_day(entry.effect_on)
    stamp = _stamp(contract, entry.recorded_at, entry.agent, entry.command, entry.database_role)
    if moves is None or effect_on is None or stamp is None:
        return None
    _, words = said_of_act(entry.kind, entry.label, entry.piece, entry.motive, effect_on, entry.reverses)
    text, version = stamp
    try:
        covered = entry_text(entry.reference, words, entry.content_hash, text, moves)
        return entry_seal(previous, entry.sequence, covered, version)
    except UnicodeEncodeError:
        return None


@lru_cache(maxsize=4096)
def _stamp(contract: str, stored_at: Any, agent: str, command: str, role: str) -> tuple[str, str] | None:
    """What a stamp brings to a seal, and the seal's version; acts of one batch share it. None when it is unreadable."""
    recorded_at = read_instant(stored_at)
    if recorded_at is None:
        return None
    stamp = EntryStamp(contract, recorded_at, agent, command, role)
    return stamp.text(), stamp.version


@dataclass(frozen=True, slots=True)
class _Book:
    """The book of a contract as stored, and the accounts whose key can still be read."""

    contract: str
    entries: Sequence[Any]
    transfers: Sequence[Sequence[Any]]
    accounts: Sequence[Any]
    exercices: Sequence[Any]
    head: Head
    keys: Mapping[int, AccountKey]


def book_head(session: Session) -> Head:
    """The *sceau* of the contract's book; zero entries and the seal of genesis when it is empty."""
    found = session.get(ChainHead, context(session).contract, populate_existing=True)
    return Head(found.sequence, found.seal) if found else Head(0, GENESIS)


class BookReview(NamedTuple):
    """What an audit found: what the book must not hold, and what somebody should look at."""

    findings: list[Finding]
    warnings: list[Finding]


def audit_book(session: Session) -> list[Finding]:
    """Every anomaly of the contract's book; empty when it is sound."""
    return review_book(session).findings


def review_book(session: Session, progress: Progress = silent) -> BookReview:
    """Every anomaly of the contract's book, and the past days that an act dated back left below zero."""
    with many_objects():
        progress("Lecture du livre")
        try:
            book = _read(session)
        except DBAPIError:
            with any_text(session):
                book = _read(session)
        progress("Totaux des comptes")
        sums, miscounted = total_transfers(session, book.entries, book.transfers)
        chain = chain_findings(book.contract, book.entries, book.transfers, book.keys, book.head, progress)
        found = [*_accounts(book), *chain, *_once(book), *_totals(book, sums), *_identities(book), *_closings(book)]
        months = "Ses totaux par mois ne sont pas ceux des écritures."
        found += [Finding("mois_alteres", f"compte {account}", months) for account in miscounted]
        days = {each.sequence: each.effect_on for each in book.entries}
        undone = undone_entries({each.sequence: each.reverses for each in book.entries})
        dated_back = overdrafts_on_days(sums, book.keys, book.transfers, days, undone=undone)
        return BookReview(found, [Finding(NEGATIVE_DAY, each.key.text(), each.message) for each in dated_back])


def _read(session: Session) -> _Book:
    accounts = stored_rows(session, Account, "id")
    heads = stored_rows(session, ChainHead, "contract")
    return _Book(
        contract=context(session).contract,
        entries=stored_rows(session, Entry, "sequence"),
        transfers=stored_tuples(session, Transfer, "sequence", "rank"),
        accounts=accounts,
        exercices=stored_rows(session, Exercice, "year"),
        head=Head(heads[0].sequence, heads[0].seal) if heads else Head(0, GENESIS),
        keys={row.id: key for row in accounts if (key := _key(row)) is not None},
    )


def _key(account: Any) -> AccountKey | None:
    try:
        position = Position(account.position)
        key = AccountKey(position, account.line, account.year, account.convention, account.action)
        return key if key.account_id() == account.id and key.position.side == account.side else None
    except ValueError:  # neither a position nor, for some other column, text
        return None


def _accounts(book: _Book) -> Iterator[Finding]:
    for account in book.accounts:
        if account.id not in book.keys:
            subject = f"compte {account.id} ({account.position} {account.line} {account.year})"
            yield Finding("compte_altere", printable(subject), "L'identité de ce compte a été modifiée.")


def _once(book: _Book) -> Iterator[Finding]:
    references: dict[str, int] = {}
    reversals: dict[int, int] = {}
    each_once = len({entry.reference for entry in book.entries}) == len(book.entries)
    for entry in () if each_once else book.entries:
        first = references.setdefault(entry.reference, entry.sequence)
        if first != entry.sequence:
            message = f"Cette écriture porte la référence de l'écriture {first}."
            yield Finding("reference_double", f"écriture {entry.sequence}", message)
    for entry in [entry for entry in book.entries if entry.reverses is not None]:
        first = reversals.setdefault(entry.reverses, entry.sequence)
        if first != entry.sequence or not 0 < entry.reverses < entry.sequence:
            message = f"Cette écriture annule l'écriture {entry.reverses}, absente ou déjà annulée."
            yield Finding("annulation_impossible", f"écriture {entry.sequence}", message)


def _totals(book: _Book, sums: TransferTotals) -> Iterator[Finding]:
    moved = sums.totals()
    known = {account.id for account in book.accounts}
    for stranger in sorted(moved.keys() - known):
        yield Finding("compte_manquant", f"compte {stranger}", "Un mouvement vise un compte qui n'existe pas.")
    for account in book.accounts:
        subject = book.keys[account.id].text() if account.id in book.keys else f"compte {account.id}"
        debit, credit = moved.get(account.id, (0, 0))
        if (account.debit, account.credit) != (debit, credit):
            yield Finding("solde_altere", subject, "Les totaux de ce compte ne sont pas ceux de ses mouvements.")
        if (debit - credit if account.side == "D" else credit - debit) < 0:
            yield Finding("solde_negatif", subject, "Ce compte est à découvert.")


def _identities(book: _Book) -> Iterator[Finding]:
    by_line: dict[tuple[str, int], dict[AccountKey, Money]] = {}
    for account in book.accounts:
        if (key := book.keys.get(account.id)) is not None:
            debit = account.debit - account.credit
            by_line.setdefault((key.line, key.year), {})[key] = Money(debit if key.position.side == "D" else -debit)
    for (line, year), held in by_line.items():
        if gap := line_state(held).gap:
            yield Finding("positions_inegales", f"{line} {year}", f"Notifié et positions diffèrent de {gap.french()}.")


def _closings(book: _Book) -> Iterator[Finding]:
    acts = {entry.reference: entry for entry in book.entries if entry.kind == EntryKind.CLOSING}
    seals = {entry.sequence: entry.seal for entry in book.entries}
    locked_after: dict[int, int | None] = {}
    for exercice in book.exercices:
        act = acts.pop(closing_reference(exercice.year), None)
        if not _says_the_same(exercice, act, seals):
            message = "L'état de cet exercice n'est pas celui que disent les écritures."
            yield Finding("exercice_altere", f"exercice {exercice.year}", message)
        locked_after[exercice.year] = None if act is None else act.sequence
    for act in acts.values():
        yield Finding("exercice_altere", printable(act.reference), "L'exercice que cette écriture clôt a disparu.")
    # Days are few: those that hold an entry they should not are looked for first.
    latest = {entry.effect_on: entry.sequence for entry in book.entries}
    wrong = {stored for stored, sequence in latest.items() if _misplaced(stored, sequence, locked_after)}
    for entry in book.entries if wrong else ():
        day = read_day(entry.effect_on)
        if day is None or entry.effect_on not in wrong:
            continue
        if day.year not in locked_after:
            yield Finding("exercice_manquant", f"écriture {entry.sequence}", f"L'exercice {day.year} n'existe pas.")
        elif (last := locked_after[day.year]) is not None and entry.sequence > last:
            message = f"Cette écriture a été ajoutée à l'exercice {day.year} après sa clôture."
            yield Finding("ecriture_tardive", f"écriture {entry.sequence}", message)


def _misplaced(stored: Any, sequence: int, locked_after: Mapping[int, int | None]) -> bool:
    """Whether an entry of this number may not be on this day: there is no such exercice, or it was closed before."""
    day = read_day(stored)
    return day is not None and (
        day.year not in locked_after or ((last := locked_after[day.year]) is not None and sequence > last)
    )


def _says_the_same(exercice: Any, act: Any | None, seals: Mapping[int, str]) -> bool:
    """Whether the row of an exercice repeats the act that closed it, or says it is open where there is none."""
    closing = (exercice.closed_on, exercice.closed_at, exercice.closing_seal, exercice.closing_entries)
    if act is None or None in closing:
        return act is None and set(closing) == {None}
    day = read_day(exercice.closed_on)
    return (
        day is not None
        and act.motive == closing_motive(day)
        and exercice.closed_at == act.recorded_at
        and exercice.closing_entries >= act.sequence
        and seals.get(exercice.closing_entries) == exercice.closing_seal
    )


_TYPED = re.compile(r"(?:([0-9]{1,18}):)?([0-9a-f]{12,64})…?")
_PRINTED = re.compile(r"\b([0-9]{1,18}):([0-9a-f]{64})\b|\"sceau\": *\"()([0-9a-f]{64})\"")


class Anchor(NamedTuple):
    """A seal, or how it begins, and how many entries the book held then; None when that was not said."""

    entries: int | None
    seal: str


def parse_anchor(text: str) -> Anchor:
    """The seal typed, N:HEX or HEX, of which 12 digits are enough. raises: InvalidValue."""
    found = _TYPED.fullmatch(text.strip().lower())
    if found is None:
        raise InvalidValue(
            f"« {text.strip()} » n'est pas un sceau.",
            "Donnez-le comme il est imprimé, nombre d'écritures puis sceau (123:ab12…), ou le fichier qui le porte.",
        )
    return Anchor(int(found[1]) if found[1] else None, found[2])


def printed_anchors(text: str) -> list[Anchor]:
    """Every seal that a closing, an export or a backup printed in this text. raises: InvalidValue without any."""
    found = [Anchor(int(a or b) if a or b else None, c or d) for a, c, b, d in _PRINTED.findall(text)]
    if not found:
        raise InvalidValue(
            "Ce fichier ne porte aucun sceau.", "Gardez ce qu'écrivent base sauvegarder, cloture executer ou l'export."
        )
    return list(dict.fromkeys(found))


def recomputed_seals(session: Session) -> dict[int, str]:
    """The seal of each entry of the contract's book by its number, recomputed, up to the first that does not hold."""
    book = _read(session)
    moved = _texts(book.transfers, {account: canonical(key.key_text()) for account, key in book.keys.items()})
    found = {0: GENESIS}
    for place, entry in enumerate(book.entries, start=1):
        seal = _seal(book.contract, found[place - 1], entry, moved.get(entry.sequence, ""))
        if entry.sequence != place or seal is None or seal != entry.seal:
            break
        found[place] = seal
    return found


def lost_anchors(anchors: Sequence[Anchor], chains: Sequence[Mapping[int, str]]) -> list[Finding]:
    """The seals that none of these chains, recomputed, has at the place they name."""
    return [
        Finding(
            "sceau_absent",
            f"sceau {anchor.seal[:12]}…" if anchor.entries is None else f"écriture {anchor.entries}",
            "Aucun livre ne porte plus ce sceau : des écritures ont été retirées ou le livre a été réécrit.",
        )
        for anchor in anchors
        if not any(_held(chain, anchor) for chain in chains)
    ]


def _held(chain: Mapping[int, str], anchor: Anchor) -> bool:
    if anchor.entries is not None:
        return chain.get(anchor.entries, "").startswith(anchor.seal)
    return any(seal.startswith(anchor.seal) for seal in chain.values())
