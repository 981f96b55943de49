"""Entering rules: a first version, a correction, a change from a day on. Nothing is ever overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, LedgerError, NotFound, require_words
from ledger.core.identifiers import check_code
from ledger.core.period import Period, french_day
from ledger.core.source import Source
from ledger.referential.queries import find_financeur, find_line
from ledger.rules.book import standing_versions
from ledger.rules.kinds import read_figures
from ledger.rules.model import RuleVersion
from ledger.rules.scope import check_scope, scope_text
from ledger.rules.vocabulary import ScopeWord
from ledger.storage.instants import instant_of_record
from ledger.storage.session import context
from ledger.storage.standing import signed_at


class RuleOverlap(LedgerError):
    """Two versions of one kind and scope would be in force on one day."""

    code = "regle_chevauchement"


@dataclass(frozen=True, slots=True)
class RuleForm:
    """A version to be entered; figures under their French words, as typed."""

    code: str
    kind: str
    scope: Mapping[str, str]
    figures: Mapping[str, Any]
    label: str
    period: Period
    source: Source
    link: str = ""
    to_confirm: bool = False
    verified_on: date | None = None


def add_rule(session: Session, form: RuleForm) -> RuleVersion:
    """Enter a rule from its form, once checked: the version written.

    raises: InvalidValue (figures, scope, no source, days in disorder), NotFound (line, financeur), RuleOverlap.
    """
    return enter_rule(session, _known(session, form), supersedes=None)


def _known(session: Session, form: RuleForm) -> RuleForm:
    """The form checked, its lines and financeur known. raises: InvalidValue, NotFound."""
    checked = checked_form(form)
    for word in (ScopeWord.LINE, ScopeWord.LINES):
        for line in checked.scope.get(word, "").split("|") if word in checked.scope else ():
            find_line(session, line)
    if financeur := checked.scope.get("financeur"):
        find_financeur(session, financeur)
    return checked


def versions_of(session: Session, code: str) -> list[RuleVersion]:
    """Every version ever entered under this code, in the order of record.

    raises: NotFound.
    """
    wanted = code.strip().upper()
    query = select(RuleVersion).where(RuleVersion.code == wanted).order_by(RuleVersion.id)
    found = list(session.scalars(query))
    if not found:
        raise NotFound(f"La règle « {wanted} » n'existe pas.", "Consultez les règles : cofiville regle lister.")
    return found


def last_day_before_ended(session: Session, code: str, standing: int) -> date | None:
    """The last day this version had before later versions ended it: what a screen of a day in its period said.

    raises: NotFound.
    """
    known = {version.id: version for version in versions_of(session, code)}
    version = known[standing]
    while version.supersedes is not None and _is_ended(earlier := known[version.supersedes], version):
        version = earlier
    return version.last_day


def _is_ended(earlier: RuleVersion, later: RuleVersion) -> bool:
    """Whether the later version says what the earlier one does, and only ends before it."""
    sooner = later.last_day is not None and (earlier.last_day is None or later.last_day < earlier.last_day)
    lasting = Period(later.first_day, earlier.last_day)
    return sooner and replace(form_of_version(later), period=lasting) == form_of_version(earlier)


def replace_rule(
    session: Session,
    code: str,
    figures: Mapping[str, Any],
    *,
    on: date,
    since: date | None = None,
    source: Source | None = None,
    verified_on: date | None = None,
    confirmed: bool = False,
) -> RuleVersion:
    """The new version of the rule in force on day `on`: the figures given change, the others stay.

    since: the day the new figures begin; None corrects the version over its whole period. What was decided before
    this instant remains explained by the rules known then.
    raises: NotFound, InvalidValue when no version is in force or `since` lies outside its period.
    """
    current = _version_on(session, code, since or on)
    held = form_of_version(current)
    form = replace(
        held,
        figures={**current.figures, **figures},
        period=Period(since or current.first_day, current.last_day),
        source=source or held.source,
        link="" if source else current.source_link,
        to_confirm=current.to_confirm and not confirmed,
        verified_on=verified_on,
    )
    checked = checked_form(form)
    if since is not None and since > current.first_day:
        ended = replace(held, period=Period(current.first_day, since - timedelta(days=1)))
        enter_rule(session, ended, supersedes=current.id)
    return enter_rule(session, checked, supersedes=current.id)


def correct_version(session: Session, form: RuleForm) -> RuleVersion:
    """The version of this code that begins on the form's first day, superseded by the form.

    raises: NotFound, InvalidValue when none begins that day, and what add_rule raises.
    """
    checked = _known(session, form)
    for version in standing_versions(versions_of(session, checked.code)):
        if version.first_day == checked.period.first:
            return enter_rule(session, checked, supersedes=version.id)
    raise InvalidValue(
        f"Aucune version de {checked.code} ne commence le {french_day(checked.period.first)}.",
        f"Consultez ses périodes : cofiville regle montrer {checked.code}.",
    )


def change_from(session: Session, form: RuleForm) -> RuleVersion | None:
    """The form as the change, from its first day, of the version then in force; None where no version is.

    The version in force keeps its figures up to the day before. raises: what add_rule raises.
    """
    checked = _known(session, form)
    first = checked.period.first
    query = select(RuleVersion).where(RuleVersion.code == checked.code)
    for version in standing_versions(session.scalars(query)):
        if version.first_day < first and first in Period(version.first_day, version.last_day):
            ended = replace(form_of_version(version), period=Period(version.first_day, first - timedelta(days=1)))
            enter_rule(session, ended, supersedes=version.id)
            return enter_rule(session, checked, supersedes=version.id)
    return None


def form_of_version(version: RuleVersion) -> RuleForm:
    """The version as it would be entered again."""
    return RuleForm(
        code=version.code,
        kind=version.kind,
        scope=version.scope,
        figures=version.figures,
        label=version.label,
        period=Period(version.first_day, version.last_day),
        source=Source(version.source_text, version.source_article),
        link=version.source_link,
        to_confirm=version.to_confirm,
        verified_on=version.verified_on,
    )


def _version_on(session: Session, code: str, on: date) -> RuleVersion:
    versions = standing_versions(versions_of(session, code))
    for version in versions:
        if on in Period(version.first_day, version.last_day):
            return version
    raise InvalidValue(
        f"La règle {versions[-1].code} n'a pas de version en vigueur au {french_day(on)}.",
        f"Consultez ses périodes : cofiville regle montrer {versions[-1].code}.",
    )


def checked_form(form: RuleForm) -> RuleForm:
    """The form with its code, scope and figures as stored. raises: InvalidValue."""
    require_words(
        form.source.text, "Une règle sans source n'est pas acceptée.", "Citez le texte : --source et --article."
    )
    if form.period.last is not None and form.period.last < form.period.first:
        raise InvalidValue("Le dernier jour de la règle précède le premier.", "Vérifiez --du et --au.")
    figures = read_figures(form.kind, form.figures)
    scope = check_scope(form.scope)
    for word in scope:
        if word not in figures.scopes:
            raise InvalidValue(
                f"Une règle de genre « {form.kind} » ne se limite pas à « {word} ».",
                f"Portées possibles : {', '.join(figures.scopes)}.",
            )
    return replace(form, code=check_code(form.code, "la règle"), scope=scope, figures=figures.stored())


def enter_rule(session: Session, form: RuleForm, *, supersedes: int | None) -> RuleVersion:
    """The version written, its form checked already. raises: InvalidValue for a code taken, RuleOverlap."""
    [version] = enter_several_rules(session, [form], supersedes=supersedes)
    return version


def enter_several_rules(
    session: Session, forms: Iterable[RuleForm], *, supersedes: int | None = None
) -> list[RuleVersion]:
    """As enter_rule, for several forms: all, or none."""
    written = session.scalars(select(RuleVersion)).all()
    last, beside, entered = max((each.id for each in written), default=0), standing_versions(written), []
    for number, form in enumerate(forms, start=last + 1):
        for other in beside:
            _check_beside(form, other, supersedes)
        entered.append(_version(session, form, number, supersedes))
        beside.append(entered[-1])
    session.add_all(entered)
    session.flush()
    return entered


def _version(session: Session, form: RuleForm, number: int, supersedes: int | None) -> RuleVersion:
    contract, agent, _ = context(session).signature
    return RuleVersion(
        contract=contract,
        id=number,
        code=form.code,
        kind=form.kind,
        scope=dict(form.scope),
        figures=dict(form.figures),
        label=form.label,
        first_day=form.period.first,
        last_day=form.period.last,
        source_text=form.source.text,
        source_article=form.source.article,
        source_link=form.link,
        to_confirm=form.to_confirm,
        verified_on=form.verified_on,
        entered_by=agent,
        recorded_at=instant_of_record(session),
        supersedes=supersedes,
    )


def _check_beside(form: RuleForm, other: RuleVersion, supersedes: int | None) -> None:
    same_subject = other.kind == form.kind and other.scope == dict(form.scope)
    if other.code == form.code and not same_subject:
        raise InvalidValue(
            f"Le code {form.code} désigne déjà une autre règle ({other.kind}, {scope_text(other.scope)}),"
            f" {_entered(other)}.",
            "Donnez un autre code.",
        )
    if same_subject and other.id != supersedes and form.period.overlaps(Period(other.first_day, other.last_day)):
        raise RuleOverlap(
            f"La règle {other.code} (version {other.id}) est déjà en vigueur sur une partie de cette période"
            f" pour {scope_text(other.scope)} ({_entered(other)}).",
            f"Remplacez-la : cofiville regle remplacer {other.code} --chiffre NOM=VALEUR, ou changez la période.",
        )


def _entered(version: RuleVersion) -> str:
    return signed_at(version.entered_by, version.recorded_at)
