"""`cofiville action montrer`: all that is known of an action, on one screen."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ledger.commands.exchange.origins import Origine, origins_of_action, say_origins
from ledger.commands.programming.action_moves import moves_of
from ledger.commands.programming.action_parts import (
    action_row,
    fundings_of,
    natures_of,
    posts_of,
    publics_of,
    renewal_of,
)
from ledger.commands.programming.plan_screen import budget_rows, render_budget, version_rows
from ledger.commands.shell.access import reading
from ledger.commands.shell.options import NumeroAction
from ledger.commands.shell.screen import say, say_after, show, table
from ledger.core.money import total
from ledger.core.period import french_day
from ledger.core.rate import french_rate
from ledger.programming.vocabulary import RequestState
from ledger.referential.vocabulary import LineNature
from ledger.reports.figures.plan import GRANTED, PLANNED

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from ledger.programming.model import Action


def montrer(action: NumeroAction, origine: Origine = False) -> None:
    """Montre une action : dates, références, public, plan de financement, versions, année précédente, historique.

    Exemple : cofiville action montrer 2016-014
    """
    from ledger.programming.lookups import find_action

    with reading() as session:
        found = find_action(session, action)
        row = _whole(session, found)
        if origine:
            row["origine"] = origins_of_action(session, found.number)
    show(row, lambda: _render(row))


def _whole(session: Session, action: Action) -> dict[str, Any]:
    from ledger.programming.alerts import alerts, pillar, share_origin
    from ledger.programming.grants import granted_by_action

    granted = granted_by_action(session, action.year, action.number).get(action.number, {})
    return action_row(session, action) | {
        "cout_eligible": action.cost_eligible,
        "contributions": action.valued,
        "nature": action.nature,
        "derogation": action.own_share,
        "pilier": pillar(session, action),
        "depose_le": action.deposited_on,
        "debut": action.starts_on,
        "fin": action.ends_on,
        "annees": action.years,
        "reconduction": renewal_of(session, action),
        "references": [
            {"systeme": each.kind, "annee": each.year, "numero": each.reference} for each in action.references
        ],
        "territoires": [each.territory for each in action.territories],
        "public": [{"type": each.kind, "effectif": each.headcount, "cout": each.cost} for each in action.slices],
        "origine_parts": share_origin(action),
        "publics": publics_of(action),
        "public_caph": action.public_caph,
        "public_cavm": action.public_cavm,
        "financements": fundings_of(session, action, granted),
        "natures": natures_of(session, action),
        "budget": budget_rows(action),
        "versions": version_rows(action),
        "indicateurs": [
            {
                "rang": each.rank,
                "genre": each.kind,
                "indicateur": each.label,
                "attendu": each.expected,
                "realise": each.realised,
            }
            for each in action.indicators
        ],
        "postes": posts_of(session, action),
        "historique": moves_of(session, action),
        "alertes": alerts(session, action),
    }


def _render(row: dict[str, Any]) -> None:
    say(f"{row['action']} : {row['intitule']} ({row['porteur']})" + (" — exemple" if row["exemple"] else ""))
    cost = f"Coût {row['cout'].french()}, dont éligible {row['cout_eligible'].french()}"
    more = f" ; contributions volontaires {row['contributions'].french()}, à part" if row["contributions"] else ""
    say(f"{cost}{more} ; {row['statut']}")
    for label, words in _facts(row):
        say_after(f"{label} : ", words)
    if row["publics"]:
        table(
            "Public détaillé",
            ("Type", "Territoire", "EPCI", "Effectif", "Compté d'avance", "Dont QPV", "Justificatif"),
            [tuple(each.values()) for each in row["publics"]],
        )
    table("Public", ("Type", "Effectif", "Part du coût éligible"), [tuple(p.values()) for p in row["public"]])
    if row["origine_parts"]:
        say(f"Parts par territoire : {row['origine_parts']}.")
    if row["derogation"]:
        part = french_rate(Fraction(row["derogation"]["part"]))
        say(f"Part du maître d'ouvrage : {part} au moins, par dérogation du préfet ({row['derogation']['piece']}).")
    _render_plan(row)
    if row["indicateurs"]:
        titles = ("N°", "Genre", "Indicateur", "Attendu", "Réalisé")
        table("Indicateurs", titles, [tuple(each.values()) for each in row["indicateurs"]])
    if row["postes"]:
        table("Postes", ("Poste", "Intitulé", "Coût de l'année"), [tuple(each.values()) for each in row["postes"]])
    table("Historique", ("Le", "Statut", "Motif", "Agent"), [tuple(each.values()) for each in row["historique"]])
    for alert in row["alertes"]:
        say_after("À vérifier : ", alert)
    if "origine" in row:
        say_origins(row["origine"])


def _facts(row: dict[str, Any]) -> list[tuple[str, str]]:
    """Label and words of what is known in a line each."""
    found = [("Objectif", f"{row['objectif']} — pilier {row['pilier'] or 'non rattaché'}" if row["objectif"] else "")]
    found.append(("Dates", _dates(row["debut"], row["fin"], row["annees"])))
    if row["depose_le"]:
        of = f", appel {row['appel']}" if row["appel"] else ""
        found.append(("Déposée le", f"{french_day(row['depose_le'])}{of}"))
    found.append(
        ("Références", ", ".join(f"{r['systeme'].upper()} {r['numero']} ({r['annee']})" for r in row["references"]))
    )
    found.append(("Territoires", ", ".join(row["territoires"])))
    if before := row["reconduction"]:
        real = (
            f", coût réel {before['cout_reel'].french()}" if before["cout_reel"] is not None else ", bilan non arrêté"
        )
        asked = f"demandé {before['demande'].french()}, accordé {before['accorde'].french()}{real}"
        found.append(("Reconduit", f"{before['action']} ({before['statut']}) : {asked}"))
    return [(label, words) for label, words in found if words]


def _dates(start: date | None, end: date | None, years: int) -> str:
    days = [f"du {french_day(start)}" if start else "", f"au {french_day(end)}" if end else ""]
    said = " ".join(day for day in days if day)
    return f"{said}{' — ' if said else ''}{years} années" if years > 1 else said


def _render_plan(row: dict[str, Any]) -> None:

    plan = row["financements"]
    titles = ("Ligne", "Déposé", PLANNED.title, GRANTED.title, "Part commune", "Statut")
    table(
        "Plan de financement",
        titles,
        [
            (p["ligne"], p["depose"], p["demande"], p["accorde"], p["partage"], RequestState(p["statut"]).label)
            for p in plan
        ],
        ("Total", *(total(p[name] for p in plan) for name in ("depose", "demande", "accorde")), "", ""),
    )
    words = LineNature.labels()
    parts = [f"{words.get(name, name)} {amount.french()}" for name, amount in row["natures"].items() if amount]
    if parts:
        say_after("Dont ", " ; ".join(parts))
    if row["budget"]["detail"]:
        render_budget(row["budget"])
    if len(row["versions"]) > 1:
        titles = ("Version", "Étape", "Le", "Motif", "Coût", "Contributions")
        table("Versions du plan", titles, [tuple(each.values())[:6] for each in row["versions"]])
