"""Porteurs, Enveloppes, Règles: who carries actions, what is notified, what the texts allow."""

from __future__ import annotations

from ledger.core.field import Choice, Kind
from ledger.exchange.declaration import Column, Sheet, column
from ledger.exchange.fields import CREDIT_LINE, EXERCICE
from ledger.journal.fields import AMOUNT_SIGNED, PIECE
from ledger.journal.vocabulary import EntryKind
from ledger.referential.fields import CODE, COMMUNE, NAME, PORTEUR_KIND, RNA, SIRET, STATUT, TO_CONFIRM
from ledger.referential.vocabulary import PorteurKind
from ledger.rules.fields import (
    ARTICLE,
    LINK,
    OPEN,
    RULE_CODE,
    RULE_KIND,
    RULE_LABEL,
    RULE_SOURCE,
    SCOPE,
    SINCE,
    UNTIL,
    VALUE,
    VERIFIED_ON,
)

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


ENVELOPPES = Sheet(
    name="Enveloppes",
    title="Enveloppes notifiées",
    key=("line", "year", "movement", "piece"),
    instructions=(
        "Une ligne par notification ou modification de crédits. La pièce (arrêté, délibération) identifie l'acte.",
        "Une notification ne se corrige pas : ajoutez une ligne « modification » avec la hausse ou la baisse.",
    ),
    columns=(
        column("line", CREDIT_LINE, required=True, aliases=("ligne",), width=26),
        column("year", EXERCICE, required=True, aliases=("année",), width=10),
        Column(
            "movement",
            "Mouvement",
            Kind.CHOICE,
            required=True,
            choices=(EntryKind.NOTIFICATION, EntryKind.MODIFICATION),
        ),
        column(
            "amount",
            AMOUNT_SIGNED,
            required=True,
            summed=True,
            width=18,
            help="Au centime. Une baisse (modification) se saisit avec le signe -.",
        ),
        column(
            "piece",
            PIECE,
            required=True,
            aliases=("référence", "acte"),
            width=34,
            help="L'acte qui ouvre les crédits. Exemple : Arrêté du 12/02/2016.",
        ),
        Column("on", "Date", Kind.DAY, required=True, aliases=("date d'effet", "date de l'acte")),
    ),
)


RULES = Sheet(
    name="Règles",
    title="Règles en vigueur",
    key=("code", "first_day"),
    aliases=("regles",),
    version=2,
    instructions=(
        "Une ligne par version d'une règle, avec sa source. Rien ne s'efface : une valeur changée corrige la version,",
        "une ligne de même code et d'un premier jour plus tardif la change à partir de ce jour. Chiffres et portée :",
        "NOM=VALEUR, séparés par « ; » (taux=65 % ; mode=fixe). Les genres et leurs chiffres : cofiville regle genres.",
    ),
    columns=(
        column("code", RULE_CODE, help="", required=True, width=30),
        column("label", RULE_LABEL, help="", required=True, width=44),
        column("kind", RULE_KIND, help="", required=True, width=22, since=2),
        column("scope", SCOPE, help="", width=40, since=2),
        Column("figures", "Chiffres", Kind.TEXT, width=36, since=2),
        column("value", VALUE, informative=True, width=36),
        column("first_day", SINCE, help="", required=True),
        column("last_day", UNTIL, help=""),
        column("source", RULE_SOURCE, help="", required=True, width=40),
        column("article", ARTICLE, help="", width=24, since=2),
        column("link", LINK, help="", width=24, since=2),
        column("to_confirm", OPEN, help="", since=2),
        column("verified_on", VERIFIED_ON, help=""),
    ),
)
