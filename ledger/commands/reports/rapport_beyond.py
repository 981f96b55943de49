"""`cofiville rapport echeancier` and `rapport tendance`: the reports that look beyond one year."""

from __future__ import annotations

from typing import Annotated

from ledger.commands.declaring.access import reading_as_of
from ledger.commands.declaring.options import ConnuAu, Le, day, option
from ledger.commands.declaring.parameters import Option
from ledger.commands.outcome import Answer, Outcome, several
from ledger.commands.reports.rapport_consolide import app as app
from ledger.commands.reports.reporting import WRITTEN, Fichier, Financeur, delivered
from ledger.core.errors import InvalidValue
from ledger.core.period import french_day
from ledger.journal.fields import YEAR


def _instalments() -> Answer:
    from ledger.reports.deadlines import INSTALMENT_FIELDS

    return several(*INSTALMENT_FIELDS) | WRITTEN


def _trend() -> Answer:
    from ledger.reports.trend import TREND_FIELDS

    return several(*TREND_FIELDS) | WRITTEN


@app.command("echeancier", answer=_instalments)
def rapport_echeancier(
    mois: Annotated[int, Option("--mois", min=1, max=24, help="Combien de mois regarder.")] = 3,
    le: Le = None,
    connu_au: ConnuAu = None,
    fichier: Fichier = None,
) -> Outcome:
    """Montre les versements à venir : ce qui est dû, ce qui le sera et quand, ce qui attend un bilan.

    Exemple : cofiville rapport echeancier --mois 3 --le 2016-05-01
    """
    from ledger.reports.deadlines import instalments_report

    with reading_as_of(le, connu_au) as session:
        report = instalments_report(session, day(le), mois, "")
    return delivered(report, "Echeancier", fichier)


@app.command("tendance", answer=_trend)
def rapport_tendance(
    de: Annotated[
        int | None, option(YEAR.but(help="La première année ; celle du contrat sinon.", offers=""), "--de")
    ] = None,
    jusqua: Annotated[
        int | None, option(YEAR.but(help="La dernière année ; celle du contrat signé sinon.", offers=""), "--jusqua")
    ] = None,
    financeur: Financeur = "ETAT",
    connu_au: ConnuAu = None,
    fichier: Fichier = None,
) -> Outcome:
    """Montre les crédits spécifiques d'un financeur, année par année : notifié, accordé, versé, non consommé.

    Exemple : cofiville rapport tendance --financeur ETAT --de 2015 --jusqua 2020
    """
    from ledger.exchange.export.example import example_note
    from ledger.referential.queries import find_financeur
    from ledger.reports.trend import trend_report, years_signed

    with reading_as_of(None, connu_au) as session:
        usual = years_signed(session)
        first, last = de or usual[0], jusqua or usual[-1]
        if last < first:
            raise InvalidValue(
                f"{last} vient avant {first}.", "Donnez la première année par --de, la dernière par --jusqua."
            )
        years = range(first, last + 1)
        noted = [f"{year}{note}" for year in years if (note := example_note(session, year))]
        note = f" — {', '.join(noted)}" if noted else ""
        note += f", connu au {french_day(connu_au.date())}" if connu_au is not None else ""
        report = trend_report(session, years, find_financeur(session, financeur).code, f" {first}-{last}{note}")
    return delivered(report, "Tendance", fichier)
