"""`cofiville action droit-commun`: droit commun that comes after a grant, and what it makes of the rates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from ledger.commands.declaring.access import writing
from ledger.commands.declaring.options import Le, NumeroAction, Piece, argument, day
from ledger.commands.declaring.parameters import Option
from ledger.commands.outcome import Outcome, Row, Sentence
from ledger.core.field import Field, Kind
from ledger.core.money import Money
from ledger.core.rate import french_rate
from ledger.journal.fields import ACTION, AMOUNT, AMOUNT_SIGNED, LINE

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_TEXT = Field("texte", "ce que disent les règles")
_JUDGED = (
    LINE,
    AMOUNT.but(name="accorde", title="accordé", help=""),
    Field("part", "part du coût"),
    AMOUNT.but(name="possible", title="possible", help=""),
    _TEXT,
)
DROIT_COMMUN = (
    ACTION,
    LINE,
    AMOUNT.but(name="ajoute", title="ajouté", help="", signed=True),
    AMOUNT.but(name="cout_avant", title="coût d'avant", help=""),
    AMOUNT.but(name="cout_total", title="coût total", help=""),
    AMOUNT.but(name="fonds_propres_avant", title="fonds propres d'avant", help=""),
    AMOUNT.but(name="fonds_propres", title="fonds propres", help=""),
    Field("accordes", "accordés", Kind.RECORD, fields=_JUDGED, many=True),
)
_MORE = "L'action coûte ce montant de plus, hors dépense éligible ; sinon les fonds propres baissent."


def action_droit_commun(
    action: NumeroAction,
    ligne: Annotated[str, argument(LINE.but(help="Une ligne de droit commun."))],
    montant: Annotated[Money, argument(AMOUNT_SIGNED.but(help="Ce qui s'ajoute ; négatif pour le retirer."))],
    piece: Piece,
    en_plus: Annotated[bool, Option("--en-plus", help=_MORE)] = False,
    le: Le = None,
) -> Outcome:
    """Ajoute du droit commun au plan d'une action déjà programmée, sans toucher à ce qui est accordé.

    Il s'accorde ensuite comme une autre demande (allocation accorder). La réponse dit ce que devient la part de chaque
    ligne accordée, et ce que les règles en laissent désormais. Un montant négatif retire ce qui n'est pas accordé.

    Exemple : cofiville action droit-commun 2016-014 CPAM-DROIT-COMMUN 1500 --piece "Courrier de la CPAM du 12/09/2016"
        --le 2016-09-14
    """
    from ledger.programming.plans.add_droit_commun import add_droit_commun

    with writing() as session:
        added = add_droit_commun(session, action, ligne, montant, piece=piece, on=day(le), costs_more=en_plus)
        found = added.action
        row: Row = {
            "action": found.number,
            "ligne": ligne.strip().upper(),
            "ajoute": montant,
            "cout_avant": added.cost_before,
            "cout_total": found.cost_total,
            "fonds_propres_avant": added.own_before,
            "fonds_propres": added.own,
            "accordes": _granted_rows(session, found.number),
        }
    return Outcome(row, tuple(_words(row)))


def _granted_rows(session: Session, number: str) -> list[dict[str, Any]]:
    """Each line granted to the action: its part of the cost, and what the rules of its exercice leave possible now."""
    from dataclasses import replace
    from fractions import Fraction

    from ledger.allocation.engine.share_lines import judge_plan
    from ledger.allocation.queries import engine_facts_of_action
    from ledger.programming.vocabulary import ActionState, RequestState
    from ledger.rules.book import rulebook
    from ledger.rules.vocabulary import Clock

    action, facts = engine_facts_of_action(session, number)
    first = facts.actions[0]
    requests = tuple(replace(each, status=RequestState.ASKED) for each in first.requests)
    asking = replace(first, status=ActionState.DEPOSITED, requests=requests)
    book = rulebook(session, Clock.MILLESIME, exercice=action.year)
    judged = {each.line: each for each in judge_plan(asking, facts.lines, book)}
    return [
        {
            "ligne": line,
            "accorde": amount,
            "part": french_rate(Fraction(amount.cents, action.cost_total.cents)),
            "possible": judged[line].possible,
            "texte": judged[line].text,
        }
        for line, amount in sorted(asking.granted.items())
        if amount and line in judged
    ]


def _words(row: Mapping[str, Any]) -> Iterator[str | Sentence]:
    yield (
        f"Action {row['action']} : {row['ajoute'].french()} de droit commun sur {row['ligne']}."
        f" Coût {row['cout_avant'].french()} → {row['cout_total'].french()},"
        f" fonds propres {row['fonds_propres_avant'].french()} → {row['fonds_propres'].french()}."
    )
    rows: Sequence[Mapping[str, Any]] = row["accordes"]
    for each in rows:
        lead = f"  {each['ligne']} : {each['accorde'].french()} accordés, {each['part']} du coût ; "
        yield Sentence(lead, each["texte"])
        if each["accorde"] > each["possible"]:
            yield (
                f"  {(each['accorde'] - each['possible']).french()} de plus que ce que les règles laissent désormais :"
                " rien ne change sans avenant (cofiville convention avenant CONVENTION --montant"
                f" {each['ligne']}=-MONTANT --piece PIECE)."
            )
    if row["ajoute"] > Money(0):
        yield (
            f"Pour l'accorder : cofiville allocation accorder {row['action']} {row['ligne']} {row['ajoute'].plain()}"
            " --piece PIECE"
        )
