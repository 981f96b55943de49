"""The act that makes true a value that a partner wrote on a returned tableau, on what the book says today."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.allocation.model import DirectGrant
from ledger.allocation.scenarios import direct_grant_stands
from ledger.core.field import Value
from ledger.core.money import ZERO, Money
from ledger.programming.actions.grants import conventioned, granted_by_action
from ledger.programming.committees.record_decision import last_decisions
from ledger.programming.vocabulary import CommitteeKind

_ACTS = {
    "title": "cofiville action modifier {number} --intitule TEXTE",
    "axis": "cofiville action modifier {number} --objectif CODE",
    "objective": "cofiville action modifier {number} --objectif CODE",
    "territories": "cofiville action modifier {number} --territoire CODE",
    "porteur": "cofiville action modifier {number} --porteur CODE",
    "siret": "cofiville porteur modifier CODE --siret NUMERO",
    "renewal": "cofiville action modifier {number} --reconduit ACTION",
    "cost": "cofiville action modifier {number} --cout {amount}",
    "requested": "cofiville action modifier {number} --financement {line}={amount}",
    "own_funds": "cofiville action modifier {number} --financement {line}={amount}",
    "avis": "cofiville avis saisir {number} SERVICE --avis AVIS",
    "ej": "cofiville action reference {number} ej=NUMERO",
    "realised": "cofiville bilan arreter {number} --cout {amount} --piece PIECE",
}
_ADDED = {
    "paid": "cofiville versement payer {convention} {gap} --le JOUR --reference REFERENCE",
    "advance": "cofiville versement payer {convention} {gap} --le JOUR --reference REFERENCE",
    "balance": "cofiville versement payer {convention} {gap} --le JOUR --reference REFERENCE",
    "given_back": "cofiville recouvrement encaisser TITRE {gap} --reference REFERENCE",
}
"""The acts that add to what the book says already: they are given what is missing."""
_OTHERWISE = "cofiville action montrer {number}"


class ReturnActs:
    """What to type for each value of a year's tableau; what is granted already is counted."""

    def __init__(self, session: Session, year: int) -> None:
        self._granted = granted_by_action(session, year)
        self._signed = {
            (of.action, of.line): of.convention for of, amount in conventioned(session, year).items() if amount
        }
        self._proposed = {
            action: {each.line: each.amount for each in said.amounts}
            for (action, committee), said in last_decisions(session, year=year).items()
            if committee == CommitteeKind.TECHNICAL
        }
        direct = session.scalars(select(DirectGrant).where(direct_grant_stands()))
        self._direct = {(each.action, each.line): each for each in direct}

    def command(self, number: str, field: str, sent: Value, theirs: Value) -> str:
        """The act that makes the book say `theirs`; "" where it says so already."""
        line, _, step = field.rpartition(" ")
        before, wanted = (each if isinstance(each, Money) else ZERO for each in (sent, theirs))
        if step == "granted":
            return self._grant(number, line, wanted)
        if step == "proposed":
            return self._proposal(number, line, wanted)
        gap, convention = wanted - before, self._signed.get((number, line), "CONVENTION")
        added = step in _ADDED and gap > ZERO
        act = _ADDED[step] if added else _ACTS.get(step, _OTHERWISE)
        return act.format(number=number, line=line, amount=wanted.plain(), gap=gap.plain(), convention=convention)

    def _proposal(self, number: str, line: str, wanted: Money) -> str:
        """With what is proposed on the other lines, which a later proposal would leave out."""
        said = {**self._proposed.get(number, {}), line: wanted}
        amounts = " ".join(f"--montant {each}={amount.plain()}" for each, amount in said.items())
        return f"cofiville comite decider {number} --comite technique {amounts}"

    def _grant(self, number: str, line: str, wanted: Money) -> str:
        held = self._granted.get(number, {}).get(line, ZERO)
        gap = wanted - held
        if not gap:
            return ""
        if (convention := self._signed.get((number, line))) is not None:
            sign = "+" if gap > ZERO else ""
            return (
                f"cofiville convention avenant {convention} --action {number} --montant {line}={sign}{gap.plain()}"
                " --piece REFERENCE"
            )
        if gap > ZERO:
            return f"cofiville allocation accorder {number} {line} {gap.plain()} --piece REFERENCE"
        direct = self._direct.get((number, line))
        if direct is None or direct.granted != held:
            return f"cofiville convention saisir {number} --montant {line}={wanted.plain()}"
        if not wanted:
            return f"cofiville journal annuler {direct.entry_number} --motif MOTIF"
        again = f"allocation accorder {number} {line} {wanted.plain()} --piece REFERENCE"
        return f"cofiville journal corriger --motif MOTIF {direct.entry_number} {again}"
