"""How a post is shown: its months, its cost, who pays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger.commands.shell.screen import say, table

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.programming.post_model import Post


def post_row(session: Session, post: Post) -> dict[str, Any]:
    """A post with its twelve months."""
    from ledger.programming.post_costs import whole_by_line, whole_cost
    from ledger.programming.posts import eligibility, months_of
    from ledger.referential.model import Commune

    months = months_of(post)
    found = eligibility(session, post.kind, post.year, post.population)
    names = [session.get_one(Commune, each.commune).name for each in post.communes]
    return {
        "poste": post.code,
        "exercice": post.year,
        "type": post.kind,
        "intitule": post.label,
        "employeur": post.porteur,
        "action": post.action,
        "quotite": post.percent,
        "mois_tenus": [each.month for each in months if each.held],
        "cout_annuel": post.cost_yearly,
        "cout": whole_cost(months),
        "financements": whole_by_line(months),
        "mois": [
            {"mois": each.month, "tenu": each.held, "cout": each.cost, "financements": dict(each.by_line)}
            for each in months
        ],
        "vacances": [{"de": a.first_month, "a": a.last_month, "motif": a.reason} for a in post.absences],
        "communes": names,
        "population": post.population,
        "eligibilite": {"verdict": str(found.verdict), "texte": found.text, "source": found.source},
        "exemple": post.example,
    }


def render_months(row: dict[str, Any]) -> None:
    """A post for people."""
    from ledger.core.words import MONTH_NAMES

    say(f"{row['poste']} {row['exercice']} : {row['intitule']} ({row['employeur']}, {row['quotite']}\u00a0%)")
    if row["communes"]:
        say(f"Communes : {', '.join(row['communes'])}.")
    if row["eligibilite"]["source"]:
        say(f"Éligibilité : {row['eligibilite']['texte']} ({row['eligibilite']['source']}).")
    lines = list(row["financements"])
    table(
        "Mois par mois",
        ("Mois", "Tenu", "Coût", *lines),
        [(MONTH_NAMES[m["mois"] - 1], m["tenu"], m["cout"], *m["financements"].values()) for m in row["mois"]],
        ("Total", "", row["cout"], *row["financements"].values()),
    )
    lost = row["cout_annuel"] - row["cout"]
    if lost:
        say(f"Mois sans personne : {lost.french()} de moins que douze mois pleins.")
