"""The enveloppes at a closing, proven by formulas, and the page the comité de pilotage reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from ledger.closing.fates import CANCEL, CARRY_AVAILABLE, CARRY_COMMITMENT, GIVE_BACK, SLICE
from ledger.closing.operations import Closing
from ledger.closing.points import Weight
from ledger.closing.state import EnveloppeState, enveloppe_states
from ledger.conventions.lookups import epci_financeur
from ledger.core.money import ZERO, Money, total
from ledger.core.period import french_day
from ledger.exchange.declaration import Added, Chart, Column, Gap, Kind, Sheet, Table, Values
from ledger.execution.states import reversement_state
from ledger.journal.positions import FIGURE_LABELS, Figure
from ledger.referential.lookups import find_financeur
from ledger.reports.consumption import LineConsumption, consumption
from ledger.reports.facts import load_facts
from ledger.reports.gap_groups import gap_groups, pillar_sentence
from ledger.reports.gaps import real_costs
from ledger.reports.leverage import leverage, ratio_text
from ledger.reports.programme import programme

_OPENED = {"notified": "Notifié", "modified": "Modifications", "carried_in": "Reporté de l'année précédente"}
_DONE = {
    "programmed": "Programmé",
    "committed": "Engagé",
    "ordered": "Ordonné",
    "paid": "Payé",
    "freed": "Libéré",
    "taken_back": "Récupéré",
}
_STANDS = tuple(figure for figure in Figure if figure is not Figure.NOTIFIE)


_ENDED = "Ce qui est fini, et le contrôle"


def _where(figure: Figure) -> str:
    return _ENDED if figure in (Figure.ANNULE, Figure.REPORTE, Figure.RENDU) else "Où est l'argent"


def _amount(field: str, title: str, group: str = "") -> Column:
    return Column(field, title, Kind.AMOUNT, summed=True, signed=True, width=16, group=group)


def _computed(field: str, title: str, formula: Added | Gap, group: str) -> Column:
    return Column(field, title, Kind.AMOUNT, summed=True, width=16, formula=formula, group=group)


def enveloppe_table(session: Session, year: int, note: str) -> Table:
    """Each line of the year: what was opened, what was done with it, where it stands; the sums proven by formulas."""
    states = enveloppe_states(session, year)
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
            *(_amount(field, title, "Crédits ouverts") for field, title in _OPENED.items()),
            _computed("opened", "Ouvert", Added(tuple(_OPENED)), "Crédits ouverts"),
            *(_amount(field, title, "Ce qui fut fait (cumul)") for field, title in _DONE.items()),
            *(_amount(str(figure), FIGURE_LABELS[figure].capitalize(), _where(figure)) for figure in _STANDS),
            _computed("sum", "Somme", Added(tuple(map(str, _STANDS))), _ENDED),
            _computed("gap", "Écart", Gap("opened", "sum"), _ENDED),
        ),
        computed=True,
    )
    rows = tuple(_enveloppe(line, states) for line in consumption(session, year))
    return Table(sheet, rows, note=note)


def _enveloppe(line: LineConsumption, states: Mapping[str, EnveloppeState]) -> Values:
    done = states[line.line]
    return {
        "line": line.line,
        "financeur": line.financeur,
        **{field: getattr(done, field) for field in (*_OPENED, *_DONE)},
        **{str(figure): line.state[figure] for figure in _STANDS},
    }


_SHARES = {
    "opened": "Ouvert",
    "granted": "Accordé",
    "committed": "Engagé",
    "paid": "Versé",
    "waiting": "Engagé ou ordonné, à verser",
    "cancelled": "Annulé",
    "carried": "Reporté",
    "back": "Rendu ou à rendre, à recouvrer",
    "free": "Disponible ou programmé",
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
    states = enveloppe_states(session, closing.year)
    sums: dict[str, dict[str, Money]] = {}
    becomes = _planned(closing)
    for line in consumption(session, closing.year):
        figures = _shares(line, states[line.line], becomes.get(line.line, {}))
        of = sums.setdefault(line.financeur, dict.fromkeys(_SHARES, ZERO))
        for name, amount in figures.items():
            of[name] += amount
    return tuple({"financeur": find_financeur(session, code).name, **figures} for code, figures in sums.items())


def _planned(closing: Closing) -> dict[str, dict[str, Money]]:
    """By line, what the closing still to come would cancel, carry over and give back."""
    found: dict[str, dict[str, Money]] = {}
    for fate in () if closing.done_before else closing.fates:
        if fate.key.position in ("BLOQUE", "A_RECOUVRER"):
            continue
        of = found.setdefault(fate.key.line, {})
        of[fate.fate] = of.get(fate.fate, ZERO) + fate.amount
    return found


def _shares(line: LineConsumption, done: EnveloppeState, becomes: Mapping[str, Money]) -> dict[str, Money]:
    def planned(*fates: str) -> Money:
        return total(becomes.get(fate, ZERO) for fate in fates)

    state = line.state
    carried, uncommitted = planned(CARRY_COMMITMENT), planned(CANCEL, CARRY_AVAILABLE, SLICE, GIVE_BACK)
    return {
        "opened": state[Figure.NOTIFIE],
        "granted": done.programmed,
        "committed": done.committed,
        "paid": state[Figure.VERSE],
        "waiting": state[Figure.ENGAGE] + state[Figure.ORDONNE] - carried,
        "cancelled": state[Figure.ANNULE] + planned(CANCEL),
        "carried": state[Figure.REPORTE] + planned(CARRY_COMMITMENT, CARRY_AVAILABLE, SLICE),
        "back": state[Figure.RENDU] + state[Figure.A_RECOUVRER] + state.blocked + planned(GIVE_BACK),
        "free": state[Figure.DISPONIBLE] - state.blocked + state[Figure.PROGRAMME] - uncommitted,
    }


def _sentences(session: Session, closing: Closing, on: date) -> list[str]:
    actions = programme(session, closing.year, on=on)
    funded = [action for action in actions if action.granted]
    ratio = leverage(actions).ratio
    levered = (
        "pas de crédits spécifiques"
        if ratio is None
        else f"1 € de crédits spécifiques en entraîne {ratio_text(ratio, ',')} €"
    )
    dre = reversement_state(session, closing.year, on=on).passing_on
    epci = epci_financeur(session)
    carried = [fate for fate in closing.fates if fate.fate == CARRY_COMMITMENT]
    ours = total(fate.amount for fate in carried if fate.decider == epci)
    theirs = total(fate.amount for fate in carried if fate.decider != epci)
    passed_on = (
        f"reçu {dre.received.french()}, reversé {dre.passed_on.french()},"
        f" rendu {dre.returned.french()}, à rendre {dre.owed_back.french()}"
    )
    by_pillar = gap_groups(actions, "pilier", load_facts(session), real_costs(session, on))
    left = sum(point.weight is not Weight.INFORMATION for point in closing.points)
    elsewhere = f"engagé et non payé chez les autres financeurs : {theirs.french()}"
    return [
        f"{len(funded)} actions financées sur {len(actions)} demandées ; effet levier : {levered}.",
        f"Restes à réaliser du budget ({epci}) : {ours.french()} ; {elsewhere}. Points à régler ou à décider : {left}.",
        f"Crédits reversés (DRE) : {passed_on}.",
        pillar_sentence(by_pillar),
        "Sur chaque ligne, le versé et les cinq colonnes qui le suivent font l'ouvert, au centime.",
    ]
