"""`cofiville action statut`, `avancer`, `historique`: where actions stand, and how they came there."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.shell.access import reading, writing
from ledger.commands.shell.options import Annee, Le, NumeroAction, Piece, day
from ledger.commands.shell.screen import say, show, table
from ledger.core.rate import french_rate, parse_rate
from ledger.programming.vocabulary import ActionState

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.programming.model import Action

Statut = Annotated[
    str, typer.Argument(metavar="STATUT", help="recevable, instruite, arbitrée, refusée, ajournée, réalisée, soldée…")
]
Motif = Annotated[
    str, typer.Option("--motif", metavar="TEXTE", help="Pourquoi, ou la pièce ; dû pour écarter, accorder ou revenir.")
]


def moves_of(session: Session, action: Action) -> list[dict[str, Any]]:
    """The history of an action's status, as shown."""
    from ledger.programming.lookups import status_history

    return [
        {"le": each.on, "statut": ActionState(each.status).label, "motif": each.reason, "agent": each.agent}
        for each in status_history(session, action)
    ]


def statut(action: NumeroAction, statut: Statut, motif: Motif = "", le: Le = None) -> None:
    """Fait passer une action au statut suivant, avec son jour et, s'il est dû, son motif.

    Une étape ne se saute pas à la main. La validation, la signature d'une convention et le bilan font avancer l'action
    d'eux-mêmes, et gardent chaque étape franchie dans l'historique.

    Exemple : cofiville action statut 2016-014 refusée --motif "Hors objectifs du contrat" --le 2016-03-04
    """
    from ledger.programming.lookups import find_action
    from ledger.programming.moving import move
    from ledger.programming.statuses import following, read_status

    with writing() as session:
        found = find_action(session, action)
        move(session, found, read_status(statut), on=day(le), reason=motif)
        row = {"action": found.number, "statut": ActionState(found.status).label}
        row["suite"] = ", ".join(ActionState(each).label for each in following(found.status))
    ends = f" Suites possibles : {row['suite']}." if row["suite"] else " Ce statut est définitif."
    show(row, lambda: say(f"Action {row['action']} {row['statut']}.{ends}"))


def avancer(
    annee: Annee,
    statut: Statut,
    appel: Annotated[str, typer.Option(metavar="CODE", help="Celles de cet appel à projets seulement.")] = "",
    depuis: Annotated[
        str, typer.Option(metavar="STATUT", help="Celles qui sont à ce statut ; celui d'avant sinon.")
    ] = "",
    motif: Motif = "",
    le: Le = None,
) -> None:
    """Fait passer à un statut toutes les actions d'une année, ou d'un appel, qui sont au statut d'avant.

    Celles qui ne peuvent pas avancer restent où elles sont, et la raison est dite pour chacune.

    Exemple : cofiville action avancer 2016 recevable --appel 2016 --le 2016-01-20
    """
    from ledger.programming.moving import advance
    from ledger.programming.statuses import read_status

    with writing() as session:
        wanted = read_status(statut)
        since = read_status(depuis) if depuis else ""
        moved, kept = advance(session, annee, wanted, since=since, appel=appel, on=day(le), reason=motif)
        result: dict[str, Any] = {
            "avancees": [action.number for action in moved],
            "restees": [{"action": number, "probleme": r.problem, "remede": r.remedy} for number, r in kept.items()],
        }

    def render() -> None:
        say(f"{len(result['avancees'])} action(s) avancée(s).")
        for each in kept.values():
            say(f"{each.problem}\n→ {each.remedy}")

    show(result, render)


def deroger(
    action: NumeroAction,
    part: Annotated[
        Fraction, typer.Option("--part", metavar="TAUX", parser=parse_rate, help="La part admise : 10 %, 1/10.")
    ],
    piece: Piece,
    le: Le = None,
) -> None:
    """Garde la dérogation du préfet à la part que le maître d'ouvrage apporte (CGCT L1111-10 III).

    Les attributions à venir en tiennent compte ; ce qui est déjà accordé ne change pas.

    Exemple : cofiville action deroger 2016-014 --part "10 %" --piece "Arrêté préfectoral du 03/02/2016" --le 2016-02-03
    """
    from ledger.programming.derogation import record_derogation

    with writing() as session:
        found = record_derogation(session, action, part, piece=piece, on=day(le))
        row = {"action": found.number, "part": french_rate(part), "piece": piece.strip(), "le": day(le)}
    show(row, lambda: say(f"Action {row['action']} : le maître d'ouvrage peut n'apporter que {row['part']}."))


def historique(action: NumeroAction) -> None:
    """Montre tous les statuts d'une action, dans l'ordre où ils ont été enregistrés.

    Exemple : cofiville action historique 2016-014
    """
    from ledger.programming.lookups import find_action

    with reading() as session:
        found = find_action(session, action)
        rows, title = moves_of(session, found), f"{found.number} : {found.title}"
    show(rows, lambda: table(title, ("Le", "Statut", "Motif", "Agent"), [tuple(row.values()) for row in rows]))
