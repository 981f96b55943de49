"""The enveloppes at a closing, proven by formulas, and the page the comité de pilotage reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from ledger.closing.close_exercice import Closing
from ledger.closing.state import EnveloppeState, enveloppe_states
from ledger.closing.vocabulary import RemainderEnd, Weight
from ledger.conventions.queries import epci_financeur
from ledger.core.field import Kind
from ledger.core.money import ZERO, Money, total
from ledger.core.period import french_day
from ledger.exchange.declaration import AddedColumns, Chart, Column, LiveDifference, Sheet, Table, Values
from ledger.execution.figures import reversement_state
from ledger.journal.positions import Figure
from ledger.programming.actions.grants import granted_by_line
from ledger.referential.queries import find_financeur
from ledger.reports.consumption import LineConsumption, consumption
from ledger.reports.figures.credits import (
    CANCELLED,
    CARRIED,
    CARRIED_IN,
    CONSUMED,
    MODIFIED,
    NOTIFIED,
    OPENED_FIRST,
    RETURNED,
    SHOWN_POSITIONS,
)
from ledger.reports.figures.entry import DefinedFigure
from ledger.reports.figures.payments import COMMITTED_IN_ALL, FREED, ORDERED_IN_ALL, PAID_IN_ALL, STILL_DUE, TAKEN_BACK
from ledger.reports.figures.plan import GRANTED
from ledger.reports.gaps import gap_groups, pillar_sentence, real_costs
from ledger.reports.plan import leverage, ratio_text
from ledger.reports.programme import programme_figures
from ledger.reports.synthesis import load_referential_facts
from ledger.reports.vocabulary import ParEcart

_OPENED = {"notified": OPENED_FIRST, "modified": MODIFIED, "carried_in": CARRIED_IN}
_DONE = {
    "programmed": GRANTED,
    "committed": COMMITTED_IN_ALL,
    "ordered": ORDERED_IN_ALL,
    "paid": PAID_IN_ALL,
    "freed": FREED,
    "taken_back": TAKEN_BACK,
}
_ENDED = "Ce qui est fini, et le contrôle"


def _where(figure: DefinedFigure) -> str:
    return _ENDED if figure in (CANCELLED, CARRIED, RETURNED) else "Où est l'argent"


def _amount(field: str, title: str, group: str = "") -> Column:
    return Column(field, title, Kind.AMOUNT, summed=True, signed=True, width=16, group=group)


def _computed(field: str, title: str, formula: AddedColumns | LiveDifference, group: str) -> Column:
    return Column(field, title, Kind.AMOUNT, summed=True, width=16, formula=formula, group=group)


def enveloppe_table(session: Session, year: int, note: str) -> Table:
    """Each line of the year: what was opened, what was done with it, where it stands; the sums proven by formulas."""
    states, granted = enveloppe_states(session, year), granted_by_line(session, [year])
    sheet = Sheet(
        name=f"Enveloppes {year}",
        title=f"État des enveloppes {year}",
        key=("line",),
        instructions=(
            "Ouvert = notifié + modifications + reporté ; les positions additionnées le font, l'écart est nul.",
            "Ce qui fut fait est cumulé : un euro payé y est aussi engagé et ordonné.",
        ),
        columns=(
            Column("line", "Ligne de crédit", Kind.CODE, width=27),
            Column("financeur", "Financeur", Kind.CODE, width=14),
            *(_amount(field, each.heading, "Crédits ouverts") for field, each in _OPENED.items()),
            _computed("opened", NOTIFIED.also[1].capitalize(), AddedColumns(tuple(_OPENED)), "Crédits ouverts"),
            *(_amount(field, each.heading, "Ce qui fut fait (cumul)") for field, each in _DONE.items()),
            *(_amount(each.script_key, each.heading, _where(each)) for each in SHOWN_POSITIONS),
            _computed("sum", "Somme", AddedColumns(tuple(each.script_key for each in SHOWN_POSITIONS)), _ENDED),
            _computed("gap", "Écart", LiveDifference("opened", "sum"), _ENDED),
        ),
        computed=True,
    )
    rows = tuple(_enveloppe(line, states, granted.get((year, line.line), ZERO)) for line in consumption(session, year))
    return Table(sheet, rows, note=note)


def _enveloppe(line: LineConsumption, states: Mapping[str, EnveloppeState], granted: Money) -> Values:
    done, row = states[line.line], line.row()
    return {
        "line": line.line,
        "financeur": line.financeur,
        **{field: getattr(done, field) for field in (*_OPENED, *_DONE)},
        "programmed": granted,
        **{each.script_key: row[each.script_key] for each in SHOWN_POSITIONS},
    }


_SHARES = {
    "opened": NOTIFIED.also[1].capitalize(),
    "granted": GRANTED.heading,
    "committed": COMMITTED_IN_ALL.heading,
    "paid": CONSUMED.heading,
    "waiting": STILL_DUE.also[0].capitalize(),
    "cancelled": CANCELLED.heading,
    "carried": CARRIED.heading,
    "back": "Rendu ou à rendre, à recouvrer",
    "free": "Programmable ou programmé",
}
_BARS = ("paid", "waiting", "cancelled", "carried", "back", "free")


def committee_table(session: Session, closing: Closing, on: date, note: str, stamp: str) -> Table:
    """One page: the year in sentences, then what became of each financeur's credits, and its chart."""
    state = "clos" if closing.done_before else f"tel que la clôture du {french_day(on)} le laisserait"
    sheet = Sheet(
        name=f"Comité {closing.year}",
        title=f"Contrat de ville — exercice {closing.year}, {state}",
        key=("financeur",),
        instructions=(*_sentences(session, closing, on), *((stamp,) if stamp else ())),
        columns=(
            Column("financeur", "Financeur", Kind.TEXT, width=34),
            *(_amount(field, title) for field, title in _SHARES.items()),
        ),
        computed=True,
    )
    rows = _by_financeur(session, closing)
    return Table(sheet, rows, Chart(f"Ce que sont devenus les crédits {closing.year}", "financeur", _BARS), note)


def _by_financeur(session: Session, closing: Closing) -> tuple[Values, ...]:
    states, granted = enveloppe_states(session, closing.year), granted_by_line(session, [closing.year])
    sums: dict[str, dict[str, Money]] = {}
    becomes = _planned(closing)
    for line in consumption(session, closing.year):
        figures = _shares(line, states[line.line], becomes.get(line.line, {}))
        figures["granted"] = granted.get((closing.year, line.line), ZERO)
        of = sums.setdefault(line.financeur, dict.fromkeys(_SHARES, ZERO))
        for name, amount in figures.items():
            of[name] += amount
    return tuple({"financeur": find_financeur(session, code).name, **figures} for code, figures in sums.items())


def _planned(closing: Closing) -> dict[str, dict[str, Money]]:
    """By line, what the closing still to come would cancel, carry over and give back."""
    found: dict[str, dict[str, Money]] = {}
    for outcome in () if closing.done_before else closing.outcomes:
        if outcome.key.position in ("BLOQUE", "A_RECOUVRER"):
            continue
        of = found.setdefault(outcome.key.line, {})
        for becomes, amount in outcome.parts:
            of[becomes] = of.get(becomes, ZERO) + amount
    return found


def _shares(line: LineConsumption, done: EnveloppeState, becomes: Mapping[str, Money]) -> dict[str, Money]:
    def planned(*outcomes: str) -> Money:
        return total(becomes.get(outcome, ZERO) for outcome in outcomes)

    state = line.state
    carried, uncommitted = (
        planned(RemainderEnd.CARRY_COMMITMENT),
        planned(
            RemainderEnd.CANCEL,
            RemainderEnd.CARRY_AVAILABLE,
            RemainderEnd.SLICE,
            RemainderEnd.GIVE_BACK,
            RemainderEnd.LIFT,
        ),
    )
    return {
        "opened": state[Figure.NOTIFIE],
        "committed": done.committed,
        "paid": state[Figure.VERSE],
        "waiting": state[Figure.ENGAGE] + state[Figure.ORDONNE] - carried,
        "cancelled": state[Figure.ANNULE] + planned(RemainderEnd.CANCEL),
        "carried": state[Figure.REPORTE]
        + planned(RemainderEnd.CARRY_COMMITMENT, RemainderEnd.CARRY_AVAILABLE, RemainderEnd.SLICE),
        "back": state[Figure.RENDU]
        + state[Figure.A_RECOUVRER]
        + state.blocked
        + planned(RemainderEnd.GIVE_BACK, RemainderEnd.LIFT),
        "free": state[Figure.DISPONIBLE] - state.blocked + state[Figure.PROGRAMME] - uncommitted,
    }


def _sentences(session: Session, closing: Closing, on: date) -> list[str]:
    actions = programme_figures(session, closing.year, on=on)
    funded = [action for action in actions if action.granted]
    ratio = leverage(actions).ratio
    levered = (
        "pas de crédits spécifiques"
        if ratio is None
        else f"1 € de crédits spécifiques en entraîne {ratio_text(ratio, ',')} €"
    )
    dre = reversement_state(session, closing.year, on=on).passing_on
    epci = epci_financeur(session)
    carried = [outcome for outcome in closing.outcomes if outcome.fate == RemainderEnd.CARRY_COMMITMENT]
    ours = total(outcome.amount for outcome in carried if outcome.decider == epci)
    theirs = total(outcome.amount for outcome in carried if outcome.decider != epci)
    passed_on = (
        f"reçu {dre.received.french()}, reversé {dre.passed_on.french()},"
        f" rendu {dre.returned.french()}, à rendre {dre.owed_back.french()},"
        f" encore attendu {dre.awaited.french()}"
    )
    by_pillar = gap_groups(actions, ParEcart.PILIER, load_referential_facts(session), real_costs(session, on))
    left = sum(point.weight is not Weight.INFORMATION for point in closing.points)
    elsewhere = f"engagé et non payé chez les autres financeurs : {theirs.french()}"
    return [
        f"{len(funded)} actions financées sur {len(actions)} demandées ; effet levier : {levered}.",
        f"Restes à réaliser du budget ({epci}) : {ours.french()} ; {elsewhere}. Points à régler ou à décider : {left}.",
        f"Crédits reversés (réussite éducative) : {passed_on}.",
        pillar_sentence(by_pillar),
        "Sur chaque ligne, le consommé et les cinq colonnes qui le suivent font l'ouvert, au centime.",
    ]
