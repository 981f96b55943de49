"""`cofiville convention derogations`: every rule put aside, by which act, why, by whom, when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ledger.commands.declaring.access import reading
from ledger.commands.declaring.options import AnneeOuTout
from ledger.commands.outcome import Outcome, Row
from ledger.core.field import Field, Kind
from ledger.journal.fields import ACTION, AGENT, AMOUNT, CONVENTION, EFFECTIVE_ON, ENTRY, LABEL, LINE, MOTIVE
from ledger.journal.vocabulary import EntryKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.conventions.model import Convention
    from ledger.journal.waivers import Waiver
    from ledger.reports.listing import Listing

_ACTS: Mapping[str, str] = {
    EntryKind.ORDER: "ordre de payer",
    EntryKind.GRANT: "attribution",
    EntryKind.AVENANT: "avenant",
}
WAIVERS = (
    EFFECTIVE_ON,
    Field("acte", "acte"),
    CONVENTION,
    ACTION,
    AMOUNT,
    Field("regle", "malgré"),
    MOTIVE,
    AGENT.but(title="par"),
    ENTRY,
    *(each.but(shown=False) for each in (LABEL, LINE, Field("code", "code", Kind.CODE))),
    Field("ecrite_le", "écrite le", Kind.INSTANT, shown=False),
)


def convention_derogations(annee: AnneeOuTout = None) -> Outcome:
    """Liste les dérogations motivées sur les crédits d'un exercice : par quel acte, laquelle, pourquoi, par qui, quand.

    Exemple : cofiville convention derogations 2016
    """
    from ledger.journal.waivers import waivers_of_year

    with reading() as session:
        rows = [_row(each) for each in waivers_of_year(session, annee)]
    return Outcome(waiver_listing(rows))


def waiver_rows(session: Session, convention: Convention) -> list[Row]:
    """The rules put aside for one convention: by orders on it, its avenants, and grants of what it carries."""
    from sqlalchemy import select

    from ledger.allocation.waivers import ceilings_waived
    from ledger.execution.model import PaymentOrder
    from ledger.journal.waivers import waivers_in

    given = select(PaymentOrder.entry_number).where(
        PaymentOrder.convention == convention.number,
        PaymentOrder.rejected_on.is_(None),
        PaymentOrder.entry_number.is_not(None),
    )
    numbers = (*session.scalars(given), *(each.entry_number for each in convention.avenants))
    entries = [number for number in numbers if number is not None]
    granted = {(line.action, line.line) for line in convention.lines if line.action}
    ceilings = [each for action, line in sorted(granted) for each in ceilings_waived(session, action, line)]
    return [_row(each) for each in (*ceilings, *waivers_in(session, entries))]


def _row(waiver: Waiver) -> Row:
    # A grant bears on no convention, but where an avenant makes it.
    by_avenant = waiver.kind == EntryKind.GRANT and waiver.convention
    return {
        "le": waiver.effect_on,
        "acte": _ACTS[EntryKind.AVENANT if by_avenant else waiver.kind],
        "ecriture": waiver.sequence,
        "libelle": waiver.label,
        "convention": waiver.convention,
        "action": waiver.action,
        "ligne": waiver.line,
        "montant": waiver.amount,
        "regle": waiver.required,
        "code": waiver.rule,
        "motif": waiver.reason,
        "agent": waiver.agent,
        "ecrite_le": waiver.recorded_at,
    }


def waiver_listing(rows: list[Row]) -> Listing:
    """The rules put aside, for people."""
    from ledger.reports.listing import Listing

    return Listing("Dérogations motivées", WAIVERS, tuple(rows), empty="Aucune règle n'a été écartée.")
