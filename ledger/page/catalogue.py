"""Which commands the page shows: those that read, as screens; the acts, as forms. All from their own declarations."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.core.errors import NotFound
from ledger.page.values import ValueAsked, needs_a_file, values_asked

if TYPE_CHECKING:
    from ledger.commands.declaring.group import CommandDeclared
    from ledger.terminal.program import CommandGroup

_WITHOUT_SCREEN = {"base", "excel", "echange", "reprise", "menu", "configurer", "diagnostic", "demo", "ouvrir"}
_OF_FILES = {"comite classeur", "comite page", "document editer", "document modeles", "rapport consolide"}
_OF_THE_TERMINAL = {"brouillon saisir", "brouillon modifier", "journal corriger"}
"""Acts whose value is a command line."""

NAVIGATION = (
    ("À faire", "rapport semaine"),
    ("L'année", "rapport demandes"),
    ("Enveloppes", "enveloppe lister"),
    ("Actions", "action lister"),
    ("Conventions", "convention lister"),
    ("Versements", "versement ordres"),
    ("Porteurs", "porteur lister"),
    ("Territoires", "rapport territoires"),
    ("Règles", "regle lister"),
    ("Clôture", "cloture verifier"),
    ("Journal", "journal lister"),
)
"""The screens of every day: the name of each, and the command whose listing it shows."""

_OF_LISTS = {
    "convention": ("convention montrer", "numero"),
    "action": ("action montrer", "action"),
    "porteur": ("porteur montrer", "code"),
    "ligne": ("enveloppe montrer", "ligne"),
    "regle": ("regle montrer", "code"),
    "ecriture": ("journal lister", "numero"),
    "mandat": ("versement expliquer", "mandat"),
    "appel": ("appel montrer", "appel"),
}
_OF_ONE = {
    "porteur lister": {"code": "porteur"},
    "regle lister": {"code": "regle"},
    "rapport semaine": {"objet": "convention"},
    "action lister": {"numero": "action", "code": "action"},
    "convention lister": {"numero": "convention"},
    "rapport demandes": {"code": "action"},
    "journal lister": {"numero": "ecriture"},
}


class Shown(NamedTuple):
    """A command as the page shows it: its words, its declaration, what is asked of it."""

    words: tuple[str, ...]
    declared: CommandDeclared
    asked: list[ValueAsked]

    @property
    def name(self) -> str:
        """Its words in one."""
        return " ".join(self.words)

    @property
    def title(self) -> str:
        """What it does, the first sentence of its help."""
        return (self.declared.function.__doc__ or self.name).strip().splitlines()[0].rstrip(".")

    def heading(self, given: Mapping[str, str]) -> str:
        """What its screen is called: as the navigation says, or after what it shows; an act by what it does."""
        for title, name in NAVIGATION:
            if name == self.name:
                return title
        if self.declared.act:
            return self.title
        said = [given[each.name] for each in self.asked if each.required and given.get(each.name)]
        return " ".join([self.words[0].capitalize(), *said]) if self.words[1:] == ("montrer",) else self.title

    @property
    def address(self) -> str:
        """Its place under the address of a contract."""
        return f"{'acte' if self.declared.act else 'voir'}/{'/'.join(self.words)}"


@cache
def commands_shown(subjects: tuple[CommandGroup, ...]) -> Mapping[str, Shown]:
    """Every command the page shows, by its words. subjects: the table of groups of the program."""
    found: dict[str, Shown] = {}
    for subject in subjects:
        if subject.name in _WITHOUT_SCREEN:
            continue
        app: Any = import_module(f"ledger.{subject.room}.{subject.module}").app
        for each in app.commands:
            words = (subject.name,) if app.alone else (subject.name, each.name)
            if " ".join(words) not in _OF_FILES | _OF_THE_TERMINAL and not needs_a_file(each):
                found[" ".join(words)] = Shown(words, each, values_asked(each))
    return found


def find_shown(commands: Mapping[str, Shown], words: str, *, act: bool) -> Shown:
    """The command of these words, which reads or acts. raises: NotFound."""
    found = commands.get(words)
    if found is None or found.declared.act != act:
        raise NotFound("Cette page n'existe pas.", "Revenez à l'accueil par le lien « À faire ».")
    return found


def place_of_code(command: str, field: str, code: str, year: str) -> tuple[str, dict[str, str]] | None:
    """The screen that shows what this code names in this column: its command and values; None where there is none."""
    named = _OF_ONE.get(command, {}).get(field, field)
    if named == "convention" and not code.startswith("C"):
        return None
    found = _OF_LISTS.get(named)
    if found is None or (found[0] == "enveloppe montrer" and not year):
        return None
    return found[0], {found[1]: code} | ({"annee": year} if found[0] == "enveloppe montrer" else {})
