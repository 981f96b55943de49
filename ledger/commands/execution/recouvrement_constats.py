"""`cofiville recouvrement constater` and `constats`: what financeurs that pay porteurs themselves take back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.conventions.convention_views import Numero
from ledger.commands.shell.access import reading, writing
from ledger.commands.shell.options import AnneeOuTout, Le, Montant, Piece, day
from ledger.commands.shell.screen import say, show, table
from ledger.core.money import total

if TYPE_CHECKING:
    from ledger.execution.financeur_recoveries import TakenBack

_STEP = typer.Option(
    "--etape",
    metavar="ETAPE",
    help="demande, recu, impute (sur un versement suivant) ou abandon.",
    show_default="recu",
)


def constater(
    convention: Numero,
    montant: Montant,
    piece: Piece,
    etape: Annotated[str, _STEP] = "recu",
    le: Le = None,
) -> None:
    """Enregistre ce qu'un financeur qui paie lui-même récupère d'un trop-versé : rien n'entre à la CAPH.

    Une demande ne change rien à ce qui reste ; un reçu, une imputation ou un abandon le réduisent. Se défait par
    journal annuler.

    Exemple : cofiville recouvrement constater C2016-041 140 --piece "Ordre de reversement CAF 12" --le 2017-09-05
    """
    from ledger.conventions.lookups import find_convention
    from ledger.execution.financeur_recoveries import SET_OFF, STEPS, record_taking_back, taken_back

    with writing() as session:
        found = find_convention(session, convention)
        fact, posted = record_taking_back(session, found, montant, step=etape.strip().lower(), piece=piece, on=day(le))
        left = next(each.left for each in taken_back(session) if each.convention is found)
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
        if row["etape"] == SET_OFF
        else ""
    )
    show(
        row,
        lambda: say(
            f"{row['convention']}, {row['financeur']} : {row['montant'].french()}, {STEPS[row['etape']]} ;"
            f" reste {row['reste'].french()}.{gross}"
        ),
    )


def constats(annee: AnneeOuTout = None) -> None:
    """Montre les trop-versés que leurs financeurs récupèrent eux-mêmes, à part de ceux de la CAPH.

    Exemple : cofiville recouvrement constats 2016
    """
    from ledger.execution.financeur_recoveries import taken_back, takings_back

    with reading() as session:
        facts: dict[str, list[dict[str, Any]]] = {}
        for fact in takings_back(session):
            facts.setdefault(fact.convention, []).append(
                {
                    "etape": fact.step,
                    "le": fact.reached_on,
                    "montant": fact.amount,
                    "piece": fact.piece,
                    "ecriture": fact.entry_number,
                }
            )
        rows = [_row(each) | {"constats": facts.get(each.convention.number, [])} for each in taken_back(session, annee)]
    names = ("convention", "financeur", "beneficiaire", "reclame", "repris", "impute", "abandonne", "reste_a_recuperer")
    columns = (
        "Convention",
        "Financeur",
        "Bénéficiaire",
        "Réclamé",
        "Repris",
        "Imputé",
        "Abandonné",
        "Reste à récupérer",
    )
    show(
        rows,
        lambda: table(
            "Récupérés par leurs financeurs",
            columns,
            [tuple(row[name] for name in names) for row in rows],
            ("Total", "", "", *(total(row[name] for row in rows) for name in names[3:])),
        ),
    )


def _row(each: TakenBack) -> dict[str, Any]:
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
