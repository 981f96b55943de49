"""A SIRET as workbooks bring it: intact, destroyed by the spreadsheet, or another number."""

from __future__ import annotations

import re

_SPREADSHEET = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
_NO_ESTABLISHMENT = "00000"


def read_siret(text: str) -> tuple[str, str]:
    """(the 14 digits, "") or ("", the code of the finding).

    Spaces, a trailing apostrophe and a ".0" are taken off; nothing else is repaired.
    """
    bare = re.sub(r"[\s\u00a0\u202f'’]", "", text)
    bare = re.sub(r"[.,]0+$", "", bare)
    if _SPREADSHEET.fullmatch(bare):
        return "", "siret_detruit"
    if not (bare.isascii() and bare.isdigit()):
        return "", "siret_invalide"
    if len(bare) == 9:
        return "", "siret_siren"
    if len(bare) == 14 and bare.endswith(_NO_ESTABLISHMENT):
        return "", "siret_detruit"
    from stdnum.fr import siret

    return (bare, "") if siret.is_valid(bare) else ("", "siret_invalide")
