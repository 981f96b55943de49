"""The words behind the shipped rules: taken to the letter from the texts, with the rule, shown on demand."""

from __future__ import annotations

import csv

import pytest
from sqlalchemy.orm import Session

from ledger.referential.shipped_models import default_model
from ledger.rules.book import rule_of
from ledger.rules.enter_rule import replace_rule, versions_of
from ledger.rules.packs import Quotation, quotations_of, shipped_pack
from tests.bases import ROOT
from tests.conftest import Typist

pytestmark = pytest.mark.one_engine
CITATIONS = ROOT.parent / "shared" / "reference" / "citations.csv"
CONTRACT, USAGE = "Contrat de ville CAPH 2015-2020", "Usage, sans texte à l'appui"
SAYS, LESS = "dit la règle", "dit moins que la règle"
# The words are those of the line or of the mechanism that the rule came from.
TOLD_UNDER = {
    "TERR-CDC-PRETS": {"TERR-CDC-INGENIERIE"},
    "PASSAGE-DRE": {"M19", "M35"},
    "PLAFOND-FEDER-ITI": {"M33"},
}
RULES = shipped_pack(default_model())


def test_every_quotation_is_in_the_texts_to_the_letter_and_says_as_much() -> None:
    """F16."""
    if not CITATIONS.exists():
        pytest.skip("the words of the texts are not beside this copy (../shared/reference/citations.csv)")
    with CITATIONS.open(encoding="utf-8-sig") as lines:
        known = {
            (row["code"], row["paragraphe"], row["citation"], row["portee_de_la_citation"])
            for row in csv.DictReader(lines)
        }
    shown = {(rule.form.code, each.paragraph, each.words, each.reach) for rule in RULES for each in rule.quotations}
    invented = {row for row in shown if not {(code, *row[1:]) for code in TOLD_UNDER.get(row[0], {row[0]})} & known}
    assert invented == set()
    spoken = {row for row in known if row[3] in (SAYS, LESS) and row[0] in {rule.form.code for rule in RULES}}
    assert spoken - shown == set()


def test_every_rule_of_the_contract_has_its_words_and_every_usage_is_to_be_confirmed() -> None:
    """F16: what no text says is a usage; what does not speak of a rule is never shown as its source."""
    for rule in RULES:
        form = rule.form
        if form.source.text == CONTRACT:
            assert rule.quotations, form.code
        if form.source.text == USAGE:
            assert form.to_confirm, form.code
        assert {each.reach for each in rule.quotations} <= {SAYS, LESS}, form.code


@pytest.mark.parametrize(
    ("code", "figures", "article"),
    [
        ("TERR-CDC-INGENIERIE", "QPV et veille active (ailleurs : alerte, sans refus) (à confirmer)", "§5.5.6"),
        ("TERR-CDC-PRETS", "QPV, veille active et hors territoires (à confirmer)", "§5.5.6"),
        ("TERR-COMMUNE-PDV", "QPV et veille active (ailleurs : alerte, sans refus) (à confirmer)", "§5.3.1"),
        ("TERR-BAILLEUR-FONDS-PROPRES", "QPV, veille active et hors territoires (à confirmer)", "§5.3.1"),
        ("TERR-DEPARTEMENT-DROIT-COMMUN", "QPV, veille active et hors territoires", "§5.3.1 et §5.5.3"),
        ("TERR-ETAT-FONJEP", "QPV et veille active (ailleurs : alerte, sans refus)", "§5.5.1"),
        ("TERR-ETAT-PDV-FONJEP", "QPV, sans ventilation du coût exigée (à confirmer)", "postes 2020-2023"),
        ("TAUX-DRE-VEILLE", "50\u00a0% au plus", "§5.2.5"),
        ("QUARTIER-VECU", "plus de 50\u00a0% d'habitants de QPV parmi les bénéficiaires (à confirmer)", "§3.2.2"),
        ("CHARGES-STRUCTURE", "comptes 61, 63, 65, 66, 68 (à confirmer)", "§5.4.2"),
    ],
)
def test_a_rule_says_no_more_than_its_paragraph(session: Session, code: str, figures: str, article: str) -> None:
    """F16: limits that the text does not set warn, or are gone; the paragraph cited is the one that speaks."""
    rule = rule_of(versions_of(session, code)[0])
    assert (rule.value(), rule.source.article.partition(" (")[0]) == (figures, article)


def test_the_words_go_with_what_was_shipped_not_with_what_the_user_made_of_it(session: Session) -> None:
    """F16."""
    [words] = quotations_of(rule_of(versions_of(session, "TAUX-DRE-QPV")[0]))
    assert words == Quotation(
        "§5.2.5",
        "La participation de l’Etat pour ce dispositif, est fixée au taux de 65% des dépenses éligibles pour les"
        " habitants issus des quartiers prioritaires",
        SAYS,
        words.remark,
    )
    changed = replace_rule(session, "TAUX-DRE-QPV", {"taux": "60 %"}, on=versions_of(session, "ORDRE")[0].first_day)
    assert quotations_of(rule_of(changed)) == ()


def test_the_words_are_shown_with_the_rule(cofiville: Typist) -> None:
    """F16."""
    [shown] = cofiville("--json", "regle", "montrer", "TERR-COMMUNE-PDV").data
    [words] = shown["citations"]
    assert (words["paragraphe"], words["portee"]) == ("§5.3.1", LESS)
    assert "Les communes sont nommées parmi les financeurs, sans périmètre" in words["remarque"]
    noted = " ".join(cofiville("regle", "montrer", "TERR-COMMUNE-PDV").out.split())
    assert "§5.3.1 (dit moins que la règle) : « Les principaux financeurs" in noted
    assert "Aucun mot du contrat" in cofiville("regle", "montrer", "RELANCES").out


def test_a_rule_kept_otherwise_is_taken_back_as_shipped_on_demand(cofiville: Typist) -> None:
    """F16: what an earlier release shipped stays until somebody takes the one read again."""
    words = ("CHARGES-STRUCTURE", "--chiffre", "comptes=61", "--source", "Contrat", "--article", "§5.4.1")
    assert cofiville("regle", "remplacer", *words).code == 0
    [kept] = cofiville("--json", "regle", "mettre-a-niveau").data
    assert (kept["code"], kept["etat"]) == ("CHARGES-STRUCTURE", "gardee")
    [taken] = cofiville("--json", "regle", "mettre-a-niveau", "--reprendre", "charges-structure").data
    assert (taken["code"], taken["etat"], taken["source"]) == (
        "CHARGES-STRUCTURE",
        "reprise",
        "Contrat de ville CAPH 2015-2020, §5.4.2",
    )
    assert cofiville("--json", "regle", "mettre-a-niveau").data == []
    again = cofiville("--json", "regle", "mettre-a-niveau", "--reprendre", "CHARGES-STRUCTURE")
    assert (again.code, cofiville("regle", "mettre-a-niveau", "--reprendre", "INCONNUE").code) == (1, 1)


def test_the_product_ships_its_own_copy_of_the_words() -> None:
    assert sum(len(rule.quotations) for rule in RULES) >= 50
