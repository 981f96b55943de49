"""`cofiville convention`: drafted from what is granted, signed, followed to the last cent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.conventions.convention_amending import annuler, avenant, solder, tranche
from ledger.commands.conventions.convention_deadlines import echeances
from ledger.commands.conventions.convention_drafting import preparer, saisir
from ledger.commands.conventions.convention_life import montrer
from ledger.commands.conventions.convention_paper import circuit, document, etape, referencer, references
from ledger.commands.conventions.convention_receiving import recevoir, say_awaited
from ledger.commands.conventions.convention_views import Numero, lister
from ledger.commands.conventions.convention_waivers import derogations
from ledger.commands.shell.access import writing
from ledger.commands.shell.completion import CONVENTIONS
from ledger.commands.shell.options import Le, Oui, Piece, confirm, day
from ledger.commands.shell.program import group
from ledger.commands.shell.screen import say, show
from ledger.conventions.vocabulary import ConventionStatus
from ledger.core.money import total

if TYPE_CHECKING:
    pass

app = group("Conventions : préparées sur ce qui est accordé, signées, suivies jusqu'au dernier centime.")
app.command("saisir")(saisir)
app.command("preparer")(preparer)
app.command("lister")(lister)
app.command("montrer")(montrer)
app.command("avenant", asks=("piece",))(avenant)
app.command("annuler")(annuler)
app.command("solder")(solder)
app.command("tranche", asks=("piece",))(tranche)
app.command("etape")(etape)
app.command("circuit")(circuit)
app.command("echeances")(echeances)
app.command("document")(document)
app.command("referencer")(referencer)
app.command("references")(references)
app.command("derogations")(derogations)
app.command("recevoir")(recevoir)


@app.command("signer", asks=("numero|toutes", "piece"))
def signer(
    numero: Annotated[
        str | None, typer.Argument(metavar="CONVENTION", autocompletion=CONVENTIONS, help="Le numéro de la convention.")
    ] = None,
    toutes: Annotated[
        int | None, typer.Option("--toutes", metavar="ANNEE", help="Tous les brouillons de l'année.")
    ] = None,
    piece: Piece = "",
    le: Le = None,
) -> None:
    """Enregistre la signature (ou la notification) : ce qui était programmé est engagé.

    Exemple : cofiville convention signer C2016-001 --piece "Délibération du 11/04/2016" --le 2016-04-29
    """
    from ledger.commands.shell.usage import WrongUsage
    from ledger.conventions.lookups import conventions, find_convention
    from ledger.conventions.signing import sign
    from ledger.conventions.upstream import rights_awaited

    if (numero is None) == (toutes is None):
        raise WrongUsage("Désignez une convention, ou toutes celles d'une année.", "Par exemple : --toutes 2016.")
    with writing() as session:
        if numero is not None:
            chosen = [find_convention(session, numero)]
        else:
            chosen = [each for each in conventions(session, toutes) if each.state == ConventionStatus.DRAFT]
        rows: list[dict[str, Any]] = [
            {
                "convention": each.number,
                "montant": each.amount,
                "ecriture": sign(session, each, piece=piece, on=day(le)).sequence,
                "droit_attendu": rights_awaited(session, each),
            }
            for each in chosen
        ]
    signed = rows if numero is None else rows[0]

    def render() -> None:
        say(f"{len(rows)} convention(s) signée(s), {total(r['montant'] for r in rows).french()} engagés.")
        say_awaited(rows)

    show(signed, render)


@app.command("formaliser", asks=("piece",))
def formaliser(numero: Numero, piece: Piece = "", le: Le = None) -> None:
    """Fait d'une simple notification une convention signée, quand la règle en exige une ; le montant ne change pas.

    Exemple : cofiville convention formaliser C2016-004 --piece "Convention du 02/05/2016" --le 2016-05-02
    """
    from ledger.conventions.lookups import find_convention
    from ledger.conventions.signing import formalise

    with writing() as session:
        convention = find_convention(session, numero)
        formalise(session, convention, piece=piece, on=day(le))
        row = {"convention": convention.number, "nature": convention.kind, "piece": piece}
    show(row, lambda: say(f"{row['convention']} est maintenant une convention signée."))


@app.command("degager")
def degager(
    numero: Numero,
    motif: Annotated[str, typer.Option(help="Pourquoi le solde n'est plus nécessaire.")],
    oui: Oui = False,
    le: Le = None,
) -> None:
    """Libère tout ce qui est engagé et pas encore ordonné sur une convention.

    Exemple : cofiville convention degager C2016-005 --motif "Commande soldée" --le 2016-11-25 --oui
    """
    from ledger.conventions.lookups import find_convention
    from ledger.execution.release import release

    confirm(f"Le solde engagé de {numero} sera libéré.", oui)
    with writing() as session:
        convention = find_convention(session, numero)
        posted, amount = release(session, convention, motive=motif, on=day(le))
        number = convention.number
    show(
        {"convention": number, "montant": amount, "ecriture": posted.sequence},
        lambda: say(f"{amount.french()} dégagés sur {number}."),
    )
