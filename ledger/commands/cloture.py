"""`cofiville cloture`: what stands before the closing, what it would do, and the closing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from ledger.commands.access import reading, writing
from ledger.commands.options import Annee, Le, Oui, confirm, day
from ledger.commands.screen import say, show, table
from ledger.commands.shell import group

if TYPE_CHECKING:
    from ledger.closing.operations import Closing

app = group("Clôture : rien d'oublié, et plus rien ne bouge ensuite.")


def _result(closing: Closing) -> dict[str, Any]:
    return {
        "exercice": closing.year,
        "points": [
            {
                "niveau": str(point.weight),
                "code": point.code,
                "objet": point.subject,
                "montant": point.amount,
                "commande": point.command,
                "message": point.message,
            }
            for point in closing.points
        ],
        "ecritures": len(closing.drafts),
        "deja_clos": closing.done_before,
    }


def _render(closing: Closing, done: str) -> None:
    if closing.done_before:
        say(f"L'exercice {closing.year} est déjà clos : rien n'a changé.")
        return
    table(
        f"Clôture {closing.year}",
        ("Niveau", "Objet", "Montant", "Constat", "Commande"),
        [
            (
                str(p.weight).replace("_", " ").replace("a decider", "à décider"),
                p.subject,
                p.amount,
                p.message,
                p.command,
            )
            for p in closing.points
        ],
    )
    _render_fates(closing)
    say(done)


def _render_fates(closing: Closing) -> None:
    from ledger.closing.fates import FATE_LABELS
    from ledger.core.money import ZERO, Money

    sums: dict[tuple[str, str], Money] = {}
    for fate in closing.fates:
        place = (fate.key.line, FATE_LABELS[fate.fate])
        sums[place] = sums.get(place, ZERO) + fate.amount
    table("Ce que deviennent les restes", ("Ligne", "Devient", "Montant"), [(*k, v) for k, v in sorted(sums.items())])


@app.command("verifier")
def verifier(annee: Annee, le: Le = None) -> None:
    """Vérifie tout ce qui précède la clôture ; échoue s'il reste un point bloquant.

    Exemple : cofiville cloture verifier 2016 --le 2017-01-31
    """
    from ledger.closing.operations import plan_closing

    with reading() as session:
        closing = plan_closing(session, annee, on=day(le))
    verdict = "Des points bloquants restent à régler." if closing.blocked else "Rien ne bloque la clôture."
    show(_result(closing), lambda: _render(closing, verdict))
    if closing.blocked:
        raise typer.Exit(1)


@app.command("simuler")
def simuler(annee: Annee, le: Le = None) -> None:
    """Montre exactement ce que la clôture ferait, sans rien écrire.

    Exemple : cofiville cloture simuler 2016 --le 2017-01-31
    """
    from ledger.closing.operations import plan_closing

    with reading() as session:
        closing = plan_closing(session, annee, on=day(le))
    show(_result(closing), lambda: _render(closing, "Rien n'a été écrit."))


@app.command("executer")
def executer(annee: Annee, oui: Oui = False, le: Le = None) -> None:
    """Clôt l'exercice : restes annulés ou reportés, exercice suivant ouvert, jours verrouillés. Sans retour.

    Exemple : cofiville cloture executer 2016 --le 2017-01-31 --oui
    """
    from ledger.closing.operations import close_year
    from ledger.journal.audit import head

    confirm(f"L'exercice {annee} sera clos : plus aucune écriture ne pourra y être datée.", oui)
    with writing() as session:
        closing = close_year(session, annee, on=day(le))
        seal = head(session)
    result = _result(closing) | {"sceau": seal.seal, "total_ecritures": seal.entries}
    done = f"Exercice {annee} clos. Sceau du livre : {seal.text}"
    show(result, lambda: _render(closing, done))
