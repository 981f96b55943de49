"""The rules of a contract given to another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.rules.book import standing_versions
from ledger.rules.enter_rule import RuleForm, enter_several_rules, form_of_version
from ledger.rules.model import RuleVersion
from ledger.rules.vocabulary import ScopeWord
from ledger.storage.session import acting_for

_NAMED_IN_SCOPE = (ScopeWord.LINE, ScopeWord.LINES, ScopeWord.FINANCEUR)


def copy_rules(session: Session, source: str, target: str, *, first: date, renamed: Callable[[str], str]) -> int:
    """How many rules of the contract `source` were given to `target`: those that hold on that first day or later.

    renamed: the code that a line or a financeur of the source has in the target.
    """
    with acting_for(session, source):
        standing = standing_versions(session.scalars(select(RuleVersion)))
    kept = [each for each in standing if each.last_day is None or each.last_day >= first]
    with acting_for(session, target):
        enter_several_rules(session, [_form(each, renamed) for each in kept])
    return len(kept)


def _form(version: RuleVersion, renamed: Callable[[str], str]) -> RuleForm:
    scope = {
        word: "|".join(map(renamed, value.split("|"))) if word in _NAMED_IN_SCOPE else value
        for word, value in version.scope.items()
    }
    return replace(form_of_version(version), code=renamed(version.code), scope=scope)
