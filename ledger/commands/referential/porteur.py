"""`cofiville porteur`: the bodies that carry actions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

from ledger.commands.declaring.access import reading, writing
from ledger.commands.declaring.choices import base_address
from ledger.commands.declaring.options import Oui, argument, confirm, filled_by, option
from ledger.commands.declaring.usage import WrongUsage
from ledger.commands.outcome import Outcome, one, several
from ledger.commands.referential.porteur_life import Code, app, porteur_row, shown_contact
from ledger.core.field import Field
from ledger.referential.fields import (
    CODE,
    COMMUNE,
    CONTACT,
    IBAN,
    NAME,
    PORTEUR,
    PORTEUR_FIELDS,
    PORTEUR_KIND,
    PORTEUR_TYPED,
    RNA,
    SIRET,
    STATUT,
)
from ledger.reports.listing import Listing

_RECORDED = one(*PORTEUR_FIELDS)


def _kind(text: str) -> str:
    from ledger.referential.porteurs import check_kind

    return check_kind(text) if text else ""


Juridique = Annotated[str | None, option(STATUT)]


@app.command("lister", answer=several(*PORTEUR_FIELDS))
def porteur_lister() -> Outcome:
    """Liste les porteurs.

    Exemple : cofiville porteur lister
    """
    from ledger.referential.porteurs import porteurs

    with reading() as session:
        rows = tuple(porteur_row(porteur) for porteur in porteurs(session))
    return Outcome(Listing("Porteurs", PORTEUR_FIELDS, rows))


@app.command("ajouter", answer=_RECORDED, asks=("kind|statut",))
def porteur_ajouter(
    nom: Annotated[str, argument(NAME.but(help="Le nom complet.", placeholder="NOM"))],
    kind: Annotated[str, option(PORTEUR_KIND, "--type", parser=_kind)] = "",
    statut: Juridique = None,
    code: Annotated[str, option(CODE.but(help="Le code ; tiré du nom sinon."))] = "",
    siret: Annotated[str, option(SIRET)] = "",
    rna: Annotated[str, option(RNA)] = "",
    commune: Annotated[str, option(COMMUNE)] = "",
) -> Outcome:
    """Ajoute un porteur.

    Exemple : cofiville porteur ajouter "Les Ateliers du Faubourg" --type association --code ATELIERS
    """
    typed = filled_by(PORTEUR_TYPED, locals())
    from ledger.referential.porteurs import PorteurForm, record_porteur
    from ledger.referential.statuts import read_statut, usual_kind

    if not kind and not statut:
        raise WrongUsage("Le type du porteur manque.", "Donnez --type association, ou son statut : --statut oph.")
    kind = kind or usual_kind(read_statut(statut or ""))
    with writing() as session:
        row = porteur_row(record_porteur(session, PorteurForm(**(typed | {"kind": kind}))))
    said = [f"Porteur {row['code']} ajouté : {row['nom']}."]
    if row["statut"] is None:
        said.append(
            "Statut juridique à confirmer : jusque-là, les règles des organismes privés s'appliquent."
            f" Donnez-le : cofiville porteur modifier {row['code']} --statut oph (ou esh, sem, gip…)."
        )
    return Outcome(row, tuple(said))


@app.command("modifier", answer=_RECORDED)
def porteur_modifier(
    code: Code,
    nom: Annotated[str | None, option(NAME.but(help="Le nouveau nom."))] = None,
    kind: Annotated[str | None, option(PORTEUR_KIND.but(help="Le nouveau type."), "--type")] = None,
    siret: Annotated[str | None, option(SIRET.but(help="Le nouveau SIRET."))] = None,
    rna: Annotated[str | None, option(RNA.but(help="Le nouveau RNA."))] = None,
    commune: Annotated[str | None, option(COMMUNE.but(help="La commune."))] = None,
    statut: Juridique = None,
) -> Outcome:
    """Corrige un porteur ; ce qui n'est pas donné ne change pas, et il est tenu pour confirmé.

    Exemple : cofiville porteur modifier CCAS-D-ESCAUDAIN --siret 26590205600018
    """
    typed = filled_by(PORTEUR_TYPED, locals() | {"type": kind})
    from ledger.referential.porteurs import change_porteur, read_porteur
    from ledger.referential.queries import find_porteur

    with writing() as session:
        now = find_porteur(session, code)
        form = replace(read_porteur(now), **{"to_confirm": False, "statut": None, **typed})
        row = porteur_row(change_porteur(session, now.code, form))
    return Outcome(row, (f"Porteur {row['code']} corrigé.",))


@app.command("contact", answer=one(PORTEUR, CONTACT, IBAN))
def porteur_contact(
    code: Code,
    nom: Annotated[str, option(CONTACT, "--nom")] = "",
    iban: Annotated[str, option(IBAN)] = "",
) -> Outcome:
    """Garde la personne à joindre et l'IBAN d'un porteur, hors du livre : ils peuvent être effacés.

    Exemple : cofiville porteur contact CCAS-D-ESCAUDAIN --nom "Mme Dubois" --iban "FR76 3000 6000 0112 3456 7890 189"
    """
    from ledger.referential.porteurs import record_contact

    with writing() as session:
        kept = record_contact(session, code, name=nom, iban=iban, at=datetime.now(UTC))
    row = {"porteur": code, **shown_contact(kept)}
    return Outcome(row, (f"{code} : {row['contact'] or 'sans contact'}, IBAN {row['iban'] or 'non connu'}.",))


@app.command("effacer-contact", answer=one(PORTEUR, Field("efface", "effacé", many=True)))
def porteur_effacer_contact(code: Code, oui: Oui = False) -> Outcome:
    """Efface la personne et l'IBAN gardés pour un porteur ; les montants et le sceau du livre ne changent pas.

    Les sauvegardes déjà faites les portent encore : détruisez-les, ou refaites l'effacement après une restauration.

    Exemple : cofiville porteur effacer-contact CCAS-D-ESCAUDAIN --oui
    """
    from ledger.referential.porteurs import erase_contact
    from ledger.storage.backup import forget_old_pages
    from ledger.storage.engine import database_url, sqlite_path

    confirm(f"La personne à joindre et l'IBAN de {code} seront effacés, sans retour.", oui)
    with writing() as session:
        kinds = erase_contact(session, code, at=datetime.now(UTC))
    path = sqlite_path(database_url(base_address()))
    if path is not None:
        forget_old_pages(path)
    return Outcome({"porteur": code, "efface": kinds}, (f"{code} : effacé ({', '.join(kinds)}).",))
