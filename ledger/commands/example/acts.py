"""The acts of the example as command lines: those of its files of acts, « % » lines drawn from files and answers."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, TypeAlias

from ledger.commands.example import FOLDER, rows
from ledger.core.money import ZERO, Money, parse_money, total
from ledger.core.rate import cut_down
from ledger.rules.vocabulary import Circuit

Words: TypeAlias = list[str]
Read: TypeAlias = Callable[[Words], Any]
"""Runs a command that only reads and gives its JSON answer."""

FIRST_ACTS = "actes.txt"
SECOND_ACTS = "actes_2026.txt"


def written_acts(name: str) -> list[Words]:
    """The lines of one file of acts ("actes.txt"), split into words; comments left out."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [shlex.split(line) for line in lines if line.strip() and not line.startswith("#")]


def commands_played(act: Words, read: Read) -> Iterator[Words]:
    """The command or commands that a line stands for, each of the contract that the line names."""
    contract, words = (act[:2], act[2:]) if act[0] == "--contrat" else ([], act)
    if not words[0].startswith("%"):
        yield act
        return
    for command in _DRAWN[words[0]](lambda asked: read([*contract, *asked]), *words[1:]):
        yield [*contract, *command]


def _enveloppes(_read: Read, first: str, last: str) -> Iterator[Words]:
    for row in rows("enveloppes_2016.csv"):
        if first <= row["le"] <= last:
            what = [row["ligne"], row["le"][:4], row["montant"]]
            yield ["enveloppe", "notifier", *what, "--piece", row["piece"], "--le", row["le"]]


def _conventions(read: Read, year: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read(["convention", "lister", year])
    return found


def _constats(read: Read, year: str, day: str, percent: str, *payers: str) -> Iterator[Words]:
    for row in _conventions(read, year):
        if row["circuit"] == Circuit.DIRECT and (not payers or row["payeur"] in payers):
            wished = cut_down(Fraction(int(percent), 100), parse_money(row["accorde"])) - parse_money(row["verse"])
            yield from _paid_directly(row, min(wished, parse_money(row["reste_du"])), day)


def _soldes(read: Read, year: str, day: str) -> Iterator[Words]:
    for row in _conventions(read, year):
        if row["circuit"] == Circuit.DIRECT and parse_money(row["justifie"]):
            yield from _paid_directly(row, parse_money(row["reste_du"]), day)


def _paid_directly(row: dict[str, Any], amount: Money, day: str) -> Iterator[Words]:
    if amount > ZERO:
        reference = f"{row['payeur']} {day} {row['convention']}"
        yield ["versement", "payer", row["convention"], amount.plain(), "--reference", reference, "--le", day]


def _bilans(read: Read, day: str) -> Iterator[Words]:
    settled = [row for row in rows("bilans_2016.csv") if row["le"] == day]
    signed = _conventions(read, "2016")
    for bilan in settled:
        mine = [row for row in signed if bilan["action"] in row["actions"]]
        for row in _one_a_financeur(mine):
            yield [
                *("bilan", "saisir", row["convention"], "--action", bilan["action"]),
                *("--cout", bilan["cout_reel"], "--qpv", bilan["public_qpv"]),
                *("--veille", bilan["public_veille"], "--hors", bilan["public_hors"]),
                *_other_funding(mine, row),
                *("--piece", f"Compte rendu financier {bilan['action']} (exemple)", "--le", day),
            ]


def _one_a_financeur(conventions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A convention of each financeur of an action, the EPCI's own first: its bilan settles the others."""
    first: dict[tuple[str, str], dict[str, Any]] = {}
    for row in sorted(conventions, key=lambda row: row["circuit"]):
        first.setdefault((row["circuit"], row["payeur"]), row)
    return list(first.values())


def _other_funding(conventions: list[dict[str, Any]], mine: dict[str, Any]) -> Words:
    """What other financeurs paid themselves, where the bilan of this convention is the one that confirms it."""
    if mine["circuit"] == Circuit.DIRECT and any(row["circuit"] == Circuit.BUDGET for row in conventions):
        return []
    others = [row for row in conventions if row["circuit"] == Circuit.DIRECT and row["payeur"] != mine["payeur"]]
    paid = total(parse_money(row["verse"]) for row in others)
    return ["--autres", paid.plain()] if paid else []


_DRAWN: dict[str, Callable[..., Iterator[Words]]] = {
    "%enveloppes": _enveloppes,
    "%constats": _constats,
    "%soldes": _soldes,
    "%bilans": _bilans,
}
