"""Ma semaine: what is due and late, and what is decided of it."""

from __future__ import annotations

import shlex
from datetime import date

from ledger.core.errors import LedgerError
from ledger.core.field import Kind
from ledger.core.money import Money
from ledger.exchange.declaration import Column, Sheet, Values, column
from ledger.exchange.fields import EUROS
from ledger.reports.fields import COMMAND, DEADLINE, LATE, TASK, TASK_SUBJECT, WAITS_FOR
from ledger.reports.figures.payments import TO_JUSTIFY

WEEK = Sheet(
    name="Ma semaine",
    title="Ma semaine",
    key=("subject", "nature"),
    aliases=("semaine",),
    instructions=(
        "Pour enregistrer un acte : « oui » dans Faire, son jour, sa référence ou sa pièce, un montant s'il diffère.",
        "Des montants de natures différentes ne s'additionnent pas : filtrez « À faire » pour ceux d'une seule.",
        "Puis : cofiville rapport semaine CE_CLASSEUR --relire. Tout est enregistré, ou rien.",
    ),
    columns=(
        column("subject", TASK_SUBJECT, kind=Kind.TEXT, required=True, width=26),
        column("nature", TASK, required=True, width=32),
        column("late", LATE, informative=True, width=10),
        column("waits_for", WAITS_FOR, informative=True, width=22),
        column("due_on", DEADLINE, informative=True, width=12),
        Column("amount_due", "Montant dû", Kind.AMOUNT, informative=True, width=16),
        column("to_justify", TO_JUSTIFY.field(), informative=True, width=16),
        Column("decided", "Faire", Kind.YES_NO, width=8, help="oui : l'acte sera enregistré à la relecture."),
        Column("on", "Le", Kind.DAY, width=12, help="Le jour où l'acte compte."),
        column("amount", EUROS, width=16, help="Le montant dû si rien n'est écrit."),
        Column("reference", "Référence ou pièce", Kind.TEXT, width=26),
        column("command", COMMAND, informative=True, width=60),
    ),
    repeats=True,
)


class DecisionIncomplete(LedgerError):
    """A row decided lacks what its act needs."""

    code = "decision_incomplete"


def completed_command(command: str, due: Money | None, decided: Values) -> list[str]:
    """The words of the command, its words in capitals replaced by what was decided.

    due: the amount when none is written; None where it must be. raises: DecisionIncomplete.
    """
    day, amount, reference = decided.get("on"), decided.get("amount") or due, decided.get("reference")
    values = {
        "JOUR": (day.isoformat() if isinstance(day, date) else "", "Le", "le jour où l'acte compte"),
        "MONTANT": (amount.plain() if isinstance(amount, Money) else "", "Montant", "le montant"),
        "REFERENCE": (str(reference or ""), "Référence ou pièce", "la référence"),
        "PIECE": (str(reference or ""), "Référence ou pièce", "la pièce"),
        "TITRE": ("", "", ""),
    }
    words = shlex.split(command)
    for place, word in enumerate(words):
        if word not in values:
            continue
        value, column, what = values[word]
        if not value:
            raise DecisionIncomplete(
                f"Il manque {what or 'le titre'} pour : {command}.",
                f"Remplissez la colonne « {column} »." if column else "Tapez cette commande vous-même.",
            )
        words[place] = value
    return words
