"""What a terminal asks of calls, opinions, decisions of committees and posts that were not typed whole."""

from __future__ import annotations

from typing import Any

from ledger.commands.declaring.access import reading
from ledger.core.money import Money, parse_money, parse_positive_money
from ledger.core.period import parse_day
from ledger.programming.vocabulary import AvisVerdict, CommitteeOutcome
from ledger.terminal.dialogue import ask, not_empty
from ledger.terminal.dialogues.action import ask_plan


def appel_dialogue(typed: dict[str, Any]) -> dict[str, Any]:
    """The last day to deposit, when neither it nor the day of the call was typed."""
    if typed["cloture"] is None and typed["le"] is None:
        question = "Dernier jour pour déposer (vide : non fixé)"
        typed["cloture"] = ask(question, lambda text: parse_day(text) if text else None)
    return typed


def avis_dialogue(typed: dict[str, Any]) -> dict[str, Any]:
    """What the service thinks, and what more it says when it was not typed whole."""
    from ledger.programming.opinions.record_avis import read_verdict

    if typed["service"] is not None and typed["avis"] is not None:
        return typed
    if typed["service"] is None:
        typed["service"] = ask("Code du service ou du financeur", not_empty)
    if typed["avis"] is None:
        typed["avis"] = ask("Avis (favorable, réserves, défavorable, complément)", read_verdict)
    if typed["montant"] is None and typed["avis"] != AvisVerdict.UNFAVOURABLE:
        typed["montant"] = ask("Montant conseillé (vide : aucun)", lambda text: parse_money(text) if text else None)
    if typed["texte"] is None:
        typed["texte"] = ask("Observations (vide : aucune)", str)
    return typed


def decision_dialogue(typed: dict[str, Any]) -> dict[str, Any]:
    """What a committee says of an action, then the amount of each line, or why it is not granted."""
    from ledger.programming.committees.record_decision import read_outcome

    if typed["montant"]:
        return typed
    if typed["suite"] is None:
        typed["suite"] = ask("Suite (accordée, refusée, ajournée, redirigée)", read_outcome)
        if typed["suite"] == CommitteeOutcome.GRANTED:
            typed["montant"] = _ask_amounts(typed["action"])
        elif not typed["motif"]:
            typed["motif"] = ask("Motif", str)
    return typed


def _ask_amounts(number: str) -> list[str]:
    """The amount of each line asked in turn, as typed; an empty answer leaves what is proposed."""
    from ledger.programming.actions.read_actions import read_action
    from ledger.programming.queries import find_action

    with reading() as session:
        asked = read_action(session, find_action(session, number), parts=("fundings",)).requested
    answers = {
        line: ask(f"Montant sur {line}, {amount.french()} demandés (vide : comme proposé)", _maybe)
        for line, amount in asked.items()
    }
    return [f"{line}={amount.plain()}" for line, amount in answers.items() if amount is not None]


def _maybe(text: str) -> Money | None:
    return parse_money(text) if text else None


def post_dialogue(typed: dict[str, Any]) -> dict[str, Any]:
    """The cost of a post, its employer, then who pays until the cost is borne."""
    if typed["cout"] is None:
        typed["cout"] = ask("Coût sur douze mois", parse_positive_money)
    if typed["porteur"] is None:
        typed["porteur"] = ask("Code de l'employeur", str)
    if not typed["financement"]:
        typed["financement"] = [(each.line, each.amount_requested) for each in ask_plan(typed["cout"])]
    return typed
