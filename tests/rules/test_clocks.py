"""One owner of the rules' day: each kind names its clock, one function turns it into a day, nobody else does."""

from __future__ import annotations

import ast
from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.rules.book import holding_day, rulebook
from ledger.rules.convention_kinds import ConventionDuty, Nomenclature
from ledger.rules.kinds import KINDS, Ceiling
from ledger.rules.scope import RuleSubject
from ledger.rules.vocabulary import Clock
from tests.bases import ROOT
from tests.sources import trees

DAYS = (date(2016, 10, 3), date(2017, 10, 3), date(2018, 1, 10), date(2018, 6, 30))


@pytest.mark.parametrize(
    ("clock", "exercice", "day", "holds"),
    [
        (Clock.MILLESIME, 2017, date(2017, 10, 3), date(2017, 10, 3)),
        (Clock.MILLESIME, 2017, date(2018, 1, 10), date(2017, 12, 31)),
        (Clock.MILLESIME, 2017, date(2016, 12, 5), date(2017, 1, 1)),
        (Clock.MILLESIME, 2017, None, date(2017, 12, 31)),
        (Clock.ACT, None, date(2018, 1, 10), date(2018, 1, 10)),
        (Clock.ACT, 2017, date(2018, 1, 10), date(2018, 1, 10)),
        (Clock.BUDGET_YEAR, 2017, None, date(2017, 12, 31)),
        (Clock.BUDGET_YEAR, 2017, date(2018, 1, 10), date(2017, 12, 31)),
    ],
)
def test_the_clock_of_a_kind_gives_the_day_whose_version_holds(
    clock: Clock, exercice: int | None, day: date | None, holds: date
) -> None:
    """F01."""
    assert holding_day(clock, exercice, day) == holds


def test_every_kind_of_rule_names_its_clock() -> None:
    by_clock = {clock: sorted(name for name, kind in KINDS.items() if kind.clock is clock) for clock in Clock}
    assert by_clock == {
        Clock.MILLESIME: [
            "base",
            "centime",
            "charges_structure",
            "cible_pluriannuelle",
            "cle_epci",
            "deduction_recettes",
            "echeancier",
            "fin_enveloppe",
            "fongibilite",
            "groupes_communes",
            "hausse_cout",
            "innovation",
            "ordre",
            "origine",
            "part_enveloppe",
            "part_porteur",
            "partage_manque",
            "passage",
            "pilier",
            "plafond_commun",
            "plafond_enveloppe",
            "plafond_montant",
            "plafond_part_publique",
            "plancher_montant",
            "quartier_vecu",
            "ressemblance",
            "seuil_population",
            "sort_reliquat",
            "taux",
            "territoires",
        ],
        Clock.ACT: [
            "convention_obligatoire",
            "delai_bilan",
            "delai_dette",
            "delai_etape",
            "delai_paiement",
            "delai_publication",
            "delai_restitution",
            "delai_titre",
            "deliberation_executoire",
            "pieces_dossier",
            "relances",
            "taille_piece",
        ],
        Clock.BUDGET_YEAR: [
            "compte_ligne",
            "comptes_creances_perdues",
            "depot_comptes",
            "journee_complementaire",
            "nomenclature",
            "rattachement",
        ],
    }


@pytest.mark.parametrize("kind", [ConventionDuty, Nomenclature])
def test_a_book_refuses_to_answer_for_a_kind_of_another_clock(session: Session, kind: type) -> None:
    """F01: asked of the wrong day, a rule would answer in silence."""
    book = rulebook(session, Clock.MILLESIME, exercice=2017, day=DAYS[1])
    with pytest.raises(AssertionError, match="follows"):
        book.find(kind, RuleSubject())


@pytest.mark.parametrize("day", DAYS)
def test_the_rate_of_an_exercice_is_the_same_whenever_it_is_asked(session: Session, day: date) -> None:
    """F01: veille is served until 2017, exercice 2017 included."""
    veille = RuleSubject(line="ETAT-PDV-DRE", territory="veille", financeur="ETAT", line_nature="specifique")
    found = [
        type(rulebook(session, Clock.MILLESIME, exercice=exercice, day=day).find(Ceiling, veille)).__name__
        for exercice in (2016, 2017, 2018)
    ]
    assert found == ["Rule", "Rule", "NoRuleInForce"]


@pytest.mark.xdist_group("sources")
def test_no_other_code_chooses_the_day_of_rules_nor_makes_a_book() -> None:
    """F01: a day is handed on as it came; only ledger/rules turns one into another."""
    wrong = []
    for path, tree in trees().items():
        if path.parts[len(ROOT.parts) + 1] == "rules":
            continue
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            if called in {"RuleBook", "_load"}:
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} makes a book")
            if called == "supposed_rulebook" and path.stem != "propose_scenario":
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} supposes rules")
            if called == "rulebook":
                made = [ast.unparse(each.func) for word in node.keywords for each in _calls(word.value)]
                wrong += [f"{path.relative_to(ROOT)}:{node.lineno} makes a day: {name}" for name in made]
    assert wrong == []


def _calls(node: ast.expr) -> list[ast.Call]:
    """The calls that make the value, but those that read a day where it is kept or typed."""
    reads = {"day", "days.get", "paid_on.get"}
    return [each for each in ast.walk(node) if isinstance(each, ast.Call) and ast.unparse(each.func) not in reads]
