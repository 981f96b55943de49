"""A porteur late with a bilan gets no new payment, unless somebody says why: the reason is kept and shown."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.conventions.model import Convention
from ledger.conventions.vocabulary import ConventionKind
from ledger.core.errors import LedgerError
from ledger.core.period import french_day
from ledger.execution.bilan_queue import Expected
from ledger.journal.waivers import PutAside, waived


class BilanOverdue(LedgerError):
    """The porteur has a bilan to give before it is paid again."""

    code = "bilan_en_retard"


def check_bilans(convention: Convention, overdue: Sequence[Expected], waiver: str) -> tuple[PutAside, ...]:
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
        return (waived(late[0].rule, f"un bilan en retard ({what})", waiver),)
    raise BilanOverdue(
        f"{convention.beneficiary} doit encore {'un bilan' if len(late) == 1 else f'{len(late)} bilans'} : {what}.",
        f"Enregistrez-le (cofiville bilan saisir {late[0].convention.number}), accordez un délai (bilan proroger),"
        ' ou payez en disant pourquoi : --malgre "MOTIF".',
    )


def _words(expected: Expected) -> str:
    assert expected.limit is not None
    return f"action {expected.action}, {expected.convention.number}, dû le {french_day(expected.limit)}"
