"""`cofiville convention`: drafted from what is granted, signed, followed to the last cent."""

from __future__ import annotations

from typing import Annotated

import typer

from ledger.commands.conventions.convention_amending import (
    AMENDED,
    CANCELLED,
    OPENED,
    SETTLED,
    annuler,
    avenant,
    solder,
    tranche,
)
from ledger.commands.conventions.convention_deadlines import FALLING_DUE, echeances
from ledger.commands.conventions.convention_dialogue import drafting_dialogue, right_dialogue
from ledger.commands.conventions.convention_drafting import preparer, saisir
from ledger.commands.conventions.convention_drafts import DRAFT
from ledger.commands.conventions.convention_life import WHOLE
from ledger.commands.conventions.convention_life_screen import montrer
from ledger.commands.conventions.convention_paper import (
    GIVEN,
    ON_ITS_WAY,
    REACHED,
    REFERRED,
    circuit,
    document,
    etape,
    referencer,
    references,
)
from ledger.commands.conventions.convention_receiving import RECEIVED, awaited, recevoir
from ledger.commands.conventions.convention_views import LISTED, Numero, lister
from ledger.commands.conventions.convention_waivers import WAIVERS, derogations
from ledger.commands.outcome import Outcome, Row, either, one, several
from ledger.commands.shell.access import writing
from ledger.commands.shell.options import Le, Oui, Piece, argument, confirm, day
from ledger.commands.shell.program import group
from ledger.commands.shell.usage import WrongUsage
from ledger.conventions.fields import KIND, RIGHTS_AWAITED
from ledger.conventions.vocabulary import ConventionStatus
from ledger.core.money import total
from ledger.journal.fields import AMOUNT, CONVENTION, ENTRY, PIECE

_SIGNED = (CONVENTION, AMOUNT, ENTRY, RIGHTS_AWAITED)
_FORMALISED = (CONVENTION, KIND, PIECE)
_RELEASED = (CONVENTION, AMOUNT, ENTRY)

app = group("Conventions : préparées sur ce qui est accordé, signées, suivies jusqu'au dernier centime.")
app.command("saisir", answer=several(*DRAFT), dialogue=drafting_dialogue)(saisir)
app.command("preparer", answer=several(*DRAFT))(preparer)
app.command("lister", answer=several(*LISTED))(lister)
app.command("montrer", answer=one(*WHOLE))(montrer)
app.command("avenant", answer=one(*AMENDED), asks=("piece",))(avenant)
app.command("annuler", answer=one(*CANCELLED))(annuler)
app.command("solder", answer=one(*SETTLED))(solder)
app.command("tranche", answer=several(*OPENED), asks=("piece",))(tranche)
app.command("etape", answer=one(*REACHED))(etape)
app.command("circuit", answer=several(*ON_ITS_WAY))(circuit)
app.command("echeances", answer=several(*FALLING_DUE))(echeances)
app.command("document", answer=one(*GIVEN))(document)
app.command("referencer", answer=several(*REFERRED))(referencer)
app.command("references", answer=several(*REFERRED))(references)
app.command("derogations", answer=several(*WAIVERS))(derogations)
app.command("recevoir", answer=one(*RECEIVED), dialogue=right_dialogue)(recevoir)


@app.command("signer", answer=either(*_SIGNED), asks=("numero|toutes", "piece"))
def signer(
    numero: Annotated[str | None, argument(CONVENTION)] = None,
    toutes: Annotated[
        int | None, typer.Option("--toutes", metavar="ANNEE", help="Tous les brouillons de l'année.")
    ] = None,
    piece: Piece = "",
    le: Le = None,
) -> Outcome:
    """Enregistre la signature (ou la notification) : ce qui était programmé est engagé.

    Exemple : cofiville convention signer C2016-001 --piece "Délibération du 11/04/2016" --le 2016-04-29
    """
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
        rows: list[Row] = [
            {
                "convention": each.number,
                "montant": each.amount,
                "ecriture": sign(session, each, piece=piece, on=day(le)).sequence,
                "droit_attendu": rights_awaited(session, each),
            }
            for each in chosen
        ]
    said = f"{len(rows)} convention(s) signée(s), {total(r['montant'] for r in rows).french()} engagés."
    return Outcome(rows if numero is None else rows[0], (said, *awaited(rows)))


@app.command("formaliser", answer=one(*_FORMALISED), asks=("piece",))
def formaliser(numero: Numero, piece: Piece = "", le: Le = None) -> Outcome:
    """Fait d'une simple notification une convention signée, quand la règle en exige une ; le montant ne change pas.

    Exemple : cofiville convention formaliser C2016-004 --piece "Convention du 02/05/2016" --le 2016-05-02
    """
    from ledger.conventions.lookups import find_convention
    from ledger.conventions.signing import formalise

    with writing() as session:
        convention = find_convention(session, numero)
        formalise(session, convention, piece=piece, on=day(le))
        row = {"convention": convention.number, "nature": convention.kind, "piece": piece}
    return Outcome(row, (f"{row['convention']} est maintenant une convention signée.",))


@app.command("degager", answer=one(*_RELEASED))
def degager(
    numero: Numero,
    motif: Annotated[str, typer.Option(help="Pourquoi le solde n'est plus nécessaire.")],
    oui: Oui = False,
    le: Le = None,
) -> Outcome:
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
    row = {"convention": number, "montant": amount, "ecriture": posted.sequence}
    return Outcome(row, (f"{amount.french()} dégagés sur {number}.",))
