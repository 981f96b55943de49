"""`cofiville allocation`: propose, look, ask why, compare, arbitrate, validate, grant."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.allocation import allocation_views as views
from ledger.commands.allocation.allocation_authority import constater, constats
from ledger.commands.allocation.allocation_views import Nom, Numero
from ledger.commands.shell.access import reading, writing
from ledger.commands.shell.choices import may_ask
from ledger.commands.shell.options import Annee, Le, Ligne, Malgre, Montant, MontantSigne, Oui, Piece, confirm, day
from ledger.commands.shell.program import group
from ledger.commands.shell.screen import say, show, table
from ledger.core.errors import InvalidValue
from ledger.core.money import Money, parse_money, total
from ledger.core.period import parse_day
from ledger.core.rate import french_rate, parse_rate

if TYPE_CHECKING:
    from ledger.allocation.proposing import Computed

app = group("Allocation : proposer selon les règles, expliquer, comparer, valider.")

Optimal = Annotated[
    bool, typer.Option("--optimal", help="Sert la plus grande somme possible, au lieu de ligne après ligne.")
]
Selon = Annotated[
    str,
    typer.Option(
        metavar="METHODE",
        help="Avec --optimal : reparation (le moins de centimes déplacés) ou equite (les moins servies d'abord).",
    ),
]
Baisse = Annotated[str, typer.Option(metavar="TAUX", help="Suppose toutes les enveloppes en baisse, par exemple -10%.")]
Enveloppes = Annotated[
    list[str] | None, typer.Option(metavar="LIGNE=MONTANT", help="Suppose une autre enveloppe ; plusieurs fois.")
]
ReglesDu = Annotated[
    date | None,
    typer.Option(
        "--regles-du",
        metavar="JOUR",
        parser=parse_day,
        help="Les règles de ce jour, pour voir : elles ne se valident pas.",
    ),
]
Motif = Annotated[str, typer.Option("--motif", metavar="TEXTE", help="Qui l'a décidé, et pourquoi.")]


def _share(text: str) -> Fraction:
    """What is left of each enveloppe: "-10 %" gives 9/10. raises: InvalidValue."""
    stripped = text.strip().replace("\u2212", "-")
    if not stripped.startswith("-"):
        raise InvalidValue(f"« {text} » n'est pas une baisse.", "Écrivez par exemple --baisse -10%.")
    return 1 - parse_rate(stripped[1:])


def _supposed(texts: list[str] | None) -> dict[str, Money]:
    for text in texts or []:
        if not text.partition("=")[2].strip():
            raise InvalidValue(f"« {text} » n'est pas lisible.", "Écrivez --enveloppe LIGNE=MONTANT.")
    pairs = (text.partition("=") for text in texts or [])
    return {line.strip().upper(): parse_money(amount) for line, _, amount in pairs}


@app.command("proposer")
def proposer(
    annee: Annee,
    scenario: Annotated[str, typer.Option(metavar="NOM", help="Le nom du scénario.")],
    optimal: Optimal = False,
    selon: Selon = "reparation",
    baisse: Baisse = "",
    enveloppe: Enveloppes = None,
    regles_du: ReglesDu = None,
    note: Annotated[str, typer.Option(metavar="TEXTE", help="Une remarque gardée avec lui.")] = "",
    simuler: Annotated[bool, typer.Option("--simuler", help="Montre le résultat sans rien garder.")] = False,
    le: Le = None,
) -> None:
    """Propose ce que chaque action recevrait, selon les règles et les crédits disponibles ; rien n'est engagé.

    Exemple : cofiville allocation proposer 2016 --scenario COPIL-2016
    """
    from ledger.allocation.proposing import Wish, compute, keep

    share = _share(baisse) if baisse else Fraction(1)
    wish = Wish(selon if optimal else "sequentiel", _supposed(enveloppe), share, regles_du)
    if simuler:
        with reading() as session:
            computed = compute(session, annee, wish, on=day(le))
            data = _outcome(computed, scenario, annee)
    else:
        with writing() as session:
            computed = compute(session, annee, wish, on=day(le))
            data = _outcome(computed, keep(session, annee, scenario, computed, note=note).name, annee)
    show(data, lambda: _say_outcome(data, annee, simuler))


def _outcome(computed: Computed, name: str, year: int) -> dict[str, Any]:
    from ledger.allocation.optimum.proposals import least_satisfied
    from ledger.allocation.proposing import totals_of_outcome, without_credits

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


def _say_outcome(data: dict[str, Any], year: int, simulated: bool) -> None:
    head = "Simulation" if simulated else f"Scénario {data['scenario']}"
    say(
        f"{head}, exercice {year} : {data['accorde'].french()} retenus sur {data['demande'].french()} demandés ;"
        f" {data['non_satisfait'].french()} non satisfaits, {data['reste'].french()} restent disponibles."
    )
    if "satisfaction_minimale" in data:
        least = french_rate(data["satisfaction_minimale"])
        say(f"L'action la moins bien servie reçoit {least} de ce que ses demandes et plafonds permettent.")
    if data["sans_enveloppe"]:
        first = data["sans_enveloppe"][0]
        say(f"Sans crédit notifié, donc rien de retenu : {', '.join(data['sans_enveloppe'])}.")
        say(f"→ Notifiez-les : cofiville enveloppe notifier {first} {year} MONTANT --piece REFERENCE")


app.command("lister")(views.lister)
app.command("montrer")(views.montrer)
app.command("expliquer")(views.expliquer)
app.command("comparer")(views.comparer)
app.command("suivre")(views.suivre)
app.command("diagnostiquer")(views.diagnostiquer)
app.command("constater")(constater)
app.command("constats")(constats)


@app.command("fixer")
def fixer(action: Numero, ligne: Ligne, montant: MontantSigne, motif: Motif, le: Le = None) -> None:
    """Fixe par arbitrage ce qu'une action reçoit d'une ligne, dans la limite des règles ; le reste se partage.

    Exemple : cofiville allocation fixer 2016-014 CAPH-PDV 8000 --motif "Comité technique du 12/02/2016"
    """
    _arbitrate(action, ligne, montant, motif, le)
    data = {"action": action, "ligne": ligne, "montant": montant}
    show(data, lambda: say(f"{montant.french()} fixés pour l'action {action} sur {ligne}."))


@app.command("liberer")
def liberer(action: Numero, ligne: Ligne, motif: Motif, le: Le = None) -> None:
    """Libère un montant fixé : l'action reprend part au partage de la ligne.

    Exemple : cofiville allocation liberer 2016-014 CAPH-PDV --motif "Comité technique du 26/02/2016"
    """
    _arbitrate(action, ligne, None, motif, le)
    data = {"action": action, "ligne": ligne, "montant": None}
    show(data, lambda: say(f"L'action {action} reprend part au partage de {ligne}."))


def _arbitrate(action: str, line: str, amount: Money | None, reason: str, le: date | None) -> None:
    from ledger.allocation.pinning import fix_amount
    from ledger.allocation.proposing import Wish, compute
    from ledger.programming.lookups import find_action

    with writing() as session:
        fix_amount(session, action, line, amount, on=day(le), reason=reason)
        compute(session, find_action(session, action).year, Wish(), on=day(le))


@app.command("fixes")
def fixes(annee: Annee) -> None:
    """Liste les montants fixés par arbitrage.

    Exemple : cofiville allocation fixes 2016
    """
    from ledger.allocation.pinning import fixed_amounts
    from ledger.programming.lookups import programme

    with reading() as session:
        rows = [
            {
                "action": pin.action,
                "ligne": pin.line,
                "montant": pin.amount,
                "motif": pin.reason,
                "le": pin.decided_on,
                "par": pin.agent,
            }
            for pin in fixed_amounts(session, [action.number for action in programme(session, annee)])
        ]
    columns = ("Action", "Ligne", "Montant", "Motif", "Le", "Par")
    show(rows, lambda: table(f"Montants fixés en {annee}", columns, [tuple(row.values()) for row in rows]))


@app.command("valider")
def valider(nom: Nom, piece: Piece, malgre: Malgre = "", le: Le = None, oui: Oui = False) -> None:
    """Valide un scénario : ce qu'il accorde devient la programmation, une seule fois.

    Proposé sous d'autres règles que celles de l'exercice ou sur plus de crédits qu'il n'en a, il se regarde ; le COPIL
    peut passer outre : le motif reste.

    Exemple : cofiville allocation valider COPIL-2016 --le 2016-03-04 --piece "COPIL du 04/03/2016" --oui
    """
    from ledger.allocation.scenarios import find_scenario, grants_of
    from ledger.allocation.validation import validate

    with reading() as session:
        granted = total(each.granted for each in grants_of(session, find_scenario(session, nom)))
    if may_ask():
        confirm(f"{granted.french()} seront programmés par le scénario {nom}.", oui)
    with writing() as session:
        posted = validate(session, find_scenario(session, nom), on=day(le), piece=piece, waiver=malgre)
    data = {"scenario": nom, "ecritures": len(posted), "numeros": [each.sequence for each in posted]}
    written = f"{len(posted)} écriture{'s' if len(posted) > 1 else ''}"
    show(data, lambda: say(f"Scénario {nom} validé : {granted.french()} programmés, {written}."))


@app.command("accorder")
def accorder(action: Numero, ligne: Ligne, montant: Montant, piece: Piece, malgre: Malgre = "", le: Le = None) -> None:
    """Accorde un montant à une action sur une ligne, par délibération ou arrêté, dans la limite des règles.

    Le COPIL peut passer outre un plafond, jamais la demande ni l'enveloppe : le motif reste, visible partout.

    Exemple : cofiville allocation accorder 2016-025 CAPH-DRE 12000 --piece "Délibération 12" --le 2016-04-11
    """
    from ledger.allocation.direct import grant_directly

    with writing() as session:
        posted = grant_directly(session, action, ligne, montant, on=day(le), piece=piece, waiver=malgre)
    data = {"action": action, "ligne": ligne, "montant": montant, "ecriture": posted.sequence}
    end = f" (écriture {posted.sequence})" if posted.new else posted.again()
    show(
        data | {"deja_enregistre": not posted.new},
        lambda: say(f"{montant.french()} accordés à l'action {action} sur {ligne}{end}."),
    )
