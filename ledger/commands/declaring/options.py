"""Arguments and options every group shares: one spelling, one help, one way of reading each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Any

from ledger.commands.declaring.choices import act_around
from ledger.commands.declaring.contract_day import contract_today
from ledger.commands.declaring.parameters import Argument, Option
from ledger.commands.outcome import Unconfirmed
from ledger.core.errors import InvalidValue
from ledger.core.field import Field, Kind
from ledger.core.money import Money, parse_money, parse_positive_money
from ledger.core.period import check_year, parse_day, typed_day
from ledger.core.rate import parse_rate
from ledger.journal.fields import ACTION, AMOUNT, AMOUNT_SIGNED, EFFECTIVE_ON, LINE, PIECE, WAIVER, YEAR


def parse_year(text: str | int) -> int:
    """The year of an exercice. raises: InvalidValue when it is not four digits between 2000 and 2099."""
    stripped = str(text).strip()
    if not (stripped.isascii() and stripped.isdigit()):
        raise InvalidValue(f"« {stripped} » n'est pas une année.", "Saisissez quatre chiffres, par exemple 2016.")
    return check_year(int(stripped))


def parse_instant(text: str) -> datetime:
    """The instant typed, here unless it says where, or the last one of a day. raises: InvalidValue for neither."""
    stripped = text.strip()
    if ":" not in stripped:
        return datetime.combine(parse_day(stripped), time.max).astimezone()
    try:
        return datetime.fromisoformat(stripped).astimezone()
    except ValueError:
        raise InvalidValue(
            f"« {stripped} » n'est pas un instant.",
            "Écrivez un jour, ou AAAA-MM-JJTHH:MM:SS, par exemple 2016-05-12T14:30:00.",
        ) from None


_PARSERS: dict[Kind, Callable[[str], Any]] = {
    Kind.AMOUNT: parse_positive_money,
    Kind.DAY: parse_day,
    Kind.INSTANT: parse_instant,
    Kind.RATE: parse_rate,
    Kind.PATH: Path,
}


def argument(field: Field, **settings: Any) -> Any:
    """The argument of a command line that this field is: its name, its help, how it is read, what completes it."""
    return Argument(**(_typed(field) | settings))


def option(field: Field, *names: str, **settings: Any) -> Any:
    """The option of a command line that this field is; named after the field unless names are given."""
    declared = names or (f"--{field.name.replace('_', '-')}",)
    return Option(*declared, **(_typed(field) | settings))


def _typed(field: Field) -> dict[str, Any]:
    parser = parse_year if field.placeholder == "ANNEE" else _PARSERS.get(field.kind)
    return {
        "metavar": field.placeholder or None,
        "help": field.help,
        "parser": parse_money if field.kind is Kind.AMOUNT and field.signed else parser,
        "offers": field.offers,
        "personal": field.personal,
        "title": field.title,
    }


def filled_by(declared: Mapping[str, Field], words: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, by attribute of a form; what was left out is not there.

    declared: of each attribute, the field whose option it is. words: what was typed, by the name of the option.
    """
    found = {name: words.get(field.name) for name, field in declared.items()}
    found = {name: tuple(value) if isinstance(value, list) else value for name, value in found.items()}
    return {name: value for name, value in found.items() if value is not None and value != ()}


def _act_day(text: str) -> date:
    """The day typed of an act: whatever it writes counts from it."""
    typed = parse_day(text)
    typed_day.set(typed)
    return typed


Annee = Annotated[int, argument(YEAR)]
AnneeOuTout = Annotated[int | None, argument(YEAR.but(help="L'exercice ; tous si rien n'est donné.", offers=""))]
Ligne = Annotated[str, argument(LINE)]
NumeroAction = Annotated[str, argument(ACTION)]
Montant = Annotated[Money, argument(AMOUNT)]
MontantSigne = Annotated[Money, argument(AMOUNT_SIGNED)]
Le = Annotated[date | None, option(EFFECTIVE_ON, parser=_act_day, show_default="aujourd'hui")]
AuJour = Annotated[
    date | None,
    Option(
        "--le", metavar="JOUR", parser=parse_day, help="La situation à ce jour.", show_default="tout ce qui est saisi"
    ),
]
ConnuAu = Annotated[
    datetime | None,
    Option(
        "--connu-au",
        metavar="INSTANT",
        parser=parse_instant,
        help="Ce que l'on savait à la fin de ce jour, ou à cet instant, quelle que soit la date d'effet.",
        show_default="tout ce qui est saisi",
    ),
]
Piece = Annotated[str, option(PIECE)]
Malgre = Annotated[str, option(WAIVER)]
Oui = Annotated[bool, Option("--oui", help="Confirme sans demander.")]
Fichier = Annotated[Path, Argument(metavar="FICHIER", parser=Path, help="Le chemin du fichier.")]
FichierEcrit = Annotated[Path, Argument(metavar="FICHIER", parser=Path, help="Le chemin du fichier.", written=True)]


def day(le: date | None) -> date:
    """The day of effect of an act: the one typed, else today where the contract is. raises: UnknownTimeZone."""
    typed_day.set(le)
    return le or contract_today()


def confirm(consequences: str, oui: bool, *, by_script: bool = True) -> None:
    """Nothing when these consequences of an irreversible act are accepted: on the command line, or by the act around.

    by_script: whether a script must accept them too. raises: Unconfirmed, which who calls the command asks about.
    """
    if oui:
        return
    if (around := act_around()) is None:
        raise Unconfirmed(consequences, by_script=by_script)
    around.consequences.append(consequences)
