"""`cofiville allocation`: arbitrate, validate, grant, note what the managing authority of a line decided."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from ledger.allocation.fields import NUMBERS, PLACE, SCENARIO
from ledger.commands.allocation.allocation_views import Nom
from ledger.commands.allocation.allocation_views import app as app
from ledger.commands.declaring.access import reading, writing
from ledger.commands.declaring.options import (
    Annee,
    Le,
    Ligne,
    Malgre,
    Montant,
    MontantSigne,
    NumeroAction,
    Oui,
    Piece,
    confirm,
    day,
    option,
)
from ledger.commands.outcome import Outcome, Row, one, several
from ledger.core.field import count
from ledger.core.money import ZERO, Money, total
from ledger.journal.fields import AGENT, ALREADY_RECORDED, AMOUNT, EFFECTIVE_ON, ENTRY, MOTIVE, PIECE
from ledger.reports.listing import Listing

_RECORDED = one(*PLACE, AMOUNT, AMOUNT.but(name="programme", title="programmé", help=""), ENTRY, ALREADY_RECORDED)
_PROGRAMMED = (
    *PLACE,
    EFFECTIVE_ON.but(title="décidé le"),
    AMOUNT.but(summed=True),
    PIECE,
    ENTRY.but(shown=False, since="0.2"),
)


@app.command("constater", act=True, answer=_RECORDED)
def allocation_constater(
    action: NumeroAction, ligne: Ligne, montant: MontantSigne, piece: Piece, le: Le = None
) -> Outcome:
    """Enregistre ce que l'autorité de gestion d'une ligne (la Région, pour l'ITI) programme pour une action.

    C'est sa décision, datée : elle ne déplace rien au livre. Ce qui est ainsi programmé reste à l'action quand la
    réserve de la ligne est levée. Négatif pour une déprogrammation ; se défait par journal annuler.

    Exemple : cofiville allocation constater 2016-014 FEDER-ITI 5000
        --piece "Comité de programmation du 12/06/2017" --le 2017-06-12
    """
    from ledger.allocation.record_authority_decision import programmed_by_authority, record_authority_programming

    with writing() as session:
        row, posted = record_authority_programming(session, action, ligne, montant, piece=piece, on=day(le))
        data: Row = {
            "action": row.action,
            "ligne": row.line,
            "montant": row.amount,
            "programme": programmed_by_authority(session, row.action, row.line),
            "ecriture": posted.sequence,
            "deja_enregistre": not posted.new,
        }
    words = f"{data['montant'].french()} ; {data['programme'].french()} en tout"
    return Outcome(data, (f"{data['action']}, {data['ligne']} : programmé par l'autorité de gestion, {words}.",))


@app.command("constats", answer=several(*_PROGRAMMED))
def allocation_constats(annee: Annee) -> Outcome:
    """Montre ce que les autorités de gestion ont programmé pour les actions d'une année.

    Exemple : cofiville allocation constats 2018
    """
    from ledger.allocation.record_authority_decision import authority_programmings

    with reading() as session:
        rows = tuple(
            {
                "action": each.action,
                "ligne": each.line,
                "le": each.decided_on,
                "montant": each.amount,
                "piece": each.piece,
                "ecriture": each.entry_number,
            }
            for each in authority_programmings(session, annee)
        )
    return Outcome(Listing(f"Programmé par les autorités de gestion, {annee}", _PROGRAMMED, rows))


_ENTRIES = count("ecritures", "écritures")
_FIXED = (*PLACE, AMOUNT.but(optional=True))
_PINS = (*PLACE, AMOUNT, MOTIVE, EFFECTIVE_ON.but(title="le"), AGENT.but(name="par", title="par"))
Motif = Annotated[str, option(MOTIVE.but(help="Qui l'a décidé, et pourquoi."))]


@app.command("fixer", act=True, answer=one(*_FIXED))
def allocation_fixer(action: NumeroAction, ligne: Ligne, montant: MontantSigne, motif: Motif, le: Le = None) -> Outcome:
    """Impose par arbitrage le montant d'une action sur une ligne, dans la limite des règles ; le reste se partage.

    Se tape aussi : allocation imposer.

    Exemple : cofiville allocation fixer 2016-014 CAPH-PDV 8000 --motif "Comité technique du 12/02/2016"
    """
    _arbitrate(action, ligne, montant, motif, le)
    row = {"action": action, "ligne": ligne, "montant": montant}
    return Outcome(row, (f"{montant.french()} imposés pour l'action {action} sur {ligne}.",))


@app.command("liberer", act=True, answer=one(*_FIXED))
def allocation_liberer(action: NumeroAction, ligne: Ligne, motif: Motif, le: Le = None) -> Outcome:
    """Libère un montant fixé : l'action reprend part au partage de la ligne.

    Exemple : cofiville allocation liberer 2016-014 CAPH-PDV --motif "Comité technique du 26/02/2016"
    """
    _arbitrate(action, ligne, None, motif, le)
    row = {"action": action, "ligne": ligne, "montant": None}
    return Outcome(row, (f"L'action {action} reprend part au partage de {ligne}.",))


def _arbitrate(action: str, line: str, amount: Money | None, reason: str, le: date | None) -> None:
    from ledger.allocation.pin_amount import fix_amount
    from ledger.allocation.propose_scenario import ScenarioTerms, compute_scenario
    from ledger.programming.queries import find_action

    with writing() as session:
        fix_amount(session, action, line, amount, on=day(le), reason=reason)
        compute_scenario(session, find_action(session, action).year, ScenarioTerms(), on=day(le))


@app.command("fixes", answer=several(*_PINS))
def allocation_fixes(annee: Annee) -> Outcome:
    """Liste les montants fixés par arbitrage.

    Exemple : cofiville allocation fixes 2016
    """
    from ledger.allocation.pin_amount import fixed_amounts
    from ledger.programming.queries import actions_of_year

    with reading() as session:
        rows = tuple(
            {
                "action": pin.action,
                "ligne": pin.line,
                "montant": pin.amount,
                "motif": pin.reason,
                "le": pin.decided_on,
                "par": pin.agent,
            }
            for pin in fixed_amounts(session, [action.number for action in actions_of_year(session, annee)])
        )
    return Outcome(Listing(f"Montants fixés en {annee}", _PINS, rows))


@app.command("valider", act=True, answer=one(SCENARIO, _ENTRIES, NUMBERS))
def allocation_valider(nom: Nom, piece: Piece, malgre: Malgre = "", le: Le = None, oui: Oui = False) -> Outcome:
    """Valide un scénario : ce qu'il accorde devient la programmation, une seule fois.

    Proposé sous d'autres règles que celles de l'exercice ou sur plus de crédits qu'il n'en a, il se regarde ; le COPIL
    peut passer outre : le motif reste.

    Exemple : cofiville allocation valider COPIL-2016 --le 2016-03-04 --piece "COPIL du 04/03/2016" --oui
    """
    from ledger.allocation.scenarios import find_scenario, grants_of
    from ledger.allocation.validate_scenario import validate

    with reading() as session:
        granted = total(each.granted for each in grants_of(session, find_scenario(session, nom)))
    confirm(f"{granted.french()} seront programmés par le scénario {nom}.", oui, by_script=False)
    with writing() as session:
        posted = validate(session, find_scenario(session, nom), on=day(le), piece=piece, waiver=malgre)
    row = {"scenario": nom, "ecritures": len(posted), "numeros": [each.sequence for each in posted]}
    written = f"{len(posted)} écriture{'s' if len(posted) > 1 else ''}"
    return Outcome(row, (f"Scénario {nom} validé : {granted.french()} programmés, {written}.",))


@app.command("retirer", act=True, answer=one(*PLACE, AMOUNT, ENTRY, ALREADY_RECORDED))
def allocation_retirer(action: NumeroAction, ligne: Ligne, montant: Montant, piece: Piece, le: Le = None) -> Outcome:
    """Retire à une action ce qui lui est programmé et qu'aucune convention ne porte : il redevient disponible.

    Ce qui est signé ou notifié ne baisse que par un avenant : convention avenant.

    Exemple : cofiville allocation retirer 2016-025 CAPH-DRE 500 --piece "COPIL du 12/10/2016" --le 2016-10-12
    """
    from ledger.allocation.lower_grant import lower_grant
    from ledger.conventions.granted import left_of_action
    from ledger.programming.queries import find_action
    from ledger.referential.queries import find_line

    with writing() as session:
        found, line = find_action(session, action), find_line(session, ligne).code
        free = left_of_action(session, found).get(line, ZERO)
        posted = lower_grant(session, found.number, line, montant, piece=piece, on=day(le), free=free)
        row = {
            "action": found.number,
            "ligne": line,
            "montant": montant,
            "ecriture": posted.sequence,
            "deja_enregistre": not posted.new,
        }
    end = f" (écriture {posted.sequence})" if posted.new else posted.again()
    return Outcome(row, (f"{montant.french()} retirés à l'action {row['action']} sur {line}{end}.",))


@app.command("accorder", act=True, answer=one(*PLACE, AMOUNT, ENTRY, ALREADY_RECORDED.but(since="0.2")))
def allocation_accorder(
    action: NumeroAction, ligne: Ligne, montant: Montant, piece: Piece, malgre: Malgre = "", le: Le = None
) -> Outcome:
    """Accorde un montant à une action sur une ligne, par délibération ou arrêté, dans la limite des règles.

    Le COPIL peut passer outre un plafond, jamais la demande ni l'enveloppe : le motif reste, visible partout.

    Exemple : cofiville allocation accorder 2016-025 CAPH-DRE 12000 --piece "Délibération 12" --le 2016-04-11
    """
    from ledger.allocation.grant_directly import grant_directly

    with writing() as session:
        posted = grant_directly(session, action, ligne, montant, on=day(le), piece=piece, waiver=malgre)
    row = {
        "action": action,
        "ligne": ligne,
        "montant": montant,
        "ecriture": posted.sequence,
        "deja_enregistre": not posted.new,
    }
    end = f" (écriture {posted.sequence})" if posted.new else posted.again()
    return Outcome(row, (f"{montant.french()} accordés à l'action {action} sur {ligne}{end}.",))
