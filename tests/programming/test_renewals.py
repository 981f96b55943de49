"""An action of a contract renews one of another of the base: typed, imported, shown, controlled, kept and raised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError

from ledger.programming.actions.model import Action
from ledger.programming.actions.read_actions import form_of, read_actions
from ledger.programming.actions.record_action import record_actions
from ledger.programming.publics.model import ActionRenewal
from ledger.programming.queries import find_action
from ledger.storage.guards.check import check_guards
from ledger.storage.session import Context, ContractSession
from tests.conftest import Lived, Typist
from tests.programming.support import changed
from tests.statements import every_statement, unbound

FIRST, SECOND = "CV195", "Q2030"
FORMER = f"{FIRST}:2023-014"
OLD = (
    *("--intitule", "Atelier santé", "--porteur", "CCAS", "--cout", "4000", "--le", "2023-01-10", "--qpv", 40),
    *("--financement", "ETAT-PDV-ACTIONS=3000", "--financement", "PORTEUR-FONDS-PROPRES=1000"),
)
NEW = (
    *("--intitule", "Atelier santé", "--porteur", "CCAS", "--cout", "4800,01", "--le", "2024-01-10", "--qpv", 40),
    *("--financement", "ETAT-PDV-ACTIONS=3800,01", "--financement", "PORTEUR-FONDS-PROPRES=1000"),
)

ADDED_SINCE = (
    *(("porteur", column) for column in ("known_as", "reason", "ended_on", "successor")),
    ("action", "mistake"),
)
MADE_SINCE = (
    *("action_renewal_across", "action_innovation_criterion", "credit_announcement", "debt_loss"),
    *("attached_file", "deliberation_line", "deliberation"),
)
SOON = tuple("2025-01-10" if word == "2024-01-10" else word for word in NEW)


@dataclass(frozen=True)
class Desk:
    """Who types on the two contracts of a base."""

    typed: Typist

    def at(self, contract: str, *words: Any) -> Any:
        """What a command says in JSON, on this contract."""
        done = self.typed("--contrat", contract, "--json", *words)
        assert done.code in (0, 1), done.err
        return done.data if done.out else done.refusal

    def done(self, contract: str, *words: Any) -> str:
        """What a command that ends well prints, on this contract."""
        said = self.typed("--contrat", contract, *words)
        assert said.code == 0, said.err
        return said.out


@pytest.fixture
def desk(cofiville: Typist, brought: Lived) -> Desk:
    """2023 in the contract prolonged, 2024 and 2025 in the one that follows; 2 500,05 € granted on 3 000 € asked."""
    desk = Desk(cofiville)

    @brought
    def live() -> None:
        period = "--du", "2024-01-01", "--au", "2030-12-31"
        desk.done(FIRST, "contrat", "creer", SECOND, "--epci", "200042190", *period, "--modele", "quartiers-2030")
        desk.done(FIRST, "porteur", "ajouter", "CCAS de Denain", "--type", "ccas", "--code", "CCAS")
        desk.done(FIRST, "exercice", "ouvrir", 2023)
        notified = "ETAT-PDV-ACTIONS", 2023, 100000, "--piece", "N", "--le", "2023-02-01"
        desk.done(FIRST, "enveloppe", "notifier", *notified)
        desk.done(FIRST, "action", "saisir", 2023, "--numero", "2023-014", *OLD)
        granted = "2023-014", "ETAT-PDV-ACTIONS", "2500,05", "--le", "2023-05-02", "--piece", "CT"
        desk.done(FIRST, "allocation", "accorder", *granted)
        desk.done(SECOND, "exercice", "ouvrir", 2024)
        desk.done(SECOND, "exercice", "ouvrir", 2025)

    return desk


@pytest.fixture
def renewed(desk: Desk) -> Desk:
    """The same, and 2024-001 that renews it."""
    desk.done(SECOND, "action", "saisir", 2024, *NEW, "--reconduit", FORMER)
    return desk


def renewal(desk: Desk, number: str = "2024-001", *more: Any) -> Any:
    return desk.at(SECOND, "action", "montrer", number, *more)["reconduction"]


@pytest.mark.parametrize("words", [FORMER, "cv195 : 2023-014", " CV195:2023-014 "])
def test_an_action_renews_one_of_another_contract_and_shows_its_figures(desk: Desk, words: str) -> None:
    desk.done(SECOND, "action", "saisir", 2024, *NEW, "--reconduit", words)
    assert renewal(desk) == {
        "action": FORMER,
        "intitule": "Atelier santé",
        "porteur": "CCAS",
        "cout": "4000.00",
        "demande": "3000.00",
        "accorde": "2500.05",
        "statut": "accordée",
        "cout_reel": None,
        "bilan_le": None,
    }
    shown = " ".join(desk.done(SECOND, "action", "montrer", "2024-001").split())
    assert f"Reconduit : {FORMER} (accordée) : demandé 3 000,00 €, accordé 2 500,05 €, bilan non arrêté" in shown
    assert "Aucune anomalie" in desk.done(SECOND, "base", "controler")


def test_a_renewal_is_added_changed_and_taken_out_by_a_correction(desk: Desk) -> None:
    """From none to another contract, then to its own; the history says each."""
    desk.done(SECOND, "action", "saisir", 2024, *NEW)
    desk.done(SECOND, "action", "saisir", 2025, *SOON)
    desk.done(SECOND, "action", "modifier", "2025-001", "--reconduit", FORMER)
    assert renewal(desk, "2025-001")["action"] == FORMER
    desk.done(SECOND, "action", "modifier", "2025-001", "--reconduit", f"{SECOND.lower()}:2024-001")
    assert renewal(desk, "2025-001")["action"] == "2024-001"
    desk.done(SECOND, "action", "modifier", "2025-001", "--reconduit", FORMER)
    assert renewal(desk, "2025-001")["action"] == FORMER
    told = desk.done(SECOND, "historique", "2025-001")
    across = "reconduction d'un autre contrat : contrat de l'action reconduite CV195 ; reconduit l'action 2023-014"
    assert told.count(across) == 3
    assert "Aucune anomalie" in desk.done(SECOND, "base", "controler")


def test_a_correction_of_something_else_keeps_the_renewal(renewed: Desk) -> None:
    renewed.done(SECOND, "action", "modifier", "2024-001", "--intitule", "Atelier santé itinérant")
    assert renewal(renewed)["action"] == FORMER


@pytest.mark.parametrize(
    ("words", "problem", "remedy"),
    [
        (
            "2023-014",
            "L'action « 2023-014 » n'existe pas dans le contrat Q2030 : elle est du contrat CV195.",
            "Nommez son contrat : CV195:2023-014.",
        ),
        (
            "2023-099",
            "L'action « 2023-099 » n'existe pas.",
            "La liste : cofiville --contrat Q2030 action lister ANNEE.",
        ),
        (
            "CV195:2023-099",
            "L'action « 2023-099 » n'existe pas dans le contrat CV195.",
            "La liste : cofiville --contrat CV195 action lister ANNEE.",
        ),
        ("CV19:2023-014", "Le contrat « CV19 » n'est pas dans cette base.", "La liste : cofiville contrat lister."),
        (
            "CV195:",
            "« CV195: » ne nomme pas d'action.",
            "Écrivez son numéro, ou CONTRAT:NUMERO si elle est d'un autre contrat.",
        ),
        (
            "Q2030:2024-001",
            "L'action 2024-001 est de 2024 : l'action 2024-002 de 2024 ne peut pas la reconduire.",
            "Donnez l'action d'une année antérieure.",
        ),
    ],
)
def test_a_renewal_that_cannot_be_is_refused_in_a_sentence(desk: Desk, words: str, problem: str, remedy: str) -> None:
    desk.done(SECOND, "action", "saisir", 2024, *NEW)
    refused = desk.at(SECOND, "action", "saisir", 2024, *NEW, "--reconduit", words)
    assert (refused["probleme"], refused["remede"]) == (problem, remedy)
    assert len(desk.at(SECOND, "action", "lister", 2024)) == 1


def test_an_action_of_another_contract_of_a_later_year_is_refused(desk: Desk) -> None:
    desk.done(SECOND, "action", "saisir", 2024, *NEW)
    refused = desk.at(FIRST, "action", "saisir", 2023, *OLD, "--reconduit", f"{SECOND}:2024-001")
    assert refused["probleme"] == (
        "L'action Q2030:2024-001 est de 2024 : l'action 2023-015 de 2023 ne peut pas la reconduire."
    )
    refused = desk.at(FIRST, "action", "saisir", 2023, *OLD, "--reconduit", "2024-001")
    assert refused["probleme"] == "L'action « 2024-001 » n'existe pas."


def test_the_way_out_of_a_number_alone_works_as_it_is_written(desk: Desk) -> None:
    refused = desk.at(SECOND, "action", "saisir", 2024, *NEW, "--reconduit", "2023-014")
    desk.done(SECOND, "action", "saisir", 2024, *NEW, "--reconduit", refused["remede"].split(" : ")[1].rstrip("."))
    assert renewal(desk)["action"] == FORMER


def compared(desk: Desk, *more: str) -> list[str]:
    found = desk.at(SECOND, "action", "controler", "2024-001", *more)
    return [" ".join(each["probleme"].split()) for each in found if each["code"] == "cout_en_hausse"]


def test_the_control_compares_with_the_action_of_the_other_contract(renewed: Desk) -> None:
    """4 800,01 € against 4 000 €: more than 20 % by one cent; then 4 800 €, which is not more."""
    assert compared(renewed) == [f"Le coût passe de 4 000,00 € ({FORMER}) à 4 800,01 € : plus de 20 % de hausse."]
    less = "--cout", "4800", "--financement", "ETAT-PDV-ACTIONS=3800", "--financement", "PORTEUR-FONDS-PROPRES=1000"
    renewed.done(SECOND, "action", "modifier", "2024-001", *less)
    assert compared(renewed) == []


def test_an_action_said_renewed_lacks_the_one_it_renews_until_it_is_named(desk: Desk, tmp_path: Path) -> None:
    desk.done(SECOND, "action", "saisir", 2024, *NEW)
    file = exported(desk, tmp_path)
    put(file, "Nouvelle / reconduite", "reconduite")
    desk.done(SECOND, "excel", "importer", file)
    assert "reconduction" in lacking(desk)
    desk.done(SECOND, "action", "modifier", "2024-001", "--reconduit", FORMER)
    assert "reconduction" not in lacking(desk)


def lacking(desk: Desk) -> set[str]:
    found = desk.at(SECOND, "action", "completer", "--toutes", 2024)
    return {each["code"] for action in found for each in action["manque"]}


def exported(desk: Desk, folder: Path, *more: str) -> Path:
    file = folder / "programmation.xlsx"
    file.unlink(missing_ok=True)
    desk.done(SECOND, "excel", "exporter", "programmation", 2024, file, "--sans-numero", *more)
    return file


def header(file: Path, tab: str, title: str) -> tuple[int, int]:
    """The line and the column of a title."""
    sheet = load_workbook(file)[tab]
    return next((cell.row, cell.column) for row in sheet.iter_rows() for cell in row if cell.value == title)


def read(file: Path, tab: str, title: str) -> Any:
    line, column = header(file, tab, title)
    return load_workbook(file)[tab].cell(line + 1, column).value


def put(file: Path, title: str, value: str) -> None:
    line, column = header(file, "Programmation", title)
    book = load_workbook(file)
    book["Programmation"].cell(line + 1, column).value = value
    book.save(file)


def granted_before(file: Path) -> Any:
    return read(file, "Tableau 2024", "Obtenu l'année précédente")


def test_the_tableau_says_what_was_granted_in_the_other_contract(renewed: Desk, tmp_path: Path) -> None:
    file = exported(renewed, tmp_path)
    assert read(file, "Programmation", "Reconduit l'action") == FORMER
    assert granted_before(file) == 2500.05


@pytest.mark.parametrize("words", [FORMER, "cv195:2023-014", "CV195 : 2023-014"])
def test_what_is_exported_comes_back_the_same(renewed: Desk, tmp_path: Path, words: str) -> None:
    file = exported(renewed, tmp_path)
    put(file, "Reconduit l'action", words)
    before = renewed.at(SECOND, "historique", "2024-001")
    renewed.done(SECOND, "excel", "importer", file)
    assert renewed.at(SECOND, "historique", "2024-001") == before


def test_a_workbook_names_the_action_of_another_contract(desk: Desk, tmp_path: Path) -> None:
    desk.done(SECOND, "action", "saisir", 2024, *NEW)
    file = exported(desk, tmp_path)
    put(file, "Reconduit l'action", FORMER)
    desk.done(SECOND, "excel", "importer", file)
    assert renewal(desk)["action"] == FORMER


def test_a_workbook_that_names_its_own_contract_says_the_same_as_a_number(desk: Desk, tmp_path: Path) -> None:
    desk.done(SECOND, "action", "saisir", 2024, *NEW)
    desk.done(SECOND, "action", "saisir", 2025, *SOON, "--reconduit", "2024-001")
    file = tmp_path / "suite.xlsx"
    desk.done(SECOND, "excel", "exporter", "programmation", 2025, file)
    put(file, "Reconduit l'action", f"{SECOND}:2024-001")
    before = desk.at(SECOND, "historique", "2025-001")
    desk.done(SECOND, "excel", "importer", file)
    assert desk.at(SECOND, "historique", "2025-001") == before


def test_a_past_day_says_what_was_granted_by_then(desk: Desk, tmp_path: Path) -> None:
    """Granted on 2 May 2023, and 100 € more on 4 September; the new action is deposited in between."""
    early = ("2023-08-15" if word == "2024-01-10" else word for word in NEW)
    desk.done(SECOND, "action", "saisir", 2024, *early, "--reconduit", FORMER)
    more = "2023-014", "ETAT-PDV-ACTIONS", "100", "--le", "2023-09-04", "--piece", "CT 2"
    desk.done(FIRST, "allocation", "accorder", *more)
    assert granted_before(exported(desk, tmp_path)) == 2600.05
    assert granted_before(exported(desk, tmp_path, "--le", "2023-09-01")) == 2500.05


def test_what_was_known_at_an_instant_says_no_renewal_typed_later(desk: Desk, tmp_path: Path) -> None:
    desk.done(SECOND, "action", "saisir", 2024, *NEW)
    known = datetime.now(UTC).isoformat()
    desk.done(SECOND, "action", "modifier", "2024-001", "--reconduit", FORMER)
    assert compared(desk) == [f"Le coût passe de 4 000,00 € ({FORMER}) à 4 800,01 € : plus de 20 % de hausse."]
    assert compared(desk, "--connu-au", known) == []
    file = exported(desk, tmp_path, "--connu-au", known)
    assert (read(file, "Programmation", "Reconduit l'action"), granted_before(file)) == (None, None)


def test_forms_recorded_together_are_told_of_which_contract_they_renew(desk: Desk, engine: Engine) -> None:
    other = {"objective": "", "territories": (), "counts": (), "scale": "", "dispositif": "", "year": 2024}
    forms = [
        changed(**other, number=f"2024-00{rank}", renewed_from=words)
        for rank, words in enumerate((FORMER, "2023-014", "CV19:2023-014"), 7)
    ]
    with ContractSession(engine, Context(SECOND, "Anne", "essai")) as session, session.begin():
        assert record_actions(session, forms) == [True, False, False]
        assert form_of(find_action(session, "2024-007")).renewed_from == FORMER
        assert read_actions(session, Action.number == "2024-007")[0].renewed_from == FORMER
        assert session.scalars(select(ActionRenewal)).all() == []


def test_every_statement_names_its_contract(desk: Desk, tmp_path: Path) -> None:
    with every_statement() as seen:
        desk.done(SECOND, "action", "saisir", 2024, *NEW, "--reconduit", FORMER)
        desk.at(SECOND, "action", "saisir", 2024, *NEW, "--reconduit", "2023-014")
        desk.done(SECOND, "action", "montrer", "2024-001")
        desk.at(SECOND, "action", "controler", "2024-001")
        exported(desk, tmp_path)
    assert {statement for statement in seen if "action_renewal_across" in statement}
    assert {statement: names for statement in seen if (names := unbound(statement))} == {}


@pytest.mark.parametrize("previous", ["'Q2030', '2024-001'", "'CV195', '2023-099'", "'CV19', '2023-014'"])
def test_the_base_itself_keeps_a_renewal_to_an_action_of_another_contract(
    desk: Desk, engine: Engine, previous: str
) -> None:
    desk.done(SECOND, "action", "saisir", 2024, *NEW)
    columns = "contract, action, previous_contract, previous"
    row = text(f"INSERT INTO action_renewal_across ({columns}) VALUES ('Q2030', '2024-001', {previous})")
    with engine.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(row)


def test_a_base_raised_from_the_revision_before_keeps_its_renewals_and_takes_new_ones(
    desk: Desk, engine: Engine
) -> None:
    desk.done(SECOND, "action", "saisir", 2024, *NEW)
    desk.done(SECOND, "action", "saisir", 2025, *SOON, "--reconduit", "2024-001")
    with engine.begin() as connection:
        for table in MADE_SINCE:
            connection.execute(text(f"DROP TABLE {table}"))
        for table, column in ADDED_SINCE:
            connection.execute(text(f"ALTER TABLE {table} DROP COLUMN {column}"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0044'"))
    desk.done(SECOND, "base", "mettre-a-niveau", "--malgre", "Les colonnes venues depuis sont ôtées")
    with engine.connect() as connection:
        check_guards(connection)
    assert renewal(desk, "2025-001")["action"] == "2024-001"
    desk.done(SECOND, "action", "modifier", "2024-001", "--reconduit", FORMER)
    assert renewal(desk)["action"] == FORMER
    assert "Aucune anomalie" in desk.done(SECOND, "base", "controler")


@pytest.mark.sqlite
def test_a_base_moved_keeps_the_renewal(renewed: Desk, typed: Typist, base: str, tmp_path: Path) -> None:
    moved = tmp_path / "ailleurs.db"
    renewed.done(SECOND, "base", "migrer", base, moved)
    shown = typed("--base", moved, "--contrat", SECOND, "--json", "action", "montrer", "2024-001")
    assert shown.data["reconduction"] == renewal(renewed)
