"""`cofiville territoire`: QPV, veille active, outside, with their population."""

from __future__ import annotations

from typing import Any

from ledger.commands.referential.quartier_vecu import vecu, vecus
from ledger.commands.shell.access import reading
from ledger.commands.shell.program import group
from ledger.commands.shell.screen import show, table

app = group("Territoires : quartiers prioritaires, veille active, et leur population par agglomération.")
app.command("vecu")(vecu)
app.command("vecus")(vecus)


@app.command("lister")
def lister() -> None:
    """Liste les territoires du contrat et leur population (vide quand la source ne la donne pas).

    Exemple : cofiville territoire lister
    """
    from sqlalchemy import select

    from ledger.referential.model import Territory, TerritoryPopulation

    with reading() as session:
        population: dict[str, dict[str, int]] = {}
        for each in session.scalars(select(TerritoryPopulation)):
            of_territory = population.setdefault(each.territory, {})
            of_territory[each.epci] = of_territory.get(each.epci, 0) + each.population
        rows: list[dict[str, Any]] = [
            {
                "code": t.code,
                "nom": t.name,
                "type": t.kind,
                "epci": t.epci,
                "population": population.get(t.code, {}),
                "source": t.source,
            }
            for t in session.scalars(select(Territory).order_by(Territory.kind, Territory.code))
        ]
    show(
        rows,
        lambda: table(
            "Territoires",
            ("Code", "Nom", "Type", "Piloté par", "Habitants CAPH", "Habitants CAVM"),
            [
                (r["code"], r["nom"], r["type"], r["epci"], r["population"].get("CAPH"), r["population"].get("CAVM"))
                for r in rows
            ],
        ),
    )
