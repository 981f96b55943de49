"""What holds a payment back: a missing document, a late bilan; paid all the same for a reason that is kept."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from ledger.conventions.model import Convention
from ledger.conventions.stages import convention_documents, missing_pieces, piece_command
from ledger.conventions.vocabulary import ConventionKind
from ledger.core.errors import LedgerError
from ledger.core.period import french_day
from ledger.execution.bilans.queue import ExpectedBilan
from ledger.journal.waivers import PutAside, put_aside_rule
from ledger.referential.queries import find_porteur
from ledger.rules.book import Rule, RuleBook
from ledger.rules.convention_kinds import DossierPieces
from ledger.rules.scope import RuleSubject


class PieceMissing(LedgerError):
    """The beneficiary has documents to give before it is paid."""

    code = "piece_manquante"


def check_pieces(session: Session, book: RuleBook, convention: Convention, waiver: str) -> tuple[PutAside, ...]:
    """The rule that the order puts aside, where documents are missing; none when none is, or it holds no payment.

    waiver: why the payment is made all the same. raises: PieceMissing without one, where the rule is blocking.
    """
    if convention.beneficiary is None or convention.kind == ConventionKind.ORDER:
        return ()
    rule = book.find(DossierPieces, RuleSubject(porteur_kind=find_porteur(session, convention.beneficiary).kind))
    if not isinstance(rule, Rule) or not rule.figures.blocking:
        return ()
    missing = missing_pieces(session, book, convention, convention_documents(session, convention.beneficiary))
    if not missing:
        return ()
    what = ", ".join(each.label for each in missing)
    if waiver.strip():
        return (put_aside_rule(rule.code, f"une pièce manquante ({what})", waiver),)
    raise PieceMissing(
        f"Il manque à {convention.beneficiary} : {what} (« {rule.label} », {rule.source}).",
        f"Enregistrez-la ({piece_command(convention.beneficiary, missing[0])}),"
        ' ou payez en disant pourquoi : --malgre "MOTIF".',
    )


class BilanOverdue(LedgerError):
    """The porteur has a bilan to give before it is paid again."""

    code = "bilan_en_retard"


def check_bilans(convention: Convention, overdue: Sequence[ExpectedBilan], waiver: str) -> tuple[PutAside, ...]:
    """The rule that the order puts aside, where a bilan is late; none when none is.

    overdue: the bilans that its beneficiary should have given. waiver: why the payment is made all the same.
    raises: BilanOverdue without one, where a bilan is late.
    """
    if convention.kind == ConventionKind.ORDER or convention.beneficiary is None:
        return ()
    late = [each for each in overdue if each.to_the_epci]
    if not late:
        return ()
    what = ", ".join(_words(each) for each in late)
    if waiver.strip():
        return (put_aside_rule(late[0].rule, f"un bilan en retard ({what})", waiver),)
    raise BilanOverdue(
        f"{convention.beneficiary} doit encore {'un bilan' if len(late) == 1 else f'{len(late)} bilans'} : {what}.",
        f"Enregistrez-le (cofiville bilan saisir {late[0].convention.number}"
        f" --action {late[0].action} --cout MONTANT --piece PIECE), accordez un délai (cofiville bilan"
        f" proroger {late[0].convention.number} --jusqu-au JOUR --motif MOTIF),"
        ' ou payez en disant pourquoi : --malgre "MOTIF".',
    )


def _words(expected: ExpectedBilan) -> str:
    assert expected.limit is not None
    return f"action {expected.action}, {expected.convention.number}, dû le {french_day(expected.limit)}"
