"""SIRET and SIREN numbers: what is one, and what a destroyed one looks like."""

from __future__ import annotations

import re

from ledger.core.errors import InvalidValue

_DESTROYED = re.compile(r"\d+(?:[.,]\d+)?[eE]\+?\d+|\d{9,14}[.,]0+")


def check_siret(text: str) -> str:
    """The 14 digits of a SIRET, checked (La Poste's own control included).

    raises: InvalidValue; a number that a spreadsheet has rounded is not repairable, and the sentence says so.
    """
    from stdnum.fr import siret

    digits = re.sub(r"[\s\u00a0\u202f']", "", text)
    if _DESTROYED.fullmatch(digits):
        raise InvalidValue(
            f"Le SIRET « {text.strip()} » a été abîmé par un tableur : ses derniers chiffres sont perdus.",
            "Mettez la colonne au format Texte et ressaisissez le numéro.",
        )
    if not siret.is_valid(digits):
        raise InvalidValue(
            f"« {text.strip()} » n'est pas un SIRET valide.",
            "Ressaisissez les 14 chiffres (annuaire-entreprises.data.gouv.fr).",
        )
    return str(siret.compact(digits))
