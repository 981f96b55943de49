"""What `cofiville allocation` shows: scenarios, what each grants and why, how two differ, what became of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

from ledger.allocation.fields import (
    EXPLAINED_STEPS,
    METHOD,
    NOTE,
    PLACE,
    REDUCTIONS,
    SCENARIO,
    VALIDATED_BY,
    VALIDATED_ON,
)
from ledger.commands.allocation.allocation_proposing import app as app
from ledger.commands.declaring.access import reading, reading_as_of
from ledger.commands.declaring.options import Annee, AuJour, ConnuAu, Le, NumeroAction, argument, day, option
from ledger.commands.declaring.parameters import Option
from ledger.commands.outcome import Outcome, Row, Sentence, one, several
from ledger.core.field import Field, Kind, code
from ledger.core.money import ZERO, total
from ledger.journal.fields import ACTION, AMOUNT, LINE, YEAR
from ledger.reports.figures.payments import PAID
from ledger.reports.figures.plan import CONVENTIONED, GRANTED, RETAINED, SCENARIO_ASKED
from ledger.reports.listing import Listing

if TYPE_CHECKING:
    from ledger.allocation.engine.steps import Step
    from ledger.allocation.scenarios import LineExplanation

Nom = Annotated[str, argument(SCENARIO)]

_SCENARIOS = (
    SCENARIO,
    YEAR,
    SCENARIO_ASKED.field(summed=False),
    RETAINED.field(summed=False),
    METHOD.but(help="", since="0.2"),
    VALIDATED_ON,
    VALIDATED_BY,
    NOTE,
)
_GRANTS = (
    *PLACE,
    SCENARIO_ASKED.field(),
    RETAINED.field(),
    code("limite_par", "limité par", shown=False),
    Field("limite", "limité par", scripted=False),
)
_EXPLAINED = (LINE, SCENARIO_ASKED.field(), RETAINED.field(), EXPLAINED_STEPS, REDUCTIONS)
_COMPARED = (
    *PLACE,
    AMOUNT.but(name="avant", title="avant", help=""),
    AMOUNT.but(name="apres", title="après", help=""),
    AMOUNT.but(name="ecart", title="écart", help=""),
)
_FOLLOWED = (
    *PLACE,
    RETAINED.field(key="propose"),
    GRANTED.field(key="programme"),
    CONVENTIONED.field(),
    PAID.field(key="paye"),
)
_IDLE_LINES = (
    LINE,
    AMOUNT.but(name="reste", title="reste", help=""),
    AMOUNT.but(name="non_servi", title="non servi", help=""),
    Field("un_euro_de_plus", "1 € de plus servirait", Kind.YES_NO),
    ACTION.but(name="bloquee_par", title="bloquée par", help="", many=True),
)
_MOVES = (*PLACE, AMOUNT)
_DIAGNOSIS = one(
    YEAR,
    RETAINED.field(),
    AMOUNT.but(name="possible", title="possible", help=""),
    AMOUNT.but(name="sans_emploi", title="sans emploi", help=""),
    Field("lignes", "lignes", Kind.RECORD, fields=_IDLE_LINES, many=True),
    Field("deplacements", "déplacements", Kind.RECORD, fields=_MOVES, many=True),
)


@app.command("lister", answer=several(*_SCENARIOS))
def allocation_lister() -> Outcome:
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
    return Outcome(Listing("Scénarios", _SCENARIOS, tuple(rows)))


@app.command("montrer", answer=several(*_GRANTS))
def allocation_montrer(nom: Nom) -> Outcome:
    """Montre ce qu'un scénario retient, action par action et ligne par ligne, et ce qui limite.

    Exemple : cofiville allocation montrer COPIL-2016
    """
    from ledger.allocation.engine.reading import limit_words, ruled_by
    from ledger.allocation.queries import labels_used
    from ledger.allocation.scenarios import find_scenario, grants_of

    with reading() as session:
        scenario = find_scenario(session, nom)
        labels = labels_used(session, scenario)
        rows = tuple(
            {
                "action": each.action,
                "ligne": each.line,
                "demande": each.requested,
                "accorde": each.granted,
                "limite_par": each.limited_by,
                "limite": limit_words(each.limited_by, labels.get(ruled_by(each.limited_by), "")),
            }
            for each in grants_of(session, scenario)
        )
    return Outcome(Listing(f"Scénario {nom}", _GRANTS, rows))


@app.command("expliquer", answer=several(*_EXPLAINED))
def allocation_expliquer(
    action: NumeroAction,
    ligne: Annotated[str | None, option(LINE.but(help="Une seule ligne de crédits.", offers=""))] = None,
    scenario: Annotated[
        str | None, option(SCENARIO.but(help="Un scénario ; sinon ce qui est décidé.", placeholder="NOM", offers=""))
    ] = None,
    mots: Annotated[bool, Option("--mots", help="Ajoute les mots du contrat que chaque règle suit.")] = False,
    le: AuJour = None,
    connu_au: ConnuAu = None,
) -> Outcome:
    """Explique pourquoi une action reçoit ce qu'elle reçoit : chaque étape, sa règle, son article, puis chaque acte.

    Les attributions, les avenants et les annulations se suivent, datés ; leurs montants font ce qui reste accordé.
    Avec --scenario, c'est ce que le scénario a calculé.

    Exemple : cofiville allocation expliquer 2016-025 --ligne ETAT-PDV-DRE
    """
    from ledger.programming.actions.criteria import named_criteria
    from ledger.programming.actions.read_actions import read_action
    from ledger.programming.queries import find_action
    from ledger.referential.contracts import contract_of
    from ledger.reports.explanations import explain

    with reading_as_of(le, connu_au) as session:
        found = explain(session, action, ligne, scenario)
        named = named_criteria(session, read_action(session, find_action(session, action), ("criteria",)))
        model = contract_of(session).model if mots else None
    rows = [_explained(each, model) for each in found]
    said: list[str | Sentence] = []
    for each in found:
        said.append(f"{each.line}, action {action} : {each.words()}")
        said.extend(_steps(each.steps, 1, model))
    if named:
        said.append("Critères d'innovation nommés : " + " ; ".join(each.code for each in named))
    return Outcome(rows, tuple(said))


def _explained(each: LineExplanation, model: str | None) -> Row:
    """The amount of a line as JSON tells it; under a model, with the words of the text that each rule follows."""
    from ledger.allocation.engine.steps import steps_as_data

    return {
        "ligne": each.line,
        "demande": each.requested,
        "accorde": each.granted,
        "etapes": steps_as_data(each.steps) if model is None else _with_words(steps_as_data(each.steps), model),
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


def _with_words(steps: list[Row], model: str) -> list[Row]:
    """The steps, each with the words of the text that its rule follows ("citations")."""
    from ledger.rules.packs import quotations_beside

    return [
        {
            **step,
            "etapes": _with_words(step["etapes"], model),
            "citations": [each.as_data() for each in quotations_beside(step.get("regle", ""), step["source"], model)],
        }
        for step in steps
    ]


def _steps(steps: Iterable[Step], depth: int, model: str | None) -> Iterator[Sentence]:
    """Each step and its source; under a model, the words of the text that its rule follows."""
    from ledger.rules.packs import quotations_beside

    margin = "  " * depth
    under = f"{margin}{'':>16}  "
    for step in steps:
        amount = step.amount.french() if step.amount else ""
        yield Sentence(f"{margin}{amount:>16}  ", step.text)
        if step.source:
            yield Sentence(under, str(step.source))
        for each in quotations_beside(step.rule, step.source, model) if model is not None else ():
            yield Sentence(under, each.text())
        yield from _steps(step.steps, depth + 1, model)


@app.command("comparer", answer=several(*_COMPARED))
def allocation_comparer(avant: Nom, apres: Nom) -> Outcome:
    """Compare deux scénarios, action par action et ligne par ligne.

    Exemple : cofiville allocation comparer COPIL-2016 COPIL-2016-BIS
    """
    from ledger.allocation.scenarios import compare_scenarios

    with reading() as session:
        changes = compare_scenarios(session, avant, apres)
    rows: list[Row] = [
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
    sums = {
        "action": "Total",
        "ligne": "",
        **{name: total(row[name] for row in rows) for name in ("avant", "apres", "ecart")},
    }
    title = f"{avant} → {apres} : {len(moved)} montants changent sur {len(rows)}"
    return Outcome(Listing(title, _COMPARED, tuple(rows)), (Listing(title, _COMPARED, (*moved, sums)),))


@app.command("suivre", answer=several(*_FOLLOWED))
def allocation_suivre(nom: Nom) -> Outcome:
    """Suit un scénario jusqu'aux paiements : retenu, accordé, conventionné, versé, action par action.

    Exemple : cofiville allocation suivre COPIL-2016
    """
    from ledger.allocation.scenarios import grant_outcomes

    with reading() as session:
        found = grant_outcomes(session, nom)
    rows = tuple(
        {
            "action": each.action,
            "ligne": each.line,
            "propose": each.proposed,
            "programme": each.programmed,
            "conventionne": each.conventioned,
            "paye": each.paid,
        }
        for each in found
    )
    return Outcome(Listing(f"Scénario {nom}, du retenu au versé", _FOLLOWED, rows))


@app.command("diagnostiquer", answer=_DIAGNOSIS)
def allocation_diagnostiquer(annee: Annee, le: Le = None, connu_au: ConnuAu = None) -> Outcome:
    """Dit ce que le partage ligne après ligne laisse sans emploi, où, et ce qui le débloquerait ; rien n'est écrit.

    Exemple : cofiville allocation diagnostiquer 2016
    """
    from ledger.allocation.optimum.proposals import diagnose
    from ledger.allocation.propose_scenario import ScenarioTerms, compute_scenario

    with reading_as_of(le, connu_au) as session:
        found = diagnose(compute_scenario(session, annee, ScenarioTerms(), on=day(le)).outcome)
    lines = [
        {
            "ligne": each.line,
            "reste": each.left,
            "non_servi": each.unmet,
            "un_euro_de_plus": each.one_more,
            "bloquee_par": list(each.stopped_by),
        }
        for each in found.lines
    ]
    moves = [{"action": each.action, "ligne": each.line, "montant": each.amount} for each in found.moves]
    row = {
        "exercice": annee,
        "accorde": found.granted,
        "possible": found.possible,
        "sans_emploi": found.wasted,
        "lignes": lines,
        "deplacements": moves,
    }
    summary = (
        f"Exercice {annee} : {found.granted.french()} retenus ligne après ligne,"
        f" {found.possible.french()} possibles : {found.wasted.french()} sans emploi."
    )
    said: list[str | Listing] = [summary, Listing("Lignes", _IDLE_LINES, tuple(lines))]
    if moves:
        said.append(Listing("Déplacements qui serviraient la plus grande somme", _MOVES, tuple(moves)))
        said.append(f"Pour les proposer : cofiville allocation proposer {annee} --scenario NOM --optimal")
    return Outcome(row, tuple(said))
