"""Checks on what is signed, ordered, paid, justified and taken back before a closing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from sqlalchemy import func, select

from ledger.closing.points import ClosingCase, Point
from ledger.closing.vocabulary import Weight
from ledger.conventions.model import Convention, Slice
from ledger.conventions.rights import rights_awaited
from ledger.conventions.stages import convention_documents, missing_pieces, piece_command
from ledger.conventions.vocabulary import ConventionStatus
from ledger.core.grouping import sums_by, sums_by_two
from ledger.core.money import ZERO, Money, total
from ledger.core.period import french_day
from ledger.core.words import typed_word
from ledger.execution.bilans.queue import bilan_queue
from ledger.execution.model import PaymentOrder
from ledger.execution.payments.due import LineKey, due_by_line
from ledger.execution.queries import of_position
from ledger.execution.recoveries.issue_titre import titre_state, titres, to_recover
from ledger.journal.positions import ORDERED_POSITIONS, Position
from ledger.rules.book import rulebook
from ledger.rules.vocabulary import Circuit, Clock


def by_convention(case: ClosingCase, position: Position) -> Mapping[str, Money]:
    """What the conventions hold on this position, in the order of their numbers."""
    found: dict[str, Money] = sums_by(
        (key.convention, amount) for key, amount in of_position(case.held, position).items()
    )
    return dict(sorted(found.items()))


def drafts(case: ClosingCase) -> Iterator[Point]:
    """Conventions in draft on amounts programmed."""
    for convention in case.conventions:
        if convention.state == ConventionStatus.DRAFT and convention.year == case.year:
            yield Point(
                Weight.BLOCKING,
                "convention_non_signee",
                convention.number,
                convention.amount,
                "Convention en brouillon sur des montants programmés",
                f"cofiville convention signer {convention.number} --piece PIECE"
                f" (ou cofiville convention annuler {convention.number})",
            )


def rights_missing(case: ClosingCase) -> Iterator[Point]:
    """Conventions that pass on what the EPCI has no right to yet: it pays ahead, of its own."""
    for convention in case.conventions:
        if convention.year == case.year and convention.state in (ConventionStatus.SIGNED, ConventionStatus.SETTLED):
            for line in rights_awaited(case.session, convention):
                yield Point(
                    Weight.TO_DECIDE,
                    "droit_non_acquis",
                    convention.number,
                    total(of.amount for of in convention.lines if of.line == line),
                    f"Reverse {line} sans que l'EPCI en ait acquis le droit",
                    f"cofiville convention recevoir {line} {case.year} MONTANT --numero NUMERO --piece PIECE",
                )


def instalments_due(case: ClosingCase) -> Iterator[Point]:
    """Instalments that were due by the end of the year and not ordered: they would become restes à réaliser."""
    engaged = _engaged(case)
    for convention in case.conventions:
        if (
            convention.state != ConventionStatus.SIGNED
            or convention.circuit == Circuit.DIRECT
            or convention.number not in engaged
        ):
            continue
        left = engaged[convention.number]
        ordered = {
            (line.action, line.line): line.amount - left.get((line.action, line.line), ZERO)
            for line in convention.lines
        }
        _, due, _ = due_by_line(convention, ordered, left, _settled(case, convention), case.last_day)
        if due:
            yield Point(
                Weight.TO_DECIDE,
                "echeance_non_ordonnee",
                convention.number,
                total(due.values()),
                f"Échéance due au {french_day(case.last_day)}, non ordonnée : elle deviendra un reste à réaliser",
                f"cofiville versement ordonner {convention.number}",
            )


def settled_not_paid(case: ClosingCase) -> Iterator[Point]:
    """Actions whose bilan is settled, and whose balance is neither ordered nor paid."""
    engaged = _engaged(case)
    for convention in case.conventions:
        settled = _settled(case, convention)
        left = total(held for (action, _), held in engaged.get(convention.number, {}).items() if action in settled)
        if left:
            direct = convention.circuit == Circuit.DIRECT
            yield Point(
                Weight.TO_DECIDE,
                "solde_non_verse",
                convention.number,
                left,
                "Bilan arrêté, solde pas encore versé",
                f"cofiville versement payer {convention.number} {left.plain()} --reference REFERENCE"
                if direct
                else f"cofiville versement ordonner {convention.number}",
            )


def ordered_not_paid(case: ClosingCase) -> Iterator[Point]:
    """Orders that the comptable has not paid: their payment keeps its true day."""
    for number, amount in by_convention(case, Position.ORDONNE).items():
        yield Point(
            Weight.INFORMATION,
            "ordonne_non_paye",
            number,
            amount,
            "Ordonné et pas encore payé : le paiement gardera son jour",
            f"cofiville versement payer {number} {amount.plain()} --reference REFERENCE",
        )


def bilans_expected(case: ClosingCase) -> Iterator[Point]:
    """Bilans not given yet, the EPCI's own among them; never blocking, since they are due months after the year."""
    for expected in bilan_queue(case.session, case.on):
        if expected.given_on is not None or expected.convention.year > case.year:
            continue
        lines = [line for line in expected.convention.lines if line.action == expected.action]
        late, limit = expected.days_late(case.on) > 0, expected.limit
        when = "délai inconnu" if limit is None else f"{'en retard depuis' if late else 'dû'} le {french_day(limit)}"
        number = expected.convention.number
        yield Point(
            Weight.INFORMATION,
            "bilan_en_retard" if late else "bilan_attendu",
            number,
            total(line.amount for line in lines),
            f"Bilan pas encore rendu, {expected.owed_by} → {expected.owed_to} ({when})",
            f"cofiville bilan rendre {number} --piece PIECE"
            if expected.by_epci
            else f"cofiville bilan saisir {number} --action {expected.action} --cout MONTANT --piece PIECE",
        )


def pieces_missing(case: ClosingCase) -> Iterator[Point]:
    """What beneficiaries paid, or about to be, have not given of what the rule asks for; by amount ordered."""
    known, paid_on = convention_documents(case.session), _last_orders(case)
    moved: dict[str, Money] = sums_by(
        (key.convention, amount) for key, amount in of_position(case.held, *ORDERED_POSITIONS).items()
    )
    for convention in case.conventions:
        if convention.number not in moved:
            continue
        book = rulebook(case.session, Clock.ACT, day=paid_on.get(convention.number, case.on))
        if lacking := missing_pieces(case.session, book, convention, known):
            yield Point(
                Weight.TO_DECIDE,
                "pieces_manquantes",
                convention.number,
                moved[convention.number],
                f"Payée ou ordonnée sans {', '.join(each.label for each in lacking)} ({convention.beneficiary})",
                piece_command(convention.beneficiary or "", lacking[0]),
            )


def _last_orders(case: ClosingCase) -> dict[str, date]:
    """By convention, the day of its last order that stands."""
    query = (
        select(PaymentOrder.convention, func.max(PaymentOrder.ordered_on))
        .where(PaymentOrder.rejected_on.is_(None))
        .group_by(PaymentOrder.convention)
    )
    return dict(case.session.execute(query).all())


def orders_against_rules(case: ClosingCase) -> Iterator[Point]:
    """Orders given against a rule, with the reason that was kept."""
    query = select(PaymentOrder).where(
        PaymentOrder.waiver != "",
        PaymentOrder.rejected_on.is_(None),
    )
    for order in case.session.scalars(query.order_by(PaymentOrder.reference)):
        of_year = total(line.gross for line in order.lines if line.year == case.year)
        if of_year:
            yield Point(
                Weight.INFORMATION,
                "ordonne_par_derogation",
                order.reference,
                of_year,
                order.waiver,
                f"cofiville convention montrer {order.convention}",
            )


def recoveries_open(case: ClosingCase) -> Iterator[Point]:
    """Overpayments that nobody gave back yet; those another financeur paid are its own to take back.

    What a titre of the exercice claims is a point of `titres_open`, and no second one here.
    """
    known = {each.number: each for each in case.conventions}
    elsewhere = {number: each.payer for number, each in known.items() if each.circuit == Circuit.DIRECT}
    for number, amount in by_convention(case, Position.A_RECOUVRER).items():
        payer = elsewhere.get(number)
        claimed = number in known and not to_recover(case.session, known[number])
        if not payer and number in known and known[number].year == case.year:
            amount = min(amount, total(to_recover(case.session, known[number]).values()))
            if not amount:
                continue
        yield Point(
            Weight.INFORMATION,
            "recuperation_financeur" if payer else "recouvrement_ouvert",
            number,
            amount,
            f"Trop-versé payé par {payer}, qui le récupère lui-même"
            if payer
            else f"Trop-versé pas encore recouvré{', réclamé par titre' if claimed else ''}",
            f"cofiville recouvrement constater {number} {amount.plain()} --piece PIECE"
            if payer
            else "cofiville recouvrement lister"
            if claimed
            else f"cofiville recouvrement emettre {number} --reference REFERENCE",
        )


def titres_open(case: ClosingCase) -> Iterator[Point]:
    """Titres issued and not collected."""
    circuits = {each.number: each.circuit for each in case.conventions if each.year == case.year}
    for titre in titres(case.session):
        if titre.convention in circuits and (left := titre_state(case.session, titre).left):
            own = circuits[titre.convention] == Circuit.BUDGET
            yield Point(
                Weight.INFORMATION if own else Weight.TO_DECIDE,
                "titre_non_encaisse" if own else "titre_pour_un_autre",
                titre.reference,
                left,
                f"Titre du {french_day(titre.issued_on)}, convention {titre.convention}, pas encore encaissé"
                if own
                else f"Titre de l'EPCI sur {titre.convention}, qu'un autre financeur a payée",
                f"cofiville recouvrement encaisser {typed_word(titre.reference)} {left.plain()} --reference REFERENCE"
                if own
                else f"cofiville recouvrement annuler {typed_word(titre.reference)} --motif MOTIF --piece PIECE",
            )


def debts_written_off(case: ClosingCase) -> Iterator[Point]:
    """Titres written off, which their porteurs still owe."""
    numbers = {each.number for each in case.conventions if each.year == case.year}
    for titre in titres(case.session):
        if titre.convention in numbers and (held := titre_state(case.session, titre).admitted):
            yield Point(
                Weight.INFORMATION,
                "creance_admise",
                titre.reference,
                held,
                f"Admis en non-valeur, convention {titre.convention} : encore dû, et encaissé s'il rentre",
                f"cofiville recouvrement encaisser {typed_word(titre.reference)} {held.plain()} --reference REFERENCE",
            )


def later_slices(case: ClosingCase) -> Iterator[Point]:
    """Slices of the next year that pluriannual conventions foresee: forecast until they are opened."""
    query = select(Slice).where(Slice.year == case.year + 1, Slice.opened_as.is_(None))
    for each in case.session.scalars(query.order_by(Slice.convention, Slice.line)):
        yield Point(
            Weight.INFORMATION,
            "tranche_a_ouvrir",
            each.convention,
            each.amount,
            f"Tranche {each.year} prévue sur {each.line} : elle n'engage qu'une fois ouverte",
            f"cofiville convention tranche {each.convention} {each.year} --piece PIECE",
        )


def _engaged(case: ClosingCase) -> dict[str, dict[LineKey, Money]]:
    engaged = of_position(case.held, Position.ENGAGE)
    return sums_by_two((key.convention, (key.action, key.line), amount) for key, amount in engaged.items())


def _settled(case: ClosingCase, convention: Convention) -> set[str]:
    return {line.action for line in convention.lines if (convention.number, line.action) in case.bilans}
