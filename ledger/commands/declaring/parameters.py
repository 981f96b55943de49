"""How the values of a command are typed: an argument or an option, whose value stands in the function's signature."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Parameter:
    """How one value is typed.

    names: what an option is called ("--le"); the parameter's own name where none is given. metavar: what stands for the
    value. parser: reads the words typed. offers: the codes that complete it, by their name in `OFFERS`. show_default:
    whether, or how, help shows the default. min, max: the bounds of a whole number. envvar: a variable read where
    nothing is typed. callback: what is done with the value once read, which gives it back. written: whether it names a
    file, or a folder of files, that the command writes: who calls it says whether one that stands there is replaced.
    hidden: still read for those who type it, and named by no help: another option says the same.
    personal: whether it is about a person: nothing of it is kept where it could not be erased. title: what a form calls
    it; "" where nothing but its name says so.
    """

    def __init__(
        self,
        *names: str,
        metavar: str | None = None,
        help: str = "",  # noqa: A002 - the word of every command line
        parser: Callable[[str], Any] | None = None,
        offers: str = "",
        show_default: bool | str = True,
        min: int | None = None,  # noqa: A002
        max: int | None = None,  # noqa: A002
        envvar: str | None = None,
        callback: Callable[[Any], Any] | None = None,
        written: bool = False,
        hidden: bool = False,
        personal: bool = False,
        title: str = "",
    ) -> None:
        self.names, self.offers, self.written, self.personal, self.title = names, offers, written, personal, title
        self.settings: dict[str, Any] = {
            "metavar": metavar,
            "help": help,
            "parser": parser,
            "show_default": show_default,
            "min": min,
            "max": max,
            "envvar": envvar,
            "callback": callback,
            "hidden": hidden,
        }


class Argument(Parameter):
    """A value typed at its place, without a name."""


class Option(Parameter):
    """A value typed after its name; a flag has no value."""
