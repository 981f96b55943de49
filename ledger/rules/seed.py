"""The rules shipped with the product: those of the Contrat de ville and of the texts it rests on (seed.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.period import Period
from ledger.core.source import Source
from ledger.journal.context import context
from ledger.rules.model import RuleVersion
from ledger.rules.operations import RuleForm, checked_form, enter


def shipped_rules() -> Iterator[RuleForm]:
    """Every rule of seed.toml, in its order."""
    content = tomllib.loads(files("ledger.rules").joinpath("seed.toml").read_text(encoding="utf-8"))
    verified_on: date = content["verifiee_le"]
    for entry in content["regle"]:
        yield _form(entry, content["textes"], verified_on)


def _form(entry: dict[str, Any], texts: dict[str, str], verified_on: date) -> RuleForm:
    return RuleForm(
        code=entry["code"],
        kind=entry["genre"],
        scope=entry.get("portee", {}),
        figures=entry["chiffres"],
        label=entry["libelle"],
        period=Period(entry["du"], entry.get("au")),
        source=Source(texts[entry["texte"]], entry["article"]),
        to_confirm=entry.get("a_confirmer", False),
        verified_on=verified_on,
    )


def load_rules(session: Session, contract: str) -> int:
    """How many shipped rules were entered in this contract: those whose code it did not know yet."""
    acting_on = context(session).contract
    session.info["contract"] = contract
    try:
        known = set(session.scalars(select(RuleVersion.code).where(RuleVersion.contract == contract)))
        forms = [form for form in shipped_rules() if form.code not in known]
        for form in forms:
            enter(session, checked_form(form), supersedes=None)
        return len(forms)
    finally:
        session.info["contract"] = acting_on
