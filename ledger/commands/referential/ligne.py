"""`cofiville ligne`: the credit lines."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.access import reading, reading_as_of, writing
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import Annee, AuJour, ConnuAu, Le, Oui, argument, confirm, day, option
from ledger.commands.declaring.parameters import Argument, Option
from ledger.commands.outcome import Outcome, Row, one, several
from ledger.commands.referential.doubts import doubts_said
from ledger.commands.referential.ligne_management import (
    MANAGED,
    SAID,
    Budget,
    Comptes,
    Payeur,
    Plafond,
    managed_row,
    rules_row,
    say_management,
)
from ledger.commands.reports.history_line import history_line
from ledger.core.field import Field, Kind
from ledger.journal.fields import LABEL
from ledger.referential.fields import (
    CODE,
    FINANCEUR,
    FIRST_DAY,
    LAST_DAY,
    NATURE,
    NEW_NAME,
    SOURCE,
    TERRITORIES,
    TO_CONFIRM,
)
from ledger.referential.vocabulary import AccountOperation, LineNature
from ledger.reports.listing import Listing

if TYPE_CHECKING:
    from ledger.referential.model import CreditLine

_LINES = (CODE, FINANCEUR, LABEL, NATURE, TERRITORIES, SOURCE, FIRST_DAY, LAST_DAY)
_LISTED = (*_LINES, *MANAGED)
_ACCOUNT = (
    Field("compte", "compte", Kind.CODE),
    LABEL,
    Field("plan", "plan de comptes"),
    SOURCE,
)
_SERVED = "Les types de territoires qu'elle sert, séparés par | (qpv|veille)."
Code = Annotated[str, argument(CODE.but(help="Le code de la ligne.", placeholder="CODE", offers="lignes"))]

app = group("Lignes de crédits : sur quoi chaque financeur ouvre des crédits, et pour quels territoires.")


@app.command("lister", answer=several(*_LISTED))
def ligne_lister(le: AuJour = None, connu_au: ConnuAu = None) -> Outcome:
    """Liste les lignes de crédits, leur nature et les territoires qu'elles servent.

    Exemple : cofiville ligne lister
    """
    from sqlalchemy import select

    from ledger.referential.model import CreditLine

    year = day(le).year
    with reading_as_of(le, connu_au) as session:
        lines = session.scalars(select(CreditLine).order_by(CreditLine.rank)).all()
        rows = tuple(_row(line) | managed_row(session, line, year) for line in lines)
        doubts = doubts_said((line.code, line.to_confirm) for line in lines)
    listing = Listing("Lignes de crédits", _LISTED, rows)
    return Outcome(listing, (listing, *doubts))


@app.command("montrer", answer=one(*_LISTED, TO_CONFIRM, SAID))
def ligne_montrer(code: Code, le: AuJour = None, connu_au: ConnuAu = None) -> Outcome:
    """Montre une ligne : qui paie et reprend, son budget, ses comptes, son plafond, et la règle qui le dit.

    Exemple : cofiville ligne montrer FEDER-ITI --le 2016-12-31
    """
    from ledger.referential.queries import find_line
    from ledger.rules.limit_kinds import MAIN_BUDGET

    with reading_as_of(le, connu_au) as session:
        found = find_line(session, code)
        year = day(le).year
        open_to_doubt = {TO_CONFIRM.name: found.to_confirm}
        row = _row(found) | managed_row(session, found, year) | open_to_doubt | rules_row(session, found, year)
        last = history_line(session, "ligne", found.code, le, connu_au)
    accounts = "".join(f", {operation} au {number}" for operation, number in row["comptes"].items())
    budget = "budget principal" if row["budget"] == MAIN_BUDGET else f"budget annexe {row['budget']}"
    ceiling = f" ; {row['plafond'].french()} au plus" if row["plafond"] is not None else ""
    doubt = ", à confirmer" if row[TO_CONFIRM.name] else ""
    said = (
        f"{row['code']} : {row['libelle']}, {NATURE.label(row['nature'])}, {row['financeur']}{doubt}.",
        f"En {year} : payée et reprise par {row['payeur']}, {budget}{accounts}{ceiling}.",
    )
    return Outcome(row, (*said, Listing("Règles de la ligne", SAID.fields, tuple(row["regles"])), *last))


@app.command("ajouter", act=True, answer=one(*_LISTED))
def ligne_ajouter(
    code: Code,
    financeur: Annotated[str, argument(FINANCEUR.but(help="Le financeur qui l'ouvre."))],
    libelle: Annotated[str, option(LABEL.but(help="Son libellé.", placeholder="TEXTE"))],
    source: Annotated[str, option(SOURCE.but(placeholder="TEXTE"))],
    nature: Annotated[
        str, option(NATURE.but(help="specifique, droit_commun ou fonds_propres.", placeholder="NATURE"))
    ] = LineNature.SPECIFIC.value,
    territoires: Annotated[str, Option(metavar="TYPES", help=_SERVED)] = "qpv",
    payeur: Payeur = None,
    budget: Budget = None,
    compte: Comptes = None,
    plafond: Plafond = None,
    du: Annotated[date | None, option(FIRST_DAY)] = None,
) -> Outcome:
    """Ajoute une ligne de crédits à un financeur du contrat.

    Exemple : cofiville ligne ajouter CAF-REAAP CAF --libelle "Caf - REAAP" --nature droit_commun --source §5.5.4
    """
    from ledger.referential.change_facts import add_line

    kinds = [each for part in territoires.split("|") if (each := part.strip())]
    with writing() as session:
        found = add_line(session, code, financeur, label=libelle, nature=nature, kinds=kinds, source=source, first=du)
        managed = (payeur, budget, compte, plafond)
        say_management(session, found, managed, since=du, source=source)
        row = _row(found) | managed_row(session, found, day(du).year)
    return Outcome(row, (f"Ligne {row['code']} ajoutée : {row['libelle']}.",))


@app.command("modifier", act=True, answer=one(*_LISTED))
def ligne_modifier(
    code: Code,
    libelle: Annotated[str | None, option(NEW_NAME, "--libelle")] = None,
    territoires: Annotated[str | None, Option(metavar="TYPES", help=_SERVED)] = None,
    source: Annotated[str | None, option(SOURCE.but(placeholder="TEXTE"))] = None,
    payeur: Payeur = None,
    budget: Budget = None,
    compte: Comptes = None,
    plafond: Plafond = None,
    le: Le = None,
) -> Outcome:
    """Corrige une ligne de crédits ; un nouveau libellé vaut depuis un jour, et l'ancien reste connu.

    Payeur, budget, comptes et plafond sont des règles de la ligne : --source est alors le texte qui les fixe.

    Exemple : cofiville ligne modifier CAPH-PDV --libelle "CAPH - politique de la ville" --le 2017-01-01
    """
    from ledger.referential.change_facts import change_fact, check_kinds
    from ledger.referential.queries import find_line

    with writing() as session:
        found = find_line(session, code)
        served = None if territoires is None else check_kinds(session, territoires.split("|"))
        managed = (payeur, budget, compte, plafond)
        ruled = say_management(session, found, managed, since=day(le), source=source or "")
        typed = {"label": libelle, "source": None if ruled else source, "territories": served}
        change_fact(session, found, {name: value for name, value in typed.items() if value is not None}, le)
        row = _row(found) | managed_row(session, found, day(le).year)
    return Outcome(row, (f"Ligne {row['code']} : {row['libelle']}.",))


@app.command("clore", act=True, answer=one(*_LINES))
def ligne_clore(code: Code, le: Le = None, oui: Oui = False) -> Outcome:
    """Clôt une ligne de crédits où plus rien n'est ouvert : rien ne s'y notifie ni ne s'y demande les années d'après.

    Exemple : cofiville ligne clore CAF-REAAP --le 2019-12-31 --oui
    """
    from ledger.programming.facts_in_use import close_unused
    from ledger.referential.queries import find_line

    confirm(f"La ligne {code} sera close.", oui)
    with writing() as session:
        found = find_line(session, code)
        close_unused(session, found, day(le))
        row = _row(found)
    return Outcome(row, (f"Ligne {row['code']} close le {row['au']:%d/%m/%Y}.",))


def _row(line: CreditLine) -> Row:
    return {
        "code": line.code,
        "financeur": line.financeur,
        "libelle": line.label,
        "nature": line.nature,
        "territoires": line.territories.split("|"),
        "source": line.source,
        "du": line.starts_on,
        "au": line.ends_on,
    }


@app.command("compte", answer=one(*_ACCOUNT))
def ligne_compte(
    operation: Annotated[str, Argument(metavar="OPERATION", help="verser, recevoir, constater, recouvrer ou rendre.")],
    annee: Annee,
    tiers: Annotated[
        str, Option(metavar="TIERS", help="À qui l'on verse (ccas, association…) ou de qui l'on reçoit (ETAT…).")
    ] = "",
    nomenclature: Annotated[
        str, Option(help="M14 ou M57.", show_default="celle que suit l'exercice (regle montrer NOMENCLATURE)")
    ] = "",
    variante: Annotated[str, Option(help="developpee ou abregee en M57, SUP3500 en M14.")] = "",
) -> Outcome:
    """Donne le compte de la nomenclature pour une opération, et le plan de comptes où il est lu.

    Exemple : cofiville ligne compte verser 2016 --tiers ccas --nomenclature M14 --variante SUP3500
    """
    from ledger.conventions.accounts import chart_followed
    from ledger.referential.accounts import imputation, parties_paying

    with reading() as session:
        if not nomenclature or not variante:
            followed = chart_followed(session, annee).figures
            nomenclature, variante = nomenclature or followed.nomenclature, variante or followed.variant
        parties = parties_paying(session, tiers) if operation == AccountOperation.RECEIVE else tiers
        found = imputation(session, operation, parties, nomenclature, variante, annee)
    label = found.label or "libellé absent du plan livré"
    plan = f"plan {found.chart}" if found.chart else "aucun plan livré pour cette année ou avant"
    row = {"compte": found.account, "libelle": found.label, "plan": found.chart, "source": found.source}
    said = f"{found.said_by} : {found.source}" if found.since else found.source
    return Outcome(row, (f"{found.account} : {label} ({plan} ; {said}){', à confirmer' * found.to_confirm}.",))
