"""`cofiville porteur montrer`: everything one body asked, got and owes, year by year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.conventions.convention_views import FIGURES
from ledger.commands.exchange.origins import Origine, origin_rows, say_origins
from ledger.commands.shell.access import reading_as_of
from ledger.commands.shell.completion import PORTEURS
from ledger.commands.shell.options import AuJour, ConnuAu, day
from ledger.commands.shell.screen import say, show, table
from ledger.referential.vocabulary import PersonalKind, PorteurKind
from ledger.reports.figures.credits import TO_RECOVER
from ledger.reports.figures.payments import JUSTIFIED, ORDERED, PAID, STILL_DUE, TO_JUSTIFY
from ledger.reports.figures.plan import ASKED, CONVENTIONED, GRANTED

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.referential.model import Porteur

Code = Annotated[str, typer.Argument(metavar="CODE", autocompletion=PORTEURS, help="Le code du porteur.")]
_YEAR_FIGURES = (ASKED, GRANTED, CONVENTIONED, ORDERED, PAID, JUSTIFIED, STILL_DUE, TO_RECOVER)
_YEAR_COLUMNS = {each.script_key: each.heading for each in _YEAR_FIGURES}


def porteur_row(porteur: Porteur) -> dict[str, Any]:
    """The porteur as scripts read it; statut and droit: what it is in law, "inconnu" while nobody has said."""
    from ledger.referential.statuts import law_of

    return {
        "code": porteur.code,
        "nom": porteur.name,
        "type": porteur.kind,
        "siret": porteur.siret,
        "rna": porteur.rna,
        "commune": porteur.commune,
        "a_confirmer": porteur.to_confirm,
        "statut": porteur.statut,
        "droit": law_of(porteur.statut).value,
    }


def shown_contact(kept: Mapping[str, str]) -> dict[str, str | None]:
    """The contact and the IBAN, the latter masked."""
    from ledger.core.iban import masked

    return {
        "contact": kept.get(PersonalKind.CONTACT),
        "iban": masked(kept[PersonalKind.IBAN]) if PersonalKind.IBAN in kept else None,
    }


def montrer(code: Code, origine: Origine = False, le: AuJour = None, connu_au: ConnuAu = None) -> None:
    """Montre un porteur : ce qu'il a demandé, reçu et doit encore, année par année ; avec --origine, d'où il vient.

    Exemple : cofiville porteur montrer CCAS-D-ESCAUDAIN
    """
    from ledger.referential.contacts import contact as contact_of
    from ledger.referential.lookups import find_porteur

    with reading_as_of(le, connu_au) as session:
        porteur = find_porteur(session, code)
        row = porteur_row(porteur) | shown_contact(contact_of(session, porteur.code))
        row |= _life(session, porteur, day(le)) | {"publiees_ailleurs": _elsewhere(session, porteur)}
        if origine:
            from ledger.exchange.sheets.porteurs import PORTEURS

            row["origine"] = origin_rows(session, (PORTEURS, (porteur.code,)))

    def render() -> None:
        _render(row)
        if origine:
            say_origins(row["origine"])

    show(row, render)


def _life(session: Session, porteur: Porteur, on: date) -> dict[str, Any]:
    from ledger.conventions.paper import documents
    from ledger.reports.porteur_life import actions_of, bilans_owed, by_year, states_of

    actions, states = actions_of(session, porteur.code), states_of(session, porteur.code)
    return {
        "annees": [
            {"exercice": year, **{name: getattr(sums, name) for name in _YEAR_COLUMNS}}
            for year, sums in by_year(actions, states).items()
        ],
        "actions": [
            {
                "action": each.number,
                "exercice": each.year,
                "intitule": each.title,
                "statut": each.status,
                "demande": each.requested,
                "accorde": each.granted,
            }
            for each in actions
        ],
        "conventions": [
            {
                "convention": state.convention.number,
                "exercice": state.convention.year,
                "payeur": state.convention.payer,
                "accorde": state.granted,
                "ordonne": state.ordered,
                "verse": state.paid,
                "justifie": state.justified,
                "reste_du": state.still_due,
                "a_recouvrer": state.to_recover,
            }
            for state in states
        ],
        "bilans_attendus": [
            {
                "convention": each.convention,
                "action": each.action,
                "le": each.due_on,
                "verse": each.paid,
                "retard": max(0, (on - each.due_on).days),
            }
            for each in bilans_owed(session, porteur.code, on)
        ],
        "documents": sorted(documents(session, porteur.code).get(porteur.code, ())),
    }


def _elsewhere(session: Session, porteur: Porteur) -> list[dict[str, Any]]:
    from ledger.exchange.partners.elsewhere import published_elsewhere

    return [
        {
            "exercice": each.year,
            "attribuant": each.payer,
            "objet": each.purpose,
            "montant": each.amount,
            "decision": each.decision,
        }
        for each in published_elsewhere(session, porteur)
    ]


def _render(row: dict[str, Any]) -> None:

    say(f"{row['code']} : {row['nom']} ({PorteurKind(row['type']).label}), SIRET {row['siret'] or 'non connu'}")
    if row["contact"] or row["iban"]:
        say(f"Contact : {row['contact'] or 'non connu'}, IBAN {row['iban'] or 'non connu'}")
    table(
        "Année par année",
        ("Exercice", *_YEAR_COLUMNS.values()),
        [(str(year["exercice"]), *(year[name] for name in _YEAR_COLUMNS)) for year in row["annees"]],
    )
    table(
        "Actions",
        ("Action", "Intitulé", "Statut", ASKED.title, GRANTED.title),
        [tuple(a[name] for name in ("action", "intitule", "statut", "demande", "accorde")) for a in row["actions"]],
    )
    table(
        "Conventions",
        ("Convention", "Exercice", "Payeur", *FIGURES.values()),
        [(c["convention"], str(c["exercice"]), *list(c.values())[2:]) for c in row["conventions"]],
    )
    late = [index for index, each in enumerate(row["bilans_attendus"]) if each["retard"]]
    if row["bilans_attendus"]:
        table(
            "Bilans attendus",
            ("Convention", "Action", "Dû le", "État", TO_JUSTIFY.title),
            [
                (
                    f"‼ {b['convention']}" if b["retard"] else b["convention"],
                    b["action"],
                    b["le"],
                    f"en retard : {b['retard']} j" if b["retard"] else "à venir",
                    b["verse"],
                )
                for b in row["bilans_attendus"]
            ],
            alerts=late,
        )
    if row["publiees_ailleurs"]:
        _render_elsewhere(row["publiees_ailleurs"])


def _render_elsewhere(found: list[dict[str, Any]]) -> None:
    rows = [
        (
            str(each["exercice"] or ""),
            each["attribuant"],
            each["objet"],
            "illisible" if each["montant"] is None else each["montant"],
        )
        for each in found
    ]
    columns = ("Exercice", "Attribuant", "Objet", "Montant")
    table("Subventions publiées par d'autres (fichiers SCDL importés)", columns, rows)
