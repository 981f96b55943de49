"""The questions of `convention saisir` and `recevoir`: what is granted, who pays, what is missing; another arrêté."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import typer

from ledger.commands.conventions.convention_drafts import drafted
from ledger.commands.conventions.convention_receiving import doubtful_right, rights_not_acquired
from ledger.commands.conventions.convention_typing import typed_facts
from ledger.commands.declaring.access import reading, writing
from ledger.commands.declaring.options import day
from ledger.commands.outcome import Row, Sentence
from ledger.conventions.fields import CONVENTION_TYPED
from ledger.core.errors import InvalidValue
from ledger.core.money import Money, total
from ledger.core.period import french_day
from ledger.journal.fields import ACTION, AMOUNT, LINE
from ledger.programming.fields import PORTEUR, TITLE
from ledger.referential.vocabulary import PersonalKind
from ledger.terminal.dialogue import agreed, ask
from ledger.terminal.screen import show_parts

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Left = Mapping[str, Mapping[str, Money]]

_GRANTED = (ACTION, TITLE, PORTEUR, LINE.but(name="lignes", title="lignes", many=True), AMOUNT)


class _OnlyLooking(Exception):
    """Ends a session whose drafts were only made to show their consequences."""


def drafting_dialogue(typed: dict[str, Any]) -> dict[str, Any]:
    """The actions, the payer and what is to be known of the beneficiary, when no action was typed.

    What would be written is shown and asked about. raises: InvalidValue when nothing is left to convention;
    typer.Exit(1) when the answer is no.
    """
    typed_facts(CONVENTION_TYPED, typed)  # refused before anything is asked
    if typed["actions"]:
        return typed
    with reading() as session:
        left = _offer(session)
        numbers = ask("Numéro de l'action (plusieurs : séparez-les d'une espace)", lambda text: _known(left, text))
        payers = _payers(session, left, numbers)
        known = _beneficiary(session, numbers[0])
    typed["actions"] = numbers
    if typed["payeur"] is None and len(payers) > 1:
        question = f"Payeur : {', '.join(payers)} (vide : une convention pour chacun)"
        typed["payeur"] = ask(question, lambda text: _one_of(payers, text))
    _ask_beneficiary(known, typed)
    if not typed["oui"]:
        show_parts(_consequences(_looked_at(typed)))
        _go_on_if("Écrire ce brouillon ? [o/N] ")
    return typed


def right_dialogue(typed: dict[str, Any]) -> dict[str, Any]:
    """Whether this is another arrêté of the file of a right that stands already. raises: typer.Exit(1) for no."""
    from ledger.conventions.rights import standing_rights
    from ledger.referential.queries import find_line

    if typed["complement"]:
        return typed
    amount = typed["montant"]
    with reading() as session:
        rights = standing_rights(session, find_line(session, typed["ligne"]), typed["annee"])
        right = doubtful_right(rights, amount, typed["numero"], typed["piece"], day(typed["le"]))
        told = f"{right.number} est déjà un droit de {right.amount.french()} ({right.piece})." if right else ""
    if told:
        _go_on_if(f"{told} Un autre arrêté du même dossier ajoute-t-il {amount.french()} ? [o/N] ")
    return typed | {"complement": bool(told)}


def _go_on_if(question: str) -> None:
    if not agreed(question):
        print("Rien n'a été écrit.", file=sys.stderr)
        raise typer.Exit(1)


def _offer(session: Session) -> Left:
    from ledger.conventions.granted import to_convention
    from ledger.journal.exercices import exercices
    from ledger.programming.queries import find_action
    from ledger.reports.listing import Listing

    left: dict[str, Mapping[str, Money]] = {}
    for exercice in exercices(session):
        if exercice.closed_on is None:
            left.update(to_convention(session, exercice.year))
    if not left:
        raise InvalidValue(
            "Tout ce qui est accordé est déjà dans une convention.",
            "Accordez d'abord : cofiville allocation valider NOM --piece PIECE, ou cofiville allocation"
            " accorder ACTION LIGNE MONTANT --piece PIECE.",
        )
    rows = []
    for number, lines in sorted(left.items()):
        action = find_action(session, number)
        facts = {"action": number, "intitule": action.title, "porteur": action.porteur}
        rows.append(facts | {"lignes": list(lines), "montant": total(lines.values())})
    show_parts([Listing("Accordé et pas encore conventionné", _GRANTED, tuple(rows))])
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
    from ledger.programming.queries import find_action

    year = find_action(session, numbers[0]).year
    return sorted({payer_of(session, line, year)[0] for number in numbers for line in left[number]})


def _one_of(payers: list[str], text: str) -> str | None:
    payer = text.upper()
    if payer and payer not in payers:
        raise InvalidValue(f"« {text} » ne paie rien sur cette action.", f"Payeurs : {', '.join(payers)}.")
    return payer or None


def _beneficiary(session: Session, number: str) -> dict[str, str]:
    from ledger.programming.queries import find_action
    from ledger.referential.porteurs import contact_of
    from ledger.referential.queries import find_porteur

    porteur = find_porteur(session, find_action(session, number).porteur)
    return {
        "nom": porteur.name,
        "siret": porteur.siret or "",
        "iban": contact_of(session, porteur.code).get(PersonalKind.IBAN, ""),
    }


def _ask_beneficiary(known: Mapping[str, str], typed: dict[str, Any]) -> None:
    from ledger.referential.porteurs import check_iban
    from ledger.referential.siret import check_siret

    for name, check in (("siret", check_siret), ("iban", check_iban)):
        if not typed[name] and not known[name]:
            question = f"{name.upper()} de {known['nom']} (vide : plus tard)"
            typed[name] = ask(question, lambda text, check=check: check(text) if text else "")  # type: ignore[misc]


def _looked_at(typed: Mapping[str, Any]) -> list[Row]:
    """The drafts as they would be written; nothing is."""
    rows: list[Row] = []
    try:
        with writing() as session:
            rows = drafted(session, typed["actions"], typed_facts(CONVENTION_TYPED, typed), day(typed["le"]))
            raise _OnlyLooking
    except _OnlyLooking:
        return rows


def _consequences(rows: list[Row]) -> Iterator[str | Sentence]:
    """What would be written, and what its signature would do."""
    for row in rows:
        account = f", compte {row['compte']}" if row["compte"] else ""
        yield Sentence(
            f"{row['convention']} : ",
            f"{row['nature']} de {row['montant'].french()}, {row['payeur']} → {row['beneficiaire']} ({row['circuit']}"
            f"{account}), du {french_day(row['debut'])} au {french_day(row['fin'])}.",
        )
        parts = (f"{each['montant'].french()} ({each['moment']})" for each in row["echeances"])
        yield Sentence("  Échéancier : ", " puis ".join(parts))
        for each in row["tranches"]:
            yield Sentence("  Prévu : ", f"{each['montant'].french()} sur {each['ligne']} en {each['exercice']}")
        yield from rights_not_acquired([row])
        yield Sentence("  À la signature : ", f"{row['montant'].french()} passeront de programmé à engagé.")
