"""`cofiville enveloppe`: credits notified, modified, and where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger.commands.access import reading, writing
from ledger.commands.options import Annee, AuJour, Le, Ligne, Montant, MontantSigne, Piece, day
from ledger.commands.screen import say, show, table
from ledger.commands.shell import group

if TYPE_CHECKING:
    from ledger.journal.positions import LineState
    from ledger.journal.posting import Posted

app = group("Enveloppes : ce que chaque financeur notifie, ligne par ligne et année par année.")


@app.command("notifier")
def notifier(ligne: Ligne, annee: Annee, montant: Montant, piece: Piece, le: Le = None) -> None:
    """Enregistre une notification de crédits : ils deviennent disponibles.

    Exemple : cofiville enveloppe notifier ETAT-PDV-DRE 2016 175000 --piece "Arrêté 12" --le 2016-02-15
    """
    from ledger.journal.enveloppes import notify
    from ledger.referential.lookups import find_line

    with writing() as session:
        line = find_line(session, ligne).code
        posted = notify(session, line, annee, montant, piece=piece, on=day(le))
    _posted(posted, line, annee, f"{montant.french()} notifiés sur {line} {annee}")


@app.command("modifier")
def modifier(ligne: Ligne, annee: Annee, montant: MontantSigne, piece: Piece, le: Le = None) -> None:
    """Augmente ou diminue des crédits déjà notifiés ; la baisse ne prend que du disponible.

    Exemple : cofiville enveloppe modifier ETAT-PDV-DRE 2016 -5000 --piece "Arrêté 31" --le 2016-06-01
    """
    from ledger.journal.enveloppes import modify
    from ledger.referential.lookups import find_line

    with writing() as session:
        line = find_line(session, ligne).code
        posted = modify(session, line, annee, montant, piece=piece, on=day(le))
    _posted(posted, line, annee, f"{line} {annee} modifiée de {montant.french()}")


def _posted(posted: Posted, line: str, year: int, sentence: str) -> None:
    end = f"écriture {posted.sequence}." if posted.new else f"déjà enregistré (écriture {posted.sequence})."
    data = {"ligne": line, "exercice": year, "ecriture": posted.sequence, "nouvelle": posted.new}
    show(data, lambda: say(f"{sentence} : {end}"))


@app.command("lister")
def lister(annee: Annee, le: AuJour = None) -> None:
    """Montre où en sont les crédits de chaque ligne d'un exercice.

    Exemple : cofiville enveloppe lister 2016 --le 2016-06-30
    """
    from ledger.journal.balances import balances
    from ledger.journal.positions import FIGURE_LABELS, Figure, line_state
    from ledger.journal.reading import states_by_line
    from ledger.referential.lookups import find_line

    with reading() as session:
        held = balances(session, on=le, year=annee)
        states = states_by_line(held)
        natures = {line: find_line(session, line).nature for line in states}
    found = [_state_row(line, natures[line], annee, state) for line, state in states.items()]
    everything = line_state(held)
    table_rows = [(line, *(state[figure] for figure in Figure)) for line, state in states.items()]
    totals = ("Total", *(everything[figure] for figure in Figure))
    columns = ("Ligne", *(FIGURE_LABELS[figure] for figure in Figure))
    show(found, lambda: table(f"Enveloppes {annee}", columns, table_rows, totals))


def _state_row(line: str, nature: str, year: int, state: LineState) -> dict[str, Any]:
    from ledger.journal.positions import Figure

    return {
        "ligne": line,
        "nature": nature,
        "exercice": year,
        **{figure.value: state[figure] for figure in Figure},
        "reporte_entrant": state.carried_in,
        "bloque": state.blocked,
    }


@app.command("montrer")
def montrer(ligne: Ligne, annee: Annee, le: AuJour = None) -> None:
    """Montre une ligne d'un exercice : ses positions, convention par convention, action par action.

    Exemple : cofiville enveloppe montrer ETAT-PDV-DRE 2016
    """
    from ledger.journal.balances import balances
    from ledger.journal.positions import line_state
    from ledger.referential.lookups import find_line

    with reading() as session:
        line = find_line(session, ligne)
        held = balances(session, on=le, line=line.code, year=annee)
    state = line_state(held)
    details = [
        {"position": str(key.position), "convention": key.convention, "action": key.action, "montant": amount}
        for key, amount in held.items()
    ]
    data = _state_row(line.code, line.nature, annee, state) | {"libelle": line.label, "detail": details}
    rows = [tuple(detail.values()) for detail in details]
    columns = ("Position", "Convention", "Action", "Montant")
    show(data, lambda: table(f"{line.code} {annee} — {line.label}", columns, rows))
