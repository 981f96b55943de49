"""`cofiville regle`: the dated rules and their sources, corrected without ever overwriting one."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from ledger.commands.declaring.access import writing
from ledger.commands.declaring.options import Le, day, option
from ledger.commands.declaring.parameters import Option
from ledger.commands.outcome import Outcome, one
from ledger.commands.rules.regle_shipped import app
from ledger.commands.rules.regle_views import Code, rule_row
from ledger.core.errors import InvalidValue
from ledger.core.period import Period, french_day
from ledger.core.source import Source
from ledger.rules.fields import (
    ARTICLE,
    LINK,
    OPEN,
    RULE,
    RULE_KIND,
    RULE_LABEL,
    RULE_SOURCE,
    SCOPE,
    SINCE,
    UNTIL,
    VERIFIED_ON,
)

Chiffres = Annotated[
    list[str], Option("--chiffre", metavar="NOM=VALEUR", help='Un chiffre de la règle, par exemple taux="60 %".')
]


def _pairs(texts: list[str], option: str) -> dict[str, str]:
    for text in texts:
        if not text.partition("=")[2].strip():
            raise InvalidValue(f"« {text} » n'est pas lisible.", f"Écrivez {option} NOM=VALEUR.")
    return {name.strip(): value.strip() for name, _, value in (text.partition("=") for text in texts)}


def _figures(texts: list[str]) -> dict[str, str | bool]:
    """The figures typed; oui and non are true and false, as in a workbook."""
    from ledger.rules.written import YES_NO

    return {name: YES_NO.get(value.lower(), value) for name, value in _pairs(texts, "--chiffre").items()}


@app.command("ajouter", act=True, answer=one(*RULE))
def regle_ajouter(
    code: Code,
    genre: Annotated[str, option(RULE_KIND)],
    libelle: Annotated[str, option(RULE_LABEL)],
    du: Annotated[date, option(SINCE)],
    source: Annotated[str, option(RULE_SOURCE)],
    chiffre: Chiffres,
    article: Annotated[str, option(ARTICLE)] = "",
    portee: Annotated[list[str] | None, option(SCOPE)] = None,
    au: Annotated[date | None, option(UNTIL)] = None,
    lien: Annotated[str, option(LINK)] = "",
    a_confirmer: Annotated[bool, option(OPEN)] = False,
    verifiee_le: Annotated[date | None, option(VERIFIED_ON)] = None,
) -> Outcome:
    """Ajoute une règle, avec sa période et sa source.

    Exemple : cofiville regle ajouter TAUX-REGION --genre taux --portee ligne=REGION-DSDT --chiffre "taux=50 %"
    --libelle "Part de la Région" --du 2016-01-01 --source "Règlement régional" --article "article 4"
    """
    from ledger.rules.book import rule_of
    from ledger.rules.enter_rule import RuleForm, add_rule

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
    return Outcome(row, (f"Règle {row['code']} ajoutée : {row['valeur']}.",))


@app.command("remplacer", act=True, answer=one(*RULE))
def regle_remplacer(
    code: Code,
    chiffre: Chiffres,
    du: Annotated[date | None, option(SINCE)] = None,
    source: Annotated[str, option(RULE_SOURCE.but(help="Le nouveau texte, s'il change."))] = "",
    article: Annotated[str, option(ARTICLE.but(help="Le § ou l'article du nouveau texte."))] = "",
    confirmee: Annotated[bool, Option("--confirmee", help="Le chiffre n'est plus à confirmer.")] = False,
    le: Le = None,
) -> Outcome:
    """Change les chiffres d'une règle : à partir d'un jour (--du), ou sur toute sa période pour une correction.

    Exemple : cofiville regle remplacer TAUX-DRE-QPV --chiffre "taux=60 %" --du 2017-01-01 --source "Instruction du
    15/12/2016"
    """
    from ledger.rules.book import rule_of
    from ledger.rules.enter_rule import replace_rule

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
    return Outcome(row, (f"Règle {row['code']} remplacée : {row['valeur']}, à partir du {french_day(row['du'])}.",))
