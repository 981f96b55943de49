"""The days of a line, a place, an axis, a financeur changed by workbook: what holds to it is asked as by command."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ledger.core.money import Money
from ledger.exchange.declaration import Sheet, Table, Values
from ledger.exchange.sheets.framework import AXES, CREDIT_LINES, EPCIS, FINANCEURS, POPULATIONS, TERRITORIES_SHEET
from ledger.exchange.sheets.referential import ENVELOPPES
from ledger.exchange.workbook import read_workbook, write_workbook
from ledger.referential.geography import find_epci
from ledger.referential.prefill import default_epci_code
from tests.conftest import Answer, Typist


@pytest.fixture
def sheets(in_2016: Typist, tmp_path: Path) -> dict[str, dict[str, Values]]:
    """The référentiel as exported, by sheet then code, in a year where an action serves Denain and asks the CAPH."""
    notified = ("enveloppe", "notifier", "CAPH-PDV", 2016, 1000, "--piece", "D1", "--le", "2016-02-01")
    assert in_2016(*notified).code == 0
    assert in_2016("porteur", "ajouter", "Un club (exemple)", "--type", "association", "--code", "CLUB").code == 0
    named = ("--intitule", "Lecture", "--porteur", "CLUB", "--cout", 900, "--objectif", "5.1.2", "--qpv", 10)
    plan = ("--financement", "CAPH-PDV=900", "--territoire", "DENAIN-CENTRE")
    assert in_2016("action", "saisir", 2016, *named, *plan).code == 0
    path = tmp_path / "referentiel.xlsx"
    assert in_2016("excel", "exporter", "referentiel", 2016, path).code == 0
    read = read_workbook(path, (CREDIT_LINES, TERRITORIES_SHEET, AXES, FINANCEURS, EPCIS))
    return {name: {str(row.values["code"]): dict(row.values) for row in rows} for name, rows in read.rows.items()}


def imported(typed: Typist, folder: Path, *changed: tuple[Sheet, Values]) -> Answer:
    path = folder / "jours.xlsx"
    by_sheet: dict[str, tuple[Sheet, list[Values]]] = {}
    for sheet, values in changed:
        by_sheet.setdefault(sheet.name, (sheet, []))[1].append(values)
    write_workbook(path, [Table(sheet, tuple(rows)) for sheet, rows in by_sheet.values()])
    return typed("--json", "excel", "importer", path)


@pytest.mark.parametrize(
    ("sheet", "code", "days", "said"),
    [
        (
            CREDIT_LINES,
            "CAPH-PDV",
            {"ends_on": date(2016, 12, 31)},
            "ne peut pas prendre fin le 31/12/2016 : il y reste 1 000,00 € (DISPONIBLE, 2016).",
        ),
        (
            CREDIT_LINES,
            "CAPH-PDV",
            {"starts_on": date(2017, 1, 1)},
            "ne peut pas commencer le 01/01/2017 : des crédits y sont notifiés en 2016.",
        ),
        (
            TERRITORIES_SHEET,
            "DENAIN-CENTRE",
            {"ends_on": date(2016, 6, 30)},
            "ne peut pas prendre fin le 30/06/2016 : l'action 2016-001 le sert.",
        ),
        (
            TERRITORIES_SHEET,
            "DENAIN-CENTRE",
            {"starts_on": date(2017, 1, 1)},
            "ne peut pas commencer le 01/01/2017 : l'action 2016-001 le sert.",
        ),
        (
            AXES,
            "5.1",
            {"ends_on": date(2015, 12, 31)},
            "ne peut pas prendre fin le 31/12/2015 : l'action 2016-001 le vise.",
        ),
        (
            AXES,
            "5.1.2",
            {"starts_on": date(2018, 1, 1)},
            "ne peut pas commencer le 01/01/2018 : l'action 2016-001 le vise.",
        ),
        (
            EPCIS,
            "CAVM",
            {"ends_on": date(2015, 12, 31)},
            "ne peut pas prendre fin le 31/12/2015 : la clé CLE-EPCI lui donne une part en 2016.",
        ),
        (
            EPCIS,
            "CAPH",
            {"ends_on": date(2016, 12, 31)},
            "ne peut pas prendre fin le 31/12/2016 : il porte le contrat.",
        ),
        (
            FINANCEURS,
            "REGION",
            {"ends_on": date(2016, 12, 31)},
            "ne peut pas prendre fin le 31/12/2016 : sa ligne REGION-DROIT-COMMUN est ouverte et 1 autre.",
        ),
    ],
)
def test_days_that_leave_out_what_is_in_use_are_refused_by_workbook_too(
    in_2016: Typist,
    sheets: dict[str, dict[str, Values]],
    tmp_path: Path,
    sheet: Sheet,
    code: str,
    days: dict[str, date],
    said: str,
) -> None:
    answer = imported(in_2016, tmp_path, (sheet, {**sheets[sheet.name][code], **days}))
    assert (answer.code, answer.data["ecrit"]) == (1, False)
    [found] = [each["message"] for each in answer.data["problemes"] if each["niveau"] == "erreur"]
    assert f"{code} {said}" in " ".join(found.split())


def test_a_financeur_and_its_lines_end_together_in_one_workbook(
    in_2016: Typist, sheets: dict[str, dict[str, Values]], tmp_path: Path
) -> None:
    end = {"ends_on": date(2016, 12, 31)}
    lines = [row for row in sheets[CREDIT_LINES.name].values() if row["financeur"] == "REGION"]
    changed = [
        (FINANCEURS, {**sheets[FINANCEURS.name]["REGION"], **end}),
        *((CREDIT_LINES, {**row, **end}) for row in lines),
    ]
    answer = imported(in_2016, tmp_path, *changed)
    assert (answer.code, answer.data["ecrit"]) == (0, True), answer.out
    later = in_2016("--json", "enveloppe", "notifier", "REGION-DSDT", 2017, 10, "--piece", "R", "--le", "2017-01-05")
    assert later.code == 1


def test_an_epci_that_left_is_counted_no_more(
    in_2016: Typist, sheets: dict[str, dict[str, Values]], tmp_path: Path
) -> None:
    """Its last day, kept by the sheet, after which no public of it is taken."""
    gone = {**sheets[EPCIS.name]["CAVM"], "ends_on": date(2016, 12, 31)}
    assert "la clé CLE-EPCI lui donne une part en 2017" in imported(in_2016, tmp_path, (EPCIS, gone)).out
    without = (
        "--chiffre",
        "populations=CAPH=150000|VOISINE=1000",
        "--du",
        "2017-01-01",
        "--source",
        "Avenant (exemple)",
    )
    assert in_2016("regle", "remplacer", "CLE-EPCI", *without).code == 0
    assert imported(in_2016, tmp_path, (EPCIS, gone)).code == 0
    assert in_2016("exercice", "ouvrir", 2017).code == 0
    named = ("--intitule", "Lecture", "--porteur", "CLUB", "--cout", 900, "--objectif", "5.1.2")
    public = ("--financement", "CAPH-PDV=900", "--territoire", "DENAIN-CENTRE", "--public-epci", "CAVM=10")
    refused = in_2016("action", "saisir", 2017, *named, *public)
    assert (refused.code, "L'EPCI CAVM a pris fin le 31/12/2016" in " ".join(refused.err.split())) == (1, True)
    assert in_2016("action", "saisir", 2016, *named, *public).code == 0


def test_the_inhabitants_of_a_qpv_sum_to_those_that_are_published(cofiville: Typist, tmp_path: Path) -> None:
    """QN05920M of the CAPH and its neighbour: 2 327; moved from one to the other in one file, never lost."""
    words = ("contrat", "creer", "CV-2024", "--epci", "200042190", "--du", "2024-01-01", "--au", "2030-12-31")
    assert cofiville(*words).code == 0

    def there(*typed: object) -> Answer:
        return cofiville("--contrat", "CV-2024", *typed)

    def row(epci: str, people: int, year: int | None = None) -> tuple[Sheet, Values]:
        return POPULATIONS, {"territory": "QN05920M", "epci": epci, "population": people, "vintage": year}

    other = default_epci_code(find_epci("245901160"))
    assert imported(there, tmp_path, row("CAPH", 327), row(other, 2_000)).code == 0
    assert imported(there, tmp_path, row("CAPH", 2_000), row(other, 327)).code == 0
    for people in (326, 328):
        refused = imported(there, tmp_path, row("CAPH", 2_000), row(other, people))
        said = [each["message"] for each in refused.data["problemes"] if each["niveau"] == "erreur"]
        assert f"QN05920M compterait {2_000 + people} habitants : l'INSEE en publie 2327." in said[0]
    assert imported(there, tmp_path, row("CAPH", 1_900, 2018), row(other, 300, 2018)).code == 0


def opened(typed: Typist, folder: Path, line: str, year: int) -> Answer:
    """Credits notified on the line by workbook."""
    row: Values = {"line": line, "year": year, "movement": "notification", "amount": Money(100), "piece": "N9"}
    path = folder / "credits.xlsx"
    write_workbook(path, [Table(ENVELOPPES, ({**row, "on": date(year, 2, 1)},))])
    return typed("--json", "excel", "importer", path)


def test_a_loan_or_own_funds_are_no_grant_by_whatever_way(in_2016: Typist, tmp_path: Path) -> None:
    """The Caisse des dépôts lends: its loans stand in a plan, nobody notifies nor grants them."""
    said = "La ligne CDC-PRETS (Prêts de la Caisse des dépôts) n'est pas une subvention"
    for act in ("notifier", "avancer", "modifier"):
        words = ("enveloppe", act, "CDC-PRETS", 2016, 1000, "--piece", "N1", "--le", "2016-02-01")
        refused = in_2016("--json", *words).refusal
        assert (refused["erreur"], refused["probleme"].startswith(said)) == ("pas_une_subvention", True)
        assert refused["remede"].endswith("cofiville ligne lister.")
    by_workbook = opened(in_2016, tmp_path, "CDC-PRETS", 2016)
    assert by_workbook.code == 1
    assert any(said in each["message"] for each in by_workbook.data["problemes"])
    assert in_2016("porteur", "ajouter", "Un club (exemple)", "--type", "association", "--code", "CLUB").code == 0
    named = ("--intitule", "Salle", "--porteur", "CLUB", "--cout", 900, "--qpv", 10)
    assert in_2016("action", "saisir", 2016, *named, "--financement", "CDC-PRETS=900").code == 0
    granted = in_2016(
        "--json", "allocation", "accorder", "2016-001", "CDC-PRETS", 900, "--piece", "D", "--le", "2016-03-01"
    )
    assert granted.refusal["erreur"] == "pas_une_subvention"


def test_a_closed_line_opens_nothing_of_a_later_year_by_whatever_way(in_2016: Typist, tmp_path: Path) -> None:
    assert in_2016("ligne", "clore", "CAF-DROIT-COMMUN", "--le", "2015-12-31", "--oui").code == 0
    said = "La ligne CAF-DROIT-COMMUN a pris fin le 31/12/2015 : rien ne s'y inscrit en 2016."
    for act in ("notifier", "avancer", "modifier"):
        words = ("enveloppe", act, "CAF-DROIT-COMMUN", 2016, 1000, "--piece", "N1", "--le", "2016-02-01")
        assert in_2016("--json", *words).refusal["probleme"] == said
    by_workbook = opened(in_2016, tmp_path, "CAF-DROIT-COMMUN", 2016)
    assert any(said in each["message"] for each in by_workbook.data["problemes"])


def test_a_referential_takes_neither_a_quartier_of_another_time_nor_a_population_of_no_year(
    cofiville: Typist, tmp_path: Path
) -> None:
    """II-3: the workbook refuses what the commands refuse."""
    words = ("contrat", "creer", "CV-2024", "--epci", "200042190", "--du", "2024-01-01", "--au", "2030-12-31")
    assert cofiville(*words).code == 0

    def there(*typed: object) -> Answer:
        return cofiville("--contrat", "CV-2024", *typed)

    def quartier(code: str) -> tuple[Sheet, Values]:
        return TERRITORIES_SHEET, {"code": code, "name": "Denain", "kind": "qpv", "epci": "CAPH", "source": "Décret"}

    counted: tuple[Sheet, Values] = (
        POPULATIONS,
        {"territory": "QN05920M", "epci": "CAPH", "population": 10, "vintage": 20260},
    )
    for typist, row, said in (
        (there, quartier("QP059048"), "« QP059048 » n'est pas un quartier prioritaire en vigueur depuis le 01/01/2024"),
        (cofiville, quartier("QN05950M"), "QN05950M est un quartier prioritaire en vigueur depuis le 01/01/2024"),
        (there, counted, "« 20260 » n'est pas l'année d'une population."),
    ):
        (tmp_path / "jours.xlsx").unlink(missing_ok=True)
        refused = imported(typist, tmp_path, row)
        [found] = [each["message"] for each in refused.data["problemes"] if each["niveau"] == "erreur"]
        assert (refused.code, refused.data["ecrit"], said in found) == (1, False, True), found
    (tmp_path / "jours.xlsx").unlink()
    assert imported(cofiville, tmp_path, quartier("QP059048")).code == 0
