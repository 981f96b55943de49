"""`cofiville echelle`: how wide actions reach."""

from __future__ import annotations

from ledger.commands.referential.word_group import ROLE, WORD_SOURCE, SortOfWords, WordField, word_group

_ROLE = ROLE.but(help="Ce que le programme y cherche : plusieurs-epci ; rien sinon.")

app = word_group(
    SortOfWords(
        entity="Scale",
        purpose="Échelles : d'une commune, de l'EPCI, de plusieurs ; la première est celle d'une action dont on ne dit"
        " rien.",
        title="Échelles",
        noun="Échelle",
        offers="echelles",
        own=(
            WordField("role", _ROLE, added=""),
            WORD_SOURCE,
        ),
        helps={
            "lister": ("Liste les échelles du contrat, closes comprises.", "echelle lister"),
            "ajouter": (
                "Ajoute une échelle au contrat, après les autres.",
                'echelle ajouter quartier "d\'un quartier" --source "Avenant du 12/12/2019"',
            ),
            "modifier": (
                "Corrige une échelle, ou lui donne un nouveau nom depuis un jour.",
                "echelle modifier communautaire --libelle intercommunale",
            ),
            "clore": (
                "Clôt une échelle : plus aucune action ne l'a les années d'après.",
                "echelle clore arrondissement --le 2019-12-31 --oui",
            ),
        },
        feminine=True,
    )
)
