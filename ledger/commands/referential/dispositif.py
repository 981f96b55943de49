"""`cofiville dispositif`: what actions are asked under."""

from __future__ import annotations

from ledger.commands.referential.word_group import ROLE, WORD_SOURCE, SortOfWords, WordField, word_group
from ledger.core.field import Field

_SHORT = Field("court", "libellé court", help="Celui que les classeurs offrent ; le libellé sinon.", placeholder="MOT")
_ROLE = ROLE.but(help="Ce que le programme y cherche : moyens-communs, adultes-relais ou fonjep ; rien sinon.")

app = word_group(
    SortOfWords(
        entity="Dispositif",
        purpose="Dispositifs : ceux dont relèvent les actions ; le premier est celui d'une action dont on ne dit rien.",
        title="Dispositifs",
        noun="Dispositif",
        offers="dispositifs",
        own=(
            WordField("short_label", _SHORT, added="", instead="label"),
            WordField("role", _ROLE, added=""),
            WORD_SOURCE,
        ),
        helps={
            "lister": ("Liste les dispositifs du contrat, clos compris.", "dispositif lister"),
            "ajouter": (
                "Ajoute un dispositif au contrat, après les autres : des actions en relèvent, des règles le nomment.",
                'dispositif ajouter cite-educative "Cité éducative" --court Cité --source "Avenant du 12/12/2019"',
            ),
            "modifier": (
                "Corrige un dispositif, ou lui donne un nouveau nom depuis un jour.",
                'dispositif modifier dre --libelle "programme de réussite éducative (PRE)" --court PRE',
            ),
            "clore": (
                "Clôt un dispositif : plus aucune action n'en relève les années d'après.",
                "dispositif clore moyens-communs --le 2019-12-31 --oui",
            ),
        },
    )
)
