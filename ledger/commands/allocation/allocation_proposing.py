"""`cofiville allocation proposer`: what each action would be granted, kept as a scenario or only looked at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

from ledger.allocation.fields import METHOD, NOTE, RULES_DAY, SCENARIO
from ledger.commands.declaring.access import reading, writing
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import Annee, Le, day, option
from ledger.commands.declaring.parameters import Option
from ledger.commands.outcome import Outcome, Row, one
from ledger.core.errors import InvalidValue
from ledger.core.field import Field, Kind
from ledger.core.money import Money, parse_money
from ledger.core.rate import french_rate, parse_rate
from ledger.journal.fields import AMOUNT, LINE, LINE_AMOUNT, YEAR
from ledger.reports.figures.plan import RETAINED, SCENARIO_ASKED

if TYPE_CHECKING:
    from ledger.allocation.propose_scenario import ComputedScenario

app = group("Allocation : proposer selon les règles, expliquer, comparer, valider.")

_PROPOSED = one(
    SCENARIO,
    YEAR,
    SCENARIO_ASKED.field(),
    RETAINED.field(),
    AMOUNT.but(name="non_satisfait", title="non satisfait"),
    AMOUNT.but(name="reste", title="reste disponible"),
    RULES_DAY.but(since="0.2"),
    METHOD.but(since="0.2"),
    Field("satisfaction_minimale", "satisfaction minimale", Kind.RATE, since="0.2"),
    LINE.but(name="sans_enveloppe", title="sans enveloppe", many=True, since="0.2"),
)


_SUPPOSED = LINE_AMOUNT.but(name="enveloppe", help="Suppose une autre enveloppe ; plusieurs fois.")


def _share(text: str) -> Fraction:
    """What is left of each enveloppe: "-10 %" gives 9/10. raises: InvalidValue."""
    stripped = text.strip().replace("\u2212", "-")
    if not stripped.startswith("-"):
        raise InvalidValue(f"« {text} » n'est pas une baisse.", "Écrivez par exemple --baisse -10%.")
    return 1 - parse_rate(stripped[1:])


def _supposed(texts: list[str] | None) -> dict[str, Money]:
    for text in texts or []:
        if not text.partition("=")[2].strip():
            raise InvalidValue(f"« {text} » n'est pas lisible.", f"Écrivez --{_SUPPOSED.name} {_SUPPOSED.placeholder}.")
    pairs = (text.partition("=") for text in texts or [])
    return {line.strip().upper(): parse_money(amount) for line, _, amount in pairs}


@app.command("proposer", act=True, answer=_PROPOSED)
def allocation_proposer(
    annee: Annee,
    scenario: Annotated[str, option(SCENARIO.but(help="Le nom du scénario.", placeholder="NOM", offers=""))],
    optimal: Annotated[
        bool, Option("--optimal", help="Sert la plus grande somme possible, au lieu de ligne après ligne.")
    ] = False,
    selon: Annotated[str, option(METHOD, "--selon")] = "reparation",
    baisse: Annotated[
        str, Option(metavar="TAUX", help="Suppose toutes les enveloppes en baisse, par exemple -10%.")
    ] = "",
    enveloppe: Annotated[
        list[str] | None,
        option(_SUPPOSED),
    ] = None,
    regles_du: Annotated[date | None, option(RULES_DAY)] = None,
    note: Annotated[str, option(NOTE)] = "",
    simuler: Annotated[bool, Option("--simuler", help="Montre le résultat sans rien garder.")] = False,
    le: Le = None,
) -> Outcome:
    """Propose ce que chaque action recevrait, selon les règles et les crédits disponibles ; rien n'est engagé.

    Exemple : cofiville allocation proposer 2016 --scenario COPIL-2016
    """
    from ledger.allocation.propose_scenario import ScenarioTerms, compute_scenario, keep_scenario

    share = _share(baisse) if baisse else Fraction(1)
    wish = ScenarioTerms(selon if optimal else "sequentiel", _supposed(enveloppe), share, regles_du)
    with (reading if simuler else writing)() as session:
        computed = compute_scenario(session, annee, wish, on=day(le))
        name = scenario if simuler else keep_scenario(session, annee, scenario, computed, note=note).name
        row = _row(computed, name, annee)
    return Outcome(row, tuple(_said(row, simuler)))


def _row(computed: ComputedScenario, name: str, year: int) -> Row:
    from ledger.allocation.optimum.proposals import least_satisfied
    from ledger.allocation.propose_scenario import totals_of_outcome, without_credits

    sums, method = totals_of_outcome(computed), computed.outcome.method
    return {
        "scenario": name,
        "exercice": year,
        "demande": sums.asked,
        "accorde": sums.granted,
        "non_satisfait": sums.unmet,
        "reste": sums.left,
        "regles_du": computed.book.day,
        "methode": method,
        **({} if method == "sequentiel" else {"satisfaction_minimale": least_satisfied(computed.outcome)}),
        "sans_enveloppe": without_credits(computed),
    }


def _said(row: Row, simulated: bool) -> Iterator[str]:
    head = "Simulation" if simulated else f"Scénario {row['scenario']}"
    yield (
        f"{head}, exercice {row['exercice']} : {row['accorde'].french()} retenus"
        f" sur {row['demande'].french()} demandés ;"
        f" {row['non_satisfait'].french()} non satisfaits, {row['reste'].french()} restent disponibles."
    )
    if "satisfaction_minimale" in row:
        least = french_rate(row["satisfaction_minimale"])
        yield f"L'action la moins bien servie reçoit {least} de ce que ses demandes et plafonds permettent."
    if row["sans_enveloppe"]:
        first = row["sans_enveloppe"][0]
        yield f"Sans crédit notifié, donc rien de retenu : {', '.join(row['sans_enveloppe'])}."
        yield f"→ Notifiez-les : cofiville enveloppe notifier {first} {row['exercice']} MONTANT --piece REFERENCE"
