"""Groups of commands, and what each command declares.

A group module looks like this (ledger/commands/journal/enveloppe.py); `cli.py` names it in its table::

    from ledger.commands.declaring.access import writing
    from ledger.commands.declaring.group import group
    from ledger.commands.declaring.options import Annee, Le, Ligne, Montant, Piece, day
    from ledger.commands.outcome import Outcome, one
    from ledger.journal.fields import ENTRY, LINE, YEAR

    app = group("Enveloppes : ce que chaque financeur notifie, ligne par ligne.")

    @app.command("notifier", act=True, answer=one(LINE, YEAR, ENTRY))
    def notifier(ligne: Ligne, annee: Annee, montant: Montant, piece: Piece, le: Le = None) -> Outcome:
        \"\"\"Enregistre une notification de crédits.

        Exemple : cofiville enveloppe notifier ETAT-PDV-DRE 2016 175000 --piece "Arrêté 12" --le 2016-02-15
        \"\"\"
        from ledger.journal.enveloppes import notify

        with writing() as session:
            posted = notify(session, ligne, annee, montant, piece=piece, on=day(le))
        return Outcome({"ligne": ligne, …}, ("…",))

So: at the top only the standard library, ledger.core, fields, listings and what commands are declared with; rooms are
imported inside functions. Arguments are annotated with the aliases of `options` (already read: Money, date, int).
`reading()` and `writing()` of `access` give the session; only `writing()` commits. A command prints nothing and asks
nothing: what it gives is an `Outcome`, made after the `with`; findings that make a failure are `failed=True`. The
docstring is the help: first a sentence, last an example. What a terminal asks of it stands in
ledger/terminal/dialogues/.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ledger.commands.outcome import Answer

Act = TypeVar("Act", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class CommandDeclared:
    """A command: its name, its function, what it answers, how its line is cut.

    asks: the parameters that a terminal asks for though they may be left out of a command line, because another says
    as much ("convention|toutes": unless `toutes` is given) or the act itself refuses them blank.
    act: whether it writes what must not be written twice unawares: typed again the same day, word for word, it is
    refused to a script without `--encore`, and asked about in a terminal.
    answer: the fields of what it answers to scripts, or what gives them where their module is heavy.
    line_settings: how words are told from options, where a command line is itself a value.
    """

    name: str
    function: Callable[..., Any]
    act: bool = False
    asks: tuple[str, ...] = ()
    answer: Answer | Callable[[], Answer] | None = None
    line_settings: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeclaredGroup:
    """The commands about one subject. alone: there is but one, typed by the name of the subject."""

    purpose: str
    alone: bool = False
    commands: list[CommandDeclared] = field(default_factory=list)

    def command(
        self,
        name: str,
        *,
        act: bool = False,
        asks: Sequence[str] = (),
        answer: Answer | Callable[[], Answer] | None = None,
        line_settings: Mapping[str, bool] | None = None,
    ) -> Callable[[Act], Act]:
        """Declares a function as a command of the group, and leaves it as it is: see CommandDeclared."""

        def declare(function: Act) -> Act:
            self.commands.append(CommandDeclared(name, function, act, tuple(asks), answer, line_settings or {}))
            return function

        return declare


def group(purpose: str) -> DeclaredGroup:
    """A group of commands about one subject."""
    return DeclaredGroup(purpose)


def single() -> DeclaredGroup:
    """The group of a command that is typed by the name of its subject ("demo")."""
    return DeclaredGroup("", alone=True)
