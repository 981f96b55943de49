"""`cofiville type-territoire`: the kinds of territory of the contract, and what their people count as."""

from __future__ import annotations

from typing import Annotated

from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import AuJour, ConnuAu, Le, Oui, argument, confirm, option
from ledger.commands.outcome import Outcome, one, several
from ledger.commands.referential.word_rows import (
    DAYS,
    WORD_CODE,
    WORD_LABEL,
    FirstDay,
    NewLabel,
    added_word,
    changed_word,
    closed_word,
    word_rows,
)
from ledger.core.field import Choice, Field, Kind
from ledger.referential.vocabulary import TerritorySlice
from ledger.reports.listing import Listing

_SERVED = Field(
    "compte_comme",
    "compte comme",
    Kind.CHOICE,
    help="Ce que ses habitants comptent dans les taux et les règles : qpv, veille ou hors.",
    placeholder="PART",
    choices=tuple(Choice(each.value, each.label) for each in TerritorySlice),
)
_EVIDENCE = Field(
    "sur_justificatif",
    "sur justificatif",
    Kind.YES_NO,
    help="Hors territoires, sauf où il est montré que des habitants de QPV en bénéficient d'abord.",
)
_KINDS = (WORD_CODE, WORD_LABEL, _SERVED, _EVIDENCE, *DAYS)
Code = Annotated[str, argument(WORD_CODE.but(offers="types_de_territoire"))]

app = group("Types de territoire : QPV, veille active, quartier vécu, et ceux du contrat.")


@app.command("lister", answer=several(*_KINDS))
def type_territoire_lister(le: AuJour = None, connu_au: ConnuAu = None) -> Outcome:
    """Liste les types de territoire du contrat et ce que leurs habitants comptent, clos compris.

    Exemple : cofiville type-territoire lister
    """
    from ledger.referential.model import TerritoryKind

    return Outcome(Listing("Types de territoire", _KINDS, word_rows(TerritoryKind, _KINDS, le, connu_au)))


@app.command("ajouter", answer=one(*_KINDS))
def type_territoire_ajouter(
    code: Code,
    libelle: Annotated[str, argument(WORD_LABEL)],
    compte_comme: Annotated[str, option(_SERVED)],
    sur_justificatif: Annotated[bool, option(_EVIDENCE)] = False,
    du: FirstDay = None,
) -> Outcome:
    """Ajoute un type de territoire au contrat : les règles le voient par ce que ses habitants comptent.

    Exemple : cofiville type-territoire ajouter poche "poche de pauvreté" --compte-comme veille
    """
    from ledger.referential.model import TerritoryKind

    said = {"label": libelle, "served_as": compte_comme, "on_evidence": sur_justificatif}
    row = added_word(TerritoryKind, _KINDS, code, said, du)
    return Outcome(row, (f"Type de territoire {row['code']} ajouté : {row['libelle']}.",))


@app.command("modifier", answer=one(*_KINDS))
def type_territoire_modifier(
    code: Code,
    libelle: NewLabel = None,
    compte_comme: Annotated[str | None, option(_SERVED)] = None,
    sur_justificatif: Annotated[bool | None, option(_EVIDENCE, "--sur-justificatif/--sans-justificatif")] = None,
    le: Le = None,
) -> Outcome:
    """Corrige un type de territoire, ou lui donne un nouveau nom depuis un jour.

    Exemple : cofiville type-territoire modifier veille --libelle "quartier de veille active"
    """
    from ledger.referential.model import TerritoryKind

    said = {"label": libelle, "served_as": compte_comme, "on_evidence": sur_justificatif}
    row = changed_word(TerritoryKind, _KINDS, code, said, le)
    return Outcome(row, (f"Type de territoire {row['code']} : {row['libelle']}.",))


@app.command("clore", answer=one(*_KINDS))
def type_territoire_clore(code: Code, le: Le = None, oui: Oui = False) -> Outcome:
    """Clôt un type de territoire dont les territoires sont clos : rien n'en est plus les années d'après.

    Exemple : cofiville type-territoire clore poche --le 2019-12-31 --oui
    """
    from ledger.referential.model import TerritoryKind

    confirm(f"Le type de territoire {code} sera clos.", oui)
    row = closed_word(TerritoryKind, _KINDS, code, le)
    return Outcome(row, (f"Type de territoire {row['code']} clos le {row['au']:%d/%m/%Y}.",))
