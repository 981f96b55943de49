"""`cofiville regle`: the dated rules and their sources, corrected without ever overwriting one."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from ledger.commands.rules import regle_views as views
from ledger.commands.rules.regle_shipped import mettre_a_niveau
from ledger.commands.rules.regle_views import Code, rule_row
from ledger.commands.shell.access import writing
from ledger.commands.shell.options import Le, day
from ledger.commands.shell.program import group
from ledger.commands.shell.screen import say, show
from ledger.core.errors import InvalidValue
from ledger.core.period import Period, parse_day
from ledger.core.source import Source

app = group("Règles : ce que les textes permettent, daté et sourcé.")

Chiffres = Annotated[
    list[str], typer.Option("--chiffre", metavar="NOM=VALEUR", help='Un chiffre de la règle, par exemple taux="60 %".')
]
Du = typer.Option(metavar="JOUR", parser=parse_day, help="Le premier jour où la règle vaut.")
Au = typer.Option(metavar="JOUR", parser=parse_day, help="Le dernier jour où la règle vaut.")
VerifieeLe = typer.Option(metavar="JOUR", parser=parse_day, help="Le jour où le texte a été relu ; aujourd'hui sinon.")


def _pairs(texts: list[str], option: str) -> dict[str, str]:
    for text in texts:
        if not text.partition("=")[2].strip():
            raise InvalidValue(f"« {text} » n'est pas lisible.", f"Écrivez {option} NOM=VALEUR.")
    return {name.strip(): value.strip() for name, _, value in (text.partition("=") for text in texts)}


def _figures(texts: list[str]) -> dict[str, str | bool]:
    """The figures typed; oui and non are true and false, as in a workbook."""
    from ledger.rules.written import YES_NO

    return {name: YES_NO.get(value.lower(), value) for name, value in _pairs(texts, "--chiffre").items()}


app.command("mettre-a-niveau")(mettre_a_niveau)
app.command("lister")(views.lister)
app.command("montrer")(views.montrer)
app.command("genres")(views.genres)
app.command("a-verifier")(views.a_verifier)
app.command("essayer")(views.essayer)
app.command("controler")(views.controler)


@app.command("ajouter")
def ajouter(
    code: Code,
    genre: Annotated[str, typer.Option(metavar="GENRE", help="Le genre de règle : taux, territoires, cle_epci…")],
    libelle: Annotated[str, typer.Option(metavar="TEXTE", help="Ce que dit la règle, en une ligne.")],
    du: Annotated[date, Du],
    source: Annotated[str, typer.Option(metavar="TEXTE", help="Le texte d'où vient la règle.")],
    chiffre: Chiffres,
    article: Annotated[str, typer.Option(metavar="TEXTE", help="Le § ou l'article.")] = "",
    portee: Annotated[
        list[str] | None, typer.Option(metavar="NOM=VALEUR", help="À quoi elle s'applique : ligne=…, territoire=…")
    ] = None,
    au: Annotated[date | None, Au] = None,
    lien: Annotated[str, typer.Option(metavar="ADRESSE", help="L'adresse du texte.")] = "",
    a_confirmer: Annotated[bool, typer.Option("--a-confirmer", help="Le texte laisse le chiffre ouvert.")] = False,
    verifiee_le: Annotated[date | None, VerifieeLe] = None,
) -> None:
    """Ajoute une règle, avec sa période et sa source.

    Exemple : cofiville regle ajouter TAUX-REGION --genre taux --portee ligne=REGION-DSDT --chiffre "taux=50 %" --libelle "Part de la Région" --du 2016-01-01 --source "Règlement régional" --article "article 4"
    """  # noqa: E501 - an example is one line
    from ledger.rules.book import rule_of
    from ledger.rules.operations import RuleForm, add_rule

    form = RuleForm(
        code=code,
        kind=genre,
        scope=_pairs(portee or [], "--portee"),
        figures=_figures(chiffre),
        label=libelle,
        period=Period(du, au),
        source=Source(source, article),
        link=lien,
        to_confirm=a_confirmer,
        verified_on=day(verifiee_le),
    )
    with writing() as session:
        row = rule_row(rule_of(add_rule(session, form)))
    show(row, lambda: say(f"Règle {row['code']} ajoutée : {row['valeur']}."))


@app.command("remplacer")
def remplacer(
    code: Code,
    chiffre: Chiffres,
    du: Annotated[date | None, Du] = None,
    source: Annotated[str, typer.Option(metavar="TEXTE", help="Le nouveau texte, s'il change.")] = "",
    article: Annotated[str, typer.Option(metavar="TEXTE", help="Le § ou l'article du nouveau texte.")] = "",
    confirmee: Annotated[bool, typer.Option("--confirmee", help="Le chiffre n'est plus à confirmer.")] = False,
    le: Le = None,
) -> None:
    """Change les chiffres d'une règle : à partir d'un jour (--du), ou sur toute sa période pour une correction.

    Exemple : cofiville regle remplacer TAUX-DRE-QPV --chiffre "taux=60 %" --du 2017-01-01 --source "Instruction du 15/12/2016"
    """  # noqa: E501 - an example is one line
    from ledger.rules.book import rule_of
    from ledger.rules.operations import replace_rule

    with writing() as session:
        version = replace_rule(
            session,
            code,
            _figures(chiffre),
            on=day(le),
            since=du,
            source=Source(source, article) if source else None,
            verified_on=day(None),
            confirmed=confirmee,
        )
        row = rule_row(rule_of(version))
    show(row, lambda: say(f"Règle {row['code']} remplacée : {row['valeur']}, à partir du {row['du']:%d/%m/%Y}."))
