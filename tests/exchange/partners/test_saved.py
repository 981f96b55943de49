"""A partner's layout matched once is reused; what it lost since is said."""

from __future__ import annotations

from pathlib import Path

from ledger.exchange.profiles import PROFILES
from tests.conftest import Typist
from tests.exchange.partners.conftest import CCAS, csv_file, done

TITLES = ["Réf.", "Exercice", "Organisme", "N° Siret", "Montant voté", "Payé"]
COLUMNS = (
    "N° Dossier Osiris=Réf.",
    "Exercice Début=Exercice",
    "Association > Nom=Organisme",
    "Accordé=montant vote",
    "Acompte=Payé",
)


def followed(path: Path, titles: list[str]) -> Path:
    return csv_file(path, [["Suivi de la préfecture"], titles, ["R-1", 2016, "CCAS", CCAS, "5 000,00", "1 000,00"]])


def matched(typist: Typist, path: Path, *columns: str) -> list[str | Path]:
    options = [word for column in columns for word in ("--colonne", column)]
    return ["--json", "echange", "adapter", "Préfecture", path, "--modele", "etat-dossiers", *options]


def test_a_layout_matched_with_ours_reads_the_same_money(year: Typist, tmp_path: Path) -> None:
    path = followed(tmp_path / "suivi.csv", TITLES)
    saved = done(year(*matched(year, path, *COLUMNS)))
    assert (saved["profil"], saved["version"], saved["colonnes"]["siret"]) == ("prefecture", 1, "N° Siret")
    assert done(year(*matched(year, path, *COLUMNS)))["version"] == 1
    rows = done(year("--json", "echange", "rapprocher", "--profil", "Préfecture", path))
    assert [(row["figure"], row["livre"], row["fichier"], row["etat"]) for row in rows] == [
        ("accorde", "5000.00", "5000.00", "rapproche"),
        ("verse", "0.00", "1000.00", "ecart"),
    ]
    assert "prefecture" in {row["profil"] for row in done(year("--json", "echange", "profils"))}


def test_a_title_gone_the_year_after_is_said(year: Typist, tmp_path: Path) -> None:
    done(year(*matched(year, followed(tmp_path / "suivi.csv", TITLES), *COLUMNS)))
    path = followed(tmp_path / "suivi_2.csv", [*TITLES[:-1], "Versé"])
    found = done(year("--json", "echange", "importer", "--profil", "prefecture", path, "--simuler"))
    [gone] = [problem for problem in found["problemes"] if problem["code"] == "titre_disparu"]
    assert (gone["trouve"], gone["attendu"]) == ("Payé", "une colonne pour « Acompte »")


def test_what_cannot_be_matched_is_refused_and_nothing_is_kept(year: Typist, tmp_path: Path) -> None:
    path = followed(tmp_path / "suivi.csv", TITLES)
    for columns, words in (
        (COLUMNS[:-2], "Accordé"),
        ((*COLUMNS, "Couleur=Payé"), "Couleur"),
        ((*COLUMNS, "Solde=Teinte"), "Teinte"),
    ):
        answer = year(*matched(year, path, *columns))
        assert answer.code == 1
        assert words in answer.refusal["probleme"]
    own = year("--json", "echange", "adapter", "helios", path, "--colonne", "Accordé=Montant voté")
    assert own.code == 1
    assert {row["profil"] for row in done(year("--json", "echange", "profils"))} == set(PROFILES)
