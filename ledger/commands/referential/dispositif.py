"""`cofiville dispositif`: what actions are asked under."""

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
from ledger.core.field import Field
from ledger.reports.listing import Listing

_SHORT = Field("court", "libellé court", help="Celui que les classeurs offrent ; le libellé sinon.", placeholder="MOT")
_ROLE = ROLE.but(help="Ce que le programme y cherche : moyens-communs, adultes-relais ou fonjep ; rien sinon.")
_DISPOSITIFS = (WORD_CODE, WORD_LABEL, _SHORT, _ROLE, WORD_SOURCE, *DAYS)
Code = Annotated[str, argument(WORD_CODE.but(offers="dispositifs"))]

app = group("Dispositifs : ceux dont relèvent les actions ; le premier est celui d'une action dont on ne dit rien.")


@app.command("lister", answer=several(*_DISPOSITIFS))
def dispositif_lister(le: AuJour = None, connu_au: ConnuAu = None) -> Outcome:
    """Liste les dispositifs du contrat, clos compris.

    Exemple : cofiville dispositif lister
    """
    from ledger.referential.model import Dispositif

    return Outcome(Listing("Dispositifs", _DISPOSITIFS, word_rows(Dispositif, _DISPOSITIFS, le, connu_au)))


@app.command("ajouter", answer=one(*_DISPOSITIFS))
def dispositif_ajouter(
    code: Code,
    libelle: Annotated[str, argument(WORD_LABEL)],
    court: Annotated[str, option(_SHORT)] = "",
    role: Annotated[str, option(_ROLE)] = "",
    source: Annotated[str, option(WORD_SOURCE)] = "",
    du: FirstDay = None,
) -> Outcome:
    """Ajoute un dispositif au contrat, après les autres : des actions en relèvent, des règles le nomment.

    Exemple : cofiville dispositif ajouter cite-educative "Cité éducative" --court Cité --source "Avenant du 12/12/2019"
    """
    from ledger.referential.model import Dispositif

    said = {"label": libelle, "short_label": court or libelle, "role": role, "source": source}
    row = added_word(Dispositif, _DISPOSITIFS, code, said, du)
    return Outcome(row, (f"Dispositif {row['code']} ajouté : {row['libelle']}.",))


@app.command("modifier", answer=one(*_DISPOSITIFS))
def dispositif_modifier(
    code: Code,
    libelle: NewLabel = None,
    court: Annotated[str | None, option(_SHORT)] = None,
    role: Annotated[str | None, option(_ROLE)] = None,
    source: NewSource = None,
    le: Le = None,
) -> Outcome:
    """Corrige un dispositif, ou lui donne un nouveau nom depuis un jour.

    Exemple : cofiville dispositif modifier dre --libelle "programme de réussite éducative (PRE)" --court PRE
    """
    from ledger.referential.model import Dispositif

    typed = {"label": libelle, "short_label": court, "role": role, "source": source}
    row = changed_word(Dispositif, _DISPOSITIFS, code, typed, le)
    return Outcome(row, (f"Dispositif {row['code']} : {row['libelle']}.",))


@app.command("clore", answer=one(*_DISPOSITIFS))
def dispositif_clore(code: Code, le: Le = None, oui: Oui = False) -> Outcome:
    """Clôt un dispositif : plus aucune action n'en relève les années d'après.

    Exemple : cofiville dispositif clore moyens-communs --le 2019-12-31 --oui
    """
    from ledger.referential.model import Dispositif

    confirm(f"Le dispositif {code} sera clos.", oui)
    row = closed_word(Dispositif, _DISPOSITIFS, code, le)
    return Outcome(row, (f"Dispositif {row['code']} clos le {row['au']:%d/%m/%Y}.",))
