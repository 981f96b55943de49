"""What a body is in law: the one list of statuts, whether each is of public or of private law, and its usual type.

Sources: CGCT (collectivités, EPCI; L1521-1 for SEM, L1531-1 for SPL), CCH L421-1 (OPH) and L422-2 (ESH), loi 2011-525
article 98 (GIP), loi de 1901 (associations).
"""

from __future__ import annotations

from collections.abc import Mapping

from ledger.core.errors import InvalidValue
from ledger.referential.vocabulary import Law, PorteurKind, Statut

_LANDLORDS = (Statut.OPH, Statut.ESH, Statut.COOPERATIVE_HLM)
_OF_KIND = {
    statut.value: statut
    for statut in (
        Statut.COMMUNE,
        Statut.CCAS,
        Statut.CAISSE_DES_ECOLES,
        Statut.ASSOCIATION,
        Statut.EPCI,
        Statut.ETABLISSEMENT_PUBLIC,
    )
}
_KINDS = {
    **{statut: kind for kind, statut in _OF_KIND.items()},
    Statut.FONDATION: PorteurKind.ASSOCIATION,
    **dict.fromkeys(_LANDLORDS, PorteurKind.BAILLEUR),
}
_ALSO: Mapping[str, tuple[Statut, ...]] = {
    PorteurKind.BAILLEUR: (*_LANDLORDS, Statut.SEM, Statut.SPL, Statut.ASSOCIATION),
    PorteurKind.ETABLISSEMENT_PUBLIC: (Statut.GIP, Statut.OPH),
    PorteurKind.ASSOCIATION: (Statut.FONDATION,),
}


def read_statut(text: str) -> Statut:
    """The statut typed. raises: InvalidValue."""
    try:
        return Statut(text.strip().lower().replace(" ", "_").replace("-", "_"))
    except ValueError:
        raise InvalidValue(
            f"« {text.strip()} » n'est pas un statut juridique.", f"Statuts connus : {', '.join(Statut)}."
        ) from None


def usual_kind(statut: Statut) -> str:
    """The type of porteur that a body of this statut usually is."""
    return _KINDS.get(statut, PorteurKind.OTHER)


def statut_of_kind(kind: str) -> Statut | None:
    """The one statut that this type of porteur tells; None where it tells none (bailleur, autre)."""
    return _OF_KIND.get(kind)


def _fitting(kind: str) -> tuple[Statut, ...]:
    if kind == PorteurKind.OTHER:
        return tuple(statut for statut in Statut if statut.value not in _OF_KIND)
    own = _OF_KIND.get(kind)
    return (*((own,) if own else ()), *_ALSO.get(kind, ()))


def fits(kind: str, statut: Statut) -> bool:
    """Whether a porteur of this type may have this statut."""
    return statut in _fitting(kind)


def check_statut(kind: str, statut: Statut) -> None:
    """Nothing when a porteur of this type may have this statut. raises: InvalidValue."""
    if not fits(kind, statut):
        raise InvalidValue(
            f"Un porteur de type « {kind} » n'a pas le statut « {statut.value} ».",
            f"Statuts de ce type : {', '.join(_fitting(kind))} ; ou changez le type : --type {usual_kind(statut)}.",
        )


def law_of(statut: str | None) -> Law:
    """Under which law a body of this statut lives; unknown without a statut."""
    return Statut(statut).law if statut else Law.UNKNOWN


def kind_before_the_law(kind: str, statut: str | None) -> str:
    """The type under which rules that bind private bodies alone look at a porteur.

    A public body of a type that may be private (an OPH among the bailleurs, a GIP among the others) is looked at as a
    public establishment. Source: loi 2000-321, article 10, which binds bodies of private law.
    """
    public = law_of(statut) is Law.PUBLIC and kind in (PorteurKind.BAILLEUR, PorteurKind.OTHER)
    return Statut.ETABLISSEMENT_PUBLIC.value if public else kind
