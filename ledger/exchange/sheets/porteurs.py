"""Porteurs: who carries actions."""

from __future__ import annotations

from ledger.core.field import Choice, Kind
from ledger.exchange.declaration import Column, Sheet
from ledger.referential.statuts import Statut
from ledger.referential.vocabulary import PorteurKind

STATUTS = tuple(Choice(statut.value, statut.label) for statut in Statut)

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
        Column(
            "code",
            "Code",
            Kind.CODE,
            required=True,
            aliases=("code porteur", "porteur"),
            width=28,
            help="Lettres sans accent, chiffres et tirets. Exemple : CCAS-DENAIN.",
        ),
        Column("name", "Nom", Kind.TEXT, required=True, aliases=("nom du porteur", "raison sociale"), width=44),
        Column(
            "kind",
            "Type",
            Kind.CHOICE,
            required=True,
            choices=tuple(Choice(each.value, each.short) for each in PorteurKind),
            aliases=("nature juridique",),
            width=20,
        ),
        Column(
            "siret",
            "SIRET",
            Kind.SIRET,
            aliases=("n° siret", "numéro siret"),
            width=18,
            help="14 chiffres, format Texte. Laissez vide si vous ne l'avez pas.",
        ),
        Column("rna", "RNA", Kind.CODE, aliases=("n° rna",), help="W suivi de 9 chiffres (associations)."),
        Column("commune", "Commune", Kind.CODE, aliases=("code insee", "insee"), help="Code INSEE de la commune."),
        Column(
            "to_confirm", "À confirmer", Kind.YES_NO, default=False, help="Oui tant que l'identité n'est pas vérifiée."
        ),
        Column(
            "statut",
            "Statut juridique",
            Kind.CHOICE,
            choices=STATUTS,
            since=2,
            width=30,
            help="Ce que le type ne dit pas d'un bailleur ou d'un « autre » : il décide du droit public ou privé.",
        ),
    ),
)
