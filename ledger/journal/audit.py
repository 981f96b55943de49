"""Does the book hold? Every check is run and every finding reported, each with the entry or account it names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.money import Money
from ledger.journal.balances import balances
from ledger.journal.context import context
from ledger.journal.keys import AccountKey, Position
from ledger.journal.model import Account, ChainHead, Entry, Transfer
from ledger.journal.positions import line_state
from ledger.journal.seal import GENESIS, Draft, Move, Stamp, entry_seal, entry_text, moves_text


class Finding(NamedTuple):
    """Something the audit refuses: a stable code, the object it is about, a French sentence."""

    code: str
    subject: str
    message: str


class Head(NamedTuple):
    """How many entries the book holds and the seal of the last one."""

    entries: int
    seal: str


def head(session: Session) -> Head:
    """The *sceau* of the contract's book; zero entries and the seal of genesis when it is empty."""
    found = session.get(ChainHead, context(session).contract, populate_existing=True)
    return Head(found.sequence, found.seal) if found else Head(0, GENESIS)


def audit(session: Session) -> list[Finding]:
    """Every anomaly of the contract's book; empty when it is sound."""
    contract = context(session).contract
    accounts = list(session.scalars(select(Account).where(Account.contract == contract)))
    return [
        *_accounts(accounts),
        *_chain(session, contract, {account.id: _key(account) for account in accounts}),
        *_totals(session, contract, accounts),
        *_identities(session),
    ]


def _key(account: Account) -> AccountKey:
    return AccountKey(Position(account.position), account.line, account.year, account.convention, account.action)


def _accounts(accounts: list[Account]) -> Iterator[Finding]:
    for account in accounts:
        key = _key(account)
        if key.account_id() != account.id or key.position.side != account.side:
            yield Finding("compte_altere", key.text(), "L'identité de ce compte a été modifiée.")


def _entries(session: Session, contract: str, keys: dict[int, AccountKey]) -> Iterator[tuple[Entry, Draft | None]]:
    moves: dict[int, list[Transfer]] = {}
    for transfer in session.scalars(
        select(Transfer).where(Transfer.contract == contract).order_by(Transfer.sequence, Transfer.rank)
    ):
        moves.setdefault(transfer.sequence, []).append(transfer)
    for entry in session.scalars(select(Entry).where(Entry.contract == contract).order_by(Entry.sequence)):
        lines = moves.get(entry.sequence, [])
        known = all(line.debit_account in keys and line.credit_account in keys for line in lines)
        in_order = [line.rank for line in lines] == list(range(1, len(lines) + 1))
        draft = None
        if known and in_order:
            draft = Draft(
                reference=entry.reference,
                kind=entry.kind,
                label=entry.label,
                piece=entry.piece,
                effect_on=entry.effect_on,
                moves=tuple(Move(keys[x.debit_account], keys[x.credit_account], x.amount) for x in lines),
                motive=entry.motive,
                reverses=entry.reverses,
            )
        yield entry, draft


def _chain(session: Session, contract: str, keys: dict[int, AccountKey]) -> Iterator[Finding]:
    previous, expected = GENESIS, 0
    for entry, draft in _entries(session, contract, keys):
        expected += 1
        subject = f"écriture {entry.sequence}"
        if entry.sequence != expected:
            yield Finding("ecriture_manquante", f"écriture {expected}", "Cette écriture manque ou a été renumérotée.")
            expected = entry.sequence
        sealed = None
        if draft is not None:
            stamp = Stamp(contract, entry.recorded_at, entry.agent, entry.command).text()
            moves = moves_text(draft.moves)
            sealed = entry_seal(previous, entry.sequence, entry_text(draft, entry.content_hash, moves, stamp))
        if sealed != entry.seal:
            yield Finding("ecriture_alteree", subject, f"« {entry.label} » ne correspond plus à son sceau.")
        previous = entry.seal
    found = head(session)
    if (found.entries, found.seal) != (expected, previous):
        yield Finding(
            "sceau_altere", f"écriture {found.entries}", "Le sceau du livre n'est pas celui de sa dernière écriture."
        )


def _totals(session: Session, contract: str, accounts: list[Account]) -> Iterator[Finding]:
    into: dict[int, int] = {}
    out_of: dict[int, int] = {}
    query = select(Transfer.debit_account, Transfer.credit_account, Transfer.amount).where(
        Transfer.contract == contract
    )
    for debit, credit, amount in session.execute(query):
        into[debit] = into.get(debit, 0) + amount.cents
        out_of[credit] = out_of.get(credit, 0) + amount.cents
    known = {account.id for account in accounts}
    for stranger in sorted((into.keys() | out_of.keys()) - known):
        yield Finding("compte_manquant", str(stranger), "Un mouvement vise un compte qui n'existe pas.")
    for account in accounts:
        expected = (into.get(account.id, 0), out_of.get(account.id, 0))
        if (account.debit.cents, account.credit.cents) != expected:
            yield Finding(
                "solde_altere", _key(account).text(), "Les totaux de ce compte ne sont pas ceux de ses mouvements."
            )
        balance = expected[0] - expected[1]
        if (balance if account.side == "D" else -balance) < 0:
            yield Finding("solde_negatif", _key(account).text(), "Ce compte est à découvert.")


def _identities(session: Session) -> Iterator[Finding]:
    by_line: dict[tuple[str, int], dict[AccountKey, Money]] = {}
    for key, amount in balances(session).items():
        by_line.setdefault((key.line, key.year), {})[key] = amount
    for (line, year), held in by_line.items():
        if gap := line_state(held).gap:
            yield Finding("positions_inegales", f"{line} {year}", f"Notifié et positions diffèrent de {gap.french()}.")
