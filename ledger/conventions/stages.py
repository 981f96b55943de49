"""The way of a convention on paper: its stages, what is missing, what comes next, the numbers financeurs give it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.model import Convention, Reference, Stage
from ledger.conventions.queries import conventions
from ledger.conventions.vocabulary import ConventionKind, ConventionStatus, ReferenceKind
from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.grouping import grouped
from ledger.core.period import check_year, french_day
from ledger.referential.model import PersonalDatum, Porteur, PorteurDocument
from ledger.referential.porteurs import codes_of_porteur, former_porteurs
from ledger.referential.queries import find_porteur
from ledger.referential.vocabulary import PersonalKind
from ledger.rules.book import Rule, RuleBook, rulebook
from ledger.rules.convention_kinds import DossierPieces, StageDelay
from ledger.rules.scope import RuleSubject
from ledger.rules.vocabulary import Circuit, Clock, ConventionStage, PieceKind
from ledger.storage.session import context


class StageRefused(LedgerError):
    """A stage that is not known, or that would come before one that leads to it."""

    code = "etape_refusee"


def record_stage(session: Session, convention: Convention, stage: str, *, on: date, remark: str = "") -> Stage:
    """The stage reached on this day; reached again the same day, it is the same row.

    raises: InvalidValue for a stage unknown, StageRefused before the day of an earlier stage.
    """
    if stage not in ConventionStage.labels():
        raise InvalidValue(f"« {stage} » n'est pas une étape.", f"Étapes connues : {', '.join(ConventionStage)}.")
    row = stage_of_convention(convention, stages_of(session, convention), stage, on=on, remark=remark)
    session.add(row)
    session.flush()
    return row


def stage_of_convention(
    convention: Convention, reached: Sequence[Stage], stage: str, *, on: date, remark: str = ""
) -> Stage:
    """As record_stage, still to be kept; reached: the stages of the convention."""
    order = list(ConventionStage)
    wanted = order.index(ConventionStage(stage))
    for each in reached:
        if (each.stage, each.reached_on) == (stage, on):
            return each
        if order.index(ConventionStage(each.stage)) < wanted and each.reached_on > on:
            raise StageRefused(
                f"La convention {convention.number} ne peut pas être « {order[wanted].label} » le {french_day(on)} :"
                f" elle n'est « {ConventionStage(each.stage).label} » que le {french_day(each.reached_on)}.",
                "Vérifiez la date : --le.",
            )
    return Stage(
        contract=convention.contract,
        convention=convention.number,
        rank=len(reached) + 1,
        stage=stage,
        reached_on=on,
        remark=remark.strip(),
    )


def stages_of(session: Session, convention: Convention) -> Sequence[Stage]:
    """The stages reached by the convention, in the order they were recorded."""
    return stages_of_all(session, [convention]).get(convention.number, [])


def stages_of_all(session: Session, conventions: Sequence[Convention]) -> dict[str, list[Stage]]:
    """By convention that has some, as stages_of."""
    query = select(Stage).where(Stage.convention.in_([each.number for each in conventions]))
    return grouped((stage.convention, stage) for stage in session.scalars(query.order_by(Stage.convention, Stage.rank)))


# What the paper waits for once a stage is reached, and who has it.
WAITS_FOR: Mapping[str, str] = {
    "": "à rédiger et à faire délibérer",
    ConventionStage.DECIDED: "attend d'être exécutoire (transmission au contrôle de légalité)",
    ConventionStage.ENFORCEABLE: "à envoyer au bénéficiaire",
    ConventionStage.SENT: "chez le bénéficiaire, à retourner signée",
    ConventionStage.RETURNED: "à mettre au parapheur",
    ConventionStage.TO_SIGN: "au parapheur, à signer",
    ConventionStage.SIGNED: "à notifier",
    ConventionStage.NOTIFIED: "documents à recevoir",
}


@dataclass(frozen=True, slots=True)
class ConventionOnItsWay:
    """A convention not notified yet: the stage it is at, since when, what is missing to go on.

    stage: the last reached, "" before any; since: its day. missing: the documents its beneficiary has not given.
    allowed: how many days it may stay there; None where no rule says.
    """

    convention: Convention
    stage: str
    since: date | None
    missing: tuple[PieceKind, ...]
    allowed: int | None = None

    @property
    def limit(self) -> date | None:
        """The last day it may stay there; None where no rule says, or before any stage."""
        return None if self.since is None or self.allowed is None else self.since + timedelta(days=self.allowed)

    def days_late(self, on: date) -> int:
        """For how many days it has been stuck: past its limit; 0 when it is not."""
        return 0 if self.limit is None else max(0, (on - self.limit).days)

    @property
    def waits_for(self) -> str:
        """Who has it, and what it waits for."""
        return WAITS_FOR[self.stage]

    @property
    def next_act(self) -> str:
        """The command that takes it to its next stage."""
        order = list(ConventionStage)
        following = order[min(order.index(ConventionStage(self.stage)) + 1, len(order) - 1)] if self.stage else order[0]
        if self.stage == ConventionStage.NOTIFIED and self.missing and self.convention.beneficiary:
            return piece_command(self.convention.beneficiary, self.missing[0])
        if following == ConventionStage.SIGNED:
            return f"cofiville convention signer {self.convention.number} --piece PIECE"
        return f"cofiville convention etape {self.convention.number} {following}"

    def days(self, on: date) -> int | None:
        """For how many days it has been there; None before any stage."""
        return None if self.since is None else (on - self.since).days


def conventions_on_their_way(session: Session, year: int | None, on: date) -> list[ConventionOnItsWay]:
    """Every convention not notified yet, the longest waiting first; those that only a document holds back too."""
    last: dict[str, Stage] = {}
    stages = select(Stage).order_by(Stage.reached_on, Stage.rank)
    for stage in session.scalars(stages):
        last[stage.convention] = stage
    known = convention_documents(session)
    book = rulebook(session, Clock.ACT, day=on)
    found: list[ConventionOnItsWay] = []
    for each in conventions(session, year):
        if each.kind not in (ConventionKind.CONVENTION, ConventionKind.NOTIFICATION) or each.state not in (
            ConventionStatus.DRAFT,
            ConventionStatus.SIGNED,
        ):
            continue
        reached = last.get(each.number)
        lacking = missing_pieces(session, book, each, known)
        if reached is not None and reached.stage == ConventionStage.NOTIFIED and not lacking:
            continue
        at, since = (reached.stage, reached.reached_on) if reached else ("", None)
        found.append(ConventionOnItsWay(each, at, since, lacking, _allowed(session, each, at, since)))
    return sorted(
        found,
        key=lambda convention_followed: (convention_followed.since or date.max, convention_followed.convention.number),
    )


def _allowed(session: Session, convention: Convention, stage: str, since: date | None) -> int | None:
    assert convention.beneficiary is not None
    if since is None:
        return None
    kind = find_porteur(session, convention.beneficiary).kind
    subject = RuleSubject(porteur_kind=kind, financeur=convention.payer)
    rule = rulebook(session, Clock.ACT, day=since).find(StageDelay, subject)
    return rule.figures.days.get(stage) if isinstance(rule, Rule) else None


def convention_documents(session: Session, porteur: str | None = None) -> dict[str, set[str]]:
    """By porteur, the documents it has given; an IBAN kept counts as its RIB, a SIRET as its number.

    Those given under a former code of the porteur are its own.
    """
    found: dict[str, set[str]] = {}
    former = former_porteurs(session)
    given = select(PorteurDocument.porteur, PorteurDocument.kind)
    ibans = select(PersonalDatum.porteur).where(
        PersonalDatum.kind == PersonalKind.IBAN, PersonalDatum.value.is_not(None)
    )
    numbered = select(Porteur.code).where(Porteur.siret.is_not(None))
    if porteur is not None:
        codes = codes_of_porteur(session, porteur)
        given = given.where(PorteurDocument.porteur.in_(codes))
        ibans = ibans.where(PersonalDatum.porteur.in_(codes))
        numbered = numbered.where(Porteur.code.in_(codes))
    rows = [
        *((code, kind) for code, kind in session.execute(given)),
        *((code, "rib") for code in session.scalars(ibans)),
    ]
    for code, kind in (*rows, *((code, "siret") for code in session.scalars(numbered))):
        found.setdefault(former[code].code if code in former else code, set()).add(kind)
    return found


def missing_pieces(
    session: Session, book: RuleBook, convention: Convention, known: Mapping[str, Iterable[str]]
) -> tuple[PieceKind, ...]:
    """What the rule asks of the beneficiary and that it has not given; nothing where the EPCI pays nothing."""
    if convention.beneficiary is None or convention.circuit == Circuit.DIRECT:
        return ()
    kind = find_porteur(session, convention.beneficiary).kind
    rule = book.find(DossierPieces, RuleSubject(porteur_kind=kind))
    if not isinstance(rule, Rule):
        return ()
    given = set(known.get(convention.beneficiary, ()))
    return tuple(piece for piece in rule.figures.pieces if piece not in given)


def piece_command(porteur: str, piece: PieceKind) -> str:
    """The command that records this document once the porteur has given it."""
    if piece is PieceKind.SIRET:
        return f"cofiville porteur modifier {porteur} --siret NUMERO"
    return f"cofiville convention document {porteur} {piece}"


def record_document(session: Session, porteur: Porteur, kind: str, *, on: date, reference: str) -> None:
    """The document given by the porteur on this day, in the place of the one known.

    raises: InvalidValue for a kind that is none.
    """
    if kind not in PieceKind.labels() or kind == PieceKind.SIRET:
        known = ", ".join(piece for piece in PieceKind if piece is not PieceKind.SIRET)
        raise InvalidValue(f"« {kind} » n'est pas un document attendu.", f"Documents connus : {known}.")
    session.merge(
        PorteurDocument(
            contract=context(session).contract,
            porteur=porteur.code,
            kind=kind,
            received_on=on,
            reference=reference.strip(),
        )
    )
    session.flush()


def stage_words(stage: str) -> str:
    """The stage in French, as screens show it."""
    return ConventionStage.labels().get(stage, ConventionStatus.DRAFT.label)


def add_reference(session: Session, convention: Convention, kind: str, number: str, year: int) -> Reference:
    """The reference tied to the convention for a year; tied again, nothing changes.

    raises: InvalidValue for an unknown kind or an empty number.
    """
    reference = " ".join(number.split()).upper()
    if kind not in ReferenceKind.labels() or not reference:
        raise InvalidValue("La référence n'est pas lisible.", "Donnez --ej NUMERO ou --dossier NUMERO.")
    row = session.merge(
        Reference(
            contract=convention.contract,
            convention=convention.number,
            kind=kind,
            reference=reference,
            year=check_year(year),
        )
    )
    session.flush()
    return row


def references_of_convention(session: Session, convention: Convention) -> Sequence[Reference]:
    """The references of a convention, oldest year first."""
    query = select(Reference).where(Reference.convention == convention.number)
    return session.scalars(query.order_by(Reference.year, Reference.kind, Reference.reference)).all()


def with_reference(session: Session, number: str) -> Sequence[Reference]:
    """Every convention that bears this reference, whatever the year."""
    query = select(Reference).where(Reference.reference == " ".join(number.split()).upper())
    return session.scalars(query.order_by(Reference.year, Reference.convention)).all()
