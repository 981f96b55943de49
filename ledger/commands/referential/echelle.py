"""`cofiville echelle`: how wide actions reach."""

from __future__ import annotations

from typing import Annotated

from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import AuJour, ConnuAu, Le, Oui, argument, confirm, option
from ledger.commands.outcome import Outcome, one, several
from ledger.commands.referential.word_rows import (
    DAYS,
    ROLE,
    WORD_CODE,
    WORD_LABEL,
    WORD_SOURCE,
    FirstDay,
    NewLabel,
    NewSource,
    added_word,
    changed_word,
    closed_word,
    word_rows,
)
from ledger.reports.listing import Listing

_ROLE = ROLE.but(help="Ce que le programme y cherche : plusieurs-epci ; rien sinon.")
_SCALES = (WORD_CODE, WORD_LABEL, _ROLE, WORD_SOURCE, *DAYS)
Code = Annotated[str, argument(WORD_CODE.but(offers="echelles"))]

app = group(
    "Échelles : d'une commune, de l'EPCI, de plusieurs ; la première est celle d'une action dont on ne dit rien."
)


@app.command("lister", answer=several(*_SCALES))
def echelle_lister(le: AuJour = None, connu_au: ConnuAu = None) -> Outcome:
    """Liste les échelles du contrat, closes comprises.

    Exemple : cofiville echelle lister
    """
    from ledger.referential.model import Scale

    return Outcome(Listing("Échelles", _SCALES, word_rows(Scale, _SCALES, le, connu_au)))


@app.command("ajouter", answer=one(*_SCALES))
def echelle_ajouter(
    code: Code,
    libelle: Annotated[str, argument(WORD_LABEL)],
    role: Annotated[str, option(_ROLE)] = "",
    source: Annotated[str, option(WORD_SOURCE)] = "",
    du: FirstDay = None,
) -> Outcome:
    """Ajoute une échelle au contrat, après les autres.

    Exemple : cofiville echelle ajouter quartier "d'un quartier" --source "Avenant du 12/12/2019"
    """
    from ledger.referential.model import Scale

    said = {"label": libelle, "role": role, "source": source}
    row = added_word(Scale, _SCALES, code, said, du)
    return Outcome(row, (f"Échelle {row['code']} ajoutée : {row['libelle']}.",))


@app.command("modifier", answer=one(*_SCALES))
def echelle_modifier(
    code: Code,
    libelle: NewLabel = None,
    role: Annotated[str | None, option(_ROLE)] = None,
    source: NewSource = None,
    le: Le = None,
) -> Outcome:
    """Corrige une échelle, ou lui donne un nouveau nom depuis un jour.

    Exemple : cofiville echelle modifier communautaire --libelle intercommunale
    """
    from ledger.referential.model import Scale

    row = changed_word(Scale, _SCALES, code, {"label": libelle, "role": role, "source": source}, le)
    return Outcome(row, (f"Échelle {row['code']} : {row['libelle']}.",))


@app.command("clore", answer=one(*_SCALES))
def echelle_clore(code: Code, le: Le = None, oui: Oui = False) -> Outcome:
    """Clôt une échelle : plus aucune action ne l'a les années d'après.

    Exemple : cofiville echelle clore arrondissement --le 2019-12-31 --oui
    """
    from ledger.referential.model import Scale

    confirm(f"L'échelle {code} sera close.", oui)
    row = closed_word(Scale, _SCALES, code, le)
    return Outcome(row, (f"Échelle {row['code']} close le {row['au']:%d/%m/%Y}.",))
