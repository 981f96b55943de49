"""Porteurs: who carries actions."""

from __future__ import annotations

from ledger.core.field import Choice
from ledger.exchange.declaration import Sheet, column
from ledger.referential.fields import CODE, COMMUNE, NAME, PORTEUR_KIND, RNA, SIRET, STATUT, TO_CONFIRM
from ledger.referential.vocabulary import PorteurKind

PORTEURS = Sheet(
    name="Porteurs",
    version=2,
    title="Porteurs de projets",
    key=("code",),
    instructions=(
        "Une ligne par porteur. Le code identifie le porteur partout ailleurs : ne le changez plus une fois utilisé.",
        "Le SIRET se saisit en texte : 14 chiffres, sans espaces.",
    ),
    columns=(
        column(
            "code",
            CODE,
            required=True,
            aliases=("code porteur", "porteur"),
            width=28,
            help="Lettres sans accent, chiffres et tirets. Exemple : CCAS-DENAIN.",
        ),
        column("name", NAME, required=True, aliases=("nom du porteur", "raison sociale"), width=44),
        column(
            "kind",
            PORTEUR_KIND,
            choices=tuple(Choice(each.value, each.short) for each in PorteurKind),
            help="",
            required=True,
            aliases=("nature juridique",),
            width=20,
        ),
        column(
            "siret",
            SIRET,
            aliases=("n° siret", "numéro siret"),
            width=18,
            help="14 chiffres, format Texte. Laissez vide si vous ne l'avez pas.",
        ),
        column("rna", RNA, aliases=("n° rna",), help="W suivi de 9 chiffres (associations)."),
        column("commune", COMMUNE, aliases=("code insee", "insee"), help="Code INSEE de la commune."),
        column("to_confirm", TO_CONFIRM, default=False, help="Oui tant que l'identité n'est pas vérifiée."),
        column(
            "statut",
            STATUT,
            title="Statut juridique",
            since=2,
            width=30,
            help="Ce que le type ne dit pas d'un bailleur ou d'un « autre » : il décide du droit public ou privé.",
        ),
    ),
)
