"""The one way into the book: a batch of acts is checked, chained, sealed, and written all in one exchange."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from ledger.core.errors import LedgerError
from ledger.core.identifiers import like_ibans
from ledger.core.money import Money
from ledger.core.period import french_day
from ledger.journal.backdating import note_dated_back
from ledger.journal.book_state import KNOWN, AccountState, BookState, lock_head, long_batch, read_book_state
from ledger.journal.credits_open import check_announced, check_credits_open
from ledger.journal.exercices import check_open
from ledger.journal.model import Account, Entry, Transfer
from ledger.journal.overdraft import Overdraft
from ledger.journal.positions import AccountKey
from ledger.journal.seal import Draft, EntryStamp, Move, act_digest, content_hash, entry_seal, entry_text, said_by
from ledger.storage.driver import (
    Question,
    ask_server,
    in_one_exchange,
    insert_missing,
    many_objects,
    put_rows,
    run_statement,
    stored_value,
)
from ledger.storage.history import count_from_posting
from ledger.storage.identity import database_role
from ledger.storage.instants import instant_of_record
from ledger.storage.session import context
from ledger.storage.standing import signed_at

_FIRST_HEAD = "INSERT INTO chain_head (sequence, seal, contract) VALUES (?, ?, ?)"
_NEXT_HEAD = "UPDATE chain_head SET sequence = ?, seal = ? WHERE contract = ?"


@dataclass(slots=True)
class EntriesWritten:
    """The number of the last entry a session has written, taken back or not since; None before."""

    last: int | None = None


def last_written(session: Session) -> int | None:
    """The number of the last entry this session has written and that stands; None when there is none."""
    last = context(session).kept(EntriesWritten).last
    if last is None or session.get(Entry, (context(session).contract, last)) is None:
        return None
    return last


def write_acts(session: Session, drafts: Sequence[Draft], book: BookState) -> dict[str, int]:
    """Write these acts, whose references are free; gives their numbers by reference.

    book: what they found, its accounts locked. The head of the chain is locked last: writers then wait little for it.
    The instant of record is taken once it is, so that those of entries follow one another as their numbers do.
    raises: DayClosed, Overdraft; nothing is written then.
    """
    contract, agent, command = context(session).signature
    check_open({draft.effect_on for draft in drafts}, book.closed)
    check_credits_open([draft for draft in drafts if draft.reverses is None], book.closed)
    texts, transfers = _moves(drafts, book.used)
    check_announced(drafts, book.announced, {key: each.held for key, each in book.used.items()})
    said = [said_by(draft) for draft in drafts]
    digests = [act_digest(words[0], draft.facts, text) for draft, words, text in zip(drafts, said, texts, strict=True)]
    before, seal = book.head or lock_head(session)
    stamp = EntryStamp(contract, instant_of_record(session), agent, command, database_role(session.connection()))
    seals, version, signed = [], stamp.version, stamp.text()
    for place, draft in enumerate(drafts):
        text = entry_text(draft.reference, said[place][1], digests[place], signed, texts[place])
        seal = entry_seal(seal, before + place + 1, text, version)
        seals.append(seal)
    with nullcontext() if long_batch(drafts) else in_one_exchange(session):
        insert_missing(session, Account, _accounts(contract, book))
        put_rows(session, Entry, _entries(session, stamp, drafts, digests, seals, before))
        put_rows(session, Transfer, [(contract, before + place, *rest) for place, *rest in transfers])
        run_statement(session, _NEXT_HEAD if before else _FIRST_HEAD, (before + len(drafts), seal, contract))
    context(session).kept(EntriesWritten).last = before + len(drafts)
    return {draft.reference: number for number, draft in enumerate(drafts, start=before + 1)}


def _moves(
    drafts: Sequence[Draft], used: Mapping[AccountKey, AccountState]
) -> tuple[list[str], list[tuple[int, int, int, int, int]]]:
    """The canonical text of what each act moves, and its rows; what accounts hold follows."""
    texts: list[str] = []
    rows: list[tuple[int, int, int, int, int]] = []
    for place, draft in enumerate(drafts, start=1):
        text = ""
        for rank, move in enumerate(draft.moves, start=1):
            cents = move.amount.cents
            debit, credit = used[move.debit], used[move.credit]
            credit.held -= cents * credit.sign
            debit.held += cents * debit.sign
            if credit.held < 0 or debit.held < 0:
                raise _overdraft(move, debit, credit)
            figures = str(cents)
            text += f"{debit.text}{credit.text}{len(figures)}:{figures}"
            rows.append((place, rank, debit.id, credit.id, cents))
        texts.append(text)
    return texts, rows


def _overdraft(move: Move, debit: AccountState, credit: AccountState) -> Overdraft:
    """The refusal of this move, which leaves the account it takes from, else the one it gives to, below zero."""
    key, wanting = (move.credit, credit) if credit.held < 0 else (move.debit, debit)
    return Overdraft(key, Money(wanting.held + move.amount.cents), move.amount)


def _entries(
    session: Session,
    stamp: EntryStamp,
    drafts: Sequence[Draft],
    digests: Sequence[str],
    seals: Sequence[str],
    before: int,
) -> list[tuple[Any, ...]]:
    dialect = session.get_bind().dialect
    stored_day = stored_value(Entry, "effect_on", dialect)
    days = {day: stored_day(day) for day in {draft.effect_on for draft in drafts}}
    at = stored_value(Entry, "recorded_at", dialect)(stamp.recorded_at)
    return [
        (
            stamp.contract,
            sequence,
            draft.reference,
            draft.kind,
            draft.label,
            draft.piece,
            draft.motive,
            days[draft.effect_on],
            at,
            stamp.agent,
            stamp.command,
            draft.reverses,
            digest,
            seal,
            stamp.database_role,
        )
        for sequence, (draft, digest, seal) in enumerate(zip(drafts, digests, seals, strict=True), start=before + 1)
    ]


def _accounts(contract: str, book: BookState) -> list[tuple[Any, ...]]:
    """The rows of the accounts that are not there yet."""
    return [
        (contract, used.id, key.position.value, key.position.side, *key[1:], 0, 0)
        for key, used in book.used.items()
        if not used.known
    ]


_SHORTEST, _LONGEST = 15, 34


def contains_iban(text: str) -> bool:
    """Whether an IBAN of France or of a country around stands in this text, whatever separates its digits.

    Its length, its structure and its key (ISO 13616) are those of its country.
    """
    found = like_ibans(text)
    if not found:
        return False
    from stdnum import iban  # only for what looks like one: it takes 20 ms to import

    return any(
        iban.is_valid(each[:length], check_country=False)
        for each in found
        for length in range(_SHORTEST, min(len(each), _LONGEST) + 1)
    )


class Posted(NamedTuple):
    """An act that is in the book: its number, its reference, and whether this call wrote it."""

    sequence: int
    reference: str
    new: bool

    def again(self) -> str:
        """What a sentence adds when the act was in the book already; "" when this call wrote it."""
        return "" if self.new else f" (déjà enregistré, écriture {self.sequence})"


class OtherContent(LedgerError):
    """A reference already used by an act with another content."""

    code = "reference_deja_utilisee"

    def __init__(self, session: Session, reference: str, sequence: int | None) -> None:
        whose = f" ({written_by(session, sequence)})" if sequence is not None else ""
        super().__init__(
            f"La référence « {reference} » désigne déjà un autre acte{whose}.",
            "Consultez-le (cofiville journal lister), ou donnez une autre référence ou une autre pièce.",
        )


class AlreadyDone(LedgerError):
    """An act that stands already, with another motive."""

    code = "deja_enregistre"


NOT_KEPT = "Votre motif n'a pas été enregistré."


def written_by(session: Session, sequence: int) -> str:
    """Whose act stands: "l'écriture 12 du 10/05/2016, par dupont, le 11/05/2016 à 18:20"."""
    entry = session.get_one(Entry, (context(session).contract, sequence))
    return f"l'écriture {sequence} du {french_day(entry.effect_on)}, {signed_at(entry.agent, entry.recorded_at)}"


class PersonalText(LedgerError):
    """An IBAN in the words of an act, which nobody could erase from the book."""

    code = "donnee_personnelle"

    def __init__(self) -> None:
        super().__init__(
            "Un IBAN ne s'écrit pas dans le livre, où rien ne s'efface.",
            "Retirez-le de la pièce ou du motif, et gardez-le à part : cofiville porteur contact CODE --iban IBAN.",
        )


def post_acts(session: Session, drafts: Sequence[Draft]) -> list[Posted]:
    """Write the acts in order, each once, all or none; gives where each stands in the book.

    An act whose reference is there with the same content is given back, not written again. The motive of the
    context, where a command sets it (a correction), is the motive of those that have none of their own.
    raises: OtherContent, AlreadyDone when the act there has another motive, PersonalText, DayClosed, Overdraft; nothing
    is written then.
    """
    if drafts:
        count_from_posting(session, drafts[-1].effect_on)
    session.flush()
    book, known = read_book_state(session, drafts)
    fresh: dict[str, Draft] = {}
    for draft in drafts:
        earlier = known[draft.reference][1] if draft.reference in known else None
        if earlier is None and draft.reference in fresh:
            earlier = content_hash(fresh[draft.reference])
        if earlier is None:
            new = _with_motive(session, draft)
            if contains_iban(f"{new.label}\n{new.piece}\n{new.motive}"):
                raise PersonalText
            fresh[draft.reference] = new
        elif earlier != content_hash(draft):
            raise OtherContent(
                session, draft.reference, known[draft.reference][0] if draft.reference in known else None
            )
        elif draft.reference in known:
            _check_motive(session, draft, known[draft.reference][0])
    note_dated_back(session, list(fresh.values()), book.latest)
    with many_objects():
        numbers = write_acts(session, list(fresh.values()), book) if fresh else {}
    return [
        Posted(numbers[draft.reference], draft.reference, True)
        if draft.reference in numbers
        else Posted(known[draft.reference][0], draft.reference, False)
        for draft in drafts
    ]


def _check_motive(session: Session, draft: Draft, sequence: int) -> None:
    motive = _with_motive(session, draft).motive
    if motive and motive != session.get_one(Entry, (context(session).contract, sequence)).motive:
        raise AlreadyDone(
            f"L'acte est déjà au livre : {written_by(session, sequence)}. {NOT_KEPT}",
            "Consultez-le (cofiville journal lister), ou annulez-le d'abord : cofiville journal annuler"
            f" {sequence} --motif TEXTE.",
        )


def _with_motive(session: Session, draft: Draft) -> Draft:
    motive = context(session).motive
    return replace(draft, motive=motive) if motive and not draft.motive else draft


def recorded_act(session: Session, draft: Draft) -> Posted | None:
    """Where this act stands in the book already; None when its reference is free.

    raises: OtherContent when the reference names another act.
    """
    [found] = ask_server(session, Question(KNOWN, [draft.reference]))
    if not found:
        return None
    _, sequence, digest = found[0]
    if digest != content_hash(draft):
        raise OtherContent(session, draft.reference, sequence)
    return Posted(sequence, draft.reference, False)


def unknown_references(session: Session, references: Collection[str]) -> set[str]:
    """Those of these references that no act of the book bears."""
    [found] = ask_server(session, Question(KNOWN, list(references))) if references else [[]]
    return set(references) - {reference for reference, _, _ in found}
