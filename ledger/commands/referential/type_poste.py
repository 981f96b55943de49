"""`cofiville type-poste`: the kinds of post cofinanced by the month."""

from __future__ import annotations

from typing import Annotated

from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import AuJour, ConnuAu, Le, Oui, argument, confirm, option
from ledger.commands.outcome import Outcome, one, several
from ledger.commands.referential.word_rows import (
    DAYS,
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
from ledger.programming.fields import DISPOSITIF
from ledger.reports.listing import Listing

_FOLLOWED = DISPOSITIF.but(help="Le dispositif dont il suit les règles.", placeholder="CODE")
_KINDS = (WORD_CODE, WORD_LABEL, _FOLLOWED, WORD_SOURCE, *DAYS)
Code = Annotated[str, argument(WORD_CODE.but(offers="types_de_poste"))]

app = group("Types de poste : ingénierie, adultes-relais, et ceux du contrat.")


@app.command("lister", answer=several(*_KINDS))
def type_poste_lister(le: AuJour = None, connu_au: ConnuAu = None) -> Outcome:
    """Liste les types de poste du contrat, clos compris.

    Exemple : cofiville type-poste lister
    """
    from ledger.referential.model import PostKind

    return Outcome(Listing("Types de poste", _KINDS, word_rows(PostKind, _KINDS, le, connu_au)))


@app.command("ajouter", answer=one(*_KINDS))
def type_poste_ajouter(
    code: Code,
    libelle: Annotated[str, argument(WORD_LABEL)],
    dispositif: Annotated[str, option(_FOLLOWED)],
    source: Annotated[str, option(WORD_SOURCE)] = "",
    du: FirstDay = None,
) -> Outcome:
    """Ajoute un type de poste au contrat : il suit les règles d'un dispositif.

    Exemple : cofiville type-poste ajouter referent-pre "Référent de parcours" --dispositif dre --source "Avenant 2"
    """
    from ledger.referential.model import PostKind

    said = {"label": libelle, "dispositif": dispositif, "source": source}
    row = added_word(PostKind, _KINDS, code, said, du)
    return Outcome(row, (f"Type de poste {row['code']} ajouté : {row['libelle']}.",))


@app.command("modifier", answer=one(*_KINDS))
def type_poste_modifier(
    code: Code,
    libelle: NewLabel = None,
    dispositif: Annotated[str | None, option(_FOLLOWED)] = None,
    source: NewSource = None,
    le: Le = None,
) -> Outcome:
    """Corrige un type de poste, ou lui donne un nouveau nom depuis un jour.

    Exemple : cofiville type-poste modifier mous --libelle "ingénierie (MOUS)"
    """
    from ledger.referential.model import PostKind

    row = changed_word(PostKind, _KINDS, code, {"label": libelle, "dispositif": dispositif, "source": source}, le)
    return Outcome(row, (f"Type de poste {row['code']} : {row['libelle']}.",))


@app.command("clore", answer=one(*_KINDS))
def type_poste_clore(code: Code, le: Le = None, oui: Oui = False) -> Outcome:
    """Clôt un type de poste : plus aucun poste n'en est les années d'après.

    Exemple : cofiville type-poste clore adultes-relais --le 2019-12-31 --oui
    """
    from ledger.referential.model import PostKind

    confirm(f"Le type de poste {code} sera clos.", oui)
    row = closed_word(PostKind, _KINDS, code, le)
    return Outcome(row, (f"Type de poste {row['code']} clos le {row['au']:%d/%m/%Y}.",))
