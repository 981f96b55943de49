"""`cofiville cloture`: what stands before the closing, what each remainder becomes, and the closing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.closing.vocabulary import RemainderEnd
from ledger.commands.shell.access import reading, reading_as_of, writing
from ledger.commands.shell.options import Annee, ConnuAu, Le, Ligne, Oui, confirm, day
from ledger.commands.shell.program import group
from ledger.commands.shell.screen import say, show, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ledger.closing.fates import Fate
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
        "restes": [row for fate in closing.fates for row in _rows(fate)],
    }


def _rows(fate: Fate) -> Iterator[dict[str, Any]]:
    """A row for each part of a remainder: what becomes of it, and how much."""
    for becomes, amount in fate.parts:
        yield {
            "ligne": fate.key.line,
            "exercice": fate.key.year,
            "position": fate.key.position.lower(),
            "convention": fate.key.convention,
            "action": fate.key.action,
            "montant": amount,
            "propose": fate.proposed,
            "devient": becomes,
            "decide": fate.decided,
            "decideur": fate.decider,
            "motif": fate.reason,
        }


def _render(closing: Closing, done: str) -> None:
    from ledger.closing.points import WEIGHT_LABELS

    if closing.done_before:
        say(f"L'exercice {closing.year} est déjà clos : rien n'a changé. Voici ce qu'il laissait ce jour-là.")
    table(
        f"Clôture {closing.year}",
        ("Niveau", "Objet", "Montant", "Constat", "Commande"),
        [(WEIGHT_LABELS[p.weight], p.subject, p.amount, p.message, p.command) for p in closing.points],
    )
    _render_sums(closing.fates)
    say(done)


def _render_sums(fates: Sequence[Fate]) -> None:
    from ledger.core.money import ZERO, Money

    sums: dict[tuple[str, str], Money] = {}
    for fate in fates:
        for becomes, amount in fate.parts:
            place = (fate.key.line, RemainderEnd(becomes).label)
            sums[place] = sums.get(place, ZERO) + amount
    table("Ce que deviennent les restes", ("Ligne", "Devient", "Montant"), [(*k, v) for k, v in sorted(sums.items())])


def _render_fates(fates: Sequence[Fate]) -> None:
    columns = ("Ligne", "Position", "Objet", "Montant", "Devient", "Décidé", "Pourquoi")
    rows = [
        (
            fate.key.line,
            fate.key.position.lower(),
            " ".join(part for part in (fate.key.convention, fate.key.action) if part),
            amount,
            RemainderEnd(becomes).label,
            fate.decider if fate.decided else "",
            fate.reason,
        )
        for fate in fates
        for becomes, amount in fate.parts
    ]
    table("Ce qui reste, et ce que cela devient", columns, rows)


@app.command("verifier")
def verifier(annee: Annee, le: Le = None, connu_au: ConnuAu = None) -> None:
    """Vérifie tout ce qui précède la clôture ; échoue s'il reste un point bloquant.

    Exemple : cofiville cloture verifier 2016 --le 2017-01-31
    """
    from ledger.closing.operations import plan_closing

    with reading_as_of(le, connu_au) as session:
        closing = plan_closing(session, annee, on=day(le))
    verdict = "Des points bloquants restent à régler." if closing.blocked else "Rien ne bloque la clôture."
    show(_result(closing), lambda: _render(closing, "" if closing.done_before else verdict))
    if closing.blocked:
        raise typer.Exit(1)


@app.command("restes")
def restes(annee: Annee) -> None:
    """Montre ce qui reste de chaque ligne et de chaque convention, et ce que cela devient à la clôture.

    Exemple : cofiville cloture restes 2016
    """
    from ledger.closing.deciding import year_fates

    with reading() as session:
        fates = year_fates(session, annee)
    show([row for fate in fates for row in _rows(fate)], lambda: _render_fates(fates))


@app.command("decider")
def decider(
    annee: Annee,
    ligne: Ligne,
    sort: Annotated[
        str,
        typer.Argument(
            metavar="SORT",
            help="annuler, rendre, reporter, rattacher, reporter_disponible, tranche, recouvrer ou compenser.",
            show_default=False,
        ),
    ],
    motif: Annotated[str, typer.Option("--motif", metavar="TEXTE", help="Pourquoi ; gardé avec la décision.")],
    piece: Annotated[
        str, typer.Option("--piece", metavar="REFERENCE", help="Ce qui en décide, si ce n'est pas ce qui est proposé.")
    ] = "",
    position: Annotated[
        str, typer.Option("--position", metavar="POSITION", help="disponible, programme, engage, a_recouvrer, bloque.")
    ] = "",
    convention: Annotated[str, typer.Option("--convention", metavar="NUMERO", help="Cette convention seulement.")] = "",
    action: Annotated[str, typer.Option("--action", metavar="NUMERO", help="Cette action seulement.")] = "",
    le: Le = None,
) -> None:
    """Décide ce que devient un reste, quand ce n'est pas ce que les règles proposent.

    Exemple : cofiville cloture decider 2016 CAPH-PDV reporter_disponible --position disponible
        --motif "Reprogrammation" --piece "Comité de pilotage du 12/12/2016" --le 2016-12-12
    """
    from ledger.closing.deciding import Wanted, decide, position_of

    with writing() as session:
        wanted = Wanted(
            ligne.strip().upper(), position_of(position), convention.strip().upper(), action.strip().upper()
        )
        fates = decide(session, annee, wanted, sort.strip().lower(), reason=motif, piece=piece, on=day(le))
    show([row for fate in fates for row in _rows(fate)], lambda: _render_fates(fates))


@app.command("simuler")
def simuler(annee: Annee, le: Le = None, connu_au: ConnuAu = None) -> None:
    """Montre exactement ce que la clôture ferait, sans rien écrire.

    Exemple : cofiville cloture simuler 2016 --le 2017-01-31
    """
    from ledger.closing.operations import plan_closing

    with reading_as_of(le, connu_au) as session:
        closing = plan_closing(session, annee, on=day(le))
    show(_result(closing), lambda: _render(closing, "Rien n'a été écrit."))


@app.command("executer")
def executer(annee: Annee, oui: Oui = False, le: Le = None) -> None:
    """Clôt l'exercice : restes annulés ou reportés, exercice suivant ouvert, jours verrouillés. Sans retour.

    Le classeur de la clôture est gardé tel quel : excel exporter cloture ANNEE le rend, à l'octet près.

    Exemple : cofiville cloture executer 2016 --le 2017-01-31 --oui
    """
    from ledger.closing.operations import close_year
    from ledger.exchange.sending.closing import keep_closing
    from ledger.journal.audit import head

    confirm(f"L'exercice {annee} sera clos : plus aucune écriture ne pourra y être datée.", oui)
    with writing() as session:
        closing = close_year(session, annee, on=day(le))
        if not closing.done_before:
            keep_closing(session, annee, on=day(le))
        seal = head(session)
    result = _result(closing) | {"sceau": seal.seal, "total_ecritures": seal.entries}
    done = "" if closing.done_before else f"Exercice {annee} clos. Sceau du livre : {seal.text}"
    show(result, lambda: _render(closing, done))
