"""`cofiville porteur recoder`, `dissoudre`: a porteur takes another code, or ends and is followed by another."""

from __future__ import annotations

from typing import Annotated

from ledger.commands.declaring.access import writing
from ledger.commands.declaring.options import Le, argument, day, option
from ledger.commands.declaring.parameters import Option
from ledger.commands.outcome import Outcome
from ledger.core.field import Field, Kind, code
from ledger.core.period import french_day
from ledger.journal.fields import MOTIVE
from ledger.referential.fields import PORTEUR

ENDED_ON = Field("dissous_le", "dissous le", Kind.DAY, optional=True, since="0.2")
SUCCESSOR = Field(
    "successeur", "successeur", Kind.CODE, optional=True, since="0.2", placeholder="CODE", offers="porteurs"
)
RECODED = (PORTEUR, code("ancien", "ancien code"))
ENDED = (PORTEUR, ENDED_ON, SUCCESSOR)


def porteur_recoder(
    code: Annotated[str, argument(PORTEUR)],
    nouveau: Annotated[
        str, argument(PORTEUR.but(name="nouveau", placeholder="NOUVEAU", help="Le nouveau code.", offers=""))
    ],
    motif: Annotated[str, option(MOTIVE.but(help="Pourquoi le code change."))],
    le: Le = None,
) -> Outcome:
    """Donne un autre code à un porteur ; l'ancien reste compris partout, et l'histoire est gardée.

    Exemple : cofiville porteur recoder CCAS-D-ESCAUDAIN CCAS-ESC --motif "Codes de la comptabilité"
    """
    from ledger.referential.merge_porteurs import change_code
    from ledger.referential.queries import find_porteur

    with writing() as session:
        former = find_porteur(session, code).code
        now = change_code(session, code, nouveau, reason=motif, on=day(le))[0].code
    return Outcome({"porteur": now, "ancien": former}, (f"{former} est maintenant {now} ; {former} reste compris.",))


def porteur_dissoudre(
    code: Annotated[str, argument(PORTEUR)],
    successeur: Annotated[str, option(SUCCESSOR.but(help="Le porteur qui prend sa suite."))] = "",
    motif: Annotated[str, option(MOTIVE.but(help="L'acte qui le dissout."))] = "",
    annuler: Annotated[bool, Option("--annuler", help="Il n'est pas dissous : revient sur une erreur.")] = False,
    le: Le = None,
) -> Outcome:
    """Note le dernier jour d'un porteur et son successeur : rien ne lui est plus demandé ni accordé ensuite.

    Ce qui lui était dû se paie et se justifie encore. Un organisme qui change de nom n'est pas dissous : porteur
    modifier CODE --nom NOM --le JOUR.

    Exemple : cofiville porteur dissoudre MAIN-DANS-LA-MAIN --motif "AG du 12/06/2016" --le 2016-06-30
    """
    from ledger.referential.end_porteur import end_porteur, undo_ending

    with writing() as session:
        if annuler:
            found = undo_ending(session, code)
        else:
            found = end_porteur(session, code, on=day(le), successor=successeur, reason=motif)
        row = {"porteur": found.code, "dissous_le": found.ended_on, "successeur": found.successor}
    if annuler:
        return Outcome(row, (f"{row['porteur']} n'est pas dissous.",))
    follows = f" ; son successeur est {row['successeur']}" if row["successeur"] else ""
    return Outcome(row, (f"{row['porteur']} est dissous depuis le {french_day(day(le))}{follows}.",))
