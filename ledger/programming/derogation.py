"""The préfet's dérogation to the least part that a maître d'ouvrage bears of its public financing (L1111-10 III)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue
from ledger.programming.lookups import find_action
from ledger.programming.model import Action
from ledger.programming.vocabulary import ActionNature


def record_derogation(session: Session, number: str, part: Fraction, *, piece: str, on: date) -> Action:
    """The action, whose porteur may bear this part alone of its public financing from now on.

    What is granted already does not change. raises: NotFound, InvalidValue without a piece, or where it is no
    investment: the law asks no part of an operating budget.
    """
    action = find_action(session, number)
    if not piece.strip():
        raise InvalidValue("La dérogation du préfet manque.", 'Nommez-la : --piece "Arrêté préfectoral du 03/02/2016".')
    if action.nature != ActionNature.INVESTMENT:
        raise InvalidValue(
            f"L'action {action.number} est de fonctionnement : aucune part du maître d'ouvrage n'y est exigée.",
            f"Si c'est un investissement : cofiville action modifier {action.number} --nature investissement.",
        )
    action.own_share = {
        "part": f"{part.numerator}/{part.denominator}",
        "piece": piece.strip(),
        "le": on.isoformat(),
    }
    session.flush()
    return action
