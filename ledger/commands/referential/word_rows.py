"""What the commands on words of a contract share: their fields, their rows, and the acts on one of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from ledger.commands.declaring.access import reading_as_of, writing
from ledger.commands.declaring.options import AuJour, ConnuAu, day, option
from ledger.commands.outcome import Row
from ledger.core.field import Field, Kind
from ledger.journal.fields import LABEL
from ledger.referential.fields import CODE, FIRST_DAY, LAST_DAY, NEW_NAME, SOURCE

if TYPE_CHECKING:
    from ledger.referential.words import ContractWord

DAYS = (FIRST_DAY, LAST_DAY)
ROLE = Field("role", "rôle", Kind.CODE, help="Ce que le programme y cherche.", optional=True, placeholder="ROLE")
WORD_CODE = CODE.but(help="Son code, en minuscules.", placeholder="CODE")
WORD_LABEL = LABEL.but(help="Son libellé.", placeholder="LIBELLE")
WORD_SOURCE = SOURCE.but(placeholder="TEXTE", optional=True)
NewLabel = Annotated[str | None, option(NEW_NAME, "--libelle")]
NewSource = Annotated[str | None, option(WORD_SOURCE, "--source")]
FirstDay = Annotated[date | None, option(FIRST_DAY)]

_ATTRIBUTES: Mapping[str, str] = {
    "code": "code",
    "libelle": "label",
    "court": "short_label",
    "role": "role",
    "compte_comme": "served_as",
    "sur_justificatif": "on_evidence",
    "dispositif": "dispositif",
    "source": "source",
    "du": "starts_on",
    "au": "ends_on",
}
"""By field, the attribute it shows."""


def word_rows(entity: type[ContractWord], fields: tuple[Field, ...], le: AuJour, connu_au: ConnuAu) -> tuple[Row, ...]:
    """The rows of those of the contract, closed ones too, as known."""
    from ledger.referential.words import words_of

    with reading_as_of(le, connu_au) as session:
        return tuple(word_row(each, fields) for each in words_of(session, entity))


def word_row(word: ContractWord, fields: tuple[Field, ...]) -> Row:
    """The word by these fields."""
    return {each.name: getattr(word, _ATTRIBUTES[each.name]) for each in fields}


def added_word(
    entity: type[ContractWord], fields: tuple[Field, ...], code: str, said: Mapping[str, Any], first: date | None
) -> Row:
    """The row of the new one."""
    from ledger.referential.change_words import add_word

    with writing() as session:
        return word_row(add_word(session, entity, code, said, first), fields)


def changed_word(
    entity: type[ContractWord], fields: tuple[Field, ...], code: str, typed: Mapping[str, Any], on: date | None
) -> Row:
    """The row of the one that is changed; typed: by attribute, None where nothing was."""
    from ledger.programming.word_uses import uses_of
    from ledger.referential.change_words import change_word
    from ledger.referential.words import find_word

    said = {name: value for name, value in typed.items() if value is not None}
    with writing() as session:
        found = find_word(session, entity, code)
        change_word(session, found, said, on, [each.said for each in uses_of(session, found)])
        return word_row(found, fields)


def closed_word(entity: type[ContractWord], fields: tuple[Field, ...], code: str, on: date | None) -> Row:
    """The row of the one that is closed."""
    from ledger.programming.facts_in_use import close_unused
    from ledger.referential.words import find_word

    with writing() as session:
        found = find_word(session, entity, code)
        close_unused(session, found, day(on))
        return word_row(found, fields)
