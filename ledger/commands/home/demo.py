"""`cofiville demo`: the example years of two contracts, and the State's posts, played by the commands a user types."""

from __future__ import annotations

import sys
from contextlib import chdir
from pathlib import Path
from shutil import which
from typing import Annotated

from ledger.commands.declaring.access import sharing
from ledger.commands.declaring.caller import line_runner, shown_progress
from ledger.commands.declaring.group import single
from ledger.commands.declaring.older_base import keeping_no_anchor
from ledger.commands.declaring.options import Oui, confirm
from ledger.commands.declaring.parameters import Option
from ledger.commands.home.demo_folder import BASE, COMMANDS, PRINT, demonstration_made, print_of, replaceable
from ledger.commands.outcome import Outcome, one
from ledger.core.field import Field, Kind
from ledger.journal.fields import LINE, YEAR
from ledger.reports.fields import CONSUMPTION

app = single()

_OBJECTS_BETWEEN_SEARCHES = 50_000
_PROGRAMMES = (2016, 2017, 2026)
_INPUTS = (*(f"programmation_{year}.xlsx" for year in _PROGRAMMES), "postes_etat_caph_cavm.csv")
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
_NAMES = (BASE, f"{BASE}-wal", f"{BASE}-shm", COMMANDS, *_INPUTS, *_OUTPUTS)


@app.command("demo", answer=_DEMO)
def demo(
    dossier: Annotated[Path, Option(metavar="DOSSIER", help="Le dossier où tout est écrit.")] = Path("demo"),
    oui: Oui = False,
) -> Outcome:
    """Joue l'année d'exemple 2016, importe les postes de l'État 2020-2023, et commence un second contrat en 2026.

    Le dossier reçoit la base, les classeurs et la liste des commandes jouées. Les années 2016 et 2026 sont un exemple :
    montants et effectifs y sont fictifs. Les postes adultes-relais et FONJEP sont des données publiques.

    Exemple : cofiville demo --dossier demo
    """
    from ledger.commands.example.figures import example_figures, example_sentences
    from ledger.commands.example.player import typed

    folder = dossier.expanduser().resolve()
    _check_replaceable(folder, oui)
    with demonstration_made(folder, _NAMES) as draft:
        with chdir(draft), sharing(), keeping_no_anchor():
            _write_inputs(draft)
            lines = _play()
            result = example_figures(BASE)
        _write_commands(draft, lines)
    written = [str(folder / name) for name in (*_INPUTS, *_OUTPUTS, COMMANDS)]
    row = {"dossier": str(folder), "base": str(folder / BASE), "fichiers": written, **result.row()}
    next_commands = (["enveloppe", "lister", "2016"], ["contrat", "lister"], ["menu"])
    said = (
        f"L'année d'exemple est prête dans {_from_here(folder)} : {len(lines)} commandes jouées, montants fictifs.",
        *example_sentences(result),
        "",
        *(f"  {name}  {words}" for name, words in _MADE.items()),
        "Pour voir l'année, tapez :",
        *(f"  {typed([_program_name(), '--base', _from_here(folder / BASE), *each])}" for each in next_commands),
    )
    return Outcome(row, said)


def _program_name() -> str:
    """What one types here to run the program: `cofiville` where the system finds it, else the path it was run by."""
    run = Path(sys.argv[0])
    found = which("cofiville")
    if run.stem.lower() != "cofiville" or (found is not None and Path(found).resolve() == run.resolve()):
        return "cofiville"
    return _from_here(run)


def _from_here(path: Path) -> str:
    """The path as one types it from the current folder."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _write_commands(folder: Path, lines: list[str]) -> None:
    heading = "# Les commandes jouées, à taper dans ce dossier. Empreinte de la base qu'elles ont faite :"
    text = "\n".join([heading, f"{PRINT}{print_of(folder / BASE)}", *lines])
    (folder / COMMANDS).write_text(f"{text}\n", encoding="utf-8")


def _check_replaceable(folder: Path, oui: bool) -> None:
    there = [name for name in _NAMES if (folder / name).exists()]
    if there and not replaceable(folder):
        confirm(f"Le dossier {folder} contient déjà {there[0]} : il sera remplacé, et son travail perdu.", oui)


def _write_inputs(folder: Path) -> None:
    from importlib.resources import files

    from ledger.commands.example.workbook import write_programme

    for year in _PROGRAMMES:
        write_programme(folder / f"programmation_{year}.xlsx", year)
    posts = _INPUTS[-1]
    source = files("ledger.exchange").joinpath(f"reference/{posts}")
    (folder / posts).write_bytes(source.read_bytes())


def _play() -> list[str]:
    import gc

    from ledger.commands.example.acts import FIRST_ACTS, SECOND_ACTS, commands_played, written_acts
    from ledger.commands.example.player import Player

    # Hundreds of commands in one process: what the first ones loaded stays, and need not be searched after each.
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_SEARCHES)
    player = Player(line_runner(), BASE)
    acts = [*written_acts(FIRST_ACTS), *written_acts(SECOND_ACTS)]
    with shown_progress() as tell:
        for done, act in enumerate(acts):
            tell("Année d'exemple", done, len(acts))
            for words in commands_played(act, player.ask):
                player.act(words)
    return player.lines
