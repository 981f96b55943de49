"""`cofiville bilan`: what an action really cost, and what each line finally grants to it."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Annotated, NamedTuple

import typer

from ledger.commands.execution.bilan_decision import constater
from ledger.commands.execution.bilan_following import echeancier, examens, examiner, proroger, relancer, rendre
from ledger.commands.execution.bilan_rows import bilan_row, say_bilans
from ledger.commands.programming.action_words import count_of
from ledger.commands.shell.access import reading, writing
from ledger.commands.shell.choices import may_ask
from ledger.commands.shell.completion import CONVENTIONS
from ledger.commands.shell.dialogue import ask
from ledger.commands.shell.options import AnneeOuTout, Le, Piece, day
from ledger.commands.shell.program import group
from ledger.commands.shell.screen import show, table
from ledger.core.money import Money, parse_money, total
from ledger.execution.vocabulary import FinalNature

app = group("Bilans : le coût réel des actions, le montant définitif de chaque ligne, ce qui reste dû ou à recouvrer.")

for _name, _command in (
    ("echeancier", echeancier),
    ("proroger", proroger),
    ("relancer", relancer),
    ("rendre", rendre),
    ("examens", examens),
    ("examiner", examiner),
    ("constater", constater),
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
    typer.Option(
        metavar="MONTANT",
        parser=parse_money,
        help="Reçu pour l'action d'autres financeurs que celui de la convention, fonds propres à part.",
    ),
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

    Le bilan est celui de l'action : il arrête avec elle les autres conventions du même financeur, qui se partagent ce
    qui manque ; un coût déjà donné n'est plus à donner. Ce que d'autres financeurs ont payé se confirme (--autres).
    Compte par compte (Cerfa 15059), les additions sont vérifiées ; un excédent est gardé et ouvre un examen.

    Exemple : cofiville bilan saisir C2016-001 --cout 149102,40 --autres 12000 --qpv 86 --veille 24
        --piece "Cerfa 15059 du 30/06/2017" --le 2017-07-03
    """
    from ledger.conventions.lookups import find_convention
    from ledger.execution.bilan_input import eligible_cost, one_action, read_realised, real_cost_slices
    from ledger.execution.settlement import settle_bilan

    realised = read_realised(charge or [], produit or [], total_charges, total_produits)
    headcounts = {"qpv": qpv, "veille": veille, "hors": hors}
    known = _known(convention, action, day(le))
    if cout is None and realised is None:
        cout, headcounts = _cost(known, headcounts)
    if autres is None and may_ask() and not known.said and (known.others or known.cost is None):
        autres = _ask_others(known)
    cost = eligible_cost(cout, realised)
    with writing() as session:
        found = find_convention(session, convention)
        chosen = one_action(found, action)
        slices = real_cost_slices(session, chosen, cost, headcounts, cout_par_type or [])
        settle = partial(settle_bilan, piece=piece, on=day(le), realised=realised, whole_cost=cout_total)
        bilan, posted = settle(session, found, chosen, slices=slices, other_funding=autres)
        row = bilan_row(session, bilan) | {"ecriture": posted.sequence}
        if not posted.new:
            row["deja_enregistre"] = True
    show(row, lambda: say_bilans([row]))


class _Known(NamedTuple):
    """What the book knows before a bilan is typed. said: whether its other funding was given already."""

    cost: Money | None
    others: dict[str, Money]
    said: bool


def _known(number: str, action: str | None, on: date) -> _Known:
    from ledger.conventions.lookups import find_convention
    from ledger.execution.action_bilan import action_bilan
    from ledger.execution.bilan_input import one_action

    with reading() as session:
        convention = find_convention(session, number)
        known = action_bilan(session, one_action(convention, action), on)
        given = known.given()
        said = known.given_for(convention) is not None
        return _Known(None if given is None else given.real_cost, known.to_confirm(convention), said)


def _cost(known: _Known, headcounts: dict[str, int]) -> tuple[Money | None, dict[str, int]]:
    """The real cost, as the bilan of the action gave it, and the people counted; else asked where somebody answers."""
    if known.cost is not None or not may_ask():
        return known.cost, headcounts
    cost = ask("Dépense éligible réelle", parse_money)
    if not any(headcounts.values()):
        labels = {"qpv": "en quartier prioritaire", "veille": "en veille active", "hors": "hors de ces territoires"}
        headcounts = {
            kind: ask(f"Bénéficiaires {label} (vide : aucun)", lambda text: count_of(text or "0"))
            for kind, label in labels.items()
        }
    return cost, headcounts


def _ask_others(known: _Known) -> Money | None:
    """What the other financeurs paid: what the book knows of it is proposed; None leaves it to what the book counts."""
    proposed = total(known.others.values()) if known.others else None
    whose = ", ".join(f"{financeur} {amount.french()}" for financeur, amount in known.others.items())
    empty = f"vide : {proposed.french()}, connus du livre ({whose})" if proposed else "vide : ce que compte le livre"
    return ask(
        f"Autres financements reçus pour l'action ({empty})", lambda text: parse_money(text) if text else proposed
    )


@app.command("montrer")
def montrer(convention: Numero) -> None:
    """Montre les bilans arrêtés d'une convention, avec le calcul de chaque montant définitif.

    Exemple : cofiville bilan montrer C2016-001
    """
    from ledger.conventions.lookups import find_convention
    from ledger.execution.lookups import bilans

    with reading() as session:
        number = find_convention(session, convention).number
        rows = [bilan_row(session, bilan) for bilan in bilans(session, number).values()]
    show(rows, lambda: say_bilans(rows))


@app.command("lister")
def lister(annee: AnneeOuTout = None) -> None:
    """Liste les bilans arrêtés des conventions d'un exercice.

    Exemple : cofiville bilan lister 2016
    """
    from ledger.conventions.lookups import conventions
    from ledger.execution.lookups import bilans

    with reading() as session:
        rows = [
            bilan_row(session, bilan)
            for each in conventions(session, annee)
            for bilan in bilans(session, each.number).values()
        ]
    show(
        rows,
        lambda: table(
            "Bilans arrêtés",
            ("Convention", "Action", "Coût réel", "Définitif", "Nature", "Arrêté le"),
            [
                (r["convention"], r["action"], r["cout_reel"], r["definitif"], FinalNature(r["nature"]).label, r["le"])
                for r in rows
            ],
            ("Total", "", "", total(r["definitif"] for r in rows), "", ""),
        ),
    )
