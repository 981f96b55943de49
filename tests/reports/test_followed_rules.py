"""Rules that are followed and refuse nothing: the share of an enveloppe, a target, payments in time, accounts (M26)."""

from __future__ import annotations

import pytest

from tests.conftest import Typist

CAPH = "200042190"


@pytest.fixture
def q30(cofiville: Typist) -> Typist:
    """A contract of 2024 with an exercice 2026, two associations, credits of the État and of the EPCI."""
    made = ("contrat", "creer", "Q30", "--epci", CAPH, "--du", "2024-01-01", "--au", "2030-12-31")
    for words in (
        made,
        ("axe", "ajouter", "1", "Plein emploi"),
        ("exercice", "ouvrir", "2026"),
        ("enveloppe", "notifier", "ETAT-PDV-ACTIONS", "2026", "300000", "--piece", "N1", "--le", "2026-01-15"),
        ("enveloppe", "notifier", "CAPH-PDV", "2026", "100000", "--piece", "N2", "--le", "2026-01-15"),
        ("porteur", "ajouter", "Les Ateliers", "--type", "association", "--code", "ATELIERS"),
        ("porteur", "ajouter", "Le Foyer", "--type", "association", "--code", "FOYER"),
    ):
        before = () if words is made else ("--contrat", "Q30")
        assert cofiville(*before, *words).code == 0, words

    def typed(*words: object) -> object:
        answer = cofiville("--json", "--contrat", "Q30", *map(str, words))
        assert answer.code == 0, f"{words}\n{answer.err}"
        return answer.data

    return typed  # type: ignore[return-value] # what is asked of it is the data alone


def deposit(q30: Typist, porteur: str, line: str, amount: int, *more: str) -> None:
    cost, title = 2 * amount, f"Action {line} {porteur}"
    fundings = ("--financement", f"{line}={amount}", "--financement", f"PORTEUR-FONDS-PROPRES={amount}")
    whose = ("--porteur", porteur, "--objectif", "1", "--cout", str(cost))
    q30("action", "saisir", "2026", "--intitule", title, *whose, *fundings, *more)


def grant(q30: Typist) -> None:
    q30("allocation", "proposer", "2026", "--scenario", "S", "--le", "2026-03-01")
    q30("allocation", "valider", "S", "--piece", "COPIL", "--le", "2026-03-04", "--oui")


def sign(q30: Typist, action: str, payer: str, *more: str) -> None:
    q30("convention", "saisir", action, "--payeur", payer, "--le", "2026-04-01", *more)
    q30("convention", "signer", f"C{action}", "--piece", "D1", "--le", "2026-04-02")


def followed(q30: Typist, rule: str, day: str = "2026-12-01") -> dict[str, tuple[str, str]]:
    rows = q30("regle", "suivre", "2026", "--tout", "--le", day)
    return {each["objet"]: (each["verdict"], each["texte"]) for each in rows if each["regle"] == rule}  # type: ignore[attr-defined]


def test_poches_take_a_share_of_an_enveloppe_that_she_enters(q30: Typist) -> None:
    """2.5 % of the departmental programme 147: not applicable, unknown, respected to the cent, broken by one."""
    assert followed(q30, "PART-POCHES")[""] == ("sans_objet", "aucun territoire poche dans ce contrat")
    q30("territoire", "ajouter", "Poche", "--code", "POCHE", "--type", "poche", "--source", "Convention")
    deposit(q30, "FOYER", "ETAT-PDV-ACTIONS", 10000, "--territoire", "POCHE", "--veille", "10")
    grant(q30)
    assert followed(q30, "PART-POCHES")[""][0] == "inconnue"
    change = ("regle", "remplacer", "PART-POCHES")
    q30(*change, "--chiffre", "enveloppe=400 000", "--du", "2026-01-01", "--source", "Notification du préfet")
    assert followed(q30, "PART-POCHES")[""] == (
        "respectee",
        "10\u00a0000,00\u00a0€ accordés par ce contrat, pour 10\u00a0000,00\u00a0€ au plus en tout",
    )
    q30(*change, "--chiffre", "enveloppe=399 999,99", "--le", "2026-06-01")
    assert followed(q30, "PART-POCHES")[""][0] == "enfreinte"


def test_half_of_the_conventions_with_associations_are_pluriannual_a_target_that_blocks_nothing(q30: Typist) -> None:
    assert followed(q30, "CIBLE-PLURIANNUELLES")[""] == ("sans_objet", "aucune convention signée en 2026")
    for porteur in ("ATELIERS", "FOYER"):
        deposit(q30, porteur, "ETAT-PDV-ACTIONS", 30000, "--qpv", "10")
    grant(q30)
    sign(q30, "2026-001", "ETAT")
    assert followed(q30, "CIBLE-PLURIANNUELLES")[""] == (
        "enfreinte",
        "0 pluriannuelle(s) sur 1 : 0\u00a0% des conventions, cible non atteinte",
    )
    sign(q30, "2026-002", "ETAT", "--tranche", "2027:ETAT-PDV-ACTIONS=30000")
    assert followed(q30, "CIBLE-PLURIANNUELLES")[""] == (
        "respectee",
        "1 pluriannuelle(s) sur 2 : 50\u00a0% des conventions",
    )


def test_a_grant_is_paid_sixty_days_after_its_notification(q30: Typist) -> None:
    """Loi 2021-875: unknown without a notification, then respected until the last day, broken the day after."""
    deposit(q30, "ATELIERS", "CAPH-PDV", 30000, "--qpv", "10")
    deposit(q30, "FOYER", "ETAT-PDV-ACTIONS", 30000, "--qpv", "10")
    grant(q30)
    sign(q30, "2026-001", "CAPH")
    sign(q30, "2026-002", "ETAT")
    found = followed(q30, "PAIEMENT-ASSOCIATION")
    assert found["C2026-001"][0] == "inconnue"
    assert "C2026-002" not in found
    q30("convention", "etape", "C2026-001", "notifiee", "--le", "2026-05-02")
    assert followed(q30, "PAIEMENT-ASSOCIATION", "2026-07-01")["C2026-001"] == (
        "respectee",
        "21\u00a0000,00\u00a0€ à verser au plus tard le 01/07/2026",
    )
    assert followed(q30, "PAIEMENT-ASSOCIATION", "2026-07-02")["C2026-001"] == (
        "enfreinte",
        "21\u00a0000,00\u00a0€ non versés à temps : c'était au plus tard le 01/07/2026",
    )
    q30("versement", "ordonner", "C2026-001", "--le", "2026-06-01")
    q30("versement", "payer", "C2026-001", "21000", "--reference", "M1", "--le", "2026-07-01")
    assert followed(q30, "PAIEMENT-ASSOCIATION")["C2026-001"][0] == "respectee"


def test_an_association_above_153_000_euros_deposits_its_accounts(q30: Typist) -> None:
    """Décret 2001-495: what this base grants is only a part, so that below the threshold nothing is known."""
    deposit(q30, "ATELIERS", "ETAT-PDV-ACTIONS", 153001, "--qpv", "10")
    deposit(q30, "FOYER", "ETAT-PDV-ACTIONS", 10000, "--qpv", "10")
    grant(q30)
    assert followed(q30, "COMPTES-ASSOCIATION")["ATELIERS"][0] == "inconnue"
    late = followed(q30, "COMPTES-ASSOCIATION", "2027-06-30")
    assert late["ATELIERS"][0] == "enfreinte"
    assert late[""][0] == "inconnue"
    q30("convention", "document", "ATELIERS", "comptes", "--reference", "GED 4", "--le", "2027-05-02")
    assert followed(q30, "COMPTES-ASSOCIATION", "2027-06-30")["ATELIERS"] == (
        "respectee",
        "153\u00a0001,00\u00a0€ accordés dans cette base : comptes certifiés reçus le 02/05/2027",
    )
