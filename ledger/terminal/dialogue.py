"""Questions on a terminal: only what was not typed is asked; without a terminal, what is missing is a wrong usage."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TextIO, TypeVar

from typer import TyperException
from typer.core import TyperOption

from ledger.commands.declaring.choices import for_this_contract, may_ask
from ledger.commands.declaring.configuration import configured
from ledger.commands.declaring.usage import WrongUsage
from ledger.commands.outcome import Unconfirmed
from ledger.core.errors import FileInTheWay, InvalidValue, LedgerError
from ledger.core.identifiers import is_count, plain_words
from ledger.journal.fields import YEAR
from ledger.terminal.completion import listed
from ledger.terminal.fitting import fitted
from ledger.terminal.naming import AGAIN, Command, parameter_name, value_name
from ledger.terminal.usage import wrong_usage

Value = TypeVar("Value")


def ask(question: str, read: Callable[[str], Value], offered: Callable[[str], str] = str) -> Value:
    """The value of the first answer that `read` accepts. raises: KeyboardInterrupt when the answers end.

    offered: the answers there are to choose among that begin so, one a line: shown for « ? », « ETAT? » (that begin
    so) or « ? denain » (that have these words).
    """
    while True:
        print(_asked(question), end=" ", file=sys.stderr, flush=True)
        answer = sys.stdin.readline()
        if not answer:
            raise KeyboardInterrupt
        answer = answer.strip()
        if answer == "?" or (offered is not str and is_list_asked(answer)):
            print(possible(offered, answer, sys.stderr), file=sys.stderr)
            continue
        try:
            return read(answer)
        except LedgerError as refusal:
            here = "" if offered is str else "\n→ Ici, ? liste les réponses possibles, ? MOT celles qui le contiennent."
            said = for_this_contract(f"{refusal.problem}\n→ {refusal.remedy}{here}")
            print(fitted(said, sys.stderr), file=sys.stderr)


def _asked(question: str) -> str:
    """The question and its colon, which never begins a line of its own."""
    return fitted(f"{question}\u00a0:", sys.stderr).removesuffix("\u00a0:") + " :"


def is_list_asked(answer: str) -> bool:
    """Whether the answer asks what may be answered: « ? », « ETAT? » or « ? denain »."""
    return answer.startswith("?") or (answer.endswith("?") and " " not in answer)


def possible(offered: Callable[[str], str], answer: str, stream: TextIO) -> str:
    """What such an answer shows on this stream: what may be answered instead, or that there is none to choose."""
    begun, _, words = answer.partition("?")
    found = [line for line in offered(begun).splitlines() if plain_words(words) in plain_words(line)]
    if not found:
        return "Rien à proposer ici : tapez la valeur."
    return "\n".join(["Réponses possibles :", *(fitted(line, stream, hanging=4) for line in found)])


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


def replaced(in_the_way: FileInTheWay) -> bool:
    """Whether who is there to be asked lets this file be replaced.

    raises: FileInTheWay itself where nobody can be asked.
    """
    if not (in_the_way.replaceable and may_ask()):
        raise in_the_way
    print(fitted(in_the_way.problem, sys.stderr), file=sys.stderr)
    if agreed("Le remplacer ? [o/N] "):
        return True
    print("Rien n'a été écrit.", file=sys.stderr)
    return False


def accepted(unconfirmed: Unconfirmed) -> bool:
    """Whether these consequences are accepted by who is there to be asked; where nobody is, by who needs not be.

    raises: without a terminal to ask on, its refusal, or WrongUsage where a script must accept them too.
    """
    if not may_ask():
        if unconfirmed.refusal is not None:
            raise unconfirmed.refusal
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


class AnswersEnded(Exception):
    """The answers ended, or Ctrl-C: the menu closes."""


def read_answer(question: str) -> str:
    """One answer, without its blanks. raises: Leave."""
    print(question, end="", flush=True)
    try:
        answer = sys.stdin.readline()
    except KeyboardInterrupt:
        raise AnswersEnded from None
    if not answer:
        raise AnswersEnded
    return answer.strip()


def choose_among(
    question: str, labels: Sequence[str], last: str, on_words: Callable[[str], None] | None = None
) -> int | None:
    """The place of the label chosen by its number; None for 0. on_words: what is done of an answer in words."""
    print(f"\n{question}")
    for number, label in enumerate(labels, start=1):
        print(fitted(f"  {number:>2}  {label}", sys.stdout, hanging=4))
    print(f"   0  {last}")
    if on_words is not None:
        print("Ou tapez des mots, une pièce, un montant à chercher.")
    while True:
        answer = read_answer("Numéro : ")
        if answer == "0":
            return None
        if is_count(answer) and 1 <= int(answer) <= len(labels):
            return int(answer) - 1
        if on_words is not None and answer and not is_count(answer):
            on_words(answer)
            continue
        print(f"Tapez un numéro de 0 à {len(labels)}.")


def answered_words(root: Any, words: tuple[str, ...], command: Command) -> list[str] | None:
    """The words the answers make, options first; None when the user gives up on something compulsory.

    What is compulsory is asked; the rest only when the user wants it. « ? » lists the codes there are.
    """
    asked = [each for each in command.params if not getattr(each, "hidden", False) and each.name != "help"]
    needed = [each for each in asked if each.required]
    others = [each for each in asked if not each.required and each.name not in ("oui", AGAIN)]
    with command.make_context(" ".join(words), [], parent=root, resilient_parsing=True) as context:
        answers: list[tuple[Any, str]] = []
        for each in needed:
            answer = _ask(context, each, compulsory=True)
            if not answer:
                return None
            answers.append((each, answer))
        if others and read_answer(f"Préciser autre chose ({_names(others)}) ? [o/N] ").lower() in ("o", "oui"):
            answers += [(each, answer) for each in others if (answer := _ask(context, each, compulsory=False))]
    return _as_words(answers)


def missing_words(context: Any, parameter: Any) -> list[str]:
    """The words of a parameter left out of a command line, asked until they can be read; « ? » lists what there is.

    A blank answer leaves the day of effect to its default, the exercice to the usual one where there is one.
    raises: KeyboardInterrupt when the answers end.
    """
    compulsory, usual = parameter.name != "le", _usual(parameter)

    def read(answer: str) -> list[str]:
        text = answer or usual
        if not text and compulsory:
            raise InvalidValue("Il faut une réponse.", "Tapez-la, ou ? pour voir ce qui est possible.")
        words = _as_words([(parameter, text)]) if text else []
        values = [word for word in words if word != parameter_name(parameter)]
        try:
            if text:
                parameter.process_value(context, tuple(values) if parameter.multiple or parameter.nargs != 1 else text)
        except TyperException as error:
            found: Any = error
            found.ctx = context
            raise wrong_usage(found) from None
        return words

    blank = usual if compulsory else parameter.show_default
    default = f" (vide : {blank})" if blank else ""
    return ask(f"{_label(parameter)}{default}", read, partial(_offered, context, parameter))


def _usual(parameter: Any) -> str:
    """The configured exercice, where that is what the parameter says; else ""."""
    return str(configured().year or "") if parameter.metavar == YEAR.placeholder else ""


def _names(parameters: Sequence[Any]) -> str:
    return ", ".join(parameter_name(each).removeprefix("--").lower() for each in parameters)


def _ask(context: Any, parameter: Any, *, compulsory: bool) -> str:
    """The answer, blank for none; the usual exercice for a blank one. A flag gives "oui" or blank."""
    flag = isinstance(parameter, TyperOption) and parameter.is_flag
    label = _label(parameter)
    usual = _usual(parameter) if compulsory else ""
    hint = " [o/N]" if flag else f" [{usual}]" if usual else "" if compulsory else " [rien]"
    while is_list_asked(answer := read_answer(f"{label}{hint} : ")):
        print(possible(partial(_offered, context, parameter), answer, sys.stdout))
    if flag:
        return "oui" if answer.lower() in ("o", "oui") else ""
    return answer or usual


def _label(parameter: Any) -> str:
    """What is asked: the help of the parameter, and its choices where there are."""
    label = (parameter.help or parameter_name(parameter)).removesuffix(".")
    choices = value_name(parameter) if isinstance(parameter, TyperOption) and "|" in value_name(parameter) else ""
    return f"{label} ({choices})" if choices else label


def _offered(context: Any, parameter: Any, begun: str = "") -> str:
    """The codes that may be answered and begin so, one a line; "" when there are none to choose among."""
    return listed([(item.value, item.help or "") for item in parameter.shell_complete(context, begun.upper())])


def _as_words(answers: Sequence[tuple[Any, str]]) -> list[str]:
    options: list[str] = []
    arguments: list[str] = []
    for parameter, answer in answers:
        if not isinstance(parameter, TyperOption):
            arguments += answer.split() if parameter.nargs != 1 else [answer]
        elif parameter.is_flag:
            options.append(parameter_name(parameter))
        else:
            several = [part.strip() for part in answer.split(";")] if parameter.multiple else [answer]
            options += [word for part in several if part for word in (parameter_name(parameter), part)]
    return [*arguments, *options]
