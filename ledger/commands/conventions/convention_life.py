"""The whole life of a convention, as `cofiville convention montrer` answers it, with the entries of each figure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ledger.commands.conventions.convention_views import LISTED
from ledger.commands.conventions.convention_waivers import WAIVERS, waiver_rows
from ledger.commands.exchange.origins import ORIGINS
from ledger.commands.outcome import Row, picked, read_row
from ledger.conventions.fields import (
    BASE,
    BENEFICIARY,
    CASCADE,
    CONDITION,
    CONVENTION_READ,
    ENDS_ON,
    FINANCEUR_REFERENCE,
    INSTALMENT_READ,
    PIECES_MISSING,
    PURPOSE,
    RANK,
    REFERENCE_KIND,
    SIGNED_ON,
    STAGE,
    STAGE_REMARK,
    STANDING,
    STARTS_ON,
)
from ledger.conventions.vocabulary import ConventionKind, ConventionStatus
from ledger.core.field import Field, Kind
from ledger.core.money import Money
from ledger.execution.fields import PAYMENT_REFERENCE
from ledger.journal.fields import (
    ACTION,
    AGENT,
    AMOUNT,
    CONVENTION,
    EFFECTIVE_ON,
    ENTRY,
    LABEL,
    LINE,
    MOTIVE,
    PIECE,
    YEAR,
)
from ledger.programming.fields import TITLE
from ledger.reports.figures.payments import COST_REAL, JUSTIFIED, ORDERED, PAYMENT
from ledger.rules.vocabulary import ConventionStage

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.conventions.forms import ReadAvenant, ReadConvention
    from ledger.conventions.model import Avenant, Convention

_BEFORE, _AFTER = AMOUNT.but(name="avant", title="avant"), AMOUNT.but(name="apres", title="après")
_FACTS = tuple(each if each is not PURPOSE else PURPOSE.but(help="") for each in STANDING.values())
_SAID = (PURPOSE, PIECE, SIGNED_ON, STARTS_ON, ENDS_ON)
LINES = (
    ACTION,
    LINE,
    AMOUNT.but(name="signe", title="signé", help="", since="0.2"),
    AMOUNT,
    BASE.but(since="0.2"),
    Field("taux", "taux", Kind.RATE, optional=True, since="0.2"),
    TITLE.but(shown=False, since="0.2"),
    Field("taux_par_territoire", "taux par territoire", keyed=True, optional=True, shown=False, since="0.2"),
)
_AVENANTS = (
    RANK,
    EFFECTIVE_ON,
    PIECE,
    Field("avant", "avant", Kind.RECORD, fields=_FACTS),
    Field("apres", "après", Kind.RECORD, fields=_FACTS),
    Field(
        "lignes",
        "lignes",
        Kind.RECORD,
        fields=(ACTION, LINE, _BEFORE, _AFTER, AMOUNT.but(name="ecart", title="écart", help="")),
        many=True,
    ),
)
SLICES = (YEAR, LINE, AMOUNT, Field("etat", "état"), CONVENTION.but(optional=True))
SCHEDULE = (
    RANK,
    ACTION,
    LINE,
    AMOUNT.but(summed=True),
    ORDERED.field().but(since="0.2"),
    Field("etat", "état", since="0.2"),
    CONDITION.but(shown=False),
    EFFECTIVE_ON.but(optional=True, shown=False),
)
PAYMENTS = (PAYMENT_REFERENCE, EFFECTIVE_ON, PAYMENT.field())
BILANS = (
    ACTION,
    EFFECTIVE_ON.but(title="arrêté le"),
    COST_REAL.field(summed=False),
    JUSTIFIED.field(summed=False, key="definitif"),
    PIECE,
)
DOWNSTREAM = (CONVENTION, BENEFICIARY.but(optional=True), AMOUNT.but(summed=True))
ENTRIES = (ENTRY.but(title="n°"), EFFECTIVE_ON, LABEL, PIECE, AMOUNT.but(summed=True))
_ACCOUNT = (Field("compte", "compte", Kind.CODE), LABEL, Field("plan", "plan de comptes"), MOTIVE)
_CANCELLATION = (*(each.but(optional=True) for each in (EFFECTIVE_ON, AGENT, MOTIVE, PIECE, ENTRY)), AMOUNT)

WHOLE = (
    *(each for each in LISTED if each.name != "actions"),
    Field("actions", "lignes", Kind.RECORD, fields=LINES, many=True),
    PURPOSE.but(help=""),
    PIECE,
    SIGNED_ON,
    STARTS_ON,
    ENDS_ON,
    Field("avenants", "avenants", Kind.RECORD, fields=_AVENANTS, many=True),
    Field("echeances", "échéancier", Kind.RECORD, fields=SCHEDULE, many=True),
    Field("versements", "versements", Kind.RECORD, fields=PAYMENTS, many=True),
    *(
        each.but(since="0.2")
        for each in (
            Field("compte", "compte", Kind.RECORD, fields=_ACCOUNT, optional=True),
            CASCADE.but(help="", placeholder=""),
            Field("tranches", "tranches", Kind.RECORD, fields=SLICES, many=True),
            Field("bilans", "bilans", Kind.RECORD, fields=BILANS, many=True),
            Field(
                "recuperations", "récupérations", Kind.RECORD, fields=(STAGE, EFFECTIVE_ON, AMOUNT, PIECE), many=True
            ),
            Field("etapes", "étapes", Kind.RECORD, fields=(STAGE, EFFECTIVE_ON, STAGE_REMARK), many=True),
            Field(
                "references",
                "références",
                Kind.RECORD,
                fields=(REFERENCE_KIND, FINANCEUR_REFERENCE, YEAR),
                many=True,
            ),
            Field("amont", "amont", Kind.CODE, many=True),
            Field("aval", "aval", Kind.RECORD, fields=DOWNSTREAM, many=True),
            PIECES_MISSING,
            Field("derogations", "règles écartées", Kind.RECORD, fields=WAIVERS, many=True),
            Field("annulation", "annulation", Kind.RECORD, fields=_CANCELLATION, optional=True),
            Field("ecritures", "écritures", Kind.RECORD, fields=ENTRIES, many=True, keyed=True),
        )
    ),
    ORIGINS,
)


def life(session: Session, convention: Convention, read: ReadConvention, on: date) -> Row:
    """All that the screen of one convention says besides its figures. read: the convention as it is read."""
    from ledger.conventions.stages import references_of_convention, stages_of
    from ledger.execution.recoveries.financeur_recoveries import financeur_recoveries

    return {
        **picked(read_row(CONVENTION_READ, read), _SAID),
        "compte": _account(session, convention),
        "autorisation": read.cascade_reference,
        "avenants": [_avenant(*each) for each in zip(convention.avenants, read.avenants, strict=True)],
        "tranches": [_slice(key, amount, read.opened_as.get(key)) for key, amount in read.later.items()],
        "actions": _lines(session, convention, read),
        "echeances": _schedule(session, convention, on),
        "versements": _payments(session, convention),
        "bilans": _bilans(session, convention),
        "recuperations": [
            {"etape": each.step, "le": each.reached_on, "montant": each.amount, "piece": each.piece}
            for each in financeur_recoveries(session, convention.number)
        ],
        "etapes": [
            {"etape": ConventionStage(each.stage).label, "le": each.reached_on, "remarque": each.remark}
            for each in stages_of(session, convention)
        ],
        "references": [
            {"type": each.kind, "reference": each.reference, "exercice": each.year}
            for each in references_of_convention(session, convention)
        ],
        **_chain(session, convention),
        "pieces_manquantes": _missing(session, convention, on),
        "derogations": waiver_rows(session, convention),
        "annulation": _cancellation(session, convention),
    }


def _cancellation(session: Session, convention: Convention) -> Row | None:
    """When, by whom and why the convention was cancelled; only that it was, for a draft put aside."""
    from ledger.conventions.end_convention import cancellation_moves

    if convention.state != ConventionStatus.CANCELLED:
        return None
    found = cancellation_moves(session, convention)
    names = {"le": "effect_on", "agent": "agent", "motif": "motive", "piece": "piece", "ecriture": "sequence"}
    said = {name: None if found is None else getattr(found, field) for name, field in names.items()}
    return {**said, "montant": convention.amount}


def _account(session: Session, convention: Convention) -> dict[str, str] | None:
    from ledger.conventions.accounts import convention_account

    found = convention_account(session, convention)
    if found is None:
        return None
    return {"compte": found.number, "libelle": found.label, "plan": found.chart, "motif": found.words}


def _avenant(kept: Avenant, avenant: ReadAvenant) -> Row:
    return {
        "rang": avenant.rank,
        "le": avenant.signed_on,
        "piece": avenant.piece,
        "avant": kept.facts_before,
        "apres": kept.facts_after,
        "lignes": [
            {
                "action": each.action,
                "ligne": each.line,
                "avant": each.before,
                "apres": each.after,
                "ecart": each.change,
            }
            for each in avenant.lines
        ],
    }


def _slice(key: tuple[int, str], amount: Money, opened_as: str | None) -> Row:
    state = "ferme" if opened_as else "prévue"
    return {"exercice": key[0], "ligne": key[1], "montant": amount, "etat": state, "convention": opened_as}


def _lines(session: Session, convention: Convention, read: ReadConvention) -> list[Row]:
    from ledger.reports.convention_life import action_titles

    named = action_titles(session, convention)
    return [
        {
            "action": line.action,
            "ligne": line.line,
            "montant": line.amount,
            "signe": line.amount_signed,
            "intitule": named.get(line.action, ""),
            "assiette": line.base,
            "taux": line.rate,
            "taux_par_territoire": line.terms.get("rates"),
        }
        for line in read.lines
    ]


def _schedule(session: Session, convention: Convention, on: date) -> list[Row]:
    from ledger.reports.convention_life import scheduled_payments

    return [
        {
            **read_row(INSTALMENT_READ, each.instalment),
            "ordonne": each.ordered,
            "etat": each.state,
        }
        for each in scheduled_payments(session, convention, on)
    ]


def _payments(session: Session, convention: Convention) -> list[Row]:
    from sqlalchemy import select

    from ledger.execution.model import Payment

    payments = session.scalars(
        select(Payment)
        .where(
            Payment.convention == convention.number,
            Payment.undone_on.is_(None),
        )
        .order_by(Payment.paid_on, Payment.reference)
    )
    return [{"reference": p.reference, "le": p.paid_on, "montant": p.amount} for p in payments]


def _bilans(session: Session, convention: Convention) -> list[Row]:
    from ledger.execution.bilans.read_bilan import read_bilan
    from ledger.execution.queries import bilans_of_conventions

    return [
        {
            "action": each.action,
            "le": each.on,
            "cout_reel": each.cost,
            "definitif": each.final,
            "piece": each.piece,
        }
        for each in map(read_bilan, bilans_of_conventions(session, convention.number).values())
    ]


def _chain(session: Session, convention: Convention) -> Row:
    from ledger.conventions.rights import downstream_of, upstream_of

    if convention.kind != ConventionKind.RIGHT:
        return {"amont": upstream_of(session, convention), "aval": []}
    return {
        "amont": [],
        "aval": [
            {"convention": each.number, "beneficiaire": each.beneficiary, "montant": amount}
            for each, amount in downstream_of(session, convention)
        ],
    }


def _missing(session: Session, convention: Convention, on: date) -> list[str]:
    from ledger.conventions.stages import convention_documents, missing_pieces
    from ledger.rules.book import rulebook
    from ledger.rules.vocabulary import Clock

    if convention.beneficiary is None:
        return []
    known = convention_documents(session, convention.beneficiary)
    missing = missing_pieces(session, rulebook(session, Clock.ACT, day=on), convention, known)
    return [each.label for each in missing]


def entries_of(session: Session, convention: Convention) -> dict[str, list[Row]]:
    """By figure, the entries that made it."""
    from ledger.reports.convention_life import figure_entries

    return {
        figure: [
            {
                "ecriture": each.sequence,
                "le": each.effect_on,
                "libelle": each.label,
                "piece": each.piece,
                "montant": each.amount,
            }
            for each in entries
        ]
        for figure, entries in figure_entries(session, convention).items()
    }
