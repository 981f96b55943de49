"""Conventions as they are typed: by options, by answering, followed to their end; what scripts read."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from tests.conftest import Lived, Typist

SANTE = ("--intitule", "Atelier santé", "--porteur", "ATELIERS", "--cout", "20000", "--qpv", 40)
PLAN = ("--financement", "CAPH-PDV=10000", "--financement", "CAF-DROIT-COMMUN=4000")
OWN = ("--financement", "PORTEUR-FONDS-PROPRES=6000", "--le", "2016-01-08")
IBAN = "FR76 3000 6000 0112 3456 7890 189"


class Terminal(io.StringIO):
    """Somebody who answers."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    return lambda *answers: monkeypatch.setattr("sys.stdin", Terminal("".join(f"{each}\n" for each in answers)))


def type_all(typist: Typist, *lines: tuple[str | int, ...]) -> None:
    for line in lines:
        answer = typist(*line)
        assert answer.code == 0, (line, answer.err)


@pytest.fixture
def granted(in_2016: Typist, brought: Lived) -> Typist:
    """An association, its action, 8 000 € of the CAPH and 4 000 € of the Caf."""

    @brought
    def live() -> None:
        dated = ("--piece", "Délibération du 04/03/2016", "--le", "2016-03-04")
        type_all(
            in_2016,
            ("porteur", "ajouter", "Les Ateliers du Faubourg", "--type", "association", "--code", "ATELIERS"),
            ("enveloppe", "notifier", "CAPH-PDV", 2016, "50 000", "--piece", "Budget", "--le", "2016-02-01"),
            ("enveloppe", "notifier", "CAF-DROIT-COMMUN", 2016, "4 000", "--piece", "Budget", "--le", "2016-02-01"),
            ("action", "saisir", 2016, *SANTE, *PLAN, *OWN),
            ("allocation", "accorder", "2016-001", "CAF-DROIT-COMMUN", 4000, *dated),
            ("allocation", "accorder", "2016-001", "CAPH-PDV", 8000, *dated),
        )

    return in_2016


@pytest.fixture
def signed(granted: Typist, brought: Lived) -> Typist:
    """The same, signed on 29 April."""

    @brought
    def live() -> None:
        type_all(
            granted,
            ("convention", "saisir", "2016-001", "--payeur", "CAPH", "--le", "2016-04-01"),
            ("convention", "signer", "C2016-001", "--piece", "Délibération du 11/04/2016", "--le", "2016-04-29"),
        )

    return granted


def test_an_avenant_shows_before_and_after_and_the_schedule_follows(signed: Typist) -> None:
    typed = signed(
        *("--json", "convention", "avenant", "C2016-001", "--montant", "CAPH-PDV=+1 500", "--fin", "2017-03-31"),
        *("--piece", "Avenant 1", "--le", "2016-09-12"),
    )
    assert typed.data | {"ecriture": 0} == {
        "convention": "C2016-001",
        "avenant": 1,
        "avant": "8000.00",
        "apres": "9500.00",
        "ecriture": 0,
        "deja_enregistre": False,
    }
    shown = signed("--json", "convention", "montrer", "C2016-001", "--ecritures").data
    assert (shown["accorde"], shown["fin"], shown["nombre_avenants"]) == ("9500.00", "2017-03-31", 1)
    assert [(each["avant"], each["apres"]) for each in shown["avenants"][0]["lignes"]] == [("8000.00", "9500.00")]
    assert [each["montant"] for each in shown["echeances"]] == ["6650.00", "2850.00"]
    assert [each["montant"] for each in shown["ecritures"]["accorde"]] == ["8000.00", "1500.00"]
    assert [(line["montant"], line["signe"]) for line in shown["actions"]] == [("9500.00", "8000.00")]
    for said in ("1 avenant", "31/12/2016 → 31/03/2017", "Compte : 6574"):
        assert said in signed("convention", "montrer", "C2016-001").out.replace("\u00a0", " ")


def test_every_entry_of_a_figure_adds_up_to_it(signed: Typist) -> None:
    type_all(
        signed,
        ("versement", "ordonner", "C2016-001", "--le", "2016-05-13"),
        ("versement", "payer", "C2016-001", 5600, "--reference", "B1", "--le", "2016-05-20"),
    )
    shown = signed("--json", "convention", "montrer", "C2016-001", "--ecritures").data
    for figure in ("accorde", "ordonne", "verse", "reste_du"):
        cents = sum(int(each["montant"].replace(".", "")) for each in shown["ecritures"][figure])
        assert cents == int(shown[figure].replace(".", "")), figure
    assert [each["etat"] for each in shown["echeances"]] == ["ordonnée", "attend le bilan"]


def test_a_signed_convention_is_cancelled_with_a_decision_and_a_draft_without(granted: Typist) -> None:
    type_all(granted, ("convention", "saisir", "2016-001", "--le", "2016-04-01"))
    assert granted("--json", "convention", "annuler", "C2016-001", "--oui").data["etat"] == "annulée"
    type_all(granted, ("convention", "signer", "C2016-002", "--piece", "D", "--le", "2016-04-29"))
    refused = granted("--json", "convention", "annuler", "C2016-002", "--oui")
    assert (refused.code, refused.refusal["erreur"]) == (1, "valeur_invalide")
    decision = ("--piece", "Délibération du 12/09/2016", "--motif", "Action abandonnée", "--le", "2016-09-12", "--oui")
    cancelled = granted("--json", "convention", "annuler", "C2016-002", *decision).data
    assert (cancelled["etat"], cancelled["montant"]) == ("annulée", "8000.00")


def test_a_pluriannual_convention_opens_its_next_year(granted: Typist) -> None:
    type_all(
        granted,
        ("convention", "saisir", "2016-001", "--payeur", "CAPH", "--tranche", "2017:CAPH-PDV=9000"),
        ("convention", "signer", "C2016-001", "--piece", "D", "--le", "2016-04-29"),
        ("exercice", "ouvrir", 2017),
        ("enveloppe", "notifier", "CAPH-PDV", 2017, "50 000", "--piece", "Budget", "--le", "2017-01-09"),
        ("action", "saisir", 2017, *SANTE, *PLAN, *OWN[:2], "--le", "2017-01-10"),
    )
    opened = granted("--json", "convention", "tranche", "C2016-001", 2017, "--piece", "D2", "--le", "2017-02-06").data
    assert [(row["convention"], row["action"], row["montant"]) for row in opened] == [
        ("C2016-001-2017", "2017-001", "9000.00")
    ]
    shown = granted("--json", "convention", "montrer", "C2016-001").data["tranches"]
    assert [(row["exercice"], row["etat"], row["convention"]) for row in shown] == [(2017, "ferme", "C2016-001-2017")]


def test_the_way_of_the_paper_is_typed_and_shown(granted: Typist) -> None:
    type_all(
        granted,
        ("convention", "saisir", "2016-001", "--payeur", "CAPH", "--le", "2016-04-01"),
        ("convention", "etape", "C2016-001", "envoyee", "--le", "2016-04-18"),
        ("convention", "document", "ATELIERS", "statuts", "--le", "2016-04-20"),
        ("convention", "referencer", "C2016-001", 2016, "--ej", "2102345678"),
    )
    [row] = granted("--json", "convention", "circuit", 2016, "--le", "2016-05-02").data
    assert (row["etape"], row["jours"], row["pieces_manquantes"]) == ("envoyée", 14, ["numéro SIRET", "RIB"])
    assert "chez le bénéficiaire" in granted("convention", "circuit", 2016).out
    found = granted("--json", "convention", "references", "2102345678").data
    assert [(each["convention"], each["type"], each["exercice"]) for each in found] == [("C2016-001", "ej", 2016)]


def test_an_association_is_no_payer_without_its_own_convention(granted: Typist) -> None:
    refused = granted("--json", "convention", "saisir", "2016-001", "--payeur", "ASSOCIATIONS", "--le", "2016-04-01")
    assert (refused.code, refused.refusal["erreur"]) == (1, "cascade_refusee")
    assert granted("--json", "convention", "lister", 2016).data == []


def test_what_is_missing_is_asked_and_the_consequences_are_shown_before_writing(
    granted: Typist, answering: Callable[..., None]
) -> None:
    answering("2016-009", "2016-001", "REGION", "caph", "26590205600019", "", "FR76", IBAN, "o")
    typed = granted("convention", "saisir", "--le", "2016-04-01")
    assert typed.code == 0, typed.err
    for asked in ("n'attend pas de convention", "ne paie rien", "pas un SIRET valide", "IBAN n'est pas valable"):
        assert asked in typed.err
    for said in ("12 000,00 €", "5 600,00 € (signature) puis 2 400,00 € (bilan)", "passeront de programmé à engagé"):
        assert said in typed.out.replace("\u00a0", " ")
    assert "FR76 •••• 0189" in granted("porteur", "montrer", "ATELIERS").out
    assert [row["convention"] for row in granted("--json", "convention", "lister", 2016).data] == ["C2016-001"]


def test_nothing_is_written_when_the_answer_is_no(granted: Typist, answering: Callable[..., None]) -> None:
    answering("2016-001", "caph", "", "", "n")
    typed = granted("convention", "saisir", "--le", "2016-04-01")
    assert (typed.code, "Rien n'a été écrit" in typed.err) == (1, True)
    assert granted("--json", "convention", "lister", 2016).data == []


def test_without_a_terminal_the_action_must_be_given(granted: Typist) -> None:
    assert granted("convention", "saisir").code == 2


def test_a_schedule_of_its_own_and_less_than_what_is_granted_may_be_typed(granted: Typist) -> None:
    typed = granted(
        *("--json", "convention", "saisir", "2016-001", "--montant", "CAPH-PDV=5 000", "--le", "2016-04-01"),
        *("--echeance", "2 000@signature", "--echeance", "50 %@2016-09-01", "--echeance", "solde@bilan"),
        *("--siret", "26590205600018", "--iban", IBAN),
    )
    [row] = typed.data
    assert [each["montant"] for each in row["echeances"]] == ["2000.00", "2500.00", "500.00"]
    assert (row["montant"], row["compte"]) == ("5000.00", "6574")
    again = granted("--json", "convention", "saisir", "2016-001", "--montant", "CAPH-PDV=3 000,01")
    assert again.refusal["erreur"] == "rien_d_accorde"


def test_what_is_settled_takes_no_act_any_more(signed: Typist) -> None:
    refused = signed("--json", "convention", "solder", "C2016-001", "--oui")
    assert (refused.code, refused.refusal["erreur"]) == (1, "fin_refusee")
    less = ("--montant", "CAPH-PDV=-2400", "--piece", "A1", "--le", "2016-09-12")
    type_all(
        signed,
        ("versement", "ordonner", "C2016-001", "--le", "2016-05-13"),
        ("versement", "payer", "C2016-001", 5600, "--reference", "B1", "--le", "2016-05-20"),
        ("convention", "avenant", "C2016-001", *less),
        ("bilan", "saisir", "C2016-001", "--cout", "20000", "--piece", "CRF", "--le", "2016-12-12"),
    )
    assert signed("--json", "convention", "solder", "--toutes", 2016, "--oui").data["conventions"] == ["C2016-001"]
    assert signed("--json", "versement", "ordonner", "C2016-001", "--le", "2016-12-13").refusal["erreur"] == (
        "etat_convention"
    )


def test_a_payment_without_the_convention_that_the_rule_requires_is_refused(signed: Typist) -> None:
    shown = signed("--json", "convention", "montrer", "C2016-001").data
    assert shown["nature"] == "notification"
    more = ("--intitule", "Autre", "--porteur", "ATELIERS", "--cout", "40000", "--qpv", 9, "--le", "2016-01-08")
    plan = ("--financement", "CAPH-PDV=20000", "--financement", "PORTEUR-FONDS-PROPRES=20000")
    type_all(
        signed,
        ("action", "saisir", 2016, *more, *plan),
        ("allocation", "accorder", "2016-002", "CAPH-PDV", "15 000,01", "--piece", "D2", "--le", "2016-05-02"),
        ("convention", "saisir", "2016-002", "--le", "2016-05-02"),
    )
    refused = signed("--json", "versement", "ordonner", "C2016-001", "--le", "2016-05-13")
    assert (refused.code, refused.refusal["erreur"]) == (1, "convention_requise")
    type_all(
        signed,
        ("convention", "formaliser", "C2016-001", "--piece", "Convention du 09/05/2016", "--le", "2016-05-09"),
        ("versement", "ordonner", "C2016-001", "--le", "2016-05-13"),
    )
