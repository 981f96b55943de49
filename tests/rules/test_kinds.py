"""The figures of each kind of rule: how they are typed, stored and read."""

from __future__ import annotations

import ast

import pytest

from ledger.core.errors import InvalidValue
from ledger.referential.shipped_models import model_names
from ledger.rules.kinds import KINDS, read_figures
from ledger.rules.packs import shipped_rules
from tests.sources import trees


@pytest.mark.parametrize(
    ("kind", "typed", "text"),
    [
        ("territoires", {"types": "qpv|veille"}, "QPV et veille active"),
        ("territoires", {"types": "qpv", "alerte_seulement": True}, "QPV (ailleurs : alerte, sans refus)"),
        ("taux", {"taux": "65 %", "mode": "fixe"}, "65 % (taux fixé)"),
        ("taux", {"taux": "2/3"}, "66,6667 % au plus"),
        ("innovation", {"taux": "80 %", "criteres": "4"}, "80 % au plus, si 4 critères sur 4 sont justifiés"),
        ("plafond_part_publique", {"taux": "100 %"}, "100 % du coût total au plus"),
        ("cle_epci", {"populations": "CAPH=30540|CAVM=35260"}, "CAPH 30 540 : CAVM 35 260"),
        ("ordre", {"classes": "droit_commun|specifique"}, "droit commun, puis specifique"),
        (
            "ordre",
            {"classes": "droit_commun|specifique", "niveau": "refuser"},
            "droit commun, puis specifique ; sans droit commun ni motif, aucun scénario n'est proposé",
        ),
        ("convention_obligatoire", {"seuil": "23 000"}, "au-dessus de 23 000,00 € par an"),
        ("convention_obligatoire", {}, "toujours"),
        ("echeancier", {"parts": "50 %|30 %"}, "50 % puis 30 % puis le solde"),
        ("delai_etape", {"jours": "envoyee=30|parapheur=10"}, "envoyée 30 j, au parapheur 10 j"),
        ("delai_bilan", {"mois": "6"}, "6 mois après la fin de l'exercice"),
        ("relances", {"jours": "15|45|75"}, "relance après 15 jours de retard, puis 45, mise en demeure après 75"),
        (
            "part_enveloppe",
            {"taux": "2,5 %", "types": "poche"},
            "2,5 % au plus d'une enveloppe à saisir, pour les territoires poche",
        ),
        (
            "part_enveloppe",
            {"taux": "2,5 %", "types": "poche|veille", "enveloppe": "400 000"},
            "2,5 % au plus de 400 000,00 €, pour les territoires poche, veille",
        ),
        ("cible_pluriannuelle", {"taux": "50 %"}, "50 % au moins des conventions"),
        ("cible_pluriannuelle", {"taux": "1/2", "compte": "montants"}, "50 % au moins des montants conventionnés"),
        (
            "depot_comptes",
            {"seuil": "153 000"},
            "au-dessus de 153 000,00 € par an, toutes autorités publiques réunies",
        ),
        (
            "delai_paiement",
            {"jours": "60"},
            "60 jours après la notification, sauf autre date ou condition dans la convention",
        ),
        ("partage_manque", {"ordre": "prorata"}, "chaque ligne au prorata de son montant"),
        (
            "partage_manque",
            {"ordre": "droit_commun_preserve"},
            "les crédits spécifiques d'abord, le droit commun seulement pour le reste",
        ),
        ("fongibilite", {"fongible": True}, "tranches fongibles sous le total conventionné"),
        ("fongibilite", {"fongible": False}, "chaque tranche plafonnée à part"),
        ("delai_titre", {"annees": "4", "depart": "jour_meme"}, "4 ans depuis ce jour"),
        ("delai_dette", {"annees": "4", "depart": "premier_janvier_suivant"}, "4 ans depuis le 1er janvier suivant"),
        ("delai_restitution", {"annees": "5", "depart": "jour_meme"}, "5 ans depuis ce jour"),
        (
            "comptes_creances_perdues",
            {"non_valeur": "6541", "eteinte": "6542"},
            "remise gracieuse au compte à demander, non-valeur au 6541, créance éteinte au 6542",
        ),
        ("deliberation_executoire", {"exigee": True}, "délibération exécutoire d'abord"),
        ("taille_piece", {"mo": "10"}, "10 Mo par pièce au plus"),
        ("pieces_dossier", {"pieces": "rib", "bloquant": True}, "RIB (sans elles, aucun versement)"),
        ("sort_reliquat", {"sort": "rendre"}, "rendre"),
        ("journee_complementaire", {"jour": "31/01"}, "jusqu'au 31/01 de l'année suivante"),
        ("rattachement", {"admis": False}, "exclu"),
        ("rattachement", {"admis": True, "seuil": "500"}, "admis à partir de 500,00 €"),
        ("fin_enveloppe", {"jusqu_au": "31/12/2018"}, "jusqu'au 31/12/2018"),
        (
            "centime",
            {"repartition": "enveloppe"},
            (
                "plafonds coupés au centime inférieur, le porteur porte le reste ;"
                " centimes d'un partage laissés dans l'enveloppe"
            ),
        ),
        ("base", {"avec_contributions": False}, "hors contributions volontaires (86/87)"),
        ("part_porteur", {"taux": "20 %"}, "20 % du coût total à la charge du porteur au moins"),
        ("plafond_montant", {"par_action": "20 000"}, "20 000,00 € par action au plus"),
        ("plancher_montant", {"par_porteur": "500"}, "500,00 € par porteur au moins, sinon rien"),
        (
            "plafond_commun",
            {"taux": "80 %", "montant": "50000"},
            "80 % de la dépense éligible et 50 000,00 € au plus, toutes lignes de la portée réunies",
        ),
        ("compte_ligne", {"budget": "PLIE"}, "budget annexe PLIE"),
        (
            "compte_ligne",
            {"comptes": "verser=65748|recevoir=74718"},
            "budget principal, verser au 65748, recevoir au 74718",
        ),
    ],
)
def test_figures_are_read_as_typed_kept_exactly_and_shown_in_french(
    kind: str, typed: dict[str, object], text: str
) -> None:
    figures = read_figures(kind, typed)
    assert figures.text().replace("\u00a0", " ") == text
    assert read_figures(kind, figures.stored()) == figures


@pytest.mark.parametrize(
    ("kind", "typed", "problem"),
    [
        ("tarif", {}, "n'est pas un genre de règle"),
        ("taux", {}, "le chiffre « taux » manque"),
        ("taux", {"taux": "120 %"}, "dépasse 100"),
        ("taux", {"taux": "beaucoup"}, "n'est pas un taux"),
        ("taux", {"taux": "60 %", "plus": "1"}, "le chiffre « plus » est inconnu"),
        ("territoires", {"types": "zus"}, "le chiffre « types » ne convient pas"),
        ("innovation", {"taux": "80 %", "criteres": "5"}, "le chiffre « criteres » ne convient pas"),
        ("cle_epci", {"populations": "CAPH=0|CAVM=1"}, "le chiffre « populations » ne convient pas"),
        ("cle_epci", {"populations": "CAPH=30540"}, "le chiffre « populations » ne convient pas"),
        ("echeancier", {"parts": "70 %|40 %"}, "dépassent 100 %"),
        ("convention_obligatoire", {"seuil": "-5"}, "supérieur à zéro"),
        ("plafond_montant", {}, "ne porte aucun montant"),
        ("plafond_commun", {"assiette": "total"}, "ni taux ni montant"),
        ("compte_ligne", {"comptes": "payer=65748"}, "n'est pas une opération comptable"),
        ("compte_ligne", {"comptes": "verser=65-748"}, "n'est pas un numéro de compte"),
        ("compte_ligne", {"budget": " "}, "Le nom du budget manque"),
    ],
)
def test_figures_that_make_no_sense_are_refused_with_a_way_out(
    kind: str, typed: dict[str, object], problem: str
) -> None:
    with pytest.raises(InvalidValue) as refused:
        read_figures(kind, typed)
    assert problem in refused.value.problem.replace("\u00a0", " ")
    assert refused.value.remedy


def test_every_kind_is_shipped_but_those_that_no_text_at_hand_sets() -> None:
    local = {"plafond_montant", "plancher_montant", "plafond_commun", "compte_ligne", "deliberation_executoire"}
    shipped = {form.kind for model in model_names() for form in shipped_rules(model, "EPCI-X")}
    assert shipped == set(KINDS) - local


@pytest.mark.xdist_group("sources")
def test_every_kind_is_asked_by_what_it_decides_or_follows() -> None:
    """A rule of the law that no act, control or screen asks would be written for nothing."""
    asking = {
        node.id
        for path, tree in trees().items()
        if not path.stem.endswith("kinds")
        for node in ast.walk(tree)
        if isinstance(node, ast.Name)
    }
    assert sorted({kind.__name__ for kind in KINDS.values()} - asking) == []
