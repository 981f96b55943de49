"""The lists of a closing: restes à réaliser for the ordonnateur's signature, those of other financeurs, recoveries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy.orm import Session

from ledger.closing.fates import Fate
from ledger.closing.operations import Closing
from ledger.closing.vocabulary import RemainderEnd
from ledger.conventions.lookups import conventions, epci_financeur
from ledger.conventions.model import Convention
from ledger.core.field import Kind
from ledger.core.money import Money, total
from ledger.exchange.declaration import Column, Sheet, Table, Values
from ledger.execution.financeur_recoveries import taken_back
from ledger.execution.recoveries import titres
from ledger.execution.titre_states import TitreState, titre_state
from ledger.journal.balances import balances
from ledger.journal.keys import Position
from ledger.referential.lookups import find_porteur
from ledger.reports.documents.words import in_words
from ledger.rules.vocabulary import Circuit

_COMMITMENT = (
    Column("convention", "Convention", Kind.CODE, width=17),
    Column("beneficiary", "Bénéficiaire", Kind.TEXT, width=38),
    Column("action", "Action", Kind.CODE, width=12),
    Column("line", "Ligne de crédit", Kind.CODE, width=28),
    Column("amount", "Montant", Kind.AMOUNT, summed=True, width=16),
    Column("fate", "Acte", Kind.TEXT, width=24),
)
_ACTS: Mapping[str, str] = {RemainderEnd.CARRY_COMMITMENT: "reste à réaliser", RemainderEnd.ATTACH: "rattachement"}


def remainder_table(session: Session, closing: Closing, note: str) -> Table:
    """The état des restes à réaliser of the EPCI's budget, dated 31/12, with the place of the signature."""
    epci = epci_financeur(session)
    fates = [fate for fate in _commitments(closing) if fate.decider == epci]
    carried = total(fate.amount for fate in fates if fate.fate == RemainderEnd.CARRY_COMMITMENT)
    sheet = Sheet(
        name=f"Restes à réaliser {closing.year}",
        title=f"État des restes à réaliser au 31/12/{closing.year}",
        key=("convention",),
        instructions=(
            f"Dépenses engagées et non mandatées au 31/12/{closing.year}, reportées sur l'exercice {closing.year + 1}.",
            f"Arrêté à la somme de {carried.french()} ({in_words(carried)}).",
            "Fait à …………………………, le ……………………          L'ordonnateur (nom, qualité, signature) :",
            "",
            "",
        ),
        columns=_COMMITMENT,
        computed=True,
    )
    return Table(sheet, tuple(_rows(session, fates)), note=note)


def elsewhere_table(session: Session, closing: Closing, note: str) -> Table:
    """What other financeurs committed and had not paid: recorded, since its fate is their decision."""
    epci = epci_financeur(session)
    sheet = Sheet(
        name=f"Chez les financeurs {closing.year}",
        title=f"Engagé chez les autres financeurs et non payé au 31/12/{closing.year}",
        key=("convention",),
        instructions=("Constaté, sans passer par le budget de la CAPH : chaque financeur décide de ses crédits.",),
        columns=(Column("decider", "Financeur", Kind.CODE, width=15), *_COMMITMENT),
        computed=True,
    )
    fates = [fate for fate in _commitments(closing) if fate.decider != epci]
    return Table(sheet, tuple(_rows(session, fates)), note=note)


def _commitments(closing: Closing) -> list[Fate]:
    return [fate for fate in closing.fates if fate.key.position is Position.ENGAGE]


def _rows(session: Session, fates: Iterable[Fate]) -> Iterator[Values]:
    names = _beneficiaries(session)
    for fate in sorted(fates, key=lambda fate: (fate.key.convention, fate.key.action, fate.key.line)):
        yield {
            "decider": fate.decider,
            "convention": fate.key.convention,
            "beneficiary": names.get(fate.key.convention, ""),
            "action": fate.key.action,
            "line": fate.key.line,
            "amount": fate.amount,
            "fate": _ACTS[fate.fate],
        }


def _beneficiaries(session: Session) -> dict[str, str]:
    return {each.number: _name(session, each) for each in conventions(session)}


def _name(session: Session, convention: Convention) -> str:
    return find_porteur(session, convention.beneficiary).name if convention.beneficiary else ""


def recovery_table(session: Session, year: int, note: str) -> Table:
    """What is to be taken back on the year's grants: claimed by a titre and collected or not, or not claimed yet."""
    sheet = Sheet(
        name=f"Recouvrements {year}",
        title=f"Trop-versés à recouvrer sur les subventions {year}",
        key=("convention",),
        instructions=(
            "Un titre partiellement encaissé reste à recouvrer pour la différence.",
            "Sans les trop-versés que d'autres financeurs ont payés et récupèrent eux-mêmes.",
        ),
        columns=(
            Column("convention", "Convention", Kind.CODE, width=17),
            Column("beneficiary", "Porteur", Kind.TEXT, width=38),
            Column("titre", "Titre", Kind.CODE, width=16),
            Column("issued_on", "Émis le", Kind.DAY, width=12),
            Column("claimed", "Montant", Kind.AMOUNT, summed=True, width=16),
            Column("collected", "Encaissé", Kind.AMOUNT, summed=True, width=16),
            Column("left", "Reste à recouvrer", Kind.AMOUNT, summed=True, width=16),
            Column("state", "État", Kind.TEXT, width=22),
        ),
        computed=True,
    )
    return Table(sheet, tuple(_recoveries(session, year)), note=note)


def _recoveries(session: Session, year: int) -> Iterator[Values]:
    of_year = {each.number: each for each in conventions(session, year) if each.circuit == Circuit.BUDGET}
    states = [titre_state(session, titre) for titre in titres(session) if titre.convention in of_year]
    for state in states:
        convention = of_year[state.titre.convention]
        yield _recovery(session, convention, state.titre.amount, state.collected, state.left, state)
    waiting: dict[str, Money] = {}
    for key, amount in balances(session, positions=(Position.A_RECOUVRER,)).items():
        waiting[key.convention] = waiting.get(key.convention, Money(0)) + amount
    for number, convention in of_year.items():
        free = waiting.get(number, Money(0)) - total(state.left for state in states if state.titre.convention == number)
        if free:
            yield _recovery(session, convention, free, Money(0), free, None)


def elsewhere_recovery_table(session: Session, year: int, note: str) -> Table:
    """What other financeurs overpaid and take back themselves, as their constats say."""
    sheet = Sheet(
        name=f"Récupérés ailleurs {year}",
        title=f"Trop-versés {year} que leurs financeurs récupèrent eux-mêmes",
        key=("convention",),
        instructions=("Constaté : rien n'entre dans le budget de la CAPH.",),
        columns=(
            Column("convention", "Convention", Kind.CODE, width=17),
            Column("payer", "Financeur", Kind.CODE, width=15),
            Column("beneficiary", "Porteur", Kind.TEXT, width=38),
            Column("asked", "Réclamé par le financeur", Kind.AMOUNT, summed=True, width=16),
            Column("received", "Repris par le financeur", Kind.AMOUNT, summed=True, width=16),
            Column("set_off", "Imputé par le financeur", Kind.AMOUNT, summed=True, width=16),
            Column("waived", "Abandonné par le financeur", Kind.AMOUNT, summed=True, width=16),
            Column("left", "Reste à récupérer", Kind.AMOUNT, summed=True, width=16),
        ),
        computed=True,
    )
    rows: Iterator[Values] = (
        {
            "convention": each.convention.number,
            "payer": each.convention.payer,
            "beneficiary": _name(session, each.convention),
            "asked": each.asked,
            "received": each.received,
            "set_off": each.set_off,
            "waived": each.waived,
            "left": each.left,
        }
        for each in taken_back(session, year)
    )
    return Table(sheet, tuple(rows), note=note)


def _recovery(
    session: Session, convention: Convention, claimed: Money, collected: Money, left: Money, state: TitreState | None
) -> Values:
    return {
        "convention": convention.number,
        "beneficiary": _name(session, convention),
        "titre": state.titre.reference if state else "",
        "issued_on": state.titre.issued_on if state else None,
        "claimed": claimed,
        "collected": collected,
        "left": left,
        "state": state.word if state else "titre à émettre",
    }
