"""The accounts that a contract says of its own budget: added, changed from an exercice, closed at the end of one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, NotFound
from ledger.core.period import Period, french_day
from ledger.referential.accounts import check_operation
from ledger.referential.change_facts import FactExists, refuse_still_used
from ledger.referential.model import ChartAccount, ContractAccount, CreditLine, Financeur
from ledger.referential.vocabulary import AccountOperation, PorteurKind, Statut
from ledger.storage.session import context
from ledger.storage.standing import standing_act

_OF_ALL = frozenset({AccountOperation.WAIT, AccountOperation.RECOVER, AccountOperation.GIVE_BACK})


@dataclass(frozen=True, slots=True)
class AccountKeyed:
    """What an account is for: its operation, its party ("" for all) and its nomenclature ("M57", "M57-developpee")."""

    operation: str
    party: str
    nomenclature: str

    @property
    def named(self) -> str:
        """As a refusal names it: "Le compte M57 pour verser (ccas)"."""
        return f"Le compte {self.nomenclature} pour {self.operation} ({self.party or 'tous tiers'})"

    @property
    def typed(self) -> str:
        """As it is typed after the name of a command."""
        return f"{self.operation}{f' --tiers {self.party}' * bool(self.party)} --nomenclature {self.nomenclature}"


def keyed(row: ContractAccount) -> AccountKeyed:
    """What the account of this row is for."""
    return AccountKeyed(row.operation, row.party, row.nomenclature)


def party_kept(operation: str, party: str) -> str:
    """The party as it is kept: a financeur in capitals, a statut or a type of porteur in small letters."""
    typed = party.strip()
    return typed.upper() if operation == AccountOperation.RECEIVE else typed.lower().replace(" ", "_").replace("-", "_")


def contract_accounts(session: Session) -> Sequence[ContractAccount]:
    """Those of the contract, closed ones too, by operation, party, nomenclature and first day."""
    order = (ContractAccount.operation, ContractAccount.party, ContractAccount.nomenclature, ContractAccount.starts_on)
    return session.scalars(select(ContractAccount).order_by(*order)).all()


def last_account(session: Session, operation: str, party: str, nomenclature: str = "") -> ContractAccount:
    """The row of this operation and party that begins last; nomenclature: "" for any. raises: NotFound."""
    found = [
        each
        for each in contract_accounts(session)
        if (each.operation, each.party) == (operation, party) and nomenclature in ("", each.nomenclature)
    ]
    if not found:
        raise NotFound(
            f"Aucun compte n'est saisi dans ce contrat pour {operation} ({party or 'tous tiers'}).",
            f"Saisissez-le : cofiville compte ajouter {operation} NUMERO{f' --tiers {party}' * bool(party)}"
            " --source TEXTE.",
        )
    return max(found, key=lambda each: each.starts_on)


def add_account(
    session: Session, key: AccountKeyed, account: str, *, source: str, to_confirm: bool, days: Period
) -> ContractAccount:
    """The new one, for these exercices. raises: InvalidValue, NotFound, FactExists."""
    check_contract_account(session, key, account, source, days)
    contract = context(session).contract
    there = session.get(ContractAccount, (contract, key.operation, key.party, key.nomenclature, days.first))
    if there is not None:
        raise FactExists(
            f"{key.named} est déjà le {there.account} depuis le {french_day(there.starts_on)}"
            f"{standing_act(there, 'account')}.",
            f"Corrigez-le : cofiville compte modifier {key.typed} --compte {account.strip()}.",
        )
    found = ContractAccount(
        contract=contract,
        operation=key.operation,
        party=key.party,
        nomenclature=key.nomenclature,
        account=account.strip(),
        source=source.strip(),
        to_confirm=to_confirm,
    )
    found.starts_on, found.ends_on = days.first, days.last
    session.add(found)
    session.flush()
    return found


def change_account(
    session: Session, row: ContractAccount, *, account: str, source: str, to_confirm: bool, uses: Collection[str]
) -> None:
    """Another number, source or doubt for the same exercices.

    uses: what is charged to it already, in sentences. raises: InvalidValue, StillUsed for another number.
    """
    check_contract_account(session, keyed(row), account, source, Period(row.starts_on, row.ends_on))
    check_account_change(row, account, uses)
    row.account, row.source, row.to_confirm = account.strip(), source.strip(), to_confirm
    session.flush()


def change_account_from(
    session: Session, row: ContractAccount, *, account: str, source: str, to_confirm: bool, first: date
) -> ContractAccount:
    """Another account from this exercice on: the former holds until the end of the one before. raises: as add_account.

    raises: InvalidValue when the former begins no earlier, or has ended before.
    """
    check_whole_exercices(Period(first, None))
    if first <= row.starts_on:
        raise InvalidValue(
            f"{keyed(row).named} vaut depuis le {french_day(row.starts_on)}{standing_act(row)}.",
            f"Donnez le 1er janvier d'une année d'après, ou corrigez-le sans --le : cofiville compte modifier"
            f" {keyed(row).typed} --compte NUMERO.",
        )
    last = row.ends_on
    if last is not None and last < first:
        raise InvalidValue(
            f"{keyed(row).named} a pris fin le {french_day(last)}{standing_act(row, 'ends_on')}.",
            f"Ajoutez-le de nouveau : cofiville compte ajouter {row.operation} NUMERO"
            f"{f' --tiers {row.party}' * bool(row.party)} --du {first} --source TEXTE.",
        )
    row.ends_on = date(first.year - 1, 12, 31)
    session.flush()
    days = Period(first, last)
    return add_account(session, keyed(row), account, source=source, to_confirm=to_confirm, days=days)


def check_account_change(row: ContractAccount, account: str, uses: Collection[str]) -> None:
    """Nothing when its number stays, or when nothing is charged to it. raises: StillUsed."""
    if account.strip() != row.account:
        refuse_still_used(
            f"{keyed(row).named} ne peut pas devenir le {account.strip()}",
            list(uses),
            f"Donnez l'exercice depuis lequel il change : cofiville compte modifier {keyed(row).typed}"
            f" --compte {account.strip()} --le AAAA-01-01.",
        )


def check_contract_account(session: Session, key: AccountKeyed, account: str, source: str, days: Period) -> None:
    """Nothing when it may stand beside the others of the contract.

    raises: InvalidValue for what is no operation, party, nomenclature or account, NotFound for a party that is not in
    the contract, FactExists where another holds in one of these exercices.
    """
    check_operation(key.operation)
    _check_party(session, key)
    known = _nomenclatures(session)
    if key.nomenclature not in known:
        raise InvalidValue(f"« {key.nomenclature} » n'est pas une nomenclature.", f"Valeurs : {', '.join(known)}.")
    if not (account.strip().isascii() and account.strip().isdigit()):
        raise InvalidValue(f"« {account.strip()} » n'est pas un numéro de compte.", "Écrivez ses chiffres : 65748.")
    if not source.strip():
        raise InvalidValue("La source manque.", 'Nommez qui le dit : --source "Comptable, courrier du 12/12/2019".')
    check_whole_exercices(days)
    for each in contract_accounts(session):
        other = Period(each.starts_on, each.ends_on)
        if keyed(each) == key and each.starts_on != days.first and other.overlaps(days):
            raise FactExists(
                f"{key.named} est déjà le {each.account} depuis le {french_day(each.starts_on)}"
                f"{standing_act(each, 'account')}.",
                f"Changez-le depuis un exercice : cofiville compte modifier {key.typed} --compte {account.strip()}"
                " --le AAAA-01-01.",
            )


def check_whole_exercices(days: Period) -> None:
    """Nothing when these days are whole exercices. raises: InvalidValue."""
    if (days.first.month, days.first.day) != (1, 1):
        raise InvalidValue(
            f"Un compte vaut pour des exercices entiers, pas depuis le {french_day(days.first)}.",
            f"Donnez un 1er janvier, par exemple {days.first.year + 1}-01-01.",
        )
    if days.last is not None and (days.last.month, days.last.day) != (12, 31):
        raise InvalidValue(
            f"Un compte vaut pour des exercices entiers, pas jusqu'au {french_day(days.last)}.",
            f"Donnez un 31 décembre, par exemple {days.last.year}-12-31.",
        )


def _check_party(session: Session, key: AccountKeyed) -> None:
    if key.operation in _OF_ALL:
        if key.party:
            raise InvalidValue(
                f"Le compte pour {key.operation} est le même pour tous.", f"N'écrivez pas « {key.party} »."
            )
        return
    if not key.party:
        raise InvalidValue("Le tiers manque.", "Donnez-le : --tiers ccas, ou --tiers ETAT pour une recette.")
    if key.operation == AccountOperation.PAY:
        known: Sequence[str] = sorted({*Statut.labels(), *PorteurKind.labels()})
        if key.party not in known:
            raise InvalidValue(
                f"« {key.party} » n'est ni un statut ni un type de porteur.", f"Valeurs : {', '.join(known)}."
            )
        return
    payers = session.execute(select(Financeur.code, Financeur.kind)).all()
    names = {name for code, kind in payers for name in (code, kind.upper())}
    if key.party not in names | set(session.scalars(select(CreditLine.code))):
        raise NotFound(
            f"« {key.party} » n'est ni un financeur, ni un type de financeur, ni une ligne du contrat.",
            "Les codes : cofiville financeur lister, cofiville ligne lister.",
        )


def _nomenclatures(session: Session) -> list[str]:
    """The charts at hand, whole or by variant: "M57", "M57-developpee"."""
    pairs = session.execute(select(ChartAccount.nomenclature, ChartAccount.variant).distinct()).all()
    return sorted({name for nomenclature, variant in pairs for name in (nomenclature, f"{nomenclature}-{variant}")})
