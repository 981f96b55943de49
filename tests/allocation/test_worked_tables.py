"""The tables of tests/golden/tableaux-allocation.md, read as a finance assistant reads them and computed again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger.core.money import parse_money, total
from ledger.core.rate import cut_down, parse_rate
from ledger.core.split import split
from tests.allocation.support import action, allocate, lines, shipped_book
from tests.bases import ROOT

PAGE = (ROOT / "tests" / "golden" / "tableaux-allocation.md").read_text(encoding="utf-8")
PLENTY = "9 000 000"
FINANCEURS = {"CAF-DROIT-COMMUN": "droit_commun", "CAPH-PDV": "specifique"}


def rows(title: str) -> list[tuple[str, ...]]:
    """The rows of the table under this title, without its head."""
    section = PAGE.partition(f"## {title}")[2].partition("\n## ")[0]
    table = [line for line in section.splitlines() if line.startswith("|")][2:]
    assert table, f"no table under {title}"
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in table]


def limited(code: str) -> str:
    return f"regle:{code}" if code else "demande"


@pytest.mark.parametrize("row", rows("Une action, une ligne"), ids=lambda row: row[0])
def test_one_action_on_one_line(row: tuple[str, ...]) -> None:
    _, article, year, scheme, qpv, veille, hors, criteria, line, asked, granted, rule = row
    slices = {kind: cost for kind, cost in (("qpv", qpv), ("veille", veille), ("hors", hors)) if cost != "0"}
    asking = action(
        slices=slices,
        asks={line: asked},
        dispositif=scheme,
        porteur_kind="caisse_des_ecoles" if scheme == "dre" else "association",
        innovation_criteria=int(criteria),
    )
    held = lines(**{line.replace("-", "_"): PLENTY})
    [found] = allocate([asking], held, shipped_book(date(int(year), 3, 4)))
    assert (found.granted, found.limited_by) == (parse_money(granted), limited(rule))
    assert any(article in str(step.source) for step in [*found.steps, *(each for s in found.steps for each in s.steps)])


@pytest.mark.parametrize("beside", ["Département", "Caf"])
def test_droit_commun_first(beside: str) -> None:
    table = [row[1:] for row in rows("Le droit commun d'abord") if row[0] == beside]
    asking = action(
        slices={"qpv": "100 000"},
        asks={line: asked for line, asked, _, _ in table},
        nature="investissement",
        porteur_kind="commune",
    )
    held = lines(**{line.replace("-", "_"): PLENTY for line, *_ in reversed(table)})
    found = allocate([asking], held, shipped_book(date(2016, 3, 4)))
    assert [(each.line, each.granted, each.limited_by) for each in found] == [
        (line, parse_money(granted), limited(rule)) for line, _, granted, rule in table
    ]


@pytest.mark.parametrize("row", rows("La part des deux EPCI"), ids=lambda row: row[0])
def test_the_share_of_each_epci(row: tuple[str, ...]) -> None:
    case, caph, cavm, own, other = row
    weights = {"CAPH": int(caph.replace(" ", "")), "CAVM": int(cavm.replace(" ", ""))}
    counted = "compté" in case
    changed = {} if counted else {"CLE-EPCI": {"populations": weights}}
    asking = action(slices={"qpv": "36 500"}, asks={"CAPH-PDV": "20 000"}, shared="CAPH-PDV")
    asking = replace(asking, public=weights if counted else {})
    [found] = allocate([asking], lines(CAPH_PDV=PLENTY), shipped_book(date(2016, 3, 4), changed))
    assert found.granted == parse_money(own)
    assert found.requested - found.granted == parse_money(other)
    assert found.limited_by == ("public_compte" if counted else "regle:CLE-EPCI")


@pytest.mark.parametrize("row", rows("Les centimes"), ids=lambda row: f"{row[1]} {row[2]}")
def test_cents(row: tuple[str, ...]) -> None:
    _, amount, parts, result = row
    whole, expected = parse_money(amount), [parse_money(each) for each in result.split("/")]
    if parts.startswith("plafond"):
        cut = [cut_down(parse_rate(part.replace("plafond", "").strip()), whole) for part in parts.split(",")]
        found = [*cut, whole - total(cut)]
    else:
        found = split(whole, [int(part) for part in parts.split(":")])
    assert found == expected
    assert total(found) == whole


def test_a_short_enveloppe() -> None:
    table = rows("Une enveloppe insuffisante")
    asking = [action(number, slices={"qpv": "90"}, asks={"CAPH-PDV": asked}) for number, asked, _ in reversed(table)]
    found = allocate(asking, lines(CAPH_PDV="100"), shipped_book(date(2016, 3, 4)))
    assert [(each.action, each.granted) for each in found] == [
        (number, parse_money(granted)) for number, _, granted in table
    ]
