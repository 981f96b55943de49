"""The words that a shipped model sorts places, actions and posts by: kinds of territory, dispositifs, scales, posts."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from ledger.referential.framework import Framework
from ledger.referential.model import Dispositif, PostKind, Scale, TerritoryKind
from ledger.referential.shipped_models import model_file
from ledger.storage.history import Record


def shipped_words(model: str) -> Framework:
    """By entity, the words of the model in their order. raises: NotFound, for a model that is not shipped."""
    return {
        TerritoryKind: [
            {
                **_word(row, rank),
                "served_as": row["compte_comme"],
                "on_evidence": row["sur_justificatif"] == "oui",
            }
            for rank, row in enumerate(_rows(model, "types_de_territoires"), start=1)
        ],
        Dispositif: [
            {**_word(row, rank), "short_label": row["court"], "role": row["role"], "source": row["source"]}
            for rank, row in enumerate(_rows(model, "dispositifs"), start=1)
        ],
        Scale: [
            {**_word(row, rank), "role": row["role"], "source": row["source"]}
            for rank, row in enumerate(_rows(model, "echelles"), start=1)
        ],
        PostKind: [
            {**_word(row, rank), "dispositif": row["dispositif"], "source": row["source"]}
            for rank, row in enumerate(_rows(model, "types_de_postes"), start=1)
        ],
    }


def _rows(model: str, name: str) -> Iterator[dict[str, str]]:
    with model_file(model, f"{name}.csv").open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


def _word(row: dict[str, str], rank: int) -> Record:
    return {"code": row["code"], "label": row["libelle"], "rank": rank}
