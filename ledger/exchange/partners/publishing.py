"""The EPCI's grants in the form the law publishes them: SCDL 2.1.1, one row a beneficiary (décret 2017-779)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.model import Convention
from ledger.conventions.queries import conventions, epci_financeur
from ledger.conventions.vocabulary import ConventionKind, ConventionStatus
from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.identifiers import plain_words
from ledger.core.money import Money
from ledger.core.period import months_after
from ledger.core.source import Source
from ledger.exchange.model import PartnerRow
from ledger.exchange.opening.csv_file import guarded_csv
from ledger.exchange.partners.keeping import last_rows, revived
from ledger.exchange.sheets.scdl import SUBVENTIONS
from ledger.programming.actions.model import Action
from ledger.referential.contracts import epci_of_contract
from ledger.referential.model import Epci, Porteur
from ledger.referential.porteurs import codes_of_porteur
from ledger.referential.queries import find_porteur
from ledger.referential.siret import check_siret
from ledger.referential.statuts import kind_before_the_law
from ledger.referential.vocabulary import PorteurKind
from ledger.rules.book import Rule, rulebook
from ledger.rules.convention_kinds import ConventionDuty, PublicationDelay
from ledger.rules.scope import RuleSubject
from ledger.rules.vocabulary import Clock
from ledger.storage.delivered_files import deliver_file

TITLES = tuple(column.title for column in SUBVENTIONS.columns if column.field != "year")
_RNA = re.compile(r"W\d{9}")
_LONGEST = 256
_PRIVATE_LAW = PorteurKind.ASSOCIATION


class NobodyPublishes(LedgerError):
    """The SIRET of the EPCI, which publishes, is not known."""

    code = "attribuant_inconnu"


@dataclass(frozen=True, slots=True)
class SetAside:
    """A convention that is not published, and why (a French sentence); `optional` where the law does not ask it."""

    convention: str
    beneficiary: str
    amount: Money
    reason: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class PublicationDeadline:
    """A signed convention that the law wants public by a day, whether or not it can be, and the rule that says so."""

    convention: str
    beneficiary: str
    signed_on: date
    due_on: date
    source: Source


@dataclass(frozen=True, slots=True)
class Publication:
    """The rows to publish, in the order of SCDL's columns, what is left out, and the days the law sets."""

    rows: tuple[tuple[str, ...], ...]
    aside: tuple[SetAside, ...]
    deadlines: tuple[PublicationDeadline, ...]


def publish(session: Session, year: int, *, siret: str = "", everything: bool = False) -> Publication:
    """Every grant that the EPCI itself conventioned or notified in the year.

    siret: the EPCI's, when no porteur of the base is the EPCI. everything: also at or under the legal threshold.
    The law sets a day for those above it, signed since 1 August 2017, with a body of private law.
    raises: InvalidValue, NobodyPublishes.
    Sources: loi 2000-321, article 10; décret 2017-779; SCDL subventions 2.1.1.
    """
    epci = epci_of_contract(session)
    payer_siret = _payer_siret(session, epci, siret)
    rows: list[tuple[str, ...]] = []
    aside: list[SetAside] = []
    deadlines: list[PublicationDeadline] = []
    for convention in conventions(session, year):
        if convention.payer != epci_financeur(session) or convention.beneficiary is None:
            continue
        porteur = find_porteur(session, convention.beneficiary)
        threshold = _threshold(session, convention)
        small = threshold is not None and convention.amount <= threshold
        left_out = small and not everything
        reason = _unsigned(convention) or (_small(threshold) if left_out else _nameless(porteur))
        if reason:
            aside.append(SetAside(convention.number, porteur.name, convention.amount, reason, optional=left_out))
        else:
            rows.append(_row(session, convention, porteur, epci.name, payer_siret))
        if not small and not _unsigned(convention) and (deadline := _deadline(session, convention, porteur)):
            deadlines.append(deadline)
    return Publication(tuple(rows), tuple(aside), tuple(deadlines))


def _deadline(session: Session, convention: Convention, porteur: Porteur) -> PublicationDeadline | None:
    """By when the law wants it published; None where no rule in force at its signature says."""
    assert convention.signed_on is not None
    book = rulebook(session, Clock.ACT, day=convention.signed_on)
    kind = kind_before_the_law(porteur.kind, porteur.statut)
    rule = book.find(PublicationDelay, RuleSubject(porteur_kind=kind))
    if not isinstance(rule, Rule):
        return None
    due = months_after(convention.signed_on, rule.figures.months)
    return PublicationDeadline(convention.number, porteur.name, convention.signed_on, due, rule.source)


def write_publication(path: Path, publication: Publication) -> None:
    """Write the rows as SCDL asks: UTF-8, commas, titles first. raises: FileInTheWay, FileNotWritten."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(TITLES)
    writer.writerows([guarded_csv(cell) for cell in row] for row in publication.rows)
    deliver_file(path, text.getvalue().encode("utf-8"))


def _payer_siret(session: Session, epci: Epci, typed: str) -> str:
    if typed.strip():
        siret = check_siret(typed)
        if not siret.startswith(epci.siren):
            raise InvalidValue(
                f"Le SIRET {siret} n'est pas celui de {epci.name} (SIREN {epci.siren}).", "Vérifiez le numéro saisi."
            )
        return siret
    known = select(Porteur.siret).where(Porteur.kind == PorteurKind.EPCI, Porteur.siret.startswith(epci.siren))
    found = session.scalar(known.order_by(Porteur.known_as.is_not(None), Porteur.siret))
    if found is None:
        raise NobodyPublishes(
            f"Le SIRET de {epci.name}, qui attribue les subventions, n'est pas connu.",
            f"Donnez-le : --attribuant {epci.siren}XXXXX.",
        )
    return found


def _threshold(session: Session, convention: Convention) -> Money | None:
    """Above which it is published: the threshold of the compulsory convention when it was signed; None before."""
    if convention.signed_on is None:
        return None
    book = rulebook(session, Clock.ACT, day=convention.signed_on)
    rule = book.find(ConventionDuty, RuleSubject(porteur_kind=_PRIVATE_LAW))
    return rule.figures.threshold if isinstance(rule, Rule) else None


def _unsigned(convention: Convention) -> str:
    if convention.kind == ConventionKind.ORDER:
        return "dépense propre de l'agglomération, ce n'est pas une subvention"
    if convention.signed_on is None:
        return "pas encore signée" if convention.state == ConventionStatus.DRAFT else "annulée"
    return ""


def _small(threshold: Money | None) -> str:
    assert threshold is not None
    return f"au plus {threshold.french()} : la publication n'est pas obligatoire (--tout la publie)"


def _nameless(porteur: Porteur) -> str:
    if porteur.siret or _RNA.fullmatch(porteur.rna or ""):
        return ""
    return f"ni SIRET ni numéro RNA : cofiville porteur modifier {porteur.code} --siret NUMERO"


def _row(session: Session, convention: Convention, porteur: Porteur, payer: str, siret: str) -> tuple[str, ...]:
    assert convention.signed_on is not None
    last = {instalment.rank for instalment in convention.instalments}
    rna = porteur.rna or ""
    return (
        payer,
        siret,
        convention.signed_on.isoformat(),
        convention.piece,
        porteur.name,
        porteur.siret or "",
        rna if _RNA.fullmatch(rna) else "",
        _purpose(session, convention),
        convention.amount.plain(),
        "aide en numéraire",
        "unique" if len(last) == 1 else "échelonné",
        _period(convention),
        "",
        "non",
        "1.00",
        "",
    )


def _purpose(session: Session, convention: Convention) -> str:
    """What the grant is for, in 256 characters at most: its own words, else the titles of its actions."""
    titles: Sequence[str] = session.scalars(
        select(Action.title)
        .where(Action.number.in_({line.action for line in convention.lines}))
        .order_by(Action.number)
    ).all()
    words = " ".join((convention.purpose or " ; ".join(titles)).split())
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"


def _period(convention: Convention) -> str:
    """From the signature (or the first day, if later) to the last day of the convention, else of its exercice."""
    assert convention.signed_on is not None
    first = max(convention.signed_on, convention.starts_on or convention.signed_on)
    last = convention.ends_on or date(convention.year, 12, 31)
    days = [each.due_on for each in convention.instalments if each.due_on is not None]
    last = max(last, first, *days)
    return first.isoformat() if last == first else f"{first.isoformat()}/{last.isoformat()}"


_PROFILE = "scdl"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A grant published by another body; amount: None where it could not be read."""

    year: int | None
    payer: str
    purpose: str
    amount: Money | None
    decision: str


def published_elsewhere(session: Session, porteur: Porteur) -> list[Elsewhere]:
    """The grants to this body in the last file of each attribuant and year; those the EPCI published are its own.

    A row without a SIRET that can be trusted is told by the name of the body. A row that a later file of the same
    attribuant and year no longer lists is not shown any more, nor what it corrects.
    """
    siren = epci_of_contract(session).siren
    codes = codes_of_porteur(session, porteur.code)
    itself = session.scalars(select(Porteur).where(Porteur.code.in_(codes))).all()
    sirets, names = {each.siret for each in itself}, {plain_words(each.name) for each in itself}
    found = [
        _published(row)
        for row in last_rows(session, _PROFILE)
        if not row.gone
        and (row.siret in sirets or (not row.siret and plain_words(row.facts.get("porteur", "")) in names))
        and not re.sub(r"\D", "", row.facts.get("payer_siret", "")).startswith(siren)
    ]
    return sorted(found, key=lambda each: (each.year or 0, plain_words(each.payer), plain_words(each.purpose)))


def _published(row: PartnerRow) -> Elsewhere:
    values = revived(SUBVENTIONS, row.facts)
    payer, purpose, decision = (str(values.get(name) or "") for name in ("payer", "purpose", "decision"))
    amount = values.get("amount")
    return Elsewhere(row.year, payer, purpose, amount if isinstance(amount, Money) else None, decision)
