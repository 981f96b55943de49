"""The avenant: what it changes, before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.followed_model import Avenant
from ledger.conventions.lookups import find_convention
from ledger.core.errors import NotFound
from ledger.core.money import parse_money
from ledger.core.period import parse_day
from ledger.reports.documents.kind import Kind
from ledger.reports.documents.parties import CONVENTION_FIELDS, LINE_COLUMNS, columns, convention_fields, line_words
from ledger.reports.documents.words import Amount, Day, Fields, day_or_dash
from ledger.storage.session import context

_FIELDS = {
    **CONVENTION_FIELDS,
    "avenant": "le rang de l'avenant dans la convention",
    "avenant_signe_le": "la date de l'avenant",
    "avenant_piece": "la pièce qui le fonde",
    "objet_avant": "l'objet de la convention avant l'avenant",
    "objet_apres": "l'objet de la convention après l'avenant",
    "montant_avant": "le montant accordé avant l'avenant (montant_avant.lettres)",
    "montant_apres": "le montant accordé après l'avenant (montant_apres.lettres)",
    "fin_avant": "le dernier jour d'effet avant l'avenant",
    "fin_apres": "le dernier jour d'effet après l'avenant",
    "lignes": "les lignes dont le montant change (liste)",
    **columns("lignes", {**LINE_COLUMNS, "avant": "le montant d'avant", "apres": "le montant d'après"}),
}


def _find(session: Session, key: str) -> Avenant:
    number, _, rank = key.strip().upper().rpartition("/")
    found = session.get(Avenant, (context(session).contract, number, int(rank))) if rank.isdigit() else None
    if found is None:
        raise NotFound(
            f"L'avenant « {key} » n'existe pas.",
            "Nommez la convention et le rang : C2016-001/1 (cofiville convention montrer les donne).",
        )
    return found


def _gather(session: Session, key: str, _on: date) -> Fields:
    avenant = _find(session, key)
    before, after = avenant.facts_before, avenant.facts_after
    return {
        **convention_fields(session, find_convention(session, avenant.convention)),
        "avenant": str(avenant.rank),
        "avenant_signe_le": Day(avenant.signed_on),
        "objet_avant": before["objet"],
        "objet_apres": after["objet"],
        "avenant_piece": avenant.piece,
        "montant_avant": Amount(parse_money(before["montant"])),
        "montant_apres": Amount(parse_money(after["montant"])),
        "fin_avant": _end(before),
        "fin_apres": _end(after),
        "lignes": [
            {
                **line_words(session, line.action, line.line),
                "avant": Amount(line.amount_before),
                "apres": Amount(line.amount_after),
            }
            for line in avenant.lines
        ],
    }


def _end(facts: Mapping[str, Any]) -> str:
    return day_or_dash(parse_day(facts["fin"]) if facts["fin"] else None)


def _of_year(session: Session, year: int, _on: date) -> Sequence[str]:
    query = select(Avenant.convention, Avenant.rank).where(
        Avenant.signed_on.between(date(year, 1, 1), date(year, 12, 31)),
    )
    return [f"{number}/{rank}" for number, rank in session.execute(query.order_by(Avenant.convention, Avenant.rank))]


AVENANT = Kind("avenant", "Avenant à une convention", "avenant", _FIELDS, _gather, _of_year)
