"""`cofiville porteur effacer-contact`: a person is erased from the base, and from what waits beside its file."""

from __future__ import annotations

from typing import Annotated

from ledger.commands.declaring.access import writing
from ledger.commands.declaring.choices import base_address
from ledger.commands.declaring.options import Oui, argument, confirm
from ledger.commands.outcome import Outcome
from ledger.core.errors import NotFound
from ledger.core.field import Field
from ledger.referential.fields import PORTEUR

ERASED = (PORTEUR, Field("efface", "effacé", many=True))
STILL_IN_THE_FILE = (
    "L'effacement est fait, mais le fichier -wal à côté de la base garde l'ancienne valeur tant qu'il ne peut pas être"
    " vidé (quelqu'un lit la base, ou le disque refuse). → Retapez la même commande quand la base n'est plus ouverte."
)


def porteur_effacer_contact(code: Annotated[str, argument(PORTEUR)], oui: Oui = False) -> Outcome:
    """Efface la personne et l'IBAN gardés pour un porteur ; les montants et le sceau du livre ne changent pas.

    Les sauvegardes déjà faites les portent encore : détruisez-les, ou refaites l'effacement après une restauration.

    Exemple : cofiville porteur effacer-contact CCAS-D-ESCAUDAIN --oui
    """
    from ledger.referential.porteurs import erase_contact
    from ledger.storage.instants import instant_of_record

    confirm(f"La personne à joindre et l'IBAN de {code} seront effacés, sans retour.", oui)
    try:
        with writing() as session:
            kinds = erase_contact(session, code, at=instant_of_record(session))
    except NotFound:
        old_pages_forgotten()
        raise
    waiting = () if old_pages_forgotten() else (STILL_IN_THE_FILE,)
    return Outcome({"porteur": code, "efface": kinds}, (f"{code} : effacé ({', '.join(kinds)}).",), waiting)


def old_pages_forgotten() -> bool:
    """Whether nothing that was replaced is left beside the base; always so on a server."""
    import sqlite3

    from ledger.storage.backup import forget_old_pages
    from ledger.storage.engine import database_url, sqlite_path

    path = sqlite_path(database_url(base_address()))
    try:
        return path is None or forget_old_pages(path)
    except sqlite3.Error:
        return False
