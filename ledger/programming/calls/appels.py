"""Appels à projets: opened, started again from last year's, prolonged, validated; what may be deposited in each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, require_words
from ledger.core.grouping import sums_by
from ledger.core.identifiers import check_code
from ledger.core.money import ZERO, Money
from ledger.core.period import check_year, french_day
from ledger.journal.announcements import announced_amounts
from ledger.journal.balances import balances
from ledger.journal.positions import Position
from ledger.programming.calls.model import Appel, AppelAxis, AppelDeadline, AppelLine
from ledger.programming.queries import AppelClosed, ProgrammeRefused
from ledger.programming.vocabulary import AppelKind
from ledger.referential.model import Axis, CreditLine
from ledger.referential.queries import find_line
from ledger.storage.session import context
from ledger.storage.standing import standing_act


@dataclass(frozen=True, slots=True)
class AppelForm:
    """What an appel is: empty axes or lines mean all; an empty code is the year's ("2016", "2016-C")."""

    year: int
    kind: str
    launched_on: date
    closes_on: date | None = None
    code: str = ""
    axes: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    deadlines: Mapping[str, date] = field(default_factory=dict)


def open_appel(session: Session, form: AppelForm) -> Appel:
    """The new appel à projets; a complementary one offers only lines on which credits remain.

    raises: InvalidValue, NotFound, ProgrammeRefused when its code is taken or nothing remains.
    """
    contract = context(session).contract
    check_year(form.year)
    if form.kind not in AppelKind.labels():
        raise InvalidValue(f"« {form.kind} » n'est pas un type d'appel.", "Choisissez annuel ou complementaire.")
    _check_days(form.launched_on, form.closes_on)
    usual = str(form.year) if form.kind == AppelKind.YEARLY else f"{form.year}-C"
    chosen = check_code(form.code or usual, "l'appel à projets")
    if (there := session.get(Appel, (contract, chosen))) is not None:
        raise ProgrammeRefused(
            f"L'appel à projets {chosen} existe déjà{standing_act(there)}.", "Donnez-lui un autre code : --code."
        )
    lines = [find_line(session, line).code for line in form.lines]
    if form.kind == AppelKind.COMPLEMENTARY:
        lines = _with_credits(session, form.year, lines)
    appel = Appel(
        contract=contract,
        code=chosen,
        year=form.year,
        kind=form.kind,
        launched_on=form.launched_on,
        closes_on=form.closes_on,
    )
    key = {"contract": contract, "appel": chosen}
    appel.axes.extend(AppelAxis(**key, axis=axis) for axis in sorted({_axis(session, axis) for axis in form.axes}))
    appel.lines.extend(AppelLine(**key, line=line) for line in sorted(set(lines)))
    session.add(appel)
    set_deadlines(appel, form.deadlines)
    session.flush()
    return appel


def remaining(session: Session, year: int) -> dict[str, Money]:
    """By line, the credits of the year that may still be programmed: neither blocked, frozen nor announced as lost."""
    announced = announced_amounts(session, [year])
    return sums_by(
        (key.line, max(ZERO, amount - announced.get(key, ZERO)))
        for key, amount in balances(session, year=year, positions=[Position.DISPONIBLE]).items()
    )


def _with_credits(session: Session, year: int, lines: Sequence[str]) -> list[str]:
    left = remaining(session, year)
    spent = [line for line in lines if not left.get(line)]
    if spent:
        raise ProgrammeRefused(
            f"Il ne reste plus de crédits {year} sur {', '.join(spent)} : pas d'appel complémentaire.",
            f"Retirez ces lignes, ou augmentez l'enveloppe : cofiville enveloppe modifier {spent[0]} {year} MONTANT"
            " --piece PIECE.",
        )
    found = list(lines) or sorted(line for line, amount in left.items() if amount)
    if not found:
        raise ProgrammeRefused(
            f"Il ne reste de crédits {year} sur aucune ligne : pas d'appel complémentaire.",
            f"Consultez les enveloppes : cofiville enveloppe lister {year}.",
        )
    return found


def _axis(session: Session, axis: str) -> str:
    wanted = axis.strip()
    if session.scalar(select(Axis.code).where(Axis.code == wanted, Axis.parent.is_(None))) is None:
        raise InvalidValue(f"L'axe « {wanted} » n'existe pas.", "Consultez la liste : cofiville axe lister.")
    return wanted


def _check_days(launched_on: date, closes_on: date | None) -> None:
    if closes_on is not None and closes_on < launched_on:
        raise InvalidValue("L'appel se clôt avant d'être lancé.", "Vérifiez les deux dates.")


def set_deadlines(appel: Appel, deadlines: Mapping[str, date]) -> None:
    """The calendar with these days: added, or moved when already there. raises: InvalidValue without a name."""
    held = {each.label: each for each in appel.deadlines}
    for label, on in deadlines.items():
        require_words(label, "Une échéance n'a pas de nom.", 'Écrivez par exemple "comité technique=2016-02-12".')
        if label.strip() in held:
            held[label.strip()].on = on
        else:
            key = {"contract": appel.contract, "appel": appel.code}
            appel.deadlines.append(AppelDeadline(**key, label=label.strip(), on=on))


def start_again(session: Session, model: Appel, year: int, *, launched_on: date | None = None, code: str = "") -> Appel:
    """A new appel of that year, made from an earlier one: same kind, axes and lines, every day moved by whole years.

    launched_on: the day it is launched, the model's moved when None. raises: what open_appel raises.
    """
    by = year - model.year
    if by <= 0:
        raise InvalidValue(
            f"L'appel {model.code} est de {model.year} : il ne peut pas servir de modèle pour {year}.",
            "Donnez une année postérieure.",
        )
    lines = () if model.kind == AppelKind.COMPLEMENTARY else tuple(each.line for each in model.lines)
    return open_appel(
        session,
        AppelForm(
            year=year,
            kind=model.kind,
            launched_on=launched_on or _later(model.launched_on, by),
            closes_on=_later(model.closes_on, by) if model.closes_on else None,
            code=code,
            axes=tuple(each.axis for each in model.axes),
            lines=lines,
            deadlines={each.label: _later(each.on, by) for each in model.deadlines},
        ),
    )


def _later(day: date, years: int) -> date:
    return date(day.year + years, day.month, min(day.day, 28) if day.month == 2 else day.day)


def close_on(session: Session, appel: Appel, day: date) -> None:
    """The last day to deposit becomes this one. raises: InvalidValue before the launch."""
    _check_days(appel.launched_on, day)
    appel.closes_on = day
    session.flush()


def validate_appel(session: Session, appel: Appel, day: date) -> None:
    """The programmation of the appel is validated that day: nothing more is deposited in it.

    raises: InvalidValue before its launch, ProgrammeRefused once validated.
    """
    _check_days(appel.launched_on, day)
    if appel.validated_on not in (None, day):
        raise ProgrammeRefused(
            f"L'appel {appel.code} est déjà validé, le {french_day(appel.validated_on)}"
            f"{standing_act(appel, 'validated_on')}.",
            f"Consultez-le : cofiville appel montrer {appel.code}.",
        )
    appel.validated_on = day
    session.flush()


def last_day(appel: Appel) -> date | None:
    """The last day on which something may be deposited; None while nothing closes it."""
    days = [day for day in (appel.closes_on, appel.validated_on) if day is not None]
    return min(days) if days else None


def check_deposit(appel: Appel, *, year: int, on: date | None, specific: Collection[CreditLine]) -> None:
    """Nothing when an action of that year, asking these lines of specific credits, may be deposited that day.

    on: None when the day is not known. raises: InvalidValue, AppelClosed, ProgrammeRefused for a line not offered.
    """
    if year != appel.year:
        raise InvalidValue(
            f"L'appel {appel.code} est de l'exercice {appel.year}, l'action de {year}.",
            "Choisissez l'appel de l'année de l'action.",
        )
    if on is not None and on < appel.launched_on:
        raise AppelClosed(
            f"L'appel {appel.code} n'est lancé que le {french_day(appel.launched_on)} : rien n'y est déposé "
            f"le {french_day(on)}.",
            "Vérifiez le jour du dépôt.",
        )
    last = last_day(appel)
    if on is not None and last is not None and on > last:
        raise AppelClosed(
            f"L'appel {appel.code} est clos depuis le {french_day(last)} : "
            f"un dépôt du {french_day(on)} est hors délai.",
            "Indiquez le jour du dépôt s'il est antérieur, choisissez un appel complémentaire, "
            f"ou prolongez l'appel : cofiville appel modifier {appel.code} --cloture JOUR.",
        )
    offered = {each.line for each in appel.lines}
    refused = sorted(line.code for line in specific if offered and line.code not in offered)
    if refused:
        raise ProgrammeRefused(
            f"L'appel {appel.code} n'offre pas {', '.join(refused)}.",
            f"Lignes offertes : {', '.join(sorted(offered))}.",
        )
