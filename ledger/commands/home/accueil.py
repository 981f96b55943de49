"""What `cofiville` alone says: where the base is, the open year, what is due, the commands most likely to come next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger.commands.shell.access import reading
from ledger.commands.shell.choices import agent_name, base_address, chosen
from ledger.commands.shell.configuration import configured
from ledger.commands.shell.options import day
from ledger.commands.shell.screen import say, show, table
from ledger.commands.shell.troubles import shown_address

if TYPE_CHECKING:
    from ledger.reports.agenda_views import Heading

_FIRST_STEPS = ("cofiville base creer", "cofiville demo --dossier demo", "cofiville --help")


def welcome() -> None:
    """Say where everything stands."""
    from ledger.storage.engine import database_url, sqlite_path

    path = sqlite_path(database_url(base_address()))
    if path is not None and not path.exists():
        _no_base()
        return
    _standing()


def _no_base() -> None:
    where = shown_address(base_address())
    row = {"base": where, "existe": False, "commandes": list(_FIRST_STEPS)}

    def render() -> None:
        say(f"Aucune base à {where}.")
        say("Pour commencer :")
        for command in _FIRST_STEPS:
            say(f"  {command}")

    show(row, render)


def _standing() -> None:
    from ledger.journal.audit import head
    from ledger.journal.exercices import exercices
    from ledger.reports.agenda import agenda
    from ledger.reports.agenda_views import headings, likely_commands

    with reading() as session:
        years = [(each.year, each.closed_on is None) for each in exercices(session)]
        tasks = agenda(session, day(None))
        entries = head(session).entries
    opened = [year for year, is_open in years if is_open]
    found = headings(tasks)
    commands = likely_commands(tasks)
    if len(commands) < 3:
        year = opened[-1] if opened else configured().year or day(None).year
        usual = (
            f"cofiville exercice ouvrir {year}" if not opened else f"cofiville enveloppe lister {year}",
            f"cofiville action lister {year}",
            "cofiville menu",
        )
        commands += [command for command in usual if command not in commands][: 3 - len(commands)]
    row: dict[str, Any] = {
        "base": shown_address(base_address()),
        "existe": True,
        "contrat": chosen().contract,
        "agent": agent_name(),
        "exercices_ouverts": opened,
        "ecritures": entries,
        "a_faire": [
            {"nature": each.nature, "nombre": each.count, "en_retard": each.late, "montant": each.amount}
            for each in found
        ],
        "commandes": commands,
    }
    show(row, lambda: _say(row, found, commands))


def _say(row: dict[str, Any], found: list[Heading], commands: list[str]) -> None:
    say(f"Base      {row['base']}")
    say(f"Contrat   {row['contrat']}, {row['ecritures']} écritures, agent {row['agent']}")
    say(f"Exercice  {_opened(row['exercices_ouverts'])}")
    if found:
        table(
            "À faire",
            ("quoi", "nombre", "dont en retard", "montant"),
            [(each.label, each.count, each.late or None, each.amount or None) for each in found],
        )
    else:
        say("Rien n'est à faire aujourd'hui.")
    say("Sans doute maintenant :")
    for command in commands:
        say(f"  {command}")
    say("Tout ce qui est dû, ligne par ligne : cofiville rapport semaine.")
    say("Toutes les commandes : cofiville --help.")


def _opened(years: list[int]) -> str:
    if not years:
        return "aucun d'ouvert"
    return f"{', '.join(map(str, years))} ouvert{'s' if len(years) > 1 else ''}"
