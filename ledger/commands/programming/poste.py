"""`cofiville poste`: engineering posts (MOUS) and adultes-relais, by month."""

from __future__ import annotations

from typing import Annotated, Any

from ledger.commands.declaring.access import reading, writing
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import Annee, argument, option
from ledger.commands.declaring.parameters import Option
from ledger.commands.declaring.usage import needed
from ledger.commands.outcome import Outcome, one, picked, several
from ledger.commands.programming.poste_screen import POST_FIELDS, by_line, line_fields, months_shown, post_row
from ledger.core.errors import InvalidValue
from ledger.core.field import Field, Kind
from ledger.core.money import Money, parse_money
from ledger.journal.fields import AMOUNT
from ledger.programming.fields import EMPLOYER, POST, POST_KIND

app = group("Postes : ingénierie (MOUS) et adultes-relais, leur coût et leur financement mois par mois.")

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
Cout = Annotated[Money | None, option(AMOUNT.but(name="cout", signed=True, help="Le coût sur douze mois."))]
Mois = Annotated[int | None, Option("--mois", metavar="N", help="Le nombre de mois ; jusqu'à décembre sinon.")]
Communes = Annotated[list[str] | None, Option("--commune", metavar="NOM", help="Une commune servie ; répétez.")]


@app.command("saisir", answer=_ONE)
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


@app.command("vacance", answer=_ONE)
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
        row = post_row(session, find_post(session, annee, poste))
    return Outcome(picked(row, POST_FIELDS), tuple(months_shown(row)))


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
