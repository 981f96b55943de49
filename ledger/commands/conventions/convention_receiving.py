"""`cofiville convention recevoir`: the right the CAPH acquires on a financeur, and what it changes in the same file."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.shell.access import writing
from ledger.commands.shell.choices import act_around, may_ask
from ledger.commands.shell.dialogue import agreed
from ledger.commands.shell.options import Annee, Le, Ligne, Montant, Piece, day
from ledger.commands.shell.screen import say, show
from ledger.core.errors import InvalidValue
from ledger.core.money import Money

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.conventions.model import Convention
    from ledger.journal.posting import Posted
    from ledger.referential.model import CreditLine


def recevoir(
    ligne: Ligne,
    annee: Annee,
    montant: Montant,
    numero: Annotated[str, typer.Option(metavar="NUMERO", help="Le numéro à donner à cette convention.")],
    piece: Piece,
    compense: Annotated[
        str | None,
        typer.Option(metavar="CONVENTION", help="Une convention antérieure dont le non-consommé est retenu."),
    ] = None,
    complement: Annotated[
        bool, typer.Option("--complement", help="Arrêté complémentaire ou avenant du même dossier.")
    ] = False,
    exemple: Annotated[bool, typer.Option("--exemple", help="Étiquette la convention comme exemple.")] = False,
    le: Le = None,
) -> None:
    """Enregistre le droit que la CAPH acquiert sur un financeur, pour des crédits qu'elle reversera.

    Un second arrêté du même dossier s'ajoute au premier : sous son numéro, ou sous un autre. Une baisse s'enregistre
    par un avenant au droit : convention avenant NUMERO --montant LIGNE=-MONTANT.

    Exemple : cofiville convention recevoir ETAT-PDV-DRE 2016 171100,56
        --numero DRE-ETAT-2016 --piece "Arrêté du 25/04/2016" --le 2016-04-25
    """
    from ledger.conventions.lookups import find_convention
    from ledger.conventions.rights import record_right, standing_rights
    from ledger.core.money import ZERO, total
    from ledger.execution.compensations import record_compensated_right
    from ledger.referential.lookups import find_line

    with writing() as session:
        line, on = find_line(session, ligne), day(le)
        compensated = ZERO
        if (right := _complemented(session, line, annee, montant, numero, piece, on, complement)) is not None:
            posted = _changed(session, right, montant, piece, on)
        elif compense is None:
            posted = record_right(session, numero, line, annee, montant, piece=piece, on=on, example=exemple)
        else:
            earlier = find_convention(session, compense)
            posted, compensated = record_compensated_right(
                session, numero, line, annee, montant, earlier, piece=piece, on=on
            )
        everything = total(each.amount for each in standing_rights(session, line, annee))
    changed = right is not None
    _show_right(numero, f"{ligne} {annee}", montant, compensated, everything, posted, changed=changed)


def _show_right(
    number: str, of: str, amount: Money, compensated: Money, everything: Money, posted: Posted, *, changed: bool
) -> None:
    row = {
        "convention": number.strip().upper(),
        "montant": amount,
        "compense": compensated,
        "net": amount - compensated,
        "complement": changed,
        "droit_total": everything,
        "ecriture": posted.sequence,
        "deja_enregistre": not posted.new,
    }
    kept = f", dont {compensated.french()} compensés" if compensated else ""
    together = f" ; {everything.french()} en tout" if everything != amount else ""
    show(row, lambda: say(f"Droit acquis : {amount.french()} sur {of}{kept}{together}{posted.again()}."))


def _complemented(
    session: Session,
    line: CreditLine,
    year: int,
    amount: Money,
    number: str,
    piece: str,
    on: date,
    complement: bool,
) -> Convention | None:
    """The right that this arrêté changes; None where it is a right of its own, or the very one that stands.

    Asked in a terminal where one stands already for the line and year.
    raises: InvalidValue where nobody says whether it is another arrêté or the same one again; typer.Exit(1) for no.
    """
    from ledger.conventions.rights import standing_rights

    rights = standing_rights(session, line, year)
    named = next((each for each in rights if each.number == number.strip().upper()), None)
    if not rights or _same(named, amount, piece, on):
        return None
    if named is not None and any(each.piece == piece.strip() for each in named.avenants):
        return named
    again = next((each for each in rights if each.piece == piece.strip()), None)
    told = named or again or rights[0]
    if complement or _said_another(told, amount):
        return named
    if named is None and again is None:
        return None
    raise InvalidValue(
        f"{told.number} est déjà un droit de {told.amount.french()} sur {line.code} {year} ({told.piece}).",
        "S'il s'agit d'un autre arrêté ou d'un avenant du même dossier, ajoutez --complement.",
    )


def _same(right: Convention | None, amount: Money, piece: str, on: date) -> bool:
    return right is not None and (right.lines[0].amount_signed, right.piece, right.signed_on) == (amount, piece, on)


def _said_another(right: Convention, amount: Money) -> bool:
    """Whether the user says that this is another arrêté of the same file; no, where nobody is there to say."""
    if not may_ask() or act_around() is not None:
        return False
    question = (
        f"{right.number} est déjà un droit de {right.amount.french()} ({right.piece})."
        f" Un autre arrêté du même dossier ajoute-t-il {amount.french()} ? [o/N] "
    )
    if not agreed(question):
        print("Rien n'a été écrit.", file=sys.stderr)
        raise typer.Exit(1)
    return True


def _changed(session: Session, right: Convention, amount: Money, piece: str, on: date) -> Any:
    from ledger.conventions.rights import change_right

    return change_right(session, right, amount, piece=piece, on=on)[1]


def say_awaited(rows: Iterable[Mapping[str, Any]]) -> None:
    """Say of each convention which right the CAPH has still to acquire on what it passes on."""
    for row in rows:
        for line in row["droit_attendu"]:
            say(
                f"{row['convention']} reverse {line} : la CAPH n'en a pas encore le droit, elle avancerait."
                f" Enregistrez-le : cofiville convention recevoir {line} ANNEE MONTANT"
                " --numero NUMERO --piece REFERENCE."
            )
