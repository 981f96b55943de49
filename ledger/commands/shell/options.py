"""Arguments and options every group shares: one spelling, one help, one way of reading each."""

from __future__ import annotations

import sys
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated

import typer

from ledger.commands.shell.choices import act_around, may_ask
from ledger.commands.shell.completion import ACTIONS, LINES, YEARS
from ledger.commands.shell.usage import WrongUsage
from ledger.core.errors import InvalidValue
from ledger.core.money import Money, parse_money, parse_positive_money
from ledger.core.period import check_year, parse_day
from ledger.core.typed_day import typed_day


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


Annee = Annotated[
    int, typer.Argument(metavar="ANNEE", parser=parse_year, autocompletion=YEARS, help="L'exercice, par exemple 2016.")
]
AnneeOuTout = Annotated[
    int | None, typer.Argument(metavar="ANNEE", parser=parse_year, help="L'exercice ; tous si rien n'est donné.")
]
Ligne = Annotated[str, typer.Argument(metavar="LIGNE", autocompletion=LINES, help="Le code de la ligne de crédits.")]
NumeroAction = Annotated[
    str, typer.Argument(metavar="ACTION", autocompletion=ACTIONS, help="Le numéro de l'action, par exemple 2016-014.")
]
Montant = Annotated[
    Money, typer.Argument(metavar="MONTANT", parser=parse_positive_money, help="En euros, par exemple 1 234,56.")
]
MontantSigne = Annotated[
    Money, typer.Argument(metavar="MONTANT", parser=parse_money, help="En euros ; négatif pour une baisse : -500.")
]
Le = Annotated[
    date | None,
    typer.Option(
        "--le",
        metavar="JOUR",
        parser=parse_day,
        help="Le jour où l'acte compte, AAAA-MM-JJ ou JJ/MM/AAAA.",
        show_default="aujourd'hui",
    ),
]
AuJour = Annotated[
    date | None,
    typer.Option(
        "--le", metavar="JOUR", parser=parse_day, help="La situation à ce jour.", show_default="tout ce qui est saisi"
    ),
]
ConnuAu = Annotated[
    datetime | None,
    typer.Option(
        "--connu-au",
        metavar="INSTANT",
        parser=parse_instant,
        help="Ce que l'on savait à la fin de ce jour, ou à cet instant, quelle que soit la date d'effet.",
        show_default="tout ce qui est saisi",
    ),
]
Piece = Annotated[
    str, typer.Option("--piece", metavar="REFERENCE", help="La pièce qui fonde l'acte (arrêté, délibération…).")
]
Malgre = Annotated[
    str, typer.Option("--malgre", metavar="MOTIF", help="Pourquoi passer outre une règle ; le motif reste, listé.")
]
Oui = Annotated[bool, typer.Option("--oui", help="Confirme sans demander.")]
Fichier = Annotated[Path, typer.Argument(metavar="FICHIER", parser=Path, help="Le chemin du fichier.")]


def day(le: date | None) -> date:
    """The day of effect of an act: the one typed, else today."""
    typed_day.set(le)
    return le or datetime.now().astimezone().date()


def confirm(consequences: str, oui: bool) -> None:
    """Nothing when the user accepts these consequences of an irreversible act.

    oui: already accepted on the command line. What is a part of another act was accepted with it.
    raises: WrongUsage without a terminal to ask on; typer.Exit(1) when the answer is no.
    """
    if oui or act_around() is not None:
        return
    if not may_ask():
        raise WrongUsage(f"{consequences} Cet acte demande une confirmation.", "Relisez, puis ajoutez --oui.")
    print(consequences, file=sys.stderr)
    if not agreed("Continuer ? [o/N] "):
        print("Rien n'a été écrit.", file=sys.stderr)
        raise typer.Exit(1)


def agreed(question: str, *, default: bool = False) -> bool:
    """Whether the user says yes; a blank answer says what `default` says."""
    print(question, end="", file=sys.stderr, flush=True)
    answer = sys.stdin.readline()
    if default and answer == "\n":
        return True
    return answer.strip().lower() in ("o", "oui")
