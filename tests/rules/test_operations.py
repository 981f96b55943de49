"""Rules entered, corrected and changed from a day: nothing is overwritten, overlaps are refused everywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, LedgerError, NotFound
from ledger.core.period import Period
from ledger.core.source import Source
from ledger.referential.model import CreditLine
from ledger.rules.book import Rule, rulebook, rules_in_force
from ledger.rules.enter_rule import RuleForm, RuleOverlap, add_rule, replace_rule, versions_of
from ledger.rules.kinds import Ceiling, Territories
from ledger.rules.model import RuleVersion
from ledger.rules.packs import shipped_rules
from ledger.rules.scope import RuleSubject
from ledger.rules.seed import load_rules
from ledger.rules.vocabulary import Clock
from ledger.storage.session import context

FORM = RuleForm(
    code="TAUX-REGION",
    kind="taux",
    scope={"ligne": "REGION-DSDT"},
    figures={"taux": "50 %"},
    label="Part de la Région",
    period=Period(date(2016, 1, 1), date(2017, 12, 31)),
    source=Source("Règlement régional", "article 4"),
)
QPV = RuleSubject(line="ETAT-PDV-DRE", territory="qpv", financeur="ETAT", line_nature="specifique")


def rate_on(session: Session, day: date, known_at: datetime | None = None) -> str:
    found = rulebook(session, Clock.MILLESIME, exercice=day.year, day=day, known_at=known_at).find(Ceiling, QPV)
    return found.value() if isinstance(found, Rule) else "inconnu"


def test_a_rule_is_kept_with_its_source_and_who_entered_it(session: Session) -> None:
    version = add_rule(session, FORM)
    assert (version.figures, version.entered_by) == ({"taux": "1/2", "mode": "plafond"}, "test")
    assert [each.id for each in versions_of(session, "taux-region")] == [version.id]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"source": Source("")}, InvalidValue),
        ({"period": Period(date(2017, 1, 1), date(2016, 1, 1))}, InvalidValue),
        ({"scope": {"ligne": "INCONNUE"}}, NotFound),
        ({"scope": {"financeur": "INCONNU"}}, NotFound),
        ({"scope": {"couleur": "bleu"}}, InvalidValue),
        ({"scope": {"lignes": "REGION-DSDT|INCONNUE"}}, NotFound),
        ({"kind": "part_porteur", "figures": {"taux": "20 %"}}, InvalidValue),
        ({"scope": {"ligne": " "}}, InvalidValue),
        ({"code": "TAUX-DRE-QPV"}, InvalidValue),
        ({"code": "é"}, InvalidValue),
        ({"figures": {"taux": "101 %"}}, InvalidValue),
        ({"kind": "autre"}, InvalidValue),
    ],
)
def test_a_rule_badly_typed_is_refused_with_a_way_out(
    session: Session, change: dict[str, object], refusal: type[LedgerError]
) -> None:
    with pytest.raises(refusal) as refused:
        add_rule(session, replace(FORM, **change))  # type: ignore[arg-type]
    assert refused.value.remedy


def test_two_versions_of_one_kind_and_scope_never_hold_on_one_day(session: Session) -> None:
    add_rule(session, FORM)
    with pytest.raises(RuleOverlap):
        add_rule(session, replace(FORM, code="AUTRE", period=Period(date(2017, 12, 31))))
    add_rule(session, replace(FORM, period=Period(date(2018, 1, 1))))


def test_the_database_refuses_an_overlap_and_any_change(session: Session) -> None:
    version = add_rule(session, FORM)
    columns = (
        "contract, code, kind, scope, figures, label, first_day, last_day, source_text, source_article,"
        " source_link, to_confirm, verified_on, entered_by, recorded_at"
    )
    copy = f"INSERT INTO rule_version ({columns}, id) SELECT {columns}, 9999 FROM rule_version WHERE id = {version.id}"
    for statement, words in (
        (f"{copy} AND contract = 'CV195'", "overlap"),
        ("UPDATE rule_version SET label = 'x'", "append-only"),
        ("DELETE FROM rule_version", "append-only"),
    ):
        with pytest.raises(DBAPIError, match=words), session.begin_nested():
            session.execute(text(statement))


def test_a_correction_holds_over_the_whole_period_and_leaves_the_old_one_known(session: Session) -> None:
    before = datetime.now(UTC)
    replace_rule(session, "TAUX-DRE-QPV", {"taux": "60 %"}, on=date(2016, 3, 4))
    assert rate_on(session, date(2015, 1, 1)).startswith("60")
    assert rate_on(session, date(2015, 1, 1), before).startswith("65")
    assert [each.supersedes is None for each in versions_of(session, "TAUX-DRE-QPV")] == [True, False]


def test_a_change_from_a_day_keeps_the_old_figures_before_it(session: Session) -> None:
    version = replace_rule(
        session,
        "TAUX-DRE-QPV",
        {"taux": "60 %"},
        on=date(2016, 3, 4),
        since=date(2017, 1, 1),
        source=Source("Instruction du 15/12/2016"),
    )
    assert rate_on(session, date(2016, 12, 31)).startswith("65")
    assert rate_on(session, date(2017, 1, 1)).startswith("60")
    assert (version.figures["mode"], version.source_text) == ("fixe", "Instruction du 15/12/2016")
    assert len(versions_of(session, "TAUX-DRE-QPV")) == 3


def test_a_figure_confirmed_is_no_longer_flagged(session: Session) -> None:
    version = replace_rule(session, "TAUX-ETAT", {"taux": "80 %"}, on=date(2016, 3, 4), confirmed=True)
    assert not version.to_confirm


def test_a_rule_without_version_in_force_is_not_replaced(session: Session) -> None:
    with pytest.raises(InvalidValue, match="pas de version en vigueur au 01/01/2018"):
        replace_rule(session, "TAUX-DRE-VEILLE", {"taux": "40 %"}, on=date(2018, 1, 1))
    with pytest.raises(NotFound):
        replace_rule(session, "INCONNUE", {}, on=date(2018, 1, 1))


def test_the_shipped_rules_are_entered_once_in_each_contract(session: Session) -> None:
    assert (load_rules(session, "CV195"), load_rules(session, "CV193")) == ([], [])
    assert context(session).contract == "CV195"
    in_force = [form.code for form in shipped_rules() if date(2016, 3, 4) in form.period]
    assert [rule.code for rule in rules_in_force(session, date(2016, 3, 4))] == sorted(in_force)


def _later(monkeypatch: pytest.MonkeyPatch, *more: RuleForm) -> None:
    """A later release of the program, which ships these rules too."""
    shipped = [*shipped_rules(), *more]
    monkeypatch.setattr("ledger.rules.seed.shipped_rules", lambda *_: iter(shipped))


def test_a_later_release_adds_its_new_rules_and_touches_no_other(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_rule(session, "TAUX-ETAT", {"taux": "70 %"}, on=date(2016, 3, 4))
    before = {(v.id, v.code) for v in session.query(RuleVersion)}
    again = next(form for form in shipped_rules() if form.code == "TAUX-DRE-VEILLE")
    new = replace(again, code="TAUX-NOUVEAU", scope={"dispositif": "mous"}, period=Period(date(2019, 1, 1)))
    own = replace(again, code="AUTRE-TAUX-VEILLE")
    next_period = replace(again, period=Period(date(2018, 1, 1), date(2018, 12, 31)))
    _later(monkeypatch, new, own, next_period)
    found = {
        (each.form.code, each.form.period.first): (each.state, each.other) for each in load_rules(session, "CV195")
    }
    assert found == {
        ("TAUX-ETAT", shipped_day("TAUX-ETAT")): ("gardee", ""),
        ("TAUX-NOUVEAU", date(2019, 1, 1)): ("ajoutee", ""),
        ("AUTRE-TAUX-VEILLE", again.period.first): ("ecartee", "TAUX-DRE-VEILLE"),
        ("TAUX-DRE-VEILLE", date(2018, 1, 1)): ("ajoutee", ""),
    }
    added = {(v.id, v.code) for v in session.query(RuleVersion)} - before
    assert {code for _, code in added} == {"TAUX-NOUVEAU", "TAUX-DRE-VEILLE"}
    assert {each.state for each in load_rules(session, "CV195")} == {"gardee", "ecartee"}


def shipped_day(code: str) -> date:
    return next(form.period.first for form in shipped_rules() if form.code == code)


def test_every_credit_line_has_its_territories_as_the_referential_names_them(session: Session) -> None:
    book = rulebook(session, Clock.MILLESIME, exercice=2016, day=date(2016, 3, 4))
    for line in session.query(CreditLine):
        found = book.find(Territories, RuleSubject(line=line.code, financeur=line.financeur, line_nature=line.nature))
        assert isinstance(found, Rule), line.code
        assert "|".join(found.figures.kinds) == line.territories, line.code
        # §5.3.1 limits the État, the ANRU, the CAPH and the Région alone: elsewhere a line warns, and refuses nothing.
        warns = line.nature == "droit_commun" or line.code in {"CDC-INGENIERIE", "COMMUNE-PDV"}
        assert found.figures.alert_only == warns, line.code


def test_every_shipped_rule_has_a_source_and_a_day_of_verification(session: Session) -> None:
    for form in shipped_rules():
        assert form.source.text
        assert form.source.article
        assert form.verified_on == date(2026, 11, 29)
