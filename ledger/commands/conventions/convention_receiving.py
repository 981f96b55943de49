"""`cofiville convention recevoir`: the right the EPCI acquires on a financeur, and what it changes in the same file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from ledger.commands.declaring.access import writing
from ledger.commands.declaring.options import Annee, Le, Ligne, Montant, Piece, day, option
from ledger.commands.declaring.parameters import Option
from ledger.commands.outcome import Outcome
from ledger.conventions.fields import NUMBER
from ledger.core.errors import InvalidValue
from ledger.core.field import Field, Kind
from ledger.core.money import Money
from ledger.journal.fields import ALREADY_RECORDED, AMOUNT, CONVENTION, ENTRY

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.conventions.model import Convention
    from ledger.journal.posting import Posted

_NUMBER = NUMBER.but(name="numero", placeholder="NUMERO", help="Le numéro à donner à cette convention.", offers="")
_EARLIER = CONVENTION.but(name="compense", help="Une convention antérieure dont le non-consommé est retenu.", offers="")
RECEIVED = (
    CONVENTION,
    AMOUNT,
    AMOUNT.but(name="compense", title="compensé", help="Ce qui en est retenu."),
    AMOUNT.but(name="net", title="net", help="Ce qui en reste à recevoir."),
    Field("complement", "complément", Kind.YES_NO, since="0.2"),
    AMOUNT.but(name="droit_total", title="droit en tout", help="Ce que tous les droits de la ligne font.", since="0.2"),
    ENTRY,
    ALREADY_RECORDED.but(since="0.2"),
)


def convention_recevoir(
    ligne: Ligne,
    annee: Annee,
    montant: Montant,
    numero: Annotated[str, option(_NUMBER)],
    piece: Piece,
    compense: Annotated[str | None, option(_EARLIER)] = None,
    complement: Annotated[
        bool, Option("--complement", help="Arrêté complémentaire ou avenant du même dossier.")
    ] = False,
    exemple: Annotated[bool, Option("--exemple", help="Étiquette la convention comme exemple.")] = False,
    le: Le = None,
) -> Outcome:
    """Enregistre un droit acquis sur un financeur (arrêté ou convention), pour des crédits que l'EPCI reversera.

    Un second arrêté du même dossier s'ajoute au premier : sous son numéro, ou sous un autre. Une baisse s'enregistre
    par un avenant au droit : convention avenant NUMERO --montant LIGNE=-MONTANT.

    Exemple : cofiville convention recevoir ETAT-PDV-DRE 2016 171100,56
        --numero DRE-ETAT-2016 --piece "Arrêté du 25/04/2016" --le 2016-04-25
    """
    from ledger.conventions.queries import find_convention
    from ledger.conventions.rights import record_right, standing_rights
    from ledger.core.money import ZERO, total
    from ledger.execution.passing_on.return_unspent import record_compensated_right
    from ledger.referential.queries import find_line

    with writing() as session:
        line, on = find_line(session, ligne), day(le)
        compensated = ZERO
        right = _complemented(standing_rights(session, line, annee), montant, numero, piece, on, complement)
        if right is not None:
            posted = _changed(session, right, montant, piece, on)
        elif compense is None:
            posted = record_right(session, numero, line, annee, montant, piece=piece, on=on, example=exemple)
        else:
            earlier = find_convention(session, compense)
            posted, compensated = record_compensated_right(
                session, numero, line, annee, montant, earlier, piece=piece, on=on
            )
        everything = total(each.amount for each in standing_rights(session, line, annee))
    return _received(numero, f"{ligne} {annee}", montant, compensated, everything, posted, changed=right is not None)


def _received(
    number: str, of: str, amount: Money, compensated: Money, everything: Money, posted: Posted, *, changed: bool
) -> Outcome:
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
    combined = f" ; {everything.french()} en tout" if everything != amount else ""
    return Outcome(row, (f"Droit acquis : {amount.french()} sur {of}{kept}{combined}{posted.again()}.",))


def _complemented(
    rights: Sequence[Convention], amount: Money, number: str, piece: str, on: date, complement: bool
) -> Convention | None:
    """The right that this arrêté changes; None where it is a right of its own, or the very one that stands.

    raises: InvalidValue where nobody says whether it is another arrêté or the same one again.
    """
    named = _named(rights, number)
    noted = doubtful_right(rights, amount, number, piece, on)
    if noted is not None and not complement and (noted is named or noted.piece == piece.strip()):
        raise InvalidValue(
            f"{noted.number} est déjà un droit de {noted.amount.french()} sur {noted.lines[0].line} {noted.year}"
            f" ({noted.piece}).",
            "S'il s'agit d'un autre arrêté ou d'un avenant du même dossier, ajoutez --complement.",
        )
    return None if _same(named, amount, piece, on) else named


def doubtful_right(rights: Sequence[Convention], amount: Money, number: str, piece: str, on: date) -> Convention | None:
    """The right that stands already for the line and year, where this may be another arrêté of its file.

    None where there is none, or where the same act was recorded: this very right, or this change of it.
    """
    named = _named(rights, number)
    if not rights or _same(named, amount, piece, on):
        return None
    if named is not None and any(each.piece == piece.strip() for each in named.avenants):
        return None
    return named or next((each for each in rights if each.piece == piece.strip()), rights[0])


def _named(rights: Sequence[Convention], number: str) -> Convention | None:
    return next((each for each in rights if each.number == number.strip().upper()), None)


def _same(right: Convention | None, amount: Money, piece: str, on: date) -> bool:
    return right is not None and (right.lines[0].amount_signed, right.piece, right.signed_on) == (amount, piece, on)


def _changed(session: Session, right: Convention, amount: Money, piece: str, on: date) -> Posted:
    from ledger.conventions.rights import change_right

    return change_right(session, right, amount, piece=piece, on=on)[1]


def rights_not_acquired(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Says of each convention which right the EPCI has still to acquire on what it passes on."""
    for row in rows:
        for line in row["droit_attendu"]:
            yield (
                f"{row['convention']} reverse {line} : l'EPCI n'en a pas encore le droit, il avancerait."
                f" Enregistrez-le : cofiville convention recevoir {line} ANNEE MONTANT"
                " --numero NUMERO --piece REFERENCE."
            )
