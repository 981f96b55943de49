"""What a terminal asks of a bilan that was not typed whole: its cost, the people counted, what others paid."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.commands.declaring.access import reading
from ledger.commands.declaring.options import day
from ledger.commands.programming.action_words import count_of
from ledger.core.money import Money, parse_money, total
from ledger.terminal.dialogue import ask

if TYPE_CHECKING:
    from ledger.conventions.model import Convention
    from ledger.execution.bilans.action_bilan import ActionBilan

_PLACES = {"qpv": "en quartier prioritaire", "veille": "en veille active", "hors": "hors de ces territoires"}


def bilan_dialogue(typed: dict[str, Any]) -> dict[str, Any]:
    """The values of `bilan saisir` completed by the answers."""
    return _completed(typed, _known(typed["convention"], typed["action"], day(typed["le"])))


def action_bilan_dialogue(typed: dict[str, Any]) -> dict[str, Any]:
    """The values of `bilan arreter` completed by the answers."""
    return _completed(typed, _known_of_action(typed["action"], day(typed["le"])))


def _completed(typed: dict[str, Any], known: _Known) -> dict[str, Any]:
    if typed["cout"] is None and not (typed["charge"] or typed["produit"]) and known.cost is None:
        typed["cout"] = ask("Dépense éligible réelle", parse_money)
        if not any(typed[place] for place in _PLACES):
            for place, label in _PLACES.items():
                typed[place] = ask(f"Bénéficiaires {label} (vide : aucun)", lambda text: count_of(text or "0"))
    if typed["autres"] is None and not known.said and (known.others or known.cost is None):
        typed["autres"] = _others(known)
    return typed


class _Known(NamedTuple):
    """What the book knows before a bilan is typed. said: whether its other funding was given already."""

    cost: Money | None
    others: dict[str, Money]
    said: bool


def _known(number: str, action: str | None, on: date) -> _Known:
    from ledger.conventions.queries import find_convention
    from ledger.execution.bilans.action_bilan import action_bilan
    from ledger.execution.bilans.read_bilan import one_action

    with reading() as session:
        convention = find_convention(session, number)
        return _known_for(action_bilan(session, one_action(convention, action), on), convention)


def _known_of_action(number: str, on: date) -> _Known:
    from ledger.execution.bilans.action_bilan import action_bilan
    from ledger.execution.bilans.settle_action import leading_convention
    from ledger.programming.queries import find_action

    with reading() as session:
        known = action_bilan(session, find_action(session, number).number, on)
        leading = leading_convention(known)
        return _Known(None, {}, False) if leading is None else _known_for(known, leading)


def _known_for(known: ActionBilan, convention: Convention) -> _Known:
    given = known.given()
    cost = None if given is None else given.real_cost
    return _Known(cost, known.to_confirm(convention), known.given_for(convention) is not None)


def _others(known: _Known) -> Money | None:
    """What the other financeurs paid: what the book knows of it is proposed; None leaves it to what the book counts."""
    proposed = total(known.others.values()) if known.others else None
    whose = ", ".join(f"{financeur} {amount.french()}" for financeur, amount in known.others.items())
    empty = f"vide : {proposed.french()}, connus du livre ({whose})" if proposed else "vide : ce que compte le livre"
    return ask(
        f"Autres financements reçus pour l'action ({empty})", lambda text: parse_money(text) if text else proposed
    )
