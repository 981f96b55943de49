"""`cofiville ligne`: the credit lines."""

from __future__ import annotations

from typing import Annotated

import typer

from ledger.commands.outcome import Outcome, one, several
from ledger.commands.shell.access import reading
from ledger.commands.shell.options import Annee
from ledger.commands.shell.program import group
from ledger.core.field import Field, Kind
from ledger.journal.fields import LABEL
from ledger.referential.fields import CODE, FINANCEUR, NATURE, SOURCE, TERRITORIES
from ledger.reports.listing import Listing

_LINES = (CODE, FINANCEUR, LABEL, NATURE, TERRITORIES, SOURCE)
_ACCOUNT = (
    Field("compte", "compte", Kind.CODE),
    LABEL,
    Field("plan", "plan de comptes"),
    SOURCE,
)

app = group("Lignes de crédits : sur quoi chaque financeur ouvre des crédits, et pour quels territoires.")


@app.command("lister", answer=several(*_LINES))
def ligne_lister() -> Outcome:
    """Liste les lignes de crédits, leur nature et les territoires qu'elles servent.

    Exemple : cofiville ligne lister
    """
    from sqlalchemy import select

    from ledger.referential.model import CreditLine

    with reading() as session:
        rows = tuple(
            {
                "code": line.code,
                "financeur": line.financeur,
                "libelle": line.label,
                "nature": line.nature,
                "territoires": line.territories.split("|"),
                "source": line.source,
            }
            for line in session.scalars(select(CreditLine).order_by(CreditLine.rank))
        )
    return Outcome(Listing("Lignes de crédits", _LINES, rows))


@app.command("compte", answer=one(*_ACCOUNT))
def ligne_compte(
    operation: Annotated[
        str, typer.Argument(metavar="OPERATION", help="verser, recevoir, constater, recouvrer ou rendre.")
    ],
    annee: Annee,
    tiers: Annotated[
        str, typer.Option(metavar="TIERS", help="À qui l'on verse (ccas, association…) ou de qui l'on reçoit (ETAT…).")
    ] = "",
    nomenclature: Annotated[
        str, typer.Option(help="M14 ou M57.", show_default="celle que suit l'exercice (regle montrer NOMENCLATURE)")
    ] = "",
    variante: Annotated[str, typer.Option(help="developpee ou abregee en M57, SUP3500 en M14.")] = "",
) -> Outcome:
    """Donne le compte de la nomenclature pour une opération, et le plan de comptes où il est lu.

    Exemple : cofiville ligne compte verser 2016 --tiers ccas --nomenclature M14 --variante SUP3500
    """
    from ledger.conventions.accounts import chart_followed
    from ledger.referential.accounts import imputation

    with reading() as session:
        if not nomenclature or not variante:
            followed = chart_followed(session, annee).figures
            nomenclature, variante = nomenclature or followed.nomenclature, variante or followed.variant
        found = imputation(session, operation, tiers, nomenclature, variante, annee)
    label = found.label or "libellé absent du plan livré"
    plan = f"plan {found.chart}" if found.chart else "aucun plan livré pour cette année ou avant"
    row = {"compte": found.account, "libelle": found.label, "plan": found.chart, "source": found.source}
    return Outcome(row, (f"{found.account} : {label} ({plan} ; {found.source}).",))
