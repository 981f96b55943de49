"""Two porteurs that are one body, a porteur that takes another code: what one carried is the other's from then on.

The former code stays, with its history, and is understood wherever a code is typed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import LedgerError, require_words
from ledger.core.identifiers import check_code
from ledger.referential.model import Porteur
from ledger.referential.porteurs import PorteurExists
from ledger.referential.queries import find_porteur
from ledger.referential.vocabulary import PorteurKind
from ledger.storage.base import Base
from ledger.storage.every_table import know_every_table
from ledger.storage.history import counting_from
from ledger.storage.session import over_all_contracts
from ledger.storage.standing import standing_act

_CODE = "porteur.code"
_SIREN_DIGITS = 9


class NotOneBody(LedgerError):
    """Two porteurs that cannot be one body, or that are one already."""

    code = "porteurs_distincts"


def merge_porteurs(session: Session, kept: str, gone: str, *, reason: str, on: date) -> tuple[Porteur, dict[str, int]]:
    """The porteur kept, which carries all that the other did; by table, how many rows changed hands, in every contract.

    What the one kept lacks (SIRET, RNA, commune, statut) is taken of the other. on: the day from which it counts; what
    was shown of a day before stays.
    raises: NotFound; NotOneBody for one merged already, one SIREN or one type for each; InvalidValue without a reason.
    """
    require_words(reason, "Le motif de la fusion manque.", 'Dites-le : --motif "Saisi deux fois".')
    staying, leaving = find_porteur(session, kept), find_porteur(session, gone)
    _check_one_body(session, staying, leaving, gone)
    with counting_from(session, on):
        _hand_over_facts(session, leaving, staying)
        return staying, _hand_over(session, leaving, staying, reason)


def change_code(session: Session, code: str, new: str, *, reason: str, on: date) -> tuple[Porteur, dict[str, int]]:
    """The porteur under its new code; by table, how many rows say it. The former code is
    still understood.

    raises: NotFound; InvalidValue for a code that does not suit, or without a reason; PorteurExists when it is taken.
    """
    require_words(reason, "Le motif du changement de code manque.", 'Dites-le : --motif "Nouvelle codification".')
    leaving, wanted = find_porteur(session, code), check_code(new, "le porteur")
    if (there := session.get(Porteur, wanted)) is not None:
        raise PorteurExists(
            f"Le code {wanted} est déjà celui d'un porteur{standing_act(there)}.",
            "Donnez un autre code, ou réunissez les deux s'ils sont le même : cofiville porteur doublons.",
        )
    with counting_from(session, on):
        staying = Porteur(code=wanted, name=leaving.name, kind=leaving.kind, to_confirm=leaving.to_confirm)
        staying.ended_on, staying.successor = leaving.ended_on, leaving.successor
        session.add(staying)
        _hand_over_facts(session, leaving, staying)
        return staying, _hand_over(session, leaving, staying, reason)


def _check_one_body(session: Session, staying: Porteur, leaving: Porteur, typed: str) -> None:
    if staying is leaving:
        held = session.get(Porteur, typed.strip().upper())
        former = held is not None and held.known_as is not None
        since = f"est connu comme {staying.code}{standing_act(held)}" if former and held else "est ce porteur même"
        raise NotOneBody(
            f"{typed.strip().upper()} {since} : il n'y a rien à fusionner.",
            f"Voyez-le : cofiville porteur montrer {staying.code}.",
        )
    sirens = [(each.siret or "")[:_SIREN_DIGITS] for each in (staying, leaving)]
    if all(sirens) and sirens[0] != sirens[1]:
        raise NotOneBody(
            f"{staying.code} et {leaving.code} ont deux SIREN ({sirens[0]} et {sirens[1]}) : ce sont deux organismes.",
            f"Si l'un est faux, corrigez-le d'abord : cofiville porteur modifier {leaving.code} --siret SIRET.",
        )
    if staying.kind != leaving.kind:
        kinds = [PorteurKind(each.kind).label for each in (staying, leaving)]
        raise NotOneBody(
            f"{staying.code} et {leaving.code} ne sont pas du même type ({kinds[0]} et {kinds[1]}) : les règles, les"
            " pièces et les comptes diffèrent.",
            f"Corrigez d'abord celui qui est faux : cofiville porteur modifier {leaving.code} --type {staying.kind}.",
        )


def _hand_over_facts(session: Session, leaving: Porteur, staying: Porteur) -> None:
    siret = leaving.siret
    if not staying.siret and siret:
        leaving.siret = None
        session.flush()
        staying.siret = siret
    staying.rna = staying.rna or leaving.rna
    staying.commune = staying.commune or leaving.commune
    staying.statut = staying.statut or leaving.statut


def _hand_over(session: Session, leaving: Porteur, staying: Porteur, reason: str) -> dict[str, int]:
    """Every row of any contract that names the one, in any table: it names the other."""
    session.flush()
    know_every_table()
    moved: dict[str, int] = {}
    with over_all_contracts():
        for entity, column in _columns_of_porteurs():
            rows = session.scalars(select(entity).where(getattr(entity, column) == leaving.code)).all()
            for row in rows:
                setattr(row, column, staying.code)
            moved[entity.__tablename__] = moved.get(entity.__tablename__, 0) + len(rows)
    leaving.known_as, leaving.reason = staying.code, reason.strip()
    session.flush()
    return moved


def _columns_of_porteurs() -> Iterator[tuple[type[Base], str]]:
    """Each column that says a porteur and is not part of a key: what is filed under a porteur is read by its codes."""
    for mapper in sorted(Base.registry.mappers, key=lambda each: each.local_table.description):
        for column in mapper.local_table.columns:
            named = any(key.target_fullname == _CODE for key in column.foreign_keys)
            if named and not column.primary_key:
                yield mapper.class_, mapper.get_property_by_column(column).key
