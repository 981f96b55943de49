"""What committees read: the year line by line, action by action, and the conseil citoyen's summary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.field import Value, code, words
from ledger.core.grouping import sums_by
from ledger.core.money import ZERO, Money, total
from ledger.journal.balances import balances
from ledger.journal.positions import Figure, line_state
from ledger.programming.committees.queries import CommitteeAction, committee_actions
from ledger.programming.vocabulary import ActionState, CommitteeKind, CommitteeOutcome
from ledger.referential.axes import AxisTree, axis_tree
from ledger.referential.model import CreditLine
from ledger.referential.queries import find_line, find_porteur, find_territory
from ledger.referential.vocabulary import PorteurKind
from ledger.reports.figures.credits import NOTIFIED
from ledger.reports.figures.plan import (
    ADVISED,
    ASKED,
    COST,
    DECIDED,
    LEFT_OF_DECIDED,
    LEFT_OF_PROPOSED,
    PEOPLE,
    PROPOSED,
)
from ledger.reports.listing import Listing


def committee_reports(session: Session, committee: str, year: int, note: str = "") -> list[Listing]:
    """The enveloppes against what is asked and said, then every action line by line.

    committee: technique or copil. note: what is to be known of the year (" (exemple)").
    """
    actions = on_the_table(session, year)
    name = f"{CommitteeKind(committee).label.capitalize()} {year}{note}"
    said = "propose" if committee == CommitteeKind.TECHNICAL else "decide"
    return [_lines_report(session, year, actions, said, name), _actions_report(session, actions, name)]


def on_the_table(session: Session, year: int) -> list[CommitteeAction]:
    """The actions of the year that a committee looks at: those given up by their porteur left out."""
    return [each for each in committee_actions(session, year) if each.action.status != ActionState.ABANDONED]


def notified_by_line(session: Session, year: int) -> dict[str, Money]:
    """By line, what is notified in the year; lines on which nothing ever was are left out."""
    held = balances(session, year=year)
    return {
        line: line_state({key: each for key, each in held.items() if key.line == line})[Figure.NOTIFIE]
        for line in {key.line for key in held}
    }


def _lines_report(session: Session, year: int, actions: Sequence[CommitteeAction], said: str, name: str) -> Listing:
    notified = notified_by_line(session, year)
    lines = [line for action in actions for line in action.lines]
    asked = sums_by((line.line, line.requested) for line in lines)
    given = sums_by((line.line, (line.proposed if said == "propose" else line.decided) or ZERO) for line in lines)
    figure, left = (PROPOSED, LEFT_OF_PROPOSED) if said == "propose" else (DECIDED, LEFT_OF_DECIDED)
    rows = tuple(
        {
            "ligne": line,
            "libelle": find_line(session, line).label,
            "notifie": notified.get(line),
            "demande": asked[line],
            said: given[line],
            "reste": notified.get(line, ZERO) - given[line],
        }
        for line in session.scalars(select(CreditLine.code).order_by(CreditLine.rank, CreditLine.code))
        if line in asked
    )
    fields = (
        code("ligne", "ligne"),
        words("libelle", "libellé"),
        NOTIFIED.field(),
        ASKED.field(),
        figure.field(),
        left.field(summed=False),
    )
    return Listing(f"{name} : enveloppes", fields, rows, (f"Un reste négatif : plus {figure.title} que notifié.",))


def _actions_report(session: Session, actions: Sequence[CommitteeAction], name: str) -> Listing:
    fields = (
        code("action", "action", width=10),
        words("intitule", "intitulé", width=36),
        words("porteur", "porteur", width=28),
        code("ligne", "ligne"),
        ASKED.field(),
        words("avis", "avis", width=24),
        ADVISED.field(),
        PROPOSED.field(),
        DECIDED.field(),
        words("suite", "suite", width=12),
    )
    return Listing(f"{name} : actions", fields, tuple(_action_rows(session, actions)))


def _action_rows(session: Session, actions: Sequence[CommitteeAction]) -> Iterator[Mapping[str, Value]]:
    for each in actions:
        said = each.decision or each.proposal
        porteur = find_porteur(session, each.action.porteur).name
        for index, line in enumerate(each.lines):
            first = index == 0
            yield {
                "action": each.action.number if first else "",
                "intitule": each.action.title if first else "",
                "porteur": porteur if first else "",
                "ligne": line.line,
                "demande": line.requested,
                "avis": each.opinions if first else "",
                "conseille": line.advised,
                "propose": line.proposed,
                "decide": line.decided,
                "suite": CommitteeOutcome(said.outcome).label if said and first else "",
            }


def citizens_report(session: Session, year: int, note: str = "") -> Listing:
    """One row an action, for the conseil citoyen: what, where, for how many, how much; no personal datum.

    A porteur that is not a body of a known kind may be a person: its name is left out.
    """
    fields = (
        code("action", "n°", width=10),
        words("projet", "projet", width=44),
        words("porteur", "porteur", width=32),
        words("axe", "axe", width=32),
        words("quartiers", "quartiers", width=36),
        PEOPLE.field(),
        COST.field(title="coût total"),
        ASKED.field(title="aides demandées"),
        DECIDED.field(title="aides décidées"),
        words("statut", "statut", width=14),
    )
    tree = axis_tree(session)
    rows = tuple(_citizens_row(session, each, tree) for each in on_the_table(session, year))
    notes = ("Résumé sans donnée personnelle : ni contact, ni avis, ni numéro SIRET.",)
    return Listing(f"Projets {year}{note} : résumé pour le conseil citoyen", fields, rows, notes)


def _citizens_row(session: Session, each: CommitteeAction, tree: AxisTree) -> Mapping[str, Value]:
    action, porteur = each.action, find_porteur(session, each.action.porteur)
    decided = [line.decided for line in each.lines if line.decided is not None]
    people = [part.headcount for part in action.slices if part.headcount is not None]
    return {
        "action": action.number,
        "projet": action.title,
        "porteur": porteur.name if porteur.kind != PorteurKind.OTHER else "porteur individuel",
        "axe": tree.top_label(action.objective),
        "quartiers": ", ".join(find_territory(session, code).name for code in action.territories),
        "personnes": sum(people) if people else None,
        "cout": action.cost_total,
        "demande": total(line.requested for line in each.lines),
        "decide": total(decided) if decided else None,
        "statut": ActionState(action.status).label,
    }
