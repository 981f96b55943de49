"""`cofiville regle mettre-a-niveau`: the rules that a later release ships, added to a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger.commands.shell.access import writing
from ledger.commands.shell.screen import say, show, table

if TYPE_CHECKING:
    from ledger.rules.seed import Shipped


def mettre_a_niveau() -> None:
    """Ajoute les règles livrées avec le programme que le contrat n'a pas ; celles que vous avez changées restent.

    Exemple : cofiville regle mettre-a-niveau
    """
    from ledger.journal.context import context
    from ledger.rules.seed import load_rules

    with writing() as session:
        rows = [_row(each) for each in load_rules(session, context(session).contract)]
    show(rows, lambda: _say(rows))


_SHIPPED = {
    "ajoutee": "ajoutée",
    "gardee": "la vôtre est gardée",
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
