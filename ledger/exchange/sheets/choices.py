"""What a column offers that is a row of the référentiel: words of the contract, or those shipped, without a base."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from ledger.core.field import Choice, Field, Kind
from ledger.exchange.declaration import Column, column
from ledger.referential.model import Dispositif, PostKind, Scale
from ledger.referential.shipped_models import default_model
from ledger.referential.shipped_words import shipped_words
from ledger.referential.words import words_of


class _Offered(NamedTuple):
    entity: type[Dispositif] | type[Scale] | type[PostKind]
    shown: str


_LISTS: Mapping[str, _Offered] = {
    "dispositifs": _Offered(Dispositif, "short_label"),
    "echelles": _Offered(Scale, "label"),
    "types_de_poste": _Offered(PostKind, "label"),
}
"""By list, what its rows are and what of them a cell shows."""


def word_column(attribute: str, field: Field, name: str, width: int) -> Column:
    """The required column of a word of this list: one of the default model, until a contract says its own."""
    shipped = shipped_choices()[name]
    return column(attribute, field, help="", kind=Kind.CHOICE, required=True, choices=shipped, words=name, width=width)


@cache
def shipped_choices() -> Mapping[str, tuple[Choice, ...]]:
    """Those of the model of a base made without an option, by list."""
    words = shipped_words(default_model())
    return {
        name: tuple(Choice(row["code"], row[shown], row["label"]) for row in words[entity])
        for name, (entity, shown) in _LISTS.items()
    }


def contract_choices(session: Session) -> dict[str, tuple[Choice, ...]]:
    """Those of the contract of the session, by list; closed ones too, which rows of earlier years hold."""
    return {name: tuple(_choices(words_of(session, entity), shown)) for name, (entity, shown) in _LISTS.items()}


def _choices(words: Iterable[Any], shown: str) -> Iterable[Choice]:
    return (Choice(each.code, getattr(each, shown), each.label) for each in words)
