"""The criteria of innovation that an action may name: those of the rules of its contract and year (§5.1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, NotFound
from ledger.programming.actions.forms import ReadAction
from ledger.referential.contracts import contract_of
from ledger.rules.book import rulebook
from ledger.rules.kinds import Innovation
from ledger.rules.vocabulary import Clock

if TYPE_CHECKING:
    from ledger.rules.book import Rule
    from ledger.rules.figures import Figures
    from ledger.rules.packs import Criterion


def criteria_in_order(codes: Iterable[str]) -> tuple[str, ...]:
    """The codes as they are kept: in capitals, each once, in their order."""
    return tuple(sorted({code.strip().upper() for code in codes} - {""}))


def nameable_criteria(session: Session, year: int) -> dict[str, Criterion]:
    """By code, in the order of the text, the criteria of the rules of innovation in force that year."""
    from ledger.rules.packs import criteria_of

    model = contract_of(session).model
    return {each.code: each for rule in _innovation_rules(session, year) for each in criteria_of(rule, model)}


def _innovation_rules(session: Session, year: int) -> list[Rule[Figures]]:
    rules = rulebook(session, Clock.MILLESIME, exercice=year).in_force()
    return [rule for rule in rules if isinstance(rule.figures, Innovation)]


def named_criteria(session: Session, action: ReadAction) -> list[Criterion]:
    """The criteria that the action names, with the words of the text; without, where the rule has none now."""
    from ledger.rules.packs import Criterion

    known = nameable_criteria(session, action.year) if action.criteria else {}
    return [known.get(code, Criterion(code, "", "")) for code in action.criteria]


def known_criteria(session: Session, codes: Iterable[str], year: int) -> tuple[str, ...]:
    """These codes as they are kept, all of them of the contract's criteria that year.

    raises: InvalidValue where the contract has none to name; NotFound for a code that is none of them.
    """
    named = criteria_in_order(codes)
    if not named:
        return ()
    known = nameable_criteria(session, year)
    if not known:
        raise InvalidValue(
            f"Aucune règle du contrat ne nomme de critère d'innovation en {year}.",
            "Donnez-en seulement le nombre, ou rien"
            + "".join(
                f' ; ou nommez ceux de la règle : cofiville regle remplacer {rule.code} --chiffre "noms=NOM|NOM|NOM"'
                for rule in _innovation_rules(session, year)[:1]
            )
            + ".",
        )
    for code in named:
        if code not in known:
            raise NotFound(
                f"« {code} » n'est pas un critère d'innovation du contrat.",
                f"Critères : {', '.join(f'{each.code} ({each.words})' for each in known.values())}.",
            )
    return named
