"""A porteur that ends: its last day and who follows it; nothing is asked for it nor granted to it after."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, LedgerError, require_words
from ledger.core.period import french_day
from ledger.referential.model import Porteur
from ledger.referential.queries import find_porteur
from ledger.storage.history import counting_from
from ledger.storage.standing import standing_act


class PorteurEnded(LedgerError):
    """Something asked for, or granted to, a porteur that ended before."""

    code = "porteur_dissous"


def end_porteur(session: Session, code: str, *, on: date, successor: str, reason: str) -> Porteur:
    """The porteur with its last day, and the one that follows it, if any ("" for none).

    raises: NotFound; InvalidValue without a reason, for itself as successor, or when it has ended already.
    """
    require_words(reason, "Le motif manque.", 'Nommez l\'acte : --motif "Dissolution, AG du 12/06/2016".')
    porteur = find_porteur(session, code)
    if porteur.ended_on is not None:
        raise InvalidValue(
            f"{porteur.code} est déjà dissous depuis le {french_day(porteur.ended_on)}"
            f"{standing_act(porteur, 'ended_on')}.",
            f"Voyez-le : cofiville porteur montrer {porteur.code}.",
        )
    follows = find_porteur(session, successor) if successor.strip() else None
    if follows is porteur:
        raise InvalidValue("Un porteur ne se succède pas à lui-même.", "Donnez le code d'un autre : --successeur CODE.")
    if follows is not None:
        check_not_ended([follows], on)
    with counting_from(session, on):
        porteur.ended_on, porteur.reason = on, reason.strip()
        porteur.successor = None if follows is None else follows.code
    return porteur


def undo_ending(session: Session, code: str) -> Porteur:
    """The porteur, which had not ended. raises: NotFound; InvalidValue when it has not."""
    porteur = find_porteur(session, code)
    if porteur.ended_on is None:
        raise InvalidValue(
            f"{porteur.code} n'est pas dissous.", f"Voyez-le : cofiville porteur montrer {porteur.code}."
        )
    with counting_from(session, porteur.ended_on):
        porteur.ended_on, porteur.successor, porteur.reason = None, None, ""
    return porteur


def check_not_ended(porteurs: Iterable[Porteur], on: date, action: str = "") -> None:
    """Nothing when none of them had ended by this day. raises: PorteurEnded.

    action: the number of the one that is asked for or granted something, "" for one not entered yet.
    """
    for each in porteurs:
        if each.ended_on is None or on <= each.ended_on:
            continue
        remedy = f"Si c'est une erreur : cofiville porteur dissoudre {each.code} --annuler."
        if each.successor:
            whose = f"Son successeur est {each.successor}"
            remedy = (
                f"{whose} : cofiville action modifier {action} --porteur {each.successor}." if action else f"{whose}."
            )
        raise PorteurEnded(
            f"{each.code} ({each.name}) est dissous depuis le {french_day(each.ended_on)} : rien ne peut lui être"
            f" demandé ni accordé le {french_day(on)}.",
            remedy,
        )
