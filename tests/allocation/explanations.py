"""Explanations as people read them, kept in tests/golden/explications.txt (python -m tests.allocation.explanations)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from ledger.allocation.engine.facts import ActionFacts, LineFacts, Request
from ledger.allocation.engine.share_lines import SharedLines, share_lines
from ledger.allocation.engine.steps import Step
from ledger.allocation.optimum.proposals import make_fair, repair
from ledger.core.money import Money
from tests.allocation.support import action, euros, lines, local_rule, shipped_book
from tests.bases import ROOT

KEPT: Path = ROOT / "tests" / "golden" / "explications.txt"
IN_2016, IN_2018 = date(2016, 3, 4), date(2018, 3, 6)
PLENTY = "9 000 000"
DRE = {"dispositif": "dre", "porteur_kind": "caisse_des_ecoles"}


def cases() -> Iterator[tuple[str, SharedLines]]:
    """Each kind of explanation, once."""
    dre = action(slices={"qpv": "100000", "veille": "40000"}, asks={"ETAT-PDV-DRE": "90000"}, **DRE)
    yield "DRE, plafond atteint en 2016", one(dre, lines(ETAT_PDV_DRE=PLENTY))
    yield "La même en 2018 : rien pour la veille", one(dre, lines(ETAT_PDV_DRE=PLENTY), IN_2018)
    three = action(slices={"qpv": "60000"}, asks={"ETAT-PDV-ACTIONS": "60000"}, innovation_criteria=3)
    yield "Trois critères d'innovation sur quatre", one(three, lines(ETAT_PDV_ACTIONS=PLENTY))
    veille = action(slices={"veille": "30500"}, asks={"ETAT-PDV-ACTIONS": "9000"})
    yield "Veille active, crédits Actions de l'État", one(veille, lines(ETAT_PDV_ACTIONS=PLENTY))
    shared = action(slices={"qpv": "36500"}, asks={"CAPH-PDV": "20000"}, shared="CAPH-PDV")
    yield "Part commune des deux EPCI, enveloppe courte", one(shared, lines(CAPH_PDV="9000"))
    commune = action(
        slices={"qpv": "100000"},
        asks={"CAF-DROIT-COMMUN": "50000", "CAPH-PDV": "45000"},
        nature="investissement",
        porteur_kind="commune",
    )
    held = lines(CAF_DROIT_COMMUN=PLENTY, CAPH_PDV=PLENTY)
    yield "Investissement d'une commune, droit commun d'abord", one(commune, held)
    none = action(slices={}, cost="10000", asks={"ETAT-PDV-ACTIONS": "5000"})
    yield "Public par territoire non renseigné", one(none, lines(ETAT_PDV_ACTIONS=PLENTY))
    yield "Aucun crédit notifié", one(shared, {"CAPH-PDV": LineFacts("CAPH-PDV", "CAPH", "specifique", 1, None)})
    set_aside = Request("CAPH-PDV", euros("4000"), status="non_recevable", observation="hors délai")
    late = replace(shared, requests=(set_aside,))
    yield "Demande non recevable", one(late, lines(CAPH_PDV=PLENTY))
    yield from _arbitrated()
    yield from _together()


def _arbitrated() -> Iterator[tuple[str, SharedLines]]:
    rules = (
        local_rule("MAX", "plafond_montant", {"par_action": "20 000", "par_porteur": "30 000"}, ligne="CAPH-PDV"),
        local_rule("MIN", "plancher_montant", {"par_action": "1 000"}, ligne="CAPH-PDV"),
    )
    asking = [
        action(number, slices={"qpv": "50000"}, asks={"CAPH-PDV": asked}, porteur=porteur)
        for number, asked, porteur in (("A", "25000", "P"), ("B", "15000", "P"), ("C", "900", "Q"))
    ]
    book = shipped_book(IN_2016, None, *rules)
    yield "Montants par action, par porteur, plancher", share_lines(asking, lines(CAPH_PDV=PLENTY), book)
    fixed = replace(asking[0], pins={"CAPH-PDV": euros("8000")})
    yield "Montant fixé par arbitrage", one(fixed, lines(CAPH_PDV=PLENTY))


def _together() -> Iterator[tuple[str, SharedLines]]:
    asking = [
        action("A", slices={"qpv": "125000"}, cost="100000", asks={"CAPH-PDV": "100000", "ETAT-PDV-ACTIONS": "100000"}),
        action("B", slices={"veille": "100000"}, asks={"CAPH-PDV": "100000"}),
    ]
    outcome = share_lines(asking, lines(CAPH_PDV="100000", ETAT_PDV_ACTIONS="100000"), shipped_book(IN_2016))
    yield "Ligne après ligne, 50 000 € sans emploi", outcome
    yield "Réparation", repair(outcome)
    yield "Équité", make_fair(outcome)


def one(asking: ActionFacts, held: dict[str, LineFacts], day: date = IN_2016) -> SharedLines:
    """One action on these lines under the shipped rules."""
    return share_lines([asking], held, shipped_book(day))


def page() -> str:
    """Every case, as a text."""
    written = []
    for title, outcome in cases():
        written += [title, "=" * len(title), ""]
        for grant in outcome.grants():
            head = f"{grant.line}, action {grant.action} : {grant.granted.french()} retenus sur"
            written.append(f"{head} {grant.requested.french()} demandés ({grant.limited_by})")
            written += [*_lines(grant.steps, 1), ""]
    return "\n".join(written).replace("\u00a0", " ")


def _lines(steps: Sequence[Step], depth: int) -> Iterator[str]:
    for step in steps:
        shown = step.amount.french() if step.amount != Money(0) else ""
        yield f"{'  ' * depth}{shown:>16}  {step.text}".rstrip()
        if step.source:
            yield f"{'  ' * depth}{'':>16}  [{step.source}]"
        yield from _lines(step.steps, depth + 1)


if __name__ == "__main__":
    KEPT.write_text(page(), encoding="utf-8")
