"""What `cofiville regle` shows: the rules of a day, the versions of one, what to verify, what plans break."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from ledger.allocation.fields import EXPLAINED_STEPS
from ledger.commands.declaring.access import reading, reading_as_of
from ledger.commands.declaring.options import Annee, ConnuAu, Le, argument, day
from ledger.commands.declaring.parameters import Option
from ledger.commands.outcome import Outcome, Row, several
from ledger.commands.reports.history_line import history_line
from ledger.commands.rules.regle_shipped import app
from ledger.core.field import Field, Kind
from ledger.core.period import french_day
from ledger.journal.fields import ACTION, LINE, MOTIVE
from ledger.reports.listing import Listing
from ledger.rules.fields import (
    CRITERIA_SHOWN,
    LINK,
    OPEN,
    RULE,
    RULE_CODE,
    RULE_KIND,
    RULE_LABEL,
    RULE_SOURCE,
    SINCE,
    UNTIL,
    VALUE,
    VERDICT,
    VERIFIED_ON,
)
from ledger.rules.vocabulary import Verdict

if TYPE_CHECKING:
    from ledger.allocation.engine.share_lines import PlanJudgement
    from ledger.rules.book import Rule
    from ledger.rules.figures import Figures

Code = Annotated[str, argument(RULE_CODE)]
_VERSION = Field("version", "version", Kind.INTEGER)
_ENTERED_BY = Field("par", "saisie par")
_REPLACED = Field("remplacee", "remplacée", Kind.YES_NO)
_SHOWN_VERSION = (_VERSION, VALUE, SINCE, UNTIL, RULE_SOURCE, _ENTERED_BY, _REPLACED)
_QUOTATION = tuple(
    Field(name, title)
    for name, title in (
        ("paragraphe", "paragraphe"),
        ("mots", "mots"),
        ("portee", "portée"),
        ("remarque", "remarque"),
    )
)
_VERSIONS = (
    *RULE,
    _VERSION,
    Field("remplace", "remplace la version", Kind.INTEGER, optional=True),
    Field("saisie", "saisie", Kind.INSTANT),
    _ENTERED_BY,
    _REPLACED,
    LINK,
    Field("citations", "citations", Kind.RECORD, fields=_QUOTATION, many=True, since="0.2"),
    Field("criteres", "critères", Kind.RECORD, fields=CRITERIA_SHOWN, many=True, since="0.2"),
)
_KINDS = (RULE_KIND, Field("sens", "ce qu'il dit"), Field("chiffres", "chiffres", many=True))
_TO_VERIFY = (
    RULE_CODE,
    VALUE,
    MOTIVE,
    RULE_SOURCE,
    VERIFIED_ON,
    RULE_LABEL,
    *(each.but(shown=False) for each in RULE if each.name in ("du", "au", "portee", "genre", "a_confirmer")),
)
_TRIED = ACTION.but(help="Le numéro de l'action.")
_JUDGED = (
    LINE.but(shown=False),
    LINE.but(name="objet", scripted=False),
    VERDICT,
    Field("texte", "constat"),
    Field("regle", "règle", Kind.CODE),
    RULE_SOURCE,
    Field("demande", "demandé", Kind.AMOUNT, shown=False),
    Field("possible", "possible", Kind.AMOUNT, shown=False),
    EXPLAINED_STEPS.but(shown=False),
)

_FOLLOWED = (
    RULE_LABEL.but(since="0.2"),
    Field("objet", "objet", Kind.CODE, since="0.2"),
    VERDICT.but(since="0.2"),
    Field("texte", "constat", since="0.2"),
    RULE_SOURCE.but(since="0.2"),
    *(each.but(since="0.2", shown=False) for each in (RULE_CODE.but(name="regle"), VALUE, OPEN)),
)


def rule_row(rule: Rule[Figures]) -> Row:
    """The rule as scripts read it."""
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


@app.command("lister", answer=several(*RULE))
def regle_lister(le: Le = None, connu_au: ConnuAu = None) -> Outcome:
    """Liste les règles en vigueur un jour donné.

    Exemple : cofiville regle lister --le 2016-03-04
    """
    from ledger.rules.book import contract_last_day, rules_in_force
    from ledger.rules.enter_rule import last_day_before_ended

    with reading_as_of(None, connu_au) as session:
        rules, last = rules_in_force(session, day(le)), contract_last_day(session)
        ended = (rule for rule in rules if le is not None and rule.period.last is not None)
        foreseen: dict[int, Row] = {
            rule.id: {"au": last_day_before_ended(session, rule.code, rule.id)} for rule in ended
        }
        rows = tuple(rule_row(rule) | foreseen.get(rule.id, {}) for rule in rules)
    title = f"Règles en vigueur le {french_day(day(le))}"
    shown = tuple(row | {"valeur": rule.figures.text()} for rule, row in zip(rules, rows, strict=True))
    notes = []
    if doubted := sum(rule.to_confirm for rule in rules):
        notes.append(f"{doubted} à valider avec le comptable ou le financeur, sur une feuille : {_to_verify(le)}")
    if last is not None and day(le) > last:
        notes.append(f"Le contrat va jusqu'au {french_day(last)} : rien ne s'accorde plus d'après elles.")
    return Outcome(Listing(title, RULE, rows), (Listing(title, RULE, shown), *notes))


def _to_verify(on: date | None) -> str:
    return "cofiville regle a-verifier" if on is None else f"cofiville regle a-verifier --le {on.isoformat()}"


@app.command("montrer", answer=several(*_VERSIONS))
def regle_montrer(code: Code) -> Outcome:
    """Montre toutes les versions d'une règle, dans l'ordre de leur saisie, les mots du texte et les critères comptés.

    Exemple : cofiville regle montrer TAUX-DRE-VEILLE
    """
    from ledger.referential.contracts import contract_of
    from ledger.rules.book import rule_of
    from ledger.rules.enter_rule import versions_of
    from ledger.rules.packs import criteria_of, quotations_of

    with reading() as session:
        versions = versions_of(session, code)
        replaced = {version.supersedes for version in versions}
        model = contract_of(session).model
        rules = {version.id: rule_of(version) for version in versions}
        words = {key: quotations_of(rule, model) for key, rule in rules.items()}
        counted = {key: criteria_of(rule, model) for key, rule in rules.items()}
        rows = [
            {
                **rule_row(rules[version.id]),
                "version": version.id,
                "remplace": version.supersedes,
                "saisie": version.recorded_at,
                "par": version.entered_by,
                "remplacee": version.id in replaced,
                "lien": version.source_link,
                "citations": [each.as_data() for each in words[version.id]],
                "criteres": [each.as_data() for each in counted[version.id]],
            }
            for version in versions
        ]
        last = history_line(session, "regle", rows[0]["code"])
    listing = Listing(f"{rows[0]['code']} — {rows[0]['libelle']}", _SHOWN_VERSION, tuple(rows))
    quoted = dict.fromkeys(each.text() for found in words.values() for each in found)
    named = dict.fromkeys(each.text() for found in counted.values() for each in found)
    return Outcome(rows, (listing, *(quoted or ("Aucun mot du contrat n'est relevé pour elle.",)), *named, *last))


@app.command("genres", answer=several(*_KINDS))
def regle_genres() -> Outcome:
    """Liste les genres de règle, ce que chacun dit et les chiffres qu'il attend.

    Exemple : cofiville regle genres
    """
    from ledger.rules.kinds import KINDS, figure_words

    rows = tuple({"genre": name, "sens": kind.meaning, "chiffres": figure_words(kind)} for name, kind in KINDS.items())
    return Outcome(Listing("Genres de règle", _KINDS, rows))


@app.command("a-verifier", answer=several(*_TO_VERIFY))
def regle_a_verifier(
    mois: Annotated[int, Option(metavar="MOIS", help="Relue il y a plus longtemps, une règle est à relire.")] = 12,
    le: Le = None,
    connu_au: ConnuAu = None,
) -> Outcome:
    """Liste les règles en vigueur à confirmer, jamais relues, ou relues il y a longtemps.

    Exemple : cofiville regle a-verifier --mois 12
    """
    from ledger.rules.book import rules_in_force

    today = day(le)
    months = today.year * 12 + today.month - 1 - max(mois, 0)
    since = date(months // 12, months % 12 + 1, 1)
    with reading_as_of(None, connu_au) as session:
        rules = rules_in_force(session, today)
    rows = tuple({**rule_row(rule), "motif": why} for rule in rules if (why := _why(rule, since)))
    return Outcome(
        Listing(f"Règles à valider avec le comptable ou le financeur, au {french_day(today)}", _TO_VERIFY, rows)
    )


def _why(rule: Rule[Figures], since: date) -> str:
    """Why the rule is to be read again; "" where it need not."""
    why = ["à confirmer"] if rule.to_confirm else []
    if rule.verified_on is None:
        why.append("jamais relue")
    elif rule.verified_on < since:
        why.append(f"relue avant le {french_day(since)}")
    return ", ".join(why)


@app.command("essayer", answer=several(*_JUDGED))
def regle_essayer(action: Annotated[str, argument(_TRIED)], le: Le = None, connu_au: ConnuAu = None) -> Outcome:
    """Juge le plan de financement d'une action sans rien accorder ; les enveloppes ne comptent pas.

    Exemple : cofiville regle essayer 2016-014
    """
    from ledger.allocation.engine.share_lines import judge_plan
    from ledger.allocation.queries import engine_facts_of_action
    from ledger.rules.book import rulebook
    from ledger.rules.vocabulary import Clock

    with reading_as_of(le, connu_au) as session:
        found, facts = engine_facts_of_action(session, action)
        book = rulebook(session, Clock.MILLESIME, exercice=found.year, day=day(le))
        rows = tuple(map(_judged, judge_plan(facts.actions[0], facts.lines, book)))
    return Outcome(Listing(f"Action {found.number} — {found.title}", _JUDGED, rows))


def _judged(each: PlanJudgement) -> Row:
    from ledger.allocation.engine.steps import steps_as_data

    return {
        "ligne": each.line,
        "objet": each.line or "droit commun d'abord",
        "regle": each.rule,
        "verdict": each.verdict,
        "demande": each.requested,
        "possible": each.possible,
        "texte": each.text,
        "source": each.source,
        "etapes": steps_as_data(each.steps),
    }


@app.command("controler", answer=several(ACTION, *_JUDGED))
def regle_controler(
    annee: Annee,
    tout: Annotated[bool, Option("--tout", help="Montre aussi ce qui est respecté.")] = False,
    le: Le = None,
    connu_au: ConnuAu = None,
) -> Outcome:
    """Juge tous les plans d'une année : règles enfreintes ou sans réponse, spécifique sans droit commun.

    Exemple : cofiville regle controler 2016
    """
    from ledger.allocation.engine.share_lines import judge_plan
    from ledger.allocation.queries import engine_facts_of_year
    from ledger.rules.book import rulebook
    from ledger.rules.vocabulary import Clock

    with reading_as_of(le, connu_au) as session:
        facts = engine_facts_of_year(session, annee)
        book = rulebook(session, Clock.MILLESIME, exercice=annee, day=day(le))
        rows = tuple(
            {"action": action.number, **_judged(each)}
            for action in facts.actions
            if action.in_the_running
            for each in judge_plan(action, facts.lines, book)
            if tout or each.verdict in (Verdict.BROKEN, Verdict.UNKNOWN)
        )
    title = f"Plans de {annee} face aux règles du {french_day(book.day)}"
    listing = Listing(title, (ACTION, *_JUDGED), rows)
    return Outcome(listing, (listing, f"{len(rows)} constats."))


@app.command("suivre", answer=several(*_FOLLOWED))
def regle_suivre(
    annee: Annee,
    tout: Annotated[bool, Option("--tout", help="Montre aussi ce qui est respecté ou sans objet.")] = False,
    le: Le = None,
    connu_au: ConnuAu = None,
) -> Outcome:
    """Suit ce que des règles demandent sans rien refuser : parts, cibles, délais de versement, comptes à déposer.

    Exemple : cofiville regle suivre 2016
    """
    from ledger.reports.followed_rules import followed_rules

    with reading_as_of(le, connu_au) as session:
        found = followed_rules(session, annee, day(le))
    rows = tuple(
        {
            "regle": each.rule.code,
            "objet": each.subject,
            "verdict": each.verdict,
            "texte": each.text,
            "libelle": each.rule.label,
            "valeur": each.rule.value(),
            "source": str(each.rule.source),
            "a_confirmer": each.rule.to_confirm,
        }
        for each in found
        if tout or each.verdict in (Verdict.BROKEN, Verdict.UNKNOWN)
    )
    listing = Listing(f"Règles suivies en {annee}, au {french_day(day(le))}", _FOLLOWED, rows)
    return Outcome(listing, (listing, f"{len(rows)} constats ; aucun ne bloque."))
