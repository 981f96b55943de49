"""A second formula for each figure, in plain SQL over the tables: a screen never checks itself.

Each statement gives (subject, cents) for the contract and year named: "action", "ligne", "convention", or the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.core.money import Money
from ledger.reports.figures.catalogue import FIGURES
from ledger.reports.figures.entry import CombinedFigure
from ledger.storage.session import context

_HELD = """
    SELECT {what}, {sign} * SUM(CASE WHEN a.id = t.debit_account THEN t.amount ELSE -t.amount END)
    FROM transfer t JOIN account a ON a.contract = t.contract AND a.id IN (t.debit_account, t.credit_account)
    {join} WHERE t.contract = :contract AND a.position IN ({positions}) AND {where} GROUP BY {what}
"""
_MOVED = """
    SELECT {what}, SUM(CASE WHEN d.position = '{into}' AND c.position = '{out_of}' THEN t.amount ELSE -t.amount END)
    FROM transfer t JOIN account d ON d.contract = t.contract AND d.id = t.debit_account
    JOIN account c ON c.contract = t.contract AND c.id = t.credit_account
    JOIN action x ON x.contract = t.contract AND x.number IN (d.action, c.action)
    WHERE t.contract = :contract AND x.year = :year AND
    ((d.position = '{into}' AND c.position = '{out_of}') OR (d.position = '{out_of}' AND c.position = '{into}'))
    AND {where} GROUP BY {what}
"""
_GIVEN_UP = """
    SELECT {what}, -SUM(t.amount) FROM transfer t
    JOIN account d ON d.contract = t.contract AND d.id = t.debit_account
    JOIN account c ON c.contract = t.contract AND c.id = t.credit_account
    JOIN action x ON x.contract = t.contract AND x.number = c.action
    JOIN entry e ON e.contract = t.contract AND e.sequence = t.sequence
    WHERE t.contract = :contract AND x.year = :year AND e.kind IN ('avenant', 'resiliation')
    AND c.position = 'ENGAGE' AND d.position IN ('BLOQUE', 'ANNULE') AND {where} GROUP BY {what}
"""
_OF_PLAN = """
    SELECT {what}, SUM(f.amount_requested) FROM funding f
    JOIN action x ON x.contract = f.contract AND x.number = f.action
    JOIN credit_line l ON l.contract = f.contract AND l.code = f.line
    WHERE f.contract = :contract AND x.year = :year AND x.status <> 'abandonne'
    AND f.status IN ('demande', 'propose', 'accorde') AND l.nature {own} 'fonds_propres' GROUP BY {what}
"""
_BILANS = """
    SELECT {what}, SUM(b.amount_final) FROM bilan_line b
    JOIN bilan s ON s.contract = b.contract AND s.convention = b.convention AND s.action = b.action
    JOIN action x ON x.contract = b.contract AND x.number = b.action
    WHERE b.contract = :contract AND x.year = :year AND s.undone_on IS NULL GROUP BY {what}
"""
_DECISIONS = """
    SELECT m.{what}, SUM(m.amount) FROM decision_amount m
    JOIN decision n ON n.contract = m.contract AND n.action = m.action AND n.rank = m.rank
    JOIN action x ON x.contract = m.contract AND x.number = m.action
    WHERE m.contract = :contract AND x.year = :year AND x.status <> 'abandonne' AND n.committee = '{committee}'
    AND n.rank = (SELECT MAX(o.rank) FROM decision o WHERE o.contract = n.contract AND o.action = n.action
                  AND o.committee = n.committee) GROUP BY m.{what}
"""
_COSTS = """
    SELECT x.number, {amount} FROM action x WHERE x.contract = :contract AND x.year = :year
    AND (x.status <> 'abandonne') AND {where}
"""
_SETTLED = (
    "EXISTS (SELECT 1 FROM bilan b WHERE b.contract = x.contract AND b.action = x.number AND b.undone_on IS NULL)"
)
_ANSWERED = """
    EXISTS (SELECT 1 FROM bilan b WHERE b.contract = x.contract AND b.action = x.number AND b.undone_on IS NULL
            AND b.convention IN (d.convention, c.convention))
"""
_REAL = """
    (SELECT b.real_cost FROM bilan b WHERE b.contract = x.contract AND b.action = x.number AND b.undone_on IS NULL
     ORDER BY b.settled_on DESC, b.convention DESC LIMIT 1)
"""
_CREDITS = {
    "notifie": ("NOTIFIE", "REPORT_ENTRANT"),
    "reporte_entrant": ("REPORT_ENTRANT",),
    "disponible": ("DISPONIBLE", "BLOQUE"),
    "bloque": ("BLOQUE",),
    "programme": ("PROGRAMME",),
    "engage": ("ENGAGE",),
    "non_paye": ("ORDONNE",),
    "consomme": ("VERSE",),
    "a_recouvrer": ("A_RECOUVRER",),
    "annule": ("ANNULE",),
    "reporte": ("REPORTE",),
    "rendu": ("RENDU", "RESERVE_LEVEE"),
    "reserve_levee": ("RESERVE_LEVEE",),
}
_PASSED_ON = (
    ("recu", -1, ("DROIT_ACQUIS", "A_RECEVOIR")),
    ("reverse", 1, ("REVERSE",)),
    ("rendu_financeur", 1, ("DROIT_PERDU", "A_RENDRE")),
    ("recu_non_reverse", 1, ("DETENU", "AVANCE")),
    ("reverse_non_recu", -1, ("AVANCE", "DETENU")),
    ("a_rendre", -1, ("A_RENDRE", "A_RECEVOIR")),
    ("reste_attendu", 1, ("A_RENDRE", "A_RECEVOIR")),
    ("droit_acquis", -1, ("DROIT_ACQUIS",)),
    ("droit_perdu", 1, ("DROIT_PERDU",)),
)
_PLANNED = """
    SELECT {what}, SUM(f.amount_requested) FROM funding f
    JOIN action x ON x.contract = f.contract AND x.number = f.action
    WHERE f.contract = :contract AND x.year = :year GROUP BY {what}
"""
_FLOW = """
    SELECT d.line, SUM(CASE WHEN d.position = '{into}' THEN t.amount ELSE -t.amount END)
    FROM transfer t JOIN account d ON d.contract = t.contract AND d.id = t.debit_account
    JOIN account c ON c.contract = t.contract AND c.id = t.credit_account
    JOIN entry e ON e.contract = t.contract AND e.sequence = t.sequence
    WHERE t.contract = :contract AND d.year = :year AND c.year = :year AND {where} AND
    ((d.position = '{into}' AND c.position = '{out_of}') OR (d.position = '{out_of}' AND c.position = '{into}'))
    GROUP BY d.line
"""
_OUT = ("DISPONIBLE", "BLOQUE", "ANNULE")
_FLOWS = {
    "notifie_initial": (("DISPONIBLE", "NOTIFIE", "e.kind <> 'modification'"),),
    "modifications": (("DISPONIBLE", "NOTIFIE", "e.kind = 'modification'"),),
    "engage_en_tout": tuple(("ENGAGE", source, "1 = 1") for source in ("PROGRAMME", "REPORT_ENTRANT")),
    "ordonne_en_tout": tuple((target, "ENGAGE", "1 = 1") for target in ("ORDONNE", "VERSE")),
    "paye_en_tout": tuple(("VERSE", source, "1 = 1") for source in ("ORDONNE", "ENGAGE")),
    "libere": tuple((target, "ENGAGE", "1 = 1") for target in _OUT),
    "recupere": tuple((target, "A_RECOUVRER", "1 = 1") for target in (*_OUT, "REPORTE")),
}
_ADVANCE = """
    SELECT p.action, SUM(CASE WHEN p.paid < COALESCE(i.due, 0) THEN p.paid ELSE COALESCE(i.due, 0) END) FROM (
        SELECT a.convention, a.action, a.line,
               SUM(CASE WHEN a.id = t.debit_account THEN t.amount ELSE -t.amount END) AS paid
        FROM transfer t JOIN account a ON a.contract = t.contract AND a.id IN (t.debit_account, t.credit_account)
        JOIN action x ON x.contract = a.contract AND x.number = a.action
        WHERE t.contract = :contract AND a.position IN ('VERSE', 'A_RECOUVRER') AND x.year = :year
        GROUP BY a.convention, a.action, a.line
    ) p LEFT JOIN (
        SELECT convention, action, line, SUM(amount) AS due FROM instalment
        WHERE contract = :contract AND condition <> 'bilan' GROUP BY convention, action, line
    ) i ON i.convention = p.convention AND i.action = p.action AND i.line = p.line GROUP BY p.action
"""
_SOURCES = ("NOTIFIE", "REPORT_ENTRANT")
_WITHHELD = """
    SELECT l.line, SUM(k.amount) FROM compensation k
    JOIN convention e ON e.contract = k.contract AND e.number = k.convention
    JOIN convention_line l ON l.contract = k.contract AND l.convention = k.recette
    WHERE k.contract = :contract AND e.year = :year AND k.realised_on IS NULL GROUP BY l.line
"""
_GIVEN_BACK_BY_PORTEURS = """
    SELECT o.line, SUM(CASE WHEN o.id = t.credit_account THEN t.amount ELSE -t.amount END)
    FROM transfer t JOIN account o ON o.contract = t.contract AND o.id IN (t.debit_account, t.credit_account)
    JOIN account b ON b.contract = t.contract AND b.id IN (t.debit_account, t.credit_account) AND b.id <> o.id
    JOIN convention v ON v.contract = o.contract AND v.number = o.convention
    JOIN credit_line l ON l.contract = o.contract AND l.code = o.line
    WHERE t.contract = :contract AND v.year = :year AND v.circuit = 'budget' AND l.financeur <> v.payer
    AND o.position = 'A_RECOUVRER' AND b.position IN ('BLOQUE', 'REPORTE', 'DISPONIBLE', 'RENDU') GROUP BY o.line
"""
_NEVER_BELOW_ZERO = ("a_rendre", "reste_attendu", "recu_non_reverse", "reverse_non_recu")
_WHOLE_OF_LINES = frozenset((*(figure for figure, _, _ in _PASSED_ON), "a_retenir", "recouvre"))
_CONVENTIONS = {
    "ordonne": ("ORDONNE", "VERSE", "A_RECOUVRER"),
    "verse": ("VERSE", "A_RECOUVRER"),
    "reste_du": ("ENGAGE", "ORDONNE"),
    "a_recouvrer": ("A_RECOUVRER",),
}


def second_values(session: Session, year: int) -> dict[tuple[str, str], Money]:
    """By figure and subject ("action 2016-001", "ligne CAPH-PDV", "tout"), what the second formula gives."""
    found: dict[tuple[str, str], int] = {}
    for figure, kind, statement in _statements():
        query = text(statement)
        asked = {"contract": context(session).contract, "year": year}
        whole = 0
        for subject, cents in session.execute(query, asked):
            amount = max(0, int(cents or 0)) if figure in _NEVER_BELOW_ZERO else int(cents or 0)
            key = (figure, f"{kind} {subject}".strip())
            found[key] = found.get(key, 0) + amount
            whole += amount
        if kind in ("action", "exercice ligne") or figure in _WHOLE_OF_LINES:
            place = (figure, "exercice" if kind == "exercice ligne" else "tout")
            found[place] = found.get(place, 0) + whole
    _close(session, year, found)
    _lever(session, found)
    _combine(found)
    return {key: Money(cents) for key, cents in found.items()}


_Statements: TypeAlias = Iterator[tuple[str, str, str]]


def _statements() -> _Statements:
    """Each figure, what its rows are of, the statement."""
    yield from _of_credits()
    yield from _of_conventions()
    yield from _of_grants()
    yield from _of_plans()
    yield from _of_bilans()


def _quoted(positions: Iterable[str]) -> str:
    return ", ".join(f"'{each}'" for each in positions)


def _of_credits() -> _Statements:
    line = {"what": "a.line", "join": "", "where": "a.year = :year"}
    for figure, positions in _CREDITS.items():
        sign = -1 if positions[0] in _SOURCES else 1
        yield figure, "exercice ligne", _HELD.format(**line, positions=_quoted(positions), sign=sign)
    for figure, sign, positions in _PASSED_ON:
        yield figure, "ligne", _HELD.format(**line, positions=_quoted(positions), sign=sign)
    yield "a_retenir", "ligne", _WITHHELD
    yield "recouvre", "ligne", _GIVEN_BACK_BY_PORTEURS
    for figure, moves in _FLOWS.items():
        for into, out_of, where in moves:
            yield figure, "exercice ligne", _FLOW.format(into=into, out_of=out_of, where=where)


def _of_conventions() -> _Statements:
    of_action = "JOIN action x ON x.contract = a.contract AND x.number = a.action"
    of_convention = "JOIN convention v ON v.contract = a.contract AND v.number = a.convention AND v.kind <> 'recette'"
    ways = (
        ("convention", "a.convention", of_convention, "v.year = :year"),
        ("action", "x.number", of_action, "x.year = :year"),
        ("ligne", "a.line", of_action, "x.year = :year"),
    )
    for figure, positions in _CONVENTIONS.items():
        for kind, what, join, where in ways:
            held = {"what": what, "join": join, "where": where, "positions": _quoted(positions)}
            yield figure, kind, _HELD.format(**held, sign=1)
    yield "trop_verse", "action", _MOVED.format(what="x.number", into="A_RECOUVRER", out_of="VERSE", where="1 = 1")
    yield "acompte", "action", _ADVANCE


def _of_grants() -> _Statements:
    for figure, into, out_of in (("accorde", "PROGRAMME", "DISPONIBLE"), ("conventionne", "ENGAGE", "PROGRAMME")):
        for kind, moved, given_up in (("action", "x.number", "x.number"), ("ligne", "d.line", "c.line")):
            yield figure, kind, _MOVED.format(what=moved, into=into, out_of=out_of, where="1 = 1")
            yield figure, kind, _GIVEN_UP.format(what=given_up, where="1 = 1")
    answered = {"what": "x.number", "into": "ENGAGE", "out_of": "PROGRAMME", "where": _ANSWERED}
    yield "accorde_arrete", "action", _MOVED.format(**answered)
    yield "accorde_arrete", "action", _GIVEN_UP.format(what="x.number", where=_ANSWERED)


def _of_plans() -> _Statements:
    for kind, what in (("action", "x.number"), ("ligne", "f.line")):
        yield "demande", kind, _OF_PLAN.format(what=what, own="<>")
        yield "fonds_propres", kind, _OF_PLAN.format(what=what, own="=")
        yield "prevu", kind, _PLANNED.format(what=what)
    for figure, committee in (("propose", "technique"), ("decide", "copil")):
        for kind, what in (("action", "action"), ("ligne", "line")):
            yield figure, kind, _DECISIONS.format(what=what, committee=committee)
    yield "cout", "action", _COSTS.format(amount="x.cost_total", where="1 = 1")


def _of_bilans() -> _Statements:
    for kind, what in (("action", "x.number"), ("ligne", "b.line")):
        yield "justifie", kind, _BILANS.format(what=what)
    yield "cout_prevu", "action", _COSTS.format(amount="x.cost_total", where=_SETTLED)
    yield "cout_attendu", "action", _COSTS.format(amount="x.cost_total", where=f"NOT {_SETTLED}")
    yield "cout_reel", "action", _COSTS.format(amount=_REAL, where=_SETTLED)


def _lever(session: Session, found: dict[tuple[str, str], int]) -> None:
    """What is drawn in by specific credits (§5.4.2), from what each line grants and the own funds of who is granted."""
    sums = dict.fromkeys(("specifique", "droit_commun", "autres"), 0)
    lines = text(
        "SELECT l.code, l.nature, p.kind FROM credit_line l"
        " JOIN financeur p ON p.contract = l.contract AND p.code = l.financeur WHERE l.contract = :contract"
    )
    for line, nature, payer in session.execute(lines, {"contract": context(session).contract}):
        granted = found.get(("accorde", f"ligne {line}"), 0)
        drawing = nature == "specifique" and payer in ("etat", "region", "epci")
        sums["specifique" if drawing else "droit_commun" if nature == "droit_commun" else "autres"] += granted
    for (figure, subject), cents in found.items():
        if figure == "fonds_propres" and subject.startswith("action ") and found.get(("accorde", subject)):
            sums["autres"] += cents
    found |= {(figure, "tout"): cents for figure, cents in sums.items()}


def _close(session: Session, year: int, found: dict[tuple[str, str], int]) -> None:
    """What may serve nothing: blocked, or all that is left once the year is closed."""
    closed = session.execute(
        text("SELECT closed_on FROM exercice WHERE contract = :contract AND year = :year"),
        {"contract": context(session).contract, "year": year},
    ).scalar_one()
    source = "disponible" if closed is not None else "bloque"
    for (figure, subject), cents in list(found.items()):
        if figure == source:
            found["dont_bloque", subject] = cents


def _combine(found: dict[tuple[str, str], int]) -> None:
    """The figures made of others, from the second formulas of these."""
    known = {name for name, _ in found}
    for figure in FIGURES.values():
        formula = figure.formula
        if not isinstance(formula, CombinedFigure) or figure.name == "depassement":
            continue
        if known >= {*formula.plus, *formula.minus}:
            for subject in {subject for name, subject in found if name in (*formula.plus, *formula.minus)}:
                plus = sum(_of(found, name, subject) for name in formula.plus)
                minus = sum(_of(found, name, subject) for name in formula.minus)
                found.setdefault((figure.name, subject), plus - minus)


def _of(found: dict[tuple[str, str], int], name: str, subject: str) -> int:
    """Credits are of an exercice."""
    return found.get((name, subject), found.get((name, f"exercice {subject}"), 0))
