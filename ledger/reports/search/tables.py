"""Where things are looked for: each kind of thing, the texts and amounts of its rows, the command that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, func, null, select, type_coerce

from ledger.conventions.model import Avenant, AvenantLine, Convention, ConventionLine, Reference
from ledger.execution.model import Bilan, BilanLine, Collection, Payment, PaymentOrder, PaymentOrderLine, Titre
from ledger.journal.fields import CONVENTION
from ledger.journal.model import Entry, Transfer
from ledger.programming.actions.model import Action, Funding
from ledger.programming.committees.model import DecisionAmount
from ledger.programming.posts.model import Post
from ledger.programming.publics.model import ActionReference
from ledger.referential.fields import PORTEUR
from ledger.referential.model import Axis, CreditLine, Financeur, Porteur, Territory
from ledger.reports.history.titles import COLUMN_TITLES
from ledger.rules.model import RuleVersion
from ledger.storage.base import MoneyColumn

_NUMBERED = "numéro"
_BESIDE = {"porteur": PORTEUR.title, "convention": CONVENTION.title}


@dataclass(frozen=True, slots=True)
class SearchedRows:
    """Rows of one kind of thing.

    genre: the kind. rows: what is read, joins included. code: of the thing. command: what shows it, completed by
    {code}, {year} and {of}. title: what is said of it. texts: what else is looked through. amount, what: an amount
    looked through, and what it is of the thing. amount_only: whether a row is found by its amount only, its words
    standing in other rows. year: of the thing, or a day of it. of: what it hangs on. entry: the number of its entry.
    """

    genre: str
    rows: Select[Any]
    code: Any
    command: str
    title: tuple[Any, ...]
    texts: tuple[Any, ...] = ()
    amount: Any = None
    what: str = ""
    amount_only: bool = False
    year: Any = None
    of: Any = None
    entry: Any = None

    @property
    def read(self) -> Select[Any]:
        """Each row: code, year, what it hangs on, entry, amount, then its title and its texts."""
        facts = (null() if each is None else each for each in (self.year, self.of, self.entry, self.amount))
        return self.rows.with_only_columns(self.code, *facts, *self.title, *self.texts)

    @property
    def column_titles(self) -> tuple[str, ...]:
        """What people call each of its titles and texts, in this order."""
        return tuple(self._title_of(each) for each in (*self.title, *self.texts))

    def _title_of(self, column: Any) -> str:
        """A code or a name is what its own thing is; of another one, it says that one."""
        table = column.table.name
        if column.key in ("name", "code", "number") and table in _BESIDE and table != self.genre:
            return _BESIDE[table]
        return _NUMBERED if column.key in ("number", "sequence") else COLUMN_TITLES[column.key]

    def joined(self, table: Any, condition: Any, *texts: Any) -> SearchedRows:
        """The same thing, by the texts of rows of another table."""
        return replace(self, rows=self.rows.join(table, condition), texts=(*self.texts, *texts), amount=None)

    def by_amount(self, table: Any, condition: Any, amount: Any, what: str, *texts: Any) -> SearchedRows:
        """The same thing, by an amount of rows of another table."""
        return replace(
            self.joined(table, condition, *texts),
            amount=type_coerce(amount, MoneyColumn()),
            what=what,
            amount_only=True,
        )


def _sum(amount: Any) -> Any:
    return type_coerce(func.sum(amount), MoneyColumn()).label("amount")


def _beside(table: Any, of: Any) -> Any:
    """The condition that a row of a table that names an action or a convention is this one's."""
    column = table.action if of is Action else table.convention
    return (table.contract == of.contract) & (column == of.number)


def _actions() -> Iterator[SearchedRows]:
    action = SearchedRows(
        "action",
        select(Action).join(Porteur, Porteur.code == Action.porteur),
        Action.number,
        "action montrer {code}",
        (Action.title, Porteur.name),
        (Action.number, Porteur.code),
        Action.cost_total,
        "coût total",
        year=Action.year,
    )
    yield action
    yield action.joined(ActionReference, _beside(ActionReference, Action), ActionReference.reference)
    for table, amount, what in (
        (Funding, Funding.amount_requested, "demandé"),
        (DecisionAmount, DecisionAmount.amount, "avis ou décision d'un comité"),
    ):
        yield action.by_amount(table, _beside(table, Action), amount, what, table.line)


def _conventions() -> Iterator[SearchedRows]:
    convention = SearchedRows(
        "convention",
        select(Convention).outerjoin(Porteur, Porteur.code == Convention.beneficiary),
        Convention.number,
        "convention montrer {code}",
        (Convention.purpose, Porteur.name),
        (Convention.number, Convention.payer, Convention.piece, Convention.cascade_reference, Porteur.code),
        year=Convention.year,
        entry=Convention.entry_number,
    )
    yield convention
    yield convention.joined(Reference, _beside(Reference, Convention), Reference.reference)
    yield convention.joined(Avenant, _beside(Avenant, Convention), Avenant.piece, Avenant.purpose)
    lines = (
        select(ConventionLine.contract, ConventionLine.convention, _sum(ConventionLine.amount))
        .group_by(ConventionLine.contract, ConventionLine.convention)
        .subquery()
    )
    whole = (lines.c.contract == Convention.contract) & (lines.c.convention == Convention.number)
    yield convention.by_amount(lines, whole, lines.c.amount, "accordé")
    for table, amount, what in (
        (ConventionLine, ConventionLine.amount, "accordé sur une ligne"),
        (AvenantLine, AvenantLine.amount_after, "après un avenant"),
        (BilanLine, BilanLine.amount_final, "montant définitif"),
    ):
        yield convention.by_amount(table, _beside(table, Convention), amount, what, table.line)
    yield convention.joined(Bilan, _beside(Bilan, Convention), Bilan.piece)


def _payments() -> Iterator[SearchedRows]:
    lines = (
        select(PaymentOrderLine.contract, PaymentOrderLine.reference, _sum(PaymentOrderLine.gross))
        .group_by(PaymentOrderLine.contract, PaymentOrderLine.reference)
        .subquery()
    )
    own = (lines.c.contract == PaymentOrder.contract) & (lines.c.reference == PaymentOrder.reference)
    for genre, table, rows, amount, what, command in (
        (
            "mandat",
            PaymentOrder,
            select(PaymentOrder).join(lines, own),
            lines.c.amount,
            "liquidé",
            "versement expliquer",
        ),
        ("versement", Payment, select(Payment), Payment.amount, "payé", ""),
        ("titre", Titre, select(Titre), Titre.amount, "émis", ""),
    ):
        yield SearchedRows(
            genre,
            rows.join(Convention, _beside(table, Convention)).outerjoin(
                Porteur, Porteur.code == Convention.beneficiary
            ),
            table.reference,
            f"{command} {{code}}" if command else "convention montrer {of}",
            (Convention.number, Porteur.name),
            (table.reference, Convention.purpose, *((Titre.cancellation_piece,) if table is Titre else ())),
            amount,
            what,
            year=Convention.year,
            of=Convention.number,
            entry=table.entry_number,
        )
    yield SearchedRows(
        "encaissement",
        select(Collection).join(Titre, (Titre.contract == Collection.contract) & (Titre.reference == Collection.titre)),
        Collection.reference,
        "convention montrer {of}",
        (Collection.titre,),
        (Collection.reference,),
        Collection.amount,
        "encaissé",
        of=Titre.convention,
        entry=Collection.entry_number,
    )


def _entries() -> Iterator[SearchedRows]:
    entry = SearchedRows(
        "écriture",
        select(Entry),
        Entry.sequence,
        "journal lister --numero {code}",
        (Entry.label, Entry.piece),
        (Entry.reference, Entry.motive),
        year=Entry.effect_on,
        entry=Entry.sequence,
    )
    yield entry
    moved = (Transfer.contract == Entry.contract) & (Transfer.sequence == Entry.sequence)
    yield entry.by_amount(Transfer, moved, Transfer.amount, "")


def _of_framework() -> Iterator[SearchedRows]:
    yield SearchedRows(
        "porteur",
        select(Porteur),
        Porteur.code,
        "porteur montrer {code}",
        (Porteur.name, Porteur.commune),
        (Porteur.code, Porteur.siret, Porteur.rna),
    )
    yield SearchedRows(
        "poste",
        select(Post).join(Porteur, Porteur.code == Post.porteur),
        Post.code,
        "poste lister {year}",
        (Post.label, Porteur.name),
        (Post.code,),
        Post.cost_yearly,
        "coût d'une année",
        year=Post.year,
    )
    for genre, table, title, command in (
        ("ligne", CreditLine, CreditLine.label, "ligne montrer {code}"),
        ("financeur", Financeur, Financeur.name, "financeur lister"),
        ("territoire", Territory, Territory.name, "territoire lister"),
        ("objectif", Axis, Axis.label, "axe lister"),
        ("règle", RuleVersion, RuleVersion.label, "regle montrer {code}"),
    ):
        yield SearchedRows(genre, select(table), table.code, command, (title,), (table.code,))


SEARCHED = (*_actions(), *_of_framework(), *_conventions(), *_payments(), *_entries())
"""What is looked through, in the order in which it is shown; of two rows about one thing, the first is kept."""
SEARCHED_GENRES = tuple(dict.fromkeys(each.genre for each in SEARCHED))
