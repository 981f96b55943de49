"""What `cofiville allocation` shows: scenarios, what each grants and why, how two differ, what became of one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.shell.access import reading, reading_as_of
from ledger.commands.shell.completion import ACTIONS, SCENARIOS
from ledger.commands.shell.options import Annee, AuJour, ConnuAu, Le, day
from ledger.commands.shell.screen import say, say_after, show, table
from ledger.core.money import ZERO, total
from ledger.reports.figures.payments import PAID
from ledger.reports.figures.plan import CONVENTIONED, GRANTED, RETAINED, SCENARIO_ASKED

if TYPE_CHECKING:
    from ledger.allocation.steps import Step

Nom = Annotated[
    str,
    typer.Argument(metavar="SCENARIO", autocompletion=SCENARIOS, help="Le nom du scénario, par exemple COPIL-2016."),
]
Numero = Annotated[
    str, typer.Argument(metavar="ACTION", autocompletion=ACTIONS, help="Le numéro de l'action, par exemple 2016-014.")
]


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
                    "methode": each.inputs.get("calcul", {}).get("methode", "sequentiel"),
                    "valide_le": each.validated_on,
                    "piece": each.piece,
                    "note": each.note,
                }
            )
    columns = ("Scénario", "Exercice", SCENARIO_ASKED.title, RETAINED.title, "Méthode", "Validé le", "Pièce", "Note")
    show(rows, lambda: table("Scénarios", columns, [tuple(row.values()) for row in rows]))


def montrer(nom: Nom) -> None:
    """Montre ce qu'un scénario retient, action par action et ligne par ligne, et ce qui limite.

    Exemple : cofiville allocation montrer COPIL-2016
    """
    from ledger.allocation.rules_used import labels_used
    from ledger.allocation.scenarios import find_scenario, grants_of
    from ledger.allocation.words import limit_words, ruled_by

    with reading() as session:
        scenario = find_scenario(session, nom)
        labels = labels_used(session, scenario)
        rows: list[dict[str, Any]] = [
            {
                "action": each.action,
                "ligne": each.line,
                "demande": each.requested,
                "accorde": each.granted,
                "limite_par": each.limited_by,
            }
            for each in grants_of(session, scenario)
        ]
    shown = [
        (*tuple(row.values())[:-1], limit_words(row["limite_par"], labels.get(ruled_by(row["limite_par"]), "")))
        for row in rows
    ]
    sums = ("Total", "", total(row["demande"] for row in rows), total(row["accorde"] for row in rows), "")
    columns = ("Action", "Ligne", SCENARIO_ASKED.title, RETAINED.title, "Limité par")
    show(rows, lambda: table(f"Scénario {nom}", columns, shown, sums))


def expliquer(
    action: Numero,
    ligne: Annotated[str | None, typer.Option(metavar="LIGNE", help="Une seule ligne de crédits.")] = None,
    scenario: Annotated[str | None, typer.Option(metavar="NOM", help="Un scénario ; sinon ce qui est décidé.")] = None,
    mots: Annotated[bool, typer.Option("--mots", help="Ajoute les mots du contrat que chaque règle suit.")] = False,
    le: AuJour = None,
    connu_au: ConnuAu = None,
) -> None:
    """Explique pourquoi une action reçoit ce qu'elle reçoit : chaque étape, sa règle, son article, puis chaque acte.

    Les attributions, les avenants et les annulations se suivent, datés ; leurs montants font ce qui reste accordé.
    Avec --scenario, c'est ce que le scénario a calculé.

    Exemple : cofiville allocation expliquer 2016-025 --ligne ETAT-PDV-DRE
    """
    from ledger.allocation.steps import steps_as_data
    from ledger.reports.explanations import explain

    with reading_as_of(le, connu_au) as session:
        found = explain(session, action, ligne, scenario)
    rows = [
        {
            "ligne": each.line,
            "demande": each.requested,
            "accorde": each.granted,
            "etapes": _with_words(steps_as_data(each.steps)) if mots else steps_as_data(each.steps),
            "reductions": [
                {
                    "montant": step.reduction.plain(),
                    "texte": step.text,
                    "regle": step.rule,
                    "source": str(step.source),
                }
                for step in each.steps
                if step.reduction
            ],
        }
        for each in found
    ]

    def render() -> None:
        for each in found:
            say(f"{each.line}, action {action} : {each.words()}")
            _say_steps(each.steps, 1, words=mots)

    show(rows, render)


def _with_words(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The steps, each with the words of the text that its rule follows ("citations")."""
    from ledger.rules.quotations import quotations_beside

    return [
        {
            **step,
            "etapes": _with_words(step["etapes"]),
            "citations": [each.as_data() for each in quotations_beside(step.get("regle", ""), step["source"])],
        }
        for step in steps
    ]


def _say_steps(steps: Iterable[Step], depth: int, *, words: bool) -> None:
    from ledger.rules.quotations import quotations_beside

    for step in steps:
        margin = "  " * depth
        amount = step.amount.french() if step.amount else ""
        say_after(f"{margin}{amount:>16}  ", step.text)
        if step.source:
            say_after(f"{margin}{'':>16}  ", str(step.source))
        for each in quotations_beside(step.rule, step.source) if words else ():
            say_after(f"{margin}{'':>16}  ", each.text())
        _say_steps(step.steps, depth + 1, words=words)


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


def suivre(nom: Nom) -> None:
    """Suit un scénario jusqu'aux paiements : retenu, accordé, conventionné, versé, action par action.

    Exemple : cofiville allocation suivre COPIL-2016
    """
    from ledger.allocation.scenarios import fates

    with reading() as session:
        found = fates(session, nom)
    names = ("propose", "programme", "conventionne", "paye")
    rows: list[dict[str, Any]] = [
        {
            "action": each.action,
            "ligne": each.line,
            "propose": each.proposed,
            "programme": each.programmed,
            "conventionne": each.conventioned,
            "paye": each.paid,
        }
        for each in found
    ]
    sums = ("Total", "", *(total(row[name] for row in rows) for name in names))
    columns = ("Action", "Ligne", RETAINED.title, GRANTED.title, CONVENTIONED.title, PAID.title)
    show(
        rows, lambda: table(f"Scénario {nom}, du retenu au versé", columns, [tuple(row.values()) for row in rows], sums)
    )


def diagnostiquer(annee: Annee, le: Le = None, connu_au: ConnuAu = None) -> None:
    """Dit ce que le partage ligne après ligne laisse sans emploi, où, et ce qui le débloquerait ; rien n'est écrit.

    Exemple : cofiville allocation diagnostiquer 2016
    """
    from ledger.allocation.optimum.proposals import diagnose
    from ledger.allocation.proposing import Wish, compute

    with reading_as_of(le, connu_au) as session:
        found = diagnose(compute(session, annee, Wish(), on=day(le)).outcome)
    data = {
        "exercice": annee,
        "accorde": found.granted,
        "possible": found.possible,
        "sans_emploi": found.wasted,
        "lignes": [
            {
                "ligne": each.line,
                "reste": each.left,
                "non_servi": each.unmet,
                "un_euro_de_plus": each.one_more,
                "bloquee_par": list(each.stopped_by),
            }
            for each in found.lines
        ],
        "deplacements": [{"action": each.action, "ligne": each.line, "montant": each.amount} for each in found.moves],
    }

    def render() -> None:
        say(
            f"Exercice {annee} : {found.granted.french()} retenus ligne après ligne,"
            f" {found.possible.french()} possibles : {found.wasted.french()} sans emploi."
        )
        shown = [(each.line, each.left, each.unmet, each.one_more, ", ".join(each.stopped_by)) for each in found.lines]
        table("Lignes", ("Ligne", "Reste", "Non servi", "1 € de plus servirait", "Bloquée par"), shown)
        if found.moves:
            moves = [(each.action, each.line, each.amount) for each in found.moves]
            table("Déplacements qui serviraient la plus grande somme", ("Action", "Ligne", "Montant"), moves)
            say(f"Pour les proposer : cofiville allocation proposer {annee} --scenario NOM --optimal")

    show(data, render)
