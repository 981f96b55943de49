"""`cofiville cloture`: what stands before the closing, what each remainder becomes, and the closing itself."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from ledger.closing.fields import CLOSING, ENDS, POINT, REMAINDER, TOTAL_ENTRIES
from ledger.commands.declaring.access import reading, reading_as_of, writing
from ledger.commands.declaring.contract_day import contract_today
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import Annee, ConnuAu, Le, Ligne, Oui, confirm, day
from ledger.commands.declaring.parameters import Argument, Option
from ledger.commands.outcome import Outcome, Row, Sentence, one, picked, several
from ledger.core.errors import LedgerError
from ledger.core.grouping import grouped
from ledger.core.period import french_day
from ledger.journal.fields import ACTS_SEAL, SEAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from ledger.closing.close_exercice import Closing
    from ledger.closing.remainders import RemainderOutcome
    from ledger.reports.listing import Listing


class NotYet(LedgerError):
    """A closing dated of a day to come: it would lock days on what nobody knows yet."""

    code = "cloture_a_venir"


app = group("Clôture : rien d'oublié, et plus rien ne bouge ensuite.")


_FEW = 3
_CLOSED = one(*CLOSING)
_REMAINDERS = several(*REMAINDER)


def _record(closing: Closing) -> Row:
    return {
        "exercice": closing.year,
        "points": [
            {
                "niveau": point.weight,
                "code": point.code,
                "objet": point.subject,
                "montant": point.amount,
                "message": point.message,
                "commande": point.command,
            }
            for point in closing.points
        ],
        "ecritures": len(closing.drafts),
        "deja_clos": closing.done_before,
        "restes": [picked(row, REMAINDER) for row in _remainders(closing.outcomes)],
    }


def _remainders(outcomes: Sequence[RemainderOutcome]) -> list[Row]:
    """A row for each part of each remainder: what becomes of it, and how much."""
    return [
        {
            "ligne": outcome.key.line,
            "exercice": outcome.key.year,
            "position": outcome.key.position.lower(),
            "convention": outcome.key.convention,
            "action": outcome.key.action,
            "objet": " ".join(part for part in (outcome.key.convention, outcome.key.action) if part),
            "montant": amount,
            "propose": outcome.proposed,
            "devient": becomes,
            "decide": outcome.decided,
            "decideur": outcome.decider,
            "decision": outcome.decider if outcome.decided else "",
            "motif": outcome.reason,
        }
        for outcome in outcomes
        for becomes, amount in outcome.parts
    ]


def _shown(
    closing: Closing, done: str, points: Iterable[str | Sentence | Listing]
) -> tuple[str | Sentence | Listing, ...]:
    by = closing.closed_by
    already = f"L'exercice {closing.year} est déjà clos{by} : rien n'a changé. Voici ce qu'il laissait ce jour-là."
    return (*((already,) if closing.done_before else ()), *points, _ends(closing.outcomes), *((done,) if done else ()))


def _every_point(closing: Closing) -> Iterator[Listing]:
    from ledger.reports.listing import Listing

    yield Listing(f"Clôture {closing.year}", POINT, tuple(_record(closing)["points"]))


def _points_by_kind(closing: Closing, whole: str) -> Iterator[str | Sentence]:
    """The points, kind by kind: of what blocks or is to decide, the first ones. whole: the command that shows all."""
    from ledger.closing.vocabulary import PointKind, Weight
    from ledger.core.money import total

    yield f"Clôture {closing.year} : {_counts(closing)}"
    kinds = PointKind.labels()
    for weight in Weight:
        of_weight = grouped((each.code, each) for each in closing.points if each.weight is weight)
        if of_weight:
            yield f"\n{weight.label.capitalize()}"
        for code, points in of_weight.items():
            amount = total(each.amount for each in points)
            said = f", {amount.french()}" if amount else ""
            yield Sentence(f"{len(points):>4}  ", f"{kinds.get(code, 'contrôle de la base')}{said}")
            if weight is Weight.INFORMATION:
                continue
            for each in points[:_FEW]:
                amount_said = f", {each.amount.french()}" if each.amount else ""
                yield Sentence("      ", f"{each.subject}{amount_said} : {each.message}")
                yield f"        {each.command}"
            if len(points) > _FEW:
                yield f"      … et {len(points) - _FEW} de plus"
    if closing.points:
        yield f"\nTous, un par un : {whole}"


def _counts(closing: Closing) -> str:
    """How many points of each weight there are, in words."""
    from ledger.closing.vocabulary import Weight

    names = {
        Weight.BLOCKING: ("point bloquant", "points bloquants"),
        Weight.TO_DECIDE: ("à décider", "à décider"),
        Weight.INFORMATION: ("pour information", "pour information"),
    }
    counts = [(sum(each.weight is weight for each in closing.points), weight) for weight in Weight]
    return ", ".join(f"{count} {names[weight][count > 1]}" for count, weight in counts if count) or "rien à signaler"


def _ends(outcomes: Sequence[RemainderOutcome]) -> Listing:
    """What the remainders of each line become, all together."""
    from ledger.core.money import ZERO, Money
    from ledger.reports.listing import Listing

    sums: dict[tuple[str, str], Money] = {}
    for row in _remainders(outcomes):
        place = (row["ligne"], row["devient"])
        sums[place] = sums.get(place, ZERO) + row["montant"]
    rows = [{"ligne": line, "devient": end, "montant": amount} for (line, end), amount in sorted(sums.items())]
    return Listing("Ce que deviennent les restes", ENDS, tuple(rows))


def _listing(outcomes: Sequence[RemainderOutcome]) -> Listing:
    from ledger.reports.listing import Listing

    return Listing("Ce qui reste, et ce que cela devient", REMAINDER, tuple(_remainders(outcomes)))


@app.command("verifier", answer=_CLOSED)
def cloture_verifier(
    annee: Annee,
    le: Le = None,
    connu_au: ConnuAu = None,
    tout: Annotated[bool, Option("--tout", help="Chaque point, au lieu des premiers de chaque sorte.")] = False,
) -> Outcome:
    """Vérifie tout ce qui précède la clôture ; échoue s'il reste un point bloquant.

    Exemple : cofiville cloture verifier 2016 --le 2017-01-31
    """
    from ledger.closing.close_exercice import plan_closing

    with reading_as_of(le, connu_au) as session:
        closing = plan_closing(session, annee, on=day(le))
    verdict = "Des points bloquants restent à régler." if closing.blocked else "Rien ne bloque la clôture."
    points = _every_point(closing) if tout else _points_by_kind(closing, _whole(annee, le))
    shown = _shown(closing, "" if closing.done_before else verdict, points)
    return Outcome(_record(closing), shown, failed=closing.blocked)


def _whole(year: int, on: date | None) -> str:
    return f"cofiville cloture verifier {year}{f' --le {on.isoformat()}' if on else ''} --tout"


@app.command("restes", answer=_REMAINDERS)
def cloture_restes(annee: Annee) -> Outcome:
    """Montre ce qui reste de chaque ligne et de chaque convention, et ce que cela devient à la clôture.

    Exemple : cofiville cloture restes 2016
    """
    from ledger.closing.decide_remainder import outcomes_of_year

    with reading() as session:
        outcomes = outcomes_of_year(session, annee)
    return Outcome(_listing(outcomes))


@app.command("decider", act=True, answer=_REMAINDERS)
def cloture_decider(
    annee: Annee,
    ligne: Ligne,
    sort: Annotated[
        str,
        Argument(
            metavar="SORT",
            help="annuler, rendre, reporter, rattacher, reporter_disponible, tranche, recouvrer ou compenser.",
            show_default=False,
        ),
    ],
    motif: Annotated[str, Option("--motif", metavar="TEXTE", help="Pourquoi ; gardé avec la décision.")],
    piece: Annotated[
        str, Option("--piece", metavar="REFERENCE", help="Ce qui en décide, si ce n'est pas ce qui est proposé.")
    ] = "",
    position: Annotated[
        str, Option("--position", metavar="POSITION", help="disponible, programme, engage, a_recouvrer, bloque.")
    ] = "",
    convention: Annotated[
        str, Option("--convention", metavar="NUMERO", offers="conventions", help="Cette convention seulement.")
    ] = "",
    action: Annotated[str, Option("--action", metavar="NUMERO", offers="actions", help="Cette action seulement.")] = "",
    le: Le = None,
) -> Outcome:
    """Décide ce que devient un reste, quand ce n'est pas ce que les règles proposent.

    Exemple : cofiville cloture decider 2016 CAPH-PDV reporter_disponible --position disponible
        --motif "Reprogrammation" --piece "Comité de pilotage du 12/12/2016" --le 2016-12-12
    """
    from ledger.closing.decide_remainder import WantedRemainder, decide_remainders, position_of

    with writing() as session:
        wanted = WantedRemainder(
            ligne.strip().upper(), position_of(position), convention.strip().upper(), action.strip().upper()
        )
        outcomes = decide_remainders(
            session, annee, wanted, sort.strip().lower(), reason=motif, piece=piece, on=day(le)
        )
    return Outcome(_listing(outcomes))


@app.command("simuler", answer=_CLOSED)
def cloture_simuler(annee: Annee, le: Le = None, connu_au: ConnuAu = None) -> Outcome:
    """Montre exactement ce que la clôture ferait, sans rien écrire.

    Exemple : cofiville cloture simuler 2016 --le 2017-01-31
    """
    from ledger.closing.close_exercice import plan_closing

    with reading_as_of(le, connu_au) as session:
        closing = plan_closing(session, annee, on=day(le))
    return Outcome(
        _record(closing), _shown(closing, "Rien n'a été écrit.", _points_by_kind(closing, _whole(annee, le)))
    )


@app.command("executer", act=True, answer=one(*CLOSING, SEAL, TOTAL_ENTRIES, ACTS_SEAL))
def cloture_executer(annee: Annee, oui: Oui = False, le: Le = None) -> Outcome:
    """Clôt l'exercice : restes annulés ou reportés, exercice suivant ouvert, jours verrouillés. Sans retour.

    Le classeur de la clôture est gardé tel quel : excel exporter cloture ANNEE le rend, à l'octet près.

    Exemple : cofiville cloture executer 2016 --le 2017-01-31 --oui
    """
    from ledger.closing.close_exercice import close_year
    from ledger.exchange.sending.closing import keep_closing
    from ledger.journal.audit import book_head
    from ledger.storage.heads import acts_seal
    from ledger.storage.history import seal_what_was_done

    on = day(le)
    _check_come(annee, on)
    confirm(f"L'exercice {annee} sera clos : plus aucune écriture ne pourra y être datée.", oui)
    with writing() as session:
        closing = close_year(session, annee, on=on)
        if not closing.done_before:
            keep_closing(session, annee, on=on)
        seal_what_was_done(session)
        seal, acts = book_head(session), acts_seal(session)
    done = "" if closing.done_before else f"Exercice {annee} clos."
    row = _record(closing) | {"sceau": seal.seal, "total_ecritures": seal.entries, "sceau_actes": acts}
    left = (f"Clôture {annee} : {_counts(closing)}. Le classeur les garde : excel exporter cloture {annee}.",)
    return Outcome(row, _shown(closing, done, left))


def _check_come(year: int, on: date) -> None:
    """Nothing for a day that has come: an act may be dated ahead, but nothing undoes a closing. raises: NotYet."""
    if on > contract_today():
        raise NotYet(
            f"L'exercice {year} ne peut pas être clos au {french_day(on)} : ce jour n'est pas encore venu.",
            f"Clôturez-le ce jour-là ; ce qui reste à régler d'ici là : cofiville cloture verifier {year} --le {on}.",
        )
