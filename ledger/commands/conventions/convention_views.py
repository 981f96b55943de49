"""What `cofiville convention lister` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.access import reading_as_of
from ledger.commands.declaring.options import AnneeOuTout, AuJour, ConnuAu, argument
from ledger.commands.outcome import Outcome, Row, picked, read_row
from ledger.conventions.fields import BENEFICIARY, CIRCUIT, IDENTITY, KIND, NUMBER, PAYER, STATE
from ledger.conventions.vocabulary import ConventionKind, ConventionStatus
from ledger.core.field import Field, Kind
from ledger.journal.fields import CONVENTION, YEAR
from ledger.programming.fields import EXAMPLE
from ledger.reports.figures.credits import TO_RECOVER
from ledger.reports.figures.payments import JUSTIFIED, ORDERED, PAID, STILL_DUE
from ledger.reports.figures.plan import GRANTED

if TYPE_CHECKING:
    from ledger.execution.figures import ConventionState

Numero = Annotated[str, argument(NUMBER)]

FIGURES = tuple(each.field() for each in (GRANTED, ORDERED, PAID, JUSTIFIED, STILL_DUE, TO_RECOVER))
LISTED = (
    CONVENTION,
    PAYER,
    BENEFICIARY,
    STATE,
    *FIGURES,
    *(
        each.but(shown=False)
        for each in (
            PAYER.but(name="recouvre_par", title="recouvré par", help="Qui recouvre.", since="0.2"),
            Field("actions", "actions", Kind.CODES),
            YEAR,
            KIND,
            CIRCUIT,
            EXAMPLE,
            Field("nombre_avenants", "avenants", Kind.INTEGER, since="0.2"),
        )
    ),
)


def state_row(state: ConventionState, epci: str) -> Row:
    """The figures of a convention as scripts read them; a right on a financeur is the EPCI's."""
    convention = state.convention
    said = {
        **read_row(IDENTITY, convention),
        "beneficiaire": convention.beneficiary or epci,
        "etat": ConventionStatus(convention.state).label,
        "accorde": state.granted,
        "ordonne": state.ordered,
        "verse": state.paid,
        "justifie": state.justified,
        "reste_du": state.still_due,
        "a_recouvrer": state.to_recover,
        "recouvre_par": convention.payer,
        "actions": sorted({line.action for line in convention.lines}),
        "nombre_avenants": len(convention.avenants),
    }
    return picked(said, LISTED)


def convention_lister(annee: AnneeOuTout = None, le: AuJour = None, connu_au: ConnuAu = None) -> Outcome:
    """Liste les conventions : accordé, ordonné, versé, justifié, reste dû, à recouvrer ; annulée, plus rien.

    Exemple : cofiville convention lister 2016
    """
    from ledger.conventions.queries import epci_financeur
    from ledger.execution.figures import convention_states
    from ledger.reports.listing import Listing

    with reading_as_of(le, connu_au) as session:
        epci = epci_financeur(session)
        rows = tuple(state_row(state, epci) for state in convention_states(session, annee, le))
    examples = " (dont exemples)" if any(row["exemple"] for row in rows) else ""
    title = f"Conventions {annee or ''}".strip() + examples
    passed_on = [place for place, row in enumerate(rows) if row["nature"] != ConventionKind.RIGHT]
    return Outcome(Listing(title, LISTED, rows, total="Total hors recettes", counted=passed_on))
