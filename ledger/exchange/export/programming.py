"""The workbook for the Sous-Préfecture: the tableau de programmation, and the sheets that are imported again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from ledger.conventions.model import Convention
from ledger.conventions.queries import conventions
from ledger.core.field import Kind, Value
from ledger.core.grouping import sums_by, sums_by_two
from ledger.core.money import ZERO, Money, total
from ledger.exchange.declaration import AddedColumns, Column, Sheet, Table, Values, column
from ledger.exchange.export.example import example_note
from ledger.exchange.export.tableau import contract_lines
from ledger.exchange.handlers.action_bilans import action_bilan_rows
from ledger.exchange.handlers.avenant_rows import avenant_rows
from ledger.exchange.handlers.bilans import bilans_of_year
from ledger.exchange.handlers.cofinanced_posts import CofinancedPostHandler, post_rows
from ledger.exchange.handlers.convention_rows import convention_rows, paid_conventions, payment_rows, schedule_rows
from ledger.exchange.handlers.programming import ProgrammingHandler, programme_rows
from ledger.exchange.handlers.referential import porteur_values
from ledger.exchange.sheets.conventions import ACTION_BILANS, AVENANTS, CONVENTIONS, PAYMENTS, SCHEDULES
from ledger.exchange.sheets.referential import PORTEURS
from ledger.journal.balances import amount_moved, balances
from ledger.journal.positions import PAID_POSITIONS, Position
from ledger.programming.actions.forms import ReadAction
from ledger.programming.actions.grants import granted_by_action
from ledger.programming.actions.model import Action
from ledger.programming.actions.read_actions import read_actions
from ledger.programming.actions.renewals import where_renewed
from ledger.programming.committees.record_decision import last_decisions
from ledger.programming.opinions.record_avis import avis_of_year
from ledger.programming.queries import find_action, own_fund_lines
from ledger.programming.vocabulary import AvisVerdict, CommitteeKind, ReferenceSystem, Renewal
from ledger.referential.axes import AxisTree, axis_tree
from ledger.referential.queries import find_line, find_porteur, find_territory
from ledger.referential.vocabulary import LineNature
from ledger.reports.figures.payments import ADVANCE, BALANCE, COST_REAL, OVERPAID, PAID
from ledger.reports.figures.plan import ASKED, COST, GRANTED, GRANTED_BEFORE, OWN_FUNDS, PROPOSED
from ledger.reports.gaps import real_costs
from ledger.reports.programme import ActionFigures, programme_figures
from ledger.rules.vocabulary import Condition


@dataclass(slots=True)
class ActionFollowed:
    """What the year says of one action; amounts that nothing says yet are None.

    advance: paid before the balance. balance: paid of what waited for the bilan; both make what is paid. given_back:
    paid too much. proposed: by the comité technique.
    """

    action: ReadAction
    granted_before: Money | None = None
    proposed: Mapping[str, Money] = field(default_factory=dict)
    avis: str = ""
    advance: Money | None = None
    balance: Money | None = None
    realised: Money | None = None
    given_back: Money | None = None

    @property
    def ej(self) -> str:
        """The engagements juridiques that cover it."""
        return ", ".join(sorted(each.reference for each in self.action.references if each.kind == ReferenceSystem.EJ))

    @property
    def remarks(self) -> str:
        """What is observed of its lines, each thing once."""
        return " ; ".join(dict.fromkeys(each.observation for each in self.action.fundings if each.observation))


def following_of_year(session: Session, year: int) -> dict[str, ActionFollowed]:
    """By number, every action of the year."""
    actions = read_actions(session, Action.year == year, parts=("fundings", "references"))
    found = {action.number: ActionFollowed(action) for action in actions}
    _renewed(session, found)
    _advised(session, year, found)
    _paid(session, found)
    for number, cost in real_costs(session).items():
        if number in found:
            found[number].realised = cost
    for key, amount in amount_moved(session, into=Position.A_RECOUVRER, out_of=Position.VERSE).items():
        if key.action in found:
            found[key.action].given_back = (found[key.action].given_back or ZERO) + amount
    return found


def _renewed(session: Session, found: dict[str, ActionFollowed]) -> None:
    for each in found.values():
        if not each.action.renewed_from:
            continue
        with where_renewed(session, each.action.renewed_from) as number:
            before = find_action(session, number)
            granted = granted_by_action(session, before.year, number).get(number, {})
        each.granted_before = total(granted.values())


def _advised(session: Session, year: int, found: dict[str, ActionFollowed]) -> None:
    standing = avis_of_year(session, year)
    said: dict[str, list[str]] = {}
    for each in standing:
        advised = "" if each.amount_advised is None else f", {each.amount_advised.french()} sur {each.line}"
        said.setdefault(each.action, []).append(f"{each.service} : {AvisVerdict(each.verdict).label}{advised}")
    for (number, committee), decision in last_decisions(session, year=year).items():
        if committee == CommitteeKind.TECHNICAL:
            found[number].proposed = {each.line: each.amount for each in decision.amounts}
    for number, followed in found.items():
        followed.avis = "\n".join(said.get(number, ()))


def _paid(session: Session, found: dict[str, ActionFollowed]) -> None:
    """What is paid fills the instalments that wait for nothing first, then those that wait for the bilan."""
    paid = sums_by_two(
        (key.convention, (key.action, key.line), amount)
        for key, amount in balances(session, positions=PAID_POSITIONS).items()
        if key.action in found
    )
    for convention in conventions(session, numbers=paid):
        first = _before_bilan(convention)
        for (action, line), amount in paid[convention.number].items():
            advance = min(amount, first.get((action, line), ZERO))
            each = found[action]
            each.advance = (each.advance or ZERO) + advance
            each.balance = (each.balance or ZERO) + amount - advance


def _before_bilan(convention: Convention) -> dict[tuple[str, str], Money]:
    return sums_by(
        ((each.action, each.line), each.amount) for each in convention.instalments if each.condition != Condition.BILAN
    )


_STEPS = {"requested": ASKED, "proposed": PROPOSED, "granted": GRANTED, "paid": PAID}
_WORDS = (
    "Vos changements reviennent ici comme des propositions : chacune s'adopte par un acte. Les demandes se corrigent "
    "sur les feuilles suivantes."
)


def tableau(session: Session, year: int, figures: Sequence[ActionFigures], *, note: str, stamp: str) -> Table:
    """The calculated sheet. stamp: the words that sign a workbook sent; "" for none."""
    own = own_fund_lines(session)
    every = _lines(session, figures)
    lines = [code for code in every if code not in own]
    followed = following_of_year(session, year)
    names = {line.code: line.heading for line in contract_lines(session)}
    sheet = Sheet(
        name=f"Tableau {year}",
        title=f"Contrat de ville — programmation {year}",
        key=("number",),
        instructions=(*((stamp,) if stamp else ()), _WORDS),
        columns=(
            *_fixed_columns(),
            *_total_columns(lines),
            *_line_columns(lines, [code for code in every if code in own], names),
            *_last_columns(),
        ),
        computed=True,
        large=True,
    )
    tree = axis_tree(session)
    return Table(sheet, tuple(_row(session, action, followed, tree) for action in figures), note=note)


def _lines(session: Session, figures: Iterable[ActionFigures]) -> list[str]:
    """The lines that some action asks or is granted, in the order of the référentiel; own funds last."""
    natures = {line.line: line.nature for action in figures for line in action.lines}
    ranks = {code: find_line(session, code).rank for code in natures}
    return sorted(natures, key=lambda code: (natures[code] == LineNature.OWN_FUNDS, ranks[code]))


def _fixed_columns() -> tuple[Column, ...]:
    return (
        Column("number", "N°", Kind.CODE, width=10),
        Column("title", "Intitulé", Kind.TEXT, width=36),
        Column("example", "Exemple", Kind.YES_NO, width=9),
        Column("axis", "Axe", Kind.TEXT, width=26),
        Column("objective", "Objectif", Kind.CODE, width=9),
        Column("territories", "QPV / veille", Kind.TEXT, width=28),
        Column("porteur", "Porteur", Kind.TEXT, width=28),
        Column("siret", "SIRET", Kind.SIRET, width=17),
        Column("renewal", "Nouveau / reconduction", Kind.TEXT, width=15),
        column("cost", COST.field(title=COST.also[0]), summed=True, width=16),
        column("granted_before", GRANTED_BEFORE.field(), summed=True, width=15),
    )


def _line_columns(lines: Sequence[str], own: Sequence[str], names: Mapping[str, str]) -> Iterable[Column]:
    """A group of columns a line, under its name; workbooks sent before were headed by codes, and are still read."""
    steps = [(code, step, figure) for code in lines for step, figure in _STEPS.items()]
    for code, step, figure in (*steps, *((code, "own_funds", OWN_FUNDS) for code in own)):
        field = figure.field()
        by_code = (f"{code} > {field.heading}",)
        yield column(f"{code} {step}", field, aliases=by_code, summed=True, width=14, group=names[code])


def _total_columns(lines: Sequence[str]) -> Iterable[Column]:
    for step, figure in _STEPS.items():
        formula = AddedColumns(tuple(f"{code} {step}" for code in lines))
        yield column(f"total {step}", figure.field(), summed=True, width=16, group="Ensemble", formula=formula)


def _last_columns() -> tuple[Column, ...]:
    return (
        Column("avis", "Avis", Kind.TEXT, width=30),
        Column("ej", "EJ", Kind.TEXT, width=16),
        column("advance", ADVANCE.field(), summed=True, width=16),
        column("balance", BALANCE.field(), summed=True, width=16),
        column("realised", COST_REAL.field(title=COST_REAL.also[0]), summed=True, width=16),
        column("given_back", OVERPAID.field(), summed=True, width=16),
        Column("remarks", "Observations", Kind.TEXT, width=36),
    )


def _row(session: Session, action: ActionFigures, followed: dict[str, ActionFollowed], tree: AxisTree) -> Values:
    porteur = find_porteur(session, action.porteur)
    more = followed[action.number]
    values: dict[str, Value] = {
        "number": action.number,
        "title": action.title,
        "example": action.example,
        "axis": tree.top_label(action.objective),
        "objective": action.objective,
        "territories": ", ".join(find_territory(session, code).name for code in action.territories),
        "porteur": porteur.name,
        "siret": porteur.siret,
        "renewal": Renewal(action.renewal).label if action.renewal else "",
        "cost": action.cost_total,
        "granted_before": more.granted_before,
        "avis": more.avis,
        "ej": more.ej,
        "advance": more.advance,
        "balance": more.balance,
        "realised": more.realised,
        "given_back": more.given_back,
        "remarks": more.remarks,
    }
    for line in action.lines:
        if line.nature == LineNature.OWN_FUNDS:
            values[f"{line.line} own_funds"] = line.own_funds
            continue
        values |= {
            f"{line.line} requested": line.requested,
            f"{line.line} proposed": more.proposed.get(line.line),
            f"{line.line} granted": line.granted,
            f"{line.line} paid": line.paid,
        }
    return values


def programming_tables(session: Session, year: int, stamp: str = "") -> list[Table]:
    """The tableau (calculated), then porteurs, actions and plans as they can be imported again.

    stamp: the words that sign a workbook sent, under the title of the tableau.
    """
    figures, note = programme_figures(session, year), example_note(session, year)
    held, posts = programme_rows(session, {year}), post_rows(session, {year})
    carriers = [find_porteur(session, code) for code in sorted({action.porteur for action in figures})]
    return [
        tableau(session, year, figures, note=note, stamp=stamp),
        Table(PORTEURS, tuple(porteur_values(porteur) for porteur in carriers)),
        *(Table(sheet, tuple(held[sheet.name].values()), note=note) for sheet in ProgrammingHandler.sheets),
        *(Table(sheet, tuple(posts[sheet.name].values()), note=note) for sheet in CofinancedPostHandler.sheets),
    ]


def convention_tables(session: Session, year: int) -> list[Table]:
    """Every convention of the millésime with its payments and bilans, whatever their day."""
    note = example_note(session, year)
    return [
        Table(CONVENTIONS, tuple(convention_rows(session, {year}).values()), note=note),
        Table(SCHEDULES, tuple(schedule_rows(session, {year}).values()), note=note),
        Table(AVENANTS, tuple(avenant_rows(session, {year}).values()), note=note),
        Table(PAYMENTS, tuple(payment_rows(session, {year}).values()), note=note),
        Table(ACTION_BILANS, tuple(action_bilan_rows(session, paid_conventions(session, {year})).values()), note=note),
        *(Table(sheet, tuple(rows.values()), note=note) for sheet, rows in bilans_of_year(session, year)),
    ]
