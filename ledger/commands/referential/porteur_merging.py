"""`cofiville porteur doublons`, `fusionner`: bodies written twice, found and made one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.access import reading, writing
from ledger.commands.declaring.options import Le, argument, day, option
from ledger.commands.outcome import Outcome, Row
from ledger.core.field import Field, Kind, code, words
from ledger.journal.fields import CONVENTION, MOTIVE
from ledger.referential.fields import NAME, PORTEUR
from ledger.reports.listing import Listing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.referential.model import Porteur

_COUNTED = {"action": "action", "convention": "convention", "post": "poste", "set_off": "compensation"}
LIKELY = (
    PORTEUR,
    NAME,
    code("double", "double", width=14),
    words("nom_double", "son nom"),
    words("indice", "indice"),
    words("remede", "à faire", shown=False),
)
MERGED = (
    PORTEUR,
    code("ancien", "ancien code"),
    *(Field(f"{name}s", f"{name}s", Kind.INTEGER) for name in _COUNTED.values()),
    CONVENTION.but(name="a_formaliser", title="à formaliser", many=True),
)


def porteur_doublons() -> Outcome:
    """Liste les porteurs qui semblent être le même, ce qui le fait penser, et la commande qui les réunit.

    Le nom compte sans accents, majuscules, « de », initiales ni forme juridique ; puis le SIREN, le RNA, la commune.
    Deux SIREN différents sont deux organismes.

    Exemple : cofiville porteur doublons
    """
    from ledger.referential.likely_porteurs import likely_porteurs

    with reading() as session:
        rows = tuple(
            {
                "porteur": each.kept.code,
                "nom": each.kept.name,
                "double": each.other.code,
                "nom_double": each.other.name,
                "indice": each.why,
                "remede": each.command,
            }
            for each in likely_porteurs(session)
        )
    if not rows:
        return Outcome((), ("Aucun porteur ne semble saisi deux fois.",))
    said = (f"Si c'est le même : {each['remede']}" for each in rows)
    return Outcome(rows, (Listing("Porteurs qui semblent être le même", LIKELY, rows), *said))


def porteur_fusionner(
    code: Annotated[str, argument(PORTEUR.but(help="Le porteur qui reste."))],
    double: Annotated[
        str, argument(PORTEUR.but(name="double", placeholder="DOUBLE", help="Celui qui est le même, saisi à part."))
    ],
    motif: Annotated[str, option(MOTIVE.but(help="Pourquoi : « Saisi deux fois »."))],
    le: Le = None,
) -> Outcome:
    """Réunit deux porteurs qui sont le même : les actions, conventions et paiements du second sont au premier.

    Son code reste compris et son histoire gardée. Les seuils de l'année, dont celui de la convention obligatoire,
    comptent alors un seul organisme. Les écrans d'un jour passé ne changent pas.

    Exemple : cofiville porteur fusionner CCAS-D-ESCAUDAIN CCAS-ESCAUDAIN --motif "Saisi deux fois"
    """
    from ledger.referential.merge_porteurs import merge_porteurs
    from ledger.referential.queries import find_porteur

    with writing() as session:
        former = find_porteur(session, double).code
        kept, moved = merge_porteurs(session, code, double, reason=motif, on=day(le))
        said = f"{former} est réuni à {kept.code} ({kept.name}){_moved(moved)}."
        row, above = _merged(session, former, kept, moved)
    return Outcome(row, (said, *above))


def _merged(session: Session, former: str, kept: Porteur, moved: Mapping[str, int]) -> tuple[Row, list[str]]:
    row: Row = {"porteur": kept.code, "ancien": former}
    row |= {f"{name}s": moved.get(table, 0) for table, name in _COUNTED.items()}
    above, said = to_formalise(session, kept.code)
    return row | {"a_formaliser": above}, said


def to_formalise(session: Session, porteur: str) -> tuple[list[str], list[str]]:
    """The notifications of this body that its grants of the year now take above the threshold, and what is said."""
    from ledger.conventions.granted import raise_notifications

    above = raise_notifications(session, porteur, day(None))
    return above, [
        f"Avec ce que {porteur} reçoit en tout, une convention est obligatoire, et {number} n'est qu'une"
        f' notification : cofiville convention formaliser {number} --piece "Convention du …".'
        for number in above
    ]


def _moved(moved: Mapping[str, int]) -> str:
    found = list(_counts(moved))
    return f" : {', '.join(found)}" if found else ", qui ne portait rien"


def _counts(moved: Mapping[str, int]) -> Iterator[str]:
    for table, name in _COUNTED.items():
        if number := moved.get(table, 0):
            yield f"{number} {name}{'s' if number > 1 else ''}"
