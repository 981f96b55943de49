"""`cofiville bilan`: what an action really cost, what each line finally grants to it, and how each was reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from ledger.commands.declaring.access import reading, writing
from ledger.commands.declaring.options import AnneeOuTout, Le, Piece, argument, day, option
from ledger.commands.execution.action_bilan import FINAL, FINAL_NATURE, FINAL_PAYER, final_nature
from ledger.commands.execution.bilan_following import Numero, OneAction, app
from ledger.commands.outcome import Outcome, Sentence, one, several
from ledger.core.field import Field, Kind
from ledger.core.money import Money, parse_money, total
from ledger.execution.fields import (
    BY_KIND,
    CHARGE,
    HEADCOUNTS,
    OTHER_FUNDING,
    PRODUIT,
    SPENT,
    STEP,
    TOTAL_CHARGES,
    TOTAL_PRODUITS,
    WHOLE_COST,
)
from ledger.execution.vocabulary import FinalNature
from ledger.journal.fields import ACTION, ALREADY_RECORDED, AMOUNT, CONVENTION, EFFECTIVE_ON, ENTRY, LINE
from ledger.reports.figures.payments import COST_REAL
from ledger.reports.figures.plan import GRANTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy.orm import Session

    from ledger.execution.bilans.read_bilan import ReadBilan
    from ledger.execution.model import Bilan


_PROPOSED = AMOUNT.but(name="propose", title="proposé", help="Ce que le bilan propose.")
_LINE = (
    LINE,
    FINAL,
    Field("limite_par", "limité par"),
    STEP,
    _PROPOSED.but(since="0.2"),
)
_OTHER = (CONVENTION, FINAL_PAYER, GRANTED.field(), FINAL, FINAL_NATURE)
BILAN = (
    CONVENTION,
    ACTION,
    COST_REAL.field(summed=False),
    FINAL,
    FINAL_NATURE.but(since="0.2"),
    EFFECTIVE_ON.but(title="arrêté le"),
    WHOLE_COST.but(help="", signed=False, shown=False, since="0.2", optional=True),
    OTHER_FUNDING.but(help="", signed=False, shown=False, since="0.2"),
    AMOUNT.but(name="excedent", title="excédent", help="", shown=False),
    Field("comptes", "comptes", Kind.RECORD, optional=True, shown=False),
    FINAL_PAYER.but(shown=False, since="0.2"),
    Field("lignes", "lignes", Kind.RECORD, fields=_LINE, many=True, shown=False),
    Field("conventions", "autres conventions", Kind.RECORD, fields=_OTHER, many=True, shown=False, since="0.2"),
)


def bilan_row(session: Session, kept: Bilan) -> dict[str, Any]:
    """A bilan as it settles its convention, and what the other conventions of its action grant, or would."""
    from ledger.conventions.queries import find_convention
    from ledger.execution.bilans.queries import final_decided_amounts
    from ledger.execution.bilans.read_bilan import read_bilan

    bilan = read_bilan(kept)
    decided = final_decided_amounts(session, numbers=[bilan.convention], action=bilan.action)
    lines: list[dict[str, Any]] = [
        {
            "ligne": each.line,
            "definitif": decided.get((bilan.convention, bilan.action, each.line), each.amount_final),
            "limite_par": each.limited_by,
            "etapes": each.steps,
            "propose": each.amount_final,
        }
        for each in bilan.lines
    ]
    convention = find_convention(session, bilan.convention)
    return {
        "convention": bilan.convention,
        "action": bilan.action,
        "le": bilan.on,
        "cout_reel": bilan.cost,
        "cout_total": bilan.whole_cost,
        "autres": bilan.other_funding,
        "excedent": bilan.surplus,
        "comptes": None if bilan.realised is None else bilan.realised.by_side(),
        "nature": final_nature(convention.circuit, decided=bool(decided)),
        "payeur": convention.payer,
        "definitif": total(line["definitif"] for line in lines),
        "lignes": lines,
        "conventions": _others(session, bilan),
    }


def _others(session: Session, bilan: ReadBilan) -> list[dict[str, Any]]:
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
        settled = final_nature(each.circuit, decided=is_decided)
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


@app.command("constater", act=True, answer=one(*BILAN, AMOUNT.but(name="propose"), ENTRY))
def bilan_constater(
    convention: Annotated[str, argument(CONVENTION.but(help="La convention que le financeur paie lui-même."))],
    montant: Annotated[Money, argument(AMOUNT.but(signed=True, help="Le montant définitif qu'il a décidé."))],
    piece: Piece,
    action: OneAction = None,
    ligne: Annotated[
        str, option(LINE.but(help="La ligne dont c'est le montant ; toutes sinon, au prorata.", offers=""))
    ] = "",
    le: Le = None,
) -> Outcome:
    """Constate le montant définitif décidé par l'État, la Caf… sur une convention qu'ils paient eux-mêmes.

    Le bilan de l'action en propose un ; la décision du financeur peut être autre, et le livre la suit. Elle s'annule
    comme un acte (journal annuler) : la proposition vaut alors de nouveau.

    Exemple : cofiville bilan constater C2016-001 19000 --piece "Courrier de l'ARS du 12/09/2017" --le 2017-09-15
    """
    from ledger.conventions.queries import find_convention
    from ledger.execution.bilans.read_bilan import one_action
    from ledger.execution.bilans.record_final_decision import bilan_to_decide, counted_otherwise, record_decision

    with writing() as session:
        found = find_convention(session, convention)
        bilan = bilan_to_decide(session, found, one_action(found, action), piece=piece, on=day(le))
        proposed = total(line.amount_final for line in bilan.lines)
        _, posted = record_decision(session, found, bilan, montant, line=ligne, piece=piece, on=day(le))
        row = bilan_row(session, bilan) | {"propose": proposed, "ecriture": posted.sequence}
        otherwise = counted_otherwise(session, bilan.action)

    said = list(bilan_words([row]))
    if row["definitif"] != proposed:
        said.append(f"  {row['payeur']} a décidé {row['definitif'].french()} ; {proposed.french()} étaient proposés.")
    if otherwise is not None:
        said.append(
            f"  Le bilan de {otherwise.convention} comptait {otherwise.counted.french()} d'autres financements,"
            f" il y en a {otherwise.known.french()}. Pour en tenir compte : {otherwise.command}"
        )
    return Outcome(row, tuple(said))


@app.command("saisir", act=True, answer=one(*BILAN, ENTRY, ALREADY_RECORDED.but(since="0.2")))
def bilan_saisir(
    convention: Numero,
    piece: Piece,
    cout: Annotated[Money | None, option(SPENT)] = None,
    action: OneAction = None,
    qpv: Annotated[int, option(HEADCOUNTS["qpv"], min=0)] = 0,
    veille: Annotated[int, option(HEADCOUNTS["veille"], min=0)] = 0,
    hors: Annotated[int, option(HEADCOUNTS["hors"], min=0)] = 0,
    autres: Annotated[Money | None, option(OTHER_FUNDING)] = None,
    cout_par_type: Annotated[list[str] | None, option(BY_KIND)] = None,
    charge: Annotated[list[str] | None, option(CHARGE)] = None,
    produit: Annotated[list[str] | None, option(PRODUIT)] = None,
    total_charges: Annotated[Money | None, option(TOTAL_CHARGES)] = None,
    total_produits: Annotated[Money | None, option(TOTAL_PRODUITS)] = None,
    cout_total: Annotated[Money | None, option(WHOLE_COST)] = None,
    le: Le = None,
) -> Outcome:
    """Arrête le bilan d'une action : montants définitifs, solde dû ou trop-versé, reliquat dégagé.

    Le bilan est celui de l'action : il arrête avec elle les autres conventions du même financeur, qui se partagent ce
    qui manque ; un coût déjà donné n'est plus à donner. Ce que d'autres financeurs ont payé se confirme (--autres).
    Compte par compte (Cerfa 15059), les additions sont vérifiées ; un excédent est gardé et ouvre un examen.

    Exemple : cofiville bilan saisir C2016-001 --cout 149102,40 --autres 12000 --qpv 86 --veille 24
        --piece "Cerfa 15059 du 30/06/2017" --le 2017-07-03
    """
    from ledger.conventions.queries import find_convention
    from ledger.execution.bilans.action_bilan import action_bilan
    from ledger.execution.bilans.read_bilan import BilanForm, eligible_cost, one_action, read_realised, real_cost_slices
    from ledger.execution.bilans.settle_bilan import settle_bilan

    realised = read_realised(charge or [], produit or [], total_charges, total_produits)
    headcounts = {"qpv": qpv, "veille": veille, "hors": hors}
    with writing() as session:
        found = find_convention(session, convention)
        chosen = one_action(found, action)
        if cout is None and realised is None:
            given = action_bilan(session, chosen, day(le)).given()
            cout = None if given is None else given.real_cost
        cost = eligible_cost(cout, realised)
        slices = real_cost_slices(session, chosen, cost, headcounts, cout_par_type or [])
        form = BilanForm(chosen, slices, piece, day(le), autres, realised, cout_total)
        bilan, posted = settle_bilan(session, found, form)
        row = bilan_row(session, bilan) | {"ecriture": posted.sequence}
        row["deja_enregistre"] = not posted.new
    again = () if posted.new else (f"Bilan déjà enregistré, écriture {posted.sequence}.",)
    return Outcome(row, (*again, *bilan_words([row])))


@app.command("montrer", answer=several(*BILAN))
def bilan_montrer(convention: Numero) -> Outcome:
    """Montre les bilans arrêtés d'une convention, avec le calcul de chaque montant définitif.

    Exemple : cofiville bilan montrer C2016-001
    """
    from ledger.conventions.queries import find_convention
    from ledger.execution.queries import bilans_of_conventions

    with reading() as session:
        number = find_convention(session, convention).number
        rows = [bilan_row(session, bilan) for bilan in bilans_of_conventions(session, number).values()]
    return Outcome(rows, tuple(bilan_words(rows)))


@app.command("lister", answer=several(*BILAN))
def bilan_lister(annee: AnneeOuTout = None) -> Outcome:
    """Liste les bilans arrêtés des conventions d'un exercice.

    Exemple : cofiville bilan lister 2016
    """
    from ledger.conventions.queries import conventions
    from ledger.execution.queries import bilans_of_conventions
    from ledger.reports.listing import Listing

    with reading() as session:
        rows = tuple(
            bilan_row(session, bilan)
            for each in conventions(session, annee)
            for bilan in bilans_of_conventions(session, each.number).values()
        )
    return Outcome(Listing("Bilans arrêtés", BILAN, rows))
