"""What an avenant may change, and what the convention allows of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ledger.conventions.instalments import LineKey
from ledger.conventions.model import Convention, ConventionLine
from ledger.conventions.schedule import Plan
from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.money import Money
from ledger.core.period import french_day


class AvenantRefused(LedgerError):
    """A change that the convention, or what was already done on it, does not allow."""

    code = "avenant_refuse"


@dataclass(frozen=True, slots=True)
class Change:
    """What an avenant changes; what is left empty stays.

    amounts: signed, by (action, line); one that the convention does not carry is added to it. bases: the eligible
    cost on which the rate is taken from now on.
    """

    amounts: Mapping[LineKey, Money] = field(default_factory=dict)
    bases: Mapping[LineKey, Money] = field(default_factory=dict)
    starts_on: date | None = None
    ends_on: date | None = None
    purpose: str = ""
    plan: Plan = ()

    def __bool__(self) -> bool:
        return bool(self.amounts or self.bases or self.starts_on or self.ends_on or self.purpose or self.plan)


def check_change(convention: Convention, change: Change, on: date, settled: Collection[str]) -> None:
    """Nothing when the convention allows this change on this day. raises: AvenantRefused, InvalidValue."""
    if not change:
        raise AvenantRefused(
            "Cet avenant ne change rien.", "Donnez un montant (--montant LIGNE=±MONTANT), une date, un objet."
        )
    assert convention.signed_on is not None
    last = max([convention.signed_on, *(each.signed_on for each in convention.avenants)])
    if on < last:
        raise AvenantRefused(
            f"La convention {convention.number} a été signée ou modifiée le {french_day(last)} :"
            f" un avenant du {french_day(on)} la précéderait.",
            "Corrigez la date de l'avenant : --le.",
        )
    if convention.ends_on is not None and on > convention.ends_on:
        raise AvenantRefused(
            f"La convention {convention.number} a pris fin le {french_day(convention.ends_on)} :"
            " un avenant ne la prolonge plus.",
            "Saisissez une nouvelle convention, ou corrigez la date de l'avenant : --le.",
        )
    _check_period(convention, change)
    known = {(line.action, line.line) for line in convention.lines}
    for key in (*change.amounts, *change.bases):
        if key not in known and key not in change.amounts:
            raise AvenantRefused(
                f"La convention {convention.number} ne porte pas {key[1]} pour l'action {key[0]}.",
                f"Ajoutez-la par son montant : --montant {key[1]}=+MONTANT --action {key[0]}.",
            )
        if key[0] in settled:
            raise AvenantRefused(
                f"Le bilan de l'action {key[0]} est arrêté : son montant ne change plus par avenant.",
                f"Consultez-le : cofiville bilan montrer {convention.number}.",
            )


def _check_period(convention: Convention, change: Change) -> None:
    start, end = change.starts_on or convention.starts_on, change.ends_on or convention.ends_on
    if start and end and end < start:
        raise InvalidValue(
            f"La convention {convention.number} finirait le {french_day(end)}, avant son début le {french_day(start)}.",
            "Vérifiez --debut et --fin.",
        )
    late = [each.due_on for each in convention.instalments if each.due_on and end and each.due_on > end]
    if late and not change.plan:
        raise AvenantRefused(
            f"L'échéance du {french_day(max(late))} tomberait après la nouvelle fin de {convention.number}.",
            "Donnez aussi le nouvel échéancier : --echeance.",
        )


def rebased(convention: Convention, line: ConventionLine, base: Money) -> dict[str, Any]:
    """The terms of the line on another base. raises: AvenantRefused where the rate is fixed by territory."""
    if "base" not in line.terms:
        raise AvenantRefused(
            f"{line.line} est accordée à un taux fixé par territoire :"
            f" {convention.number} n'a pas d'assiette à changer.",
            "Laissez l'assiette : le montant définitif suit la dépense réelle de chaque territoire.",
        )
    return {**line.terms, "base": base.cents}


def check_base(convention: Convention, line: ConventionLine) -> None:
    """Nothing when what the line grants is within its base. raises: AvenantRefused."""
    base = line.terms.get("base")
    if base is not None and line.amount.cents > base:
        raise AvenantRefused(
            f"{line.amount.french()} dépasseraient l'assiette de {Money(base).french()} de {line.line}"
            f" dans la convention {convention.number}.",
            f"Donnez aussi la nouvelle assiette : --assiette {line.line}=MONTANT.",
        )
