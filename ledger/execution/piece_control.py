"""A porteur whose documents are missing gets no payment where the rule says so, unless somebody says why."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ledger.conventions.model import Convention
from ledger.conventions.paper import documents, missing_pieces
from ledger.conventions.vocabulary import ConventionKind
from ledger.core.errors import LedgerError
from ledger.journal.waivers import PutAside, waived
from ledger.referential.lookups import find_porteur
from ledger.rules.book import Rule, RuleBook
from ledger.rules.convention_kinds import DossierPieces
from ledger.rules.scope import Subject


class PieceMissing(LedgerError):
    """The beneficiary has documents to give before it is paid."""

    code = "piece_manquante"


def check_pieces(session: Session, book: RuleBook, convention: Convention, waiver: str) -> tuple[PutAside, ...]:
    """The rule that the order puts aside, where documents are missing; none when none is, or it holds no payment.

    waiver: why the payment is made all the same. raises: PieceMissing without one, where the rule is blocking.
    """
    if convention.beneficiary is None or convention.kind == ConventionKind.ORDER:
        return ()
    rule = book.find(DossierPieces, Subject(porteur_kind=find_porteur(session, convention.beneficiary).kind))
    if not isinstance(rule, Rule) or not rule.figures.blocking:
        return ()
    missing = missing_pieces(session, book, convention, documents(session, convention.beneficiary))
    if not missing:
        return ()
    what = ", ".join(missing)
    if waiver.strip():
        return (waived(rule.code, f"une pièce manquante ({what})", waiver),)
    raise PieceMissing(
        f"Il manque à {convention.beneficiary} : {what} (règle {rule.code}).",
        f"Enregistrez-la (cofiville convention document {convention.beneficiary}),"
        ' ou payez en disant pourquoi : --malgre "MOTIF".',
    )
