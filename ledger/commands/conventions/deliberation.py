"""`cofiville deliberation`: what grants the EPCI's own money, and the days that make it enforceable."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.access import reading, writing
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import Annee, AnneeOuTout, Le, Oui, argument, confirm, day, option
from ledger.commands.declaring.parameters import Option
from ledger.commands.outcome import Outcome, one, several
from ledger.core.field import Field, Kind
from ledger.journal.fields import ACTION, AMOUNT, LINE, MOTIVE, YEAR
from ledger.referential.fields import SIRET

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy.orm import Session

    from ledger.conventions.deliberations.model import Deliberation
    from ledger.reports.listing import Listing

_CODE = Field(
    "deliberation",
    "délibération",
    Kind.CODE,
    help="Son code, par exemple D2026-1.",
    placeholder="CODE",
    offers="deliberations",
)
_NUMBER = Field("numero", "numéro", Kind.CODE, help="Le numéro que l'assemblée lui donne.", placeholder="NUMERO")
_BENEFICIARY = Field("beneficiaire", "bénéficiaire")
_STATE = Field("etat", "état")
_DAYS = (
    Field("adoptee_le", "adoptée le", Kind.DAY, optional=True),
    Field("transmise_le", "transmise le", Kind.DAY, optional=True),
    Field("publiee_le", "publiée le", Kind.DAY, optional=True),
    Field("executoire_le", "exécutoire le", Kind.DAY, optional=True),
)
_SHOWN = (_CODE, YEAR.but(shown=False), _NUMBER, _STATE, AMOUNT, *_DAYS)
_ANNEXED = (_BENEFICIARY, SIRET, ACTION, Field("intitule", "intitulé"), LINE, AMOUNT.but(summed=True))
_WHOLE = one(*_SHOWN, Field("attributions", "attributions", Kind.RECORD, many=True, fields=_ANNEXED))
_AWAITED = (ACTION, LINE, _BENEFICIARY, AMOUNT.but(summed=True), _CODE, _STATE)

app = group("Délibérations : ce qui accorde les crédits propres de l'EPCI, et le jour où c'est exécutoire.")
Code = Annotated[str, argument(_CODE)]
Annexe = Annotated[
    Path | None, Option("--annexe", metavar="FICHIER", parser=Path, help="Le classeur du tableau annexé, à écrire.")
]


@app.command("preparer", act=True, answer=_WHOLE)
def deliberation_preparer(annee: Annee, annexe: Annexe = None, le: Le = None) -> Outcome:
    """Prépare la délibération de ce qui est accordé des crédits propres de l'EPCI, et son tableau annexé.

    Se défait par deliberation retirer.

    Exemple : cofiville deliberation preparer 2016 --annexe deliberation.xlsx --le 2016-03-14
    """
    from ledger.conventions.deliberations.deliberate import prepare_deliberation

    with writing() as session:
        row = prepare_deliberation(session, annee, on=day(le))
        found, grants = _told(session, row), _annexed(session, row)
    _write_annexe(annexe, grants)
    return found


@app.command("adopter", act=True, answer=_WHOLE)
def deliberation_adopter(code: Code, numero: Annotated[str, option(_NUMBER)], le: Le = None) -> Outcome:
    """Note le numéro et le jour de l'adoption d'une délibération.

    Exemple : cofiville deliberation adopter D2016-1 --numero 2016-041 --le 2016-04-11
    """
    from ledger.conventions.deliberations.deliberate import adopt_deliberation, find_deliberation

    with writing() as session:
        row = find_deliberation(session, code)
        adopt_deliberation(session, row, number=numero, on=day(le))
        return _told(session, row)


@app.command("transmettre", act=True, answer=_WHOLE)
def deliberation_transmettre(code: Code, le: Le = None) -> Outcome:
    """Note le jour où une délibération est transmise au contrôle de légalité.

    Exemple : cofiville deliberation transmettre D2016-1 --le 2016-04-13
    """
    from ledger.conventions.deliberations.deliberate import find_deliberation, send_deliberation

    with writing() as session:
        row = find_deliberation(session, code)
        send_deliberation(session, row, on=day(le))
        return _told(session, row)


@app.command("publier", act=True, answer=_WHOLE)
def deliberation_publier(code: Code, le: Le = None) -> Outcome:
    """Note le jour où une délibération est publiée ou notifiée ; transmise aussi, elle est exécutoire.

    Exemple : cofiville deliberation publier D2016-1 --le 2016-04-14
    """
    from ledger.conventions.deliberations.deliberate import find_deliberation, publish_deliberation

    with writing() as session:
        row = find_deliberation(session, code)
        publish_deliberation(session, row, on=day(le))
        return _told(session, row)


@app.command("retirer", act=True, answer=_WHOLE)
def deliberation_retirer(
    code: Code,
    motif: Annotated[str, option(MOTIVE.but(help="Pourquoi elle est retirée."))],
    oui: Oui = False,
    le: Le = None,
) -> Outcome:
    """Retire une délibération : elle n'accorde plus rien, sauf si une convention signée en dépend.

    Exemple : cofiville deliberation retirer D2016-1 --motif "Montant erroné" --le 2016-04-15 --oui
    """
    from ledger.conventions.deliberations.deliberate import find_deliberation, withdraw_deliberation

    confirm(f"La délibération {code} sera retirée : elle n'accordera plus rien.", oui)
    with writing() as session:
        row = find_deliberation(session, code)
        withdraw_deliberation(session, row, motive=motif, on=day(le))
        return _told(session, row)


@app.command("lister", answer=several(*_SHOWN))
def deliberation_lister(annee: AnneeOuTout = None) -> Outcome:
    """Liste les délibérations : numéro, état, jours, montant.

    Exemple : cofiville deliberation lister 2016
    """
    from ledger.conventions.deliberations.deliberate import deliberations
    from ledger.reports.listing import Listing

    with reading() as session:
        rows = tuple(_row(each) for each in deliberations(session, annee))
    return Outcome(Listing("Délibérations", _SHOWN, rows, empty="Aucune délibération n'est préparée."))


@app.command("montrer", answer=_WHOLE)
def deliberation_montrer(code: Code, annexe: Annexe = None) -> Outcome:
    """Montre une délibération et son tableau annexé, ou l'écrit dans un classeur.

    Exemple : cofiville deliberation montrer D2016-1
    """
    from ledger.conventions.deliberations.deliberate import find_deliberation

    with reading() as session:
        row = find_deliberation(session, code)
        found, grants = _told(session, row), _annexed(session, row)
    _write_annexe(annexe, grants)
    return found


@app.command("attendues", answer=several(*_AWAITED))
def deliberation_attendues(annee: Annee) -> Outcome:
    """Liste ce qui est accordé des crédits propres de l'EPCI et qu'aucune délibération exécutoire n'accorde encore.

    Exemple : cofiville deliberation attendues 2016
    """
    from ledger.conventions.deliberations.deliberate import awaited_grants
    from ledger.reports.listing import Listing

    with reading() as session:
        rows = tuple(
            {
                "action": each.action,
                "ligne": each.line,
                "beneficiaire": each.beneficiary,
                "montant": each.amount,
                "deliberation": each.deliberation,
                "etat": each.state,
            }
            for each in awaited_grants(session, annee)
        )
    none = "Tout ce qui est accordé des crédits propres est couvert par une délibération exécutoire."
    return Outcome(Listing("À délibérer", _AWAITED, rows, empty=none))


def _row(row: Deliberation) -> dict[str, Any]:
    from ledger.conventions.deliberations.deliberate import deliberation_state
    from ledger.core.money import total

    return {
        "deliberation": row.code,
        "exercice": row.year,
        "numero": row.number,
        "etat": deliberation_state(row),
        "montant": total(line.amount for line in row.lines),
        "adoptee_le": row.adopted_on,
        "transmise_le": row.sent_on,
        "publiee_le": row.published_on,
        "executoire_le": row.enforceable_on,
    }


def _told(session: Session, row: Deliberation) -> Outcome:
    said = _row(row)
    grants = _annexed(session, row)
    since = f", exécutoire le {said['executoire_le']:%d/%m/%Y}" if said["executoire_le"] else ""
    words = f"{row.code} : {said['etat']}{since}, {said['montant'].french()} à {len(grants.rows)} attribution(s)."
    return Outcome({**said, "attributions": list(grants.rows)}, (words, grants))


def _annexed(session: Session, row: Deliberation) -> Listing:
    from ledger.programming.queries import find_action
    from ledger.referential.queries import find_porteur
    from ledger.reports.listing import Listing

    rows = []
    for line in row.lines:
        porteur = find_porteur(session, line.beneficiary)
        rows.append(
            {
                "beneficiaire": porteur.name,
                "siret": porteur.siret,
                "action": line.action,
                "intitule": find_action(session, line.action).title,
                "ligne": line.line,
                "montant": line.amount,
            }
        )
    return Listing(f"Annexe à la délibération {row.number or row.code}", _ANNEXED, tuple(rows))


def _write_annexe(path: Path | None, grants: Listing) -> None:
    if path is None:
        return
    from ledger.exchange.export.report import report_table
    from ledger.exchange.writing.writer import write_workbook

    write_workbook(path, [report_table(grants, "Annexe")], about={"deliberation": grants.title})
