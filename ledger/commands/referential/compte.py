"""`cofiville compte`: the accounts that the contract says of its own budget, by operation, party and exercice."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.access import reading, reading_as_of, writing
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import Annee, AuJour, ConnuAu, Le, Oui, argument, confirm, day, option
from ledger.commands.declaring.parameters import Option
from ledger.commands.outcome import Outcome, Row, one, several
from ledger.core.field import Field, Kind
from ledger.journal.fields import LABEL, LINE
from ledger.referential.fields import (
    ACCOUNT,
    ACCOUNT_PARTY,
    FIRST_DAY,
    LAST_DAY,
    NOMENCLATURE,
    OPERATION,
    SOURCE,
    TO_CONFIRM,
)
from ledger.reports.listing import Listing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.referential.contract_accounts import AccountKeyed
    from ledger.referential.model import ContractAccount

_FIRST = FIRST_DAY.but(help="Un 1er janvier ; celui de la première année du contrat sinon.", shown=True)
_ROWS = (
    OPERATION,
    ACCOUNT_PARTY,
    NOMENCLATURE,
    ACCOUNT,
    SOURCE,
    TO_CONFIRM.but(since="0.2"),
    _FIRST,
    LAST_DAY.but(shown=True),
)
_WHY = (
    Field("rang", "rang", Kind.ORDINAL, since="0.2"),
    Field("dit_par", "dit par", since="0.2"),
    ACCOUNT,
    LABEL,
    Field("plan", "plan de comptes", since="0.2"),
    SOURCE,
    TO_CONFIRM.but(since="0.2"),
    Field("retenu", "retenu", Kind.YES_NO, since="0.2"),
)
Operation = Annotated[str, argument(OPERATION)]
Account = Annotated[str, argument(ACCOUNT)]
Party = Annotated[str, option(ACCOUNT_PARTY)]
Chart = Annotated[
    str, option(NOMENCLATURE, show_default="celle que suit l'exercice ; pour modifier et clore, celle du compte")
]
Source = Annotated[str, option(SOURCE.but(placeholder="TEXTE"))]
NewSource = Annotated[str | None, option(SOURCE.but(placeholder="TEXTE"))]
Doubted = Annotated[bool, Option("--a-confirmer", help="Tant que le comptable ne l'a pas confirmé.")]
Confirmed = Annotated[bool, Option("--confirme", help="Le comptable l'a confirmé.")]

app = group("Comptes : ceux que le budget de l'EPCI utilise par opération, avant ceux de la table livrée.")


@app.command("lister", answer=several(*_ROWS))
def compte_lister(le: AuJour = None, connu_au: ConnuAu = None) -> Outcome:
    """Liste les comptes saisis pour le contrat, clos compris ; ceux de la table livrée : compte pourquoi.

    Exemple : cofiville compte lister
    """
    from ledger.referential.contract_accounts import contract_accounts

    with reading_as_of(le, connu_au) as session:
        rows = tuple(_row(each) for each in contract_accounts(session))
    return Outcome(Listing("Comptes du contrat", _ROWS, rows))


@app.command("pourquoi", answer=several(*_WHY))
def compte_pourquoi(
    operation: Operation,
    annee: Annee,
    tiers: Party = "",
    ligne: Annotated[str, option(LINE.but(help="La ligne dont l'argent passe, si elle a ses comptes à elle."))] = "",
) -> Outcome:
    """Dit quel compte prend une opération, et pourquoi : règle de la ligne, compte du contrat, table livrée.

    Le premier l'emporte ; les autres s'appliqueraient sans lui. --tiers peut être le code d'un porteur.

    Exemple : cofiville compte pourquoi verser 2016 --tiers ccas
    """
    from ledger.conventions.accounts import chart_followed, reasons_for_account

    with reading() as session:
        rule = chart_followed(session, annee)
        found = reasons_for_account(session, operation.strip().lower(), tiers.strip(), annee, ligne)
    rows = tuple(
        {
            "rang": rank,
            "dit_par": each.said_by,
            "compte": each.account,
            "libelle": each.label,
            "plan": each.chart,
            "source": each.source,
            "a_confirmer": each.to_confirm,
            "retenu": rank == 1,
        }
        for rank, each in enumerate(found, start=1)
    )
    listing = Listing(f"Compte pour {operation} en {annee}", _WHY, rows)
    doubt = ", à confirmer" if rule.to_confirm else ""
    followed = f"Le budget {annee} suit la nomenclature {rule.figures.text()} (règle {rule.code}{doubt})."
    return Outcome(listing, (listing, followed))


@app.command("ajouter", act=True, answer=one(*_ROWS))
def compte_ajouter(
    operation: Operation,
    compte: Account,
    source: Source,
    tiers: Party = "",
    nomenclature: Chart = "",
    a_confirmer: Doubted = False,
    du: Annotated[date | None, option(_FIRST)] = None,
) -> Outcome:
    """Saisit le compte que le comptable a donné pour une opération : il l'emporte sur celui de la table livrée.

    Exemple : cofiville compte ajouter verser 65737 --tiers gip --source "Courrier du comptable, 12/01/2016"
    """
    from ledger.core.period import Period
    from ledger.referential.contract_accounts import add_account

    with writing() as session:
        first = du or _first_of_contract(session)
        key = _keyed(session, operation, tiers, nomenclature, first.year)
        days = Period(first)
        row = _row(add_account(session, key, compte, source=source, to_confirm=a_confirmer, days=days))
        said = _said_of(session, row["compte"], key.nomenclature, first.year)
    return Outcome(row, (f"Compte {row['compte']}{said} pour {key.operation} dès l'exercice {first.year} : ajouté.",))


@app.command("modifier", act=True, answer=one(*_ROWS))
def compte_modifier(
    operation: Operation,
    tiers: Party = "",
    nomenclature: Chart = "",
    compte: Annotated[str | None, option(ACCOUNT)] = None,
    source: NewSource = None,
    a_confirmer: Doubted = False,
    confirme: Confirmed = False,
    le: Le = None,
) -> Outcome:
    """Corrige un compte saisi, ou le change depuis un exercice : --le 2018-01-01 ; l'ancien vaut jusqu'à sa veille.

    Exemple : cofiville compte modifier verser --tiers gip --compte 65738 --le 2018-01-01
    """
    from ledger.execution.charged_accounts import charged_to_account
    from ledger.referential.contract_accounts import change_account, change_account_from, last_account

    with writing() as session:
        found = last_account(session, *_named(operation, tiers), nomenclature.strip())
        account, said = compte if compte is not None else found.account, source if source is not None else found.source
        doubted = a_confirmer or (found.to_confirm and not confirme)
        if le is None:
            uses = charged_to_account(session, found)
            change_account(session, found, account=account, source=said, to_confirm=doubted, uses=uses)
        else:
            found = change_account_from(session, found, account=account, source=said, to_confirm=doubted, first=le)
        row = _row(found)
    return Outcome(row, (f"Compte pour {row['operation']} dès le {row['du']:%d/%m/%Y} : {row['compte']}.",))


@app.command("clore", act=True, answer=one(*_ROWS))
def compte_clore(
    operation: Operation, tiers: Party = "", nomenclature: Chart = "", le: Le = None, oui: Oui = False
) -> Outcome:
    """Clôt un compte saisi, à la fin d'un exercice : la table livrée dit de nouveau celui des exercices d'après.

    Exemple : cofiville compte clore verser --tiers gip --le 2019-12-31 --oui
    """
    from ledger.execution.charged_accounts import close_account
    from ledger.referential.contract_accounts import last_account

    confirm(f"Le compte saisi pour {operation}{f' ({tiers})' * bool(tiers)} sera clos.", oui)
    with writing() as session:
        found = last_account(session, *_named(operation, tiers), nomenclature.strip())
        close_account(session, found, day(le))
        row = _row(found)
    return Outcome(row, (f"Compte {row['compte']} pour {row['operation']} clos le {row['au']:%d/%m/%Y}.",))


def _keyed(session: Session, operation: str, party: str, nomenclature: str, year: int) -> AccountKeyed:
    """What the account typed is for; in the nomenclature that the exercice follows where none is typed."""
    from ledger.conventions.accounts import chart_followed
    from ledger.referential.contract_accounts import AccountKeyed

    chart = nomenclature.strip() or chart_followed(session, year).figures.nomenclature.value
    return AccountKeyed(*_named(operation, party), chart)


def _named(operation: str, party: str) -> tuple[str, str]:
    from ledger.referential.contract_accounts import party_kept

    of = operation.strip().lower()
    return of, party_kept(of, party)


def _said_of(session: Session, account: str, nomenclature: str, year: int) -> str:
    """What the chart of the exercice calls the account, after a comma; "" where it follows another."""
    from ledger.conventions.accounts import chart_followed
    from ledger.referential.accounts import chart_label

    followed = chart_followed(session, year).figures
    if nomenclature not in (followed.nomenclature, f"{followed.nomenclature}-{followed.variant}"):
        return ""
    label, chart = chart_label(session, account, followed.nomenclature, followed.variant, year)
    return f" ({label})" if label else f" (absent du plan {chart or nomenclature} livré : vérifiez-le)"


def _first_of_contract(session: Session) -> date:
    from ledger.referential.contracts import contract_of

    return date((contract_of(session).starts_on or day(None)).year, 1, 1)


def _row(row: ContractAccount) -> Row:
    return {
        "operation": row.operation,
        "tiers": row.party,
        "nomenclature": row.nomenclature,
        "compte": row.account,
        "source": row.source,
        "a_confirmer": row.to_confirm,
        "du": row.starts_on,
        "au": row.ends_on,
    }
