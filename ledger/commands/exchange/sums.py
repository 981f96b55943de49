"""What an import of a partner's file ends with: lines and euros read, kept, left out, to the cent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from ledger.exchange.importing.importer import ImportResult
    from ledger.exchange.partners.sums import FilePart, FileSums
    from ledger.exchange.workbook import Reading

_NAMED = 5


def sums_of(found: ImportResult, content: Reading) -> list[FileSums]:
    """The sums of each sheet of the import that has any: those of partners' layouts."""
    from ledger.exchange.partners.sums import file_sums

    return [
        file_sums(content.rows.get(each.sheet.name, ()), content.left_out.get(each.sheet.name, ()), each)
        for each in found.sheets
        if each.sheet.counted
    ]


def sums_row(sums: FileSums) -> dict[str, Any]:
    """The sums as scripts read them: euros as text with a point, two decimals or all there are."""
    return {
        "lu": _part(sums.read),
        "garde": _part(sums.kept),
        "ecarte": _part(sums.left_out)
        | {"motifs": [_part(each) | {"motif": each.words, "ou": list(each.cells)} for each in sums.reasons]},
        "arrondi": _plain(sums.rounding),
        "repetees": _part(sums.repeated),
        "sans_montant": {"lignes": len(sums.silent), "ou": list(sums.silent)},
    }


def _part(part: FilePart) -> dict[str, Any]:
    return {"lignes": part.lines, "somme": _plain(part.euros)}


def _plain(euros: Fraction) -> str:
    from ledger.exchange.reading.cells import exact_text

    return exact_text(euros, separator="", mark=".", unit="")


def sums_said(sums: FileSums) -> Iterator[str]:
    """The sums, for people."""
    from ledger.exchange.reading.cells import exact_text

    rounding = f" + {exact_text(sums.rounding)} d'arrondis" if sums.rounding else ""
    yield (
        f"{sums.sheet} : {_words(sums.read)} lues = {_words(sums.kept)} gardées "
        f"+ {_words(sums.left_out)} écartées{rounding}."
    )
    for each in sums.reasons:
        yield f"  écarté, {each.words} : {_words(each)} ({_first(each.cells)})."
    if sums.repeated.lines:
        yield f"  gardé, mais pareil à une autre ligne dans toutes ses colonnes : {_words(sums.repeated)}."
    if sums.silent:
        cells = _first(sums.silent)
        yield f"  gardé sans montant lisible, compté pour rien : {len(sums.silent)} ligne(s) ({cells})."


def _first(cells: Sequence[str]) -> str:
    return ", ".join(cells[:_NAMED]) + (", …" if len(cells) > _NAMED else "")


def _words(part: FilePart) -> str:
    from ledger.exchange.reading.cells import exact_text

    return f"{part.lines} ligne(s), {exact_text(part.euros)},".rstrip(",")
