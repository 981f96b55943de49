"""The one way into the book: check, chain, seal and write a batch of acts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy.orm import Session

from ledger.core.errors import LedgerError
from ledger.core.period import french_day
from ledger.journal.model import Entry
from ledger.journal.no_iban import holds_iban
from ledger.journal.past import note_dated_back
from ledger.journal.seal import Draft as Draft
from ledger.journal.seal import Move as Move
from ledger.journal.seal import content_hash
from ledger.journal.survey import KNOWN, survey
from ledger.journal.writing import write
from ledger.storage.bulk import many_objects
from ledger.storage.driver import Question, ask
from ledger.storage.history import count_from_posting
from ledger.storage.session import context


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

    def __init__(self, reference: str) -> None:
        super().__init__(
            f"La référence « {reference} » désigne déjà un autre acte.",
            "Consultez-le (cofiville journal lister), ou donnez une autre référence ou une autre pièce.",
        )


class AlreadyDone(LedgerError):
    """An act that stands already, with another motive."""

    code = "deja_enregistre"


NOT_KEPT = "Votre motif n'a pas été enregistré."


def written_by(session: Session, sequence: int) -> str:
    """Whose act stands: "l'écriture 12 du 10/05/2016, par dupont"."""
    entry = session.get_one(Entry, (context(session).contract, sequence))
    return f"l'écriture {sequence} du {french_day(entry.effect_on)}, par {entry.agent}"


class PersonalText(LedgerError):
    """An IBAN in the words of an act, which nobody could erase from the book."""

    code = "donnee_personnelle"

    def __init__(self) -> None:
        super().__init__(
            "Un IBAN ne s'écrit pas dans le livre, où rien ne s'efface.",
            "Retirez-le de la pièce ou du motif, et gardez-le à part : cofiville porteur contact CODE --iban IBAN.",
        )


def post(session: Session, drafts: Sequence[Draft]) -> list[Posted]:
    """Write the acts in order, each once, all or none; gives where each stands in the book.

    An act whose reference is there with the same content is given back, not written again. The motive of the
    context, where a command sets it (a correction), is the motive of those that have none of their own.
    raises: OtherContent, AlreadyDone when the act there has another motive, PersonalText, DayClosed, Overdraft; nothing
    is written then.
    """
    if drafts:
        count_from_posting(session, drafts[-1].effect_on)
    session.flush()
    book, known = survey(session, drafts)
    fresh: dict[str, Draft] = {}
    for draft in drafts:
        earlier = known[draft.reference][1] if draft.reference in known else None
        if earlier is None and draft.reference in fresh:
            earlier = content_hash(fresh[draft.reference])
        if earlier is None:
            new = _with_motive(session, draft)
            if holds_iban(f"{new.label}\n{new.piece}\n{new.motive}"):
                raise PersonalText
            fresh[draft.reference] = new
        elif earlier != content_hash(draft):
            raise OtherContent(draft.reference)
        elif draft.reference in known:
            _check_motive(session, draft, known[draft.reference][0])
    note_dated_back(session, list(fresh.values()), book.latest)
    with many_objects():
        numbers = write(session, list(fresh.values()), book) if fresh else {}
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


def recorded(session: Session, draft: Draft) -> Posted | None:
    """Where this act stands in the book already; None when its reference is free.

    raises: OtherContent when the reference names another act.
    """
    [found] = ask(session, Question(KNOWN, [draft.reference]))
    if not found:
        return None
    _, sequence, digest = found[0]
    if digest != content_hash(draft):
        raise OtherContent(draft.reference)
    return Posted(sequence, draft.reference, False)


def unknown(session: Session, references: Collection[str]) -> set[str]:
    """Those of these references that no act of the book bears."""
    [found] = ask(session, Question(KNOWN, list(references))) if references else [[]]
    return set(references) - {reference for reference, _, _ in found}
