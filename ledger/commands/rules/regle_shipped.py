"""`cofiville regle mettre-a-niveau`: the rules that a later release ships, added to a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.shell.access import writing
from ledger.commands.shell.screen import say, show, table

if TYPE_CHECKING:
    from ledger.rules.seed import Shipped


def mettre_a_niveau(
    reprendre: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help="Remplace la vôtre par celle du programme ; répétez l'option."),
    ] = None,
) -> None:
    """Ajoute les règles livrées avec le programme que le contrat n'a pas ; celles du contrat qui en diffèrent restent.

    Ce qui a été décidé avant reste expliqué par les règles connues alors.

    Exemple : cofiville regle mettre-a-niveau
    """
    from ledger.rules.seed import Shipped, load_rules, shipped_rules, take_shipped
    from ledger.storage.session import context

    with writing() as session:
        taken = [version for code in reprendre or () for version in take_shipped(session, code)]
        rows = [_row(each) for each in load_rules(session, context(session).contract)]
        rows += [
            _row(Shipped(form, "reprise"))
            for form in shipped_rules()
            if (form.code, form.period.first) in {(each.code, each.first_day) for each in taken}
        ]
    show(rows, lambda: _say(rows))


_SHIPPED = {
    "ajoutee": "ajoutée",
    "gardee": "la vôtre est gardée",
    "reprise": "remplace la vôtre",
    "ecartee": "non ajoutée : {autre} répond déjà",
}


def _row(shipped: Shipped) -> dict[str, Any]:
    """What became of a rule shipped with the program."""
    form = shipped.form
    return {
        "code": form.code,
        "etat": shipped.state,
        "autre": shipped.other,
        "libelle": form.label,
        "du": form.period.first,
        "au": form.period.last,
        "source": str(form.source),
    }


def _say(rows: list[dict[str, Any]]) -> None:
    """The rules added, and those that the contract's own stand in the way of."""
    added = sum(row["etat"] == "ajoutee" for row in rows)
    say(f"{added} règle(s) livrée(s) ajoutée(s)." if added else "Aucune règle livrée ne manque.")
    if rows:
        table(
            "Règles livrées",
            ("Code", "Ce qu'elle devient", "Du", "Au", "Source", "Libellé"),
            [
                (r["code"], _SHIPPED[r["etat"]].format(autre=r["autre"]), r["du"], r["au"], r["source"], r["libelle"])
                for r in rows
            ],
        )
    if kept := [row["code"] for row in rows if row["etat"] == "gardee"]:
        say(f"→ Pour prendre celle du programme : cofiville regle mettre-a-niveau --reprendre {kept[0]}")
