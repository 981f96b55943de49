"""`cofiville reversement`: another financeur's money through the EPCI's budget."""

from __future__ import annotations

from typing import Annotated

from ledger.commands.declaring.access import reading_as_of, writing
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import Annee, AuJour, ConnuAu, Le, Ligne, Montant, Oui, Piece, confirm, day
from ledger.commands.declaring.parameters import Option
from ledger.commands.outcome import Outcome, Row, one
from ledger.core.field import Field, Kind
from ledger.journal.fields import ALREADY_RECORDED, AMOUNT, ENTRY, LINE, YEAR

app = group("Reversements : les crédits d'un financeur que l'EPCI reçoit, reverse et rend.")


def _amount(name: str, title: str = "", *, since: str = "0.2") -> Field:
    return Field(name, title, Kind.AMOUNT, signed=True, shown=bool(title), since=since)


_STATE = (
    _amount("droit_acquis", "Droit acquis sur le financeur"),
    _amount("droit_perdu", "  dont perdu (bilans, dégagements)"),
    _amount("recu", "Reçu du financeur", since="0.1"),
    _amount("reste_attendu", "Encore attendu du financeur"),
    _amount("reverse", "Reversé (net des reprises)", since="0.1"),
    _amount("rendu", "Rendu au financeur", since="0.1"),
    _amount("recu_non_reverse", "Reçu, pas encore reversé", since="0.1"),
    _amount("reverse_non_recu", "Reversé, pas encore reçu (avance)", since="0.1"),
    _amount("recouvre", "Repris aux porteurs"),
    _amount("non_consomme", "Non consommé, à reprendre aux porteurs", since="0.1"),
    _amount("a_rendre", "À rendre au financeur", since="0.1"),
    _amount("a_retenir", "À retenir par le financeur sur un droit suivant"),
    _amount("moyens_communs", "Moyens communs payés par l'EPCI, à part"),
    *map(_amount, ("a_recouvrer", "avance", "a_verser", "ecart")),
)
_LINES = (Field("chiffre", ""), AMOUNT)
_AGAIN = ALREADY_RECORDED.but(since="0.2")
_MOVED = (LINE, YEAR, AMOUNT, ENTRY, _AGAIN)


@app.command("etat", answer=one(*_STATE))
def reversement_etat(
    annee: Annee,
    ligne: Annotated[str | None, Option(metavar="LIGNE", help="Une seule ligne de crédits.")] = None,
    le: AuJour = None,
    connu_au: ConnuAu = None,
) -> Outcome:
    """Montre, pour un millésime, ce qui est reçu, reversé, rendu, et ce qui reste de chaque.

    À rendre : ce qui est reçu au-delà du droit acquis moins le droit perdu, moins ce qui est déjà rendu ; jamais
    négatif. Ce qui n'a jamais été reçu n'est pas à rendre : il n'est plus attendu.

    Exemple : cofiville reversement etat 2016
    """
    from ledger.execution.figures import common_means, reversement_state
    from ledger.referential.queries import find_line
    from ledger.reports.listing import Listing

    with reading_as_of(le, connu_au) as session:
        code = find_line(session, ligne).code if ligne else None
        state = reversement_state(session, annee, line=code, on=le)
        common = common_means(session, annee, le)
    flow = state.passing_on
    row: Row = {
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
    lines = tuple({"chiffre": each.title, "montant": row[each.name]} for each in _STATE if each.shown)
    return Outcome(row, (Listing(f"Reversements, millésime {annee}", _LINES, lines),))


@app.command("rendre", act=True, answer=one(*_MOVED, _amount("avance", "avance")))
def reversement_rendre(
    ligne: Ligne, annee: Annee, montant: Montant, piece: Piece, oui: Oui = False, le: Le = None
) -> Outcome:
    """Restitue à l'État, ou au financeur, des crédits non consommés d'un millésime (mandat 673).

    Se tape aussi : reversement restituer.

    Exemple : cofiville reversement rendre ETAT-PDV-DRE 2016 12864,99
        --piece "Titre de perception 88" --le 2017-11-20 --oui
    """
    from ledger.execution.figures import reversement_state
    from ledger.execution.passing_on.return_unspent import return_to_financeur
    from ledger.referential.queries import find_line

    confirm(f"{montant.french()} de {ligne} {annee} seront rendus au financeur.", oui)
    with writing() as session:
        line = find_line(session, ligne).code
        posted = return_to_financeur(session, line, annee, montant, piece=piece, on=day(le))
        advanced = reversement_state(session, annee, line=line).passing_on.advanced
    said = f" ; l'EPCI en avance {advanced.french()} sur ses propres fonds" if advanced else ""
    row = {
        "ligne": line,
        "exercice": annee,
        "montant": montant,
        "ecriture": posted.sequence,
        "deja_enregistre": not posted.new,
        "avance": advanced,
    }
    return Outcome(row, (f"{montant.french()} de {line} {annee} rendus{said}{posted.again()}.",))


@app.command("reprogrammer", act=True, answer=one(*_MOVED))
def reversement_reprogrammer(
    ligne: Ligne, annee: Annee, montant: Montant, piece: Piece, oui: Oui = False, le: Le = None
) -> Outcome:
    """Remet à disposition des crédits qui devaient être rendus, par décision de leur financeur.

    Exemple : cofiville reversement reprogrammer ETAT-PDV-DRE 2016 5000
        --piece "Courrier du préfet du 02/10/2017" --le 2017-10-09 --oui
    """
    from ledger.execution.passing_on.return_unspent import reprogram
    from ledger.referential.queries import find_line

    confirm(f"{montant.french()} de {ligne} {annee} seront de nouveau disponibles, et ne seront plus à rendre.", oui)
    with writing() as session:
        line = find_line(session, ligne).code
        posted = reprogram(session, line, annee, montant, piece=piece, on=day(le))
    row = {
        "ligne": line,
        "exercice": annee,
        "montant": montant,
        "ecriture": posted.sequence,
        "deja_enregistre": not posted.new,
    }
    return Outcome(row, (f"{montant.french()} de {line} {annee} de nouveau disponibles{posted.again()}.",))
