"""`cofiville demo`: the whole example year, and the State's posts, played by the very commands a user types."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import typer

from ledger.commands.outcome import Outcome, one
from ledger.commands.shell.access import sharing
from ledger.commands.shell.options import Oui, confirm
from ledger.commands.shell.program import single
from ledger.commands.shell.screen import console
from ledger.core.field import Field, Kind
from ledger.journal.fields import LINE, YEAR
from ledger.reports.fields import CONSUMPTION

app = single()

BASE = "cofiville.db"
COMMANDS = "commandes.txt"
_PRINT = "# sha256 "
_OBJECTS_BETWEEN_SEARCHES = 50_000
_INPUTS = ("programmation_2016.xlsx", "programmation_2017.xlsx", "postes_etat_caph_cavm.csv")
_MADE = {
    BASE: "la base",
    "sous_prefecture_2016.xlsx": "le tableau envoyé à la Sous-Préfecture",
    "cloture_2016.xlsx": "l'état de clôture",
    COMMANDS: "les commandes jouées, une par ligne",
}
_CONTRACT = Field("contrat", "contrat", Kind.CODE)
_YEARS = (
    _CONTRACT,
    YEAR,
    Field("etat", "état"),
    Field("exemple", "exemple", Kind.YES_NO, help="Si les montants sont fictifs."),
    Field("lignes", "lignes", Kind.RECORD, fields=CONSUMPTION, many=True),
)
_POSTS = (
    _CONTRACT,
    YEAR,
    LINE,
    Field("postes", "postes", Kind.INTEGER),
    Field("publie", "publié", Kind.AMOUNT),
    Field("notifie", "notifié", Kind.AMOUNT),
)
_DEMO = one(
    Field("dossier", "dossier"),
    Field("base", "base"),
    Field("fichiers", "fichiers", many=True),
    Field("exercices", "exercices", Kind.RECORD, fields=_YEARS, many=True),
    Field("postes_etat", "postes de l'État", Kind.RECORD, fields=_POSTS, many=True),
)
_OUTPUTS = ("sous_prefecture_2016.xlsx", "cloture_2016.xlsx")


@app.command("demo", answer=_DEMO)
def demo(
    contexte: typer.Context,
    dossier: Annotated[Path, typer.Option(metavar="DOSSIER", help="Le dossier où tout est écrit.")] = Path("demo"),
    oui: Oui = False,
) -> Outcome:
    """Joue l'année d'exemple 2016 et importe les postes de l'État 2020-2023, dans un dossier à part.

    Le dossier reçoit la base, les classeurs et la liste des commandes jouées. L'année 2016 est un exemple : montants
    et effectifs y sont fictifs. Les postes adultes-relais et FONJEP sont des données publiques.

    Exemple : cofiville demo --dossier demo
    """
    from ledger.commands.example.figures import example_figures, example_sentences
    from ledger.commands.example.player import typed
    from ledger.commands.shell.naming import program_name

    folder = dossier.expanduser().resolve()
    _clear(folder, oui)
    with chdir(folder), sharing():
        _write_inputs(folder)
        lines = _play(contexte)
        result = example_figures(BASE)
    _write_commands(folder, lines)
    written = [str(folder / name) for name in (*_INPUTS, *_OUTPUTS, COMMANDS)]
    row = {"dossier": str(folder), "base": str(folder / BASE), "fichiers": written, **result.row()}
    next_commands = (["enveloppe", "lister", "2016"], ["convention", "lister", "2016"], ["menu"])
    said = (
        f"L'année d'exemple est prête dans {_from_here(folder)} : {len(lines)} commandes jouées, montants fictifs.",
        *example_sentences(result),
        "",
        *(f"  {name}  {words}" for name, words in _MADE.items()),
        "\nPour voir l'année, tapez :",
        *(f"  {typed([program_name(), '--base', _from_here(folder / BASE), *each])}" for each in next_commands),
    )
    return Outcome(row, said)


def _from_here(path: Path) -> str:
    """The path as one types it from the current folder."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _write_commands(folder: Path, lines: list[str]) -> None:
    heading = "# Les commandes jouées, à taper dans ce dossier. Empreinte de la base qu'elles ont faite :"
    text = "\n".join([heading, f"{_PRINT}{_print_of(folder / BASE)}", *lines])
    (folder / COMMANDS).write_text(f"{text}\n", encoding="utf-8")


def _print_of(base: Path) -> str:
    return sha256(base.read_bytes()).hexdigest()


def _as_made(folder: Path) -> bool:
    """Whether nobody has worked on the base of this folder since it was made."""
    commands = folder / COMMANDS
    return (
        commands.exists() and f"{_PRINT}{_print_of(folder / BASE)}" in commands.read_text(encoding="utf-8").splitlines()
    )


def _clear(folder: Path, oui: bool) -> None:
    base = folder / BASE
    if base.exists() and not _as_made(folder):
        confirm(f"Le dossier {folder} contient déjà une base {BASE} : elle sera remplacée, et son travail perdu.", oui)
    folder.mkdir(parents=True, exist_ok=True)
    for name in (BASE, f"{BASE}-wal", f"{BASE}-shm", COMMANDS, *_INPUTS, *_OUTPUTS):
        (folder / name).unlink(missing_ok=True)


def _write_inputs(folder: Path) -> None:
    from importlib.resources import files

    from ledger.commands.example.workbook import write_programme

    for year in (2016, 2017):
        write_programme(folder / f"programmation_{year}.xlsx", year)
    posts = _INPUTS[-1]
    source = files("ledger.exchange").joinpath(f"reference/{posts}")
    (folder / posts).write_bytes(source.read_bytes())


def _play(contexte: typer.Context) -> list[str]:
    import gc

    from ledger.commands.example.acts import commands_played, written_acts
    from ledger.commands.example.player import Player

    # Hundreds of commands in one process: what the first ones loaded stays, and need not be searched after each.
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_SEARCHES)
    player = Player(contexte.find_root().command, BASE)
    acts = written_acts()
    with _progress(len(acts)) as advance:
        for act in acts:
            for words in commands_played(act, player.ask):
                player.act(words)
            advance()
    return player.lines


@contextmanager
def _progress(steps: int) -> Iterator[Any]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("Année d'exemple"), BarColumn(), MofNCompleteColumn())
    bar = Progress(*columns, console=console(sys.stderr), transient=True, disable=not sys.stderr.isatty())
    with bar:
        task = bar.add_task("", total=steps)
        yield lambda: bar.advance(task)
