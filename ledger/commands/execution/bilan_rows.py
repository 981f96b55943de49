"""What the screens of bilans show: final amounts, how each was reached, and the other conventions of the action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger.commands.outcome import Sentence
from ledger.core.field import Field, Kind
from ledger.core.money import Money, parse_money, total
from ledger.execution.fields import STEP
from ledger.execution.vocabulary import FinalNature
from ledger.journal.fields import ACTION, AMOUNT, CONVENTION, EFFECTIVE_ON, LINE
from ledger.reports.figures.payments import COST_REAL, JUSTIFIED
from ledger.reports.figures.plan import GRANTED
from ledger.rules.vocabulary import Circuit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy.orm import Session

    from ledger.execution.model import Bilan


_FINAL = JUSTIFIED.field(key="definitif").but(title="définitif")
_PROPOSED = AMOUNT.but(name="propose", title="proposé", help="Ce que le bilan propose.")
_PAYER = Field("payeur", "payeur", Kind.CODE)
_NATURE = Field("nature", "nature", Kind.CHOICE, choices=tuple(FinalNature))
_LINE = (
    LINE,
    _FINAL,
    Field("limite_par", "limité par"),
    STEP,
    _PROPOSED.but(since="0.2"),
)
_OTHER = (CONVENTION, _PAYER, GRANTED.field(), _FINAL, _NATURE)
BILAN = (
    CONVENTION,
    ACTION,
    COST_REAL.field(summed=False),
    _FINAL,
    _NATURE.but(since="0.2"),
    EFFECTIVE_ON.but(title="arrêté le"),
    AMOUNT.but(name="cout_total", title="coût total réel", help="", shown=False, since="0.2", optional=True),
    AMOUNT.but(name="autres", title="autres financements reçus", help="", shown=False, since="0.2"),
    AMOUNT.but(name="excedent", title="excédent", help="", shown=False),
    Field("comptes", "comptes", Kind.RECORD, optional=True, shown=False),
    _PAYER.but(shown=False, since="0.2"),
    Field("lignes", "lignes", Kind.RECORD, fields=_LINE, many=True, shown=False),
    Field("conventions", "autres conventions", Kind.RECORD, fields=_OTHER, many=True, shown=False, since="0.2"),
)


def _nature(circuit: str, *, decided: bool) -> FinalNature:
    if decided:
        return FinalNature.DECIDED
    return FinalNature.SETTLED if circuit == Circuit.BUDGET else FinalNature.PROPOSED


def bilan_row(session: Session, bilan: Bilan) -> dict[str, Any]:
    """A bilan as it settles its convention, and what the other conventions of its action grant, or would."""
    from ledger.conventions.queries import find_convention
    from ledger.execution.bilans.queries import final_decided_amounts

    decided = final_decided_amounts(session, numbers=[bilan.convention], action=bilan.action)
    lines = [_line_row(line.line, line.amount_final, line.limited_by, line.steps) for line in bilan.lines]
    for line in lines:
        decision = decided.get((bilan.convention, bilan.action, line["ligne"]))
        line |= {"propose": line["definitif"], "definitif": line["definitif"] if decision is None else decision}
    convention = find_convention(session, bilan.convention)
    return {
        "convention": bilan.convention,
        "action": bilan.action,
        "le": bilan.settled_on,
        "cout_reel": bilan.real_cost,
        "cout_total": bilan.whole_cost,
        "autres": bilan.other_funding,
        "excedent": bilan.surplus,
        "comptes": _accounts(bilan),
        "nature": _nature(convention.circuit, decided=bool(decided)),
        "payeur": convention.payer,
        "definitif": total(line["definitif"] for line in lines),
        "lignes": lines,
        "conventions": _others(session, bilan),
    }


def _line_row(line: str, amount: Money, limited_by: str, steps: list[dict[str, Any]]) -> dict[str, Any]:
    return {"ligne": line, "definitif": amount, "limite_par": limited_by, "etapes": steps}


def _others(session: Session, bilan: Bilan) -> list[dict[str, Any]]:
    """The other conventions of the action: what is settled or decided on each, else what the same bilan proposes."""
    from ledger.execution.bilans.action_bilan import action_bilan
    from ledger.execution.bilans.queries import final_by_line, final_decided_amounts
    from ledger.execution.bilans.settle_bilan import proposed_amounts

    known = action_bilan(session, bilan.action)
    numbers = [each.number for each in known.conventions if each.number != bilan.convention]
    proposed = proposed_amounts(session, known, bilan) if set(numbers) - known.bilans.keys() else {}
    finals, decided = final_by_line(session, numbers=numbers), final_decided_amounts(session, action=bilan.action)
    rows = []
    for each in known.conventions:
        if each.number == bilan.convention:
            continue
        is_decided = any(key[0] == each.number for key in decided)
        settled = _nature(each.circuit, decided=is_decided)
        final = total(amount for key, amount in finals.items() if key[:2] == (each.number, bilan.action))
        rows.append(
            {
                "convention": each.number,
                "payeur": each.payer,
                "accorde": total(line.amount for line in each.lines if line.action == bilan.action),
                "definitif": final if each.number in known.bilans else proposed[each.number],
                "nature": settled if each.number in known.bilans else FinalNature.TO_COME,
            }
        )
    return rows


def _accounts(bilan: Bilan) -> dict[str, dict[str, Money]] | None:
    if bilan.accounts is None:
        return None
    return {
        side: {account: Money(cents) for account, cents in amounts.items()} for side, amounts in bilan.accounts.items()
    }


def bilan_words(rows: Iterable[dict[str, Any]]) -> Iterator[str | Sentence]:
    """Each bilan, line by line with its steps, then the other conventions of the action."""
    for row in rows:
        yield (
            f"{row['convention']}, action {row['action']} : coût réel {row['cout_reel'].french()}{_whole(row)},"
            f" autres financements reçus {row['autres'].french()}"
        )
        if row["excedent"]:
            yield f"  Excédent de {row['excedent'].french()} : à examiner (cofiville bilan examens)."
        for line in row["lignes"]:
            said = "" if row["nature"] != FinalNature.DECIDED else f", décidé par {row['payeur']}"
            yield f"  {line['ligne']} : {line['definitif'].french()} ({line['limite_par']}{said})"
            yield from _steps(line["etapes"], "      ")
        if row["nature"] == FinalNature.PROPOSED:
            yield (
                f"  C'est une proposition : {row['payeur']} décide de ce qu'il paie."
                f" Sa décision : cofiville bilan constater {row['convention']} MONTANT --piece PIECE"
            )
        for other in row["conventions"]:
            yield f"  Même action, {_other_words(other, row['action'])}"


def _whole(row: dict[str, Any]) -> str:
    whole = row["cout_total"]
    return "" if whole in (None, row["cout_reel"]) else f" éligibles sur {whole.french()}"


def _other_words(other: dict[str, Any], action: str) -> str:
    said = f"{other['convention']} ({other['payeur']}) : {other['definitif'].french()} sur {other['accorde'].french()}"
    if other["nature"] != FinalNature.TO_COME:
        return f"{said}, {FinalNature(other['nature']).label}"
    return f"{said}, à arrêter : cofiville bilan saisir {other['convention']} --action {action} --piece PIECE"


def _steps(steps: list[dict[str, Any]], margin: str) -> Iterator[Sentence]:
    """The steps of a calculation, each under the one it details."""
    for each in steps:
        yield Sentence(f"{margin}{parse_money(each['montant']).french():>16}  ", each["texte"])
        yield from _steps(each.get("etapes", []), margin + "    ")
