"""Postes cofinancés: a post and what pays it are one thing, recorded together."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress

from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue
from ledger.core.field import Value
from ledger.core.money import ZERO, Money
from ledger.exchange.declaration import Values, key_text
from ledger.exchange.importing.diff import RowDiff, SheetDiff, compare_rows
from ledger.exchange.importing.handling import Handler, ImportAct, RowsOrigin
from ledger.exchange.reading.rows import Row
from ledger.exchange.sheets.cofinanced_posts import COFINANCED_POSTS, POST_FUNDINGS
from ledger.exchange.vocabulary import State
from ledger.programming.posts.costs import whole_cost
from ledger.programming.posts.model import Post
from ledger.programming.posts.record_post import PostForm, find_post, months_of, posts_of, record_absence, record_post

_MONTHS = re.compile(r"(\d{1,2})(?:\s*-\s*(\d{1,2}))?")
Held = Mapping[str, dict[str, Values]]


def post_rows(session: Session, years: set[int]) -> Held:
    """By sheet then key, the rows of the posts of these years."""
    held: dict[str, dict[str, Values]] = {COFINANCED_POSTS.name: {}, POST_FUNDINGS.name: {}}
    for year in sorted(years):
        for post in posts_of(session, year):
            values = _values(post)
            held[COFINANCED_POSTS.name][key_text(COFINANCED_POSTS, values)] = values
            for each in post.fundings:
                paid: Values = {"year": year, "post": post.code, "line": each.line, "amount": each.amount}
                held[POST_FUNDINGS.name][key_text(POST_FUNDINGS, paid)] = paid
    return held


def _values(post: Post) -> Values:
    return {
        "year": post.year,
        "code": post.code,
        "kind": post.kind,
        "label": post.label,
        "porteur": post.porteur,
        "action": post.action,
        "percent": post.percent,
        "first_month": post.first_month,
        "last_month": post.last_month,
        "absences": _text({(each.first_month, each.last_month) for each in post.absences}),
        "cost_yearly": post.cost_yearly,
        "communes": tuple(each.commune for each in post.communes),
        "population": post.population,
        "population_source": post.population_source,
        "example": post.example,
        "cost": whole_cost(months_of(post)),
    }


def _text(periods: Collection[tuple[int, int]]) -> str:
    return " ; ".join(str(first) if first == last else f"{first}-{last}" for first, last in sorted(periods))


def _settled(row: Row, held: Mapping[str, Values]) -> Row:
    """The row with the absences held besides its own: the workbook adds some, it takes none away."""
    before = str(held.get(row.key, {}).get("absences") or "")
    with suppress(InvalidValue):
        periods = {*periods_of(before), *periods_of(str(row.values.get("absences") or ""))}
        return row.saying({**row.values, "absences": _text(periods)})
    return row


def periods_of(text: str) -> list[tuple[int, int]]:
    """The months written "3-5 ; 9". raises: InvalidValue."""
    found = []
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        match = _MONTHS.fullmatch(part)
        if match is None:
            raise InvalidValue(f"« {part} » ne désigne pas des mois.", "Écrivez « 3-5 ; 9 ».")
        found.append((int(match[1]), int(match[2] or match[1])))
    return found


class CofinancedPostHandler(Handler):
    """Rows of the sheets Postes cofinancés and Financements des postes."""

    sheets = (COFINANCED_POSTS, POST_FUNDINGS)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: RowsOrigin) -> list[SheetDiff]:
        """The posts of the file against those of the years it names."""
        years = {year for found in rows.values() for row in found if isinstance(year := row.values["year"], int)}
        held = post_rows(session, years)
        posts = [_settled(row, held[COFINANCED_POSTS.name]) for row in rows.get(COFINANCED_POSTS.name, ())]
        settled = {**rows, COFINANCED_POSTS.name: posts}
        return [
            compare_rows(sheet, settled[sheet.name], held[sheet.name]) for sheet in self.sheets if sheet.name in rows
        ]

    def acts(self, session: Session, diffs: Sequence[SheetDiff], origin: RowsOrigin) -> Iterator[ImportAct]:
        """One act a post of which something is new or changed."""
        by_post: dict[tuple[Value, Value], list[RowDiff]] = {}
        for sheet in diffs:
            field = "code" if sheet.sheet.name == COFINANCED_POSTS.name else "post"
            for diff in sheet.rows:
                by_post.setdefault((diff.row.values["year"], diff.row.values[field]), []).append(diff)
        for (year, code), found in by_post.items():
            if any(diff.state is not State.SAME for diff in found):
                yield ImportAct(tuple(found), lambda y=year, c=code, f=found: _apply(session, y, c, f))  # type: ignore[misc]


def _apply(session: Session, year: int, code: str, diffs: Sequence[RowDiff]) -> None:
    head = next((diff for diff in diffs if diff.row.sheet.name == COFINANCED_POSTS.name), None)
    paid = {str(d.row.values["line"]): d.row.values["amount"] for d in diffs if d.row.sheet.name == POST_FUNDINGS.name}
    new = head is not None and head.state is State.NEW
    held = None if new else find_post(session, year, code)
    values: Values = {**(_values(held) if held else {}), **(head.row.values if head else {})}
    amounts = {each.line: each.amount for each in held.fundings} if held else {}
    amounts |= {line: amount for line, amount in paid.items() if isinstance(amount, Money)}
    post = record_post(session, _form(values, amounts))
    known = {(each.first_month, each.last_month) for each in post.absences}
    for first, last in periods_of(str(values.get("absences") or "")):
        if (first, last) not in known:
            record_absence(session, post, first, last)


def _form(values: Values, amounts: Mapping[str, Money]) -> PostForm:
    cost, communes, population = values["cost_yearly"], values.get("communes"), values.get("population")
    return PostForm(
        year=_number(values["year"], 0),
        code=str(values["code"]),
        kind=str(values["kind"]),
        label=str(values["label"]),
        porteur=str(values["porteur"]),
        cost_yearly=cost if isinstance(cost, Money) else ZERO,
        fundings=tuple((line, amount) for line, amount in amounts.items() if amount),
        percent=_number(values.get("percent"), 100),
        first_month=_number(values.get("first_month"), 1),
        last_month=_number(values.get("last_month"), 12),
        communes=communes if isinstance(communes, tuple) else (),
        population=population if isinstance(population, int) else None,
        population_source=str(values.get("population_source") or ""),
        action=str(values.get("action") or ""),
        example=bool(values.get("example")),
    )


def _number(value: Value, usual: int) -> int:
    return value if isinstance(value, int) else usual
