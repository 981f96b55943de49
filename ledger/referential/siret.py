"""SIRET numbers as people type them and as spreadsheets destroy them: one reading for every door."""

from __future__ import annotations

import re

from ledger.core.errors import InvalidValue

_SPREADSHEET = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
_THIRTEEN = re.compile(r"[1-9]\d{12}")
_NO_ESTABLISHMENT, _ROUNDED = "00000", "00"
_FINDINGS = {
    "siret_detruit": (
        "Le SIRET « {typed} » a été abîmé par un tableur : ses derniers chiffres sont perdus.",
        "Mettez la colonne au format Texte et ressaisissez le numéro.",
    ),
    "siret_siren": (
        "« {typed} » est un SIREN (9 chiffres), pas un SIRET.",
        "Ajoutez les 5 chiffres de l'établissement (annuaire-entreprises.data.gouv.fr).",
    ),
    "siret_invalide": (
        "« {typed} » n'est pas un SIRET valide.",
        "Ressaisissez les 14 chiffres (annuaire-entreprises.data.gouv.fr).",
    ),
}


def read_siret(text: str) -> tuple[str, str]:
    """(the 14 digits, "") or ("", the code of the finding).

    Spaces, a trailing apostrophe and a ".0" are taken off; nothing else is repaired. La Poste's own control holds.
    A wrong number that ends by zeros was rounded by a spreadsheet.
    """
    bare = re.sub(r"[\s\u00a0\u202f'’]", "", text)
    bare = re.sub(r"[.,]0+$", "", bare)
    if _SPREADSHEET.fullmatch(bare):
        return "", "siret_detruit"
    if not (bare.isascii() and bare.isdigit()):
        return "", "siret_invalide"
    if len(bare) == 9:
        return "", "siret_siren"
    from stdnum.fr import siret

    if siret.is_valid(bare) and not bare.endswith(_NO_ESTABLISHMENT):
        return bare, ""
    return "", "siret_detruit" if len(bare) == 14 and bare.endswith(_ROUNDED) else "siret_invalide"


def siret_trouble(typed: str) -> str:
    """The code of what is wrong with a SIRET as written, a first zero lost by a spreadsheet too; "" for nothing."""
    code = read_siret(typed)[1]
    digits = re.sub(r"[.,]0+$", "", typed.strip())
    lost = code == "siret_invalide" and _THIRTEEN.fullmatch(digits) and not read_siret(f"0{digits}")[1]
    return "siret_zero_perdu" if lost else code


def check_siret(text: str) -> str:
    """The 14 digits of a SIRET, checked.

    raises: InvalidValue; a number that a spreadsheet has rounded is not repairable, and the sentence says so.
    """
    digits, finding = read_siret(text)
    if finding:
        problem, remedy = _FINDINGS[finding]
        raise InvalidValue(problem.format(typed=text.strip()), remedy)
    return digits
