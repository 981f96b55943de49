"""How a post is shown: its months, its cost, who pays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger.core.field import Field, Kind
from ledger.journal.fields import ACTION, YEAR
from ledger.programming.fields import EMPLOYER, EXAMPLE, POST, POST_KIND, TITLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlalchemy.orm import Session

    from ledger.core.money import Money
    from ledger.programming.posts.model import Post
    from ledger.reports.listing import Listing

_COST = Field("cout", "coût", Kind.AMOUNT, help="Le coût des mois tenus.", summed=True)
_BY_LINE = Field("financements", "financements", Kind.AMOUNT, help="Ce que paie chaque ligne.", keyed=True, shown=False)
_MONTH = Field("mois", "mois", Kind.INTEGER)
_MONTHS = (_MONTH, Field("tenu", "tenu", Kind.YES_NO), _COST, _BY_LINE)
_ABSENCE = (_MONTH.but(name="de"), _MONTH.but(name="a"), Field("motif", "motif"))
_ELIGIBLE = (Field("verdict", "verdict", Kind.CODE), Field("texte", "texte"), Field("source", "source"))
POST_FIELDS = (
    POST,
    YEAR.but(shown=False),
    POST_KIND,
    EMPLOYER,
    Field("temps", "temps", scripted=False),
    Field("mois_occupes", "mois", Kind.INTEGER, scripted=False, summed=True),
    _COST,
    TITLE.but(shown=False),
    ACTION.but(optional=True, shown=False),
    Field("quotite", "quotité", Kind.INTEGER, help="La part d'un temps plein.", placeholder="POURCENT", shown=False),
    _MONTH.but(name="mois_tenus", many=True, shown=False),
    _COST.but(name="cout_annuel", title="coût sur douze mois", summed=False, shown=False),
    _BY_LINE,
    Field("mois", "mois", Kind.RECORD, fields=_MONTHS, many=True, shown=False),
    Field("vacances", "vacances", Kind.RECORD, fields=_ABSENCE, many=True, shown=False),
    Field("communes", "communes", many=True, shown=False),
    Field("population", "population", Kind.INTEGER, optional=True, shown=False),
    Field("eligibilite", "éligibilité", Kind.RECORD, fields=_ELIGIBLE, shown=False),
    EXAMPLE.but(shown=False),
)


def line_fields(lines: Iterable[str]) -> tuple[Field, ...]:
    """A column of amounts for each line that pays."""
    return tuple(Field(line, line, Kind.AMOUNT, scripted=False, summed=True, optional=True) for line in lines)


def by_line(amounts: Mapping[str, Money], lines: Iterable[str]) -> dict[str, Money | None]:
    """What each of these lines pays; None where it pays nothing."""
    return {line: amounts.get(line) for line in lines}


def post_row(session: Session, post: Post) -> dict[str, Any]:
    """A post with its twelve months."""
    from ledger.programming.posts.costs import whole_by_line, whole_cost
    from ledger.programming.posts.record_post import eligibility, months_of
    from ledger.referential.model import Commune

    months = months_of(post)
    found = eligibility(session, post.kind, post.year, post.population)
    names = [session.get_one(Commune, (each.contract, each.commune)).name for each in post.communes]
    return {
        "poste": post.code,
        "exercice": post.year,
        "type": post.kind,
        "intitule": post.label,
        "employeur": post.porteur,
        "action": post.action,
        "quotite": post.percent,
        "temps": f"{post.percent}\u00a0%",
        "mois_occupes": sum(each.held for each in months),
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


def months_shown(row: dict[str, Any]) -> Iterator[str | Listing]:
    """A post for people, month by month."""
    from ledger.core.words import MONTH_NAMES
    from ledger.reports.listing import Listing

    yield (f"{row['poste']} {row['exercice']} : {row['intitule']} ({row['employeur']}, {row['quotite']}\u00a0%)")
    if row["communes"]:
        yield f"Communes : {', '.join(row['communes'])}."
    if row["eligibilite"]["source"]:
        yield f"Éligibilité : {row['eligibilite']['texte']} ({row['eligibilite']['source']})."
    lines = list(row["financements"])
    months = tuple(
        each | {"mois": MONTH_NAMES[each["mois"] - 1]} | by_line(each["financements"], lines) for each in row["mois"]
    )
    yield Listing("Mois par mois", (*_MONTHS, *line_fields(lines)), months)
    lost = row["cout_annuel"] - row["cout"]
    if lost:
        yield (f"Mois sans personne : {lost.french()} de moins que douze mois pleins.")
