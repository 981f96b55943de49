"""A book of the shipped rules and facts of actions, made without a base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from ledger.allocation.engine.facts import ActionFacts, LineFacts, Request
from ledger.allocation.engine.share_lines import Grant, share_lines
from ledger.core.money import Money, parse_money, total
from ledger.core.period import Period
from ledger.core.source import Source
from ledger.rules.book import Rule, RuleBook
from ledger.rules.figures import Figures
from ledger.rules.kinds import read_figures
from ledger.rules.packs import shipped_rules
from ledger.rules.scope import check_scope


def allocate(actions: Sequence[ActionFacts], lines: Mapping[str, LineFacts], book: RuleBook) -> list[Grant]:
    """What the rules grant, by action, then in the order of the lines."""
    return sorted(share_lines(actions, lines, book).grants(), key=lambda grant: grant.action)


def euros(text: str) -> Money:
    return parse_money(text)


def local_rule(code: str, kind: str, figures: Mapping[str, object], **scope: str) -> Rule[Figures]:
    """A rule of the contract's own, in force for ever."""
    return Rule(
        id=1000,
        code=code,
        scope=check_scope(scope),
        figures=read_figures(kind, figures),
        label=f"Règle locale {code}",
        period=Period(date(2015, 1, 1)),
        source=Source("Règlement intérieur", "article 3"),
        link="",
        to_confirm=False,
        verified_on=None,
    )


def shipped_book(
    day: date, changed: Mapping[str, Mapping[str, object]] | None = None, *added: Rule[Figures]
) -> RuleBook:
    """The shipped rules as of a day; `changed`: other figures for some codes; `added`: other rules beside them."""
    rules = list(added)
    for number, form in enumerate(shipped_rules(), start=1):
        figures = {**form.figures, **(changed or {}).get(form.code, {})}
        rules.append(
            Rule(
                id=number,
                code=form.code,
                scope=form.scope,
                figures=read_figures(form.kind, figures),
                label=form.label,
                period=form.period,
                source=form.source,
                link=form.link,
                to_confirm=form.to_confirm,
                verified_on=form.verified_on,
            )
        )
    return RuleBook(day, tuple(rules))


_LINES = {
    "CAF-DROIT-COMMUN": ("CAF", "droit_commun"),
    "DEPARTEMENT-DROIT-COMMUN": ("DEPARTEMENT", "droit_commun"),
    "ETAT-PDV-ACTIONS": ("ETAT", "specifique"),
    "ETAT-PDV-DRE": ("ETAT", "specifique"),
    "ETAT-PDV-INGENIERIE": ("ETAT", "specifique"),
    "CAPH-PDV": ("CAPH", "specifique"),
    "CAPH-DRE": ("CAPH", "specifique"),
    "ETAT-FIPD": ("ETAT", "specifique"),
    "FEDER-ITI": ("EUROPE", "specifique"),
    "PORTEUR-FONDS-PROPRES": ("ASSOCIATIONS", "fonds_propres"),
}


def line(code: str, available: str | None, rank: int = 1) -> LineFacts:
    financeur, nature = _LINES[code]
    return LineFacts(code, financeur, nature, rank, None if available is None else euros(available))


def lines(**available: str) -> dict[str, LineFacts]:
    """Lines by code, underscores for hyphens, ranked in the order given."""
    made = [line(code.replace("_", "-"), held, rank) for rank, (code, held) in enumerate(available.items())]
    return {each.code: each for each in made}


def action(
    number: str = "2016-001",
    *,
    slices: Mapping[str, str],
    asks: Mapping[str, str],
    cost: str | None = None,
    shared: str = "",
    **others: object,
) -> ActionFacts:
    """An association's action; cost: the sum of its slices unless given; shared: the line that is a common part."""
    costs = {kind: euros(amount) for kind, amount in slices.items()}
    eligible = total(costs.values()) if costs else euros(cost or "0")
    facts: dict[str, object] = {
        "porteur_kind": "association",
        "dispositif": "action",
        "nature": "fonctionnement",
        "axis": "5",
        "status": "depose",
        "innovation_criteria": 0,
        "public": {},
        **others,
    }
    return ActionFacts(
        number=number,
        cost_total=euros(cost) if cost else eligible,
        cost_eligible=eligible,
        slices=costs,
        requests=tuple(Request(code, euros(amount), shared=code == shared) for code, amount in asks.items()),
        **facts,  # type: ignore[arg-type]
    )
