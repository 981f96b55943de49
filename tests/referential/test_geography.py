"""The national geography shipped is the whole of it, and unknown populations stay unknown."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ledger.core.errors import NotFound
from ledger.referential.geography import (
    communes_of_epci,
    find_epci,
    national_epcis,
    national_qpv,
    qpv_of_commune,
    qpv_of_epci,
)

CAPH, CAVM, PARIS = "200042190", "245901160", "217500016"


def with_qpv() -> set[str]:
    return {siren for qpv in national_qpv() for siren in qpv.epcis}


def test_the_1609_qpv_of_2024_are_all_there_each_under_its_own_code() -> None:
    assert len(national_qpv()) == len({qpv.code for qpv in national_qpv()}) == 1609
    assert sum(qpv.department == "59" for qpv in national_qpv()) == 94
    assert sum(qpv.population or 0 for qpv in national_qpv()) == 5_931_940


def test_354_epci_hold_a_qpv_and_all_are_on_the_national_list() -> None:
    assert len(with_qpv()) == 354
    assert with_qpv() <= national_epcis().keys()
    assert len(national_epcis()) == 1267


def test_seventeen_qpv_lie_in_two_epci_and_belong_to_each() -> None:
    shared = [qpv for qpv in national_qpv() if len(qpv.epcis) == 2]
    assert len(shared) == 17
    assert all(qpv in qpv_of_epci(siren) for qpv in shared for siren in qpv.epcis)


def test_the_91_qpv_without_population_are_those_overseas_of_no_epci() -> None:
    unknown = [qpv for qpv in national_qpv() if qpv.population is None]
    assert len(unknown) == 91
    assert unknown == [qpv for qpv in national_qpv() if not qpv.epcis]
    assert {qpv.department for qpv in unknown} == {"978", "987"}
    assert not any(qpv in qpv_of_epci(siren) for siren in with_qpv() for qpv in unknown[:1])


def test_a_qpv_of_no_epci_is_found_by_its_commune() -> None:
    assert [qpv.code for qpv in qpv_of_commune("97801")] == ["QN97801M", "QN97802M", "QN97803N"]


def test_the_communes_of_every_epci_with_a_qpv_add_up_to_it() -> None:
    for siren in with_qpv() - {PARIS}:
        epci, communes = find_epci(siren), communes_of_epci(siren)
        assert len(communes) == epci.communes
        assert sum(commune.population or 0 for commune in communes) == epci.population


def test_the_porte_du_hainaut_has_nine_qpv_of_its_own_and_four_shared() -> None:
    found = qpv_of_epci("200 042 190")
    assert find_epci(CAPH).name == "CA de la Porte du Hainaut"
    assert [qpv.code for qpv in found if len(qpv.epcis) == 2] == ["QN05920M", "QN05921M", "QN05922M", "QN05930M"]
    assert [qpv.code for qpv in found if len(qpv.epcis) == 1] == [f"QN0595{digit}M" for digit in range(9)]
    assert {siren for qpv in found for siren in qpv.epcis} == {CAPH, CAVM}


def test_paris_is_its_own_commune_whose_population_is_not_in_the_list() -> None:
    [commune] = communes_of_epci(PARIS)
    assert (commune.insee, commune.name, commune.population) == ("75056", "Paris", None)
    assert len(qpv_of_epci(PARIS)) == sum(qpv.department == "75" for qpv in national_qpv())


def test_an_epci_without_a_qpv_is_known_without_its_communes() -> None:
    [bare] = [epci for epci in national_epcis().values() if epci.siren not in with_qpv()][:1]
    assert (qpv_of_epci(bare.siren), communes_of_epci(bare.siren)) == ((), ())


def test_an_unknown_siren_is_refused_and_a_name_leads_to_the_siren() -> None:
    with pytest.raises(NotFound) as refused:
        find_epci("123456789")
    assert "Aucun EPCI de SIREN « 123456789 »" in refused.value.problem
    with pytest.raises(NotFound) as refused:
        find_epci("porte du hainaut")
    assert refused.value.remedy == "Écrivez son SIREN : 200042190 (CA de la Porte du Hainaut)."


def test_nothing_is_read_before_it_is_asked_for() -> None:
    read = "from ledger.referential import geography as g; print(g.national_qpv.cache_info().currsize)"
    said = subprocess.run([sys.executable, "-c", read], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "0"
