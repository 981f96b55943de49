"""`cofiville action montrer`: all that is known of an action, on one screen."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ledger.commands.declaring.access import reading
from ledger.commands.declaring.options import NumeroAction
from ledger.commands.exchange.origins import ORIGINS, Origine, origin_listing, origins_of_action
from ledger.commands.outcome import Outcome, Row, Sentence, picked
from ledger.commands.programming.action_details import (
    ALERTS,
    INDICATORS,
    REFERENCES,
    indicators_listed,
    reference_rows,
)
from ledger.commands.programming.action_list import LISTED, listed_row
from ledger.commands.programming.action_moves import MOVES, moves_of
from ledger.commands.programming.action_parts import (
    FUNDINGS,
    NATURES,
    POSTS,
    PUBLIC,
    PUBLICS,
    RENEWED,
    fundings_shown,
    natures_of,
    posts_shown,
    publics_shown,
    renewal_of,
    slices_shown,
)
from ledger.commands.programming.plan_screen import (
    BUDGET,
    VERSION_ROWS,
    VERSIONS,
    budget_json,
    budget_shown,
    version_rows,
)
from ledger.commands.reports.history_line import history_line
from ledger.core.field import Field, Kind
from ledger.core.period import french_day
from ledger.core.rate import french_rate
from ledger.journal.fields import PIECE
from ledger.programming.fields import COUNTED_IN_TOTAL, ENDS_ON, NATURE, STARTS_ON, YEARS
from ledger.referential.vocabulary import LineNature
from ledger.reports.figures.plan import COST_ELIGIBLE
from ledger.rules.fields import CRITERIA_SHOWN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlalchemy.orm import Session

    from ledger.programming.actions.model import Action
    from ledger.reports.listing import Listing


_DEROGATION = (Field("part", "part"), PIECE)
WHOLE = (
    *LISTED,
    COST_ELIGIBLE.field(),
    Field("contributions", "contributions volontaires", Kind.AMOUNT),
    NATURE,
    Field("derogation", "dérogation", Kind.RECORD, fields=_DEROGATION, optional=True, since="0.2"),
    Field("criteres", "critères d'innovation", Kind.RECORD, fields=CRITERIA_SHOWN, many=True, since="0.2"),
    Field("pilier", "pilier"),
    Field("depose_le", "déposée le", Kind.DAY, optional=True),
    STARTS_ON,
    ENDS_ON,
    YEARS,
    Field("reconduction", "reconduction", Kind.RECORD, fields=RENEWED, optional=True),
    Field("references", "références", Kind.RECORD, fields=REFERENCES, many=True),
    Field("territoires", "territoires", Kind.CODES),
    Field("public", "public", Kind.RECORD, fields=PUBLIC, many=True),
    Field("origine_parts", "origine des parts"),
    Field("publics", "publics", Kind.RECORD, fields=PUBLICS, many=True),
    *(Field(name, f"public compté, {code}", Kind.INTEGER, optional=True) for code, name in COUNTED_IN_TOTAL.items()),
    Field("public_par_epci", "public compté d'avance", Kind.INTEGER, keyed=True, shown=False, since="0.2"),
    Field("financements", "financements", Kind.RECORD, fields=FUNDINGS, many=True),
    NATURES,
    Field("budget", "budget", Kind.RECORD, fields=BUDGET[1:]),
    VERSION_ROWS,
    Field("indicateurs", "indicateurs", Kind.RECORD, fields=INDICATORS[:-1], many=True),
    Field("postes", "postes", Kind.RECORD, fields=POSTS, many=True),
    Field("historique", "historique", Kind.RECORD, fields=MOVES, many=True),
    ALERTS,
    ORIGINS,
)


def action_montrer(action: NumeroAction, origine: Origine = False) -> Outcome:
    """Montre une action : dates, références, public, plan de financement, versions, année précédente, historique.

    Exemple : cofiville action montrer 2016-014
    """
    from ledger.programming.queries import find_action

    with reading() as session:
        found = find_action(session, action)
        row = _whole(session, found)
        if origine:
            row["origine"] = origins_of_action(session, found.number)
        last = history_line(session, "action", found.number)
    return Outcome(row, (*_shown(row), *last))


def _whole(session: Session, found: Action) -> Row:
    from ledger.programming.actions.completeness import alerts, pillar, share_origin
    from ledger.programming.actions.criteria import named_criteria
    from ledger.programming.actions.grants import granted_by_action
    from ledger.programming.actions.read_actions import read_action

    action = read_action(session, found)
    granted = granted_by_action(session, action.year, action.number).get(action.number, {})
    counts = {each.epci: each.headcount for each in action.counts}
    return listed_row(action, granted) | {
        "cout_eligible": action.eligible,
        "contributions": action.valued,
        "nature": action.nature,
        "derogation": action.derogation,
        "criteres": [each.as_data() for each in named_criteria(session, action)],
        "pilier": pillar(session, action),
        "depose_le": action.deposited_on,
        "debut": action.starts_on,
        "fin": action.ends_on,
        "annees": action.years,
        "reconduction": renewal_of(session, action),
        "references": reference_rows(action),
        "territoires": list(action.territories),
        "public": slices_shown(action.slices),
        "origine_parts": share_origin(action),
        "publics": publics_shown(action),
        **{name: counts.get(code) for code, name in COUNTED_IN_TOTAL.items()},
        "public_par_epci": counts,
        "financements": fundings_shown(session, action, found.plans, granted),
        "natures": natures_of(session, action),
        "budget": budget_json(found),
        "versions": version_rows(found),
        "indicateurs": [picked(each, INDICATORS[:-1]) for each in indicators_listed(action)],
        "postes": posts_shown(session, action),
        "historique": moves_of(session, found),
        "alertes": alerts(session, action),
    }


def _shown(row: Row) -> Iterator[str | Sentence | Listing]:
    from ledger.reports.listing import Listing

    yield f"{row['action']} : {row['intitule']} ({row['porteur']})" + (" — exemple" if row["exemple"] else "")
    cost = f"Coût {row['cout'].french()}, dont éligible {row['cout_eligible'].french()}"
    more = f" ; contributions volontaires {row['contributions'].french()}, à part" if row["contributions"] else ""
    yield f"{cost}{more} ; {row['statut']}"
    for label, words in _facts(row):
        yield Sentence(f"{label} : ", words)
    if row["publics"]:
        yield Listing("Public détaillé", PUBLICS, tuple(row["publics"]))
    yield Listing("Public", PUBLIC, tuple(row["public"]))
    if row["origine_parts"]:
        yield f"Parts par territoire : {row['origine_parts']}."
    if row["derogation"]:
        part = french_rate(Fraction(row["derogation"]["part"]))
        yield f"Part du maître d'ouvrage : {part} au moins, par dérogation du préfet ({row['derogation']['piece']})."
    yield from _plan_shown(row)
    if row["indicateurs"]:
        yield Listing("Indicateurs", INDICATORS[:-1], tuple(row["indicateurs"]))
    if row["postes"]:
        yield Listing("Postes", POSTS, tuple(row["postes"]))
    yield Listing("Historique", MOVES, tuple(row["historique"]))
    for alert in row["alertes"]:
        yield Sentence("À vérifier : ", alert)
    if "origine" in row:
        yield origin_listing(row["origine"])


def _facts(row: Row) -> list[tuple[str, str]]:
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
    named = (f"{each['critere']} ({each['mots']})" if each["mots"] else each["critere"] for each in row["criteres"])
    found.append(("Critères d'innovation", " ; ".join(named)))
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


def _plan_shown(row: Row) -> Iterator[str | Sentence | Listing]:
    from ledger.reports.listing import Listing

    yield Listing("Plan de financement", FUNDINGS, tuple(row["financements"]))
    words = LineNature.labels()
    parts = [f"{words.get(name, name)} {amount.french()}" for name, amount in row["natures"].items() if amount]
    if parts:
        yield Sentence("Dont ", " ; ".join(parts))
    if row["budget"]["detail"]:
        yield from budget_shown(row["budget"])
    if len(row["versions"]) > 1:
        yield Listing("Versions du plan", VERSIONS, tuple(row["versions"]))
