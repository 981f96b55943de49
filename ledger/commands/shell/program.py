"""The shell every command group hangs on: a light root, groups imported when they are called, French words.

A group module looks like this (ledger/commands/journal/enveloppe.py); `cli.py` names it in its table::

    from ledger.commands.outcome import Outcome, one
    from ledger.commands.shell.access import writing
    from ledger.commands.shell.options import Annee, Le, Ligne, Montant, Piece, day
    from ledger.commands.shell.program import group
    from ledger.journal.fields import ENTRY, LINE, YEAR

    app = group("Enveloppes : ce que chaque financeur notifie, ligne par ligne.")

    @app.command("notifier", answer=one(LINE, YEAR, ENTRY))
    def notifier(ligne: Ligne, annee: Annee, montant: Montant, piece: Piece, le: Le = None) -> Outcome:
        \"\"\"Enregistre une notification de crédits.

        Exemple : cofiville enveloppe notifier ETAT-PDV-DRE 2016 175000 --piece "Arrêté 12" --le 2016-02-15
        \"\"\"
        from ledger.journal.enveloppes import notify

        with writing() as session:
            posted = notify(session, ligne, annee, montant, piece=piece, on=day(le))
        return Outcome({"ligne": ligne, …}, ("…",))

So: at the top only typer, the standard library, ledger.core, fields, listings and the shell's own modules; rooms are
imported inside functions. Arguments are annotated with the aliases of `options` (already read: Money, date, int).
`reading()` and `writing()` of `access` give the session; only `writing()` commits. A command prints nothing and asks
nothing: what it gives is an `Outcome`, made after the `with`; findings that make a failure are `failed=True`. The
docstring is the help: first a sentence, last an example.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, ClassVar, NamedTuple, cast

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

from ledger.commands.outcome import Answer
from ledger.commands.shell.choices import Choices, choose, of_one_run
from ledger.commands.shell.completion import install, prepare_completion
from ledger.commands.shell.errors import Interrupted, report
from ledger.commands.shell.french import Dialogue, FrenchCommand, FrenchGroup
from ledger.commands.shell.interrupting import interruptible
from ledger.commands.shell.naming import Command
from ledger.commands.shell.screen import render, use_utf8
from ledger.commands.shell.usage import command_words
from ledger.referential.shipped_models import default_contract

_INTERRUPTED = 130
_SCHEMA = "--json-schema"


class CommandGroup(NamedTuple):
    """A row of the table of groups: the word typed, the module of `ledger.commands` that answers, one line of help."""

    name: str
    module: str
    help: str


class Offered(NamedTuple):
    """A word that completes what is typed, as Typer's shells read it."""

    value: str
    help: str
    type: str = "plain"


class FrenchTyper(typer.Typer):
    """A Typer whose commands speak French."""

    single_command = False

    def command(
        self,
        name: str | None = None,
        *,
        asks: Sequence[str] = (),
        answer: Answer | Callable[[], Answer] | None = None,
        dialogue: Dialogue | None = None,
        **settings: Any,
    ) -> Callable[[Any], Any]:
        """As Typer's, with our command class.

        asks: the parameters that a terminal asks for though they may be left out of a command line, because another
        says as much ("convention|toutes": unless `toutes` is given) or the act itself refuses them blank.
        answer: the fields of what it answers to scripts, or what gives them where their module is heavy.
        dialogue: gives, in a terminal, the values of the parameters that it asks for one after the other, from those
        typed.
        """
        asked = staticmethod(dialogue) if dialogue is not None else None
        told = property(lambda _: answer()) if callable(answer) else answer
        own = {"asks": tuple(asks), "answer": told, "dialogue": asked}
        return super().command(name, cls=type("OneCommand", (FrenchCommand,), own), **settings)


def group(purpose: str) -> FrenchTyper:
    """A group of commands about one subject."""
    return FrenchTyper(
        cls=FrenchGroup,
        help=purpose,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )


def single() -> FrenchTyper:
    """The shell of a command that stands alone ("demo"), with no group around it."""
    app = group("")
    app.single_command = True
    return app


class Root(FrenchGroup):
    """The program: knows its groups by name, imports one when it is called, ends every refusal."""

    subjects: ClassVar[dict[str, CommandGroup]] = {}

    @property
    def answer(self) -> Answer:
        """What the program alone answers to scripts: where everything stands."""
        from ledger.commands.home.accueil import WELCOME

        return WELCOME

    def list_commands(self, ctx: Any) -> list[str]:
        return list(self.subjects)

    def get_command(self, ctx: Any, cmd_name: str) -> Command | None:
        subject = self.subjects.get(cmd_name)
        return load(subject) if subject else None

    def one_liners(self, ctx: Any) -> list[tuple[str, str]]:
        return [(subject.name, subject.help) for subject in self.subjects.values()]

    def near(self, ctx: Any, typed: str) -> list[str]:
        """The nearest subjects; else the commands of that very name in some group ("notifier": enveloppe notifier)."""
        if found := super().near(ctx, typed):
            return found
        commands = {name: load(subject) for name, subject in self.subjects.items()}
        groups = {name: each for name, each in commands.items() if isinstance(each, FrenchGroup)}
        return [f"{name} {typed.lower()}" for name, each in groups.items() if typed.lower() in each.list_commands(ctx)]

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """The groups that begin so, from the table (none is imported), and the global options."""
        near = [subject for subject in self.subjects.values() if subject.name.startswith(incomplete)]
        options = super(TyperGroup, self).shell_complete(ctx, incomplete)
        return [*(Offered(subject.name, subject.help) for subject in near), *options]

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = False,
        **extra: Any,
    ) -> Any:
        """Runs a command line and exits: 0 done, 1 refused or findings, 2 wrong usage."""
        use_utf8()
        prepare_completion()
        typed = list(sys.argv[1:] if args is None else args)
        with of_one_run(), interruptible():
            try:
                if _SCHEMA in typed:
                    sys.exit(_print_schema(self, command_words(typed)))
                code = super().main(typed, prog_name or "cofiville", complete_var, standalone_mode=False, **extra)
                if code == _INTERRUPTED:
                    raise Interrupted("Interrompu : rien n'a été écrit.", "Relancez la commande quand vous voulez.")
                sys.stdout.flush()
            except BrokenPipeError:
                code = _reader_gone()
            except Exception as error:
                code = report(error, as_json="--json" in typed)
                if code is None:
                    raise
        sys.exit(code or 0)


@cache
def load(subject: CommandGroup) -> Command:
    """The command or group of this subject, its module imported at the first call."""
    app = import_module(f"ledger.commands.{subject.module}").app
    command: Any = get_command(app) if app.single_command else get_group(app)
    command.name = subject.name
    return cast(Command, command)


def _print_schema(root: Root, words: Sequence[str]) -> int:
    """Print the schema of what the command these words name answers. raises: Unknown, WrongUsage for a group."""
    from ledger.commands.shell.schema import command_schema

    print(json.dumps(command_schema(root, " ".join(words).split()), ensure_ascii=False, indent=1), flush=True)
    return 0


def _reader_gone() -> int:
    """The exit code when nobody reads any more what is written: the rest, kept to the end, goes nowhere."""
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    return 1


def _version(wanted: bool) -> None:
    if wanted:
        from ledger import __version__

        print(f"Cofiville {__version__}")
        raise typer.Exit


def _global_options(
    contexte: typer.Context,
    base: Annotated[
        str,
        typer.Option(
            metavar="ADRESSE",
            envvar="COFIVILLE_BASE",
            help="La base : un fichier, sqlite:///… ou postgresql://…",
            show_default="le dossier de données habituel",
        ),
    ] = "",
    contrat: Annotated[
        str,
        typer.Option(
            metavar="CODE",
            envvar="COFIVILLE_CONTRAT",
            help="Le contrat de ville dont on tient le livre.",
        ),
    ] = default_contract(),
    agent: Annotated[
        str,
        typer.Option(
            metavar="NOM", envvar="COFIVILLE_AGENT", help="Qui agit.", show_default="l'utilisateur du système"
        ),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Donne le résultat en JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Donne les listes en CSV, pour un tableur.")] = False,
    json_schema: Annotated[
        bool, typer.Option(_SCHEMA, help="Décrit le JSON de la commande qui suit : --json-schema enveloppe lister.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Affiche la version.", callback=_version, is_eager=True)
    ] = False,
    installer_completion: Annotated[
        bool,
        typer.Option(
            "--installer-completion",
            help="Apprend à l'interpréteur de commandes à compléter commandes et codes.",
            callback=install,
            is_eager=True,
        ),
    ] = False,
) -> None:
    choose(Choices(base=base, contract=contrat.strip().upper(), agent=agent, as_json=as_json, as_csv=as_csv))
    if contexte.invoked_subcommand is None:
        from ledger.commands.home.accueil import welcome

        render(welcome())


def program(subjects: Sequence[CommandGroup], purpose: str) -> typer.Typer:
    """The whole program, made of these subjects in this order."""
    root = type("CofivilleRoot", (Root,), {"subjects": {subject.name: subject for subject in subjects}})
    app = typer.Typer(
        cls=root,
        help=purpose,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback(invoke_without_command=True)(_global_options)
    return app
