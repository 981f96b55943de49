"""`cofiville financeur`: who brings money."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.access import reading_as_of, writing
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import AuJour, ConnuAu, Le, Oui, argument, confirm, day, option
from ledger.commands.outcome import Outcome, Row, one, several
from ledger.commands.referential.doubts import doubts_said
from ledger.core.field import Choice, Field, Kind
from ledger.referential.fields import CODE, FIRST_DAY, LAST_DAY, LAW, NAME, NEW_NAME, SOURCE, STATUT
from ledger.referential.vocabulary import Law, LineNature
from ledger.reports.listing import Listing

if TYPE_CHECKING:
    from ledger.referential.model import Financeur

_ROLES = (
    Choice("credits_specifiques", LineNature.SPECIFIC.label),
    *(Choice(each.value, each.label) for each in (LineNature.DROIT_COMMUN, LineNature.OWN_FUNDS)),
)
_TYPE = Field("type", "type", help="Ce qu'il est : etat, region, commune, caf…", placeholder="TYPE")
_ROLE = Field(
    "role",
    "rôle",
    Kind.CHOICE,
    help="Ce qu'il apporte : credits_specifiques, droit_commun ou fonds_propres.",
    placeholder="ROLE",
    choices=_ROLES,
)
_FINANCEURS = (CODE, NAME, _TYPE, _ROLE, SOURCE, STATUT, FIRST_DAY, LAST_DAY)
_WHOLE = (*_FINANCEURS, LAW)
Code = Annotated[str, argument(CODE.but(help="Le code du financeur.", placeholder="CODE", offers="financeurs"))]
Source = Annotated[str, option(SOURCE.but(placeholder="TEXTE"))]

app = group("Financeurs : ceux qui apportent des crédits au contrat.")


@app.command("lister", answer=several(*_FINANCEURS))
def financeur_lister(le: AuJour = None, connu_au: ConnuAu = None) -> Outcome:
    """Liste les financeurs, leur rôle et la source.

    Exemple : cofiville financeur lister
    """
    from sqlalchemy import select

    from ledger.referential.model import Financeur

    with reading_as_of(le, connu_au) as session:
        found = session.scalars(select(Financeur).order_by(Financeur.code)).all()
        rows, doubts = tuple(map(_row, found)), doubts_said((each.code, each.to_confirm) for each in found)
    listing = Listing("Financeurs", _FINANCEURS, rows)
    return Outcome(listing, (listing, *doubts))


@app.command("ajouter", act=True, answer=one(*_WHOLE))
def financeur_ajouter(
    code: Code,
    nom: Annotated[str, argument(NAME.but(help="Son nom complet.", placeholder="NOM"))],
    kind: Annotated[str, option(_TYPE, "--type")],
    source: Source,
    role: Annotated[str, option(_ROLE)] = "credits_specifiques",
    statut: Annotated[str, option(STATUT)] = "",
    du: Annotated[date | None, option(FIRST_DAY)] = None,
) -> Outcome:
    """Ajoute un financeur au contrat : chaque commune peut être le sien.

    Exemple : cofiville financeur ajouter COMMUNE-DENAIN "Ville de Denain" --type commune --source §5.4.1
    """
    from ledger.referential.change_facts import add_financeur

    with writing() as session:
        row = _whole(add_financeur(session, code, nom, kind=kind, role=role, source=source, statut=statut, first=du))
    then = f"Donnez-lui une ligne : cofiville ligne ajouter CODE {row['code']} --libelle LIBELLE --source TEXTE"
    return Outcome(row, (f"Financeur {row['code']} ajouté : {row['nom']}.", then))


@app.command("modifier", act=True, answer=one(*_WHOLE))
def financeur_modifier(
    code: Code,
    statut: Annotated[str, option(STATUT.but(help="Son statut juridique : oph ou esh pour les bailleurs."))] = "",
    nom: Annotated[str | None, option(NEW_NAME)] = None,
    source: Annotated[str | None, option(SOURCE.but(placeholder="TEXTE"))] = None,
    le: Le = None,
) -> Outcome:
    """Dit le statut juridique d'un financeur, ou son nouveau nom depuis un jour.

    Le statut décide si son argent compte comme public (CGCT L1111-10 III).

    Exemple : cofiville financeur modifier BAILLEURS --statut esh
    """
    from ledger.referential.change_facts import change_fact
    from ledger.referential.queries import find_financeur
    from ledger.referential.statuts import read_statut

    typed = {"name": nom, "source": source, "statut": read_statut(statut).value if statut else None}
    said = {name: value for name, value in typed.items() if value is not None}
    with writing() as session:
        found = find_financeur(session, code)
        change_fact(session, found, said, le)
        row = _whole(found)
    law = Law(row["droit"]).label
    told = f"organisme de droit {law}" if row["statut"] else "statut à confirmer"
    return Outcome(row, (f"{row['code']} : {row['nom']}, {STATUT.label(row['statut']) or '—'}, {told}.",))


@app.command("clore", act=True, answer=one(*_WHOLE))
def financeur_clore(code: Code, le: Le = None, oui: Oui = False) -> Outcome:
    """Clôt un financeur dont toutes les lignes sont closes : il n'apporte plus rien.

    Exemple : cofiville financeur clore COMMUNE-DENAIN --le 2019-12-31 --oui
    """
    from ledger.programming.facts_in_use import close_unused
    from ledger.referential.queries import find_financeur

    confirm(f"Le financeur {code} sera clos.", oui)
    with writing() as session:
        found = find_financeur(session, code)
        close_unused(session, found, day(le))
        row = _whole(found)
    return Outcome(row, (f"Financeur {row['code']} clos.",))


def _row(found: Financeur) -> Row:
    return {
        "code": found.code,
        "nom": found.name,
        "type": found.kind,
        "role": found.role,
        "source": found.source,
        "statut": found.statut,
        "du": found.starts_on,
        "au": found.ends_on,
    }


def _whole(found: Financeur) -> Row:
    from ledger.referential.statuts import law_of

    return _row(found) | {"droit": law_of(found.statut).value}
