"""What `cofiville regle` shows: the rules of a day, the versions of one, what to verify, what plans break."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.shell.access import reading, reading_as_of
from ledger.commands.shell.completion import ACTIONS
from ledger.commands.shell.options import Annee, ConnuAu, Le, day
from ledger.commands.shell.screen import say, show, table

if TYPE_CHECKING:
    from ledger.allocation.trial import Judgement
    from ledger.rules.book import Rule
    from ledger.rules.figures import Figures

Code = Annotated[str, typer.Argument(metavar="CODE", help="Le code de la règle, par exemple TAUX-DRE-QPV.")]

_VERDICTS = {
    "respectee": "respectée",
    "enfreinte": "enfreinte",
    "sans_objet": "sans objet",
    "inconnue": "inconnue",
}


def rule_row(rule: Rule[Figures]) -> dict[str, Any]:
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


def lister(le: Le = None, connu_au: ConnuAu = None) -> None:
    """Liste les règles en vigueur un jour donné.

    Exemple : cofiville regle lister --le 2016-03-04
    """
    from ledger.rules.book import rules_in_force

    with reading_as_of(None, connu_au) as session:
        rows = [rule_row(rule) for rule in rules_in_force(session, day(le))]
    show(rows, lambda: _render(f"Règles en vigueur le {day(le):%d/%m/%Y}", rows))


def montrer(code: Code) -> None:
    """Montre toutes les versions d'une règle, dans l'ordre de leur saisie, et les mots du texte qui la portent.

    Exemple : cofiville regle montrer TAUX-DRE-VEILLE
    """
    from ledger.rules.book import rule_of
    from ledger.rules.operations import versions_of
    from ledger.rules.quotations import quotations_of

    with reading() as session:
        versions = versions_of(session, code)
        replaced = {version.supersedes for version in versions}
        words = {version.id: quotations_of(rule_of(version)) for version in versions}
        rows = [
            {
                **rule_row(rule_of(version)),
                "version": version.id,
                "remplace": version.supersedes,
                "saisie": version.recorded_at,
                "par": version.entered_by,
                "remplacee": version.id in replaced,
                "lien": version.source_link,
                "citations": [each.as_data() for each in words[version.id]],
            }
            for version in versions
        ]

    def render() -> None:
        columns = ("Version", "Valeur", "Du", "Au", "Source", "Saisie par", "Remplacée")
        names = ("version", "valeur", "du", "au", "source", "par", "remplacee")
        table(
            f"{rows[0]['code']} — {rows[0]['libelle']}", columns, [tuple(row[name] for name in names) for row in rows]
        )
        for text in dict.fromkeys(each.text() for found in words.values() for each in found):
            say(text)
        if not any(words.values()):
            say("Aucun mot du contrat n'est relevé pour elle.")

    show(rows, render)


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


def a_verifier(
    mois: Annotated[
        int, typer.Option(metavar="MOIS", help="Relue il y a plus longtemps, une règle est à relire.")
    ] = 12,
    le: Le = None,
    connu_au: ConnuAu = None,
) -> None:
    """Liste les règles en vigueur à confirmer, jamais relues, ou relues il y a longtemps.

    Exemple : cofiville regle a-verifier --mois 12
    """
    from ledger.rules.book import rules_in_force

    today = day(le)
    months = today.year * 12 + today.month - 1 - max(mois, 0)
    since = date(months // 12, months % 12 + 1, 1)
    with reading_as_of(None, connu_au) as session:
        rules = rules_in_force(session, today)
    waiting = [rule for rule in rules if rule.to_confirm or rule.verified_on is None or rule.verified_on < since]
    rows = [{**rule_row(rule), "motif": _why(rule, since)} for rule in waiting]
    columns = ("Code", "Valeur", "Motif", "Source", "Vérifiée le", "Libellé")
    names = ("code", "valeur", "motif", "source", "verifiee_le", "libelle")
    title = f"Règles à vérifier au {today:%d/%m/%Y}"
    show(rows, lambda: table(title, columns, [tuple(row[name] for name in names) for row in rows]))


def _why(rule: Rule[Figures], since: date) -> str:
    why = ["à confirmer"] if rule.to_confirm else []
    if rule.verified_on is None:
        why.append("jamais relue")
    elif rule.verified_on < since:
        why.append(f"relue avant le {since:%d/%m/%Y}")
    return ", ".join(why)


def essayer(
    action: Annotated[str, typer.Argument(metavar="ACTION", autocompletion=ACTIONS, help="Le numéro de l'action.")],
    le: Le = None,
    connu_au: ConnuAu = None,
) -> None:
    """Juge le plan de financement d'une action sans rien accorder ; les enveloppes ne comptent pas.

    Exemple : cofiville regle essayer 2016-014
    """
    from ledger.allocation.gather import gather_action
    from ledger.allocation.trial import judge
    from ledger.rules.book import rulebook
    from ledger.rules.figures import Clock

    with reading_as_of(le, connu_au) as session:
        found, facts = gather_action(session, action)
        book = rulebook(session, Clock.MILLESIME, exercice=found.year, day=day(le))
        judgements = judge(facts.actions[0], facts.lines, book)
    rows = [_judged(each) for each in judgements]

    def render() -> None:
        columns = ("Ligne", "Verdict", "Constat", "Règle", "Source")
        shown = [
            (each.line or "droit commun d'abord", _VERDICTS[each.verdict], each.text, each.rule, each.source)
            for each in judgements
        ]
        table(f"Action {found.number} — {found.title}", columns, shown)

    show(rows, render)


def _judged(each: Judgement) -> dict[str, Any]:
    from ledger.allocation.steps import steps_as_data

    return {
        "ligne": each.line,
        "regle": each.rule,
        "verdict": each.verdict,
        "demande": each.requested,
        "possible": each.possible,
        "texte": each.text,
        "source": each.source,
        "etapes": steps_as_data(each.steps),
    }


def controler(
    annee: Annee,
    tout: Annotated[bool, typer.Option("--tout", help="Montre aussi ce qui est respecté.")] = False,
    le: Le = None,
    connu_au: ConnuAu = None,
) -> None:
    """Juge tous les plans d'une année : règles enfreintes ou sans réponse, spécifique sans droit commun (§5.4.1).

    Exemple : cofiville regle controler 2016
    """
    from ledger.allocation.gather import gather_year
    from ledger.allocation.trial import judge
    from ledger.rules.book import Verdict, rulebook
    from ledger.rules.figures import Clock

    with reading_as_of(le, connu_au) as session:
        facts = gather_year(session, annee)
        book = rulebook(session, Clock.MILLESIME, exercice=annee, day=day(le))
        found = [
            (action.number, each)
            for action in facts.actions
            if action.in_the_running
            for each in judge(action, facts.lines, book)
            if tout or each.verdict in (Verdict.BROKEN, Verdict.UNKNOWN)
        ]
    rows = [{"action": number, **_judged(each)} for number, each in found]

    def render() -> None:
        columns = ("Action", "Ligne", "Verdict", "Constat", "Règle", "Source")
        shown = [
            (number, each.line or "droit commun d'abord", _VERDICTS[each.verdict], each.text, each.rule, each.source)
            for number, each in found
        ]
        table(f"Plans de {annee} face aux règles du {book.day:%d/%m/%Y}", columns, shown)
        say(f"{len(found)} constats.")

    show(rows, render)
