"""The maître d'ouvrage's part, statuts and motives, as a finance assistant types them."""

from __future__ import annotations

import pytest

from tests.conftest import Lived, Typist

DAY = ("--le", "2017-03-01")
LIFE: tuple[tuple[str, ...], ...] = (
    ("exercice", "ouvrir", "2017"),
    *(
        ("enveloppe", "notifier", line, "2017", "100000", "--piece", "P", "--le", "2017-02-01")
        for line in ("ANRU-NPNRU", "DEPARTEMENT-DROIT-COMMUN", "CAPH-PDV")
    ),
    ("porteur", "ajouter", "Ville de Denain", "--statut", "commune", "--code", "DENAIN"),
    ("porteur", "ajouter", "Porte du Hainaut", "--type", "epci", "--code", "LPH"),
)
SHARED = ("--financement", "ANRU-NPNRU=500", "--financement", "DEPARTEMENT-DROIT-COMMUN=300")
INVESTMENT = ("--nature", "investissement", "--cout", "1000", "--qpv", "10", *DAY)


@pytest.fixture
def year(cofiville: Typist, brought: Lived) -> Typist:
    """2017: an investment of a commune with a landlord (2017-001), one of the EPCI (2017-002)."""

    @brought
    def live() -> None:
        landlord, own = ("--financement", "BAILLEUR-FONDS-PROPRES=200"), ("--financement", "CAPH-PDV=200")
        for line in (
            *LIFE,
            ("action", "saisir", "2017", "--intitule", "Place", "--porteur", "DENAIN", *SHARED, *landlord, *INVESTMENT),
            ("action", "saisir", "2017", "--intitule", "Pôle", "--porteur", "LPH", *SHARED, *own, *INVESTMENT),
        ):
            assert cofiville(*line).code == 0

    return cofiville


def granted(cofiville: Typist, scenario: str, *options: str) -> dict[tuple[str, str], str]:
    assert cofiville("allocation", "proposer", "2017", "--scenario", scenario, *DAY, *options).code == 0
    rows = cofiville("--json", "allocation", "montrer", scenario).data
    return {(row["action"], row["ligne"]): row["accorde"] for row in rows}


@pytest.mark.parametrize("options", [(), ("--optimal",)])
def test_the_landlord_s_statut_changes_what_the_other_public_bodies_may_give(
    year: Typist, options: tuple[str, ...]
) -> None:
    """F03 (a) and (b): 640 with a company, 600 with an office public; the EPCI's own credits are its part."""
    found = granted(year, "SOCIETE", *options)
    assert (found["2017-001", "ANRU-NPNRU"], found["2017-001", "DEPARTEMENT-DROIT-COMMUN"]) == ("340.00", "300.00")
    assert [found["2017-002", line] for line in ("ANRU-NPNRU", "DEPARTEMENT-DROIT-COMMUN", "CAPH-PDV")] == [
        "500.00",
        "300.00",
        "200.00",
    ]
    steps = year("allocation", "expliquer", "2017-001", "--scenario", "SOCIETE", "--ligne", "ANRU-NPNRU").out
    assert "à confirmer : BAILLEUR-FONDS-PROPRES" in " ".join(steps.split())
    assert year("--json", "financeur", "modifier", "BAILLEURS", "--statut", "oph").data["droit"] == "public"
    assert granted(year, "OFFICE", *options)["2017-001", "ANRU-NPNRU"] == "300.00"


def test_the_prefet_s_derogation_is_a_piece_that_the_next_grants_count_on(year: Typist) -> None:
    """F03: 10 % of the 800 of public financing, 720 for the others."""
    piece = ("--piece", "Arrêté préfectoral du 20/02/2017", "--le", "2017-02-20")
    assert year("action", "deroger", "2017-001", "--part", "10 %", *piece).code == 0
    assert granted(year, "DEROGATION")["2017-001", "ANRU-NPNRU"] == "420.00"
    shown = year("--json", "action", "montrer", "2017-001").data
    assert shown["derogation"] == {"part": "1/10", "piece": "Arrêté préfectoral du 20/02/2017", "le": "2017-02-20"}


def test_a_grant_above_the_part_is_refused_but_with_a_motive_listed_once(year: Typist) -> None:
    """F05: a direct grant passes the same rules."""
    grant = ("allocation", "accorder", "2017-001", "ANRU-NPNRU", "500", "--piece", "D", *DAY)
    assert year(*grant).code == 0
    more = ("allocation", "accorder", "2017-001", "DEPARTEMENT-DROIT-COMMUN", "300", "--piece", "D", *DAY)
    refused = year("--json", *more)
    assert (refused.code, refused.refusal["erreur"]) == (1, "plafond_depasse")
    assert year(*more, "--malgre", "Dérogation demandée").code == 0
    [row] = year("--json", "convention", "derogations", "2017").data
    assert (row["code"], row["motif"]) == ("PART-PUBLIQUE-COMMUNE-INVESTISSEMENT", "Dérogation demandée")


def test_the_committee_s_programming_takes_a_motive_too(year: Typist) -> None:
    """F05: `comite programmer` is all or nothing, and says which rule each amount passes."""
    amounts = ("--montant", "ANRU-NPNRU=500", "--montant", "DEPARTEMENT-DROIT-COMMUN=300")
    assert year("comite", "decider", "2017-001", *amounts, *DAY).code == 0
    programme = ("comite", "programmer", "2017", "--piece", "COPIL", "--oui", *DAY)
    assert year(*programme).code == 1
    assert year(*programme, "--malgre", "Vote du COPIL").code == 0
    assert [row["motif"] for row in year("--json", "convention", "derogations").data] == ["Vote du COPIL"]


def test_a_bailleur_without_a_statut_is_told_to_be_confirmed(cofiville: Typist) -> None:
    """Statut juridique: asked, never guessed."""
    noted = cofiville("porteur", "ajouter", "SIGH", "--type", "bailleur")
    assert "Statut juridique à confirmer" in noted.out
    assert cofiville("--json", "porteur", "modifier", "SIGH", "--statut", "esh").data["droit"] == "prive"
    assert cofiville("porteur", "ajouter", "Sans rien").code == 2
