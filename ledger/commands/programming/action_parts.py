"""The parts of an action as its screen and its JSON show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger.commands.outcome import picked
from ledger.commands.programming.action_list import LISTED, listed_row
from ledger.core.field import Field, Kind
from ledger.core.money import ZERO
from ledger.journal.fields import AMOUNT, LINE
from ledger.programming.fields import POST, TITLE
from ledger.programming.vocabulary import PlanStage, RequestState
from ledger.referential.vocabulary import LineNature
from ledger.reports.figures.plan import GRANTED, PLANNED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from ledger.core.money import Money
    from ledger.programming.actions.forms import ReadAction
    from ledger.programming.actions.model import ActionSlice
    from ledger.programming.plans.model import PlanVersion
    from ledger.programming.publics.shares import SliceForm

_PUBLIC_KIND = Field("type", "type", Kind.CODE)
_HEADCOUNT = Field("effectif", "effectif", Kind.INTEGER, optional=True)
PUBLIC = (_PUBLIC_KIND, _HEADCOUNT, Field("cout", "part du coût éligible", Kind.AMOUNT))
PUBLICS = (
    _PUBLIC_KIND,
    Field("territoire", "territoire", Kind.CODE, optional=True),
    Field("epci", "EPCI", Kind.CODE, optional=True),
    _HEADCOUNT,
    Field("compte", "compté d'avance", Kind.YES_NO),
    Field("habitants_qpv", "dont QPV", Kind.INTEGER, optional=True),
    Field("justificatif", "justificatif"),
)
FUNDINGS = (
    LINE,
    Field("depose", "déposé", Kind.AMOUNT, summed=True),
    PLANNED.field(key="demande"),
    GRANTED.field(),
    Field("partage", "part commune", Kind.YES_NO),
    Field("statut", "statut", Kind.CHOICE, choices=tuple(RequestState)),
    Field("observation", "observation", shown=False),
)
POSTS = (POST, TITLE, Field("cout", "coût de l'année", Kind.AMOUNT))
NATURES = AMOUNT.but(name="natures", title="natures", help="Ce qui est demandé, par nature de crédits.", keyed=True)
RENEWED = (
    *LISTED[:3],
    *LISTED[4:8],
    Field("cout_reel", "coût réel", Kind.AMOUNT, optional=True),
    Field("bilan_le", "bilan arrêté le", Kind.DAY, optional=True),
)


def action_row(session: Session, action: ReadAction) -> dict[str, Any]:
    """An action as lists show it, read alone."""
    from ledger.programming.actions.grants import granted_by_action

    return listed_row(action, granted_by_action(session, action.year, action.number).get(action.number, {}))


def slices_shown(slices: Iterable[SliceForm | ActionSlice]) -> list[dict[str, Any]]:
    """Who benefits and what is borne for them, by kind of territory."""
    return [{"type": each.kind, "effectif": each.headcount, "cout": each.cost} for each in slices]


def publics_shown(action: ReadAction) -> list[dict[str, Any]]:
    """Who benefits, place by place."""
    return [
        {
            "type": each.kind,
            "territoire": each.territory or None,
            "epci": each.epci or None,
            "effectif": each.headcount,
            "compte": each.counted,
            "habitants_qpv": each.qpv_headcount,
            "justificatif": each.evidence,
        }
        for each in action.publics
    ]


def fundings_shown(
    session: Session, action: ReadAction, plans: Sequence[PlanVersion], granted: dict[str, Money]
) -> list[dict[str, Any]]:
    """Each line asked: as deposited, as asked now, as granted. plans: the versions of its plan."""
    from ledger.programming.plans.adjust_plan import line_statuses

    statuses = line_statuses(session, action, granted)
    versions = [each for each in plans if each.stage == PlanStage.DEPOSITED]
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


def natures_of(session: Session, action: ReadAction) -> dict[str, Money]:
    """What is asked by nature of credits, specific credits and droit commun apart; the rest is asked of nobody."""
    from ledger.programming.plans.adjust_plan import other_resources
    from ledger.referential.queries import find_line

    found = dict.fromkeys(LineNature.labels(), ZERO)
    for each in action.fundings:
        found[find_line(session, each.line).nature] += each.amount_requested
    return found | {"autres": other_resources(action.plan)}


def renewal_of(session: Session, action: ReadAction) -> dict[str, Any] | None:
    """Last year's action, with what it asked, was granted and really cost; None for an action that renews none."""
    from ledger.programming.actions.read_actions import read_action
    from ledger.programming.actions.renewals import where_renewed
    from ledger.programming.queries import find_action
    from ledger.reports.gaps import last_bilans

    if not action.renewed_from:
        return None
    with where_renewed(session, action.renewed_from) as number:
        before = action_row(session, read_action(session, find_action(session, number), parts=("fundings",)))
        bilan = last_bilans(session).get(number)
    cost, settled_on = (bilan.real_cost, bilan.settled_on) if bilan else (None, None)
    shown = before | {"action": action.renewed_from, "cout_reel": cost, "bilan_le": settled_on}
    return picked(shown, RENEWED)


def posts_shown(session: Session, action: ReadAction) -> list[dict[str, Any]]:
    """The posts that the action bears, with what each costs in the year."""
    from ledger.programming.posts import record_post as held
    from ledger.programming.posts.costs import whole_cost

    return [
        {"poste": each.code, "intitule": each.label, "cout": whole_cost(held.months_of(each))}
        for each in held.posts_of(session, action.year, action.number)
    ]
