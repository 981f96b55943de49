"""Does the book hold? Every check is run and every finding reported, each with the entry or account it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.core.money import Money
from ledger.core.progress import Progress, silent
from ledger.journal.chain import chain_findings
from ledger.journal.findings import Finding, Head, readable
from ledger.journal.keys import AccountKey, Position
from ledger.journal.locking import CLOSING, closing_motive, closing_reference
from ledger.journal.model import Account, ChainHead, Entry, Exercice, Transfer
from ledger.journal.past import PAST_DAY, past_overdrafts
from ledger.journal.positions import line_state
from ledger.journal.seal import GENESIS
from ledger.journal.stored import any_text, read_day, stored_rows, stored_tuples
from ledger.journal.tally import Tally, tally
from ledger.storage.bulk import many_objects
from ledger.storage.session import context


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


def head(session: Session) -> Head:
    """The *sceau* of the contract's book; zero entries and the seal of genesis when it is empty."""
    found = session.get(ChainHead, context(session).contract, populate_existing=True)
    return Head(found.sequence, found.seal) if found else Head(0, GENESIS)


class Review(NamedTuple):
    """What an audit found: what the book must not hold, and what somebody should look at."""

    findings: list[Finding]
    warnings: list[Finding]


def audit(session: Session) -> list[Finding]:
    """Every anomaly of the contract's book; empty when it is sound."""
    return review(session).findings


def review(session: Session, progress: Progress = silent) -> Review:
    """Every anomaly of the contract's book, and the past days that an act dated back left below zero."""
    with many_objects():
        progress("Lecture du livre")
        try:
            book = _read(session)
        except DBAPIError:
            with any_text(session):
                book = _read(session)
        progress("Totaux des comptes")
        sums, miscounted = tally(session, book.entries, book.transfers)
        chain = chain_findings(book.contract, book.entries, book.transfers, book.keys, book.head, progress)
        found = [*_accounts(book), *chain, *_once(book), *_totals(book, sums), *_identities(book), *_closings(book)]
        months = "Ses totaux par mois ne sont pas ceux des écritures."
        found += [Finding("mois_alteres", f"compte {account}", months) for account in miscounted]
        past = past_overdrafts(
            sums, book.keys, book.transfers, {each.sequence: each.effect_on for each in book.entries}
        )
        return Review(found, [Finding(PAST_DAY, each.key.text(), each.message) for each in past])


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
            yield Finding("compte_altere", readable(subject), "L'identité de ce compte a été modifiée.")


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


def _totals(book: _Book, sums: Tally) -> Iterator[Finding]:
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
    acts = {entry.reference: entry for entry in book.entries if entry.kind == CLOSING}
    seals = {entry.sequence: entry.seal for entry in book.entries}
    locked_after: dict[int, int | None] = {}
    for exercice in book.exercices:
        act = acts.pop(closing_reference(exercice.year), None)
        if not _says_the_same(exercice, act, seals):
            message = "L'état de cet exercice n'est pas celui que disent les écritures."
            yield Finding("exercice_altere", f"exercice {exercice.year}", message)
        locked_after[exercice.year] = None if act is None else act.sequence
    for act in acts.values():
        yield Finding("exercice_altere", readable(act.reference), "L'exercice que cette écriture clôt a disparu.")
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
