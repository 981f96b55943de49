"""The position of the money the EPCI passes on (réussite éducative, §5.2.5): received, passed on, held, owed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ledger.core.field import Value, code
from ledger.execution.figures import reversement_state
from ledger.journal.balances import balances
from ledger.journal.positions import Position
from ledger.referential.contracts import said_in
from ledger.reports.figures.payments import (
    GIVEN_BACK,
    PASSED_ON,
    PASSED_ON_NOT_RECEIVED,
    RECEIVED,
    RECEIVED_NOT_PASSED_ON,
    RECOVERED_FROM_PORTEURS,
    RIGHT_ACQUIRED,
    RIGHT_LOST,
    STILL_AWAITED,
    TO_GIVE_BACK,
    UNSPENT,
    WITHHELD_LATER,
)
from ledger.reports.listing import Listing
from ledger.reports.selection import Selection

PASSED_ON_FIELDS = (
    code("ligne", "ligne"),
    RECEIVED.field(),
    PASSED_ON.field(),
    GIVEN_BACK.field(),
    RECEIVED_NOT_PASSED_ON.field(),
    PASSED_ON_NOT_RECEIVED.field(),
    UNSPENT.field(),
    TO_GIVE_BACK.field(),
    RIGHT_ACQUIRED.field(),
    RIGHT_LOST.field(),
    STILL_AWAITED.field(),
    RECOVERED_FROM_PORTEURS.field(),
    WITHHELD_LATER.field(),
)
_MET = (Position.DROIT_ACQUIS, Position.REVERSE, Position.DETENU, Position.AVANCE, Position.DROIT_PERDU)


def dre_report(session: Session, selection: Selection, of: str) -> Listing:
    """The millésime's position, a row a line passed on.

    of: the year and what is to be known of it, as the title says it.
    """
    year, on = selection.year, selection.on
    rows: list[dict[str, Value]] = []
    for line in sorted({key.line for key in balances(session, year=year, on=on, positions=_MET)}):
        state = reversement_state(session, year, line=line, on=on)
        money = state.passing_on
        rows.append(
            {
                "ligne": line,
                "recu": money.received,
                "reverse": money.passed_on,
                "rendu": money.returned,
                "recu_non_reverse": money.held,
                "reverse_non_recu": money.advanced,
                "non_consomme": state.unspent,
                "a_rendre": money.owed_back,
                "droit_acquis": money.right,
                "droit_perdu": money.lost,
                "reste_attendu": money.awaited,
                "recouvre": state.recovered,
                "a_retenir": state.kept_back,
            }
        )
    return Listing(
        title=f"Crédits reversés, millésime {of}{said_in(session, 'reversements')}",
        fields=PASSED_ON_FIELDS,
        rows=tuple(rows),
        notes=(
            "Reçu − reversé − rendu = reçu et non reversé − reversé et non reçu.",
            "À rendre = reçu − (droit acquis − droit perdu) − rendu, jamais négatif.",
        ),
    )
