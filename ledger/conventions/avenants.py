"""Avenants: signed changes of a signed convention. Each states before and after; what was signed is never edited."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from ledger.conventions.avenant_change import AvenantRefused, Change, check_base, check_change, rebased
from ledger.conventions.avenant_lines import add_lines, added_keys, check_added
from ledger.conventions.avenant_moves import change_draft, commit_change
from ledger.conventions.avenant_rules import rules_passed
from ledger.conventions.followed_model import Avenant, AvenantLine
from ledger.conventions.instalments import LineKey, reschedule, schedule_rows, set_schedule
from ledger.conventions.lookups import check_state
from ledger.conventions.model import Convention
from ledger.conventions.rights import change_right
from ledger.conventions.vocabulary import ConventionKind
from ledger.core.errors import InvalidValue
from ledger.core.money import ZERO, Money
from ledger.journal.posting import Posted, recorded
from ledger.storage.history import count_from


def record_avenant(
    session: Session,
    convention: Convention,
    change: Change,
    *,
    piece: str,
    on: date,
    settled: Collection[str] = (),
    waiver: str = "",
) -> tuple[Avenant, Posted | None]:
    """The avenant, and its entry when amounts change: the commitment grows from what is granted, or is given up.

    The same piece records the same avenant once. settled: the actions whose bilan is settled, that no avenant changes.
    waiver: why a rule that the grant would have to pass is put aside; kept with the entry.
    raises: WrongState, InvalidValue, AvenantRefused, ScheduleRefused, AboveTheRules, Overdraft, DayClosed.
    """
    check_state(convention, "signee")
    if convention.kind == ConventionKind.RIGHT:
        return _amend_right(session, convention, change, piece, on)
    piece = piece.strip()
    if not piece:
        raise InvalidValue("La pièce de l'avenant manque.", 'Nommez-la : --piece "Avenant 1 du 12/09/2016".')
    for earlier in convention.avenants:
        if earlier.piece == piece:
            return _again(session, convention, earlier, change, on)
    check_change(convention, change, on, settled)
    check_added(session, convention, change)
    count_from(session, on)
    rank = len(convention.avenants) + 1
    before, amounts_before = _facts(convention), _amounts(convention)
    aside = rules_passed(session, convention, change, on, waiver)
    posted = commit_change(session, convention, change, rank, piece, on, waiver=waiver, aside=aside)
    added = added_keys(convention, change)
    add_lines(session, convention, added, change, on)
    _apply(convention, change, added)
    avenant = Avenant(
        contract=convention.contract,
        convention=convention.number,
        rank=rank,
        signed_on=on,
        purpose=change.purpose,
        piece=piece,
        facts_before=before,
        facts_after=_facts(convention),
        entry_number=None if posted is None else posted.sequence,
    )
    avenant.lines.extend(_changed_lines(convention, change, rank, amounts_before))
    convention.avenants.append(avenant)
    session.flush()
    return avenant, posted


def _changed_lines(
    convention: Convention, change: Change, rank: int, before: Mapping[LineKey, Money]
) -> Iterator[AvenantLine]:
    for (action, line), amount in _amounts(convention).items():
        if (action, line) in change.amounts:
            yield AvenantLine(
                contract=convention.contract,
                convention=convention.number,
                rank=rank,
                action=action,
                line=line,
                amount_before=before.get((action, line), ZERO),
                amount_after=amount,
            )


def _amend_right(
    session: Session, right: Convention, change: Change, piece: str, on: date
) -> tuple[Avenant, Posted | None]:
    key = (right.lines[0].action, right.lines[0].line)
    if Change(amounts=change.amounts) != change or set(change.amounts) != {key}:
        raise AvenantRefused(
            f"{right.number} est un droit acquis sur {right.payer} : seul son montant change, sur {key[1]}.",
            f"Donnez-le : --montant {key[1]}=±MONTANT.",
        )
    return change_right(session, right, change.amounts[key], piece=piece, on=on)


def _again(
    session: Session, convention: Convention, earlier: Avenant, change: Change, on: date
) -> tuple[Avenant, Posted | None]:
    changed = {(each.action, each.line): each.amount_after - each.amount_before for each in earlier.lines}
    if changed != dict(change.amounts) or earlier.signed_on != on:
        raise AvenantRefused(
            f"La pièce « {earlier.piece} » est déjà celle de l'avenant {earlier.rank} de {convention.number},"
            " avec un autre contenu.",
            f"Donnez une autre pièce, ou consultez-le : cofiville convention montrer {convention.number}.",
        )
    if earlier.entry_number is None and not changed:
        return earlier, None
    return earlier, recorded(session, change_draft(convention, change, earlier.rank, earlier.piece, on, ()))


def _amounts(convention: Convention) -> dict[LineKey, Money]:
    return {(line.action, line.line): line.amount for line in convention.lines}


def _facts(convention: Convention) -> dict[str, Any]:
    return {
        "montant": convention.amount.plain(),
        "debut": convention.starts_on.isoformat() if convention.starts_on else None,
        "fin": convention.ends_on.isoformat() if convention.ends_on else None,
        "objet": convention.purpose,
        "echeances": schedule_rows(convention),
        "assiettes": [
            {"action": line.action, "ligne": line.line, "assiette": Money(line.terms["base"]).plain()}
            for line in convention.lines
            if "base" in line.terms
        ],
    }


def _apply(convention: Convention, change: Change, added: Collection[LineKey]) -> None:
    for line in convention.lines:
        key = (line.action, line.line)
        if key not in added:
            line.amount_change += change.amounts.get(key, ZERO)
        if key in change.bases:
            line.terms_amended = rebased(convention, line, change.bases[key])
        check_base(convention, line)
    convention.starts_on = change.starts_on or convention.starts_on
    convention.ends_on = change.ends_on or convention.ends_on
    convention.purpose = change.purpose or convention.purpose
    if change.plan:
        set_schedule(convention, dict.fromkeys(_amounts(convention), change.plan))
    elif change.amounts:
        reschedule(convention)
