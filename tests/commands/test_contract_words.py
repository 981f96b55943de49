"""A contract has dispositifs, scales, kinds of post and of territory of its own: rows that a whole year lives with."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from ledger.exchange.declaration import Sheet, Table, Values
from ledger.exchange.sheets.framework import DISPOSITIFS, POST_KINDS_SHEET, SCALES, TERRITORY_KINDS_SHEET
from ledger.exchange.workbook import write_workbook
from tests.conftest import Typist

OWN: tuple[tuple[str, ...], ...] = (
    ("dispositif", "ajouter", "cite-educative", "Cité éducative", "--court", "Cité", "--source", "Label de 2019"),
    ("echelle", "ajouter", "bassin", "bassin de vie", "--role", "plusieurs-epci"),
    ("type-poste", "ajouter", "referent", "référent de parcours", "--dispositif", "cite-educative"),
    ("type-territoire", "ajouter", "poche", "poche de pauvreté", "--compte-comme", "veille"),
    ("type-territoire", "ajouter", "equipement", "équipement", "--compte-comme", "qpv", "--sur-justificatif"),
)
PLACES: tuple[tuple[str, ...], ...] = (
    ("territoire", "ajouter", "Cité du Moulin", "--type", "poche", "--source", "Avenant du 12/12/2019"),
    ("territoire", "ajouter", "Gymnase Zola", "--type", "equipement", "--source", "Avenant du 12/12/2019"),
    ("porteur", "ajouter", "Régie de quartier (exemple)", "--type", "association", "--code", "REGIE"),
)
ACTION = (
    *("action", "saisir", "2016", "--intitule", "Parcours", "--porteur", "REGIE", "--objectif", "5.1.2"),
    *("--cout", "4000", "--financement", "CAPH-PDV=3000", "--financement", "PORTEUR-FONDS-PROPRES=1000"),
    *("--dispositif", "cite-educative", "--echelle", "bassin"),
    *("--public", "poche=10", "--public", "GYMNASE-ZOLA=20:qpv=15:preuve=inscriptions", "--public", "qpv=10"),
)
POST = (
    *("poste", "saisir", "2016", "REFERENT-1", "--type", "referent", "--porteur", "REGIE", "--cout", "30000"),
    *("--financement", "CAPH-PDV=30000"),
)


@pytest.fixture
def own(in_2016: Typist) -> Typist:
    """A contract with one word of its own of each sort, and places of its kinds."""
    for words in (*OWN, *PLACES):
        typed = in_2016(*words)
        assert typed.code == 0, typed.err
    return in_2016


@pytest.fixture
def lived(own: Typist) -> Typist:
    """With an action and a post of these words."""
    for words in (ACTION, POST):
        typed = own(*words)
        assert typed.code == 0, typed.err
    return own


def test_an_action_and_a_post_of_the_contracts_own_words_are_counted_and_reported(lived: Typist) -> None:
    row = lived("--json", "action", "montrer", "2016-001").data
    assert (row["dispositif"], row["echelle"]) == ("cite-educative", "bassin")
    assert row["public"] == [
        {"type": "qpv", "effectif": 30, "cout": "3000.00"},
        {"type": "veille", "effectif": 10, "cout": "1000.00"},
    ]
    for by, group in (("dispositif", ("cite-educative", "Cité éducative")), ("echelle", ("bassin", "bassin de vie"))):
        rows = lived("--json", "rapport", "demandes", 2016, "--par", by).data
        assert [(each["code"], each["libelle"], each["demande"]) for each in rows] == [(*group, "3000.00")]
    served = lived("--json", "rapport", "territoires", 2016).data
    assert [(each["territoire"], each["type"], each["cout"]) for each in served] == [
        ("GYMNASE-ZOLA", "qpv", "3000.00"),
        ("", "veille", "1000.00"),
    ]
    found = lived("--json", "action", "lister", 2016, "--dispositif", "cite-educative", "--echelle", "bassin").data
    assert [each["action"] for each in found] == ["2016-001"]
    [post] = lived("--json", "poste", "lister", 2016).data
    assert (post["poste"], post["type"], post["cout"]) == ("REFERENT-1", "referent", "30000.00")


def test_a_place_that_counts_on_evidence_is_outside_until_it_is_shown(own: Typist) -> None:
    words = [*ACTION[:-6], "--public", "GYMNASE-ZOLA=20", "--public", "qpv=20"]
    assert own(*words).code == 0
    row = own("--json", "action", "montrer", "2016-001").data
    assert [(each["type"], each["cout"]) for each in row["public"]] == [("hors", "2000.00"), ("qpv", "2000.00")]
    assert any("Gymnase Zola n'est pas sur la liste 2016" in each for each in row["alertes"])
    assert own("territoire", "vecu", 2016, "Gymnase Zola", "--source", "COPIL").code == 0


def test_a_kind_of_place_is_told_to_count_on_evidence_while_no_row_holds_to_it(own: Typist) -> None:
    said = ("--json", "type-territoire", "modifier", "poche")
    assert own("type-territoire", "ajouter", "jardin", "jardin partagé", "--compte-comme", "qpv").code == 0
    for flag, held in (("--sur-justificatif", True), ("--sans-justificatif", False)):
        assert own(*said[:3], "jardin", flag).data["sur_justificatif"] is held
    refused = own(*said, "--sur-justificatif").refusal
    assert refused["probleme"].startswith("Le type de territoire poche ne peut pas changer de rôle")


def test_an_action_of_several_epci_by_its_scale_asks_for_its_common_part(lived: Typist) -> None:
    found = lived("--json", "appel", "controler", 2016).data
    assert "partage_non_marque" in {each["code"] for each in found}


def test_the_workbooks_of_the_year_offer_the_words_of_the_contract_and_come_back_the_same(
    lived: Typist, tmp_path: Path
) -> None:
    for subject in ("programmation", "referentiel"):
        path = tmp_path / f"{subject}.xlsx"
        assert lived("excel", "exporter", subject, 2016, path, "--sans-numero").code == 0
        back = lived("--json", "excel", "importer", path)
        assert back.code == 0, back.out
        assert all(each["nouvelles"] == each["modifiees"] == 0 for each in back.data["feuilles"])
    sheet = load_workbook(tmp_path / "programmation.xlsx")["Programmation"]
    offered = [str(each.formula1) for each in sheet.data_validations.dataValidation]
    assert '"action,DRE,OVV,FIPD,MOUS,adultes-relais,FONJEP,moyens communs,Cité"' in offered
    assert '"communale,communautaire,arrondissement,bassin de vie"' in offered
    assert lived("excel", "modeles", tmp_path / "modeles").code == 0
    sheet = load_workbook(tmp_path / "modeles" / "postes.xlsx")["Postes cofinancés"]
    offered = [str(each.formula1) for each in sheet.data_validations.dataValidation]
    assert '"MOUS,adulte-relais,référent de parcours"' in offered


def test_more_words_than_a_cell_takes_are_offered_by_the_page_of_lists(in_2016: Typist, tmp_path: Path) -> None:
    for rank in range(12):
        label = f"Dispositif propre au contrat, numéro {rank}"
        assert in_2016("dispositif", "ajouter", f"propre-{rank}", label).code == 0
    assert in_2016("excel", "modeles", tmp_path).code == 0
    book = load_workbook(tmp_path / "programmation.xlsx")
    offered = [str(each.formula1) for each in book["Programmation"].data_validations.dataValidation]
    assert "Liste_dispositifs" in offered
    shown = [cell.value for column in book["Listes"].iter_cols() for cell in column]
    assert "Dispositif propre au contrat, numéro 11" in shown


def test_the_words_of_a_contract_are_given_by_workbook_too(in_2016: Typist, tmp_path: Path) -> None:
    rows: tuple[tuple[Sheet, Values], ...] = (
        (TERRITORY_KINDS_SHEET, {"code": "poche", "label": "poche de pauvreté", "served_as": "veille"}),
        (
            TERRITORY_KINDS_SHEET,
            {"code": "equipement", "label": "équipement", "served_as": "qpv", "on_evidence": True},
        ),
        (DISPOSITIFS, {"code": "cite-educative", "label": "Cité éducative", "short_label": "Cité"}),
        (SCALES, {"code": "bassin", "label": "bassin de vie", "role": "plusieurs-epci"}),
        (POST_KINDS_SHEET, {"code": "referent", "label": "référent de parcours", "dispositif": "cite-educative"}),
    )
    sheets = {sheet.name: sheet for sheet, _ in rows}
    tables = [
        Table(sheet, tuple(values for of_sheet, values in rows if of_sheet is sheet)) for sheet in sheets.values()
    ]
    write_workbook(tmp_path / "mots.xlsx", tables)
    done = in_2016("--json", "excel", "importer", tmp_path / "mots.xlsx")
    assert done.code == 0, done.out
    for words in (*PLACES, ACTION, POST):
        typed = in_2016(*words)
        assert typed.code == 0, typed.err
    listed = in_2016("--json", "dispositif", "lister").data
    assert (listed[-1]["code"], listed[-1]["court"], listed[-1]["role"]) == ("cite-educative", "Cité", "")


@pytest.mark.parametrize(
    ("group", "code", "held", "freed"),
    [
        ("dispositif", "cite-educative", "le type de poste referent le suit et 1 autre", "type-poste clore referent"),
        ("echelle", "bassin", "l'action 2016-001 s'y rattache", "--le 2016-12-31"),
        ("type-poste", "referent", "le poste REFERENT-1 de 2016 en est", "--le 2016-12-31"),
        ("type-territoire", "poche", "le territoire CITE-DU-MOULIN en est et 1 autre", "clore CITE-DU-MOULIN"),
    ],
)
def test_a_word_that_rows_use_is_not_closed_before_their_year_ends(
    lived: Typist, group: str, code: str, held: str, freed: str
) -> None:
    refused = lived("--json", group, "clore", code, "--le", "2016-06-30", "--oui").refusal
    assert refused["erreur"] == "encore_utilise"
    assert held in refused["probleme"]
    assert freed in refused["remede"]


def test_what_is_closed_takes_nothing_of_a_later_year(lived: Typist) -> None:
    for words in (
        ("type-poste", "clore", "referent"),
        ("dispositif", "clore", "cite-educative"),
        ("echelle", "clore", "bassin"),
        ("territoire", "clore", "CITE-DU-MOULIN"),
        ("type-territoire", "clore", "poche"),
    ):
        closed = lived("--json", *words, "--le", "2016-12-31", "--oui")
        assert closed.data["au"] == "2016-12-31", closed.err
    assert lived("exercice", "ouvrir", 2017).code == 0
    late = ("action", "saisir", "2017", "--intitule", "Suite", "--porteur", "REGIE", "--cout", "900")
    plan = ("--financement", "CAPH-PDV=900")
    for added, what in (
        (("--dispositif", "cite-educative"), "Le dispositif cite-educative"),
        (("--echelle", "bassin"), "L'échelle bassin"),
        (("--public", "poche=3"), "Le type de territoire poche"),
    ):
        refused = lived("--json", *late, *plan, *added).refusal
        assert refused["probleme"] == f"{what} a pris fin le 31/12/2016 : rien ne s'y inscrit en 2017."
    post = lived("--json", *POST[:2], "2017", *POST[3:]).refusal
    assert post["probleme"].startswith("Le type de poste referent a pris fin")
    place = lived("--json", "territoire", "ajouter", "Autre", "--type", "poche", "--source", "A").refusal
    assert place["probleme"] == "Le type de territoire poche a pris fin le 31/12/2016."
    assert lived(*late, *plan).code == 0
    row = lived("--json", "action", "montrer", "2017-001").data
    assert (row["dispositif"], row["echelle"]) == ("action", "communale")


@pytest.mark.parametrize(
    ("words", "code", "problem"),
    [
        (("dispositif", "ajouter", "dre", "Autre"), "code_existant", "Le dispositif dre existe déjà dans ce contrat."),
        (("echelle", "ajouter", "communale", "x"), "code_existant", "L'échelle communale existe déjà dans ce contrat."),
        (("dispositif", "ajouter", "x", "X", "--role", "lune"), "valeur_invalide", "« lune » n'est pas un rôle connu."),
        (("echelle", "ajouter", "x", "X", "--role", "lune"), "valeur_invalide", "« lune » n'est pas un rôle connu."),
        (
            ("type-territoire", "ajouter", "x", "X", "--compte-comme", "lune"),
            "valeur_invalide",
            "« lune » n'est pas un rôle connu.",
        ),
        (
            ("type-poste", "ajouter", "x", "X", "--dispositif", "lune"),
            "valeur_invalide",
            "« lune » : dispositif inconnu.",
        ),
        (("dispositif", "ajouter", "é a", "X"), "valeur_invalide", "Le code « é a » ne convient pas."),
        (("dispositif", "ajouter", "x", " "), "valeur_invalide", "Le libellé manque."),
        (("type-poste", "clore", "lune", "--oui"), "valeur_invalide", "« lune » n'est pas un type de poste."),
    ],
)
def test_a_word_that_does_not_hold_together_is_refused_with_a_way_out(
    cofiville: Typist, words: tuple[str, ...], code: str, problem: str
) -> None:
    refused = cofiville("--json", *words).refusal
    assert (refused["erreur"], refused["probleme"]) == (code, problem)
    assert refused["remede"]


def test_a_workbook_closes_no_word_that_rows_use_nor_changes_what_it_is_for(lived: Typist, tmp_path: Path) -> None:
    bassin: Values = {"code": "bassin", "label": "bassin de vie"}
    for change, said in (
        (
            {**bassin, "role": "plusieurs-epci", "ends_on": date(2016, 6, 30)},
            "ne peut pas prendre fin le 30/06/2016 : l'action",
        ),
        ({**bassin, "role": None}, "ne peut pas changer de rôle : l'action 2016-001 s'y rattache"),
    ):
        write_workbook(tmp_path / "mots.xlsx", [Table(SCALES, (change,))])
        done = lived("--json", "excel", "importer", tmp_path / "mots.xlsx")
        assert done.code == 1
        assert any(said in each["message"] for each in done.data["problemes"]), done.out


def test_a_new_name_of_a_dispositif_counts_from_its_day(cofiville: Typist) -> None:
    words = ("dispositif", "modifier", "dre", "--libelle", "programme de réussite éducative", "--court", "PRE")
    assert cofiville(*words, "--le", "2017-01-01").code == 0
    for day, label in (("2016-12-31", "réussite éducative (DRE)"), ("2017-01-01", "programme de réussite éducative")):
        rows = {each["code"]: each["libelle"] for each in cofiville("--json", "dispositif", "lister", "--le", day).data}
        assert rows["dre"] == label
