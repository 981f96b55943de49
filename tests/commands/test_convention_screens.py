"""The screens of conventions, as people read them: golden copies, re-read in each difference."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.conftest import Lived, Typist

GOLDEN = Path(__file__).parent.parent / "golden" / "conventions"
ACTION = ("--intitule", "Parcours de réussite éducative", "--porteur", "CDE", "--cout", "140000", "--dispositif", "dre")
PLAN = ("--financement", "ETAT-PDV-DRE=85 000", "--financement", "CAPH-DRE=10000")
OWN = ("--financement", "PORTEUR-FONDS-PROPRES=45000", "--qpv", 100, "--veille", 40, "--le", "2016-01-08")
GRANT = ("--piece", "Comité de pilotage du 04/03/2016", "--le", "2016-03-04")
SCREENS = {
    "convention": ("convention", "montrer", "C2016-001", "--ecritures"),
    "droit": ("convention", "montrer", "ETAT-2016"),
    "echeances": ("convention", "echeances", "--mois", "2016-09", "--le", "2016-09-30"),
    "circuit": ("convention", "circuit", 2016, "--le", "2016-05-12"),
    "porteur": ("porteur", "montrer", "CDE", "--le", "2017-07-02"),
    "references": ("convention", "references", "2101234567"),
}
_LAST_ACT = re.compile(r"(?<=, le dernier le )\d\d/\d\d/\d{4} par \S+(?= \()")
"""When and by whom: the day of the test, and who runs it."""
LIFE: tuple[tuple[str | int, ...], ...] = (
    ("porteur", "ajouter", "Caisse des écoles de Denain", "--type", "caisse_des_ecoles", "--code", "CDE"),
    ("enveloppe", "notifier", "ETAT-PDV-DRE", 2016, "175 000", "--piece", "Arrêté", "--le", "2016-02-15"),
    ("enveloppe", "notifier", "CAPH-DRE", 2016, "45 000", "--piece", "Budget", "--le", "2016-02-15"),
    ("action", "saisir", 2016, *ACTION, *PLAN, *OWN),
    ("allocation", "accorder", "2016-001", "ETAT-PDV-DRE", "80 000", *GRANT),
    ("allocation", "accorder", "2016-001", "CAPH-DRE", "8 000", *GRANT),
    (
        *("convention", "recevoir", "ETAT-PDV-DRE", 2016, "80 000", "--numero", "ETAT-2016"),
        *("--piece", "Arrêté attributif du 25/04/2016", "--le", "2016-04-25"),
    ),
    (
        *("convention", "saisir", "2016-001", "--le", "2016-04-26", "--tranche", "2017:CAPH-DRE=6 000"),
        *("--echeance", "50 %@signature", "--echeance", "20 %@2016-09-15", "--echeance", "solde@bilan"),
    ),
    ("convention", "etape", "C2016-001", "deliberation", "--le", "2016-04-11"),
    ("convention", "etape", "C2016-001", "envoyee", "--le", "2016-04-18"),
    ("convention", "signer", "C2016-001", "--piece", "Convention du 29/04/2016", "--le", "2016-04-29"),
    ("convention", "referencer", "ETAT-2016", 2016, "--ej", "2101234567"),
    ("convention", "referencer", "C2016-001", 2016, "--ej", "2101234567", "--dossier", "00059123"),
    ("versement", "ordonner", "C2016-001", "--le", "2016-05-13"),
    ("versement", "payer", "C2016-001", "44 000", "--reference", "B-2016-05", "--le", "2016-05-20"),
    (
        *("convention", "avenant", "C2016-001", "--montant", "CAPH-DRE=+2 000", "--montant", "ETAT-PDV-DRE=-5 000"),
        *("--fin", "2017-06-30", "--piece", "Avenant 1 du 12/09/2016", "--le", "2016-09-12"),
    ),
)


@pytest.fixture
def lived(in_2016: Typist, brought: Lived) -> Typist:
    """A year of one DRE convention: received, signed, paid in part, amended, foreseen again."""

    @brought
    def live() -> None:
        for line in LIFE:
            answer = in_2016(*line)
            assert answer.code == 0, (line, answer.err)

    return in_2016


def test_the_screens_are_those_kept(lived: Typist) -> None:
    for name, words in SCREENS.items():
        shown = "\n".join(line.rstrip() for line in lived(*words).out.splitlines()) + "\n"
        shown = _LAST_ACT.sub("…", shown)
        kept = GOLDEN / f"{name}.txt"
        if os.environ.get("COFIVILLE_REFAIRE_GOLDEN"):
            kept.parent.mkdir(exist_ok=True)
            kept.write_text(shown, encoding="utf-8")
        assert shown == kept.read_text(encoding="utf-8"), name


def test_on_a_terminal_what_is_late_is_red_and_without_colour_still_marked(
    lived: Typist, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ledger.terminal import screen

    plain = screen.console

    def coloured(stream: object) -> object:
        found = plain(stream)  # type: ignore[arg-type]
        found._color_system = 1
        found.no_color = False
        found._force_terminal = True
        return found

    monkeypatch.setattr(screen, "console", coloured)
    [late] = [line for line in lived(*SCREENS["echeances"]).out.splitlines() if "C2016-001" in line]
    assert "\x1b[31m" in late
    assert "‼ C2016-001" in late
    assert "en retard : 15 j" in late
