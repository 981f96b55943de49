"""The words in which the details of an action are typed: publics, accounts, references, indicators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ledger.core.errors import InvalidValue
from ledger.core.money import parse_money
from ledger.programming.vocabulary import PlanSide

if TYPE_CHECKING:
    from ledger.programming.forms import IndicatorForm, PlanLineForm, PublicForm, ReferenceForm


def publics_of(typed: Sequence[str] | None) -> tuple[PublicForm, ...]:
    """Publics typed LIEU=EFFECTIF[:compte][:EPCI][:qpv=N][:preuve=TEXTE]. raises: InvalidValue."""
    return tuple(_public(text) for text in typed or ())


def _public(text: str) -> PublicForm:
    from ledger.programming.forms import PublicForm
    from ledger.programming.public_model import PLACE_KINDS

    place, headcount, words = _parted(text, "LIEU=EFFECTIF, par exemple DENAIN-CENTRE=40:compte")
    known = place.strip().lower() in PLACE_KINDS
    counted, epci, qpv, evidence = False, "", None, ""
    for word in words:
        name, _, value = word.partition("=")
        match name.strip().lower():
            case "compte" | "compté":
                counted = True
            case "estime" | "estimé":
                counted = False
            case "caph" | "cavm":
                epci = name.strip().upper()
            case "qpv":
                qpv = count_of(value)
            case "preuve":
                evidence = value.strip()
            case _:
                raise InvalidValue(
                    f"« {word} » n'est pas compris dans « {text} ».",
                    "Mots possibles : compte, estime, CAPH, CAVM, qpv=N, preuve=TEXTE.",
                )
    return PublicForm(
        kind=place.strip().lower() if known else "",
        headcount=count_of(headcount),
        territory="" if known else place.strip(),
        epci=epci,
        counted=counted,
        qpv_headcount=qpv,
        evidence=evidence,
    )


def _parted(text: str, example: str) -> tuple[str, str, list[str]]:
    name, separator, rest = text.partition("=")
    if not separator or not name.strip():
        raise InvalidValue(f"« {text} » n'est pas compris.", f"Écrivez {example}.")
    value, *words = rest.split(":")
    return name, value, words


def count_of(text: str) -> int:
    """A number of people. raises: InvalidValue."""
    stripped = text.strip()
    if not (stripped.isascii() and stripped.isdigit()):
        raise InvalidValue(f"« {stripped} » n'est pas un nombre de personnes.", "Saisissez un nombre entier.")
    return int(stripped)


def accounts_of(side: str, typed: Sequence[str] | None) -> tuple[PlanLineForm, ...]:
    """Accounts of one side typed COMPTE=MONTANT[:LIBELLE]. raises: InvalidValue."""
    from ledger.programming.cerfa import find_account
    from ledger.programming.forms import PlanLineForm

    found = []
    for text in typed or ():
        account, amount, words = _parted(text, "COMPTE=MONTANT, par exemple 641=2500")
        found.append(PlanLineForm(side, find_account(side, account), parse_money(amount), ":".join(words).strip()))
    return tuple(found)


def contributions_of(typed: Sequence[str] | None) -> tuple[PlanLineForm, ...]:
    """Contributions in kind typed GENRE=MONTANT, each used (86) and brought (87). raises: InvalidValue."""
    from ledger.programming.cerfa import CONTRIBUTION_KINDS
    from ledger.programming.forms import PlanLineForm

    found = []
    for text in typed or ():
        kind, amount, _ = _parted(text, "GENRE=MONTANT, par exemple benevolat=800")
        known = CONTRIBUTION_KINDS.get(kind.strip().lower())
        if known is None:
            raise InvalidValue(
                f"« {kind} » n'est pas un genre de contribution.",
                f"Genres possibles : {', '.join(CONTRIBUTION_KINDS)}.",
            )
        value = parse_money(amount)
        found.append(PlanLineForm(PlanSide.CHARGES, known.used, value, known.label))
        found.append(PlanLineForm(PlanSide.PRODUITS, known.brought, value, known.label))
    return tuple(found)


def references_of(typed: Sequence[str] | None) -> tuple[ReferenceForm, ...]:
    """Foreign references typed SYSTEME=NUMERO[:ANNEE]. raises: InvalidValue."""
    from ledger.programming.forms import ReferenceForm

    found = []
    for text in typed or ():
        kind, reference, words = _parted(text, "SYSTEME=NUMERO, par exemple dauphin=16023456")
        year = count_of(words[0]) if words else 0
        found.append(ReferenceForm(kind.strip().lower(), reference.strip(), year))
    return tuple(found)


def indicators_of(quantitative: Sequence[str] | None, qualitative: Sequence[str] | None) -> tuple[IndicatorForm, ...]:
    """Indicators typed INTITULE=ATTENDU. raises: InvalidValue."""
    from ledger.programming.forms import IndicatorForm

    found = []
    for kind, typed in (("quantitatif", quantitative), ("qualitatif", qualitative)):
        for text in typed or ():
            label, separator, expected = text.rpartition("=")
            if not separator:
                raise InvalidValue(f"« {text} » n'est pas compris.", 'Écrivez INTITULE=ATTENDU : "ateliers tenus=24".')
            found.append(IndicatorForm(kind, label, expected))
    return tuple(found)
