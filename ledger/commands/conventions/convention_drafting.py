"""`cofiville convention saisir` and `preparer`: drafts, from options or by answering for what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from ledger.commands.conventions.convention_drafts import draft_row, drafted, drafts_outcome
from ledger.commands.conventions.convention_typing import Debut, Echeance, Fin, typed_facts
from ledger.commands.declaring.access import writing
from ledger.commands.declaring.options import Annee, Le, Oui, day, option
from ledger.commands.declaring.parameters import Argument
from ledger.commands.declaring.usage import WrongUsage
from ledger.commands.outcome import Outcome
from ledger.conventions.fields import CASCADE, CIRCUIT, CONVENTION_TYPED, GIVEN_NUMBER, LATER, PURPOSE
from ledger.core.errors import InvalidValue
from ledger.referential.fields import IBAN, SIRET

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_ACTIONS = Argument(metavar="[ACTION]...", offers="actions", help="Les actions accordées ; demandées sinon.")
_SIRET = SIRET.but(help="Le SIRET du bénéficiaire, s'il n'est pas connu.")
_IBAN = IBAN.but(help="L'IBAN du bénéficiaire, s'il n'est pas connu.", placeholder="")


def convention_saisir(
    actions: Annotated[list[str] | None, _ACTIONS] = None,
    payeur: Annotated[str | None, option(CONVENTION_TYPED["payer"])] = None,
    montant: Annotated[list[str] | None, option(CONVENTION_TYPED["grants"])] = None,
    circuit: Annotated[str, option(CIRCUIT)] = "",
    numero: Annotated[str, option(GIVEN_NUMBER)] = "",
    objet: Annotated[str, option(PURPOSE)] = "",
    debut: Debut = None,
    fin: Fin = None,
    echeance: Echeance = None,
    tranche: Annotated[list[str] | None, option(LATER)] = None,
    autorisation: Annotated[str, option(CASCADE)] = "",
    siret: Annotated[str, option(_SIRET)] = "",
    iban: Annotated[str, option(_IBAN)] = "",
    oui: Oui = False,
    le: Le = None,
) -> Outcome:
    """Prépare la ou les conventions d'une action, sur ce qui lui est accordé et pas encore conventionné.

    Sans ACTION, dans un terminal : ce qui manque est demandé et les conséquences sont montrées avant d'écrire.

    Exemple : cofiville convention saisir 2016-015 --payeur CAPH --le 2016-04-25
    """
    typed = typed_facts(CONVENTION_TYPED, locals())
    if not actions:
        raise WrongUsage("L'action manque.", "Donnez son numéro, ou lancez la commande dans un terminal.")
    numbers = [each.strip().upper() for each in actions]
    with writing() as session:
        _complete_beneficiary(session, numbers[0], siret, iban)
        rows = drafted(session, numbers, typed, day(le))
    return drafts_outcome(rows)


def convention_preparer(annee: Annee, le: Le = None) -> Outcome:
    """Prépare d'un coup les conventions de tout ce qui est accordé dans l'année et pas encore conventionné.

    Exemple : cofiville convention preparer 2016 --le 2016-04-25
    """
    from ledger.conventions.draft_convention import prepare_year

    with writing() as session:
        rows = [draft_row(session, each) for each in prepare_year(session, annee, on=day(le))]
    return drafts_outcome(rows)


def _complete_beneficiary(session: Session, action: str, siret: str, iban: str) -> None:
    """Keep the SIRET and the IBAN typed of who carries the action, where it has none.

    raises: InvalidValue when it has another SIRET already, or what was typed is wrong.
    """
    from dataclasses import replace

    from ledger.programming.queries import find_action
    from ledger.referential.porteurs import change_porteur, read_porteur, record_contact
    from ledger.referential.queries import find_porteur
    from ledger.referential.siret import check_siret
    from ledger.storage.instants import instant_of_record

    if not (siret or iban):
        return
    porteur = find_porteur(session, find_action(session, action).porteur)
    if siret and porteur.siret not in (None, check_siret(siret)):
        raise InvalidValue(
            f"{porteur.code} a déjà un autre SIRET : {porteur.siret}.",
            f"S'il a changé : cofiville porteur modifier {porteur.code} --siret SIRET.",
        )
    if siret:
        form = replace(read_porteur(porteur), siret=siret, statut=None)
        change_porteur(session, porteur.code, form)
    if iban:
        record_contact(session, porteur.code, iban=iban, at=instant_of_record(session))
