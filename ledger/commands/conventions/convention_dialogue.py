"""The questions of `convention saisir`: what is granted and in no convention yet, who pays, what is missing."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from ledger.commands.conventions.convention_receiving import say_awaited
from ledger.commands.shell.access import reading
from ledger.commands.shell.choices import may_ask
from ledger.commands.shell.dialogue import ask
from ledger.commands.shell.screen import say_after, table
from ledger.commands.shell.usage import WrongUsage
from ledger.core.errors import InvalidValue
from ledger.core.money import Money, total
from ledger.core.period import french_day
from ledger.referential.vocabulary import PersonalKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Left = Mapping[str, Mapping[str, Money]]


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """What is typed of a beneficiary; empty stays as it is known."""

    siret: str = ""
    iban: str = ""


def complete(
    actions: list[str] | None, payer: str | None, typed: Beneficiary
) -> tuple[list[str], str | None, Beneficiary]:
    """The actions, the payer and what is to be known of the beneficiary: typed, and on a terminal the answers.

    raises: WrongUsage without an action and without a terminal; InvalidValue when nothing is left to convention.
    """
    if actions:
        return [each.strip().upper() for each in actions], payer, typed
    if not may_ask():
        raise WrongUsage("L'action manque.", "Donnez son numéro, ou lancez la commande dans un terminal.")
    with reading() as session:
        left = _offer(session)
        numbers = ask("Numéro de l'action (plusieurs : séparez-les d'une espace)", lambda text: _known(left, text))
        payers = _payers(session, left, numbers)
        known = _beneficiary(session, numbers[0])
    if payer is None and len(payers) > 1:
        question = f"Payeur : {', '.join(payers)} (vide : une convention pour chacun)"
        payer = ask(question, lambda text: _one_of(payers, text))
    return numbers, payer, _ask_beneficiary(known, typed)


def _offer(session: Session) -> Left:
    from ledger.conventions.granted import to_convention
    from ledger.journal.exercices import exercices
    from ledger.programming.lookups import find_action

    left: dict[str, Mapping[str, Money]] = {}
    for exercice in exercices(session):
        if exercice.closed_on is None:
            left.update(to_convention(session, exercice.year))
    if not left:
        raise InvalidValue(
            "Tout ce qui est accordé est déjà dans une convention.",
            "Accordez d'abord : cofiville allocation valider, ou allocation accorder.",
        )
    rows = []
    for number, lines in sorted(left.items()):
        action = find_action(session, number)
        rows.append((number, action.title, action.porteur, ", ".join(lines), total(lines.values())))
    table("Accordé et pas encore conventionné", ("Action", "Intitulé", "Porteur", "Lignes", "Montant"), rows)
    return left


def _known(left: Left, text: str) -> list[str]:
    numbers = text.upper().split()
    for number in numbers:
        if number not in left:
            raise InvalidValue(f"« {number} » n'attend pas de convention.", "Prenez un numéro de la liste.")
    if not numbers:
        raise InvalidValue("Aucune action n'est désignée.", "Prenez un numéro de la liste.")
    return numbers


def _payers(session: Session, left: Left, numbers: list[str]) -> list[str]:
    from ledger.conventions.granted import payer_of
    from ledger.programming.lookups import find_action

    year = find_action(session, numbers[0]).year
    return sorted({payer_of(session, line, year)[0] for number in numbers for line in left[number]})


def _one_of(payers: list[str], text: str) -> str | None:
    payer = text.upper()
    if payer and payer not in payers:
        raise InvalidValue(f"« {text} » ne paie rien sur cette action.", f"Payeurs : {', '.join(payers)}.")
    return payer or None


def _beneficiary(session: Session, number: str) -> dict[str, str]:
    from ledger.programming.lookups import find_action
    from ledger.referential.contacts import contact
    from ledger.referential.lookups import find_porteur

    porteur = find_porteur(session, find_action(session, number).porteur)
    return {
        "nom": porteur.name,
        "siret": porteur.siret or "",
        "iban": contact(session, porteur.code).get(PersonalKind.IBAN, ""),
    }


def _ask_beneficiary(known: Mapping[str, str], typed: Beneficiary) -> Beneficiary:
    from ledger.referential.contacts import check_iban
    from ledger.referential.siret import check_siret

    siret, iban = typed.siret, typed.iban
    if not siret and not known["siret"]:
        siret = ask(f"SIRET de {known['nom']} (vide : plus tard)", lambda text: check_siret(text) if text else "")
    if not iban and not known["iban"]:
        iban = ask(f"IBAN de {known['nom']} (vide : plus tard)", lambda text: check_iban(text) if text else "")
    return Beneficiary(siret, iban)


def completed(session: Session, numbers: list[str], typed: Beneficiary) -> None:
    """Keep the SIRET and the IBAN typed, where the beneficiary has none.

    raises: InvalidValue when it has another SIRET already, or what was typed is wrong.
    """
    from datetime import UTC, datetime

    from ledger.programming.lookups import find_action
    from ledger.referential.contacts import record_contact
    from ledger.referential.lookups import find_porteur
    from ledger.referential.porteurs import PorteurForm, change_porteur
    from ledger.referential.siret import check_siret

    if not (typed.siret or typed.iban):
        return
    porteur = find_porteur(session, find_action(session, numbers[0]).porteur)
    if typed.siret and porteur.siret not in (None, check_siret(typed.siret)):
        raise InvalidValue(
            f"{porteur.code} a déjà un autre SIRET : {porteur.siret}.",
            f"S'il a changé : cofiville porteur modifier {porteur.code} --siret SIRET.",
        )
    if typed.siret:
        form = PorteurForm(
            name=porteur.name,
            kind=porteur.kind,
            siret=typed.siret,
            rna=porteur.rna or "",
            commune=porteur.commune or "",
            to_confirm=porteur.to_confirm,
        )
        change_porteur(session, porteur.code, form)
    if typed.iban:
        record_contact(session, porteur.code, iban=typed.iban, at=datetime.now(UTC))


def said_yes(rows: list[dict[str, Any]]) -> None:
    """Show what would be written, and what its signature would do. raises: typer.Exit(1) when the answer is no."""
    for row in rows:
        lead = f"{row['convention']} : "
        account = f", compte {row['compte']}" if row["compte"] else ""
        say_after(
            lead,
            f"{row['nature']} de {row['montant'].french()}, {row['payeur']} → {row['beneficiaire']} ({row['circuit']}"
            f"{account}), du {french_day(row['debut'])} au {french_day(row['fin'])}.",
        )
        parts = (f"{each['montant'].french()} ({each['moment']})" for each in row["echeances"])
        say_after("  Échéancier : ", " puis ".join(parts))
        for each in row["tranches"]:
            say_after("  Prévu : ", f"{each['montant'].french()} sur {each['ligne']} en {each['exercice']}")
        say_awaited([row])
        say_after("  À la signature : ", f"{row['montant'].french()} passeront de programmé à engagé.")
    print("Écrire ce brouillon ? [o/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("o", "oui"):
        print("Rien n'a été écrit.", file=sys.stderr)
        raise typer.Exit(1)
