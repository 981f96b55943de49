"""`cofiville comite`: the papers of the committees, what they propose and decide, and its programming."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

from ledger.allocation.fields import SCENARIO
from ledger.commands.declaring.access import reading, writing
from ledger.commands.declaring.choices import chosen
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import (
    Annee,
    FichierEcrit,
    Le,
    Malgre,
    NumeroAction,
    Oui,
    Piece,
    argument,
    confirm,
    day,
    option,
)
from ledger.commands.declaring.usage import needed
from ledger.commands.outcome import Outcome, one, several
from ledger.core.errors import InvalidValue
from ledger.core.field import Field, Kind
from ledger.core.money import Money, parse_money, total
from ledger.journal.fields import ACTION, AMOUNT, ENTRY, LINE, LINE_AMOUNT, YEAR
from ledger.programming.vocabulary import CommitteeKind, CommitteeOutcome
from ledger.reports.figures.plan import ADVISED, ASKED, DECIDED, PROPOSED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlalchemy.orm import Session

    from ledger.allocation.grant_directly import GrantRefused
    from ledger.exchange.declaration import Table
    from ledger.programming.committees.queries import CommitteeAction
    from ledger.reports.listing import Listing

app = group("Comités : leurs documents de travail, ce qu'ils proposent et décident, et sa programmation.")

_OUTCOME = Field("suite", "suite", help="accordée, refusée, ajournée ou redirigée.", placeholder="SUITE")
_REASON = Field("motif", "motif", help="Dû pour une action refusée, ajournée, redirigée.", placeholder="TEXTE")
_COMMITTEE = Field("comite", "comité", Kind.CODE, help="technique ou copil.", placeholder="COMITE")
_PAPER = _COMMITTEE.but(help="technique, copil ou citoyen.")
_WRITTEN = Field("fichier", "fichier")
_DECISIONS = (
    ACTION,
    LINE,
    *(each.field().but(optional=True) for each in (ASKED, ADVISED, PROPOSED, DECIDED)),
    _OUTCOME.but(optional=True),
    _REASON.but(shown=False, optional=True),
    Field("avis", "avis"),
)
_DECIDED = (
    ACTION,
    _COMMITTEE,
    _OUTCOME,
    AMOUNT.but(name="montants", title="montants", keyed=True),
)
_REFUSED = (ACTION, LINE, AMOUNT, Field("probleme", "problème"), Field("remede", "remède"))
_PROGRAMMED = (
    YEAR,
    ENTRY.but(name="ecritures", title="écritures", many=True),
    Field("refus", "refus", Kind.RECORD, fields=_REFUSED, many=True),
)
_CITIZENS = ("citoyen", "conseil citoyen")
Scenario = Annotated[str, option(SCENARIO.but(help="Le scénario dont ce qui est retenu devient ce qui est proposé."))]
Comite = Annotated[str, option(_COMMITTEE)]


@app.command("classeur", answer=one(_WRITTEN, Field("feuilles", "feuilles", many=True)))
def comite_classeur(
    quoi: Annotated[str, argument(_PAPER)],
    annee: Annee,
    fichier: FichierEcrit,
    scenario: Scenario = "",
    le: Le = None,
) -> Outcome:
    """Écrit le classeur d'un comité : demandé, conseillé, proposé, décidé, et ce qui reste de chaque enveloppe.

    Rempli en séance, il se relit par cofiville excel importer. Avec --scenario, ce que le scénario retient devient
    ce qui est proposé, ici et partout. Celui du conseil citoyen est un résumé sans donnée personnelle, à lire
    seulement.

    Exemple : cofiville comite classeur copil 2016 copil_2016.xlsx --scenario COPIL-2016
    """
    from ledger.exchange.writing.writer import write_workbook

    with _proposing(scenario, annee, le) as session:
        tables = _tables(session, quoi, annee)
    write_workbook(fichier, tables, about={"comité": quoi, "contrat": chosen().contract, "exercice": str(annee)})
    names = [each.sheet.name for each in tables]
    return Outcome({"fichier": str(fichier), "feuilles": names}, (f"{fichier} écrit : {', '.join(names)}.",))


@contextmanager
def _proposing(scenario: str, year: int, le: date | None) -> Iterator[Session]:
    """The session to read in, once the scenario named is what is proposed; only read from where none is."""
    from ledger.allocation.pour_scenario import propose_by_scenario

    with writing() if scenario else reading() as session:
        if scenario:
            propose_by_scenario(session, scenario, year, on=day(le))
        yield session


def _tables(session: Session, what: str, year: int) -> list[Table]:
    from ledger.core.identifiers import plain_words
    from ledger.exchange.export.committees import citizens_table, committee_tables
    from ledger.journal.exercices import find_exercice
    from ledger.programming.committees.record_decision import read_committee

    find_exercice(session, year)
    if plain_words(what) in _CITIZENS:
        return citizens_table(session, year)
    return committee_tables(session, read_committee(what), year)


@app.command("page", answer=one(_WRITTEN))
def comite_page(
    quoi: Annotated[str, argument(_PAPER)],
    annee: Annee,
    fichier: FichierEcrit,
    scenario: Scenario = "",
    le: Le = None,
) -> Outcome:
    """Écrit la page d'un comité, à lire ou à imprimer : un seul fichier HTML, A4 paysage, sans rien d'Internet.

    Avec --scenario, ce que le scénario retient devient ce qui est proposé, ici et partout.

    Exemple : cofiville comite page citoyen 2016 conseil_citoyen_2016.html
    """
    from ledger.reports.printed import printed_page
    from ledger.storage.delivered_files import deliver_file

    with _proposing(scenario, annee, le) as session:
        reports = _reports(session, quoi, annee)
    deliver_file(fichier, printed_page(reports[0].title.partition(" :")[0], reports).encode())
    return Outcome({"fichier": str(fichier)}, (f"{fichier} écrit.",))


def _reports(session: Session, what: str, year: int) -> list[Listing]:
    from ledger.core.identifiers import plain_words
    from ledger.exchange.export.example import example_note
    from ledger.journal.exercices import find_exercice
    from ledger.programming.committees.record_decision import read_committee
    from ledger.reports.committees import citizens_report, committee_reports

    find_exercice(session, year)
    note = example_note(session, year)
    if plain_words(what) in _CITIZENS:
        return [citizens_report(session, year, note)]
    return committee_reports(session, read_committee(what), year, note)


@app.command("lister", answer=several(*_DECISIONS))
def comite_lister(annee: Annee) -> Outcome:
    """Liste, par action et par ligne, ce qui est demandé, conseillé, proposé et décidé.

    Exemple : cofiville comite lister 2016
    """
    from ledger.programming.committees.queries import committee_actions
    from ledger.reports.listing import Listing

    with reading() as session:
        rows = tuple(row for action in committee_actions(session, annee) for row in _rows(action))
    return Outcome(Listing(f"Comités {annee}", _DECISIONS, rows))


def _rows(action: CommitteeAction) -> list[dict[str, Any]]:
    said = action.decision or action.proposal
    return [
        {
            "action": action.action.number,
            "ligne": line.line,
            "demande": line.requested,
            "conseille": line.advised,
            "propose": line.proposed,
            "decide": line.decided,
            "suite": CommitteeOutcome(said.outcome).label if said else None,
            "motif": said.reason if said else None,
            "avis": action.opinions,
        }
        for line in action.lines
    ]


@app.command("decider", act=True, answer=one(*_DECIDED))
def comite_decider(
    action: NumeroAction,
    comite: Comite = CommitteeKind.STEERING,
    montant: Annotated[list[str] | None, option(LINE_AMOUNT.but(help="Le montant d'une ligne ; répétez."))] = None,
    suite: Annotated[str | None, option(_OUTCOME)] = None,
    motif: Annotated[str, option(_REASON)] = "",
    le: Le = None,
) -> Outcome:
    """Enregistre ce qu'un comité propose ou décide pour une action ; dans un terminal, demande ce qui manque.

    Une action accordée par le comité de pilotage reçoit ce qui est proposé sur ses lignes sans montant. Rien n'est
    programmé : cela se fait ensuite par cofiville comite programmer.

    Exemple : cofiville comite decider 2016-014 --montant ETAT-PDV-ACTIONS=8000 --le 2016-03-04
    """
    from ledger.programming.committees.record_decision import DecisionForm, decide_on_action

    amounts = dict(_amount(text) for text in montant or ())
    if not amounts:
        suite = needed(suite, "--suite")
    with writing() as session:
        kept = decide_on_action(session, DecisionForm(action, comite, amounts, suite or "", motif), on=day(le))
        row = {
            "action": kept.action,
            "comite": kept.committee,
            "suite": kept.outcome,
            "montants": {each.line: each.amount for each in kept.amounts},
        }
        given = total(each.amount for each in kept.amounts)
    return Outcome(row, (f"Décision enregistrée sur l'action {row['action']} : {given.french()}.",))


def _amount(text: str) -> tuple[str, Money]:
    line, separator, amount = text.partition("=")
    if not separator:
        raise InvalidValue(f"« {text} » n'est pas un montant de ligne.", f"Écrivez {LINE_AMOUNT.placeholder}.")
    return line.strip(), parse_money(amount)


@app.command("programmer", act=True, answer=one(*_PROGRAMMED))
def comite_programmer(annee: Annee, piece: Piece, malgre: Malgre = "", oui: Oui = False, le: Le = None) -> Outcome:
    """Programme tout ce que le comité de pilotage a décidé et qui ne l'est pas encore : tout, ou rien.

    Chaque montant passe par les règles et par son enveloppe ; tous les refus sont dits d'un coup. Le motif donné
    par --malgre est gardé avec chaque montant qui passe outre une règle.

    Exemple : cofiville comite programmer 2016 --piece "Comité de pilotage du 04/03/2016" --le 2016-03-04 --oui
    """
    from ledger.allocation.grant_directly import programme_decided, to_programme

    with reading() as session:
        waiting = to_programme(session, annee)
    if waiting:
        confirm(f"{len(waiting)} montant(s) seront programmés, pour {total(waiting.values()).french()}.", oui)
    with writing() as session:
        posted, refused = programme_decided(session, annee, on=day(le), piece=piece, waiver=malgre)
        row: dict[str, Any] = {
            "exercice": annee,
            "ecritures": [each.sequence for each in posted],
            "refus": [_refusal(r) for r in refused],
        }
    if not refused:
        return Outcome(row, (f"{len(posted)} montant(s) programmé(s).",))
    troubles = [f"{each['action']} {each['ligne']} : {each['probleme']}\n→ {each['remede']}" for each in row["refus"]]
    return Outcome(row, troubles=(*troubles, "Rien n'a été programmé."), failed=True)


def _refusal(each: GrantRefused) -> dict[str, Any]:
    return {
        "action": each.action,
        "ligne": each.line,
        "montant": each.amount,
        "probleme": each.refusal.problem,
        "remede": each.refusal.remedy,
    }
