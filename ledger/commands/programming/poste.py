"""`cofiville poste`: engineering posts (MOUS) and adultes-relais, by month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from ledger.commands.declaring.access import reading, writing
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import Annee, argument, option
from ledger.commands.declaring.parameters import Option
from ledger.commands.declaring.usage import needed
from ledger.commands.outcome import Outcome, one, picked, several
from ledger.commands.reports.history_line import history_line
from ledger.core.errors import InvalidValue
from ledger.core.field import Field, Kind
from ledger.core.money import Money, parse_money
from ledger.journal.fields import ACTION, AMOUNT, YEAR
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


app = group("Postes : ingénierie et adultes-relais, leur coût et leur financement mois par mois.")

Poste = Annotated[str, argument(POST)]
_GROUPS = (
    Field("communes", "communes", many=True),
    Field("postes", "postes", Kind.CODES),
    Field("quotite", "quotité", Kind.INTEGER, shown=False),
    Field("temps", "temps plein", scripted=False),
)
_ONE = one(*POST_FIELDS)


def _read_share(text: str) -> tuple[str, Money]:
    line, separator, amount = text.partition("=")
    if not separator:
        raise InvalidValue(f"« {text} » n'est pas un financement.", "Écrivez LIGNE=MONTANT.")
    return line.strip(), parse_money(amount)


_SHARE = Field(
    "financement",
    "financement",
    help="Ce qu'une ligne paie sur douze mois ; répétez.",
    placeholder="LIGNE=MONTANT",
)

Financements = Annotated[list[Any] | None, option(_SHARE, parser=_read_share)]
Cout = Annotated[
    Money | None,
    option(AMOUNT.but(name="cout", title="coût sur douze mois", signed=True, help="Le coût sur douze mois.")),
]
Mois = Annotated[int | None, Option("--mois", metavar="N", help="Le nombre de mois ; jusqu'à décembre sinon.")]
Communes = Annotated[list[str] | None, Option("--commune", metavar="NOM", help="Une commune servie ; répétez.")]


@app.command("saisir", act=True, answer=_ONE)
def poste_saisir(
    annee: Annee,
    poste: Poste,
    genre: Annotated[str, option(POST_KIND)],
    porteur: Annotated[str | None, option(EMPLOYER, "--porteur")] = None,
    cout: Cout = None,
    financement: Financements = None,
    intitule: Annotated[str, Option(help="L'intitulé ; le code sinon.")] = "",
    quotite: Annotated[int, Option(metavar="POURCENT", help="La part d'un temps plein.")] = 100,
    de: Annotated[int, Option("--de", metavar="MOIS", help="Le premier mois, de 1 à 12.")] = 1,
    mois: Mois = None,
    commune: Communes = None,
    population: Annotated[int | None, Option(min=0, help="Les habitants éligibles des communes servies.")] = None,
    source: Annotated[str, Option(help="D'où vient cette population.")] = "",
    action: Annotated[str, Option(metavar="ACTION", help="L'action qui porte le poste.")] = "",
    exemple: Annotated[bool, Option("--exemple", help="Étiquette le poste comme exemple.")] = False,
) -> Outcome:
    """Enregistre un poste pour une année, ou le corrige : son coût, qui le paie, les communes servies.

    Exemple : cofiville poste saisir 2016 MOUS-RAISMES --type mous --porteur EX-VILLE-RAISMES --cout 48000
        --financement ETAT-PDV-INGENIERIE=20000 --financement CAPH-PDV=14000 --financement COMMUNE-PDV=14000
        --commune Raismes --population 4300
    """
    from ledger.programming.posts.record_post import PostForm, record_post

    cost = needed(cout, "--cout")
    form = PostForm(
        year=annee,
        code=poste,
        kind=genre.strip().lower(),
        label=intitule or poste,
        porteur=needed(porteur, "--porteur"),
        cost_yearly=cost,
        fundings=tuple(financement or ()),
        percent=quotite,
        first_month=de,
        last_month=12 if mois is None else de + mois - 1,
        communes=tuple(commune or ()),
        population=population,
        population_source=source,
        action=action,
        example=exemple,
    )
    with writing() as session:
        row = post_row(session, record_post(session, form))
    said = f"Poste {row['poste']} {annee} enregistré : {row['cout'].french()} sur l'année."
    return Outcome(picked(row, POST_FIELDS), (said,))


@app.command("vacance", act=True, answer=_ONE)
def poste_vacance(
    annee: Annee,
    poste: Poste,
    de: Annotated[int, Option("--de", metavar="MOIS", help="Le premier mois sans personne.")],
    a: Annotated[int, Option("--a", metavar="MOIS", help="Le dernier mois sans personne.")],
    motif: Annotated[str, Option("--motif", metavar="TEXTE", help="Pourquoi.")] = "",
) -> Outcome:
    """Note que personne n'occupe un poste pendant des mois : son coût et chaque financement baissent d'autant.

    Exemple : cofiville poste vacance 2016 MOUS-RAISMES --de 3 --a 5 --motif "départ, recrutement en cours"
    """
    from ledger.programming.posts.record_post import find_post, record_absence

    with writing() as session:
        found = find_post(session, annee, poste)
        record_absence(session, found, de, a, motif)
        row = post_row(session, found)
    said = f"Poste {row['poste']} : {row['mois_occupes']} mois, {row['cout'].french()}."
    return Outcome(picked(row, POST_FIELDS), (said,))


@app.command("lister", answer=several(*POST_FIELDS))
def poste_lister(annee: Annee) -> Outcome:
    """Liste les postes d'une année : mois tenus, coût, ce que paie chaque ligne.

    Exemple : cofiville poste lister 2016
    """
    from ledger.programming.posts.record_post import posts_of
    from ledger.reports.listing import Listing

    with reading() as session:
        rows = [post_row(session, each) for each in posts_of(session, annee)]
    lines = sorted({line for row in rows for line in row["financements"]})
    shown = tuple(row | by_line(row["financements"], lines) for row in rows)
    return Outcome(Listing(f"Postes {annee}", (*POST_FIELDS, *line_fields(lines)), shown))


@app.command("montrer", answer=_ONE)
def poste_montrer(annee: Annee, poste: Poste) -> Outcome:
    """Montre un poste mois par mois : tenu ou vacant, coût, part de chaque ligne, éligibilité des communes.

    Exemple : cofiville poste montrer 2016 MOUS-RAISMES
    """
    from ledger.programming.posts.record_post import find_post

    with reading() as session:
        row = post_row(session, found := find_post(session, annee, poste))
        last = history_line(session, "poste", found.code)
    return Outcome(picked(row, POST_FIELDS), (*months_shown(row), *last))


@app.command("groupes", answer=several(*_GROUPS))
def poste_groupes(annee: Annee) -> Outcome:
    """Liste les groupes de communes qui partagent un poste d'ingénierie et qui les sert déjà.

    Exemple : cofiville poste groupes 2016
    """
    from ledger.programming.posts.record_post import groups_of
    from ledger.reports.listing import Listing

    with reading() as session:
        rows = tuple(
            {
                "communes": each.communes,
                "postes": each.posts,
                "quotite": each.percent,
                "temps": f"{each.percent}\u00a0%",
            }
            for each in groups_of(session, annee)
        )
    return Outcome(Listing(f"Groupes de communes {annee}", _GROUPS, rows))
