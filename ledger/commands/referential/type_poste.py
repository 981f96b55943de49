"""`cofiville type-poste`: the kinds of post cofinanced by the month."""

from __future__ import annotations

from ledger.commands.referential.word_group import WORD_SOURCE, SortOfWords, WordField, word_group
from ledger.programming.fields import DISPOSITIF

_FOLLOWED = DISPOSITIF.but(help="Le dispositif dont il suit les règles.", placeholder="CODE")

app = word_group(
    SortOfWords(
        entity="PostKind",
        purpose="Types de poste : ingénierie, adultes-relais, et ceux du contrat.",
        title="Types de poste",
        noun="Type de poste",
        offers="types_de_poste",
        own=(
            WordField("dispositif", _FOLLOWED),
            WORD_SOURCE,
        ),
        helps={
            "lister": ("Liste les types de poste du contrat, clos compris.", "type-poste lister"),
            "ajouter": (
                "Ajoute un type de poste au contrat : il suit les règles d'un dispositif.",
                'type-poste ajouter referent-pre "Référent de parcours" --dispositif dre --source "Avenant 2"',
            ),
            "modifier": (
                "Corrige un type de poste, ou lui donne un nouveau nom depuis un jour.",
                'type-poste modifier mous --libelle "ingénierie (MOUS)"',
            ),
            "clore": (
                "Clôt un type de poste : plus aucun poste n'en est les années d'après.",
                "type-poste clore adultes-relais --le 2019-12-31 --oui",
            ),
        },
    )
)
