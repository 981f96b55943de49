"""Does the book hold? Every check is run and every finding reported, each with the entry or account it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.core.money import Money
from ledger.journal.context import context
from ledger.journal.counted import miscounted
from ledger.journal.keys import AccountKey, Position
from ledger.journal.locking import CLOSING, closing_motive, closing_reference
from ledger.journal.model import Account, ChainHead, Entry, Exercice, Transfer
from ledger.journal.positions import line_state
from ledger.journal.seal import GENESIS, Draft, Stamp, canonical, entry_seal, entry_text
from ledger.journal.stored import any_text, read_day, read_instant, stored_rows
from ledger.storage.bulk import many_objects


class Finding(NamedTuple):
    """Something the audit refuses: a stable code, the object it is about, a French sentence."""

    code: str
    subject: str
    message: str


class Head(NamedTuple):
    """How many entries the book holds and the seal of the last one."""

    entries: int
    seal: str

    @property
    def text(self) -> str:
        """The *sceau* as it is printed and typed: 123:ab12…, 64 digits after the colon."""
        return f"{self.entries}:{self.seal}"


@dataclass(frozen=True, slots=True)
class _Book:
    """The book of a contract as stored, and the accounts whose key can still be read."""

    contract: str
    entries: Sequence[Any]
    transfers: Sequence[Any]
    accounts: Sequence[Any]
    exercices: Sequence[Any]
    head: Head
    keys: Mapping[int, AccountKey]


def head(session: Session) -> Head:
    """The *sceau* of the contract's book; zero entries and the seal of genesis when it is empty."""
    found = session.get(ChainHead, context(session).contract, populate_existing=True)
    return Head(found.sequence, found.seal) if found else Head(0, GENESIS)


def audit(session: Session) -> list[Finding]:
    """Every anomaly of the contract's book; empty when it is sound."""
    with many_objects():
        try:
            book = _read(session)
        except DBAPIError:
            with any_text(session):
                book = _read(session)
        found = [*_accounts(book), *_chain(book), *_once(book), *_totals(book), *_identities(book), *_closings(book)]
        months = "Ses totaux par mois ne sont pas ceux des écritures."
        wrong = miscounted(session, book.entries, book.transfers)
        return [*found, *(Finding("mois_alteres", f"compte {account}", months) for account in wrong)]


def _read(session: Session) -> _Book:
    accounts = stored_rows(session, Account, "id")
    heads = stored_rows(session, ChainHead, "contract")
    return _Book(
        contract=context(session).contract,
        entries=stored_rows(session, Entry, "sequence"),
        transfers=stored_rows(session, Transfer, "sequence", "rank"),
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
            yield Finding("compte_altere", _readable(subject), "L'identité de ce compte a été modifiée.")


def _readable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _chain(book: _Book) -> Iterator[Finding]:
    texts = {account: canonical(key.key_text()) for account, key in book.keys.items()}
    moves: dict[int, list[Any]] = {}
    for transfer in book.transfers:
        moves.setdefault(transfer.sequence, []).append(transfer)
    previous, expected = GENESIS, 0
    for entry in book.entries:
        expected += 1
        if entry.sequence != expected:
            yield Finding("ecriture_manquante", f"écriture {expected}", "Cette écriture manque ou a été renumérotée.")
            expected = entry.sequence
        if _seal(book.contract, previous, entry, moves.pop(entry.sequence, []), texts) != entry.seal:
            message = f"« {_readable(entry.label)} » ne correspond plus à son sceau."
            yield Finding("ecriture_alteree", f"écriture {entry.sequence}", message)
        previous = entry.seal
    for stray in moves:
        yield Finding(
            "mouvement_sans_ecriture", f"écriture {stray}", "Des mouvements n'appartiennent à aucune écriture."
        )
    if book.head != (expected, previous):
        message = "Le sceau du livre n'est pas celui de sa dernière écriture."
        yield Finding("sceau_altere", f"écriture {book.head.entries}", message)


def _seal(contract: str, previous: str, entry: Any, transfers: Sequence[Any], texts: Mapping[int, str]) -> str | None:
    """The seal this entry should have; None when what is stored can no longer be read."""
    effect_on = read_day(entry.effect_on)
    stamp = _stamp(contract, entry.recorded_at, entry.agent, entry.command, entry.database_role)
    if effect_on is None or stamp is None:
        return None
    moves = ""
    for rank, transfer in enumerate(transfers, start=1):
        if transfer.rank != rank or transfer.debit_account not in texts or transfer.credit_account not in texts:
            return None
        cents = str(transfer.amount)
        moves += f"{texts[transfer.debit_account]}{texts[transfer.credit_account]}{len(cents)}:{cents}"
    said = (entry.reference, entry.kind, entry.label, entry.piece)
    draft = Draft(*said, effect_on, (), motive=entry.motive, reverses=entry.reverses)
    text, version = stamp
    try:
        return entry_seal(previous, entry.sequence, entry_text(draft, entry.content_hash, moves, text), version)
    except UnicodeEncodeError:
        return None


@lru_cache(maxsize=4096)
def _stamp(contract: str, stored_at: Any, agent: str, command: str, role: str) -> tuple[str, str] | None:
    """What a stamp brings to a seal, and the seal's version; acts of one batch share it. None when it is unreadable."""
    recorded_at = read_instant(stored_at)
    if recorded_at is None:
        return None
    stamp = Stamp(contract, recorded_at, agent, command, role)
    return stamp.text(), stamp.version


def _once(book: _Book) -> Iterator[Finding]:
    references: dict[str, int] = {}
    reversals: dict[int, int] = {}
    for entry in book.entries:
        first = references.setdefault(entry.reference, entry.sequence)
        if first != entry.sequence:
            message = f"Cette écriture porte la référence de l'écriture {first}."
            yield Finding("reference_double", f"écriture {entry.sequence}", message)
        if entry.reverses is None:
            continue
        first = reversals.setdefault(entry.reverses, entry.sequence)
        if first != entry.sequence or not 0 < entry.reverses < entry.sequence:
            message = f"Cette écriture annule l'écriture {entry.reverses}, absente ou déjà annulée."
            yield Finding("annulation_impossible", f"écriture {entry.sequence}", message)


def _totals(book: _Book) -> Iterator[Finding]:
    into: dict[int, int] = {}
    out_of: dict[int, int] = {}
    for transfer in book.transfers:
        into[transfer.debit_account] = into.get(transfer.debit_account, 0) + transfer.amount
        out_of[transfer.credit_account] = out_of.get(transfer.credit_account, 0) + transfer.amount
    known = {account.id for account in book.accounts}
    for stranger in sorted((into.keys() | out_of.keys()) - known):
        yield Finding("compte_manquant", f"compte {stranger}", "Un mouvement vise un compte qui n'existe pas.")
    for account in book.accounts:
        subject = book.keys[account.id].text() if account.id in book.keys else f"compte {account.id}"
        debit, credit = into.get(account.id, 0), out_of.get(account.id, 0)
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
        yield Finding("exercice_altere", _readable(act.reference), "L'exercice que cette écriture clôt a disparu.")
    for entry in book.entries:
        day = read_day(entry.effect_on)
        if day is None:
            continue
        if day.year not in locked_after:
            yield Finding("exercice_manquant", f"écriture {entry.sequence}", f"L'exercice {day.year} n'existe pas.")
        elif (last := locked_after[day.year]) is not None and entry.sequence > last:
            message = f"Cette écriture a été ajoutée à l'exercice {day.year} après sa clôture."
            yield Finding("ecriture_tardive", f"écriture {entry.sequence}", message)


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
