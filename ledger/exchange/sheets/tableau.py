"""The wide sheet: a row an action, a group of columns a credit line, to enter, decide, send and bring back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from ledger.core.field import Kind
from ledger.exchange.declaration import AddedColumns, Column, LiveDifference, Sheet, column
from ledger.exchange.sheets.committees import COPIL
from ledger.exchange.sheets.programming import FUNDINGS, PROGRAMMING
from ledger.reports.figures.payments import PAID
from ledger.reports.figures.plan import ASKED, DECIDED, GRANTED, OWN_FUNDS, PROPOSED

WIDE_NAME = "Tableau"
PORTEUR_NAMES = "noms_porteurs"
"""The list of the porteurs by name: the wide sheet is read by people who do not know the codes."""
_OF_ACTION = (
    "number",
    "title",
    "porteur",
    "objective",
    "territories",
    "scale",
    "dispositif",
    "nature",
    "cost_total",
    "cost_eligible",
    "headcount_qpv",
    "headcount_veille",
    "headcount_hors",
)
_NARROWER = {
    "number": 10,
    "title": 30,
    "porteur": 24,
    "territories": 28,
    "scale": 14,
    "cost_total": 16,
    "cost_eligible": 16,
    "no_droit_commun_reason": 44,
}
_NEEDED = ("number", "title", "porteur", "cost_total")
_AMOUNT, _OWN_FUNDS = 15, 24
_HOW = (
    "Une ligne par action ; une action s'ajoute en bas : N°, intitulé, porteur, coût, le reste a ses valeurs usuelles.",
    "Une case vidée n'efface rien : pour retirer une demande ou une décision, écrivez 0.",
    "Une action ajoutée s'imprime au prochain export : importez le classeur, puis exportez de nouveau.",
    "« Suite » et « Motif » disent la décision du comité de pilotage.",
)
OTHER_LINE, OTHER_ASKED = "other_line", "other_asked"
"""The pair of columns where a line that has none of its own on the sheet is asked something."""
_OTHER = "Une autre ligne de crédit"


class WideLine(NamedTuple):
    """A credit line as the wide sheet has it. own: what the porteurs bring themselves, which no committee decides."""

    code: str
    financeur: str
    label: str
    own: bool

    def field(self, step: str) -> str:
        """The field of one of its columns."""
        return f"{self.code} {step}"

    @property
    def heading(self) -> str:
        """What stands above its columns: whose money, then which."""
        return self.label if self.own else f"{self.financeur} : {self.label}"


def tableau_sheet(lines: Sequence[WideLine]) -> Sheet:
    """The sheet whose groups of columns are these lines; reading takes those of the whole contract."""
    asked = AddedColumns(tuple(line.field("asked") for line in lines))
    return Sheet(
        name=WIDE_NAME,
        title="Tableau de programmation",
        key=("number",),
        large=True,
        instructions=_HOW,
        columns=(
            *_action_columns(),
            *(each for line in lines for each in _line_columns(line)),
            Column("plan", "Plan de financement", Kind.AMOUNT, summed=True, width=_AMOUNT, formula=asked),
            Column("gap", "Écart", Kind.AMOUNT, formula=LiveDifference("cost_total", "plan"), width=12),
            column("granted", GRANTED.field(), summed=True, width=_AMOUNT, informative=True),
            _renamed(COPIL.column("outcome"), width=13, help="Ce que le comité de pilotage dit de l'action."),
            replace(COPIL.column("reason"), width=30),
            _renamed(PROGRAMMING.column("no_droit_commun_reason")),
            _renamed(PROGRAMMING.column("status")),
            *_other_columns(),
        ),
    )


def explained_tableau() -> Sheet:
    """The sheet with one group of columns, as its help shows it: each line has the same."""
    return tableau_sheet([WideLine("LIGNE", "Financeur", "ligne de crédit", own=False)])


def _renamed(of_sheet: Column, **own: object) -> Column:
    width = {"width": _NARROWER[of_sheet.field]} if of_sheet.field in _NARROWER else {}
    return replace(of_sheet, since=1, **(width | own))  # type: ignore[arg-type]


def _action_columns() -> Iterator[Column]:
    for name in _OF_ACTION:
        more = (
            {"kind": Kind.TEXT, "list_name": PORTEUR_NAMES, "help": "Son nom, ou son code."}
            if name == "porteur"
            else {}
        )
        yield _renamed(PROGRAMMING.column(name), required=name in _NEEDED, expected=name in _NEEDED, **more)
        if name == "objective":
            yield Column("axis", "Axe", Kind.TEXT, width=22, informative=True)


def _other_columns() -> Iterator[Column]:
    yield replace(
        FUNDINGS.column("line"),
        field=OTHER_LINE,
        required=False,
        aliases=(f"{_OTHER} Ligne de crédit",),
        group=_OTHER,
        help="Son code ; à l'export suivant, elle a ses colonnes.",
    )
    yield column(
        OTHER_ASKED, ASKED.field(), help="", aliases=(f"{_OTHER} {ASKED.field().heading}",), group=_OTHER, width=_AMOUNT
    )


def _line_columns(line: WideLine) -> Iterator[Column]:
    steps = (
        {"asked": OWN_FUNDS} if line.own else {"asked": ASKED, "proposed": PROPOSED, "decided": DECIDED, "paid": PAID}
    )
    for step, figure in steps.items():
        yield column(
            line.field(step),
            figure.field(),
            help="",
            aliases=(f"{line.heading} {figure.field().heading}", f"{line.code} {figure.field().heading}"),
            summed=True,
            informative=step == "paid",
            group=line.heading,
            width=_OWN_FUNDS if line.own else _AMOUNT,
        )
