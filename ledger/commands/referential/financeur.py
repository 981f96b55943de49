"""`cofiville financeur`: who brings money."""

from __future__ import annotations

from typing import Annotated

from ledger.commands.outcome import Outcome, one, several
from ledger.commands.shell.access import reading, writing
from ledger.commands.shell.options import argument, option
from ledger.commands.shell.program import group
from ledger.core.field import Choice, Field, Kind
from ledger.referential.fields import CODE, LAW, NAME, SOURCE, STATUT
from ledger.referential.vocabulary import LineNature
from ledger.reports.listing import Listing

_ROLES = (
    Choice("credits_specifiques", LineNature.SPECIFIC.label),
    *(Choice(each.value, each.label) for each in (LineNature.DROIT_COMMUN, LineNature.OWN_FUNDS)),
)
_FINANCEURS = (
    CODE,
    NAME,
    Field("type", "type"),
    Field("role", "rôle", Kind.CHOICE, choices=_ROLES),
    SOURCE,
    STATUT,
)

app = group("Financeurs : ceux qui apportent des crédits au contrat.")


@app.command("lister", answer=several(*_FINANCEURS))
def financeur_lister() -> Outcome:
    """Liste les financeurs, leur rôle et la source.

    Exemple : cofiville financeur lister
    """
    from sqlalchemy import select

    from ledger.referential.model import Financeur

    with reading() as session:
        rows = tuple(
            {"code": f.code, "nom": f.name, "type": f.kind, "role": f.role, "source": f.source, "statut": f.statut}
            for f in session.scalars(select(Financeur).order_by(Financeur.code))
        )
    return Outcome(Listing("Financeurs", _FINANCEURS, rows))


@app.command("modifier", answer=one(CODE, NAME, STATUT.but(optional=False), LAW))
def financeur_modifier(
    code: Annotated[str, argument(CODE.but(help="Le code du financeur.", placeholder="CODE"))],
    statut: Annotated[str, option(STATUT.but(help="Son statut juridique : oph ou esh pour les bailleurs."))],
) -> Outcome:
    """Dit le statut juridique d'un financeur : il décide si son argent compte comme public (CGCT L1111-10 III).

    Exemple : cofiville financeur modifier BAILLEURS --statut esh
    """
    from ledger.referential.queries import find_financeur
    from ledger.referential.statuts import read_statut

    with writing() as session:
        found = find_financeur(session, code)
        read = read_statut(statut)
        found.statut = read.value
        session.flush()
        row = {"code": found.code, "nom": found.name, "statut": read.value, "droit": read.law.value}
    return Outcome(row, (f"{row['code']} : {read.label}, organisme de droit {read.law.label}.",))
