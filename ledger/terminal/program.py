"""The program every command hangs on: a light root, groups imported when they are called, every refusal ended."""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from typing import Annotated, Any, ClassVar, NamedTuple, get_args, get_origin, get_type_hints

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

from ledger.commands.declaring.caller import Caller, called_by
from ledger.commands.declaring.choices import CONTRACT_VARIABLE, Choices, choose, of_one_run
from ledger.commands.declaring.group import CommandDeclared, DeclaredGroup
from ledger.commands.declaring.offers import offered_at
from ledger.commands.declaring.parameters import Option, Parameter
from ledger.commands.declaring.repeating import typed_act
from ledger.commands.declaring.retrying import note_made
from ledger.commands.outcome import Answer
from ledger.core.words import check_encoded, one_line
from ledger.referential.shipped_models import default_contract
from ledger.terminal.completion import completed, install, prepare_completion
from ledger.terminal.errors import Interrupted, report
from ledger.terminal.french import FrenchCommand, FrenchGroup
from ledger.terminal.interrupting import interruptible
from ledger.terminal.naming import AGAIN, REPLACE, Command
from ledger.terminal.progress import progress_bar
from ledger.terminal.screen import forget_output, render, use_utf8
from ledger.terminal.usage import command_words

_AGAIN = Annotated[bool, typer.Option(f"--{AGAIN}", help="Refait un acte déjà enregistré ce jour.", show_default=False)]
_REPLACE = Annotated[bool, typer.Option(f"--{REPLACE}", help="Remplace le fichier qui s'y trouve.", show_default=False)]


def command_of(group: DeclaredGroup) -> Command:
    """What Typer runs for this group: its command where it has but one, typed alone."""
    app = typer.Typer(
        cls=FrenchGroup,
        help=group.purpose,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    for each in group.commands:
        settings = dict(each.line_settings) or None
        app.command(each.name, cls=_class_of(each), context_settings=settings)(_for_typer(each))
    made: Any = get_command(app) if group.alone else get_group(app)
    return made  # type: ignore[no-any-return]


def _class_of(declared: CommandDeclared) -> type[FrenchCommand]:
    answer = declared.answer
    given = property(lambda _: answer()) if callable(answer) else answer
    return type("OneCommand", (FrenchCommand,), {"asks": declared.asks, "answer": given})


def _for_typer(command: CommandDeclared) -> Callable[..., Any]:
    """The function of a command, its parameters described as Typer reads them, those of every act or export added."""
    function = command.function
    declared = get_type_hints(function, include_extras=True)
    hints = {name: _described(hint) for name, hint in declared.items()}
    signature = inspect.signature(function)
    described = [each.replace(annotation=hints[each.name]) for each in signature.parameters.values()]
    run = function
    written = {name for name, hint in declared.items() if any(each.written for each in _declared_in(hint))}
    if REPLACE not in hints and written:
        run = _replacing_when_told(run)
        hints[REPLACE] = _REPLACE
    if written:
        run = _noting_files(run, frozenset(written))
    if command.act:
        personal = {name for name, hint in declared.items() if any(each.personal for each in _declared_in(hint))}
        run = _once(run, frozenset(written), frozenset(personal))
        hints[AGAIN] = _AGAIN
    described += [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=hints[name])
        for name in (REPLACE, AGAIN)
        if name in hints.keys() - declared.keys()
    ]
    return _as_typed(run, function, hints, signature.replace(parameters=described))


def _as_typed(run: Callable[..., Any], function: Callable[..., Any], hints: Any, signature: Any) -> Callable[..., Any]:
    """A function that runs the first, and that Typer reads as the second with these parameters."""

    def typed(**values: Any) -> Any:
        return run(**values)

    read: Any = typed
    read.__name__, read.__doc__ = function.__name__, function.__doc__
    read.__annotations__, read.__signature__, read.__wrapped__ = hints, signature, function
    return typed


def _replacing_when_told(function: Callable[..., Any]) -> Callable[..., Any]:
    def run(*, remplacer: bool, **values: Any) -> Any:
        from ledger.storage.delivered_files import replacing

        with replacing(remplacer):
            return function(**values)

    return run


def _noting_files(function: Callable[..., Any], written: frozenset[str]) -> Callable[..., Any]:
    def run(**values: Any) -> Any:
        outcome = function(**values)
        if any(values.get(name) for name in written):
            note_made()
        return outcome

    return run


def _once(function: Callable[..., Any], written: frozenset[str], personal: frozenset[str]) -> Callable[..., Any]:
    def run(*, encore: bool, **values: Any) -> Any:
        with typed_act(values, written, personal, again=encore):
            return function(**values)

    return run


def _declared_in(hint: Any) -> list[Parameter]:
    return [each for each in get_args(hint) if isinstance(each, Parameter)] if get_origin(hint) is Annotated else []


def _described(hint: Any) -> Any:
    if get_origin(hint) is not Annotated:
        return hint
    kind, *notes = get_args(hint)
    return Annotated[(kind, *(_information(each) if isinstance(each, Parameter) else each for each in notes))]


def _information(declared: Parameter) -> Any:
    offers = offered_at(declared.offers, declared.settings["metavar"])
    settings = declared.settings | {"autocompletion": completed(offers)}
    if isinstance(declared, Option):
        return typer.Option(..., *declared.names, **settings)
    return typer.Argument(**settings)


_INTERRUPTED = 130
_SCHEMA = "--json-schema"


class CommandGroup(NamedTuple):
    """A row of the table of groups: the word typed, the module that answers, one line of help; the module's room."""

    name: str
    module: str
    help: str
    room: str = "commands"


class Offered(NamedTuple):
    """A word that completes what is typed, as Typer's shells read it."""

    value: str
    help: str
    type: str = "plain"


class Root(FrenchGroup):
    """The program: knows its groups by name, imports one when it is called, ends every refusal."""

    subjects: ClassVar[dict[str, CommandGroup]] = {}
    usual: ClassVar[Sequence[tuple[str, str]]] = ()

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

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """The commands of a year first, then all of them by subject, then the options."""
        with formatter.section("L'année, dans l'ordre\u00a0"):
            formatter.write_dl(self.usual)
        with formatter.section("Avancé : toutes les commandes, par sujet\u00a0"):
            formatter.write_dl(self.one_liners(ctx))
        self.format_parameters(ctx, formatter)

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
        with of_one_run(), interruptible(), called_by(Caller(_warn, progress_bar, self)):
            try:
                if _SCHEMA in typed:
                    sys.exit(_print_schema(self, command_words(typed)))
                code = super().main(typed, prog_name or "cofiville", complete_var, standalone_mode=False, **extra)
                if code == _INTERRUPTED:
                    raise Interrupted("Interrompu : rien n'a été écrit.", "Relancez la commande quand vous voulez.")
                sys.stdout.flush()
            except BrokenPipeError:
                forget_output()
                code = 1
            except Exception as error:
                code = report(error, as_json="--json" in typed)
                if code is None:
                    raise
        sys.exit(code or 0)

    def run_line(self, words: Sequence[str]) -> None:
        """Run a command line as a part of the act under way. raises: what the command refuses."""
        with self.make_context("cofiville", list(words)) as own:
            self.invoke(own)

    def run_program(self, words: Sequence[str]) -> None:
        """Run a command line as the program does, global options first. raises: SystemExit, with its exit code."""
        self.main(words, "cofiville")

    def has_option(self, words: Sequence[str], option: str) -> bool:
        """Whether the command these words name takes this option."""
        command: Any = self
        for word in words:
            command = command.get_command(None, word) if hasattr(command, "get_command") else None
            if command is None:
                return False
        return any(option in getattr(each, "opts", ()) for each in command.params)


def _warn(text: str) -> None:
    print(text, file=sys.stderr)


@cache
def load(subject: CommandGroup) -> Command:
    """The command or group of this subject, its module imported at the first call."""
    command = command_of(import_module(f"ledger.{subject.room}.{subject.module}").app)
    command.name = subject.name
    return command


def _print_schema(root: Root, words: Sequence[str]) -> int:
    """Print the schema of what the command these words name answers. raises: Unknown, WrongUsage for a group."""
    from ledger.terminal.schema import command_schema

    print(json.dumps(command_schema(root, " ".join(words).split()), ensure_ascii=False, indent=1), flush=True)
    return 0


def _version(wanted: bool) -> None:
    if wanted:
        from ledger import __version__

        print(f"Cofiville {__version__}")
        raise typer.Exit


_BASE = Annotated[
    str,
    typer.Option(
        metavar="ADRESSE",
        envvar="COFIVILLE_BASE",
        help="La base : un fichier, sqlite:///… ou postgresql://…",
        show_default="le dossier de données habituel",
    ),
]
_CLOCK_IS_RIGHT = Annotated[
    bool,
    typer.Option(
        "--horloge-juste", help="Écrit même plus d'un an après le dernier enregistrement : l'horloge est juste."
    ),
]


def _global_options(
    contexte: typer.Context,
    base: _BASE = "",
    contrat: Annotated[
        str,
        typer.Option(
            metavar="CODE",
            envvar=CONTRACT_VARIABLE,
            autocompletion=completed("contrats"),
            help="Le contrat de ville dont on tient le livre.",
            show_default=f"celui de configurer, sinon {default_contract()}",
        ),
    ] = "",
    agent: Annotated[
        str,
        typer.Option(
            metavar="NOM", envvar="COFIVILLE_AGENT", help="Qui agit.", show_default="l'utilisateur du système"
        ),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Donne le résultat en JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Donne les listes en CSV, pour un tableur.")] = False,
    horloge_juste: _CLOCK_IS_RIGHT = False,
    json_schema: Annotated[
        bool, typer.Option(_SCHEMA, help="Décrit le JSON de la commande qui suit, par exemple enveloppe lister.")
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
    contract, agent = (one_line(check_encoded(each)) for each in (contrat.strip().upper(), agent))
    choose(Choices(base, contract, agent, as_json=as_json, as_csv=as_csv, clock_is_right=horloge_juste))
    if contexte.invoked_subcommand is None:
        from ledger.commands.home.accueil import welcome

        render(welcome())


def program(subjects: Sequence[CommandGroup], usual: Sequence[tuple[str, str]], purpose: str) -> typer.Typer:
    """The whole program, made of these subjects in this order. usual: the commands its help shows first, with words."""
    known = {subject.name: subject for subject in subjects}
    root = type("CofivilleRoot", (Root,), {"subjects": known, "usual": usual})
    app = typer.Typer(
        cls=root,
        help=purpose,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback(invoke_without_command=True)(_global_options)
    return app
