"""Documents kept as their act made them: what each said that day, and what is printed of it afterwards.

What the fields of a person say (contact, IBAN) is never kept: it may have to be forgotten.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from ledger.conventions.end_convention import cancellation_moves
from ledger.conventions.model import Avenant, Convention
from ledger.conventions.queries import find_convention
from ledger.conventions.vocabulary import ConventionKind, ConventionStatus
from ledger.core.period import french_day
from ledger.execution.model import Bilan, PaymentOrder, Titre
from ledger.execution.recoveries.issue_titre import titre_state
from ledger.journal.model import Entry
from ledger.programming.actions.model import Action
from ledger.referential.model import CreditLine, Financeur, Porteur
from ledger.referential.porteurs import contact_of
from ledger.referential.vocabulary import PersonalKind
from ledger.reports.documents.due import documents_due
from ledger.reports.documents.fields import DocumentKind, NoDocument, all_fields
from ledger.reports.documents.kinds import find_kind
from ledger.reports.documents.model import KeptDocument
from ledger.reports.documents.template import WordTemplate
from ledger.reports.documents.templates_kept import UsualTemplates, document_seal, keep_template
from ledger.reports.documents.values import DayField, Fields, Value, revived_field, stored_field
from ledger.rules.vocabulary import ReminderLevel
from ledger.storage.history import counted_since, insert_records
from ledger.storage.instants import instant_of_record
from ledger.storage.session import context

_WORDS = {
    "attestation": "Attestation RETIRÉE",
    "convention": "Convention ANNULÉE",
    "avenant": "Convention ANNULÉE",
    "mandat": "Mandat ANNULÉ",
    "titre": "Titre ANNULÉ",
}


def annulment(session: Session, kind: DocumentKind, key: str, kept: KeptDocument | None) -> str:
    """ "Convention ANNULÉE le 01/06/2016."; "" for what stands, and for a letter about no act of its own.

    A titre collected, in whole or in part, says what it claims no more.
    """
    words = _WORDS.get(kind.name) or _WORDS.get(kind.subject)
    if words is None:
        return ""
    if kept is not None and (undone := _undone_on(session, kept)) is not None:
        return f"{'Avenant ANNULÉ' if kind.subject == 'avenant' else words} le {french_day(undone)}."
    if kind.subject in ("convention", "avenant"):
        return _of_convention(session, key.strip().upper().partition("/")[0], _WORDS["convention"])
    if kind.subject == "titre" and (collected := _collected(session, key)):
        return collected
    since = _ended_on(session, kind.subject, (context(session).contract, key.strip()))
    return "" if since is None else f"{words} le {french_day(since)}."


def _collected(session: Session, key: str) -> str:
    """What came in on a titre that stands, as its letter must say it; "" when nothing did, or for no titre."""
    titre = session.get(Titre, (context(session).contract, key.strip()))
    if titre is None or titre.cancelled_on is not None:
        return ""
    state = titre_state(session, titre)
    if not state.collected:
        return ""
    left = f"il reste {state.left.french()} à payer" if state.left else "plus rien n'est réclamé"
    return f"Titre ENCAISSÉ pour {state.collected.french()} : {left}."


def _ended_on(session: Session, subject: str, key: tuple[str, str]) -> date | None:
    """The day an order was rejected, or a titre cancelled; None while it stands."""
    if subject == "mandat":
        order = session.get(PaymentOrder, key)
        return None if order is None else order.rejected_on
    titre = session.get(Titre, key)
    return None if titre is None else titre.cancelled_on


def _undone_on(session: Session, kept: KeptDocument) -> date | None:
    if kept.entry_number is None:
        return None
    return session.scalar(select(Entry.effect_on).where(Entry.reverses == kept.entry_number))


def _of_convention(session: Session, number: str, words: str) -> str:
    """Cancelled by decision, or a draft put aside, of which only the history of its row knows the day."""
    convention = find_convention(session, number)
    if convention.state != ConventionStatus.CANCELLED:
        return ""
    entry = cancellation_moves(session, convention)
    if entry is not None:
        return f"{words} le {french_day(entry.effect_on)}."
    since = counted_since(session, Convention, (convention.contract, convention.number), "state")
    day = f" le {french_day(since)}" if since is not None else ""
    return f"{words}{day} : ce projet a été mis de côté sans être signé."


_PERSONAL = tuple(PersonalKind)
_CHUNK = 500
_MANY = 20
_LETTERS = (*ReminderLevel, "avis")


@dataclass(frozen=True, slots=True)
class Edition:
    """What a document says when it is asked for: its fields, the kept copy they come from, and what must be told.

    note: the sentence that says it is a copy, or a later state; "" for the document of the act itself.
    """

    fields: Fields
    kept: KeptDocument | None
    note: str


def keep_acts(session: Session, after: int, made: Collection[object], folder: Path | None) -> None:
    """Keep what the documents say of every act written since entry `after`, and of the avenants and bilans `made`.

    folder: the user's templates; the template of each is kept with it.
    """
    acts = list(_acts(session, after, made))
    at_hand = _at_hand(session) if len(acts) > _MANY else []
    ranks = _last_ranks(session, {act.key for act in acts})
    said: dict[tuple[object, str, date], dict[str, Any]] = {}
    rows, templates = [], UsualTemplates(session, folder)
    for act in acts:
        kind = find_kind(act.document)
        source = (kind.read_fields, act.key, act.on)
        with suppress(NoDocument):
            if source not in said:
                said[source] = _facts(session, kind, act.key, act.on)
            ranks[act.document, act.key] = ranks.get((act.document, act.key), 0) + 1
            rows.append(_row(session, act, ranks[act.document, act.key], said[source], templates.kept(act.document)))
    if rows:
        insert_records(session, {KeptDocument: rows})
    del at_hand


def _at_hand(session: Session) -> list[object]:
    """What many documents name, read in a few queries; held while they are made, so that it is read once."""
    whole = select(Convention).options(selectinload(Convention.lines), selectinload(Convention.instalments))
    queries = (
        whole,
        select(Action),
        select(Porteur),
        select(CreditLine),
        select(Financeur),
    )
    return [row for query in queries for row in session.scalars(query)]


def keep_document(session: Session, kind: DocumentKind, key: str, *, template: WordTemplate, on: date) -> None:
    """Keep what a letter says as it is sent, and its template, as its next state. raises: NotFound, NoDocument."""
    rank = _last_ranks(session, {key}).get((kind.name, key), 0) + 1
    facts = _facts(session, kind, key, on)
    row = _row(session, _Act(kind.name, key, on, None), rank, facts, keep_template(session, template))
    insert_records(session, {KeptDocument: [row]})


def _last_ranks(session: Session, keys: set[str]) -> dict[tuple[str, str], int]:
    """By kind and key, the rank of the last state kept."""
    found: dict[tuple[str, str], int] = {}
    wanted = sorted(keys)
    for start in range(0, len(wanted), _CHUNK):
        query = (
            select(KeptDocument.kind, KeptDocument.key, func.max(KeptDocument.rank))
            .where(
                KeptDocument.key.in_(wanted[start : start + _CHUNK]),
            )
            .group_by(KeptDocument.kind, KeptDocument.key)
        )
        found |= {(kind, key): rank for kind, key, rank in session.execute(query)}
    return found


def _facts(session: Session, kind: DocumentKind, key: str, on: date) -> dict[str, Any]:
    said = all_fields(session, kind, key, on).items()
    return {name: stored_field(value) for name, value in said if name not in _PERSONAL}


def _row(session: Session, act: _Act, rank: int, facts: dict[str, Any], template: str | None) -> dict[str, Any]:
    contract, agent, command = context(session).signature
    return {
        "contract": contract,
        "kind": act.document,
        "key": act.key,
        "rank": rank,
        "act_on": act.on,
        "entry_number": act.entry,
        "facts": facts,
        "template": template,
        "sha256": document_seal(facts, template),
        "recorded_at": instant_of_record(session),
        "agent": agent,
        "command": command,
    }


def kept_documents(session: Session, kind: DocumentKind, key: str) -> Sequence[KeptDocument]:
    """Every state of this document that an act left, the first one first."""
    known = (KeptDocument.kind == kind.name,)
    query = select(KeptDocument).where(*known, KeptDocument.key.in_({key.strip(), key.strip().upper()}))
    return session.scalars(query.order_by(KeptDocument.rank)).all()


def edition(session: Session, kind: DocumentKind, key: str, *, on: date, today: date) -> Edition:
    """The document as the acts until `on` left it, else as the book stands, with what must then be told of it.

    today: the day it is printed, whatever the day it is asked for. raises: NotFound, NoDocument.
    """
    found = _edition(session, kind, key, on=on, today=today)
    note = " ".join(part for part in (annulment(session, kind, key, found.kept), found.note) if part)
    return replace(found, note=note)


def _edition(session: Session, kind: DocumentKind, key: str, *, on: date, today: date) -> Edition:
    states = kept_documents(session, kind, key)
    if kind.name in _LETTERS:
        states = [each for each in states if each.act_on == on]
    states, undone = _standing(session, states), states
    if not states and undone and _is_done(session, kind, key):
        return Edition(_fields(session, undone[-1], on), undone[-1], _undone_note(undone[-1], today))
    if not states:
        note = _NEVER_KEPT.format(today=french_day(today)) if _is_done(session, kind, key) else ""
        return Edition(all_fields(session, kind, key, on), None, note)
    found = next((each for each in reversed(states) if each.act_on <= on), states[0])
    dated = found.act_on if found is states[0] else on
    return Edition(_fields(session, found, dated), found, _note(found, states[0], on, today))


def _standing(session: Session, states: Sequence[KeptDocument]) -> list[KeptDocument]:
    """Those whose act was not undone since."""
    numbers = [each.entry_number for each in states if each.entry_number is not None]
    mine = (Entry.reverses.in_(numbers),)
    undone = set(session.scalars(select(Entry.reverses).where(*mine))) if numbers else set()
    return [each for each in states if each.entry_number is None or each.entry_number not in undone]


def _undone_note(found: KeptDocument, today: date) -> str:
    return f"Copie, établie le {french_day(today)}, de l'acte du {french_day(found.act_on)}."


_NEVER_KEPT = "Établi le {today} d'après l'état du livre à ce jour : aucun exemplaire n'avait été gardé à l'acte."


def _note(found: KeptDocument, first: KeptDocument, on: date, today: date) -> str:
    if found.act_on > on:
        return f"Copie, établie le {french_day(today)}, de l'acte du {french_day(found.act_on)}."
    if found is not first:
        return (
            f"État à jour au {french_day(found.act_on)}, établi le {french_day(today)} : "
            f"l'acte signé le {french_day(first.act_on)} est gardé tel quel."
        )
    if found.recorded_at.date() != today:
        return f"Copie, établie le {french_day(today)}."
    return ""


def _is_done(session: Session, kind: DocumentKind, key: str) -> bool:
    """Whether the act this document is about was done: a draft, or a letter not sent, has nothing to have kept."""
    if kind.name in _LETTERS:
        return False
    return kind.subject != "convention" or find_convention(session, key).signed_on is not None


def _fields(session: Session, kept: KeptDocument, on: date) -> Fields:
    fields: dict[str, Value] = {name: revived_field(value) for name, value in kept.facts.items()}
    person = contact_of(session, kept.facts.get("beneficiaire_code", ""), known_at=kept.recorded_at)
    return fields | {"date": DayField(on), "contact": person.get("contact", ""), "iban": person.get("iban", "—")}


class _Act(NamedTuple):
    document: str
    key: str
    on: date
    entry: int | None


def _acts(session: Session, after: int, made: Collection[object]) -> Iterator[_Act]:
    """Each document that the acts make."""
    if documents_due(session, after):
        yield from _of_entries(session, after)
    for row in made:
        yield from _of_row(session, row)


def _of_entries(session: Session, after: int) -> Iterator[_Act]:
    signed = select(Convention).where(Convention.entry_number > after)
    for each in session.scalars(signed.order_by(Convention.number)):
        if each.signed_on is not None:
            yield from (_Act(kind, each.number, each.signed_on, each.entry_number) for kind in _granted(each))
    ordered = select(PaymentOrder).where(PaymentOrder.entry_number > after)
    for order in session.scalars(ordered.order_by(PaymentOrder.reference)):
        yield from (_Act(kind, order.reference, order.ordered_on, order.entry_number) for kind in ("ordre", "decompte"))
    titres = select(Titre).where(Titre.entry_number > after)
    for titre in session.scalars(titres.order_by(Titre.reference)):
        yield _Act("titre", titre.reference, titre.issued_on, titre.entry_number)


def _of_row(session: Session, row: object) -> Iterator[_Act]:
    if isinstance(row, Avenant):
        yield _Act("avenant", f"{row.convention}/{row.rank}", row.signed_on, row.entry_number)
        for kind in _granted(find_convention(session, row.convention)):
            yield _Act(kind, row.convention, row.signed_on, row.entry_number)
    elif isinstance(row, Bilan) and not row.real_cost:
        yield _Act("attestation", row.convention, row.settled_on, row.entry_number)


def _granted(convention: Convention) -> tuple[str, ...]:
    """The documents that grant it; none for a right acquired or an order of the EPCI's own."""
    if convention.beneficiary is None or convention.kind not in (
        ConventionKind.CONVENTION,
        ConventionKind.NOTIFICATION,
    ):
        return ()
    return ("convention", "notification")
