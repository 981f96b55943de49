"""`cofiville convention`: drafted from what is granted, signed, followed to the last cent."""

from __future__ import annotations

from typing import Annotated

from ledger.commands.conventions.convention_amending import (
    AMENDED,
    CANCELLED,
    OPENED,
    SETTLED,
    convention_annuler,
    convention_avenant,
    convention_solder,
    convention_tranche,
)
from ledger.commands.conventions.convention_deadlines import FALLING_DUE, convention_echeances
from ledger.commands.conventions.convention_drafting import convention_preparer, convention_saisir
from ledger.commands.conventions.convention_drafts import DRAFT
from ledger.commands.conventions.convention_life import WHOLE
from ledger.commands.conventions.convention_life_screen import convention_montrer
from ledger.commands.conventions.convention_moving import MOVED, convention_scinder
from ledger.commands.conventions.convention_receiving import RECEIVED, convention_recevoir, rights_not_acquired
from ledger.commands.conventions.convention_stages import (
    GIVEN,
    ON_ITS_WAY,
    REACHED,
    REFERRED,
    convention_circuit,
    convention_document,
    convention_etape,
    convention_referencer,
    convention_references,
)
from ledger.commands.conventions.convention_views import LISTED, Numero, convention_lister
from ledger.commands.conventions.convention_waivers import WAIVERS, convention_derogations
from ledger.commands.declaring.access import writing
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import Le, Oui, Piece, argument, confirm, day
from ledger.commands.declaring.parameters import Option
from ledger.commands.declaring.usage import WrongUsage
from ledger.commands.outcome import Outcome, Row, either, one, several
from ledger.conventions.fields import KIND, RIGHTS_AWAITED
from ledger.conventions.vocabulary import ConventionStatus
from ledger.core.money import total
from ledger.journal.fields import AMOUNT, CONVENTION, ENTRY, PIECE

_SIGNED = (CONVENTION, AMOUNT, ENTRY, RIGHTS_AWAITED)
_FORMALISED = (CONVENTION, KIND, PIECE)
_RELEASED = (CONVENTION, AMOUNT, ENTRY)

app = group("Conventions : préparées sur ce qui est accordé, signées, suivies jusqu'au dernier centime.")
app.command("saisir", act=True, answer=several(*DRAFT))(convention_saisir)
app.command("preparer", act=True, answer=several(*DRAFT))(convention_preparer)
app.command("lister", answer=several(*LISTED))(convention_lister)
app.command("montrer", answer=one(*WHOLE))(convention_montrer)
app.command("avenant", act=True, answer=one(*AMENDED), asks=("piece",))(convention_avenant)
app.command("scinder", act=True, answer=several(*MOVED), asks=("piece",))(convention_scinder)
app.command("annuler", act=True, answer=one(*CANCELLED))(convention_annuler)
app.command("solder", act=True, answer=one(*SETTLED))(convention_solder)
app.command("tranche", act=True, answer=several(*OPENED), asks=("piece",))(convention_tranche)
app.command("etape", act=True, answer=one(*REACHED))(convention_etape)
app.command("circuit", answer=several(*ON_ITS_WAY))(convention_circuit)
app.command("echeances", answer=several(*FALLING_DUE))(convention_echeances)
app.command("document", act=True, answer=one(*GIVEN))(convention_document)
app.command("referencer", act=True, answer=several(*REFERRED))(convention_referencer)
app.command("references", answer=several(*REFERRED))(convention_references)
app.command("derogations", answer=several(*WAIVERS))(convention_derogations)
app.command("recevoir", act=True, answer=one(*RECEIVED))(convention_recevoir)


@app.command("signer", act=True, answer=either(*_SIGNED), asks=("numero|toutes", "piece"))
def convention_signer(
    numero: Annotated[str | None, argument(CONVENTION)] = None,
    toutes: Annotated[int | None, Option("--toutes", metavar="ANNEE", help="Tous les brouillons de l'année.")] = None,
    piece: Piece = "",
    le: Le = None,
) -> Outcome:
    """Enregistre la signature (ou la notification) : ce qui était programmé est engagé.

    Exemple : cofiville convention signer C2016-001 --piece "Délibération du 11/04/2016" --le 2016-04-29
    """
    from ledger.conventions.queries import conventions, find_convention
    from ledger.conventions.rights import rights_awaited
    from ledger.conventions.sign_convention import sign_convention

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
                "ecriture": sign_convention(session, each, piece=piece, on=day(le)).sequence,
                "droit_attendu": rights_awaited(session, each),
            }
            for each in chosen
        ]
    said = f"{len(rows)} convention(s) signée(s), {total(r['montant'] for r in rows).french()} engagés."
    return Outcome(rows if numero is None else rows[0], (said, *rights_not_acquired(rows)))


@app.command("formaliser", act=True, answer=one(*_FORMALISED), asks=("piece",))
def convention_formaliser(numero: Numero, piece: Piece = "", le: Le = None) -> Outcome:
    """Fait d'une simple notification une convention signée, quand la règle en exige une ; le montant ne change pas.

    Exemple : cofiville convention formaliser C2016-004 --piece "Convention du 02/05/2016" --le 2016-05-02
    """
    from ledger.conventions.queries import find_convention
    from ledger.conventions.sign_convention import formalise

    with writing() as session:
        convention = find_convention(session, numero)
        formalise(session, convention, piece=piece, on=day(le))
        row = {"convention": convention.number, "nature": convention.kind, "piece": piece}
    return Outcome(row, (f"{row['convention']} est maintenant une convention signée.",))


@app.command("degager", act=True, answer=one(*_RELEASED))
def convention_degager(
    numero: Numero,
    motif: Annotated[str, Option(help="Pourquoi le solde n'est plus nécessaire.")],
    oui: Oui = False,
    le: Le = None,
) -> Outcome:
    """Libère tout ce qui est engagé et pas encore ordonné sur une convention.

    Exemple : cofiville convention degager C2016-005 --motif "Commande soldée" --le 2016-11-25 --oui
    """
    from ledger.conventions.queries import find_convention
    from ledger.execution.payments.release_commitment import release_commitment

    confirm(f"Le solde engagé de {numero} sera libéré.", oui)
    with writing() as session:
        convention = find_convention(session, numero)
        posted, amount = release_commitment(session, convention, motive=motif, on=day(le))
        number = convention.number
    row = {"convention": number, "montant": amount, "ecriture": posted.sequence}
    return Outcome(row, (f"{amount.french()} dégagés sur {number}.",))
