"""`cofiville bilan`: the bilan of an action, given once, and what it makes of every convention of the action."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

from ledger.commands.declaring.access import reading_as_of, writing
from ledger.commands.declaring.options import ConnuAu, Le, Piece, argument, day, option
from ledger.commands.execution.bilan_following import app
from ledger.commands.outcome import Outcome, one
from ledger.core.field import Field, Kind
from ledger.core.money import ZERO, Money, total
from ledger.execution.fields import (
    BY_KIND,
    CHARGE,
    HEADCOUNTS,
    OTHER_FUNDING,
    PRODUIT,
    SPENT,
    TOTAL_CHARGES,
    TOTAL_PRODUITS,
    WHOLE_COST,
)
from ledger.execution.vocabulary import FinalNature
from ledger.journal.fields import ACTION, ALREADY_RECORDED, AMOUNT, CONVENTION, EFFECTIVE_ON, ENTRY, PIECE
from ledger.reports.figures.payments import COST_REAL, JUSTIFIED, PAID
from ledger.reports.figures.plan import GRANTED
from ledger.reports.listing import Listing
from ledger.rules.vocabulary import Circuit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.conventions.model import Convention
    from ledger.execution.bilans.action_bilan import ActionBilan

FINAL = JUSTIFIED.field(key="definitif").but(title="définitif")
FINAL_PAYER = Field("payeur", "payeur", Kind.CODE)
FINAL_NATURE = Field("nature", "nature", Kind.CHOICE, choices=tuple(FinalNature))
_OTHERS_HELP = "Reçu d'autres financeurs que ceux que le budget de l'EPCI paie, fonds propres à part."
_OF_CONVENTION = (
    CONVENTION,
    FINAL_PAYER,
    GRANTED.field(),
    PAID.field(),
    FINAL.but(optional=True),
    FINAL_NATURE,
    ENTRY.but(optional=True, shown=False),
)
_OF_ACTION = (
    ACTION,
    COST_REAL.field(summed=False).but(optional=True),
    WHOLE_COST.but(help="", signed=False, optional=True),
    OTHER_FUNDING.but(help="", signed=False, optional=True),
    EFFECTIVE_ON.but(title="arrêté le", optional=True),
    PIECE.but(help="", optional=True),
    AMOUNT.but(name="accorde", title="accordé", help=""),
    AMOUNT.but(name="verse", title="versé", help=""),
    AMOUNT.but(name="definitif", title="définitif", help=""),
    AMOUNT.but(name="autres_connus", title="payé par d'autres financeurs, connu du livre", help=""),
    Field("conventions", "conventions", Kind.RECORD, fields=_OF_CONVENTION, many=True),
)


def final_nature(circuit: str, *, decided: bool) -> FinalNature:
    """Who made the final amount of a settled convention what it is. circuit: who pays it."""
    if decided:
        return FinalNature.DECIDED
    return FinalNature.SETTLED if circuit == Circuit.BUDGET else FinalNature.PROPOSED


def _action_row(session: Session, known: ActionBilan) -> dict[str, Any]:
    """The bilan of the action, with a row for each of its conventions, those settled and those still to come."""
    from ledger.execution.bilans.queries import final_by_line
    from ledger.execution.bilans.settle_action import leading_convention

    leading = leading_convention(known)
    bilan = known.given() if leading is None else known.bilans.get(leading.number, known.given())
    finals = final_by_line(session, numbers=list(known.bilans))
    rows = [_convention_row(known, each, finals) for each in known.conventions]
    return {
        "action": known.action,
        "cout_reel": None if bilan is None else bilan.real_cost,
        "cout_total": None if bilan is None else bilan.whole_cost,
        "autres": None if bilan is None else bilan.other_funding,
        "le": None if bilan is None else bilan.settled_on,
        "piece": None if bilan is None else bilan.piece,
        "accorde": total(row["accorde"] for row in rows),
        "verse": total(row["verse"] for row in rows),
        "definitif": total(row["definitif"] for row in rows if row["definitif"] is not None),
        "autres_connus": ZERO if leading is None else total(known.known_funding(leading).values()),
        "conventions": rows,
    }


def _convention_row(
    known: ActionBilan, each: Convention, finals: Mapping[tuple[str, str, str], Money]
) -> dict[str, Any]:
    number, bilan = each.number, known.bilans.get(each.number)
    decided = any(key[0] == number for key in known.decided)
    final = total(amount for key, amount in finals.items() if key[:2] == (number, known.action))
    return {
        "convention": number,
        "payeur": each.payer,
        "accorde": total(line.amount for line in each.lines if line.action == known.action),
        "verse": total(amount for key, amount in known.received.items() if key[0] == number),
        "definitif": None if bilan is None else final,
        "nature": FinalNature.TO_COME if bilan is None else final_nature(each.circuit, decided=decided),
        "ecriture": None if bilan is None else bilan.entry_number,
    }


def _shown(row: dict[str, Any]) -> Iterator[str | Listing]:
    if row["le"] is None:
        known = row["autres_connus"]
        yield f"Le bilan de l'action {row['action']} n'est pas arrêté." + (
            f" Le livre connaît {known.french()} payés par d'autres financeurs." if known else ""
        )
    else:
        whole = row["cout_total"]
        of = "" if whole in (None, row["cout_reel"]) else f" éligibles sur {whole.french()}"
        yield (
            f"Action {row['action']}, bilan du {row['le']:%d/%m/%Y} ({row['piece']}) : coût réel"
            f" {row['cout_reel'].french()}{of}, autres financements reçus {row['autres'].french()}"
        )
    title = f"Ce qu'en retient chaque convention de l'action {row['action']}"
    yield Listing(title, _OF_CONVENTION, tuple(row["conventions"]), empty="Aucune convention n'est signée.")
    if any(each["nature"] == FinalNature.TO_COME for each in row["conventions"]):
        cost = "" if row["le"] else " --cout MONTANT --autres MONTANT"
        yield f"Pour les arrêter toutes : cofiville bilan arreter {row['action']}{cost} --piece PIECE"
    for each in row["conventions"]:
        if each["nature"] == FinalNature.PROPOSED:
            yield (
                f"{each['payeur']} décide de ce qu'il paie. Sa décision :"
                f" cofiville bilan constater {each['convention']} MONTANT --action {row['action']} --piece PIECE"
            )


@app.command("arreter", act=True, answer=one(*_OF_ACTION, ALREADY_RECORDED))
def bilan_arreter(
    action: Annotated[str, argument(ACTION)],
    piece: Piece,
    cout: Annotated[Money | None, option(SPENT)] = None,
    qpv: Annotated[int, option(HEADCOUNTS["qpv"], min=0)] = 0,
    veille: Annotated[int, option(HEADCOUNTS["veille"], min=0)] = 0,
    hors: Annotated[int, option(HEADCOUNTS["hors"], min=0)] = 0,
    autres: Annotated[Money | None, option(OTHER_FUNDING.but(help=_OTHERS_HELP))] = None,
    cout_par_type: Annotated[list[str] | None, option(BY_KIND)] = None,
    charge: Annotated[list[str] | None, option(CHARGE)] = None,
    produit: Annotated[list[str] | None, option(PRODUIT)] = None,
    total_charges: Annotated[Money | None, option(TOTAL_CHARGES)] = None,
    total_produits: Annotated[Money | None, option(TOTAL_PRODUITS)] = None,
    cout_total: Annotated[Money | None, option(WHOLE_COST)] = None,
    le: Le = None,
) -> Outcome:
    """Arrête le bilan d'une action, une fois pour toutes ses conventions, quel que soit leur financeur.

    L'EPCI arrête ce que son budget paie ; pour les autres financeurs le bilan propose, et ils décident (bilan
    constater). Annuler une de ses écritures (journal annuler) les reprend toutes.

    Exemple : cofiville bilan arreter 2016-008 --cout 88000 --qpv 60 --veille 10 --autres 61000
        --piece "Cerfa 15059 du 30/06/2017" --le 2017-07-03
    """
    from ledger.execution.bilans.read_bilan import (
        BilanForm,
        eligible_cost,
        given_bilan,
        read_realised,
        real_cost_slices,
    )
    from ledger.execution.bilans.settle_action import settle_action
    from ledger.programming.queries import find_action

    realised = read_realised(charge or [], produit or [], total_charges, total_produits)
    headcounts = {"qpv": qpv, "veille": veille, "hors": hors}
    with writing() as session:
        number = find_action(session, action).number
        given = given_bilan(session, number)
        if cout is None and realised is None and given is not None:
            cout = given.real_cost
        cost = eligible_cost(cout, realised)
        slices = real_cost_slices(session, number, cost, headcounts, cout_par_type or [])
        known, new = settle_action(session, BilanForm(number, slices, piece, day(le), autres, realised, cout_total))
        row = _action_row(session, known) | {"deja_enregistre": not new}
    again = () if new else ("Bilan déjà enregistré.",)
    return Outcome(row, (*again, *_shown(row)))


@app.command("action", answer=one(*_OF_ACTION))
def bilan_action(action: Annotated[str, argument(ACTION)], le: Le = None, connu_au: ConnuAu = None) -> Outcome:
    """Montre le bilan d'une action sur un seul écran : toutes ses conventions, ce que chacune verse et retient.

    Exemple : cofiville bilan action 2016-008
    """
    from ledger.execution.bilans.action_bilan import action_bilan
    from ledger.programming.queries import find_action

    with reading_as_of(le, connu_au) as session:
        row = _action_row(session, action_bilan(session, find_action(session, action).number, le))
    return Outcome(row, tuple(_shown(row)))
