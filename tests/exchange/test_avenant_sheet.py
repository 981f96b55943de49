"""Avenants by workbook: as by command, waiver, eligible cost and rights acquired included."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.bases import PostgresqlBases, SqliteBases
from tests.conftest import Typist
from tests.exchange.test_conventions import workbook

TITLES = ("N° convention", "Pièce", "N° action", "Ligne de crédit", "Signé le", "Variation")
MORE = (*TITLES, "Nouvelle assiette", "Nouveau début", "Nouvelle fin", "Malgré la règle")
WHOLE = (*TITLES, "Nouvelle assiette", "Nouveau début", "Nouvelle fin", "Nouvel objet", "Nouvel échéancier")
STATE = "ETAT-PDV-ACTIONS"
ON = date(2016, 9, 12)
MOTIVE = "Décision du préfet du 02/09/2016"


def done(cofiville: Typist, *lines: tuple[str | int, ...]) -> None:
    for line in lines:
        answer = cofiville(*line)
        assert answer.code == 0, (line, answer.err)


@pytest.fixture
def other(typed: Typist, bases: SqliteBases | PostgresqlBases, tmp_path: Path) -> Iterator[Typist]:
    """Type a command line on another base."""
    folder = tmp_path / "autre"
    folder.mkdir()
    address = bases.new(folder)
    yield lambda *words: typed("--base", address, *words)
    bases.drop(address)


def settle(cofiville: Typist, plan: tuple[str, ...] | None = ()) -> None:
    """5 000 of the State signed for an action of 10 000, all in QPV, on two lines of the book.

    plan: the schedule signed; None leaves the grant without a convention.
    """
    asked = ("--financement", f"{STATE}=6000", "--financement", "PORTEUR-FONDS-PROPRES=4000")
    action = ("--porteur", "CCAS", "--objectif", "5.1.1", "--cout", 10000, "--qpv", 100, *asked, "--le", "2016-01-08")
    done(
        cofiville,
        ("exercice", "ouvrir", 2016),
        ("enveloppe", "notifier", STATE, 2016, 90000, "--piece", "P", "--le", "2016-02-01"),
        ("porteur", "ajouter", "CCAS de Denain", "--type", "ccas", "--code", "CCAS"),
        ("action", "saisir", 2016, "--intitule", "Un", *action),
        ("allocation", "accorder", "2016-001", STATE, 5000, "--piece", "D", "--le", "2016-03-04"),
    )
    if plan is not None:
        done(
            cofiville,
            ("convention", "saisir", "2016-001", "--numero", "C-1", *plan, "--le", "2016-04-01"),
            ("convention", "signer", "C-1", "--piece", "Arrêté", "--le", "2016-04-29"),
        )


def imported(cofiville: Typist, file: Path, code: int = 0) -> Any:
    answer = cofiville("--json", "excel", "importer", file)
    assert answer.code == code, answer.out
    return answer.data


def counts(found: Any) -> dict[str, tuple[int, int, int]]:
    return {row["feuille"]: (row["nouvelles"], row["modifiees"], row["identiques"]) for row in found["feuilles"]}


def test_a_workbook_says_why_an_avenant_passes_a_rule_as_the_command_does(cofiville: Typist, tmp_path: Path) -> None:
    """F05: refused without the motive, kept with it, exported and the same again."""
    settle(cofiville)
    row = ("C-1", "Avenant 1", "2016-001", STATE, ON, None, 5000, date(2016, 2, 1), date(2017, 3, 31))
    refused = imported(cofiville, workbook(tmp_path / "a.xlsx", Avenants=(MORE, (*row, None))), code=1)
    assert "les règles lui permettent" in " ".join(each["message"] for each in refused["problemes"])
    file = workbook(tmp_path / "b.xlsx", Avenants=(MORE, (*row, MOTIVE)))
    assert imported(cofiville, file)["ecrit"]
    [kept] = cofiville("--json", "convention", "derogations", 2016).data
    assert (kept["convention"], kept["ligne"], kept["motif"]) == ("C-1", STATE, MOTIVE)
    shown = cofiville("--json", "convention", "montrer", "C-1").data
    assert (shown["debut"], shown["fin"], shown["accorde"]) == ("2016-02-01", "2017-03-31", "5000.00")
    exported = tmp_path / "export.xlsx"
    done(cofiville, ("excel", "exporter", "conventions", 2016, str(exported)))
    for again in (file, exported):
        found = imported(cofiville, again)
        assert (found["ecrit"], counts(found)["Avenants"]) == (False, (0, 0, 1))


def test_a_motive_that_no_rule_needed_is_the_same_again(cofiville: Typist, tmp_path: Path) -> None:
    """As by command, where it is kept with nothing."""
    settle(cofiville)
    row = ("C-1", "Avenant 1", "2016-001", STATE, ON, -500, None, None, None, MOTIVE)
    file = workbook(tmp_path / "a.xlsx", Avenants=(MORE, row))
    assert imported(cofiville, file)["ecrit"]
    assert counts(imported(cofiville, file))["Avenants"] == (0, 0, 1)
    assert cofiville("--json", "convention", "derogations", 2016).data == []


def test_what_an_avenant_grants_itself_despite_a_rule_is_exported_with_its_motive(
    cofiville: Typist, tmp_path: Path
) -> None:
    """F05: the grant comes first, by an entry of its own, and the motive is the avenant's."""
    settle(cofiville)
    change = ("--montant", f"{STATE}=+1000", "--assiette", f"{STATE}=7000")
    command = ("convention", "avenant", "C-1", *change, "--piece", "Avenant 1", "--le", "2016-09-12")
    done(cofiville, (*command, "--malgre", MOTIVE))
    exported = tmp_path / "export.xlsx"
    done(cofiville, ("excel", "exporter", "conventions", 2016, str(exported)))
    assert counts(imported(cofiville, exported))["Avenants"] == (0, 0, 1)
    row = ("C-1", "Avenant 1", "2016-001", STATE, ON, 1000, 7000, None, None, MOTIVE)
    file = workbook(tmp_path / "a.xlsx", Avenants=(MORE, row))
    assert counts(imported(cofiville, file))["Avenants"] == (0, 0, 1)


def test_the_sheet_of_avenants_changes_a_right_acquired_as_the_command_does(cofiville: Typist, tmp_path: Path) -> None:
    """§5.2.5: a right has no action; the complementary arrêté moves its amount, once."""
    settle(cofiville)
    done(
        cofiville,
        ("enveloppe", "notifier", "ETAT-PDV-DRE", 2016, 90000, "--piece", "P", "--le", "2016-02-01"),
        (
            *("convention", "recevoir", "ETAT-PDV-DRE", 2016, 8000),
            "--numero",
            "DRE",
            "--piece",
            "A",
            "--le",
            "2016-04-01",
        ),
    )
    row = ("DRE", "Arrêté complémentaire", None, "ETAT-PDV-DRE", ON, 1500)
    late = imported(cofiville, workbook(tmp_path / "fin.xlsx", Avenants=(MORE, (*row, None, None, ON, None))), code=1)
    assert "seul son montant change" in late["problemes"][0]["message"]
    file = workbook(tmp_path / "a.xlsx", Avenants=(TITLES, row))
    assert imported(cofiville, file)["ecrit"]
    shown = cofiville("--json", "convention", "montrer", "DRE").data
    assert (shown["accorde"], shown["nombre_avenants"]) == ("9500.00", 1)
    assert counts(imported(cofiville, file))["Avenants"] == (0, 0, 1)
    other = (*row[:5], 1600)
    refused = imported(cofiville, workbook(tmp_path / "b.xlsx", Avenants=(TITLES, other)), code=1)
    assert "est déjà enregistré avec d'autres valeurs" in refused["problemes"][0]["message"]
    done(cofiville, ("base", "controler"))


def test_an_avenant_to_a_convention_of_actions_names_the_one_it_changes(cofiville: Typist, tmp_path: Path) -> None:
    """Only a right acquired may leave it blank."""
    settle(cofiville)
    row = ("C-1", "Avenant 1", None, STATE, ON, -500)
    refused = imported(cofiville, workbook(tmp_path / "a.xlsx", Avenants=(TITLES, row)), code=1)
    assert "ne dit pas quelle action de la convention C-1" in refused["problemes"][0]["message"]


def test_a_schedule_that_an_avenant_gives_goes_out_and_comes_back_in_another_base(
    cofiville: Typist, other: Typist, tmp_path: Path
) -> None:
    """As signed on its own sheet, as given with its avenant: the same instalments to the cent."""
    parts = ("1/3@signature", "500@2016-09-01", "12,5 %@2016-10-01", "solde@bilan")
    avenant = ("convention", "avenant", "C-1")
    for base in (cofiville, other):
        settle(base, plan=("--echeance", "40 %@signature", "--echeance", "solde@bilan") if base is cofiville else None)
    done(
        cofiville,
        (*avenant, *(word for part in parts for word in ("--echeance", part)), "--piece", "A1", "--le", "2016-06-01"),
        (*avenant, "--montant", f"{STATE}=-200", "--piece", "A2", "--le", "2016-06-02"),
        (*avenant, "--assiette", f"{STATE}=8000", "--piece", "A3", "--le", "2016-06-03"),
    )
    exported = tmp_path / "export.xlsx"
    done(cofiville, ("excel", "exporter", "conventions", 2016, str(exported)))
    found = imported(cofiville, exported)
    assert (found["ecrit"], counts(found)["Avenants"], counts(found)["Échéances"]) == (False, (0, 0, 3), (0, 0, 2))
    assert imported(other, exported)["ecrit"]
    mine, theirs = (base("--json", "convention", "montrer", "C-1").data for base in (cofiville, other))
    assert [each["montant"] for each in mine["echeances"]] == ["1600.00", "500.00", "600.00", "2100.00"]
    assert [mine[name] for name in ("echeances", "avenants", "actions")] == [
        theirs[name] for name in ("echeances", "avenants", "actions")
    ]
    done(other, ("base", "controler"))


def test_a_row_that_repeats_what_is_in_force_is_the_same_when_it_comes_again(cofiville: Typist, tmp_path: Path) -> None:
    """Days, eligible cost and object as they stand, and a zero, say nothing: not a refusal, not another avenant."""
    settle(cofiville)
    days = (date(2016, 1, 1), date(2016, 12, 31))
    repeated = ("C-1", "Avenant 1", "2016-001", STATE, ON, -500, 10000, *days, "Un", None)
    only_days = ("C-1", "Avenant 2", "2016-001", STATE, ON, 0, 10000, days[0], date(2017, 3, 31), None, None)
    plan = ("C-1", "Avenant 3", "2016-001", STATE, ON, None, None, *days[:1], None, None, "50%@signature;solde@bilan")
    file = workbook(tmp_path / "a.xlsx", Avenants=(WHOLE, repeated, only_days, plan))
    assert imported(cofiville, file)["ecrit"]
    found = imported(cofiville, file)
    assert (found["ecrit"], counts(found)["Avenants"]) == (False, (0, 0, 3))
    for changed in ((*repeated[:8], date(2017, 1, 31), "Un", None), (*plan[:10], "60%@signature;solde@bilan")):
        refused = imported(cofiville, workbook(tmp_path / "b.xlsx", Avenants=(WHOLE, changed)), code=1)
        assert "est déjà enregistré avec d'autres valeurs" in refused["problemes"][0]["message"]


def test_a_piece_typed_again_with_another_day_or_schedule_is_not_taken_for_the_same(cofiville: Typist) -> None:
    """F53: what is said is never dropped without a word."""
    settle(cofiville)
    avenant = ("convention", "avenant", "C-1", "--piece", "A1", "--le", "2016-06-01")
    first = ("--fin", "2017-03-31", "--echeance", "50 %@signature", "--echeance", "solde@bilan")
    done(cofiville, (*avenant, *first))
    assert cofiville("--json", *avenant, *first).data["deja_enregistre"] is True
    for other in (("--fin", "2017-04-30", *first[2:]), (*first[:2], "--echeance", "solde@bilan"), ("--objet", "Autre")):
        refused = cofiville(*avenant, *other)
        assert (refused.code, "avec un autre contenu" in refused.err) == (1, True)


def test_an_eligible_cost_that_alone_changes_is_shown(cofiville: Typist) -> None:
    """On the screen, beside the days and the object."""
    settle(cofiville)
    avenant = ("convention", "avenant", "C-1", "--assiette", f"{STATE}=8 000", "--piece", "A1", "--le", "2016-06-01")
    done(cofiville, avenant)
    shown = cofiville("convention", "montrer", "C-1").out.replace("\u00a0", " ")
    assert f"assiette de {STATE} (2016-001) : 10 000,00 € → 8 000,00 €" in shown
