"""`cofiville convention saisir` and `preparer`: drafts, from options or by answering for what is missing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.conventions.convention_dialogue import Beneficiary, complete, completed, said_yes
from ledger.commands.conventions.convention_receiving import say_awaited
from ledger.commands.conventions.convention_typing import Debut, Echeance, Fin, line_amounts, typed_plan, year_amounts
from ledger.commands.shell.access import writing
from ledger.commands.shell.completion import ACTIONS
from ledger.commands.shell.options import Annee, Le, Oui, day
from ledger.commands.shell.screen import say, show, table
from ledger.core.money import Money, total

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.conventions.drafting import Details
    from ledger.conventions.model import Convention


class _OnlyLooking(Exception):
    """Ends a session whose drafts were only made to show their consequences."""


_ACTIONS = typer.Argument(
    metavar="[ACTION]...", autocompletion=ACTIONS, help="Les actions accordées ; demandées sinon."
)
_PAYER = typer.Option(metavar="FINANCEUR", help="Le payeur ; tous ceux de l'action sinon.")
_AMOUNTS = typer.Option("--montant", metavar="LIGNE=MONTANT", help="Moins que ce qui est accordé, ligne par ligne.")
_CIRCUIT = typer.Option(metavar="CIRCUIT", help="direct ou budget ; celui de la ligne de crédits sinon.")
_LATER = typer.Option("--tranche", metavar="ANNEE:LIGNE=MONTANT", help="Ce qui est prévu pour une année suivante.")
_ALLOWED = typer.Option(metavar="REFERENCE", help="Ce qui autorise une association à payer (CGCT, L1611-4).")


def saisir(
    actions: Annotated[list[str] | None, _ACTIONS] = None,
    payeur: Annotated[str | None, _PAYER] = None,
    montant: Annotated[list[str] | None, _AMOUNTS] = None,
    circuit: Annotated[str, _CIRCUIT] = "",
    numero: Annotated[str, typer.Option(metavar="NUMERO", help="Le numéro à donner ; le suivant sinon.")] = "",
    objet: Annotated[str, typer.Option(help="L'objet ; l'intitulé de l'action sinon.")] = "",
    debut: Debut = None,
    fin: Fin = None,
    echeance: Echeance = None,
    tranche: Annotated[list[str] | None, _LATER] = None,
    autorisation: Annotated[str, _ALLOWED] = "",
    siret: Annotated[str, typer.Option(help="Le SIRET du bénéficiaire, s'il n'est pas connu.")] = "",
    iban: Annotated[str, typer.Option(help="L'IBAN du bénéficiaire, s'il n'est pas connu.")] = "",
    oui: Oui = False,
    le: Le = None,
) -> None:
    """Prépare la ou les conventions d'une action, sur ce qui lui est accordé et pas encore conventionné.

    Sans ACTION, dans un terminal : ce qui manque est demandé et les conséquences sont montrées avant d'écrire.

    Exemple : cofiville convention saisir 2016-015 --payeur CAPH --le 2016-04-25
    """
    from ledger.conventions.drafting import Details

    details = Details(
        number=numero,
        purpose=objet,
        starts_on=debut,
        ends_on=fin,
        circuit=circuit.strip().lower(),
        plan=typed_plan(echeance),
        cascade=autorisation,
        later=year_amounts(tranche),
    )
    typed = line_amounts(montant, "--montant")
    numbers, payeur, beneficiary = complete(actions, payeur, Beneficiary(siret, iban))
    if not actions and not oui:
        said_yes(_looked_at(numbers, payeur, typed, details, day(le)))
    with writing() as session:
        completed(session, numbers, beneficiary)
        rows = [_row(session, each) for each in _drafted(session, numbers, payeur, typed, details, day(le))]
    show(rows, lambda: _say_drafts(rows))


def _looked_at(
    numbers: list[str], payer: str | None, typed: dict[str, Money], details: Details, on: date
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    try:
        with writing() as session:
            rows = [_row(session, each) for each in _drafted(session, numbers, payer, typed, details, on)]
            raise _OnlyLooking
    except _OnlyLooking:
        return rows


def _drafted(
    session: Session, numbers: list[str], payer: str | None, typed: dict[str, Money], details: Details, on: date
) -> list[Convention]:
    from ledger.conventions.drafting import draft_together
    from ledger.conventions.granted import left_of_action
    from ledger.programming.lookups import find_action
    from ledger.referential.lookups import find_financeur

    who = find_financeur(session, payer).code if payer else None
    found = [find_action(session, number) for number in numbers]
    grants = [(action, typed or left_of_action(session, action)) for action in found]
    return draft_together(session, grants, on=on, details=details, payer=who)


def preparer(annee: Annee, le: Le = None) -> None:
    """Prépare d'un coup les conventions de tout ce qui est accordé dans l'année et pas encore conventionné.

    Exemple : cofiville convention preparer 2016 --le 2016-04-25
    """
    from ledger.conventions.drafting import prepare_year

    with writing() as session:
        rows = [_row(session, each) for each in prepare_year(session, annee, on=day(le))]
    show(rows, lambda: _say_drafts(rows))


def _row(session: Session, convention: Convention) -> dict[str, Any]:
    from ledger.conventions.accounts import convention_account
    from ledger.conventions.instalments import whole_schedule
    from ledger.conventions.upstream import rights_awaited

    account = convention_account(session, convention)
    return {
        "convention": convention.number,
        "nature": convention.kind,
        "circuit": convention.circuit,
        "payeur": convention.payer,
        "beneficiaire": convention.beneficiary,
        "montant": convention.amount,
        "compte": account.number if account else None,
        "debut": convention.starts_on,
        "fin": convention.ends_on,
        "echeances": [
            {"rang": rank, "montant": amount, "moment": moment} for rank, amount, moment in whole_schedule(convention)
        ],
        "droit_attendu": rights_awaited(session, convention),
        "tranches": [{"exercice": s.year, "ligne": s.line, "montant": s.amount} for s in convention.slices],
    }


def _say_drafts(rows: list[dict[str, Any]]) -> None:
    if not rows:
        say("Tout ce qui est accordé est déjà dans une convention.")
        return
    table(
        "Conventions en brouillon",
        ("Convention", "Nature", "Circuit", "Payeur", "Bénéficiaire", "Montant"),
        [tuple(row.values())[:6] for row in rows],
        ("Total", "", "", "", "", total(row["montant"] for row in rows)),
    )
    say_awaited(rows)
