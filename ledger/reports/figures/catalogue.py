"""Every figure that a screen, a workbook, a page, a letter or a script shows, in one list; and its glossary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ledger.reports.figures.credits import CREDIT_FIGURES
from ledger.reports.figures.entry import DefinedFigure
from ledger.reports.figures.payments import PAYMENT_FIGURES
from ledger.reports.figures.plan import PLAN_FIGURES

_PARTS: Mapping[str, Sequence[DefinedFigure]] = {
    "Ce qui est demandé, décidé, accordé": PLAN_FIGURES,
    "Où en sont les crédits d'une ligne et d'un exercice": CREDIT_FIGURES,
    "Conventions, versements, bilans, crédits reversés": PAYMENT_FIGURES,
}
FIGURES: Mapping[str, DefinedFigure] = {each.name: each for part in _PARTS.values() for each in part}
_HEAD = """\
# Glossaire des chiffres

Chaque chiffre que montrent les écrans, les classeurs, les pages, les lettres et le JSON a ici ses mots, ce qu'il
compte, ce qu'il laisse, et sa formule sur le livre (les positions sont en capitales) ou sur le plan de financement.
Un même mot dit partout le même chiffre. Cette page est tirée du programme : `make glossaire`.

Ce que tous laissent : les écritures annulées et leur contre-écriture, qui se compensent ; les mandats rejetés ; les
conventions annulées, qui n'accordent plus rien ; les bilans, titres et paiements annulés ; les plans remplacés ; les
scénarios tant qu'ils ne sont pas validés ; les brouillons d'actes. Les totaux sont la somme des lignes montrées, ou
disent ce qu'ils laissent ; les pourcentages et les milliers d'euros montrés sont arrondis au plus proche, la moitié
vers le haut, et ne servent à aucun calcul.
"""


def glossary() -> str:
    """The glossary, in Markdown: a section a part, an entry a figure."""
    return "\n".join([_HEAD, *(line for title, part in _PARTS.items() for line in _section(title, part))])


def _section(title: str, part: Sequence[DefinedFigure]) -> Iterator[str]:
    yield f"## {title}\n"
    for each in part:
        yield from _entry(each)


def _entry(each: DefinedFigure) -> Iterator[str]:
    yield f"### {each.heading}\n"
    key = f"`{each.script_key}`"
    others = f" ; se dit aussi : {', '.join(f'« {word} »' for word in each.also)}" if each.also else ""
    yield f"- **Nom** : `{each.name}` ; en JSON {key} ; {each.kind.value}, en {each.unit}{others}."
    yield f"- **Compte** : {each.counts}"
    yield f"- **Laisse** : {each.leaves_out}"
    titles = {name: f"« {figure.title} »" for name, figure in FIGURES.items()}
    yield f"- **Formule** : {each.formula.words.format_map(titles)}.\n"
