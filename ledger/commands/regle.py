"""`cofiville regle`: the dated rules and their sources, corrected without ever overwriting one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.access import reading, writing
from ledger.commands.options import Le, day
from ledger.commands.screen import say, show, table
from ledger.commands.shell import group
from ledger.core.errors import InvalidValue
from ledger.core.period import Period, parse_day
from ledger.core.source import Source

if TYPE_CHECKING:
    from ledger.rules.book import Rule
    from ledger.rules.figures import Figures

app = group("Règles : ce que les textes permettent, daté et sourcé.")

_VERDICTS = {
    "respectee": "respectée",
    "enfreinte": "enfreinte",
    "sans_objet": "sans objet",
    "inconnue": "inconnue",
}

Code = Annotated[str, typer.Argument(metavar="CODE", help="Le code de la règle, par exemple TAUX-DRE-QPV.")]
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


def _row(rule: Rule[Figures]) -> dict[str, Any]:
    from ledger.rules.scope import scope_text

    return {
        "code": rule.code,
        "libelle": rule.label,
        "valeur": rule.value(),
        "du": rule.period.first,
        "au": rule.period.last,
        "source": str(rule.source),
        "verifiee_le": rule.verified_on,
        "genre": rule.kind,
        "portee": scope_text(rule.scope),
        "a_confirmer": rule.to_confirm,
    }


def _render(title: str, rows: list[dict[str, Any]]) -> None:
    columns = ("Code", "Valeur", "Du", "Au", "Source", "Vérifiée le", "Portée", "Libellé")
    names = ("code", "valeur", "du", "au", "source", "verifiee_le", "portee", "libelle")
    table(title, columns, [tuple(row[name] for name in names) for row in rows])


@app.command("lister")
def lister(le: Le = None) -> None:
    """Liste les règles en vigueur un jour donné.

    Exemple : cofiville regle lister --le 2016-03-04
    """
    from ledger.rules.book import load_book

    with reading() as session:
        rows = [_row(rule) for rule in load_book(session, day(le)).in_force()]
    show(rows, lambda: _render(f"Règles en vigueur le {day(le):%d/%m/%Y}", rows))


@app.command("montrer")
def montrer(code: Code) -> None:
    """Montre toutes les versions d'une règle, dans l'ordre de leur saisie, corrigées comprises.

    Exemple : cofiville regle montrer TAUX-DRE-VEILLE
    """
    from ledger.rules.book import rule_of
    from ledger.rules.operations import versions_of

    with reading() as session:
        versions = versions_of(session, code)
        replaced = {version.supersedes for version in versions}
        rows = [
            {
                **_row(rule_of(version)),
                "version": version.id,
                "remplace": version.supersedes,
                "saisie": version.recorded_at,
                "par": version.entered_by,
                "remplacee": version.id in replaced,
                "lien": version.source_link,
            }
            for version in versions
        ]

    def render() -> None:
        columns = ("Version", "Valeur", "Du", "Au", "Source", "Saisie par", "Remplacée")
        names = ("version", "valeur", "du", "au", "source", "par", "remplacee")
        table(
            f"{rows[0]['code']} — {rows[0]['libelle']}", columns, [tuple(row[name] for name in names) for row in rows]
        )

    show(rows, render)


@app.command("genres")
def genres() -> None:
    """Liste les genres de règle, ce que chacun dit et les chiffres qu'il attend.

    Exemple : cofiville regle genres
    """
    from ledger.rules.kinds import KINDS, figure_words

    rows: list[dict[str, Any]] = [
        {"genre": name, "sens": kind.meaning, "chiffres": figure_words(kind)} for name, kind in KINDS.items()
    ]
    shown = [(row["genre"], row["sens"], ", ".join(row["chiffres"])) for row in rows]
    show(rows, lambda: table("Genres de règle", ("Genre", "Ce qu'il dit", "Chiffres"), shown))


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
        figures=_pairs(chiffre, "--chiffre"),
        label=libelle,
        period=Period(du, au),
        source=Source(source, article),
        link=lien,
        to_confirm=a_confirmer,
        verified_on=day(verifiee_le),
    )
    with writing() as session:
        row = _row(rule_of(add_rule(session, form)))
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
            _pairs(chiffre, "--chiffre"),
            on=day(le),
            since=du,
            source=Source(source, article) if source else None,
            verified_on=day(None),
            confirmed=confirmee,
        )
        row = _row(rule_of(version))
    show(row, lambda: say(f"Règle {row['code']} remplacée : {row['valeur']}, à partir du {row['du']:%d/%m/%Y}."))


@app.command("essayer")
def essayer(
    action: Annotated[str, typer.Argument(metavar="ACTION", help="Le numéro de l'action.")], le: Le = None
) -> None:
    """Juge le plan de financement d'une action sans rien accorder ; les enveloppes ne comptent pas.

    Exemple : cofiville regle essayer 2016-014
    """
    from ledger.allocation.facts import rules_day
    from ledger.allocation.gather import gather_action
    from ledger.allocation.steps import steps_as_data
    from ledger.allocation.trial import judge
    from ledger.rules.book import load_book

    with reading() as session:
        found, facts = gather_action(session, action)
        book = load_book(session, rules_day(found.year, day(le)))
        judgements = judge(facts.actions[0], facts.lines, book)
    rows = [
        {
            "ligne": each.line,
            "regle": each.rule,
            "verdict": each.verdict,
            "demande": each.requested,
            "possible": each.possible,
            "texte": each.text,
            "source": each.source,
            "etapes": steps_as_data(each.steps),
        }
        for each in judgements
    ]

    def render() -> None:
        columns = ("Ligne", "Verdict", "Constat", "Règle", "Source")
        shown = [
            (each.line or "droit commun d'abord", _VERDICTS[each.verdict], each.text, each.rule, each.source)
            for each in judgements
        ]
        table(f"Action {found.number} — {found.title}", columns, shown)

    show(rows, render)
