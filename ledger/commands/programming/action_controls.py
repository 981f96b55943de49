"""`cofiville action controler`, `action completer`, `appel controler`: what to look at, what is still missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from ledger.commands.declaring.access import reading_as_of
from ledger.commands.declaring.options import Annee, AuJour, ConnuAu, NumeroAction, day, parse_year
from ledger.commands.declaring.parameters import Argument, Option
from ledger.commands.declaring.usage import WrongUsage
from ledger.commands.outcome import Outcome
from ledger.core.errors import Level
from ledger.core.field import Choice, Field, Kind
from ledger.journal.fields import ACTION
from ledger.programming.fields import TITLE

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from ledger.programming.actions.completeness import Incomplete
    from ledger.programming.actions.forms import ReadAction
    from ledger.programming.controls.facts import ControlFinding, LateBilan

_WORDS = {Level.ERROR: "à corriger", Level.ALERT: "à regarder", Level.INFORMATION: "à savoir"}
FINDING = (
    ACTION,
    Field("niveau", "niveau", Kind.CHOICE, choices=tuple(Choice(str(level), word) for level, word in _WORDS.items())),
    Field("code", "code", Kind.CODE, shown=False),
    Field("probleme", "constat"),
    Field("remede", "marche à suivre"),
)
_MISSING = (Field("code", "code", Kind.CODE, shown=False), Field("quoi", "il manque"), Field("commande", "commande"))
INCOMPLETE = (
    ACTION,
    TITLE,
    Field("avant_le", "avant le", Kind.DAY, optional=True),
    Field("jours", "jours", Kind.INTEGER, optional=True),
    Field("manque", "il manque", Kind.RECORD, fields=_MISSING, many=True),
)


def action_controler_action(action: NumeroAction, le: AuJour = None, connu_au: ConnuAu = None) -> Outcome:
    """Passe tous les contrôles sur une action ; chaque constat vient avec la marche à suivre.

    Exemple : cofiville action controler 2016-014
    """
    from ledger.programming.queries import find_action

    with reading_as_of(le, connu_au) as session:
        found = find_action(session, action)
        _, findings = _controlled(session, found.year, day(le))
    findings = [each for each in findings if each.action == found.number]
    return _outcome(f"Contrôles de l'action {action}", findings)


def action_controler_appel(
    annee: Annee,
    appel: Annotated[
        str, Option(metavar="CODE", offers="appels", help="Les actions de cet appel à projets seulement.")
    ] = "",
    le: AuJour = None,
    connu_au: ConnuAu = None,
) -> Outcome:
    """Passe tous les contrôles sur les actions d'une année : doublons, SIRET, bilans dus, territoires, droit commun.

    Aucun contrôle n'arrête les autres. Code de sortie 1 s'il reste quelque chose à corriger.

    Exemple : cofiville appel controler 2016
    """
    from ledger.programming.queries import find_appel

    with reading_as_of(le, connu_au) as session:
        code = find_appel(session, appel).code if appel else None
        actions, findings = _controlled(session, annee, day(le))
    kept = {action.number for action in actions if code in (None, action.appel)}
    findings = [each for each in findings if each.action in kept]
    return _outcome(f"Contrôles des demandes {annee}", findings)


def _controlled(session: Session, year: int, on: date) -> tuple[list[ReadAction], list[ControlFinding]]:
    """The actions of the year, and what is found on them."""
    from ledger.programming.controls.checks import control
    from ledger.programming.controls.queries import controlled_actions

    actions, around = controlled_actions(session, year, on=on, late=_late(session, on))
    return actions, control(actions, around)


def _late(session: Session, on: date) -> dict[str, tuple[LateBilan, ...]]:
    from ledger.execution.bilans.queue import bilan_queue
    from ledger.programming.controls.facts import LateBilan

    found: dict[str, tuple[LateBilan, ...]] = {}
    for each in bilan_queue(session, on):
        if each.limit is not None and each.days_late(on) and not each.by_epci:
            late = LateBilan(each.convention.number, each.action, each.limit)
            found[each.owed_by] = (*found.get(each.owed_by, ()), late)
    return found


def _outcome(title: str, findings: list[ControlFinding]) -> Outcome:
    from ledger.reports.listing import Listing

    rows = tuple(
        {
            "action": each.action,
            "niveau": str(each.level),
            "code": each.code,
            "probleme": each.problem,
            "remede": each.remedy,
        }
        for each in findings
    )
    failed = any(each.level is Level.ERROR for each in findings)
    return Outcome(Listing(title, FINDING, rows, empty="Rien à signaler."), failed=failed)


def action_completer(
    action: Annotated[str | None, Argument(metavar="ACTION", offers="actions", help="Le numéro de l'action.")] = None,
    toutes: Annotated[
        int | None, Option("--toutes", metavar="ANNEE", parser=parse_year, help="Toutes celles de l'année.")
    ] = None,
    le: AuJour = None,
    connu_au: ConnuAu = None,
) -> Outcome:
    """Dit ce qui manque à une action, ou à toutes celles d'une année, avant la clôture de leur appel.

    Exemple : cofiville action completer --toutes 2016
    """
    from ledger.programming.actions.completeness import incomplete_actions
    from ledger.programming.queries import find_action
    from ledger.reports.listing import Listing

    if (action is None) == (toutes is None):
        raise WrongUsage("Désignez une action, ou une année.", "Par exemple : --toutes 2016.")
    with reading_as_of(le, connu_au) as session:
        found = find_action(session, action) if action else None
        year = found.year if found is not None else toutes
        lacking = [
            each
            for each in incomplete_actions(session, year or 0)
            if found is None or each.action.number == found.number
        ]
        rows = [_row(each, day(le)) for each in lacking]

    listings = [
        Listing(
            f"{row['action']} : {row['intitule']}{_deadline(row['avant_le'], row['jours'])}",
            _MISSING,
            tuple(row["manque"]),
        )
        for row in rows
    ]
    return Outcome(rows, tuple(listings) or ("Rien ne manque.",))


def _row(each: Incomplete, today: date) -> dict[str, Any]:
    return {
        "action": each.action.number,
        "intitule": each.action.title,
        "avant_le": each.before,
        "jours": (each.before - today).days if each.before else None,
        "manque": [{"code": one.code, "quoi": one.what, "commande": one.remedy} for one in each.missing],
    }


def _deadline(before: date | None, days: int | None) -> str:
    from ledger.core.period import french_day

    if before is None or days is None:
        return ""
    if days < 0:
        return f" — l'appel est clos depuis le {french_day(before)}"
    return f" — avant le {french_day(before)}, dans {days} jour(s)"
