"""`cofiville recouvrement constater` and `constats`: what financeurs that pay porteurs themselves take back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from ledger.commands.conventions.convention_views import Numero
from ledger.commands.declaring.access import reading, writing
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import AnneeOuTout, Le, Montant, Piece, day, option
from ledger.commands.outcome import Outcome, one, several
from ledger.core.field import Field, Kind
from ledger.core.grouping import grouped
from ledger.execution.vocabulary import RecoveryStep
from ledger.journal.fields import ALREADY_RECORDED, AMOUNT, CONVENTION, EFFECTIVE_ON, ENTRY, PIECE

if TYPE_CHECKING:
    from ledger.execution.recoveries.financeur_recoveries import RecoveredByFinanceur

_FINANCEUR = Field("financeur", "financeur", Kind.CODE)
_STEP = Field(
    "etape",
    "étape",
    Kind.CODE,
    help="demande, recu, impute (sur un versement suivant) ou abandon.",
    placeholder="ETAPE",
)
_RECORDED = (
    CONVENTION,
    _FINANCEUR,
    _STEP,
    AMOUNT,
    Field("reste", "reste à récupérer", Kind.AMOUNT),
    ENTRY,
    ALREADY_RECORDED,
)
_BY_FINANCEUR = (
    CONVENTION,
    _FINANCEUR,
    Field("beneficiaire", "bénéficiaire", Kind.CODE),
    *(
        Field(name, title, Kind.AMOUNT, summed=True)
        for name, title in (
            ("reclame", "réclamé"),
            ("repris", "repris"),
            ("impute", "imputé"),
            ("abandonne", "abandonné"),
            ("reste_a_recuperer", "reste à récupérer"),
        )
    ),
    Field(
        "constats",
        "constats",
        Kind.RECORD,
        many=True,
        fields=(_STEP, EFFECTIVE_ON, AMOUNT, PIECE, ENTRY.but(optional=True)),
        shown=False,
    ),
)

app = group("Recouvrements : le trop-versé repris par titre de recettes, ou imputé sur l'exercice suivant.")


@app.command("constater", answer=one(*_RECORDED))
def recouvrement_constater(
    convention: Numero,
    montant: Montant,
    piece: Piece,
    etape: Annotated[str, option(_STEP, show_default=RecoveryStep.RECEIVED)] = RecoveryStep.RECEIVED,
    le: Le = None,
) -> Outcome:
    """Enregistre ce qu'un financeur qui paie lui-même récupère d'un trop-versé : rien n'entre à l'EPCI.

    Une demande ne change rien à ce qui reste ; un reçu, une imputation ou un abandon le réduisent. Se défait par
    journal annuler.

    Exemple : cofiville recouvrement constater C2016-041 140 --piece "Ordre de reversement CAF 12" --le 2017-09-05
    """
    from ledger.conventions.queries import find_convention
    from ledger.execution.recoveries.financeur_recoveries import (
        record_financeur_recovery,
        recovered_by_financeur,
    )

    with writing() as session:
        found = find_convention(session, convention)
        fact, posted = record_financeur_recovery(
            session, found, montant, step=etape.strip().lower(), piece=piece, on=day(le)
        )
        left = next(each.left for each in recovered_by_financeur(session) if each.convention is found)
        row: dict[str, Any] = {
            "convention": found.number,
            "financeur": found.payer,
            "etape": fact.step,
            "montant": fact.amount,
            "reste": left,
            "ecriture": posted.sequence,
            "deja_enregistre": not posted.new,
        }
    gross = (
        f" Constatez le versement suivant pour son montant brut, {row['montant'].french()} compris."
        if row["etape"] == RecoveryStep.SET_OFF
        else ""
    )
    said = f"{row['convention']}, {row['financeur']} : {row['montant'].french()}, {RecoveryStep(row['etape']).label} ;"
    return Outcome(row, (f"{said} reste {row['reste'].french()}.{gross}",))


@app.command("constats", answer=several(*_BY_FINANCEUR))
def recouvrement_constats(annee: AnneeOuTout = None) -> Outcome:
    """Montre les trop-versés que leurs financeurs récupèrent eux-mêmes, à part de ceux de l'EPCI.

    Exemple : cofiville recouvrement constats 2016
    """
    from ledger.execution.recoveries.financeur_recoveries import financeur_recoveries, recovered_by_financeur
    from ledger.reports.listing import Listing

    with reading() as session:
        facts: dict[str, list[dict[str, Any]]] = grouped(
            (
                fact.convention,
                {
                    "etape": fact.step,
                    "le": fact.reached_on,
                    "montant": fact.amount,
                    "piece": fact.piece,
                    "ecriture": fact.entry_number,
                },
            )
            for fact in financeur_recoveries(session)
        )
        rows = [
            _row(each) | {"constats": facts.get(each.convention.number, [])}
            for each in recovered_by_financeur(session, annee)
        ]
    return Outcome(Listing("Récupérés par leurs financeurs", _BY_FINANCEUR, tuple(rows)))


def _row(each: RecoveredByFinanceur) -> dict[str, Any]:
    return {
        "convention": each.convention.number,
        "financeur": each.convention.payer,
        "beneficiaire": each.convention.beneficiary,
        "reclame": each.asked,
        "repris": each.received,
        "impute": each.set_off,
        "abandonne": each.waived,
        "reste_a_recuperer": each.left,
    }
