"""Rights acquired on a financeur, and the downstream conventions that pass its money on (§5.2.5)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.avenants.facts import facts_to_keep
from ledger.conventions.granted import money_way, payer_of
from ledger.conventions.model import Avenant, AvenantLine, Convention, ConventionLine, Upstream
from ledger.conventions.queries import check_state, conventions, epci_financeur, is_passed_on
from ledger.conventions.vocabulary import ConventionKind, ConventionStatus
from ledger.core.errors import InvalidValue, LedgerError, require_words
from ledger.core.identifiers import check_code
from ledger.core.money import ZERO, Money, total
from ledger.journal.balances import balances
from ledger.journal.positions import AccountKey, Position
from ledger.journal.posting import Posted, post_acts
from ledger.journal.reversal import find_or_place
from ledger.journal.seal import Draft, Move
from ledger.journal.vocabulary import EntryKind
from ledger.referential.model import CreditLine
from ledger.referential.queries import find_line
from ledger.rules.vocabulary import Circuit
from ledger.storage.session import context
from ledger.storage.standing import standing_act


def link_upstream(session: Session, convention: Convention) -> None:
    """Tie the convention to the right it passes on, where its line and year have only one."""
    lines = {line.line for line in convention.lines if is_passed_on(session, convention, line.line)}
    for line in sorted(lines):
        rights = rights_of(session, line, convention.year)
        if len(rights) == 1:
            session.merge(
                Upstream(contract=convention.contract, convention=convention.number, upstream=rights[0].number)
            )
    if lines:
        session.flush()


def rights_of(session: Session, line: str, year: int) -> list[Convention]:
    """The rights acquired on this line for this millésime."""
    query = (
        select(Convention)
        .join(
            ConventionLine,
            ConventionLine.convention == Convention.number,
        )
        .where(
            Convention.year == year,
            Convention.kind == ConventionKind.RIGHT,
            Convention.state != ConventionStatus.CANCELLED,
            ConventionLine.line == line,
        )
        .order_by(Convention.number)
    )
    return list(session.scalars(query))


def link_downstream(session: Session, right: Convention) -> None:
    """Tie to this right, the only one of its line and year, the conventions drafted or signed before it came."""
    line = right.lines[0].line
    if len(rights_of(session, line, right.year)) == 1:
        for each in conventions(session, right.year):
            if each.state != ConventionStatus.CANCELLED and line in {of.line for of in each.lines}:
                link_upstream(session, each)


def rights_awaited(session: Session, convention: Convention) -> list[str]:
    """The lines that this convention passes on and whose right the EPCI has not acquired yet: it would pay ahead."""
    lines = {line.line for line in convention.lines if is_passed_on(session, convention, line.line)}
    return sorted(line for line in lines if not rights_of(session, line, convention.year))


def awaits_right(session: Session, line: str, year: int) -> bool:
    """Whether a convention of this line and millésime would pass on money that the EPCI has no right to yet."""
    if session.get(CreditLine, (context(session).contract, line)) is None:
        return False
    passed_on = find_line(session, line).financeur != epci_financeur(session)
    if not passed_on or payer_of(session, line, year)[1] != Circuit.BUDGET:
        return False
    return not rights_of(session, line, year)


def upstream_of(session: Session, convention: Convention) -> list[str]:
    """The rights that this convention passes on."""
    query = select(Upstream.upstream).where(Upstream.convention == convention.number)
    return list(session.scalars(query.order_by(Upstream.upstream)))


def downstream_of(session: Session, right: Convention) -> list[tuple[Convention, Money]]:
    """The conventions that pass this right on, each with what it grants on the right's line."""
    query = (
        select(Convention)
        .join(Upstream, Upstream.convention == Convention.number)
        .where(Upstream.upstream == right.number)
        .order_by(Convention.number)
    )
    line = right.lines[0].line
    return [
        (each, total(mine.amount for mine in each.lines if mine.line == line))
        for each in session.scalars(query)
        if each.state != ConventionStatus.CANCELLED
    ]


class RightRefused(LedgerError):
    """The right cannot be recorded as asked."""

    code = "droit_refuse"


def right_draft(
    number: str, line: str, year: int, amount: Money, *, piece: str, on: date, more: tuple[Move, ...] = ()
) -> Draft:
    """The entry of a right acquired; `more`: moves decided with it (a compensation)."""
    right = AccountKey(Position.DROIT_ACQUIS, line, year, number)
    expected = AccountKey(Position.A_RECEVOIR, line, year, number)
    return Draft(
        reference=f"DROIT {number}",
        kind=EntryKind.RIGHT,
        label=f"Droit acquis {line} {year} : {number}",
        piece=piece,
        effect_on=on,
        moves=(Move(expected, right, amount), *more),
    )


def _check_right(existing: Convention | None) -> None:
    if existing is not None and existing.kind != ConventionKind.RIGHT:
        raise RightRefused(
            f"Le numéro {existing.number} désigne déjà une convention versée{standing_act(existing)}.",
            "Choisissez un autre numéro.",
        )


def record_right(
    session: Session,
    number: str,
    line: CreditLine,
    year: int,
    amount: Money,
    *,
    piece: str,
    on: date,
    example: bool = False,
    more: tuple[Move, ...] = (),
) -> Posted:
    """The upstream convention, signed, and its entry; no credit position moves but those of `more`.

    raises: InvalidValue, RightRefused (another's number, money counted already), DayClosed, Overdraft.
    """
    _check_piece(piece)
    contract, code = context(session).contract, check_code(number, "la convention")
    existing = session.get(Convention, (contract, code))
    _check_right(existing)
    draft, earlier = find_or_place(session, right_draft(code, line.code, year, amount, piece=piece, on=on, more=more))
    if earlier is None:
        check_counted_once(session, line, year, amount)
    posted = earlier or post_acts(session, [draft])[0]
    if existing is not None and existing.state == ConventionStatus.CANCELLED:
        _again(session, existing, line, year, amount, piece=piece, on=on)
        existing.entry_number, existing.reversal_number = posted.sequence, None
    elif existing is None:
        convention = Convention(
            contract=contract,
            number=code,
            year=year,
            kind=ConventionKind.RIGHT,
            circuit=Circuit.BUDGET,
            payer=line.financeur,
            beneficiary=None,
            purpose=f"{line.label} : droit acquis",
            state=ConventionStatus.SIGNED,
            signed_on=on,
            piece=piece,
            example=example,
            entry_number=posted.sequence,
        )
        convention.lines.append(_line(convention, line, amount))
        session.add(convention)
        session.flush()
    if earlier is None:
        link_downstream(session, session.get_one(Convention, (contract, code)))
    return posted


def _check_piece(piece: str) -> None:
    require_words(piece, "La pièce qui ouvre le droit manque.", 'Nommez l\'arrêté attributif : --piece "Arrêté …".')


def check_counted_once(session: Session, line: CreditLine, year: int, amount: Money) -> None:
    """Nothing when this right is no money that a convention already says its financeur pays itself.

    raises: RightRefused for a line that the financeur pays itself that year, beside a draft it would pay, or where
    what it pays and the right together exceed what is opened.
    """
    way = money_way(session, line.code, year)
    if way is not None and way.figures.circuit == Circuit.DIRECT:
        raise RightRefused(
            f"{line.financeur} paie lui-même {line.code} {year} ({way.label}, {way.source}) : l'EPCI n'y a pas droit.",
            f"Vérifiez le millésime, ou corrigez la règle : cofiville regle montrer {way.code}.",
        )
    direct = _paid_by_the_financeur(session, line, year)
    drafts = [each.number for each in direct if each.state == ConventionStatus.DRAFT]
    if drafts:
        raise RightRefused(
            f"{', '.join(drafts)} : brouillon où {line.financeur} paierait lui-même {line.code} {year} ;"
            " le même argent serait compté deux fois.",
            f"Annulez-le (cofiville convention annuler {drafts[0]} --oui), enregistrez le droit,"
            f" puis préparez-le de nouveau : cofiville convention preparer {year}.",
        )
    already = total(of.amount for each in direct for of in each.lines if of.line == line.code)
    held = balances(session, line=line.code, year=year)
    opened = total(held.get(AccountKey(each, line.code, year), ZERO) for each in _OPENED)
    rights = total(held_amount for key, held_amount in held.items() if key.position is Position.DROIT_ACQUIS)
    if direct and rights + amount + already > opened:
        numbers = ", ".join(each.number for each in direct)
        raise RightRefused(
            f"{line.financeur} paie déjà lui-même {already.french()} de {line.code} {year} ({numbers}) : avec ce droit,"
            f" {(rights + amount + already).french()} seraient comptés sur {opened.french()} ouverts.",
            f"Réduisez le droit de {(rights + amount + already - opened).french()},"
            f" ou annulez d'abord ces conventions : cofiville convention montrer {direct[0].number}.",
        )


_OPENED = (Position.NOTIFIE, Position.REPORT_ENTRANT)


def _paid_by_the_financeur(session: Session, line: CreditLine, year: int) -> list[Convention]:
    return [
        each
        for each in conventions(session, year)
        if each.circuit == Circuit.DIRECT
        and each.state != ConventionStatus.CANCELLED
        and line.code in {of.line for of in each.lines}
    ]


def standing_rights(session: Session, line: CreditLine, year: int) -> list[Convention]:
    """The rights acquired on this line for this millésime, by number."""
    return rights_of(session, line.code, year)


def change_right(session: Session, right: Convention, change: Money, *, piece: str, on: date) -> tuple[Avenant, Posted]:
    """The complementary arrêté or avenant of a right, under its one file (§5.2.5), and its entry.

    change: what is added to the right, below zero for what is taken off. The same piece records the same change once.
    raises: WrongState, InvalidValue without a piece or change, RightRefused, Overdraft above what is still to receive,
    DayClosed.
    """
    check_state(right, ConventionStatus.SIGNED)
    line, piece = right.lines[0], piece.strip()
    if not piece or not change:
        raise InvalidValue("La pièce ou le montant manque.", 'Donnez les deux : --piece "Arrêté complémentaire du …".')
    if (earlier := next((each for each in right.avenants if each.piece == piece), None)) is not None:
        return _again_changed(right, earlier, change)
    if change.cents > 0:
        check_counted_once(session, find_line(session, line.line), right.year, change)
    rank = len(right.avenants) + 1
    acquired = AccountKey(Position.DROIT_ACQUIS, line.line, right.year, right.number)
    expected = acquired._replace(position=Position.A_RECEVOIR)
    move = Move(expected, acquired, change) if change.cents > 0 else Move(acquired, expected, -change)
    draft = Draft(
        reference=_change_reference(right, rank),
        kind=EntryKind.RIGHT_AVENANT,
        label=f"Droit acquis {line.line} {right.year} modifié : {right.number}",
        piece=piece,
        effect_on=on,
        moves=(move,),
        facts=(right.number, change.plain()),
    )
    posted = post_acts(session, [draft])[0]
    return _keep_change(session, right, change, rank, piece, on, posted.sequence), posted


def _again_changed(right: Convention, earlier: Avenant, change: Money) -> tuple[Avenant, Posted]:
    if earlier.lines[0].amount_after - earlier.lines[0].amount_before != change:
        raise RightRefused(
            f"La pièce « {earlier.piece} » est déjà celle du changement {earlier.rank} de {right.number}"
            f"{standing_act(earlier)}.",
            f"Donnez une autre pièce, ou consultez-le : cofiville convention montrer {right.number}.",
        )
    assert earlier.entry_number is not None
    return earlier, Posted(earlier.entry_number, _change_reference(right, earlier.rank), False)


def _keep_change(
    session: Session, right: Convention, change: Money, rank: int, piece: str, on: date, entry: int
) -> Avenant:
    line = right.lines[0]
    before, kept = line.amount, facts_to_keep(right)
    line.amount_change += change
    avenant = Avenant(
        contract=right.contract,
        convention=right.number,
        rank=rank,
        signed_on=on,
        purpose="",
        piece=piece,
        facts_before=kept,
        facts_after=facts_to_keep(right),
        entry_number=entry,
    )
    avenant.lines.append(
        AvenantLine(
            contract=right.contract,
            convention=right.number,
            rank=rank,
            action="",
            line=line.line,
            amount_before=before,
            amount_after=line.amount,
        )
    )
    right.avenants.append(avenant)
    session.flush()
    return avenant


def _change_reference(right: Convention, rank: int) -> str:
    return f"AVENANT {right.number} {rank}"


def _again(
    session: Session, convention: Convention, line: CreditLine, year: int, amount: Money, *, piece: str, on: date
) -> None:
    """The right that was undone, with what is now said of it."""
    convention.state = ConventionStatus.DRAFT
    session.flush()
    convention.lines.clear()
    session.flush()
    convention.year, convention.payer, convention.purpose = year, line.financeur, f"{line.label} : droit acquis"
    convention.state, convention.signed_on, convention.piece = "signee", on, piece
    convention.lines.append(_line(convention, line, amount))
    session.flush()


def _line(convention: Convention, line: CreditLine, amount: Money) -> ConventionLine:
    return ConventionLine(
        contract=convention.contract,
        convention=convention.number,
        action="",
        line=line.code,
        amount_signed=amount,
        terms_signed={},
    )
