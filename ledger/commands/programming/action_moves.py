"""`cofiville action statut`, `avancer`, `historique`: where actions stand, and how they came there."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

from ledger.commands.declaring.access import reading, writing
from ledger.commands.declaring.options import Annee, Le, NumeroAction, Piece, argument, day, option
from ledger.commands.outcome import Outcome, Row
from ledger.core.field import Field, Kind
from ledger.core.rate import french_rate
from ledger.journal.fields import ACTION, EFFECTIVE_ON, PIECE
from ledger.programming.fields import AGENT, APPEL, PLAN_MOTIVE, STATUS
from ledger.programming.vocabulary import ActionState

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.programming.actions.model import Action

_STATUS = STATUS.but(placeholder="STATUT", help="recevable, instruite, arbitrée, refusée, ajournée, réalisée, soldée…")
_MOTIVE = PLAN_MOTIVE.but(help="Pourquoi, ou la pièce ; dû pour écarter, accorder ou revenir.")
_SHARE = Field("part", "part", help="La part admise : 10 %, 1/10.", placeholder="TAUX")
MOVES = (EFFECTIVE_ON.but(title="le"), STATUS, _MOTIVE, AGENT)
MOVED = (ACTION, STATUS, Field("suite", "suites possibles"))
_LEFT = (ACTION, Field("probleme", "problème"), Field("remede", "remède"))
ADVANCED = (
    ACTION.but(name="avancees", title="avancées", many=True),
    Field("restees", "restées", Kind.RECORD, fields=_LEFT, many=True),
)
DEROGATED = (ACTION, _SHARE, PIECE, EFFECTIVE_ON)

Statut = Annotated[str, argument(_STATUS)]
Motif = Annotated[str, option(_MOTIVE)]


def moves_of(session: Session, action: Action) -> list[dict[str, Any]]:
    """The history of an action's status, as shown."""
    from ledger.programming.queries import status_history

    return [
        {"le": each.on, "statut": ActionState(each.status).label, "motif": each.reason, "agent": each.agent}
        for each in status_history(session, action)
    ]


def action_statut(action: NumeroAction, statut: Statut, motif: Motif = "", le: Le = None) -> Outcome:
    """Fait passer une action au statut suivant, avec son jour et, s'il est dû, son motif.

    Une étape ne se saute pas à la main. La validation, la signature d'une convention et le bilan font avancer l'action
    d'eux-mêmes, et gardent chaque étape franchie dans l'historique.

    Exemple : cofiville action statut 2016-014 refusée --motif "Hors objectifs du contrat" --le 2016-03-04
    """
    from ledger.programming.actions.move_status import move_status
    from ledger.programming.actions.statuses import following_statuses, read_status
    from ledger.programming.queries import find_action

    with writing() as session:
        found = find_action(session, action)
        move_status(session, found, read_status(statut), on=day(le), reason=motif)
        row = {"action": found.number, "statut": ActionState(found.status).label}
        row["suite"] = ", ".join(ActionState(each).label for each in following_statuses(found.status))
    ends = f" Suites possibles : {row['suite']}." if row["suite"] else " Ce statut est définitif."
    return Outcome(row, (f"Action {row['action']} {row['statut']}.{ends}",))


def action_avancer(
    annee: Annee,
    statut: Statut,
    appel: Annotated[str, option(APPEL.but(placeholder="CODE", help="Celles de cet appel à projets seulement."))] = "",
    depuis: Annotated[
        str, option(_STATUS.but(name="depuis", help="Celles qui sont à ce statut ; celui d'avant sinon."))
    ] = "",
    motif: Motif = "",
    le: Le = None,
) -> Outcome:
    """Fait passer à un statut toutes les actions d'une année, ou d'un appel, qui sont au statut d'avant.

    Celles qui ne peuvent pas avancer restent où elles sont, et la raison est dite pour chacune.

    Exemple : cofiville action avancer 2016 recevable --appel 2016 --le 2016-01-20
    """
    from ledger.programming.actions.move_status import advance_statuses
    from ledger.programming.actions.statuses import read_status

    with writing() as session:
        wanted = read_status(statut)
        since = read_status(depuis) if depuis else ""
        moved, kept = advance_statuses(session, annee, wanted, since=since, appel=appel, on=day(le), reason=motif)
        row: Row = {
            "avancees": [action.number for action in moved],
            "restees": [{"action": number, "probleme": r.problem, "remede": r.remedy} for number, r in kept.items()],
        }

    left = (f"{each.problem}\n→ {each.remedy}" for each in kept.values())
    return Outcome(row, (f"{len(moved)} action(s) avancée(s).", *left))


def action_deroger(
    action: NumeroAction,
    part: Annotated[Fraction, option(_SHARE.but(kind=Kind.RATE))],
    piece: Piece,
    le: Le = None,
) -> Outcome:
    """Garde la dérogation du préfet à la part que le maître d'ouvrage apporte (CGCT L1111-10 III).

    Les attributions à venir en tiennent compte ; ce qui est déjà accordé ne change pas.

    Exemple : cofiville action deroger 2016-014 --part "10 %" --piece "Arrêté préfectoral du 03/02/2016" --le 2016-02-03
    """
    from ledger.programming.actions.record_action import record_derogation

    with writing() as session:
        found = record_derogation(session, action, part, piece=piece, on=day(le))
        row = {"action": found.number, "part": french_rate(part), "piece": piece.strip(), "le": day(le)}
    return Outcome(row, (f"Action {row['action']} : le maître d'ouvrage peut n'apporter que {row['part']}.",))


def action_historique(action: NumeroAction) -> Outcome:
    """Montre tous les statuts d'une action, dans l'ordre où ils ont été enregistrés.

    Exemple : cofiville action historique 2016-014
    """
    from ledger.programming.queries import find_action
    from ledger.reports.listing import Listing

    with reading() as session:
        found = find_action(session, action)
        rows, title = moves_of(session, found), f"{found.number} : {found.title}"
    return Outcome(Listing(title, MOVES, tuple(rows)))
