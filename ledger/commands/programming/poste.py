"""`cofiville poste`: engineering posts (MOUS) and adultes-relais, by month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.programming.action_typing import ask_plan
from ledger.commands.programming.poste_screen import post_row, render_months
from ledger.commands.shell.access import reading, writing
from ledger.commands.shell.choices import may_ask
from ledger.commands.shell.completion import PORTEURS
from ledger.commands.shell.dialogue import given_or_asked
from ledger.commands.shell.options import Annee
from ledger.commands.shell.program import group
from ledger.commands.shell.screen import say, show, table
from ledger.core.errors import InvalidValue
from ledger.core.money import Money, parse_money, parse_positive_money, total

if TYPE_CHECKING:
    from collections.abc import Sequence

app = group("Postes : ingénierie (MOUS) et adultes-relais, leur coût et leur financement mois par mois.")

Poste = Annotated[str, typer.Argument(metavar="POSTE", help="Le code du poste, par exemple MOUS-DENAIN.")]
Financements = Annotated[
    list[str] | None,
    typer.Option("--financement", metavar="LIGNE=MONTANT", help="Ce qu'une ligne paie sur douze mois ; répétez."),
]


Cout = Annotated[Money | None, typer.Option(metavar="MONTANT", parser=parse_money, help="Le coût sur douze mois.")]
Mois = Annotated[int | None, typer.Option("--mois", metavar="N", help="Le nombre de mois ; jusqu'à décembre sinon.")]
Communes = Annotated[list[str] | None, typer.Option("--commune", metavar="NOM", help="Une commune servie ; répétez.")]


@app.command("saisir")
def saisir(
    annee: Annee,
    poste: Poste,
    genre: Annotated[str, typer.Option("--type", metavar="TYPE", help="mous ou adultes-relais.")],
    porteur: Annotated[str | None, typer.Option(metavar="CODE", autocompletion=PORTEURS, help="L'employeur.")] = None,
    cout: Cout = None,
    financement: Financements = None,
    intitule: Annotated[str, typer.Option(help="L'intitulé ; le code sinon.")] = "",
    quotite: Annotated[int, typer.Option(metavar="POURCENT", help="La part d'un temps plein.")] = 100,
    de: Annotated[int, typer.Option("--de", metavar="MOIS", help="Le premier mois, de 1 à 12.")] = 1,
    mois: Mois = None,
    commune: Communes = None,
    population: Annotated[int | None, typer.Option(min=0, help="Les habitants éligibles des communes servies.")] = None,
    source: Annotated[str, typer.Option(help="D'où vient cette population.")] = "",
    action: Annotated[str, typer.Option(metavar="ACTION", help="L'action qui porte le poste.")] = "",
    exemple: Annotated[bool, typer.Option("--exemple", help="Étiquette le poste comme exemple.")] = False,
) -> None:
    """Enregistre un poste pour une année, ou le corrige : son coût, qui le paie, les communes servies.

    Exemple : cofiville poste saisir 2016 MOUS-RAISMES --type mous --porteur EX-VILLE-RAISMES --cout 48000
        --financement ETAT-PDV-INGENIERIE=20000 --financement CAPH-PDV=14000 --financement COMMUNE-PDV=14000
        --commune Raismes --population 4300
    """
    from ledger.programming.posts import PostForm, record_post

    cost = given_or_asked(cout, "--cout", "Coût sur douze mois", parse_positive_money)
    form = PostForm(
        year=annee,
        code=poste,
        kind=genre.strip().lower(),
        label=intitule or poste,
        porteur=given_or_asked(porteur, "--porteur", "Code de l'employeur", str),
        cost_yearly=cost,
        fundings=_fundings(financement, cost),
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
    show(row, lambda: say(f"Poste {row['poste']} {annee} enregistré : {row['cout'].french()} sur l'année."))


def _fundings(typed: Sequence[str] | None, cost: Money) -> tuple[tuple[str, Money], ...]:
    """The lines typed; on a terminal, those answered until the cost is borne."""
    if not typed and may_ask():
        return tuple((each.line, each.amount_requested) for each in ask_plan(cost))
    found = []
    for text in typed or ():
        line, separator, amount = text.partition("=")
        if not separator:
            raise InvalidValue(f"« {text} » n'est pas un financement.", "Écrivez LIGNE=MONTANT.")
        found.append((line.strip(), parse_money(amount)))
    return tuple(found)


@app.command("vacance")
def vacance(
    annee: Annee,
    poste: Poste,
    de: Annotated[int, typer.Option("--de", metavar="MOIS", help="Le premier mois sans personne.")],
    a: Annotated[int, typer.Option("--a", metavar="MOIS", help="Le dernier mois sans personne.")],
    motif: Annotated[str, typer.Option("--motif", metavar="TEXTE", help="Pourquoi.")] = "",
) -> None:
    """Note que personne n'occupe un poste pendant des mois : son coût et chaque financement baissent d'autant.

    Exemple : cofiville poste vacance 2016 MOUS-RAISMES --de 3 --a 5 --motif "départ, recrutement en cours"
    """
    from ledger.programming.posts import find_post, record_absence

    with writing() as session:
        found = find_post(session, annee, poste)
        record_absence(session, found, de, a, motif)
        row = post_row(session, found)
    show(row, lambda: say(f"Poste {row['poste']} : {len(row['mois_tenus'])} mois, {row['cout'].french()}."))


@app.command("lister")
def lister(annee: Annee) -> None:
    """Liste les postes d'une année : mois tenus, coût, ce que paie chaque ligne.

    Exemple : cofiville poste lister 2016
    """
    from ledger.programming.posts import posts_of

    with reading() as session:
        rows = [post_row(session, each) for each in posts_of(session, annee)]
    lines = sorted({line for row in rows for line in row["financements"]})
    show(rows, lambda: _render(annee, rows, lines))


def _render(year: int, rows: list[dict[str, Any]], lines: list[str]) -> None:
    table(
        f"Postes {year}",
        ("Poste", "Type", "Employeur", "Temps", "Mois", "Coût", *lines),
        [
            (
                row["poste"],
                row["type"],
                row["employeur"],
                f"{row['quotite']}\u00a0%",
                len(row["mois_tenus"]),
                row["cout"],
                *(row["financements"].get(line) for line in lines),
            )
            for row in rows
        ],
        (
            "Total",
            "",
            "",
            "",
            sum(len(row["mois_tenus"]) for row in rows),
            total(row["cout"] for row in rows),
            *(total(row["financements"][line] for row in rows if line in row["financements"]) for line in lines),
        ),
    )


@app.command("montrer")
def montrer(annee: Annee, poste: Poste) -> None:
    """Montre un poste mois par mois : tenu ou vacant, coût, part de chaque ligne, éligibilité des communes.

    Exemple : cofiville poste montrer 2016 MOUS-RAISMES
    """
    from ledger.programming.posts import find_post

    with reading() as session:
        row = post_row(session, find_post(session, annee, poste))
    show(row, lambda: render_months(row))


@app.command("groupes")
def groupes(annee: Annee) -> None:
    """Liste les groupes de communes qui partagent un poste d'ingénierie (§5.3.2.2) et qui les sert déjà.

    Exemple : cofiville poste groupes 2016
    """
    from ledger.programming.posts import groups_of

    with reading() as session:
        rows: list[dict[str, Any]] = [
            {"communes": each.communes, "postes": each.posts, "quotite": each.percent}
            for each in groups_of(session, annee)
        ]
    shown = [(", ".join(r["communes"]), ", ".join(r["postes"]), f"{r['quotite']}\u00a0%") for r in rows]
    show(rows, lambda: table(f"Groupes de communes {annee}", ("Communes", "Postes", "Temps plein"), shown))
