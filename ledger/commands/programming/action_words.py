"""The words in which the details of an action are typed: publics, accounts, references, indicators."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ledger.core.errors import InvalidValue
from ledger.core.identifiers import is_count
from ledger.core.money import parse_money
from ledger.journal.fields import LINE_AMOUNT
from ledger.programming.vocabulary import IndicatorKind, PlanSide, RequestState

if TYPE_CHECKING:
    from ledger.programming.actions.forms import IndicatorForm, ReferenceForm
    from ledger.programming.plans.balance import FundingForm, PlanLineForm
    from ledger.programming.publics.shares import EpciCount, PublicForm

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")


def read_public(text: str) -> PublicForm:
    """A public typed LIEU=EFFECTIF[:compte][:EPCI][:qpv=N][:preuve=TEXTE]. raises: InvalidValue."""
    from ledger.programming.publics.shares import PublicForm

    place, headcount, words = _parted(text, "LIEU=EFFECTIF, par exemple DENAIN-CENTRE=40:compte")
    counted, epci, qpv, evidence = False, "", None, ""
    for word in words:
        name, _, value = word.partition("=")
        match name.strip().lower():
            case "compte" | "compté":
                counted = True
            case "estime" | "estimé":
                counted = False
            case "qpv":
                qpv = count_of(value)
            case "preuve":
                evidence = value.strip()
            case _ if _CODE.fullmatch(word.strip()):
                epci = word.strip().upper()
            case _:
                raise InvalidValue(
                    f"« {word} » n'est pas compris dans « {text} ».",
                    "Mots possibles : compte, estime, le code d'un EPCI du contrat, qpv=N, preuve=TEXTE.",
                )
    return PublicForm(
        kind="",
        headcount=count_of(headcount),
        territory=place.strip(),
        epci=epci,
        counted=counted,
        qpv_headcount=qpv,
        evidence=evidence,
    )


def read_count(text: str) -> EpciCount:
    """The public counted in total of an EPCI, typed EPCI=NOMBRE. raises: InvalidValue."""
    from ledger.programming.publics.shares import EpciCount

    epci, people, _ = _parted(text, "EPCI=NOMBRE, EPCI étant son code dans le contrat")
    return EpciCount(epci.strip().upper(), count_of(people))


def _parted(text: str, example: str) -> tuple[str, str, list[str]]:
    name, separator, rest = text.partition("=")
    if not separator or not name.strip():
        raise InvalidValue(f"« {text} » n'est pas compris.", f"Écrivez {example}.")
    value, *words = rest.split(":")
    return name, value, words


def count_of(text: str) -> int:
    """A number of people. raises: InvalidValue."""
    stripped = text.strip()
    if not is_count(stripped):
        raise InvalidValue(f"« {stripped} » n'est pas un nombre de personnes.", "Saisissez un nombre entier.")
    return int(stripped)


def read_charge(text: str) -> PlanLineForm:
    """A charge typed COMPTE=MONTANT[:LIBELLE]. raises: InvalidValue."""
    return _read_account(PlanSide.CHARGES, text)


def read_produit(text: str) -> PlanLineForm:
    """A produit typed COMPTE=MONTANT[:LIBELLE]. raises: InvalidValue."""
    return _read_account(PlanSide.PRODUITS, text)


def _read_account(side: str, text: str) -> PlanLineForm:
    from ledger.programming.plans.balance import PlanLineForm, find_account

    account, amount, words = _parted(text, "COMPTE=MONTANT, par exemple 641=2500")
    return PlanLineForm(side, find_account(side, account), parse_money(amount), ":".join(words).strip())


def read_contribution(text: str) -> tuple[PlanLineForm, PlanLineForm]:
    """A contribution in kind typed GENRE=MONTANT, as used (86) and as brought (87). raises: InvalidValue."""
    from ledger.programming.plans.balance import CONTRIBUTION_KINDS, PlanLineForm

    kind, amount, _ = _parted(text, "GENRE=MONTANT, par exemple benevolat=800")
    known = CONTRIBUTION_KINDS.get(kind.strip().lower())
    if known is None:
        raise InvalidValue(
            f"« {kind} » n'est pas un genre de contribution.", f"Genres possibles : {', '.join(CONTRIBUTION_KINDS)}."
        )
    value = parse_money(amount)
    return (
        PlanLineForm(PlanSide.CHARGES, known.used, value, known.label),
        PlanLineForm(PlanSide.PRODUITS, known.brought, value, known.label),
    )


def read_reference(text: str) -> ReferenceForm:
    """A foreign reference typed SYSTEME=NUMERO[:ANNEE]. raises: InvalidValue."""
    from ledger.programming.actions.forms import ReferenceForm

    kind, reference, words = _parted(text, "SYSTEME=NUMERO, par exemple dauphin=16023456")
    return ReferenceForm(kind.strip().lower(), reference.strip(), count_of(words[0]) if words else 0)


def read_quantity(text: str) -> IndicatorForm:
    """A quantitative indicator typed INTITULE=ATTENDU. raises: InvalidValue."""
    return _read_indicator(IndicatorKind.QUANTITATIVE, text)


def read_quality(text: str) -> IndicatorForm:
    """A qualitative indicator typed INTITULE=ATTENDU. raises: InvalidValue."""
    return _read_indicator(IndicatorKind.QUALITATIVE, text)


def _read_indicator(kind: str, text: str) -> IndicatorForm:
    from ledger.programming.actions.forms import IndicatorForm

    label, separator, expected = text.rpartition("=")
    if not separator:
        raise InvalidValue(f"« {text} » n'est pas compris.", 'Écrivez INTITULE=ATTENDU : "ateliers tenus=24".')
    return IndicatorForm(kind, label, expected)


def read_funding(text: str) -> FundingForm:
    """A line of a plan typed LIGNE=MONTANT[:partage][:statut]. raises: InvalidValue."""
    from ledger.programming.plans.balance import FundingForm

    line, separator, rest = text.partition("=")
    amount, *words = rest.split(":")
    statuses = [word for word in words if word != "partage"]
    if not separator or len(statuses) > 1 or any(word not in RequestState.labels() for word in statuses):
        raise InvalidValue(
            f"« {text} » n'est pas une ligne de plan.",
            f"Écrivez {LINE_AMOUNT.placeholder}, puis s'il y a lieu :partage et un statut ({', '.join(RequestState)}).",
        )
    status = statuses[0] if statuses else RequestState.ASKED
    return FundingForm(line.strip(), parse_money(amount), shared="partage" in words, status=status)
