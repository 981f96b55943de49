"""A base whose guards are gone is read, not written; a seal kept outside tells whether the book still holds it."""

from __future__ import annotations

from sqlalchemy import Engine

from tests.conftest import Typist
from tests.storage.test_guards import weaken


def test_nothing_is_written_while_a_guard_is_missing_and_the_audit_names_it(in_2016: Typist, engine: Engine) -> None:
    sqlite = engine.dialect.name == "sqlite"
    weaken(engine, "DROP TRIGGER account_grows" if sqlite else "DROP TRIGGER account_keeps ON account")
    name = "account.account_grows" if sqlite else "account.account_keeps"
    answer = in_2016("--json", "exercice", "ouvrir", 2017)
    assert answer.code == 1
    assert answer.refusal["erreur"] == "gardes_absentes"
    assert f"le déclencheur {name} manque" in answer.refusal["probleme"]
    assert "base migrer" in answer.refusal["remede"]
    assert [row["exercice"] for row in in_2016("--json", "exercice", "lister").data] == [2016]
    audited = in_2016("--json", "base", "controler")
    assert audited.code == 1
    assert f"trigger {name}" in [finding["objet"] for finding in audited.data["anomalies"]]
