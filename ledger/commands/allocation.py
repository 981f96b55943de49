"""`cofiville allocation`: propose, look, ask why, compare, validate, grant."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.access import reading, writing
from ledger.commands.options import Annee, Le, Ligne, Montant, Oui, Piece, confirm, day
from ledger.commands.screen import say, say_after, show, table
from ledger.commands.shell import group
from ledger.core.money import ZERO, total

if TYPE_CHECKING:
    from ledger.allocation.steps import Step

app = group("Allocation : proposer selon les règles, expliquer, comparer, valider.")

Nom = Annotated[str, typer.Argument(metavar="SCENARIO", help="Le nom du scénario, par exemple COPIL-2016.")]
Numero = Annotated[str, typer.Argument(metavar="ACTION", help="Le numéro de l'action, par exemple 2016-014.")]


@app.command("proposer")
def proposer(
    annee: Annee,
    scenario: Annotated[str, typer.Option(metavar="NOM", help="Le nom du scénario.")],
    note: Annotated[str, typer.Option(metavar="TEXTE", help="Une remarque gardée avec lui.")] = "",
    le: Le = None,
) -> None:
    """Propose ce que chaque action recevrait, selon les règles et les crédits disponibles ; rien n'est engagé.

    Exemple : cofiville allocation proposer 2016 --scenario COPIL-2016
    """
    from ledger.allocation.scenarios import grants_of, propose, totals_of

    with writing() as session:
        made = propose(session, annee, scenario, on=day(le), note=note)
        sums = totals_of(made, grants_of(session, made))
        data = {
            "scenario": made.name,
            "exercice": made.year,
            "demande": sums.asked,
            "accorde": sums.granted,
            "non_satisfait": sums.unmet,
            "reste": sums.left,
            "regles_du": made.rules_on,
        }
    words = (
        f"Scénario {data['scenario']}, exercice {annee} : {sums.granted.french()} accordés sur {sums.asked.french()}"
        f" demandés ; {sums.unmet.french()} non satisfaits, {sums.left.french()} restent disponibles."
    )
    show(data, lambda: say(words))


@app.command("lister")
def lister() -> None:
    """Liste les scénarios, proposés et validés.

    Exemple : cofiville allocation lister
    """
    from ledger.allocation.scenarios import grants_of, scenarios, totals_of

    with reading() as session:
        rows = []
        for each in scenarios(session):
            sums = totals_of(each, grants_of(session, each))
            rows.append(
                {
                    "scenario": each.name,
                    "exercice": each.year,
                    "demande": sums.asked,
                    "accorde": sums.granted,
                    "valide_le": each.validated_on,
                    "piece": each.piece,
                    "note": each.note,
                }
            )
    columns = ("Scénario", "Exercice", "Demandé", "Accordé", "Validé le", "Pièce", "Note")
    show(rows, lambda: table("Scénarios", columns, [tuple(row.values()) for row in rows]))


@app.command("montrer")
def montrer(nom: Nom) -> None:
    """Montre ce qu'un scénario accorde, action par action et ligne par ligne, et ce qui limite.

    Exemple : cofiville allocation montrer COPIL-2016
    """
    from ledger.allocation.scenarios import find_scenario, grants_of

    with reading() as session:
        rows: list[dict[str, Any]] = [
            {
                "action": each.action,
                "ligne": each.line,
                "demande": each.requested,
                "accorde": each.granted,
                "limite_par": each.limited_by,
            }
            for each in grants_of(session, find_scenario(session, nom))
        ]
    sums = ("Total", "", total(row["demande"] for row in rows), total(row["accorde"] for row in rows), "")
    columns = ("Action", "Ligne", "Demandé", "Accordé", "Limité par")
    show(rows, lambda: table(f"Scénario {nom}", columns, [tuple(row.values()) for row in rows], sums))


@app.command("expliquer")
def expliquer(
    action: Numero,
    ligne: Annotated[str | None, typer.Option(metavar="LIGNE", help="Une seule ligne de crédits.")] = None,
    scenario: Annotated[str | None, typer.Option(metavar="NOM", help="Un scénario ; sinon ce qui est décidé.")] = None,
) -> None:
    """Explique pourquoi une action reçoit ce qu'elle reçoit : chaque étape, sa règle, son article.

    Exemple : cofiville allocation expliquer 2016-014 --ligne ETAT-PDV-DRE
    """
    from ledger.allocation.explanation import explain
    from ledger.allocation.steps import steps_as_data

    with reading() as session:
        found = explain(session, action, ligne, scenario)
    rows = [
        {
            "ligne": each.line,
            "demande": each.requested,
            "accorde": each.granted,
            "etapes": steps_as_data(each.steps),
        }
        for each in found
    ]

    def render() -> None:
        for each in found:
            say(
                f"{each.line}, action {action} : {each.granted.french()} accordés"
                f" sur {each.requested.french()} demandés"
            )
            _say_steps(each.steps, 1)

    show(rows, render)


def _say_steps(steps: Iterable[Step], depth: int) -> None:
    for step in steps:
        margin = "  " * depth
        amount = step.amount.french() if step.amount else ""
        say_after(f"{margin}{amount:>16}  ", step.text)
        if step.source:
            say_after(f"{margin}{'':>16}  ", str(step.source))
        _say_steps(step.steps, depth + 1)


@app.command("comparer")
def comparer(avant: Nom, apres: Nom) -> None:
    """Compare deux scénarios, action par action et ligne par ligne.

    Exemple : cofiville allocation comparer COPIL-2016 COPIL-2016-BIS
    """
    from ledger.allocation.scenarios import compare

    with reading() as session:
        changes = compare(session, avant, apres)
    rows: list[dict[str, Any]] = [
        {
            "action": each.action,
            "ligne": each.line,
            "avant": each.before,
            "apres": each.after,
            "ecart": each.after - each.before,
        }
        for each in changes
    ]
    moved = [row for row in rows if row["ecart"] != ZERO]
    figures = ("avant", "apres", "ecart")
    sums = ("Total", "", *(total(row[name] for row in rows) for name in figures))
    columns = ("Action", "Ligne", "Avant", "Après", "Écart")
    title = f"{avant} → {apres} : {len(moved)} montants changent sur {len(rows)}"
    show(rows, lambda: table(title, columns, [tuple(row.values()) for row in moved], sums))


@app.command("valider")
def valider(nom: Nom, piece: Piece, le: Le = None, oui: Oui = False) -> None:
    """Valide un scénario : ce qu'il accorde devient la programmation, une seule fois.

    Exemple : cofiville allocation valider COPIL-2016 --le 2016-03-04 --piece "COPIL du 04/03/2016" --oui
    """
    from ledger.allocation.scenarios import find_scenario, grants_of
    from ledger.allocation.validation import validate

    with reading() as session:
        granted = total(each.granted for each in grants_of(session, find_scenario(session, nom)))
    if sys.stdin.isatty():
        confirm(f"{granted.french()} seront programmés par le scénario {nom}.", oui)
    with writing() as session:
        posted = validate(session, find_scenario(session, nom), on=day(le), piece=piece)
    data = {"scenario": nom, "ecritures": len(posted), "numeros": [each.sequence for each in posted]}
    written = f"{len(posted)} écriture{'s' if len(posted) > 1 else ''}"
    show(data, lambda: say(f"Scénario {nom} validé : {granted.french()} programmés, {written}."))


@app.command("accorder")
def accorder(action: Numero, ligne: Ligne, montant: Montant, piece: Piece, le: Le = None) -> None:
    """Accorde un montant à une action sur une ligne, par délibération ou arrêté, dans la limite des règles.

    Exemple : cofiville allocation accorder 2016-025 CAPH-DRE 12000 --piece "Délibération 12" --le 2016-04-11
    """
    from ledger.allocation.direct import grant_directly

    with writing() as session:
        posted = grant_directly(session, action, ligne, montant, on=day(le), piece=piece)
    data = {"action": action, "ligne": ligne, "montant": montant, "ecriture": posted.sequence}
    show(
        data, lambda: say(f"{montant.french()} accordés à l'action {action} sur {ligne} (écriture {posted.sequence}).")
    )
