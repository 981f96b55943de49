"""The parts of an action as its screen and its JSON show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger.core.money import ZERO, total
from ledger.programming.vocabulary import ActionState, PlanStage
from ledger.referential.vocabulary import LineNature

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.core.money import Money
    from ledger.programming.model import Action


def action_row(session: Session, action: Action) -> dict[str, Any]:
    """An action as lists show it, read alone."""
    from ledger.programming.grants import granted_by_action
    from ledger.programming.lookups import own_fund_lines, requested

    granted = granted_by_action(session, action.year, action.number).get(action.number, {})
    return {
        "action": action.number,
        "intitule": action.title,
        "porteur": action.porteur,
        "objectif": action.objective,
        "cout": action.cost_total,
        "demande": total(requested(action, own_fund_lines(session)).values()),
        "accorde": total(granted.values()),
        "statut": ActionState(action.status).label,
        "dispositif": action.dispositif,
        "echelle": action.scale,
        "exemple": action.example,
        "appel": action.appel,
    }


def publics_of(action: Action) -> list[dict[str, Any]]:
    """Who benefits, place by place."""
    return [
        {
            "type": each.kind,
            "territoire": each.territory,
            "epci": each.epci,
            "effectif": each.headcount,
            "compte": each.counted,
            "habitants_qpv": each.qpv_headcount,
            "justificatif": each.evidence,
        }
        for each in action.publics
    ]


def fundings_of(session: Session, action: Action, granted: dict[str, Money]) -> list[dict[str, Any]]:
    """Each line asked: as deposited, as asked now, as granted."""
    from ledger.programming.line_status import line_statuses

    statuses = line_statuses(session, action, granted)
    versions = [each for each in action.plans if each.stage == PlanStage.DEPOSITED]
    deposited = {each.line: each.amount for each in versions[-1].lines if each.line} if versions else {}
    return [
        {
            "ligne": each.line,
            "demande": each.amount_requested,
            "accorde": granted.get(each.line, ZERO),
            "partage": each.shared,
            "statut": statuses[each.line],
            "depose": deposited.get(each.line, ZERO if versions else each.amount_requested),
            "observation": each.observation,
        }
        for each in action.fundings
    ]


def natures_of(session: Session, action: Action) -> dict[str, Money]:
    """What is asked by nature of credits, specific credits and droit commun apart; the rest is asked of nobody."""
    from ledger.programming.adjusting import other_resources
    from ledger.programming.plans import detail_of
    from ledger.referential.lookups import find_line

    found = dict.fromkeys(LineNature.labels(), ZERO)
    for each in action.fundings:
        found[find_line(session, each.line).nature] += each.amount_requested
    return found | {"autres": other_resources(detail_of(action))}


def renewal_of(session: Session, action: Action) -> dict[str, Any] | None:
    """Last year's action, with what it asked, was granted and really cost; None for an action that renews none."""
    from ledger.programming.lookups import find_action
    from ledger.reports.gaps import last_bilans

    if action.renewed is None:
        return None
    before = find_action(session, action.renewed.previous)
    bilan = last_bilans(session).get(before.number)
    cost, settled_on = (bilan.real_cost, bilan.settled_on) if bilan else (None, None)
    row = action_row(session, before)
    names = ("action", "intitule", "porteur", "cout", "demande", "accorde", "statut")
    return {name: row[name] for name in names} | {"cout_reel": cost, "bilan_le": settled_on}


def posts_of(session: Session, action: Action) -> list[dict[str, Any]]:
    """The posts that the action bears, with what each costs in the year."""
    from ledger.programming import posts as held
    from ledger.programming.post_costs import whole_cost

    return [
        {"poste": each.code, "intitule": each.label, "cout": whole_cost(held.months_of(each))}
        for each in held.posts_of(session, action.year, action.number)
    ]
