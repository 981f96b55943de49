"""`cofiville bilan`: what an action really cost, and what each line finally grants to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.execution.bilan_following import echeancier, examens, examiner, proroger, relancer, rendre
from ledger.commands.programming.action_words import count_of
from ledger.commands.shell.access import reading, writing
from ledger.commands.shell.choices import may_ask
from ledger.commands.shell.completion import CONVENTIONS
from ledger.commands.shell.dialogue import ask
from ledger.commands.shell.options import AnneeOuTout, Le, Piece, day
from ledger.commands.shell.program import group
from ledger.commands.shell.screen import say, say_after, show, table
from ledger.core.money import ZERO, Money, parse_money, total

if TYPE_CHECKING:
    from ledger.execution.model import Bilan

app = group("Bilans : le coût réel des actions, le montant définitif de chaque ligne, ce qui reste dû ou à recouvrer.")

for _name, _command in (
    ("echeancier", echeancier),
    ("proroger", proroger),
    ("relancer", relancer),
    ("rendre", rendre),
    ("examens", examens),
    ("examiner", examiner),
):
    app.command(_name)(_command)

Numero = Annotated[
    str, typer.Argument(metavar="CONVENTION", autocompletion=CONVENTIONS, help="Le numéro de la convention.")
]


Cout = Annotated[
    Money | None,
    typer.Option(
        metavar="MONTANT", parser=parse_money, help="La dépense éligible réelle ; la somme des charges sinon."
    ),
]
CoutTotal = Annotated[
    Money | None,
    typer.Option(
        "--cout-total",
        metavar="MONTANT",
        parser=parse_money,
        help="Le coût total réel, éligible ou non ; la somme des charges sinon.",
    ),
]
Autres = Annotated[
    Money | None,
    typer.Option(metavar="MONTANT", parser=parse_money, help="Autres financements reçus, fonds propres à part."),
]
Public = Annotated[int, typer.Option(min=0, help="Bénéficiaires habitant un tel territoire.")]
CoutParType = Annotated[
    list[str] | None,
    typer.Option("--cout-type", metavar="TYPE=MONTANT", help="La dépense d'un type de territoire : qpv=12000."),
]
Charge = Annotated[
    list[str] | None, typer.Option(metavar="COMPTE=MONTANT", help="Une charge réalisée (60 à 69, 86) ; à répéter.")
]
Produit = Annotated[
    list[str] | None, typer.Option(metavar="COMPTE=MONTANT", help="Un produit réalisé (70 à 79, 87) ; à répéter.")
]
Total = Annotated[
    Money | None, typer.Option(metavar="MONTANT", parser=parse_money, help="Le total écrit sur le bilan.")
]
Action = Annotated[str | None, typer.Option(metavar="ACTION", help="L'action, si la convention en porte plusieurs.")]


@app.command("saisir")
def saisir(
    convention: Numero,
    piece: Piece,
    cout: Cout = None,
    action: Action = None,
    qpv: Public = 0,
    veille: Public = 0,
    hors: Public = 0,
    autres: Autres = None,
    cout_par_type: CoutParType = None,
    charge: Charge = None,
    produit: Produit = None,
    total_charges: Total = None,
    total_produits: Total = None,
    cout_total: CoutTotal = None,
    le: Le = None,
) -> None:
    """Arrête le bilan d'une action : montants définitifs, solde dû ou trop-versé, reliquat dégagé.

    Compte par compte (Cerfa 15059), les additions sont vérifiées ; un excédent est gardé et ouvre un examen.

    Exemple : cofiville bilan saisir C2016-001 --cout 149102,40 --qpv 86 --veille 24
        --piece "Cerfa 15059 du 30/06/2017" --le 2017-07-03
    """
    from ledger.conventions.lookups import find_convention
    from ledger.execution.bilan_input import eligible_cost, one_action, read_realised, real_cost_slices
    from ledger.execution.settlement import settle_bilan

    realised = read_realised(charge or [], produit or [], total_charges, total_produits)
    headcounts = {"qpv": qpv, "veille": veille, "hors": hors}
    if cout is None and realised is None and may_ask():
        cout, headcounts, autres = _ask(headcounts, autres)
    cost = eligible_cost(cout, realised)
    with writing() as session:
        found = find_convention(session, convention)
        chosen = one_action(found, action)
        slices = real_cost_slices(session, chosen, cost, headcounts, cout_par_type or [])
        bilan, posted = settle_bilan(
            session,
            found,
            chosen,
            slices=slices,
            other_funding=autres or ZERO,
            piece=piece,
            on=day(le),
            realised=realised,
            whole_cost=cout_total,
        )
        row = _row(bilan) | {"ecriture": posted.sequence}
    show(row, lambda: _render([row]))


def _ask(headcounts: dict[str, int], others: Money | None) -> tuple[Money, dict[str, int], Money | None]:
    """The real cost, the people counted and the other funding received, each asked unless it was typed."""
    cost = ask("Dépense éligible réelle", parse_money)
    if not any(headcounts.values()):
        labels = {"qpv": "en quartier prioritaire", "veille": "en veille active", "hors": "hors de ces territoires"}
        headcounts = {
            kind: ask(f"Bénéficiaires {label} (vide : aucun)", lambda text: count_of(text or "0"))
            for kind, label in labels.items()
        }
    if others is None:
        others = ask("Autres financements reçus (vide : aucun)", lambda text: parse_money(text or "0"))
    return cost, headcounts, others


@app.command("montrer")
def montrer(convention: Numero) -> None:
    """Montre les bilans arrêtés d'une convention, avec le calcul de chaque montant définitif.

    Exemple : cofiville bilan montrer C2016-001
    """
    from ledger.conventions.lookups import find_convention
    from ledger.execution.lookups import bilans

    with reading() as session:
        rows = [_row(bilan) for bilan in bilans(session, find_convention(session, convention).number).values()]
    show(rows, lambda: _render(rows))


@app.command("lister")
def lister(annee: AnneeOuTout = None) -> None:
    """Liste les bilans arrêtés des conventions d'un exercice.

    Exemple : cofiville bilan lister 2016
    """
    from ledger.conventions.lookups import conventions
    from ledger.execution.lookups import bilans

    with reading() as session:
        rows = [_row(bilan) for each in conventions(session, annee) for bilan in bilans(session, each.number).values()]
    show(
        rows,
        lambda: table(
            "Bilans arrêtés",
            ("Convention", "Action", "Coût réel", "Définitif", "Arrêté le"),
            [(r["convention"], r["action"], r["cout_reel"], r["definitif"], r["le"]) for r in rows],
            ("Total", "", "", total(r["definitif"] for r in rows), ""),
        ),
    )


def _row(bilan: Bilan) -> dict[str, Any]:
    return {
        "convention": bilan.convention,
        "action": bilan.action,
        "le": bilan.settled_on,
        "cout_reel": bilan.real_cost,
        "cout_total": bilan.whole_cost,
        "excedent": bilan.surplus,
        "comptes": _accounts(bilan),
        "definitif": total(line.amount_final for line in bilan.lines),
        "lignes": [
            {"ligne": line.line, "definitif": line.amount_final, "limite_par": line.limited_by, "etapes": line.steps}
            for line in bilan.lines
        ],
    }


def _accounts(bilan: Bilan) -> dict[str, dict[str, Money]] | None:
    if bilan.accounts is None:
        return None
    return {
        side: {account: Money(cents) for account, cents in amounts.items()} for side, amounts in bilan.accounts.items()
    }


def _render(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        say(f"{row['convention']}, action {row['action']} : coût réel {row['cout_reel'].french()}")
        if row["excedent"]:
            say(f"  Excédent de {row['excedent'].french()} : à examiner (cofiville bilan examens).")
        for line in row["lignes"]:
            say(f"  {line['ligne']} : {line['definitif'].french()} ({line['limite_par']})")
            _say_steps(line["etapes"], "      ")


def _say_steps(steps: list[dict[str, Any]], margin: str) -> None:
    for step in steps:
        say_after(f"{margin}{parse_money(step['montant']).french():>16}  ", step["texte"])
        _say_steps(step.get("etapes", []), margin + "    ")
