"""What `cofiville` alone says: where the base is, the open year, what is due, the commands most likely to come next."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.commands.declaring.access import reading
from ledger.commands.declaring.choices import agent_name, base_address, contract_code
from ledger.commands.declaring.configuration import configured
from ledger.commands.declaring.options import day
from ledger.commands.outcome import Outcome, Row, one
from ledger.core.addresses import shown_address
from ledger.core.field import Field, Kind
from ledger.journal.fields import AMOUNT
from ledger.reports.listing import Listing
from ledger.reports.vocabulary import TaskNature

_TO_DO = (
    Field("nature", "quoi", Kind.CHOICE, choices=tuple(TaskNature)),
    Field("nombre", "nombre", Kind.INTEGER),
    Field("en_retard", "dont en retard", Kind.INTEGER),
    AMOUNT,
)
WELCOME = one(
    *(
        each.but(since="0.2")
        for each in (
            Field("base", "base"),
            Field("existe", "existe", Kind.YES_NO),
            Field("contrat", "contrat", Kind.CODE),
            Field("agent", "agent"),
            Field("exercices_ouverts", "exercices ouverts", Kind.ORDINAL, many=True),
            Field("ecritures", "écritures", Kind.INTEGER),
            Field("a_faire", "à faire", Kind.RECORD, fields=_TO_DO, many=True),
            Field("commandes", "commandes", many=True),
        )
    )
)
_FIRST_STEPS = ("cofiville base creer", "cofiville demo --dossier demo", "cofiville --help")


def welcome() -> Outcome:
    """Where everything stands."""
    from ledger.storage.engine import database_url, sqlite_path

    path = sqlite_path(database_url(base_address()))
    if path is not None and not path.exists():
        return _no_base()
    return _standing()


def _no_base() -> Outcome:
    where = shown_address(base_address())
    row = {"base": where, "existe": False, "commandes": list(_FIRST_STEPS)}
    said = (f"Aucune base à {where}.", "Pour commencer :", *(f"  {command}" for command in _FIRST_STEPS))
    return Outcome(row, said)


def _standing() -> Outcome:
    from ledger.journal.audit import book_head
    from ledger.journal.exercices import exercices
    from ledger.reports.agenda import agenda, agenda_headings, likely_commands

    with reading() as session:
        years = [(each.year, each.closed_on is None) for each in exercices(session)]
        tasks = agenda(session, day(None))
        entries = book_head(session).entries
    opened = [year for year, is_open in years if is_open]
    found = agenda_headings(tasks)
    commands = likely_commands(tasks)
    if len(commands) < 3:
        year = opened[-1] if opened else configured().year or day(None).year
        usual = (
            f"cofiville exercice ouvrir {year}" if not opened else f"cofiville enveloppe lister {year}",
            f"cofiville action lister {year}",
            "cofiville menu",
        )
        commands += [command for command in usual if command not in commands][: 3 - len(commands)]
    row: Row = {
        "base": shown_address(base_address()),
        "existe": True,
        "contrat": contract_code(),
        "agent": agent_name(),
        "exercices_ouverts": opened,
        "ecritures": entries,
        "a_faire": [
            {"nature": each.nature, "nombre": each.count, "en_retard": each.late, "montant": each.amount}
            for each in found
        ],
        "commandes": commands,
    }
    return Outcome(row, tuple(_told(row)))


def _told(row: Row) -> Iterator[str | Listing]:
    yield f"Base      {row['base']}"
    yield f"Contrat   {row['contrat']}, {row['ecritures']} écritures, agent {row['agent']}"
    yield f"Exercice  {_opened(row['exercices_ouverts'])}"
    to_do = tuple(
        each | {"en_retard": each["en_retard"] or None, "montant": each["montant"] or None} for each in row["a_faire"]
    )
    yield Listing("À faire", _TO_DO, to_do, empty="Rien n'est à faire aujourd'hui.")
    yield "Sans doute maintenant :"
    yield from (f"  {command}" for command in row["commandes"])
    yield "Retrouver une action, une pièce, un montant : cofiville chercher MOTS."
    yield "Tout ce qui est dû, ligne par ligne : cofiville rapport semaine."
    yield "Toutes les commandes : cofiville --help."


def _opened(years: list[int]) -> str:
    if not years:
        return "aucun d'ouvert"
    return f"{', '.join(map(str, years))} ouvert{'s' if len(years) > 1 else ''}"
