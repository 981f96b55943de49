"""`cofiville reversement`: another financeur's money through the EPCI's budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ledger.commands.shell.access import reading_as_of, writing
from ledger.commands.shell.options import Annee, AuJour, ConnuAu, Le, Ligne, Montant, Oui, Piece, confirm, day
from ledger.commands.shell.program import group
from ledger.commands.shell.screen import say, show, table
from ledger.core.money import Money

if TYPE_CHECKING:
    from ledger.execution.states import ReversementState

app = group("Reversements : les crédits d'un financeur que la CAPH reçoit, reverse et rend (DRE, §5.2.5).")


@app.command("etat")
def etat(
    annee: Annee,
    ligne: Annotated[str | None, typer.Option(metavar="LIGNE", help="Une seule ligne de crédits.")] = None,
    le: AuJour = None,
    connu_au: ConnuAu = None,
) -> None:
    """Montre, pour un millésime, ce qui est reçu, reversé, rendu, et ce qui reste de chaque.

    À rendre : ce qui est reçu au-delà du droit acquis moins le droit perdu, moins ce qui est déjà rendu ; jamais
    négatif. Ce qui n'a jamais été reçu n'est pas à rendre : il n'est plus attendu.

    Exemple : cofiville reversement etat 2016
    """
    from ledger.execution.states import common_means, reversement_state
    from ledger.referential.lookups import find_line

    with reading_as_of(le, connu_au) as session:
        code = find_line(session, ligne).code if ligne else None
        state = reversement_state(session, annee, line=code, on=le)
        common = common_means(session, annee, le)
    flow = state.passing_on
    row = {
        "recu": flow.received,
        "reverse": flow.passed_on,
        "rendu": flow.returned,
        "recu_non_reverse": flow.held,
        "reverse_non_recu": flow.advanced,
        "non_consomme": state.unspent,
        "a_rendre": flow.owed_back,
        "droit_acquis": flow.right,
        "droit_perdu": flow.lost,
        "reste_attendu": flow.awaited,
        "recouvre": state.recovered,
        "a_recouvrer": state.unspent,
        "avance": flow.advanced,
        "a_retenir": state.kept_back,
        "a_verser": state.to_pay_back,
        "ecart": flow.received - flow.passed_on - flow.returned - flow.held + flow.advanced,
        "moyens_communs": common,
    }
    words = _words(state, common)
    show(row, lambda: table(f"Reversements, millésime {annee}", ("", "Montant"), words))


def _words(state: ReversementState, common: Money) -> tuple[tuple[str, Money], ...]:
    flow = state.passing_on
    return (
        ("Droit acquis sur le financeur", flow.right),
        ("  dont perdu (bilans, dégagements)", flow.lost),
        ("Reçu du financeur", flow.received),
        ("Encore attendu du financeur", flow.awaited),
        ("Reversé (net des reprises)", flow.passed_on),
        ("Rendu au financeur", flow.returned),
        ("Reçu, pas encore reversé", flow.held),
        ("Reversé, pas encore reçu (avance)", flow.advanced),
        ("Repris aux porteurs", state.recovered),
        ("Non consommé, à reprendre aux porteurs", state.unspent),
        ("À rendre au financeur", flow.owed_back),
        ("  dont retenu sur un droit suivant", state.kept_back),
        ("Moyens communs payés par la CAPH, à part", common),
    )


@app.command("rendre")
def rendre(ligne: Ligne, annee: Annee, montant: Montant, piece: Piece, oui: Oui = False, le: Le = None) -> None:
    """Rend au financeur des crédits non consommés d'un millésime (mandat 673).

    Exemple : cofiville reversement rendre ETAT-PDV-DRE 2016 12864,99
        --piece "Titre de perception 88" --le 2017-11-20 --oui
    """
    from ledger.execution.returns import give_back
    from ledger.execution.states import reversement_state
    from ledger.referential.lookups import find_line

    confirm(f"{montant.french()} de {ligne} {annee} seront rendus au financeur.", oui)
    with writing() as session:
        line = find_line(session, ligne).code
        posted = give_back(session, line, annee, montant, piece=piece, on=day(le))
        advanced = reversement_state(session, annee, line=line).passing_on.advanced
    said = f" ; la CAPH en avance {advanced.french()} sur ses propres fonds" if advanced else ""
    show(
        {"ligne": line, "exercice": annee, "montant": montant, "ecriture": posted.sequence, "avance": advanced},
        lambda: say(f"{montant.french()} de {line} {annee} rendus{said}."),
    )


@app.command("reprogrammer")
def reprogrammer(ligne: Ligne, annee: Annee, montant: Montant, piece: Piece, oui: Oui = False, le: Le = None) -> None:
    """Remet à disposition des crédits qui devaient être rendus, par décision de leur financeur.

    Exemple : cofiville reversement reprogrammer ETAT-PDV-DRE 2016 5000
        --piece "Courrier du préfet du 02/10/2017" --le 2017-10-09 --oui
    """
    from ledger.execution.reprogramming import reprogram
    from ledger.referential.lookups import find_line

    confirm(f"{montant.french()} de {ligne} {annee} seront de nouveau disponibles, et ne seront plus à rendre.", oui)
    with writing() as session:
        line = find_line(session, ligne).code
        posted = reprogram(session, line, annee, montant, piece=piece, on=day(le))
    show(
        {"ligne": line, "exercice": annee, "montant": montant, "ecriture": posted.sequence},
        lambda: say(f"{montant.french()} de {line} {annee} de nouveau disponibles."),
    )
