"""`cofiville appel`: the yearly and complementary calls."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer

from ledger.commands.access import reading, writing
from ledger.commands.options import Annee, Le, day
from ledger.commands.screen import say, show, table
from ledger.commands.shell import group
from ledger.core.money import ZERO, total
from ledger.core.period import parse_day

app = group("Appels à projets : le calendrier de ce qui est demandé (§5.4.1).")


@app.command("ouvrir")
def ouvrir(
    annee: Annee,
    genre: Annotated[str, typer.Option("--type", metavar="TYPE", help="annuel ou complementaire.")] = "annuel",
    cloture: Annotated[
        date | None, typer.Option(metavar="JOUR", parser=parse_day, help="Le dernier jour pour déposer.")
    ] = None,
    code: Annotated[str, typer.Option(help="Le code ; l'année sinon.")] = "",
    le: Le = None,
) -> None:
    """Ouvre un appel à projets, lancé le jour donné par --le.

    Exemple : cofiville appel ouvrir 2016 --le 2015-11-16 --cloture 2016-01-15
    """
    from ledger.programming.operations import open_appel

    with writing() as session:
        appel = open_appel(session, annee, genre, launched_on=day(le), closes_on=cloture, code=code)
        row = {"appel": appel.code, "exercice": appel.year, "type": appel.kind, "lance_le": appel.launched_on}
    show(row, lambda: say(f"Appel à projets {row['appel']} ouvert."))


@app.command("lister")
def lister() -> None:
    """Liste les appels à projets.

    Exemple : cofiville appel lister
    """
    from sqlalchemy import select

    from ledger.journal.context import context
    from ledger.programming.appel_model import Appel

    with reading() as session:
        query = select(Appel).where(Appel.contract == context(session).contract).order_by(Appel.launched_on)
        rows = [
            {
                "appel": a.code,
                "exercice": a.year,
                "type": a.kind,
                "lance_le": a.launched_on,
                "clos_le": a.closes_on,
            }
            for a in session.scalars(query)
        ]
    show(
        rows,
        lambda: table(
            "Appels à projets",
            ("Appel", "Exercice", "Type", "Lancé le", "Clos le"),
            [(r["appel"], str(r["exercice"]), *list(r.values())[2:]) for r in rows],
        ),
    )


@app.command("etat")
def etat(annee: Annee) -> None:
    """Compare, ligne par ligne, ce qui est demandé dans l'année et ce qui est notifié.

    Les fonds propres et les demandes non recevables ne comptent pas.

    Exemple : cofiville appel etat 2016
    """
    from ledger.journal.balances import balances
    from ledger.journal.positions import Figure, line_state
    from ledger.programming.lookups import own_fund_lines, programme, requested

    with reading() as session:
        own_funds = own_fund_lines(session)
        asked = [pair for action in programme(session, annee) for pair in requested(action, own_funds).items()]
        held = balances(session, year=annee)
    opened = {key.line for key in held}
    rows: list[dict[str, Any]] = []
    for line in sorted({line for line, _ in asked}):
        of_line = line_state({key: amount for key, amount in held.items() if key.line == line})
        wanted, notified = total(amount for code, amount in asked if code == line), of_line[Figure.NOTIFIE]
        rows.append(
            {
                "ligne": line,
                "demandes": sum(1 for code, _ in asked if code == line),
                "demande": wanted,
                "notifie": notified if line in opened else None,
                "depassement": max(ZERO, wanted - notified) if line in opened else None,
            }
        )
    show(
        rows,
        lambda: table(
            f"Demandes {annee} (montant vide : rien de notifié)",
            ("Ligne", "Demandes", "Demandé", "Notifié", "Demandé au-delà"),
            [tuple(r.values()) for r in rows],
            (
                "Total",
                sum(r["demandes"] for r in rows),
                *(total(r[name] or ZERO for r in rows) for name in ("demande", "notifie", "depassement")),
            ),
        ),
    )
