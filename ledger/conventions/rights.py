"""Rights acquired on a financeur whose money goes through the EPCI's budget (État → CAPH for the DRE, §5.2.5)."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from ledger.conventions.model import Convention, ConventionLine
from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.identifiers import check_code
from ledger.core.money import Money
from ledger.journal.context import context
from ledger.journal.keys import AccountKey, Position
from ledger.journal.posting import Draft, Move, Posted, post
from ledger.journal.reversal import placed
from ledger.referential.model import CreditLine


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
        kind="droit_acquis",
        label=f"Droit acquis {line} {year} : {number}",
        piece=piece,
        effect_on=on,
        moves=(Move(expected, right, amount), *more),
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

    raises: InvalidValue, RightRefused when the number is taken by another convention, DayClosed, Overdraft.
    """
    contract = context(session).contract
    code = check_code(number, "la convention")
    if not piece.strip():
        raise InvalidValue("La pièce qui ouvre le droit manque.", 'Nommez l\'arrêté attributif : --piece "Arrêté …".')
    existing = session.get(Convention, (contract, code))
    if existing is not None and existing.kind != "recette":
        raise RightRefused(f"Le numéro {code} désigne déjà une convention versée.", "Choisissez un autre numéro.")
    draft, earlier = placed(session, right_draft(code, line.code, year, amount, piece=piece, on=on, more=more))
    posted = earlier or post(session, [draft])[0]
    if existing is not None and existing.state == "annulee":
        _again(session, existing, line, year, amount, piece=piece, on=on)
        existing.entry_number, existing.reversal_number = posted.sequence, None
    elif existing is None:
        convention = Convention(
            contract=contract,
            number=code,
            year=year,
            kind="recette",
            circuit="budget",
            payer=line.financeur,
            beneficiary=None,
            purpose=f"{line.label} : droit acquis",
            state="signee",
            signed_on=on,
            piece=piece,
            example=example,
            entry_number=posted.sequence,
        )
        convention.lines.append(_line(convention, line, amount))
        session.add(convention)
        session.flush()
    return posted


def _again(
    session: Session, convention: Convention, line: CreditLine, year: int, amount: Money, *, piece: str, on: date
) -> None:
    """The right that was undone, with what is now said of it."""
    convention.state = "brouillon"
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
