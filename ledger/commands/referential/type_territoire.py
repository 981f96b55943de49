"""`cofiville type-territoire`: the kinds of territory of the contract, and what their people count as."""

from __future__ import annotations

from ledger.commands.referential.word_group import SortOfWords, WordField, word_group
from ledger.core.field import Choice, Field, Kind
from ledger.referential.vocabulary import TerritorySlice

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

app = word_group(
    SortOfWords(
        entity="TerritoryKind",
        purpose="Types de territoire : QPV, veille active, quartier vécu, et ceux du contrat.",
        title="Types de territoire",
        noun="Type de territoire",
        offers="types_de_territoire",
        own=(
            WordField("served_as", _SERVED),
            WordField(
                "on_evidence", _EVIDENCE, added=False, held=bool, changed=("--sur-justificatif/--sans-justificatif",)
            ),
        ),
        helps={
            "lister": (
                "Liste les types de territoire du contrat et ce que leurs habitants comptent, clos compris.",
                "type-territoire lister",
            ),
            "ajouter": (
                "Ajoute un type de territoire au contrat : les règles le voient par ce que ses habitants comptent.",
                'type-territoire ajouter poche "poche de pauvreté" --compte-comme veille',
            ),
            "modifier": (
                "Corrige un type de territoire, ou lui donne un nouveau nom depuis un jour.",
                'type-territoire modifier veille --libelle "quartier de veille active"',
            ),
            "clore": (
                "Clôt un type de territoire dont les territoires sont clos : rien n'en est plus les années d'après.",
                "type-territoire clore poche --le 2019-12-31 --oui",
            ),
        },
    )
)
