"""What a terminal asks of a bilan that was not typed whole: its cost, the people counted, what others paid."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from ledger.commands.declaring.access import reading
from ledger.commands.declaring.options import day
from ledger.commands.programming.action_words import count_of
from ledger.core.money import Money, parse_money, total
from ledger.terminal.dialogue import ask

_PLACES = {"qpv": "en quartier prioritaire", "veille": "en veille active", "hors": "hors de ces territoires"}


def bilan_dialogue(typed: dict[str, Any]) -> dict[str, Any]:
    """The values of `bilan saisir` completed by the answers."""
    known = _known(typed["convention"], typed["action"], day(typed["le"]))
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
        known = action_bilan(session, one_action(convention, action), on)
        given = known.given()
        said = known.given_for(convention) is not None
        return _Known(None if given is None else given.real_cost, known.to_confirm(convention), said)


def _others(known: _Known) -> Money | None:
    """What the other financeurs paid: what the book knows of it is proposed; None leaves it to what the book counts."""
    proposed = total(known.others.values()) if known.others else None
    whose = ", ".join(f"{financeur} {amount.french()}" for financeur, amount in known.others.items())
    empty = f"vide : {proposed.french()}, connus du livre ({whose})" if proposed else "vide : ce que compte le livre"
    return ask(
        f"Autres financements reçus pour l'action ({empty})", lambda text: parse_money(text) if text else proposed
    )
