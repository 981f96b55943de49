"""Questions on a terminal: only what was not typed is asked; without a terminal, what is missing is a wrong usage."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

from ledger.commands.declaring.choices import for_this_contract, may_ask
from ledger.commands.declaring.usage import WrongUsage
from ledger.commands.outcome import Unconfirmed
from ledger.core.errors import InvalidValue, LedgerError
from ledger.terminal.fitting import fitted

Value = TypeVar("Value")


def ask(question: str, read: Callable[[str], Value], offered: Callable[[str], str] = str) -> Value:
    """The value of the first answer that `read` accepts. raises: KeyboardInterrupt when the answers end.

    offered: the answers there are to choose among that begin so, one a line: shown for « ? », or « ETAT? ».
    """
    while True:
        print(fitted(f"{question} :", sys.stderr), end=" ", file=sys.stderr, flush=True)
        answer = sys.stdin.readline()
        if not answer:
            raise KeyboardInterrupt
        answer = answer.strip()
        if answer == "?" or (offered is not str and answer.endswith("?") and " " not in answer):
            print(possible(offered, answer[:-1]), file=sys.stderr)
            continue
        try:
            return read(answer)
        except LedgerError as refusal:
            print(fitted(f"{refusal.problem}\n→ {for_this_contract(refusal.remedy)}", sys.stderr), file=sys.stderr)


def possible(offered: Callable[[str], str], begun: str) -> str:
    """What « ? » shows: the answers that begin so, or that there is none to choose."""
    found = offered(begun)
    return f"Réponses possibles :\n{found}" if found else "Rien à proposer ici : tapez la valeur."


def not_empty(text: str) -> str:
    """An answer of some words. raises: InvalidValue when it is blank."""
    if not text:
        raise InvalidValue("La réponse est vide.", "Saisissez quelques mots.")
    return text


def read_yes(text: str) -> bool:
    """Whether the answer is yes; a blank one says no. raises: InvalidValue for another word."""
    if text.lower() not in ("", "o", "oui", "n", "non"):
        raise InvalidValue(f"« {text} » n'est ni oui ni non.", "Répondez o ou n.")
    return text.lower() in ("o", "oui")


def agreed(question: str, *, default: bool = False) -> bool:
    """Whether the user says yes; a blank answer says what `default` says."""
    print(question, end="", file=sys.stderr, flush=True)
    answer = sys.stdin.readline()
    if default and answer == "\n":
        return True
    return answer.strip().lower() in ("o", "oui")


def accepted(unconfirmed: Unconfirmed) -> bool:
    """Whether these consequences are accepted by who is there to be asked; where nobody is, by who needs not be.

    raises: WrongUsage without a terminal to ask on, where a script must accept them too.
    """
    if not may_ask():
        if unconfirmed.by_script:
            raise WrongUsage(
                f"{unconfirmed.consequences} Cet acte demande une confirmation.", "Relisez, puis ajoutez --oui."
            )
        return True
    print(fitted(unconfirmed.consequences, sys.stderr), file=sys.stderr)
    if agreed("Continuer ? [o/N] "):
        return True
    print("Rien n'a été écrit.", file=sys.stderr)
    return False
