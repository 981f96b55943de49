"""The shipped rules stand in packs: the law's and the usages for every contract, each model's own beside them."""

from __future__ import annotations

import pytest

from ledger.core.errors import NotFound
from ledger.referential.shipped_models import default_model, model_names, model_titles
from ledger.rules.enter_rule import checked_form
from ledger.rules.packs import quotations_beside, shipped_pack, shipped_rules

# 23 000 € and its publication, bilans, the three time limits, L1111-10, payments in 60 days, 153 000 €.
LAW = {"CONVENTION-ASSOCIATION", "PUBLICATION-ASSOCIATION", "DELAI-BILAN", "DELAI-DETTE", "DELAI-TITRE"}
LAW |= {"DELAI-RESTITUTION", "PART-PUBLIQUE-COMMUNE-INVESTISSEMENT", "PAIEMENT-ASSOCIATION", "COMPTES-ASSOCIATION"}


def codes(pack: str) -> set[str]:
    return {each.form.code for each in shipped_pack(pack)}


def test_the_model_of_a_base_made_without_option_keeps_its_99_rules_in_their_order_before_what_the_law_added() -> None:
    found = [form.code for form in shipped_rules()]
    assert found[99:] == ["PAIEMENT-ASSOCIATION", "COMPTES-ASSOCIATION", "COMPTES-CREANCES-PERDUES", "TAILLE-PIECE"]
    assert found[:2] == ["TERR-ETAT-PDV-ACTIONS", "TERR-ETAT-PDV-DRE"]
    assert found[36:38] == ["PART-PUBLIQUE", "PART-PUBLIQUE-COMMUNE-INVESTISSEMENT"]
    assert found[98] == "CHARGES-STRUCTURE"


@pytest.mark.parametrize("model", model_names())
def test_every_model_has_every_rule_of_the_law_and_every_usage_once(model: str) -> None:
    found = [(form.code, form.period.first) for form in shipped_rules(model, "EPCI-X")]
    assert codes("legal") | codes("usages") <= {code for code, _ in found}
    assert len(found) == len(set(found))
    for form in shipped_rules(model, "EPCI-X"):
        assert checked_form(form).code == form.code
        assert form.source.text
        assert form.source.article


def test_the_law_names_no_contract_and_a_usage_is_always_to_be_confirmed() -> None:
    assert not any("ontrat de ville" in str(each.form.source) for each in shipped_pack("legal"))
    assert all(each.form.to_confirm for each in shipped_pack("usages"))
    assert codes("legal") >= LAW


def test_what_is_known_of_the_neighbour_contract_is_all_to_be_confirmed() -> None:
    own = codes("cavm-2015-2020") - codes("legal") - codes("usages")
    assert {"CLE-EPCI", "TERR-CAVM-PDV", "ORDRE"} <= own
    assert all(each.form.to_confirm for each in shipped_pack("cavm-2015-2020") if each.form.code in own)


def test_the_national_part_of_2024_names_no_epci_but_the_one_given() -> None:
    rules = {form.code: form for form in shipped_rules("quartiers-2030", "CA-REIMS")}
    assert rules["RELIQUAT-CA-REIMS"].scope == {"financeur": "CA-REIMS"}
    assert not any(word in str(form) for form in rules.values() for word in ("CAPH", "CAVM", "Hainaut", "{EPCI}"))
    assert not any(form.kind == "pilier" for form in rules.values())
    assert not any("{" in form.code for form in shipped_rules("quartiers-2030"))


def test_an_unknown_model_is_refused_with_those_that_are_shipped() -> None:
    with pytest.raises(NotFound) as refused:
        list(shipped_rules("quartiers-2040"))
    assert all(name in refused.value.remedy for name in model_names())
    assert default_model() in model_titles()


def test_the_words_of_one_contract_are_not_shown_under_another() -> None:
    source = str(next(form for form in shipped_rules() if form.code == "BASE-ELIGIBLE").source)
    assert quotations_beside("BASE-ELIGIBLE", source)
    assert quotations_beside("BASE-ELIGIBLE", source, "quartiers-2030") == ()
